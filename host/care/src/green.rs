//! What went well: measurements that opened no alert, and that somebody has seen them.
//!
//! A unit's green list has the enrolments that were judged since somebody last said so and that have no alert
//! that is not resolved. Acknowledging names the newest assessment that was seen: what comes in between the look
//! and the click stays on the list.

use crate::access::Deed;
use crate::command::{Decided, Once};
use crate::{Care, CareError, Fault, Problem};
use gtp_model::{Actor, CitizenId, EnrolmentId, EnrolmentState, ProgrammeId, UnitId};
use gtp_record::event::alert::GreenAcknowledged;
use gtp_record::view::{queries, rows::EnrolmentRow};
use serde::{Deserialize, Serialize};

/// The longest receipt to a citizen, in characters.
const LONGEST_RECEIPT: usize = 500;
/// So many enrolments of a unit are read at a time.
const CHUNK: usize = 500;

/// An enrolment with new measurements and nothing to act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Green {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// Its programme.
    pub programme: ProgrammeId,
    /// Whom it is about.
    pub citizen: CitizenId,
    /// Their name.
    pub citizen_name: String,
    /// The number of the newest assessment: what is acknowledged.
    pub through: u64,
}

/// What somebody acknowledges of one enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Which.
    pub enrolment: EnrolmentId,
    /// The number of the newest assessment that they saw.
    pub through: u64,
}

impl Care {
    /// The enrolments of the actor's unit that are all green and that nobody has acknowledged, up to `most`, with a line in
    /// the access log of everybody on it.
    ///
    /// # Errors
    /// [`CareError::Denied`] where the actor has no worklist.
    pub async fn green_list(&self, actor: &Actor, most: usize) -> Result<Vec<Green>, CareError> {
        let green = self.find_green(actor, most)?;
        let listed = green.iter().map(|own| own.citizen).collect();
        self.listed(actor, "green-list", listed).await?;
        Ok(green)
    }

    fn find_green(&self, actor: &Actor, most: usize) -> Result<Vec<Green>, CareError> {
        self.require(actor, Deed::Worklist)?;
        let unit = actor.unit.as_ref().ok_or(CareError::Denied("own-worklist-only"))?;
        let (mut green, mut after) = (vec![], None);
        loop {
            let rows = queries::enrolments_of_unit(&*self.store, unit, after, CHUNK)?;
            let Some(last) = rows.last() else { return Ok(green) };
            after = Some(last.enrolment.id);
            for row in &rows {
                green.extend(self.green(actor, unit, row)?);
                if green.len() >= most {
                    return Ok(green);
                }
            }
        }
    }

    fn green(
        &self,
        actor: &Actor,
        unit: &UnitId,
        row: &EnrolmentRow,
    ) -> Result<Option<Green>, CareError> {
        let enrolment = &row.enrolment;
        let alive = matches!(enrolment.state, EnrolmentState::Active | EnrolmentState::Paused);
        if !alive || enrolment.unit != *unit {
            return Ok(None);
        }
        let store = &*self.store;
        let Some(through) = queries::latest_assessment_number(store, enrolment.id)? else {
            return Ok(None);
        };
        let seen = queries::acknowledged(store, enrolment.id)?;
        if seen.is_some_and(|seen| seen.through >= through)
            || !self.unresolved(enrolment.citizen, enrolment.id)?.is_empty()
        {
            return Ok(None);
        }
        let record = match self.permitted_enrolment(actor, Deed::Triage, enrolment) {
            Ok(record) => record,
            Err(CareError::NotFound(_) | CareError::Blocked) => return Ok(None),
            Err(other) => return Err(other),
        };
        Ok(Some(Green {
            enrolment: enrolment.id,
            programme: enrolment.programme.clone(),
            citizen: enrolment.citizen,
            citizen_name: record.citizen.name,
            through,
        }))
    }

    /// Acknowledges what was green, with words for the citizens where there are any. Each enrolment is a commit of
    /// its own: one that has changed in between is left on the list and not among those that are returned.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: words that are too long.
    /// - [`CareError::Denied`] where the actor has no worklist.
    pub async fn acknowledge_green(
        &self,
        actor: &Actor,
        seen: &[Seen],
        receipt: &str,
    ) -> Result<Vec<EnrolmentId>, CareError> {
        self.require(actor, Deed::Worklist)?;
        let receipt = receipt.trim();
        if receipt.chars().count() > LONGEST_RECEIPT {
            let fault = Fault::TooLong(LONGEST_RECEIPT as u64);
            return Err(CareError::Invalid(vec![Problem::new("/receipt", fault)]));
        }
        let mut done = vec![];
        for one in seen {
            if self.acknowledge(actor, *one, receipt).await? {
                done.push(one.enrolment);
            }
        }
        Ok(done)
    }

    /// Whether an enrolment was acknowledged, now or before.
    async fn acknowledge(
        &self,
        actor: &Actor,
        seen: Seen,
        receipt: &str,
    ) -> Result<bool, CareError> {
        let row = || queries::enrolment(&*self.store, seen.enrolment);
        let Some(found) = row()? else { return Ok(false) };
        let citizen = found.enrolment.citizen;
        let done = self.command(actor, Deed::Triage, citizen, Once::default(), &seen, |_, _| {
            let Some(row) = row()? else { return Ok(Decided::new(vec![], false)) };
            let Some(unit) = &actor.unit else { return Ok(Decided::new(vec![], false)) };
            let Some(green) = self.green(actor, unit, &row)? else {
                let before = queries::acknowledged(&*self.store, seen.enrolment)?;
                let already = before.is_some_and(|row| row.through >= seen.through);
                return Ok(Decided::new(vec![], already));
            };
            if green.through < seen.through {
                return Ok(Decided::new(vec![], false));
            }
            let acknowledged = GreenAcknowledged {
                enrolment: seen.enrolment,
                through: seen.through,
                receipt: receipt.to_owned(),
            };
            Ok(Decided::new(vec![acknowledged.into()], true))
        });
        match done.await {
            Err(CareError::NotFound(_)) => Ok(false),
            other => other,
        }
    }
}
