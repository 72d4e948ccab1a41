//! A programme that behaves well unless its bytes say otherwise.
//!
//! Compiling one component for each way of misbehaving would take minutes. So there is one component, and in
//! its data lie two fields of fixed length that a test overwrites: the programme's identity and what it does
//! wrong. Everything else is an ordinary small programme, with something of every aspect.

mod chance;
pub mod define;
pub mod judge;
mod misbehave;

#[cfg(target_arch = "wasm32")]
use gtp_contract::bindings;
use gtp_contract::{
    about, assess, fields, limits, questionnaires, rules, scenarios, schedule, visibility,
};

/// Length of the two fields.
pub const FIELD: usize = 48;

/// `id version`, padded with blanks. The text before it is how a test finds it.
#[used]
static IDENTITY: [u8; 16 + FIELD] =
    *b"#gtp-identity-->hostile 1.0.0                                   ";
/// What it does wrong, padded with blanks. Blank: nothing.
#[used]
static BEHAVIOUR: [u8; 16 + FIELD] =
    *b"#gtp-behaviour->                                                ";

/// Reads a field so that the compiler cannot know what is in it.
fn field(bytes: &'static [u8; 16 + FIELD]) -> &'static str {
    let bytes: &'static [u8; 16 + FIELD] = std::hint::black_box(bytes);
    let text = bytes.get(16..).unwrap_or_default();
    std::str::from_utf8(text).unwrap_or_default().trim_end()
}

pub fn behaviour() -> &'static str {
    field(&BEHAVIOUR)
}

fn identity() -> (&'static str, &'static str) {
    field(&IDENTITY).split_once(' ').unwrap_or(("hostile", "1.0.0"))
}

/// The programme.
pub struct Hostile;

impl about::Guest for Hostile {
    fn about() -> about::Programme {
        misbehave::anywhere("about");
        misbehave::about(define::about(identity()))
    }
}

impl fields::Guest for Hostile {
    fn fields() -> Vec<fields::Field> {
        misbehave::anywhere("fields");
        misbehave::fields(define::fields())
    }
    fn groups() -> Vec<fields::Group> {
        misbehave::groups(define::groups())
    }
}

impl questionnaires::Guest for Hostile {
    fn questionnaires() -> Vec<questionnaires::Questionnaire> {
        misbehave::questionnaires(define::questionnaires())
    }
}

impl limits::Guest for Hostile {
    fn limits() -> Vec<limits::Limit> {
        misbehave::limits(define::limits())
    }
}

impl rules::Guest for Hostile {
    fn rules() -> Vec<rules::Rule> {
        misbehave::rules(define::rules())
    }
}

impl schedule::Guest for Hostile {
    fn schedule() -> Vec<schedule::Activity> {
        misbehave::schedule(define::schedule())
    }
}

impl visibility::Guest for Hostile {
    fn visibility() -> Vec<visibility::Grant> {
        define::visibility()
    }
}

impl scenarios::Guest for Hostile {
    fn scenarios() -> Vec<scenarios::Scenario> {
        misbehave::scenarios(define::scenarios())
    }
}

impl assess::Guest for Hostile {
    fn assess(rules: Vec<String>, case: assess::Case) -> assess::Assessment {
        misbehave::judging(&case);
        let assessment = judge::judge(&rules, &case);
        misbehave::assessment(assessment, &case)
    }
}

// The names that a component exports are no names to a linker of this machine, for which the rules are compiled
// too, to compare with.
#[cfg(target_arch = "wasm32")]
bindings::export_component!(Hostile with_types_in bindings);
