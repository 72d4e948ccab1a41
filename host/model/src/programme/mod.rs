//! What a component defines, in one type whatever version of the contract the component was built for.
//!
//! The types follow the contract in `wit/` one to one; its texts say what each part means to an author. The
//! runtime fills them from a component once, when it loads it.

mod about;
mod activity;
mod field;
mod grant;
mod limit;
mod questionnaire;
mod rule;
mod scenario;

pub use about::{About, Card, CardStatus};
pub use activity::{Activity, Pattern, Phase, Slot, Weekday};
pub use field::{Choice, Coding, Field, Group, GroupCheck, Kind, Origin, Quantity, Range};
pub use grant::{Audience, Grant, Sight, Subject};
pub use limit::Limit;
pub use questionnaire::{
    Band, Combine, Condition, Item, ItemKind, Method, Questionnaire, ScoreRule, Test,
};
pub use rule::{Fact, Read, Rule, Severity};
pub use scenario::{Entry, Expectation, Outcome, Scenario, Step};

use crate::{FieldId, ItemId, LimitId, ProgrammeId, QuestionnaireId, RuleId};
use serde::{Deserialize, Serialize};

/// Names and values for what the contract did not foresee.
pub type Annotations = Vec<(String, String)>;

/// Everything that one component defines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Programme {
    /// What it is and who answers for it.
    pub about: About,
    /// What can be measured, noted or derived, in the order of the forms.
    pub fields: Vec<Field>,
    /// Fields that are measured together.
    pub groups: Vec<Group>,
    /// Questionnaires.
    pub questionnaires: Vec<Questionnaire>,
    /// Limits.
    pub limits: Vec<Limit>,
    /// Rules, described.
    pub rules: Vec<Rule>,
    /// What is expected when.
    pub schedule: Vec<Activity>,
    /// Who sees what.
    pub visibility: Vec<Grant>,
    /// The stories that prove the rules.
    pub scenarios: Vec<Scenario>,
}

impl Programme {
    /// The programme's id.
    #[must_use]
    pub const fn id(&self) -> &ProgrammeId {
        &self.about.id
    }

    /// The field of this id.
    #[must_use]
    pub fn field(&self, id: &FieldId) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == *id)
    }

    /// The group that a field belongs to.
    #[must_use]
    pub fn group_of(&self, field: &FieldId) -> Option<&Group> {
        self.groups.iter().find(|group| group.fields.contains(field))
    }

    /// The questionnaire of this id.
    #[must_use]
    pub fn questionnaire(&self, id: &QuestionnaireId) -> Option<&Questionnaire> {
        self.questionnaires.iter().find(|questionnaire| questionnaire.id == *id)
    }

    /// The limit of this id.
    #[must_use]
    pub fn limit(&self, id: &LimitId) -> Option<&Limit> {
        self.limits.iter().find(|limit| limit.id == *id)
    }

    /// The rule of this id.
    #[must_use]
    pub fn rule(&self, id: &RuleId) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == *id)
    }

    /// What an audience sees of a subject. What is granted to nobody is seen by nobody.
    #[must_use]
    pub fn sight(&self, subject: &Subject, audience: &Audience) -> Sight {
        self.grants(subject, audience).map(|grant| grant.sees).max().unwrap_or(Sight::Never)
    }

    /// Whether an audience may enter values of a subject.
    #[must_use]
    pub fn may_enter(&self, subject: &Subject, audience: &Audience) -> bool {
        self.grants(subject, audience).any(|grant| grant.may_enter)
    }

    fn grants(&self, subject: &Subject, audience: &Audience) -> impl Iterator<Item = &Grant> {
        self.visibility
            .iter()
            .filter(move |grant| grant.subject == *subject && grant.audience == *audience)
    }
}

impl Questionnaire {
    /// The item of this id.
    #[must_use]
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == *id)
    }
}
