//! Translating what several aspects share.

use super::bindings::types;
use crate::flaw::{Flaws, shown};
use gtp_model::{
    InvalidSlug, Sex, Text,
    programme::{Choice, Coding, Kind, Quantity, Range, Severity, Subject},
};
use std::str::FromStr;

/// Reads an id. One that is no slug is a flaw of the item that it stands in.
pub fn id<T: FromStr<Err = InvalidSlug>>(text: &str, item: &str, flaws: &mut Flaws) -> Option<T> {
    let read = text.parse();
    if let Err(reason) = &read {
        flaws.error(
            "id-invalid",
            item,
            format!("`{}` is no id", shown(text)),
            format!("Choose another: {reason}"),
        );
    }
    read.ok()
}

/// Reads ids; those that are none are left out.
pub fn ids<T: FromStr<Err = InvalidSlug>>(
    texts: &[String],
    item: &str,
    flaws: &mut Flaws,
) -> Vec<T> {
    texts.iter().filter_map(|text| id(text, item, flaws)).collect()
}

/// A word that this host does not know, where the contract leaves room for words to come.
pub fn unknown(aspect: &str, word: &str, item: &str, flaws: &mut Flaws) {
    flaws.error(
        "word-unknown",
        item,
        format!("this host does not know the {aspect} `{}`", shown(word)),
        "Use one that contract 1.0 names, or run it on a newer host",
    );
}

pub fn text(raw: types::Text) -> Text {
    Text(raw)
}

pub fn codings(raw: Vec<types::Coding>) -> Vec<Coding> {
    raw.into_iter()
        .map(|types::Coding { system, code, display }| Coding { system, code, display })
        .collect()
}

pub const fn range(types::Range { low, high }: types::Range) -> Range {
    Range { low, high }
}

pub const fn severity(raw: types::Severity) -> Severity {
    match raw {
        types::Severity::Green => Severity::Green,
        types::Severity::Yellow => Severity::Yellow,
        types::Severity::Red => Severity::Red,
    }
}

pub const fn sex(raw: types::Sex) -> Sex {
    match raw {
        types::Sex::Female => Sex::Female,
        types::Sex::Male => Sex::Male,
    }
}

fn choices(raw: Vec<types::Choice>) -> Vec<Choice> {
    raw.into_iter()
        .map(|types::Choice { code, value, title, codings: codes }| Choice {
            code,
            value,
            title: text(title),
            codings: codings(codes),
        })
        .collect()
}

pub fn kind(raw: types::Kind, item: &str, flaws: &mut Flaws) -> Option<Kind> {
    Some(match raw {
        types::Kind::Quantity(raw) => {
            let types::Quantity {
                unit,
                unit_title,
                decimals,
                reject,
                confirm,
                confirm_change,
                coded,
            } = raw;
            Kind::Quantity(Quantity {
                unit,
                unit_title: text(unit_title),
                decimals,
                reject: range(reject),
                confirm: range(confirm),
                confirm_change,
                coded: choices(coded),
            })
        }
        types::Kind::Choice(raw) => Kind::Choice(choices(raw)),
        types::Kind::Flag => Kind::Flag,
        types::Kind::Date => Kind::Date,
        types::Kind::FreeText(longest) => Kind::FreeText(longest),
        types::Kind::Other(word) => {
            unknown("kind", &word, item, flaws);
            return None;
        }
    })
}

pub fn subject(raw: &types::Subject, item: &str, flaws: &mut Flaws) -> Option<Subject> {
    match raw {
        types::Subject::Field(field) => id(field, item, flaws).map(Subject::Field),
        types::Subject::Questionnaire(questionnaire) => {
            id(questionnaire, item, flaws).map(Subject::Questionnaire)
        }
        types::Subject::Rule(rule) => id(rule, item, flaws).map(Subject::Rule),
        types::Subject::Other(word) => {
            unknown("subject", word, item, flaws);
            None
        }
    }
}
