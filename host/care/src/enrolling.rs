//! Enrolling citizens in programmes.

use crate::access::Deed;
use crate::histories::Histories;
use crate::{Care, CareError, Conflict, Fault, Problem, TRIES};
use gtp_model::{
    Actor, CitizenId, Enrolment, EnrolmentId, EnrolmentState, ProgrammeId, Role, Time, UnitId,
};
use gtp_record::event::{StreamId, enrolment::EnrolmentStarted};
use gtp_record::view::{queries, rows::EnrolmentRow};
use gtp_record::{Commit, Expected, StoreError};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    ) -> Result<Enrolment, CareError> {
        self.require(actor, Deed::Enrol)?;
        self.check_enrolment(actor, &new)?;
        let stream = StreamId::Citizen(citizen);
        for _ in 0..TRIES {
            let version = self.store.version(stream)?;
            if queries::citizen(&*self.store, citizen)?.is_none() {
                return Err(CareError::NotFound("citizen"));
            }
            let histories = Histories::of(&*self.store, citizen)?;
            if histories.own() != citizen {
                return Err(Conflict::Merged.into());
            }
            let same = |row: &EnrolmentRow| {
                row.enrolment.programme == new.programme
                    && row.enrolment.state != EnrolmentState::Ended
            };
            if histories.enrolments(&*self.store)?.iter().any(same) {
                return Err(Conflict::AlreadyEnrolled.into());
            }
            let now = self.now();
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
            let commit = Commit::new(actor.clone(), now)
                .stream(stream, Expected::Version(version))
                .event(EnrolmentStarted { enrolment: enrolment.clone() });
            match self.store.commit(commit).await {
                Ok(_) => return Ok(enrolment),
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Conflict::Race.into())
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
