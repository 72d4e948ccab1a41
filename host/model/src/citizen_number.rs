//! The numbers by which Denmark knows a person: CPR, and the two kinds of replacement number.
//!
//! Forms: CPR is a date and four digits, of which the first tells the century (cpr.dk, "Personnummeret i
//! CPR"). A replacement number is a date, one digit, two letters and one digit: the national X-eCPR has 1
//! or 7 in the seventh place, the regions' D-eCPR has 0, 5 or 6 (HL7 Denmark, dk-core, identifiers X-eCPR
//! and D-eCPR). The modulus 11 check is no longer part of the form: numbers without it are given since 2007.

use crate::{DAY, Sex, Time};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// Which kind of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberKind {
    /// Civil registration number.
    Cpr,
    /// Replacement number of the national service.
    XEcpr,
    /// Replacement number of a region.
    DEcpr,
}

/// A valid CPR or replacement number: ten characters, no hyphen.
///
/// `Debug` hides it: it must never reach a log.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CitizenNumber {
    digits: String,
    kind: NumberKind,
    /// Days from 1970-01-01 to the birth, where the number tells the century.
    born: Option<i64>,
}

/// Why a text is no citizen number. Says nothing of the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidCitizenNumber {
    /// Not ten characters, hyphen apart.
    #[error("a citizen number has ten characters, with or without a hyphen after the sixth")]
    Length,
    /// The first six are no digits.
    #[error("a citizen number begins with six digits, the date of birth as day, month and year")]
    DateDigits,
    /// The first six are no day of the calendar.
    #[error(
        "the first six digits of a citizen number are a date of birth, and this day does not exist"
    )]
    Date,
    /// The last four fit neither form.
    #[error(
        "after the date, a CPR number has four digits; a replacement number has one of 0, 1, 5, 6, 7, then two letters and a digit"
    )]
    Form,
}

impl CitizenNumber {
    /// Which kind of number it is.
    #[must_use]
    pub const fn kind(&self) -> NumberKind {
        self.kind
    }

    /// The ten characters. For the record and for a person who may see them, never for a log.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.digits
    }

    /// The sex that the number tells: the last digit is odd for men.
    #[must_use]
    pub fn sex(&self) -> Option<Sex> {
        let last = self.digits.bytes().last()?;
        Some(if last % 2 == 1 { Sex::Male } else { Sex::Female })
    }

    /// Whole years of age at a moment. Absent where the number does not tell the century.
    #[must_use]
    pub fn age_at(&self, moment: Time) -> Option<u16> {
        let (born_year, born_month, born_day) = civil_from_days(self.born?);
        let (year, month, day) = civil_from_days(moment.0.div_euclid(DAY));
        let birthday_passed = (month, day) >= (born_month, born_day);
        u16::try_from(year - born_year - i64::from(!birthday_passed)).ok()
    }
}

impl FromStr for CitizenNumber {
    type Err = InvalidCitizenNumber;

    fn from_str(text: &str) -> Result<Self, InvalidCitizenNumber> {
        let compact: Vec<char> = match text.trim().split_once('-') {
            Some((date, rest)) if date.len() == 6 => date.chars().chain(rest.chars()).collect(),
            _ => text.trim().chars().collect(),
        };
        let [d1, d2, m1, m2, y1, y2, seventh, l1, l2, last] = compact[..] else {
            return Err(InvalidCitizenNumber::Length);
        };
        let two = |tens: char, ones: char| Some(tens.to_digit(10)? * 10 + ones.to_digit(10)?);
        let (Some(day), Some(month), Some(year)) = (two(d1, d2), two(m1, m2), two(y1, y2)) else {
            return Err(InvalidCitizenNumber::DateDigits);
        };
        let (Some(seventh), true) = (seventh.to_digit(10), last.is_ascii_digit()) else {
            return Err(InvalidCitizenNumber::Form);
        };
        let (kind, century) = if l1.is_ascii_digit() && l2.is_ascii_digit() {
            (NumberKind::Cpr, Some(century_of_cpr(seventh, year)))
        } else if l1.is_ascii_alphabetic() && l2.is_ascii_alphabetic() {
            match seventh {
                1 | 7 => (NumberKind::XEcpr, None),
                0 | 5 | 6 => (NumberKind::DEcpr, None),
                _ => return Err(InvalidCitizenNumber::Form),
            }
        } else {
            return Err(InvalidCitizenNumber::Form);
        };
        // Without a century, a leap day is accepted in any year that has one in some century.
        let full_year = i64::from(year) + century.unwrap_or(2000);
        if month == 0 || month > 12 || day == 0 || day > days_in_month(full_year, month) {
            return Err(InvalidCitizenNumber::Date);
        }
        let born = century.map(|_| days_from_civil(full_year, month, day));
        let digits = compact.into_iter().map(|c| c.to_ascii_uppercase()).collect();
        Ok(Self { digits, kind, born })
    }
}

/// The century from the seventh digit and the year, as cpr.dk tables it.
const fn century_of_cpr(seventh: u32, year: u32) -> i64 {
    match (seventh, year) {
        (0..=3, _) | (4 | 9, 37..) => 1900,
        (5..=8, 58..) => 1800,
        _ => 2000,
    }
}

const fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar, counted in eras of 400 years.
const fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    // The year is taken to begin in March, so that the leap day is its last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month as i64 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i64 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The reverse of [`days_from_civil`]: year, month, day.
const fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
    let month =
        if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u32;
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

impl TryFrom<String> for CitizenNumber {
    type Error = InvalidCitizenNumber;
    fn try_from(text: String) -> Result<Self, InvalidCitizenNumber> {
        text.parse()
    }
}

impl From<CitizenNumber> for String {
    fn from(number: CitizenNumber) -> Self {
        number.digits
    }
}

impl fmt::Debug for CitizenNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CitizenNumber").field("kind", &self.kind).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use InvalidCitizenNumber::*;

    fn parse(text: &str) -> Result<CitizenNumber, InvalidCitizenNumber> {
        text.parse()
    }

    #[test]
    fn each_kind_is_recognised() {
        assert_eq!(parse("070761-0001").unwrap().kind(), NumberKind::Cpr);
        assert_eq!(parse("0707610001").unwrap().as_str(), "0707610001");
        assert_eq!(parse("0707611AB3").unwrap().kind(), NumberKind::XEcpr);
        assert_eq!(parse("070761-5ab3").unwrap().kind(), NumberKind::DEcpr);
    }

    #[test]
    fn a_refusal_says_what_is_wrong() {
        assert_eq!(parse("070761-001"), Err(Length));
        assert_eq!(parse("07x761-0001"), Err(DateDigits));
        assert_eq!(parse("310461-0001"), Err(Date));
        assert_eq!(parse("000161-0001"), Err(Date));
        assert_eq!(parse("290261-0001"), Err(Date), "1961 was no leap year");
        assert!(parse("290260-0001").is_ok());
        assert_eq!(parse("0707612AB3"), Err(Form));
        assert_eq!(parse("0707611A33"), Err(Form));
        assert_eq!(parse("070761-000X"), Err(Form));
        assert_eq!(parse("07076100🙂1"), Err(Form));
    }

    #[test]
    fn the_seventh_digit_tells_the_century() {
        let age = |text: &str| parse(text).unwrap().age_at(Time(days_from_civil(2026, 7, 7) * DAY));
        assert_eq!(age("070761-0001"), Some(65), "on the birthday");
        assert_eq!(age("080761-0001"), Some(64), "the day before it");
        assert_eq!(age("070710-4001"), Some(16));
        assert_eq!(age("070740-4001"), Some(86));
        assert_eq!(age("070757-5001"), None, "born in 2057");
        assert_eq!(age("070758-5001"), Some(168));
        assert_eq!(age("0707611AB3"), None);
    }

    #[test]
    fn the_last_digit_tells_the_sex() {
        assert_eq!(parse("070761-0001").unwrap().sex(), Some(Sex::Male));
        assert_eq!(parse("070761-0002").unwrap().sex(), Some(Sex::Female));
    }

    #[test]
    fn days_and_dates_agree_over_four_centuries() {
        for days in -150_000..150_000 {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
            assert!(day <= days_in_month(year, month));
        }
        assert_eq!(days_from_civil(1970, 1, 1), 0);
    }

    #[test]
    fn it_does_not_show_in_debug_output() {
        assert!(!format!("{:?}", parse("070761-0001").unwrap()).contains("0707"));
    }
}
