//! What was not measured, and what was not answered, never reads as normal.

use super::story::Story;
use crate::case::series_id;
use crate::{Programme, Severity};
use gtp_contract::questionnaires::ItemKind;
use gtp_contract::rules::Input;
use std::collections::BTreeSet;

/// Sends these usual values, then skips each of their fields in turn: a rule that reads a skipped field must not
/// say that all is well.
///
/// `only_sharpens` names the rules that are green without a field all the same, since it can only make a
/// finding worse: exactly these, as pairs of rule and field.
///
/// # Panics
///
/// Where a rule says so that is not named, or one that is named does not.
#[allow(clippy::panic, reason = "this is what fails a test")]
pub fn skipped_is_never_green<P: Programme>(usual: &[(&str, f64)], only_sharpens: &[(&str, &str)]) {
    let mut green = BTreeSet::new();
    for (skipped, _) in usual {
        let mut story = Story::<P>::starting("2026-03-02").aged(70);
        let mut sending = story.at(1, "08:00");
        for (field, value) in usual {
            sending = sending.value(field, *value);
        }
        sending.send();
        let outcome = story.at(1, "08:01").skipped(skipped).send();
        let calm =
            outcome.ran().iter().filter(|rule| outcome.severity(rule) == Some(Severity::Green));
        green.extend(calm.map(|rule| (rule.clone(), (*skipped).to_owned())));
    }
    let expected: BTreeSet<(String, String)> = only_sharpens
        .iter()
        .map(|(rule, field)| ((*rule).to_owned(), (*field).to_owned()))
        .collect();
    assert_eq!(green, expected, "green although the field was skipped");
}

/// Answers one question of each questionnaire with its lowest value and leaves the others open: a rule that reads
/// several of its questions must not say that all is well.
///
/// # Panics
///
/// Where a rule says so.
#[allow(clippy::panic, reason = "this is what fails a test")]
pub fn open_answers_are_never_green<P: Programme>() {
    let rules = P::rules();
    for questionnaire in P::questionnaires() {
        for item in &questionnaire.items {
            if !matches!(item.kind, ItemKind::Question(_)) {
                continue;
            }
            let mut story = Story::<P>::starting("2026-03-02").aged(70);
            let sending = story.at(1, "08:00").answers(&questionnaire.id, &[(&item.id, 0.0)]);
            let outcome = sending.send();
            for rule in rules.iter().filter(|rule| outcome.ran().contains(&rule.id)) {
                let others = rule.reads.iter().any(|read| {
                    matches!(&read.input, Input::Answer((own, _)) if *own == questionnaire.id)
                        && series_id(&read.input) != format!("{}/{}", questionnaire.id, item.id)
                });
                let calm = outcome.severity(&rule.id) == Some(Severity::Green);
                assert!(
                    !(others && calm),
                    "`{}` is green although only `{}` was answered",
                    rule.id,
                    item.id
                );
            }
        }
    }
}
