//! What the macro's code calls: descriptions that lie in the component as blocks of bytes, and the
//! dispatch to rules.
//!
//! A description made when the programme is compiled costs a component its bytes and one decoder, where
//! code that builds the same would cost several times as much.

use crate::case::View;
use crate::judgement::{self, Judgement};
use gtp_contract::assess::{Assessment, Case};
use gtp_contract::rules::Rule;

/// Decodes a block that the macro encoded from the same types.
#[must_use]
pub fn decode<T: serde::de::DeserializeOwned>(block: &[u8]) -> T {
    match postcard::from_bytes(block) {
        Ok(value) => value,
        // The macro of the same version wrote the block; a mismatch means a broken build, and a trap is
        // what the host reports as "the rules could not run".
        Err(_) => unreadable(),
    }
}

#[allow(clippy::panic, reason = "a component whose own description is damaged must not go on")]
fn unreadable<T>() -> T {
    panic!("this component's description is damaged: build it again")
}

/// Judges the named rules, each on its own view of the case.
pub fn assess(
    asked: Vec<String>,
    case: &Case,
    rules: &[Rule],
    judge: impl Fn(&Rule, &View<'_>) -> Option<Judgement>,
) -> Assessment {
    let mut assessment = Assessment { findings: vec![], derived: vec![], advice: vec![] };
    for id in asked {
        let judgement = rules.iter().find(|rule| rule.id == id).and_then(|rule| {
            let view = View::new(case, rule);
            judge(rule, &view).map(|judgement| view.settle(judgement))
        });
        let judgement = judgement.unwrap_or_else(|| {
            Err(crate::NotJudged::Other(format!("there is no rule `{id}` here")))
        });
        judgement::add(&mut assessment, &id, judgement);
    }
    assessment
}
