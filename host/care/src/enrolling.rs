//! Enrolling citizens in programmes.

use crate::access::Deed;
use crate::command::{Decided, digest};
use crate::histories::Histories;
use crate::{Care, CareError, Conflict, Fault, Once, Problem};
use gtp_model::{
    Actor, CitizenId, Enrolment, EnrolmentId, EnrolmentState, ProgrammeId, Role, Time, UnitId,
};
use gtp_record::event::{StreamId, enrolment::EnrolmentStarted};
use gtp_record::view::{queries, rows::EnrolmentRow};
use serde::Serialize;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewEnrolment {
    /// In which programme.
    pub programme: ProgrammeId,
    /// Which unit looks after it.
    pub unit: UnitId,
    /// Which other units belong to the care team.
    pub care_team: Vec<UnitId>,
    /// When it starts. Absent: now. Later than now: it is planned until then.
    pub start: Option<Time>,
}

impl Care {
    /// Enrols a citizen in a programme.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: the programme or a unit is not known here, or the enrolment would not be
    ///   looked after by the actor's own unit.
    /// - [`Conflict::AlreadyEnrolled`]: there is an enrolment in this programme that has not ended.
    /// - [`CareError::NotFound`]: no such citizen.
    pub async fn enrol(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        new: NewEnrolment,
        once: Once<'_>,
    ) -> Result<Enrolment, CareError> {
        // There need be no relation yet: to enrol is what begins one.
        let look = || self.require(actor, Deed::Enrol);
        let asked = digest(Deed::Enrol, &new);
        self.in_turn(actor, StreamId::Citizen(citizen), once, asked, look, |(), now| {
            self.begin_enrolment(actor, citizen, &new, now)
        })
        .await
    }

    fn begin_enrolment(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        new: &NewEnrolment,
        now: Time,
    ) -> Result<Decided<Enrolment>, CareError> {
        self.check_enrolment(actor, new)?;
        if queries::citizen(&*self.store, citizen)?.is_none() {
            return Err(CareError::NotFound("citizen"));
        }
        let histories = Histories::of(&*self.store, citizen)?;
        if histories.own() != citizen {
            return Err(Conflict::Merged.into());
        }
        let same = |row: &EnrolmentRow| {
            row.enrolment.programme == new.programme && row.enrolment.state != EnrolmentState::Ended
        };
        if histories.enrolments(&*self.store)?.iter().any(same) {
            return Err(Conflict::AlreadyEnrolled.into());
        }
        let start = new.start.unwrap_or(now);
        let enrolment = Enrolment {
            id: EnrolmentId::new(),
            citizen,
            programme: new.programme.clone(),
            unit: new.unit.clone(),
            care_team: new.care_team.clone(),
            start,
            state: if start > now { EnrolmentState::Planned } else { EnrolmentState::Active },
        };
        let started = EnrolmentStarted { enrolment: enrolment.clone() };
        Ok(Decided::new(vec![started.into()], enrolment))
    }

    fn check_enrolment(&self, actor: &Actor, new: &NewEnrolment) -> Result<(), CareError> {
        let mut problems = vec![];
        if self.programme(&new.programme).is_none() {
            problems.push(Problem::new("/programme", Fault::Unknown("programme")));
        }
        if queries::unit(&*self.store, &new.unit)?.is_none() {
            problems.push(Problem::new("/unit", Fault::Unknown("unit")));
        }
        for (index, unit) in new.care_team.iter().enumerate() {
            if queries::unit(&*self.store, unit)?.is_none() {
                problems.push(Problem::new(format!("/care_team/{index}"), Fault::Unknown("unit")));
            }
        }
        let own = |unit: &UnitId| *unit == new.unit || new.care_team.contains(unit);
        if actor.role == Role::Clinician && !actor.unit.as_ref().is_some_and(own) {
            problems.push(Problem::new("/unit", Fault::MayNotEnter));
        }
        if problems.is_empty() { Ok(()) } else { Err(CareError::Invalid(problems)) }
    }
}
