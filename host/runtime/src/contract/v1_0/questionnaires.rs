//! Translating questionnaires.

use super::{
    bindings::questionnaires as raw,
    shared::{codings, id, ids, kind, severity, text, unknown},
};
use crate::flaw::{Flaws, shown};
use gtp_model::programme::{
    Band, Combine, Condition, Item, ItemKind, Method, Questionnaire, ScoreRule, Test,
};

pub fn questionnaire(from: raw::Questionnaire, flaws: &mut Flaws) -> Option<Questionnaire> {
    let place = format!("questionnaire `{}`", shown(&from.id));
    let own_id = id(&from.id, &place, flaws);
    let items = from.items.into_iter().filter_map(|from| item(from, &place, flaws)).collect();
    let scores = from.scores.into_iter().filter_map(|from| score(from, &place, flaws)).collect();
    Some(Questionnaire {
        id: own_id?,
        version: from.version,
        title: text(from.title),
        introduction: text(from.introduction),
        items,
        scores,
        licence: from.licence,
        attribution: from.attribution,
        codings: codings(from.codings),
        annotations: from.annotations,
    })
}

fn item(from: raw::Item, questionnaire: &str, flaws: &mut Flaws) -> Option<Item> {
    let place = format!("{questionnaire}, item `{}`", shown(&from.id));
    let own_id = id(&from.id, &place, flaws);
    let kind = match from.kind {
        raw::ItemKind::Heading => Some(ItemKind::Heading),
        raw::ItemKind::Question(of) => kind(of, &place, flaws).map(ItemKind::Question),
        raw::ItemKind::Field(field) => id(&field, &place, flaws).map(ItemKind::Field),
        raw::ItemKind::Other(word) => {
            unknown("kind of item", &word, &place, flaws);
            None
        }
    };
    let shown_when =
        from.shown_when.into_iter().filter_map(|from| condition(from, &place, flaws)).collect();
    Some(Item {
        id: own_id?,
        text: text(from.text),
        help: text(from.help),
        kind: kind?,
        required: from.required,
        shown_when,
        shown_if: match from.shown_if {
            raw::Combine::All => Combine::All,
            raw::Combine::Any => Combine::Any,
        },
        codings: codings(from.codings),
        annotations: from.annotations,
    })
}

fn condition(from: raw::Condition, place: &str, flaws: &mut Flaws) -> Option<Condition> {
    let item = id(&from.item, place, flaws);
    let test = match from.test {
        raw::Test::Answered => Test::Answered,
        raw::Test::Equals(value) => Test::Equals(value),
        raw::Test::AtLeast(value) => Test::AtLeast(value),
        raw::Test::AtMost(value) => Test::AtMost(value),
        raw::Test::Other(word) => {
            unknown("condition", &word, place, flaws);
            return None;
        }
    };
    Some(Condition { item: item?, test })
}

fn score(from: raw::Score, questionnaire: &str, flaws: &mut Flaws) -> Option<ScoreRule> {
    let place = format!("{questionnaire}, score `{}`", shown(&from.id));
    let own_id = id(&from.id, &place, flaws);
    let items = ids(&from.items, &place, flaws);
    let method = match from.method {
        raw::Method::Sum => Method::Sum,
        raw::Method::SumTimes(factor) => Method::SumTimes(factor),
        raw::Method::Mean => Method::Mean,
        raw::Method::Other(word) => {
            unknown("method", &word, &place, flaws);
            return None;
        }
    };
    let bands = from
        .bands
        .into_iter()
        .map(|from| Band {
            low: from.low,
            high: from.high,
            title: text(from.title),
            severity: from.severity.map(severity),
        })
        .collect();
    Some(ScoreRule {
        id: own_id?,
        title: text(from.title),
        items,
        method,
        bands,
        codings: codings(from.codings),
        annotations: from.annotations,
    })
}
