//! Gestational age, in days of the calendar.
//!
//! Counted in local days, so that an hour more or less when the clocks change is no day more or less: 280
//! days minus the days left to the due date, or the days since the first day of the last period. An
//! ultrasound's due date goes before the last period.

use crate::Day;
use gtp_contract::types::Text;
use std::fmt;

/// How far a pregnancy has come: 34+2 is 34 whole weeks and 2 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GestationalAge {
    /// Days since the first day of the last period, real or reckoned back from the due date.
    pub days: i64,
}

/// How many days before the due date a pregnancy begins.
const TERM: i64 = 280;

/// A gestational age of so many weeks and days.
#[must_use]
pub const fn weeks(weeks: i64, days: i64) -> GestationalAge {
    GestationalAge { days: weeks * 7 + days }
}

impl GestationalAge {
    /// On `day`, with this due date.
    #[must_use]
    pub const fn by_due_date(day: Day, due: Day) -> Self {
        Self { days: TERM - due.since(day) }
    }

    /// On `day`, with this first day of the last period.
    #[must_use]
    pub const fn by_last_period(day: Day, first_day: Day) -> Self {
        Self { days: day.since(first_day) }
    }

    /// Whole weeks.
    #[must_use]
    pub const fn week(self) -> i64 {
        self.days.div_euclid(7)
    }

    /// As a text that is the same in every language: `34+2`.
    #[must_use]
    pub fn text(self, languages: &[&str]) -> Text {
        languages.iter().map(|language| ((*language).to_owned(), self.to_string())).collect()
    }
}

impl fmt::Display for GestationalAge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.week(), self.days.rem_euclid(7))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_counting_agree() {
        let today = Day(20_000);
        for days in 0..300 {
            let by_period = GestationalAge::by_last_period(today, today.before(days));
            let due = Day(today.0 - days + TERM);
            assert_eq!(by_period, GestationalAge::by_due_date(today, due));
        }
        assert_eq!(weeks(34, 2).to_string(), "34+2");
        assert!(weeks(24, 0) <= weeks(27, 6) && weeks(27, 6) < weeks(28, 0));
    }
}
