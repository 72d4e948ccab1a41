//! Everything that a definition must be before it may serve: what other systems find out at a nurse's desk.
//!
//! One small file for each aspect, one small function for each question. All of them run, so that an author
//! sees everything at once. Nothing here runs any of the component.

mod about;
mod bands;
mod conditions;
mod counts;
mod fields;
mod limits;
mod places;
mod questionnaires;
mod rules;
mod scenarios;
mod schedule;
mod texts;
mod visibility;

use crate::flaw::Flaws;
use gtp_model::programme::Programme;
use std::{collections::BTreeSet, fmt::Display};

/// Looks for everything that is wrong with a definition.
pub fn definition(programme: &Programme, flaws: &mut Flaws) {
    // What is far too large is not looked at any further: some of the checks compare all with all.
    if !counts::check(programme, flaws) {
        return;
    }
    about::check(&programme.about, flaws);
    texts::check(programme, flaws);
    fields::check(programme, flaws);
    questionnaires::check(programme, flaws);
    limits::check(programme, flaws);
    rules::check(programme, flaws);
    schedule::check(programme, flaws);
    visibility::check(programme, flaws);
    scenarios::check(programme, flaws);
}

/// Ids that occur twice where each may occur once.
fn unique<T: Ord + Display>(
    ids: impl IntoIterator<Item = T>,
    place: impl Fn(&T) -> String,
    flaws: &mut Flaws,
) {
    let mut seen = BTreeSet::new();
    let mut told = BTreeSet::new();
    for id in ids {
        if seen.contains(&id) {
            if !told.contains(&id.to_string()) {
                told.insert(id.to_string());
                flaws.error(
                    "id-twice",
                    place(&id),
                    format!("there are two things called `{id}`"),
                    "Rename one of them",
                );
            }
        } else {
            seen.insert(id);
        }
    }
}

/// A reference to something that the programme does not define.
fn dangling(place: impl Into<String>, what: &str, id: impl Display, flaws: &mut Flaws) {
    flaws.error(
        "reference-dangling",
        place,
        format!("it names {what} `{id}`, which this programme does not define"),
        "Define it, or name one that exists",
    );
}
