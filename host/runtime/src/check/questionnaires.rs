//! Questionnaires: items, and what their scores are made of.

use super::{bands, conditions, dangling, fields, places, unique};
use crate::flaw::Flaws;
use gtp_model::{
    ItemId,
    programme::{Item, ItemKind, Kind, Method, Origin, Programme, Questionnaire, ScoreRule},
};

pub fn check(programme: &Programme, flaws: &mut Flaws) {
    unique(
        programme.questionnaires.iter().map(|own| &own.id),
        |id| places::questionnaire(id),
        flaws,
    );
    for questionnaire in &programme.questionnaires {
        let place = places::questionnaire(&questionnaire.id);
        // Rules read both as `questionnaire/id`.
        let ids = questionnaire.items.iter().map(|item| &item.id);
        unique(
            ids.chain(questionnaire.scores.iter().map(|score| &score.id)),
            |_| place.clone(),
            flaws,
        );
        for (what, text) in
            [("version", &questionnaire.version), ("licence", &questionnaire.licence)]
        {
            if text.trim().is_empty() {
                let mend =
                    "Say which version of the content it is and on what terms it may be used";
                flaws.error("empty", &place, format!("the {what} is empty"), mend);
            }
        }
        if !questionnaire.items.iter().any(|item| !matches!(item.kind, ItemKind::Heading)) {
            flaws.error("questionnaire-empty", &place, "it asks nothing", "Give it a question");
        }
        for item in &questionnaire.items {
            check_item(item, questionnaire, programme, flaws);
        }
        conditions::check(questionnaire, programme, flaws);
        for score in &questionnaire.scores {
            check_score(score, questionnaire, programme, flaws);
        }
    }
}

fn check_item(
    item: &Item,
    questionnaire: &Questionnaire,
    programme: &Programme,
    flaws: &mut Flaws,
) {
    let place = places::item(questionnaire, item);
    match &item.kind {
        ItemKind::Heading => {}
        ItemKind::Question(kind) => fields::kind(kind, &place, flaws),
        ItemKind::Field(id) => match programme.field(id) {
            None => dangling(&place, "field", id, flaws),
            Some(field) if field.origin == Origin::Derived => flaws.error(
                "item-derived",
                &place,
                format!("it asks for field `{id}`, which a rule derives"),
                "Ask for a field that people enter",
            ),
            Some(_) => {}
        },
    }
}

/// What an item's answers are. Nothing for a heading and a reference that leads nowhere.
pub fn answers<'a>(item: &'a Item, programme: &'a Programme) -> Option<&'a Kind> {
    match &item.kind {
        ItemKind::Heading => None,
        ItemKind::Question(kind) => Some(kind),
        ItemKind::Field(id) => programme.field(id).map(|field| &field.kind),
    }
}

fn check_score(
    score: &ScoreRule,
    questionnaire: &Questionnaire,
    programme: &Programme,
    flaws: &mut Flaws,
) {
    let place = places::score(questionnaire, &score.id);
    if score.items.is_empty() {
        flaws.error(
            "score-empty",
            &place,
            "it is made of nothing",
            "Name the items that it counts",
        );
    }
    unique(score.items.iter(), |_| place.clone(), flaws);
    if matches!(score.method, Method::SumTimes(factor) if !factor.is_finite() || factor == 0.0) {
        flaws.error(
            "score-factor",
            &place,
            "its factor is zero or no number",
            "Give another factor",
        );
    }
    let kinds: Option<Vec<&Kind>> =
        score.items.iter().map(|id| counted(id, questionnaire, programme, &place, flaws)).collect();
    if let Some(kinds) = kinds {
        bands::check(score, &kinds, &place, flaws);
    }
}

/// What an item counts, where it can be counted.
fn counted<'a>(
    id: &ItemId,
    questionnaire: &'a Questionnaire,
    programme: &'a Programme,
    place: &str,
    flaws: &mut Flaws,
) -> Option<&'a Kind> {
    let Some(item) = questionnaire.item(id) else {
        dangling(place, "item", id, flaws);
        return None;
    };
    match answers(item, programme) {
        kind @ Some(Kind::Choice(_) | Kind::Flag | Kind::Quantity(_)) => kind,
        // A reference that leads nowhere is told of at the item.
        None if matches!(item.kind, ItemKind::Field(_)) => None,
        _ => {
            flaws.error(
                "score-uncountable",
                place,
                format!("the answer to `{id}` is no number"),
                "Count choices, flags and quantities",
            );
            None
        }
    }
}
