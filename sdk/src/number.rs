//! Numbers that compare the way people read them.
//!
//! A citizen's scale says 82.1 and it said 80.0: the gain is 2.1. In binary fractions, which is what a
//! computer counts in, 82.1 - 80.0 is 2.0999999999999943, and a rule that asks for "2.1 or more" would say
//! no. So every [`Number`] is kept at the nearest millionth: what is typed with up to six decimals is
//! exact, sums and differences of it are exact, and `==`, `<` and `>` mean what they mean on paper.
//!
//! That is no rounding in the sense of a clinician: nothing is ever rounded to the decimals of a form or of
//! a limit before it is compared. 2.04 is more than 2.0, and a mean of 134.999 is less than 135. A mean
//! is kept at the nearest millionth too, and can therefore only meet a limit that it does not reach
//! when it is closer to it than half a millionth, which takes a thousand values with three decimals.

use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number kept at the nearest millionth. It is compared with `==`, `<`, `>` against another number, a
/// limit or a plain `2.0`.
#[derive(Clone, Copy, Default)]
pub struct Number(f64);

/// Beyond this a number is taken as it is: its own steps are no longer much finer than a millionth.
const EXACT_BELOW: f64 = 1e9;
const MILLION: f64 = 1e6;

impl Number {
    /// The number nearest to `value` that has at most six decimals.
    #[must_use]
    pub const fn new(value: f64) -> Self {
        if value < EXACT_BELOW && value > -EXACT_BELOW {
            // Adding a half and cutting is rounding, and `as` saturates and cuts in a constant too.
            let scaled = value * MILLION;
            let half = if scaled < 0.0 { -0.5 } else { 0.5 };
            Self((scaled + half) as i64 as f64 / MILLION)
        } else {
            Self(value)
        }
    }

    /// As a plain floating-point number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// Without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// The smaller of the two.
    #[must_use]
    pub const fn min(self, other: Self) -> Self {
        if other.0 < self.0 { other } else { self }
    }

    /// The greater of the two.
    #[must_use]
    pub const fn max(self, other: Self) -> Self {
        if other.0 > self.0 { other } else { self }
    }

    /// As people of this language write it, with so many decimals: `-2,10` in Danish, `-2.10` in English.
    #[must_use]
    pub fn with_decimals(self, decimals: u8, language: &str) -> String {
        let decimals = decimals.min(6);
        let mut step: u64 = 1;
        for _ in decimals..6 {
            step *= 10;
        }
        let scale = 1_000_000 / step;
        let millionths = self.millionths();
        // Half is rounded away from zero, as people do.
        let steps = (millionths.unsigned_abs() + step / 2) / step;
        let mut text = String::new();
        if millionths < 0 && steps > 0 {
            text.push('-');
        }
        text.push_str(&(steps / scale).to_string());
        if decimals > 0 {
            text.push(if point_languages(language) { '.' } else { ',' });
            let rest = (steps % scale).to_string();
            for _ in rest.len()..usize::from(decimals) {
                text.push('0');
            }
            text.push_str(&rest);
        }
        text
    }

    /// As people of this language write it, with as many decimals as it has, at most two.
    #[must_use]
    pub fn in_words(self, language: &str) -> String {
        let hundredths = (self.millionths().unsigned_abs() + 5_000) / 10_000;
        let decimals = if hundredths.is_multiple_of(100) {
            0
        } else if hundredths.is_multiple_of(10) {
            1
        } else {
            2
        };
        self.with_decimals(decimals, language)
    }

    fn millionths(self) -> i64 {
        (self.0 * MILLION).round() as i64
    }
}

/// Languages that write a point before the decimals; Danish and most of Europe write a comma.
fn point_languages(language: &str) -> bool {
    ["en", "ga", "cy", "mt", "zh", "ja", "ko", "he", "th", "ur", "hi"].iter().any(|own| {
        language == *own || language.strip_prefix(own).is_some_and(|rest| rest.starts_with('-'))
    })
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self::new(value)
    }
}

macro_rules! from_whole {
    ($($whole:ty),*) => {$(
        impl From<$whole> for Number {
            fn from(value: $whole) -> Self {
                Self::new(value as f64)
            }
        }
    )*};
}
from_whole!(i32, u8, u16, u32, i64, usize);

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_words("en"))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.0.partial_cmp(&other.0)
    }
}

impl PartialEq<f64> for Number {
    fn eq(&self, other: &f64) -> bool {
        *self == Self::new(*other)
    }
}

impl PartialOrd<f64> for Number {
    fn partial_cmp(&self, other: &f64) -> Option<Ordering> {
        self.partial_cmp(&Self::new(*other))
    }
}

macro_rules! arithmetic {
    ($($name:ident $method:ident $sign:tt),*) => {$(
        impl $name for Number {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                Self::new(self.0 $sign other.0)
            }
        }
        impl $name<f64> for Number {
            type Output = Self;
            fn $method(self, other: f64) -> Self {
                self $sign Self::new(other)
            }
        }
    )*};
}
arithmetic!(Add add +, Sub sub -, Mul mul *, Div div /);

impl Neg for Number {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Number {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(value: f64) -> Number {
        Number::new(value)
    }

    #[test]
    fn differences_are_what_they_are_on_paper() {
        let (later, earlier) = (std::hint::black_box(82.1), std::hint::black_box(80.0));
        assert!(later - earlier != 2.1, "binary fractions are not");
        assert!(n(82.1) - n(80.0) == 2.1);
        assert!(n(82.1) - n(80.0) > 2.0);
        assert!(n(82.0) - n(80.0) <= 2.0);
        assert!(n(0.1) + n(0.2) == 0.3);
        assert!(n(2.04) > 2.0, "nothing is rounded to one decimal first");
    }

    #[test]
    fn every_gain_of_a_scale_with_tenths_is_exact() {
        for start in 250..3500 {
            for gain in 0..60 {
                let gained = n(f64::from(start + gain) / 10.0) - n(f64::from(start) / 10.0);
                assert!(gained == f64::from(gain) / 10.0, "{start} + {gain}");
                assert_eq!(gained > 2.0, gain > 20, "{start} + {gain}");
            }
        }
    }

    #[test]
    fn a_mean_just_below_a_limit_is_below_it() {
        let sum: Number = [n(135.0), n(135.0), n(134.9)].into_iter().sum();
        assert!(sum / 3.0 < 135.0);
        let sum: Number = (0..999).map(|_| n(135.0)).chain([n(134.99)]).sum();
        assert!(sum / 1000.0 < 135.0);
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(n(2.1).in_words("da"), "2,1");
        assert_eq!(n(2.1).in_words("en-GB"), "2.1");
        assert_eq!(n(80.0).in_words("da"), "80");
        assert_eq!(n(2.72).in_words("en"), "2.72");
        assert_eq!(n(135.333_333).in_words("en"), "135.33");
        assert_eq!(n(-0.04).with_decimals(1, "en"), "0.0");
        assert_eq!(n(-1.05).with_decimals(1, "en"), "-1.1");
        assert_eq!(n(1_234.5).with_decimals(3, "da"), "1234,500");
        assert_eq!(n(0.05).with_decimals(2, "da"), "0,05");
    }

    #[test]
    fn times_in_milliseconds_are_left_alone() {
        assert!(n(1_772_438_400_001.0).get() == 1_772_438_400_001.0);
    }
}
