//! Limits that people set, in layers above the programme's default.

use crate::{CitizenId, EnrolmentId, FieldId, LimitId, ProgrammeId, Time, UnitId};
use serde::{Deserialize, Serialize};

/// The layers, the strongest last: a citizen's own limit goes before the unit's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitLayer {
    /// The default in the component.
    Programme,
    /// The region that runs the host.
    Region,
    /// The unit.
    Unit,
    /// This citizen in this programme.
    Citizen,
}

/// For whom a limit is set.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitScope {
    /// For everybody in the region.
    Region,
    /// For the enrolments of a unit.
    Unit(UnitId),
    /// For one enrolment.
    Enrolment(EnrolmentId),
}

impl LimitScope {
    /// The layer it belongs to.
    #[must_use]
    pub const fn layer(&self) -> LimitLayer {
        match self {
            Self::Region => LimitLayer::Region,
            Self::Unit(_) => LimitLayer::Unit,
            Self::Enrolment(_) => LimitLayer::Citizen,
        }
    }
}

/// A limit as somebody set it. Who did is the event's actor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitSetting {
    /// The programme.
    pub programme: ProgrammeId,
    /// Which of its limits.
    pub limit: LimitId,
    /// For whom.
    pub scope: LimitScope,
    /// The value in the limit's unit. Absent, and not relative either: the setting is taken back.
    pub value: Option<f64>,
    /// Instead of a value: so much above or below the citizen's own baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative: Option<Relative>,
    /// Why.
    pub reason: String,
    /// Until when it holds. Absent: until it is changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

impl LimitSetting {
    /// Whether it says that an earlier setting no longer holds.
    #[must_use]
    pub const fn takes_back(&self) -> bool {
        self.value.is_none() && self.relative.is_none()
    }
}

/// A limit that follows from a citizen's baseline: baseline plus offset, in the field's unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relative {
    /// Whose baseline counts.
    pub field: FieldId,
    /// What is added to it; negative for a limit below.
    pub offset: f64,
}

/// What is usual for one citizen: their dry weight, their oxygen saturation on a good day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Whose.
    pub citizen: CitizenId,
    /// Of what.
    pub field: FieldId,
    /// The value in the field's unit. Absent: it is not known any more.
    pub value: Option<f64>,
    /// Why this value: how it was found.
    pub reason: String,
}
