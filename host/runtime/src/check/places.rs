//! How the places in a definition are called in messages.

use gtp_model::programme::{Item, Questionnaire};
use std::fmt::Display;

pub fn field(id: impl Display) -> String {
    format!("field `{id}`")
}

pub fn group(id: impl Display) -> String {
    format!("group `{id}`")
}

pub fn limit(id: impl Display) -> String {
    format!("limit `{id}`")
}

pub fn rule(id: impl Display) -> String {
    format!("rule `{id}`")
}

pub fn questionnaire(id: impl Display) -> String {
    format!("questionnaire `{id}`")
}

pub fn item(questionnaire: &Questionnaire, item: &Item) -> String {
    format!("questionnaire `{}`, item `{}`", questionnaire.id, item.id)
}

pub fn score(questionnaire: &Questionnaire, score: impl Display) -> String {
    format!("questionnaire `{}`, score `{score}`", questionnaire.id)
}

pub fn activity(id: &str) -> String {
    format!("activity `{}`", crate::flaw::shown(id))
}

pub fn scenario(id: &str) -> String {
    format!("scenario `{}`", crate::flaw::shown(id))
}
