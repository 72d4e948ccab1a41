//! How long a red alert may wait to be taken, and who hears of it then.

use crate::calendar::Calendar;
use crate::office_hours::OfficeHours;
use gtp_model::{Alert, ProgrammeId, Time, UnitId};

/// One rule of escalation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EscalationRule {
    /// For alerts on this unit's worklist. Absent: on any.
    pub unit: Option<UnitId>,
    /// For this programme's alerts. Absent: for any.
    pub programme: Option<ProgrammeId>,
    /// After so many minutes in which somebody was at work. 0: never.
    pub after: u32,
    /// When somebody is at work.
    pub hours: OfficeHours,
    /// To whose worklist the alert moves. Absent: it stays, marked as escalated.
    pub to: Option<UnitId>,
}

/// The rules of an installation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Escalation(pub Vec<EscalationRule>);

impl Escalation {
    /// When an alert is escalated if nobody takes it, and to whom: by the rule that fits most closely. None
    /// where it never is.
    #[must_use]
    pub fn of(&self, alert: &Alert, calendar: &Calendar) -> Option<(Time, Option<UnitId>)> {
        let fits = |rule: &&EscalationRule| {
            rule.unit.as_ref().is_none_or(|unit| *unit == alert.unit)
                && rule.programme.as_ref().is_none_or(|programme| *programme == alert.programme)
        };
        let closeness = |rule: &&EscalationRule| (rule.unit.is_some(), rule.programme.is_some());
        let rule = self.0.iter().rev().filter(fits).max_by_key(closeness)?;
        if rule.after == 0 {
            return None;
        }
        let deadline = rule.hours.deadline(calendar, alert.opened, rule.after)?;
        Some((deadline, rule.to.clone().filter(|to| *to != alert.unit)))
    }
}
