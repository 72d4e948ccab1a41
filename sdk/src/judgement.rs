//! What a rule concludes.
//!
//! A rule returns a [`Judgement`]: a [`Finding`], or why it could not judge. Almost everything a rule asks of
//! a case may be missing, so it asks with `?`, and a missing limit or value ends the rule with the right
//! reason. "Not judged" is never shown as "all is well".

use crate::series::Reading;
use crate::text::{Advise, Say};
use crate::{Moment, Number};
use gtp_contract::assess;
use gtp_contract::types::{Severity, Text};

/// What a rule returns.
pub type Judgement = Result<Finding, NotJudged>;

/// Why a rule gives no verdict.
#[derive(Clone, Debug, PartialEq)]
pub enum NotJudged {
    /// Nobody has set this limit.
    LimitNotSet(String),
    /// There is not enough of these inputs.
    NotEnoughData(Vec<String>),
    /// The rule does not apply to this person or moment: why, in short.
    NotApplicable(String),
    /// Something else.
    Other(String),
}

impl NotJudged {
    /// The rule does not apply: why, in short.
    #[must_use]
    pub fn not_applicable(why: &str) -> Self {
        Self::NotApplicable(why.to_owned())
    }

    /// There is not enough of these inputs.
    #[must_use]
    pub fn not_enough(inputs: &[&str]) -> Self {
        Self::NotEnoughData(inputs.iter().map(|id| (*id).to_owned()).collect())
    }
}

/// A verdict with what it rests on.
#[derive(Clone, Debug)]
pub struct Finding {
    severity: Severity,
    message: Text,
    evidence: Vec<assess::Evidence>,
    figures: Vec<assess::Figure>,
    advice: Vec<(assess::Urgency, Text)>,
    derived: Vec<assess::Derived>,
}

/// A clinician should act now. `message` says why.
#[must_use]
pub fn red(message: impl Say) -> Finding {
    Finding::new(Severity::Red, message.say())
}

/// A clinician should look. `message` says why.
#[must_use]
pub fn yellow(message: impl Say) -> Finding {
    Finding::new(Severity::Yellow, message.say())
}

/// Nothing to do.
#[must_use]
pub const fn green() -> Finding {
    Finding::new(Severity::Green, Text::new())
}

/// A number that a rule computed, made by the functions that the file's `figures` become.
#[derive(Clone, Debug)]
pub struct Figure(assess::Figure);

impl Figure {
    /// A figure with its title, unit, decimals, and the limit it is compared with.
    #[must_use]
    pub fn new(title: Text, value: Number, unit: &str, decimals: u8, limit: Option<&str>) -> Self {
        let unit = unit.to_owned();
        Self(assess::Figure {
            title,
            value: value.get(),
            unit,
            decimals,
            limit: limit.map(str::to_owned),
        })
    }
}

impl Finding {
    const fn new(severity: Severity, message: Text) -> Self {
        Self {
            severity,
            message,
            evidence: vec![],
            figures: vec![],
            advice: vec![],
            derived: vec![],
        }
    }

    /// The same finding with another severity: `yellow(...).or_red(symptoms)`.
    #[must_use]
    pub const fn or_red(mut self, worse: bool) -> Self {
        if worse {
            self.severity = Severity::Red;
        }
        self
    }

    /// Adds the values that the verdict rests on.
    #[must_use]
    pub fn evidence(mut self, readings: impl IntoIterator<Item = Reading>) -> Self {
        for reading in readings {
            let evidence = assess::Evidence {
                id: reading.id.to_owned(),
                time: reading.time.0,
                value: reading.value.get(),
            };
            if !self.evidence.contains(&evidence) {
                self.evidence.push(evidence);
            }
        }
        self
    }

    /// Adds a number that the rule computed.
    #[must_use]
    pub fn figure(mut self, figure: Figure) -> Self {
        self.figures.push(figure.0);
        self
    }

    /// Tells the citizen at once what to do.
    #[must_use]
    pub fn advise(mut self, advice: impl Advise) -> Self {
        self.advice.push((advice.urgency(), advice.say()));
        self
    }

    /// Gives a derived field a value, at a time.
    #[must_use]
    pub fn derive(mut self, field: &str, time: Moment, value: Number) -> Self {
        self.derived.push(assess::Derived {
            field: field.to_owned(),
            time: time.0,
            value: value.get(),
        });
        self
    }

    /// How serious it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.severity
    }
}

/// Puts one rule's judgement into the assessment.
pub(crate) fn add(assessment: &mut assess::Assessment, rule: &str, judgement: Judgement) {
    let finding = match judgement {
        Ok(finding) => {
            assessment.derived.extend(finding.derived);
            let advice = finding.advice.into_iter().map(|(urgency, message)| assess::Advice {
                rule: rule.to_owned(),
                urgency,
                message,
            });
            assessment.advice.extend(advice);
            assess::Finding {
                rule: rule.to_owned(),
                verdict: assess::Verdict::Judged(finding.severity),
                message: finding.message,
                evidence: finding.evidence,
                figures: finding.figures,
            }
        }
        Err(reason) => assess::Finding {
            rule: rule.to_owned(),
            verdict: assess::Verdict::NotJudged(reason.into()),
            message: vec![],
            evidence: vec![],
            figures: vec![],
        },
    };
    assessment.findings.push(finding);
}

impl From<NotJudged> for assess::Reason {
    fn from(reason: NotJudged) -> Self {
        match reason {
            NotJudged::LimitNotSet(limit) => Self::LimitNotSet(limit),
            NotJudged::NotEnoughData(inputs) => Self::NotEnoughData(inputs),
            NotJudged::NotApplicable(why) => Self::NotApplicable(why),
            NotJudged::Other(why) => Self::Other(why),
        }
    }
}
