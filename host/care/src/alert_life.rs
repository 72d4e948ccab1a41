//! What else happens to an alert: it is handed over to another unit of the care team, or it is open again.

use crate::enrolment_life::check_reason;
use crate::{Care, CareError, Conflict, Fault, Problem};
use gtp_model::{Actor, Alert, AlertId, AlertState, UnitId};
use gtp_record::event::alert::{AlertHandedOver, AlertReopened};
use gtp_record::view::queries;

impl Care {
    /// Moves an alert to the worklist of another unit of the care team, where it is open.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: the unit is not in the enrolment's care team, or there is no note.
    /// - [`Conflict::Taken`] where somebody else works on it, and who; [`Conflict::Resolved`].
    pub async fn hand_over_alert(
        &self,
        actor: &Actor,
        id: AlertId,
        unit: &UnitId,
        note: &str,
    ) -> Result<Alert, CareError> {
        let note = note.trim();
        crate::triage::check_note(note, "/note", false)?;
        self.change_alert(actor, id, |alert| {
            let enrolment = queries::enrolment(&*self.store, alert.enrolment)?
                .ok_or(CareError::NotFound("alert"))?
                .enrolment;
            if !enrolment.cared_for_by(unit) {
                let problem = Problem::new("/unit", Fault::NotInCareTeam);
                return Err(CareError::Invalid(vec![problem]));
            }
            match &alert.state {
                AlertState::Taken { by, .. } if by.account != actor.account => {
                    Err(Conflict::Taken(by.clone()).into())
                }
                AlertState::Resolved { by, .. } => Err(Conflict::Resolved(by.clone()).into()),
                AlertState::Open if alert.unit == *unit => Ok(None),
                _ => Ok(Some(
                    AlertHandedOver { alert: id, unit: unit.clone(), note: note.to_owned() }.into(),
                )),
            }
        })
        .await
    }

    /// Opens an alert again: somebody gives back what they took, or it was resolved by mistake. A colleague's
    /// alert, and one that is resolved, needs a reason.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: no reason where one is needed.
    /// - [`Conflict::NotTaken`]: it is open already.
    /// - [`Conflict::OpenAgain`]: since it was resolved, another alert was opened for the same cause.
    pub async fn reopen_alert(
        &self,
        actor: &Actor,
        id: AlertId,
        reason: &str,
    ) -> Result<Alert, CareError> {
        let reason = reason.trim();
        self.change_alert(actor, id, |alert| {
            let own =
                matches!(&alert.state, AlertState::Taken { by, .. } if by.account == actor.account);
            if !own {
                let mut problems = vec![];
                check_reason(reason, &mut problems);
                crate::enrolment_life::invalid(problems)?;
            }
            match &alert.state {
                AlertState::Open => return Err(Conflict::NotTaken.into()),
                AlertState::Taken { .. } => {}
                AlertState::Resolved { .. } => {
                    let same = queries::open_alert(&*self.store, alert.enrolment, &alert.cause)?;
                    if same.is_some() {
                        return Err(Conflict::OpenAgain.into());
                    }
                }
            }
            Ok(Some(AlertReopened { alert: id, reason: reason.to_owned() }.into()))
        })
        .await
    }
}
