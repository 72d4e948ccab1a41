//! One citizen in one programme.

use crate::{CitizenId, EnrolmentId, ProgrammeId, Time, UnitId};
use serde::{Deserialize, Serialize};

/// Where an enrolment is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnrolmentState {
    /// Agreed, begins later.
    Planned,
    /// The citizen measures, the unit looks.
    Active,
    /// Nothing is expected for a while.
    Paused,
    /// Over. Nothing more is accepted.
    Ended,
}

/// One citizen in one programme, with the unit that looks after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// Who.
    pub citizen: CitizenId,
    /// In what.
    pub programme: ProgrammeId,
    /// The unit whose worklist its alerts come to.
    pub unit: UnitId,
    /// Further units in treatment relation: with `unit`, the care team.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub care_team: Vec<UnitId>,
    /// When it starts.
    pub start: Time,
    /// Where it is in its life.
    pub state: EnrolmentState,
}

impl Enrolment {
    /// Whether this unit is in the care team.
    #[must_use]
    pub fn cared_for_by(&self, unit: &UnitId) -> bool {
        self.unit == *unit || self.care_team.contains(unit)
    }
}
