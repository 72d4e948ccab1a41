//! Moments, lengths of time and local days.
//!
//! A rule never reads a clock. It counts back from the moment that is judged, either in hours, which
//! are the same all year, or in local days, which are what people mean by "yesterday" on the night when the
//! clocks change.

use std::ops::{Add, Sub};

/// A moment, in milliseconds since 1970 (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub i64);

/// A day of the local calendar, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// So many minutes.
#[must_use]
pub const fn minutes(count: i64) -> Span {
    Span(count * MINUTE)
}

/// So many hours.
#[must_use]
pub const fn hours(count: i64) -> Span {
    Span(count * 60 * MINUTE)
}

/// So many times 24 hours. For "yesterday" see [`Day`].
#[must_use]
pub const fn days(count: i64) -> Span {
    Span(count * DAY)
}

impl Moment {
    /// The local day of this moment, where local time is so many minutes ahead of UTC.
    #[must_use]
    pub const fn day(self, offset: i16) -> Day {
        Day((self.0 + offset as i64 * MINUTE).div_euclid(DAY))
    }
}

impl Span {
    /// Whole hours, cut.
    #[must_use]
    pub const fn whole_hours(self) -> i64 {
        self.0 / (60 * MINUTE)
    }

    /// Whole times 24 hours, cut.
    #[must_use]
    pub const fn whole_days(self) -> i64 {
        self.0 / DAY
    }
}

impl Day {
    /// The day of a date field's value, which is its midnight in milliseconds.
    #[must_use]
    pub const fn of_date(milliseconds: f64) -> Self {
        Self((milliseconds as i64).div_euclid(DAY))
    }

    /// So many days before this one.
    #[must_use]
    pub const fn before(self, count: i64) -> Self {
        Self(self.0 - count)
    }

    /// How many days this one is after another; negative where it is before it.
    #[must_use]
    pub const fn since(self, other: Self) -> i64 {
        self.0 - other.0
    }
}

impl Sub<Span> for Moment {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Add<Span> for Moment {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub for Moment {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_day_follows_the_clock_on_the_wall() {
        // 2026-03-29 00:30 UTC is 01:30 in Copenhagen, and 2026-03-28 22:30 UTC is 23:30 the day before.
        let early = Moment(1_774_744_200_000);
        assert_eq!(early.day(60).since((early - hours(2)).day(60)), 1);
        assert_eq!(Moment(-1).day(0), Day(-1));
    }
}
