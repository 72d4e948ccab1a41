//! What clinicians do with an alert: take it, note something on it, resolve it, hand it over, open it again.

use crate::access::Deed;
use crate::command::Decided;
use crate::enrolment_life::check_reason;
use crate::{Care, CareError, Conflict, Fault, Once, Problem};
use gtp_model::{Actor, Alert, AlertId, AlertOutcome, AlertState, UnitId};
use gtp_record::event::Event;
use gtp_record::event::alert::{
    AlertHandedOver, AlertNoted, AlertReopened, AlertResolved, AlertTaken,
};
use gtp_record::view::queries;
use serde::Serialize;

/// How a clinician can say that an alert ended, beside words.
pub const OUTCOMES: [&str; 5] = ["contacted", "no-action", "measured-again", "referred", "other"];
/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 4_000;

/// What somebody does with an alert.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertAction {
    /// Works on it: from now on everybody sees who does.
    Take,
    /// Writes something on it.
    Note(String),
    /// It is done; the outcome's code is one of [`OUTCOMES`].
    Resolve(AlertOutcome),
    /// Moves it to the worklist of another unit of the care team, where it is open.
    HandOver {
        /// To whom.
        unit: UnitId,
        /// What they should know.
        note: String,
    },
    /// Opens it again: gives back what they took, or it was resolved by mistake. A colleague's alert, and one
    /// that is resolved, needs a reason.
    Reopen(String),
}

impl Care {
    /// Does something with an alert, and answers with the alert as it is then.
    ///
    /// # Errors
    /// - [`CareError::NotFound`]: there is none, or the actor may not know of it.
    /// - [`CareError::Invalid`]: words that are absent or too long, an outcome that is none of [`OUTCOMES`], a
    ///   unit that is not in the enrolment's care team.
    /// - [`Conflict::Taken`] where somebody else works on it, and [`Conflict::Resolved`] where it is done; both
    ///   say by whom.
    /// - [`Conflict::NotTaken`]: it is open already. [`Conflict::OpenAgain`]: since it was resolved, another alert
    ///   was opened for the same cause.
    pub async fn act_on_alert(
        &self,
        actor: &Actor,
        id: AlertId,
        action: &AlertAction,
        once: Once<'_>,
    ) -> Result<Alert, CareError> {
        action.check()?;
        let (alert, _) = self.permitted_alert(actor, id)?;
        let decide = |alert: &Alert| match action {
            AlertAction::Take => take(actor, alert),
            AlertAction::Note(text) => {
                Ok(Some(AlertNoted { alert: id, text: text.trim().to_owned() }.into()))
            }
            AlertAction::Resolve(outcome) => resolve(actor, alert, outcome),
            AlertAction::HandOver { unit, note } => self.hand_over(actor, alert, unit, note),
            AlertAction::Reopen(reason) => self.reopen(actor, alert, reason),
        };
        self.command(actor, Deed::Triage, alert.citizen, once, &(id, action), |record, _| {
            let alert = self.alert_in(actor, record, id)?;
            Ok(Decided::new(decide(&alert)?.into_iter().collect(), ()))
        })
        .await?;
        Ok(self.permitted_alert(actor, id)?.0)
    }

    fn hand_over(
        &self,
        actor: &Actor,
        alert: &Alert,
        unit: &UnitId,
        note: &str,
    ) -> Result<Option<Event>, CareError> {
        let enrolment = queries::enrolment(&*self.store, alert.enrolment)?
            .ok_or(CareError::NotFound("alert"))?
            .enrolment;
        if !enrolment.cared_for_by(unit) {
            return Err(CareError::Invalid(vec![Problem::new("/unit", Fault::NotInCareTeam)]));
        }
        unless_anothers(actor, alert)?;
        if alert.state == AlertState::Open && alert.unit == *unit {
            return Ok(None);
        }
        let (unit, note) = (unit.clone(), note.trim().to_owned());
        Ok(Some(AlertHandedOver { alert: alert.id, unit, note }.into()))
    }

    fn reopen(
        &self,
        actor: &Actor,
        alert: &Alert,
        reason: &str,
    ) -> Result<Option<Event>, CareError> {
        let reason = reason.trim();
        if !taken_by(actor, alert) {
            let mut problems = vec![];
            check_reason(reason, &mut problems);
            crate::enrolment_life::invalid(problems)?;
        }
        match &alert.state {
            AlertState::Open => return Err(Conflict::NotTaken.into()),
            AlertState::Taken { .. } => {}
            AlertState::Resolved { .. } => {
                if queries::open_alert(&*self.store, alert.enrolment, &alert.cause)?.is_some() {
                    return Err(Conflict::OpenAgain.into());
                }
            }
        }
        Ok(Some(AlertReopened { alert: alert.id, reason: reason.to_owned() }.into()))
    }
}

impl AlertAction {
    /// What can be said without looking at the alert.
    fn check(&self) -> Result<(), CareError> {
        match self {
            Self::Take | Self::Reopen(_) => Ok(()),
            Self::Note(text) => check_note(text, "/text", false),
            Self::HandOver { note, .. } => check_note(note, "/note", false),
            Self::Resolve(outcome) if !OUTCOMES.contains(&outcome.code.as_str()) => {
                Err(CareError::Invalid(vec![Problem::new("/code", Fault::NoSuchChoice)]))
            }
            Self::Resolve(outcome) => check_note(&outcome.note, "/note", true),
        }
    }
}

fn take(actor: &Actor, alert: &Alert) -> Result<Option<Event>, CareError> {
    if taken_by(actor, alert) {
        return Ok(None);
    }
    unless_anothers(actor, alert)?;
    Ok(Some(AlertTaken { alert: alert.id }.into()))
}

fn resolve(
    actor: &Actor,
    alert: &Alert,
    outcome: &AlertOutcome,
) -> Result<Option<Event>, CareError> {
    unless_anothers(actor, alert)?;
    Ok(Some(AlertResolved { alert: alert.id, outcome: outcome.clone() }.into()))
}

fn taken_by(actor: &Actor, alert: &Alert) -> bool {
    matches!(&alert.state, AlertState::Taken { by, .. } if by.account == actor.account)
}

/// Refuses where somebody else works on the alert, or it is done.
fn unless_anothers(actor: &Actor, alert: &Alert) -> Result<(), CareError> {
    match &alert.state {
        AlertState::Taken { by, .. } if by.account != actor.account => {
            Err(Conflict::Taken(by.clone()).into())
        }
        AlertState::Resolved { by, .. } => Err(Conflict::Resolved(by.clone()).into()),
        _ => Ok(()),
    }
}

fn check_note(text: &str, pointer: &str, may_be_empty: bool) -> Result<(), CareError> {
    let fault = match text.trim().chars().count() {
        0 if !may_be_empty => Fault::Empty,
        n if n > LONGEST_NOTE => Fault::TooLong(LONGEST_NOTE as u64),
        _ => return Ok(()),
    };
    Err(CareError::Invalid(vec![Problem::new(pointer, fault)]))
}
