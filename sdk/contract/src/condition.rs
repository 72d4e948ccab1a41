//! Rules written as conditions and not as code.
//!
//! Not part of the contract: the host sees an ordinary rule. This is what `programme.toml` says under
//! `when`, handed to the author's kit, which judges by it inside the component.

use crate::assess::Urgency;
use crate::types::{Severity, Text};
use serde::{Deserialize, Serialize};

/// A rule whose levels are tried in order: the first that holds is the verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlainRule {
    /// The rule's id.
    pub rule: String,
    /// Its levels, the most serious first.
    pub levels: Vec<Level>,
}

/// One level of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// What it gives.
    pub gives: Severity,
    /// When.
    pub when: Condition,
    /// What a clinician is told.
    pub says: Text,
    /// What the citizen is told to do, if anything.
    pub advises: Option<(Urgency, Text)>,
}

/// Something that holds, does not hold, or cannot be known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    /// All of these.
    All(Vec<Condition>),
    /// At least one of these.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// The newest value within so many milliseconds passes a test.
    Newest {
        /// The series.
        series: String,
        /// How far back.
        within: u64,
        /// The test.
        test: Test,
    },
    /// At least so many of the newest values pass a test.
    Times {
        /// The series.
        series: String,
        /// How far back.
        within: u64,
        /// The test.
        test: Test,
        /// How many must pass.
        at_least: u32,
        /// Of how many, the newest; there must be so many.
        of_last: u32,
    },
    /// The newest value has risen since the lowest in this span before it, by an amount that passes a test.
    Rise {
        /// The series.
        series: String,
        /// The span.
        over: u64,
        /// The test of the amount.
        test: Test,
    },
    /// The newest value has fallen since the highest in this span before it, by an amount that passes a test.
    Fall {
        /// The series.
        series: String,
        /// The span.
        over: u64,
        /// The test of the amount.
        test: Test,
    },
    /// There is no value in this span.
    MissingFor {
        /// The series.
        series: String,
        /// The span.
        span: u64,
    },
}

/// What is asked of a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// More than this.
    Above(Against),
    /// This or more.
    AtLeast(Against),
    /// Less than this.
    Below(Against),
    /// This or less.
    AtMost(Against),
    /// Exactly this.
    Is(f64),
    /// From the first to the second, both included.
    Between(f64, f64),
}

/// What a number is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Against {
    /// A number.
    Number(f64),
    /// A limit, by its id.
    Limit(String),
}
