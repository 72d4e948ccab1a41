//! When a unit is at work: working days and hours, without the public holidays of Denmark.

use crate::calendar::Calendar;
use gtp_model::{MINUTE, Time};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// When somebody is at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeHours {
    /// On which days of the week, Monday first.
    pub days: [bool; 7],
    /// From this minute after local midnight.
    pub from: u16,
    /// Until this minute, not included.
    pub until: u16,
    /// Days on which nobody is there beside public holidays.
    pub closed: Vec<Date>,
}

impl Default for OfficeHours {
    /// Monday to Friday, 8 to 16.
    fn default() -> Self {
        let days = [true, true, true, true, true, false, false];
        Self { days, from: 8 * 60, until: 16 * 60, closed: vec![] }
    }
}

/// No deadline is further away than so many days: hours that never come are no hours.
const FURTHEST: usize = 400;

impl OfficeHours {
    /// At any time.
    #[must_use]
    pub const fn always() -> Self {
        Self { days: [true; 7], from: 0, until: 24 * 60, closed: vec![] }
    }

    /// Whether somebody is at work on a day.
    #[must_use]
    pub fn open_on(&self, day: Date) -> bool {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        let round_the_clock = self.from == 0 && self.until == 24 * 60 && self.days == [true; 7];
        self.days.get(weekday).copied().unwrap_or(false)
            && !self.closed.contains(&day)
            && (round_the_clock || !is_public_holiday(day))
    }

    /// The moment at which somebody has been at work for so many minutes since `from`. None where that
    /// never comes.
    #[must_use]
    pub fn deadline(&self, calendar: &Calendar, from: Time, minutes: u32) -> Option<Time> {
        let mut left = i64::from(minutes) * MINUTE;
        let mut day = calendar.zoned(from).date();
        for _ in 0..FURTHEST {
            if self.open_on(day) {
                let begins = calendar.at_minute(day, self.from).max(from);
                let ends = calendar.at_minute(day, self.until);
                let open = ends.since(begins).max(0);
                if open > 0 && left <= open {
                    return Some(begins.plus(left));
                }
                left -= open;
            }
            day = day.tomorrow().ok()?;
        }
        None
    }
}

/// The public holidays of Denmark, as they are since 2024 (the Great Prayer Day was abolished by act no. 214 of
/// 6 March 2023).
#[must_use]
pub fn is_public_holiday(day: Date) -> bool {
    if matches!((day.month(), day.day()), (1, 1) | (12, 25 | 26)) {
        return true;
    }
    let Some(easter) = easter(day.year()) else { return false };
    // Maundy Thursday, Good Friday, Easter, Ascension Day and Whitsun, by their distance from Easter Sunday.
    [-3, -2, 0, 1, 39, 49, 50]
        .into_iter()
        .any(|days: i64| easter.checked_add(days.days()).is_ok_and(|holiday| holiday == day))
}

/// Easter Sunday of a year, by the Gregorian computus (Butcher's algorithm, published 1876).
fn easter(year: i16) -> Option<Date> {
    let year = i32::from(year);
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let of_march = h + l - 7 * m + 114;
    let (month, day) = (of_march / 31, of_march % 31 + 1);
    let date =
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    date.ok().filter(|date| date.weekday() == Weekday::Sunday)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::calendar::rfc3339;

    fn copenhagen() -> Calendar {
        Calendar::new("Europe/Copenhagen").unwrap()
    }

    fn deadline(from: &str, minutes: u32) -> String {
        let calendar = copenhagen();
        let from = calendar.moment(from).unwrap();
        rfc3339(OfficeHours::default().deadline(&calendar, from, minutes).unwrap())
    }

    #[test]
    fn an_hour_begun_in_the_morning_is_over_an_hour_later() {
        assert_eq!(deadline("2026-11-24T09:15", 60), "2026-11-24T09:15:00Z");
    }

    #[test]
    fn what_comes_in_the_evening_or_at_the_weekend_waits_for_the_next_working_day() {
        assert_eq!(deadline("2026-11-24T20:00", 60), "2026-11-25T08:00:00Z");
        assert_eq!(deadline("2026-11-27T15:30", 60), "2026-11-30T07:30:00Z");
        assert_eq!(deadline("2026-11-28T12:00", 60), "2026-11-30T08:00:00Z");
    }

    #[test]
    fn public_holidays_are_no_working_days() {
        // Wednesday before Maundy Thursday 2026 at 15:30: half an hour is left, then Tuesday after Easter.
        assert_eq!(deadline("2026-04-01T15:30", 60), "2026-04-07T06:30:00Z");
        let day = |year, month, day| Date::new(year, month, day).unwrap();
        for holiday in [
            day(2026, 4, 2),
            day(2026, 4, 3),
            day(2026, 4, 5),
            day(2026, 4, 6),
            day(2026, 5, 14),
            day(2026, 5, 25),
            day(2027, 3, 29),
            day(2026, 12, 25),
        ] {
            assert!(is_public_holiday(holiday), "{holiday}");
        }
        assert!(!is_public_holiday(day(2026, 5, 1)), "the Great Prayer Day is a working day again");
        assert!(!is_public_holiday(day(2026, 6, 5)));
    }

    #[test]
    fn a_unit_that_never_sleeps_counts_every_minute_and_one_that_never_opens_has_no_deadline() {
        let calendar = copenhagen();
        let from = calendar.moment("2026-12-25T03:00").unwrap();
        let always = OfficeHours::always().deadline(&calendar, from, 60);
        assert_eq!(always, Some(from.plus(60 * MINUTE)));
        let never = OfficeHours { days: [false; 7], ..OfficeHours::default() };
        assert_eq!(never.deadline(&calendar, from, 60), None);
    }

    #[test]
    fn the_night_of_the_clock_change_shortens_no_office_hour() {
        assert_eq!(deadline("2026-03-27T15:30", 60), "2026-03-30T06:30:00Z");
    }
}
