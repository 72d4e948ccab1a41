//! When items are shown: by what was answered before, and by something that can be answered.

use super::{dangling, places, questionnaires::answers};
use crate::flaw::Flaws;
use gtp_model::{
    ItemId,
    programme::{Combine, Condition, Item, ItemKind, Kind, Programme, Questionnaire, Test},
};
use std::collections::{BTreeMap, BTreeSet};

pub fn check(questionnaire: &Questionnaire, programme: &Programme, flaws: &mut Flaws) {
    let mut earlier: BTreeMap<&ItemId, &Item> = BTreeMap::new();
    let mut never: BTreeSet<&ItemId> = BTreeSet::new();
    for item in &questionnaire.items {
        let refer = item
            .shown_when
            .iter()
            .all(|condition| refers(condition, item, &earlier, questionnaire, flaws));
        if refer && !item.shown_when.is_empty() && !can_be_shown(item, &earlier, &never, programme)
        {
            never.insert(&item.id);
            flaws.error(
                "condition-never",
                places::item(questionnaire, item),
                "no answers that can be given ever show it",
                "Compare with values that the earlier items can have",
            );
        }
        earlier.insert(&item.id, item);
    }
}

/// Whether a condition asks about an earlier question.
fn refers(
    condition: &Condition,
    item: &Item,
    earlier: &BTreeMap<&ItemId, &Item>,
    questionnaire: &Questionnaire,
    flaws: &mut Flaws,
) -> bool {
    let place = places::item(questionnaire, item);
    match (earlier.get(&condition.item), questionnaire.item(&condition.item)) {
        (Some(asked), _) if matches!(asked.kind, ItemKind::Heading) => {
            let what = format!("it depends on `{}`, which is a heading", condition.item);
            flaws.error("condition-heading", place, what, "Depend on a question");
        }
        (Some(_), _) => return true,
        (None, Some(_)) => {
            let what = format!("it depends on `{}`, which comes later", condition.item);
            flaws.error(
                "condition-forward",
                place,
                what,
                "Depend on an earlier item, or move one of the two",
            );
        }
        (None, None) => dangling(place, "item", &condition.item, flaws),
    }
    false
}

/// Whether some answers to the earlier items show it.
fn can_be_shown(
    item: &Item,
    earlier: &BTreeMap<&ItemId, &Item>,
    never: &BTreeSet<&ItemId>,
    programme: &Programme,
) -> bool {
    let mut by_item: BTreeMap<&ItemId, Vec<Test>> = BTreeMap::new();
    for condition in &item.shown_when {
        by_item.entry(&condition.item).or_default().push(condition.test);
    }
    let possible = |id: &ItemId, tests: &[Test]| {
        !never.contains(id)
            && earlier
                .get(id)
                .and_then(|item| answers(item, programme))
                .is_none_or(|kind| some_answer_passes(kind, tests))
    };
    match item.shown_if {
        Combine::All => by_item.iter().all(|(id, tests)| possible(id, tests)),
        Combine::Any => {
            by_item.iter().any(|(id, tests)| tests.iter().any(|test| possible(id, &[*test])))
        }
    }
}

/// Whether one answer of this kind passes all tests.
fn some_answer_passes(kind: &Kind, tests: &[Test]) -> bool {
    let passes = |answer: f64| tests.iter().all(|test| test.holds(Some(answer)));
    match kind {
        Kind::Choice(choices) => choices.iter().any(|choice| passes(choice.value)),
        Kind::Flag => passes(0.0) || passes(1.0),
        // A free text has no number, so it can only be answered or not.
        Kind::FreeText(_) => tests.iter().all(|test| matches!(test, Test::Answered)),
        Kind::Date => between(f64::NEG_INFINITY, f64::INFINITY, tests),
        Kind::Quantity(quantity) => {
            let low = quantity.reject.low.unwrap_or(f64::NEG_INFINITY);
            let high = quantity.reject.high.unwrap_or(f64::INFINITY);
            between(low, high, tests) || quantity.coded.iter().any(|coded| passes(coded.value))
        }
    }
}

/// Whether a number between these passes all tests.
fn between(mut low: f64, mut high: f64, tests: &[Test]) -> bool {
    for test in tests {
        match *test {
            Test::Answered => {}
            Test::Equals(value) => {
                low = low.max(value);
                high = high.min(value);
            }
            Test::AtLeast(value) => low = low.max(value),
            Test::AtMost(value) => high = high.min(value),
        }
        if matches!(*test, Test::Equals(v) | Test::AtLeast(v) | Test::AtMost(v) if v.is_nan()) {
            return false;
        }
    }
    low <= high
}
