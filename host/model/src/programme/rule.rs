//! The rules, described (`rules.wit`).

use super::{Annotations, Coding};
use crate::{FieldId, LimitId, RuleId, SeriesId, Text};
use serde::{Deserialize, Serialize};

/// How serious a finding is, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing to do.
    Green,
    /// A clinician should look.
    Yellow,
    /// A clinician should act now.
    Red,
}

/// One input of a rule and how far back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// Which input.
    pub input: SeriesId,
    /// Milliseconds back, both ends included.
    pub within: Option<u64>,
    /// At most this many, the newest.
    pub newest: Option<u32>,
}

/// What a rule must know of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// Whole years.
    Age,
    /// Sex.
    Sex,
}

/// A rule, described.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// Its name.
    pub title: Text,
    /// When it fires.
    pub description: Text,
    /// What it reads.
    pub reads: Vec<Read>,
    /// What it must know of the person.
    pub person: Vec<Fact>,
    /// The limits it compares with.
    pub limits: Vec<LimitId>,
    /// The derived fields it may give values of.
    pub derives: Vec<FieldId>,
    /// The severities it can give, besides green.
    pub severities: Vec<Severity>,
    /// The publication it comes from.
    pub source: String,
    /// The publication's address. May be empty.
    pub source_url: String,
    /// Codes.
    pub codings: Vec<Coding>,
    /// Annotations.
    pub annotations: Annotations,
}
