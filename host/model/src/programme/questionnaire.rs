//! Questionnaires and how they are scored (`questionnaires.wit`).

use super::{Annotations, Coding, Kind, Severity};
use crate::{FieldId, ItemId, QuestionnaireId, Text};
use serde::{Deserialize, Serialize};

/// What a condition asks of an earlier answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// It was answered.
    Answered,
    /// Its number is exactly this.
    Equals(f64),
    /// Its number is this or more.
    AtLeast(f64),
    /// Its number is this or less.
    AtMost(f64),
}

impl Test {
    /// Whether an answer's number (absent: not answered) passes.
    #[must_use]
    pub fn holds(self, answer: Option<f64>) -> bool {
        match (self, answer) {
            (_, None) => false,
            (Self::Answered, Some(_)) => true,
            (Self::Equals(wanted), Some(number)) => number == wanted,
            (Self::AtLeast(least), Some(number)) => number >= least,
            (Self::AtMost(most), Some(number)) => number <= most,
        }
    }
}

/// A condition on an earlier item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The earlier item.
    pub item: ItemId,
    /// What its answer must be.
    pub test: Test,
}

/// Whether all or any of several conditions must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Combine {
    /// All of them.
    All,
    /// At least one.
    Any,
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// A text between questions.
    Heading,
    /// A question.
    Question(Kind),
    /// A field of the programme, asked here.
    Field(FieldId),
}

/// One item of a questionnaire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// The question or heading.
    pub text: Text,
    /// Help. May be empty.
    pub help: Text,
    /// What it is.
    pub kind: ItemKind,
    /// Whether it must be answered when shown.
    pub required: bool,
    /// When it is shown. Empty: always.
    pub shown_when: Vec<Condition>,
    /// Whether all or any of those must hold.
    pub shown_if: Combine,
    /// Codes.
    pub codings: Vec<Coding>,
    /// Annotations.
    pub annotations: Annotations,
}

impl Item {
    /// Whether it is shown, given the numbers of the answers to earlier items.
    pub fn shown(&self, answer: impl Fn(&ItemId) -> Option<f64>) -> bool {
        let holds = |condition: &Condition| condition.test.holds(answer(&condition.item));
        self.shown_when.is_empty()
            || match self.shown_if {
                Combine::All => self.shown_when.iter().all(holds),
                Combine::Any => self.shown_when.iter().any(holds),
            }
    }
}

/// How a score is computed from its items.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The sum.
    Sum,
    /// The sum times this.
    SumTimes(f64),
    /// The mean.
    Mean,
}

/// Part of a score's range, both ends included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Lowest score in it.
    pub low: f64,
    /// Highest score in it.
    pub high: f64,
    /// What it is called.
    pub title: Text,
    /// How serious it is.
    pub severity: Option<Severity>,
}

/// How a number is computed from the answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreRule {
    /// Its id.
    pub id: ItemId,
    /// Its name.
    pub title: Text,
    /// The items it needs, all of them.
    pub items: Vec<ItemId>,
    /// How.
    pub method: Method,
    /// Its bands.
    pub bands: Vec<Band>,
    /// Codes.
    pub codings: Vec<Coding>,
    /// Annotations.
    pub annotations: Annotations,
}

impl ScoreRule {
    /// The score, or nothing where one item has no answer: nothing is ever imputed.
    pub fn compute(&self, answer: impl Fn(&ItemId) -> Option<f64>) -> Option<f64> {
        let sum = self.items.iter().map(answer).sum::<Option<f64>>()?;
        match self.method {
            _ if self.items.is_empty() => None,
            Method::Sum => Some(sum),
            Method::SumTimes(factor) => Some(sum * factor),
            Method::Mean => Some(sum / self.items.len() as f64),
        }
    }
}

/// A questionnaire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// Its id.
    pub id: QuestionnaireId,
    /// Version of its content.
    pub version: String,
    /// Its name.
    pub title: Text,
    /// What stands above the questions.
    pub introduction: Text,
    /// The items in order.
    pub items: Vec<Item>,
    /// The scores.
    pub scores: Vec<ScoreRule>,
    /// On what terms the text may be used.
    pub licence: String,
    /// Who made it. May be empty.
    pub attribution: String,
    /// Codes.
    pub codings: Vec<Coding>,
    /// Annotations.
    pub annotations: Annotations,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn score(method: Method, items: &[&str]) -> ScoreRule {
        ScoreRule {
            id: "total".parse().unwrap(),
            title: Text::default(),
            items: items.iter().map(|item| item.parse().unwrap()).collect(),
            method,
            bands: vec![],
            codings: vec![],
            annotations: vec![],
        }
    }

    #[test]
    fn one_unanswered_item_means_no_score() {
        let answered = |item: &ItemId| (item.as_str() != "b").then_some(2.0);
        assert_eq!(score(Method::Sum, &["a", "c"]).compute(answered), Some(4.0));
        assert_eq!(score(Method::SumTimes(4.0), &["a", "c"]).compute(answered), Some(16.0));
        assert_eq!(score(Method::Mean, &["a", "c"]).compute(answered), Some(2.0));
        assert_eq!(score(Method::Sum, &["a", "b"]).compute(answered), None);
        assert_eq!(score(Method::Mean, &[]).compute(answered), None);
    }

    #[test]
    fn an_unanswered_item_meets_no_condition() {
        for test in [Test::Answered, Test::Equals(0.0), Test::AtLeast(0.0), Test::AtMost(0.0)] {
            assert!(test.holds(Some(0.0)) && !test.holds(None), "{test:?}");
        }
    }
}
