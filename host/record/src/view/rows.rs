//! What the view keeps under its keys, and how.
//!
//! Rows are JSON: readable when somebody has to look, and free to grow. Observations alone are compact
//! (postcard), because a chart reads hundreds at a time and there are a hundred times more of them than of
//! anything else; they stand in [blocks](super::block). Neither form has to last: a changed one raises [`super::LAYOUT`], and the view is rebuilt.

use std::borrow::Cow;

use gtp_model::{
    Actor, Baseline, CitizenId, Digest, Enrolment, EnrolmentId, FieldId, LimitSetting, Observation,
    ObservationId, ProgrammeId, Source, Time, Value,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::position::Position;
use crate::store::StoreError;

mod account;
mod consent;
mod plan;

pub use account::{AccountRow, TokenRow};
pub use consent::{BlockRow, Consents, GlassRow, GrantRow, LookRow};
pub use plan::{DiaryRow, MessageRow, PlanChangeRow, PlanItemRow, ReadMark, VisitRow};

/// An observation with its place in the record.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservationRow {
    /// The observation.
    pub observation: Observation,
    /// Number of the event that recorded it.
    pub event: u64,
    /// The observation that took its place.
    pub superseded_by: Option<ObservationId>,
}

/// An enrolment and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentRow {
    /// The enrolment as it is now.
    pub enrolment: Enrolment,
    /// When it was recorded. It may have started before that; nothing was expected then.
    pub recorded: Time,
    /// While paused: until when, where that is known.
    #[serde(default)]
    pub paused_until: Option<Time>,
    /// The pauses there were, are and will be, in the order in which they begin.
    #[serde(default)]
    pub pauses: Vec<Pause>,
    /// Once ended: when, with what outcome, and why.
    #[serde(default)]
    pub ended: Option<Ending>,
}

/// When nothing was or is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The first moment of it.
    pub from: Time,
    /// The first moment after it. Absent: it goes on.
    pub until: Option<Time>,
}

/// How an enrolment ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// When.
    pub at: Time,
    /// Short and stable, as in [`crate::event::enrolment::EnrolmentEnded`].
    pub outcome: String,
    /// In words.
    pub reason: String,
}

/// A limit as it is set now, and by whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LimitRow {
    /// The setting.
    pub setting: LimitSetting,
    /// Who set it.
    pub by: Actor,
    /// When.
    pub at: Time,
    /// Number of the event that says so.
    pub event: u64,
}

/// What is usual for a citizen, and who said so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaselineRow {
    /// The baseline.
    pub baseline: Baseline,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Time,
    /// Number of the event that says so.
    pub event: u64,
}

/// That somebody has seen that all was well with an enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcknowledgedRow {
    /// The number of the newest assessment that was seen.
    pub through: u64,
    /// What the citizen was told. May be empty.
    pub receipt: String,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Time,
}

/// What was answered to a submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubmissionRow {
    /// SHA-256 of the request.
    pub digest: Digest,
    /// The answer.
    pub receipt: serde_json::Value,
    /// When it was received.
    pub at: Time,
    /// Number of the event that says so.
    pub event: u64,
}

/// One line of a citizen's access log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRow {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Time,
    /// What they saw.
    pub what: String,
    /// Why.
    pub why: String,
    /// Through what.
    pub through: String,
    /// The names of the policies that allowed it.
    #[serde(default)]
    pub under: Vec<String>,
    /// Number of the event that says so.
    pub event: u64,
}

/// One line of a programme's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeRow {
    /// The programme.
    pub programme: ProgrammeId,
    /// What happened.
    pub what: ProgrammeChange,
    /// Who did it.
    pub by: Actor,
    /// When.
    pub at: Time,
    /// Number of the event that says so.
    pub event: u64,
}

/// What can happen to a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProgrammeChange {
    /// A component passed its checks.
    Loaded {
        /// Its version.
        version: String,
        /// SHA-256 of its bytes.
        digest: Digest,
    },
    /// A version serves from now on.
    Activated {
        /// Its version.
        version: String,
        /// SHA-256 of its bytes.
        digest: Digest,
    },
    /// It serves no more.
    Withdrawn {
        /// Why.
        reason: String,
    },
}

/// Where an assessment lies in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AssessmentPlace {
    pub citizen: CitizenId,
    pub enrolment: EnrolmentId,
    pub version: u64,
}

/// The part of an observation that its place does not say.
#[derive(Serialize, Deserialize)]
struct Compact<'a> {
    received: i64,
    value: Cow<'a, Value>,
    #[serde(borrow)]
    unit: Cow<'a, str>,
    source: Cow<'a, Source>,
    supersedes: Option<ObservationId>,
    confirmed: bool,
    event: u64,
    superseded_by: Option<ObservationId>,
}

/// The bytes of a row as JSON.
pub(crate) fn json(row: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(row).map_err(|error| unreadable("row", error))
}

/// A row from JSON.
pub(crate) fn from_json<T: DeserializeOwned>(
    table: &'static str,
    bytes: &[u8],
) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| unreadable(table, error))
}

/// The bytes of an observation.
pub(crate) fn observation(
    observation: &Observation,
    event: u64,
    superseded_by: Option<ObservationId>,
) -> Result<Vec<u8>, StoreError> {
    compact(&Compact {
        received: observation.received.0,
        value: Cow::Borrowed(&observation.value),
        unit: Cow::Borrowed(&observation.unit),
        source: Cow::Borrowed(&observation.source),
        supersedes: observation.supersedes,
        confirmed: observation.confirmed,
        event,
        superseded_by,
    })
}

/// An observation from its bytes and what its place says.
pub(crate) fn from_observation(
    citizen: CitizenId,
    field: &FieldId,
    at: Position,
    bytes: &[u8],
) -> Result<ObservationRow, StoreError> {
    let compact: Compact<'_> = from_compact("observations", bytes)?;
    Ok(ObservationRow {
        observation: Observation {
            id: at.id(),
            citizen,
            field: field.clone(),
            measured: at.measured(),
            received: Time(compact.received),
            value: compact.value.into_owned(),
            unit: compact.unit.into_owned(),
            source: compact.source.into_owned(),
            supersedes: compact.supersedes,
            confirmed: compact.confirmed,
        },
        event: compact.event,
        superseded_by: compact.superseded_by,
    })
}

/// The bytes of a small row that nobody but the view reads.
pub(crate) fn compact(row: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    postcard::to_allocvec(row).map_err(|error| unreadable("row", error))
}

/// A small row from its bytes.
pub(crate) fn from_compact<'a, T: Deserialize<'a>>(
    table: &'static str,
    bytes: &'a [u8],
) -> Result<T, StoreError> {
    postcard::from_bytes(bytes).map_err(|error| unreadable(table, error))
}

pub(crate) fn unreadable(table: &'static str, what: impl std::fmt::Display) -> StoreError {
    StoreError::Row { table, what: what.to_string() }
}
