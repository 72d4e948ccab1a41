//! What the macro's code calls: descriptions that lie in the component as blocks of bytes, and the
//! dispatch to rules.
//!
//! A description made when the programme is compiled costs a component its bytes and one decoder, where
//! code that builds the same would cost several times as much.

use crate::case::View;
use crate::judgement::{self, Judgement};
use gtp_contract::assess::{Assessment, Case};
use gtp_contract::rules::Rule;

/// What a programme is described by, decoded from a block that the macro encoded from the same type.
///
/// A trait, and not a function for any type, so that each decoder is compiled once, with this crate, and not
/// again with every programme.
pub trait Decoded: Sized {
    /// Decodes a block.
    fn decode(block: &[u8]) -> Self;
}

macro_rules! decoded {
    ($($kind:ty),+ $(,)?) => {
        $(impl Decoded for $kind {
            fn decode(block: &[u8]) -> Self {
                // The macro of the same version wrote the block; a mismatch means a broken build, and a trap
                // is what the host reports as "the rules could not run".
                postcard::from_bytes(block).unwrap_or_else(|_| unreadable())
            }
        })+
    };
}

decoded!(
    gtp_contract::about::Programme,
    Vec<gtp_contract::fields::Field>,
    Vec<gtp_contract::fields::Group>,
    Vec<gtp_contract::limits::Limit>,
    Vec<gtp_contract::questionnaires::Questionnaire>,
    Vec<gtp_contract::rules::Rule>,
    Vec<gtp_contract::scenarios::Scenario>,
    Vec<gtp_contract::schedule::Activity>,
    Vec<gtp_contract::visibility::Grant>,
    gtp_contract::condition::PlainRule,
    Vec<gtp_contract::condition::PlainRule>,
);

/// Decodes a block.
#[must_use]
pub fn decode<T: Decoded>(block: &[u8]) -> T {
    T::decode(block)
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

/// The blocks of all descriptions one after the other, each after its length in four bytes, the lowest
/// first. How a file that is joined with the general component is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a>(pub &'a [u8]);

impl<'a> Parts<'a> {
    /// What the programme is.
    pub const ABOUT: usize = 0;
    /// Fields.
    pub const FIELDS: usize = 1;
    /// Groups of fields.
    pub const GROUPS: usize = 2;
    /// Questionnaires.
    pub const QUESTIONNAIRES: usize = 3;
    /// Limits.
    pub const LIMITS: usize = 4;
    /// Rules as the host sees them.
    pub const RULES: usize = 5;
    /// Schedule.
    pub const SCHEDULE: usize = 6;
    /// Visibility.
    pub const VISIBILITY: usize = 7;
    /// Scenarios.
    pub const SCENARIOS: usize = 8;
    /// Rules without texts: what judging needs of them.
    pub const INPUTS: usize = 9;
    /// Conditions.
    pub const CONDITIONS: usize = 10;

    /// One block; empty where there is none.
    #[must_use]
    pub fn get(self, which: usize) -> &'a [u8] {
        let mut rest = self.0;
        for index in 0.. {
            let Some((length, after)) = rest.split_first_chunk::<4>() else { break };
            let length = u32::from_le_bytes(*length) as usize;
            let Some((block, after)) = after.split_at_checked(length) else { break };
            if index == which {
                return block;
            }
            rest = after;
        }
        &[]
    }
}
