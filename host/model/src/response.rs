//! Filled-in questionnaires.

use crate::{CitizenId, ItemId, ProgrammeId, QuestionnaireId, ResponseId, Source, Time, Value};
use serde::{Deserialize, Serialize};

/// The answer to one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The item.
    pub item: ItemId,
    /// What was answered.
    pub value: Value,
}

/// A score, computed by the host from the answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The score's id.
    pub id: ItemId,
    /// The number.
    pub value: f64,
}

/// One filled-in copy of a questionnaire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// Its id.
    pub id: ResponseId,
    /// Whose.
    pub citizen: CitizenId,
    /// The programme that asks.
    pub programme: ProgrammeId,
    /// The questionnaire.
    pub questionnaire: QuestionnaireId,
    /// Version of its content.
    pub version: String,
    /// When it was answered.
    pub answered: Time,
    /// When the host received it.
    pub received: Time,
    /// The answers, in the questionnaire's order.
    pub answers: Vec<Answer>,
    /// The scores that could be computed. One unanswered item means no score.
    pub scores: Vec<Score>,
    /// Where it comes from.
    pub source: Source,
}
