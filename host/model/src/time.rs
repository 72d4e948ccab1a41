//! A moment, and a moment in local time.

use serde::{Deserialize, Serialize};

/// A minute in milliseconds.
pub const MINUTE: i64 = 60_000;
/// An hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// 24 hours in milliseconds. A local day may be an hour shorter or longer.
pub const DAY: i64 = 24 * HOUR;

/// A moment: milliseconds since 1970-01-01T00:00:00Z, as the contract and the record count time.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// The moment this many milliseconds later (earlier where negative).
    #[must_use]
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to this moment.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A moment and by how many minutes local time was ahead of UTC then. Which day a measurement belongs to
/// is a question about local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalTime {
    /// The moment.
    pub time: Time,
    /// Minutes east of UTC.
    pub offset: i16,
}

impl LocalTime {
    /// The local day, counted from 1970-01-01.
    #[must_use]
    pub const fn day(self) -> i64 {
        self.time.plus(self.offset as i64 * MINUTE).0.div_euclid(DAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_evening_belongs_to_the_local_day() {
        let half_past_eleven_pm_utc = Time(DAY - 30 * MINUTE);
        assert_eq!(LocalTime { time: half_past_eleven_pm_utc, offset: 0 }.day(), 0);
        assert_eq!(LocalTime { time: half_past_eleven_pm_utc, offset: 60 }.day(), 1);
    }

    #[test]
    fn a_time_never_wraps_round() {
        assert_eq!(Time(i64::MAX).plus(1), Time(i64::MAX));
    }
}
