//! When a question is to be answered: in words for people, and as data for the script.

use super::part::{item_path, kind_of};
use crate::pages::frame::Words;
use crate::text::plain::{self, TITLE};
use gtp_model::programme::{Combine, Condition, Item, Kind, Programme, Questionnaire, Test};
use serde_json::{Value as Json, json};

/// An item's conditions in words: `Svar kun, hvis du har svaret ”Ja” til ”Er du svimmel?”.`
pub fn in_words(
    words: Words<'_>,
    programme: &Programme,
    questionnaire: &Questionnaire,
    item: &Item,
) -> String {
    let each: Vec<String> = item
        .shown_when
        .iter()
        .filter_map(|condition| one_in_words(words, programme, questionnaire, condition))
        .collect();
    let joint = match item.shown_if {
        Combine::All => words.t("form-condition-and"),
        Combine::Any => words.t("form-condition-or"),
    };
    let all = each.join(&format!(" {joint} "));
    words.t_with("form-condition", &[("condition", all.into())])
}

fn one_in_words(
    words: Words<'_>,
    programme: &Programme,
    questionnaire: &Questionnaire,
    condition: &Condition,
) -> Option<String> {
    let item = questionnaire.item(&condition.item)?;
    let question = plain::line(item.text.get(words.language), TITLE);
    let kind = kind_of(programme, item)?;
    let answer = |number: f64| match kind {
        Kind::Flag => words.t(if number == 0.0 { "no" } else { "yes" }),
        Kind::Choice(choices) => choices
            .iter()
            .find(|choice| choice.value == number)
            .map_or_else(|| words.number(number, 0), |choice| words.title(&choice.title)),
        _ => words.number(number, 0),
    };
    let say = |key: &str, number: f64| {
        words.t_with(key, &[("question", (&question).into()), ("answer", answer(number).into())])
    };
    Some(match condition.test {
        Test::Answered => {
            words.t_with("form-condition-answered", &[("question", (&question).into())])
        }
        Test::Equals(number) => say("form-condition-equals", number),
        Test::AtLeast(number) => say("form-condition-at-least", number),
        Test::AtMost(number) => say("form-condition-at-most", number),
    })
}

/// An item's conditions for the script: whether any or all must hold, then for each the control's name and
/// the posted values that pass it; for a number its bounds instead.
pub fn for_script(programme: &Programme, questionnaire: &Questionnaire, item: &Item) -> String {
    let each: Vec<Json> = item
        .shown_when
        .iter()
        .filter_map(|condition| {
            let asked = questionnaire.item(&condition.item)?;
            let name = format!("v.{}", item_path(programme, questionnaire, &asked.id));
            Some(test(&name, kind_of(programme, asked)?, condition.test))
        })
        .collect();
    json!({ "any": item.shown_if == Combine::Any, "of": each }).to_string()
}

fn test(name: &str, kind: &Kind, test: Test) -> Json {
    let passes = |number: f64| test.holds(Some(number));
    let values: Vec<&str> = match kind {
        Kind::Flag => [("yes", 1.0), ("no", 0.0)]
            .into_iter()
            .filter(|(_, number)| passes(*number))
            .map(|(answer, _)| answer)
            .collect(),
        Kind::Choice(choices) => choices
            .iter()
            .filter(|choice| passes(choice.value))
            .map(|choice| choice.code.as_str())
            .collect(),
        _ => {
            let (least, most) = match test {
                Test::Answered => (None, None),
                Test::Equals(number) => (Some(number), Some(number)),
                Test::AtLeast(number) => (Some(number), None),
                Test::AtMost(number) => (None, Some(number)),
            };
            return json!({ "name": name, "least": least, "most": most });
        }
    };
    json!({ "name": name, "values": values })
}
