//! `[triage]` in `gtp.toml`: how long a red alert may wait, and when somebody is at work.

use gtp_care::office_hours::OfficeHours;
use gtp_care::{Escalation, EscalationRule};
use gtp_model::{ProgrammeId, UnitId};
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

/// The section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Triage {
    pub escalate_after: u32,
    pub days: Vec<Weekday>,
    pub from: Time,
    pub until: Time,
    pub closed: Vec<Date>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// What is different for a unit, a programme, or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<ProgrammeId>,
    pub escalate_after: u32,
    #[serde(default)]
    pub round_the_clock: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<UnitId>,
}

impl Default for Triage {
    fn default() -> Self {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        Self {
            escalate_after: 120,
            days: vec![Monday, Tuesday, Wednesday, Thursday, Friday],
            from: Time::constant(8, 0, 0, 0),
            until: Time::constant(16, 0, 0, 0),
            closed: vec![],
            rules: vec![],
        }
    }
}

impl Triage {
    /// The rules that care goes by.
    #[must_use]
    pub fn escalation(&self) -> Escalation {
        let hours = self.hours();
        let everybody = EscalationRule {
            after: self.escalate_after,
            hours: hours.clone(),
            ..EscalationRule::default()
        };
        let own = self.rules.iter().map(|rule| EscalationRule {
            unit: rule.unit.clone(),
            programme: rule.programme.clone(),
            after: rule.escalate_after,
            hours: if rule.round_the_clock { OfficeHours::always() } else { hours.clone() },
            to: rule.to.clone(),
        });
        Escalation(std::iter::once(everybody).chain(own).collect())
    }

    fn hours(&self) -> OfficeHours {
        let mut days = [false; 7];
        for day in &self.days {
            if let Some(own) = days.get_mut(*day as usize) {
                *own = true;
            }
        }
        let minute = |time: Time| {
            u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).unwrap_or(0)
        };
        // Midnight as an end is the end of the day.
        let until = match minute(self.until) {
            0 => 24 * 60,
            minute => minute,
        };
        OfficeHours { days, from: minute(self.from), until, closed: self.closed.clone() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn what_is_said_of_a_unit_goes_beside_what_is_said_of_all() {
        let triage: Triage = toml::from_str(
            "escalate-after = 60\ndays = [\"saturday\"]\nfrom = \"10:00:00\"\nuntil = \"00:00:00\"\n\
             closed = [\"2026-12-24\"]\n\
             [[rules]]\nunit = \"sor-1\"\nescalate-after = 15\nround-the-clock = true\nto = \"sor-2\"\n",
        )
        .unwrap();
        let Escalation(rules) = triage.escalation();
        assert_eq!((rules[0].after, rules[1].after), (60, 15));
        assert_eq!(rules[0].hours.days, [false, false, false, false, false, true, false]);
        assert_eq!((rules[0].hours.from, rules[0].hours.until), (600, 1440));
        assert_eq!(rules[1].hours, OfficeHours::always());
        assert_eq!(rules[1].to.as_ref().unwrap().as_str(), "sor-2");
    }
}
