//! Who sees what and who may enter it (`visibility.wit`).

use crate::{FieldId, QuestionnaireId, RuleId};
use serde::{Deserialize, Serialize};

/// One thing that a programme collects, shows or judges.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A field.
    Field(FieldId),
    /// A questionnaire.
    Questionnaire(QuestionnaireId),
    /// A rule's findings.
    Rule(RuleId),
}

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The citizen.
    Citizen,
    /// A relative with the citizen's grant.
    Relative,
    /// Hospital staff of the care team.
    Hospital,
    /// General practice staff of the care team.
    GeneralPractice,
    /// Municipal staff of the care team.
    Municipality,
}

/// When an audience sees something, the widest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sight {
    /// Never.
    Never,
    /// Once a clinician has looked at it.
    AfterReview,
    /// At once.
    Always,
}

/// What one audience may do with one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Of what.
    pub subject: Subject,
    /// Who.
    pub audience: Audience,
    /// When they see it.
    pub sees: Sight,
    /// Whether they may enter it.
    pub may_enter: bool,
}
