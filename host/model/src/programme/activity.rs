//! What is expected when (`schedule.wit`).

use super::{Annotations, Subject};
use crate::Text;
use serde::{Deserialize, Serialize};

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// On which days something is expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// Every day.
    Daily,
    /// Every so many days, counted from the phase's first.
    EveryDays(u32),
    /// On these.
    Weekdays(Vec<Weekday>),
    /// So many times in each week, on days of the citizen's choice.
    TimesAWeek(u32),
    /// In so many days before an appointment: with slots, in them on each of the days; without, once.
    BeforeVisit(u32),
    /// Never expected, always welcome.
    OnDemand,
}

/// A part of the day in which something is expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Its name: "morning".
    pub title: Text,
    /// Minutes after local midnight.
    pub start: u16,
    /// Minutes after local midnight, not included.
    pub end: u16,
    /// How many readings.
    pub readings: u8,
    /// At least this many minutes apart.
    pub apart: u16,
}

/// A stretch of an enrolment with one pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// Days after the enrolment's start.
    pub from_day: u32,
    /// How many days. Absent: until the end.
    pub days: Option<u32>,
    /// On which days.
    pub pattern: Pattern,
    /// When in the day. Empty: once, at any time.
    pub slots: Vec<Slot>,
}

/// Something to measure or answer again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// What to measure or answer, together.
    pub subjects: Vec<Subject>,
    /// When.
    pub phases: Vec<Phase>,
    /// Minutes of grace before it counts as missing.
    pub grace: u32,
    /// Annotations.
    pub annotations: Annotations,
}
