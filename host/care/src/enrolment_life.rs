//! What happens to an enrolment after it was started: it is paused, resumed and ended.
//!
//! A pause can be agreed beforehand; then the host begins it. In a pause nothing is expected and nothing is
//! missing, but what the citizen sends all the same is taken and judged. An enrolment with alerts that nobody
//! has resolved does not end unless whoever ends it says that they are resolved by it: none goes silently.

use crate::access::Deed;
use crate::command::{Decided, Once};
use crate::{Care, CareError, Conflict, Fault, Problem, Record};
use gtp_model::{
    Actor, Alert, AlertOutcome, AlertState, CitizenId, EnrolmentId, EnrolmentState, Time,
};
use gtp_record::event::Event;
use gtp_record::event::alert::AlertResolved;
use gtp_record::event::enrolment::{EnrolmentEnded, EnrolmentPaused, EnrolmentResumed};
use gtp_record::view::queries;
use gtp_record::view::rows::EnrolmentRow;
use serde::Serialize;

/// How an enrolment can end.
pub const ENDINGS: [&str; 5] = ["completed", "withdrawn", "moved", "died", "other"];
/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;
/// So many of a citizen's alerts are looked through for those that are not resolved.
const LOOKED_THROUGH: usize = 1_000;

/// A pause that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewPause {
    /// From when on. Absent: from now on.
    pub from: Option<Time>,
    /// Until when. Absent: until somebody resumes.
    pub until: Option<Time>,
    /// Why.
    pub reason: String,
}

/// The end that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewEnding {
    /// One of [`ENDINGS`].
    pub outcome: String,
    /// Why, in words.
    pub reason: String,
    /// Whether alerts that are not resolved are resolved by it. Where not, and there are any, it is refused.
    pub resolve_alerts: bool,
}

impl Care {
    /// An enrolment with its pauses and its end.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is none, or the actor may not know of it.
    pub fn enrolment(&self, actor: &Actor, id: EnrolmentId) -> Result<EnrolmentRow, CareError> {
        let row = queries::enrolment(&*self.store, id)?.ok_or(CareError::NotFound("enrolment"))?;
        self.permitted_enrolment(actor, Deed::View, &row.enrolment)?;
        Ok(row)
    }

    /// Expects nothing for a while.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: no reason, or times that contradict each other.
    /// - [`Conflict::Ended`]: the enrolment is over.
    pub async fn pause(
        &self,
        actor: &Actor,
        id: EnrolmentId,
        new: NewPause,
        once: Once<'_>,
    ) -> Result<EnrolmentRow, CareError> {
        self.change_enrolment(actor, id, once, &("pause", &new), |row, _, now| {
            let mut problems = vec![];
            check_reason(&new.reason, &mut problems);
            if new.from.is_some_and(|from| from < now) {
                problems.push(Problem::new("/from", Fault::InThePast));
            }
            let begins = new.from.unwrap_or(now);
            if let Some(until) = new.until
                && until <= begins
            {
                problems.push(Problem::new("/until", Fault::EndsBeforeItBegins));
            }
            invalid(problems)?;
            if row.enrolment.state == EnrolmentState::Ended {
                return Err(Conflict::Ended.into());
            }
            let paused = EnrolmentPaused {
                enrolment: id,
                from: new.from,
                until: new.until,
                reason: new.reason.trim().to_owned(),
            };
            Ok(vec![paused.into()])
        })
        .await
    }

    /// Ends a pause, and those that are agreed.
    ///
    /// # Errors
    /// [`Conflict::NotPaused`] where there is none, [`Conflict::Ended`] where the enrolment is over.
    pub async fn resume(
        &self,
        actor: &Actor,
        id: EnrolmentId,
        reason: &str,
        once: Once<'_>,
    ) -> Result<EnrolmentRow, CareError> {
        self.change_enrolment(actor, id, once, &("resume", reason), |row, _, now| {
            let agreed = row.pauses.iter().any(|pause| pause.until.is_none_or(|until| until > now));
            match row.enrolment.state {
                EnrolmentState::Ended => Err(Conflict::Ended.into()),
                EnrolmentState::Planned => Err(Conflict::NotPaused.into()),
                EnrolmentState::Active if !agreed => Err(Conflict::NotPaused.into()),
                _ => Ok(vec![
                    EnrolmentResumed { enrolment: id, reason: reason.trim().to_owned() }.into(),
                ]),
            }
        })
        .await
    }

    /// Ends an enrolment. Nothing more is accepted for it.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: an outcome that is none of [`ENDINGS`], or no reason.
    /// - [`Conflict::OpenAlerts`]: alerts are not resolved, and the ending does not resolve them.
    /// - [`Conflict::Ended`]: it is over already.
    pub async fn end(
        &self,
        actor: &Actor,
        id: EnrolmentId,
        new: NewEnding,
        once: Once<'_>,
    ) -> Result<EnrolmentRow, CareError> {
        self.change_enrolment(actor, id, once, &("end", &new), |row, _, _| {
            let mut problems = vec![];
            if !ENDINGS.contains(&new.outcome.as_str()) {
                problems.push(Problem::new("/outcome", Fault::NoSuchChoice));
            }
            check_reason(&new.reason, &mut problems);
            invalid(problems)?;
            if row.enrolment.state == EnrolmentState::Ended {
                return Err(Conflict::Ended.into());
            }
            let unresolved = self.unresolved(row.enrolment.citizen, id)?;
            if !unresolved.is_empty() && !new.resolve_alerts {
                return Err(Conflict::OpenAlerts(unresolved.len()).into());
            }
            let outcome =
                AlertOutcome { code: "enrolment-ended".to_owned(), note: new.reason.clone() };
            let mut events: Vec<Event> = unresolved
                .into_iter()
                .map(|alert| AlertResolved { alert: alert.id, outcome: outcome.clone() }.into())
                .collect();
            let (outcome, reason) = (new.outcome.clone(), new.reason.trim().to_owned());
            events.push(EnrolmentEnded { enrolment: id, outcome, reason }.into());
            Ok(events)
        })
        .await
    }

    /// The alerts of an enrolment that are not resolved.
    pub(crate) fn unresolved(
        &self,
        citizen: CitizenId,
        enrolment: EnrolmentId,
    ) -> Result<Vec<Alert>, CareError> {
        let alerts = queries::alerts_of(&*self.store, citizen, LOOKED_THROUGH)?;
        Ok(alerts
            .into_iter()
            .filter(|alert| {
                alert.enrolment == enrolment && !matches!(alert.state, AlertState::Resolved { .. })
            })
            .collect())
    }

    async fn change_enrolment(
        &self,
        actor: &Actor,
        id: EnrolmentId,
        once: Once<'_>,
        asked: &(impl Serialize + Sync),
        decide: impl Fn(&EnrolmentRow, &Record, Time) -> Result<Vec<Event>, CareError>,
    ) -> Result<EnrolmentRow, CareError> {
        let row = || -> Result<EnrolmentRow, CareError> {
            queries::enrolment(&*self.store, id)?.ok_or(CareError::NotFound("enrolment"))
        };
        let citizen = row()?.enrolment.citizen;
        self.command(actor, Deed::Change, citizen, once, &(id, asked), |record, now| {
            Ok(Decided::new(decide(&row()?, record, now)?, ()))
        })
        .await
        .map_err(of_enrolment)?;
        row()
    }
}

/// Whoever may not know of the citizen is told that there is no such enrolment.
pub(crate) fn of_enrolment(error: CareError) -> CareError {
    match error {
        CareError::NotFound(_) => CareError::NotFound("enrolment"),
        other => other,
    }
}

/// A reason must be there, and not too long.
pub(crate) fn check_reason(reason: &str, problems: &mut Vec<Problem>) {
    let fault = match reason.trim().chars().count() {
        0 => Fault::Empty,
        n if n > LONGEST_REASON => Fault::TooLong(LONGEST_REASON as u64),
        _ => return,
    };
    problems.push(Problem::new("/reason", fault));
}

/// Nothing, where nothing is wrong.
pub(crate) fn invalid(problems: Vec<Problem>) -> Result<(), CareError> {
    if problems.is_empty() { Ok(()) } else { Err(CareError::Invalid(problems)) }
}
