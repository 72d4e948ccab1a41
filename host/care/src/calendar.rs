//! Local time: which day a measurement belongs to, and moments as people and interfaces write them.
//!
//! The zone's data is built in, so that an old machine judges a measurement like a new one.

use gtp_model::{LocalTime, Time};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use thiserror::Error;

/// The calendar of the place where the host works.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
}

/// A time zone that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no time zone “{0}”; write its IANA name, for example Europe/Copenhagen")]
pub struct UnknownZone(pub String);

impl Calendar {
    /// The calendar of an IANA time zone.
    ///
    /// # Errors
    /// The name is not in the IANA database.
    pub fn new(zone: &str) -> Result<Self, UnknownZone> {
        let zone = TimeZone::get(zone).map_err(|_| UnknownZone(zone.to_owned()))?;
        Ok(Self { zone })
    }

    /// The IANA name of its time zone.
    #[must_use]
    pub fn name(&self) -> &str {
        self.zone.iana_name().unwrap_or_default()
    }

    /// The moment with its local offset.
    #[must_use]
    pub fn local(&self, time: Time) -> LocalTime {
        let offset = Timestamp::from_millisecond(time.0)
            .map_or(0, |stamp| self.zone.to_offset(stamp).seconds() / 60);
        LocalTime { time, offset: i16::try_from(offset).unwrap_or(0) }
    }

    /// The moment with its parts, for showing it.
    #[must_use]
    pub fn zoned(&self, time: Time) -> jiff::Zoned {
        Timestamp::from_millisecond(time.0).unwrap_or_default().to_zoned(self.zone.clone())
    }

    /// The moment of a local date and time, `2026-11-21T07:30`. A time that the clock skips in spring is
    /// taken an hour later; one that it shows twice in autumn is the first.
    #[must_use]
    pub fn moment(&self, local: &str) -> Option<Time> {
        let civil: jiff::civil::DateTime = local.parse().ok()?;
        let zoned = civil.to_zoned(self.zone.clone()).ok()?;
        Some(Time(zoned.timestamp().as_millisecond()))
    }

    /// The moment at which the clock on the wall shows so many minutes after midnight of a day; 1,440 is
    /// the next midnight.
    #[must_use]
    pub fn at_minute(&self, day: jiff::civil::Date, minute: u16) -> Time {
        let wall = day.at(0, 0, 0, 0).saturating_add(i64::from(minute).minutes());
        let moment = wall.to_zoned(self.zone.clone());
        moment.map_or(Time(i64::MAX), |zoned| Time(zoned.timestamp().as_millisecond()))
    }
}

/// Writes a moment as RFC 3339 in UTC, with milliseconds only where there are any.
#[must_use]
pub fn rfc3339(time: Time) -> String {
    Timestamp::from_millisecond(time.0).unwrap_or_default().to_string()
}

/// Reads an RFC 3339 moment. One without an offset is no moment.
#[must_use]
pub fn parse_rfc3339(text: &str) -> Option<Time> {
    let stamp: Timestamp = text.parse().ok()?;
    Some(Time(stamp.as_millisecond()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn copenhagen() -> Calendar {
        Calendar::new("Europe/Copenhagen").unwrap()
    }

    #[test]
    fn summer_and_winter_have_their_own_offsets() {
        let offset = |text| copenhagen().local(parse_rfc3339(text).unwrap()).offset;
        assert_eq!(offset("2026-03-29T00:59:59Z"), 60);
        assert_eq!(offset("2026-03-29T01:00:00Z"), 120);
        assert_eq!(offset("2026-10-25T00:59:59Z"), 120);
        assert_eq!(offset("2026-10-25T01:00:00Z"), 60);
    }

    #[test]
    fn a_skipped_and_a_repeated_hour_each_have_a_moment() {
        let moment = |text| copenhagen().moment(text).map(rfc3339);
        assert_eq!(moment("2026-03-29T02:30").unwrap(), "2026-03-29T01:30:00Z");
        assert_eq!(moment("2026-10-25T02:30").unwrap(), "2026-10-25T00:30:00Z");
        assert_eq!(moment("2026-02-30T02:30"), None);
    }

    #[test]
    fn a_moment_without_offset_is_refused() {
        assert_eq!(parse_rfc3339("2026-11-21T07:30:00"), None);
        assert_eq!(
            parse_rfc3339("2026-11-21T07:30:00+01:00"),
            parse_rfc3339("2026-11-21T06:30:00Z")
        );
    }

    #[test]
    fn an_unknown_zone_is_named() {
        assert_eq!(
            Calendar::new("Europe/Odense").unwrap_err(),
            UnknownZone("Europe/Odense".into())
        );
    }
}
