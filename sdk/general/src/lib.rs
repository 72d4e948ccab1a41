//! The component behind programmes without code.
//!
//! It is built once. Joining it with a programme's file puts the file's descriptions, encoded, behind the
//! component's memory and writes into [`PROGRAMME`] where they lie. So a folder with nothing but
//! `programme.toml` becomes a component in milliseconds, with no compiler.

use gtp_contract::condition::PlainRule;
use gtp_contract::rules::Rule;
use gtp_contract::{
    about, assess, fields, limits, questionnaires, rules, scenarios, schedule, visibility,
};
use gtp_sdk::embedded::{Parts, decode};
use gtp_sdk::{Programme, conditions, embedded};

/// Where a programme's descriptions lie in memory. `magic` is what the joiner looks for.
#[repr(C)]
pub struct Place {
    magic: [u8; 24],
    offset: u32,
    length: u32,
}

/// Filled in when a file is joined with this component. `used`: whole and in place, although only two of its
/// parts are ever read.
#[used]
pub static PROGRAMME: Place = Place { magic: *b"gtp-general-programme-v1", offset: 0, length: 0 };

/// The programme that was joined.
#[derive(Debug)]
pub struct General;

/// One part of the joined descriptions.
#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, reason = "the joiner put the bytes there after the compiler was done")]
fn part<T: embedded::Decoded>(which: usize) -> T {
    // Read as if they might change: the compiler saw zeros here, the joined component does not hold them.
    // SAFETY: `PROGRAMME` is a static of this module; the joiner wrote offset and length of one data segment
    // that lies behind everything else in the initial memory, which never shrinks and which nothing writes to.
    let block = unsafe {
        let offset = core::ptr::read_volatile(&raw const PROGRAMME.offset);
        let length = core::ptr::read_volatile(&raw const PROGRAMME.length);
        core::slice::from_raw_parts(offset as *const u8, length as usize)
    };
    decode(Parts(block).get(which))
}

/// Natively nothing is ever joined.
#[cfg(not(target_arch = "wasm32"))]
fn part<T: embedded::Decoded>(which: usize) -> T {
    decode(Parts(&[]).get(which))
}

impl Programme for General {
    fn about() -> about::Programme {
        part(Parts::ABOUT)
    }

    fn fields() -> Vec<fields::Field> {
        part(Parts::FIELDS)
    }

    fn groups() -> Vec<fields::Group> {
        part(Parts::GROUPS)
    }

    fn questionnaires() -> Vec<questionnaires::Questionnaire> {
        part(Parts::QUESTIONNAIRES)
    }

    fn limits() -> Vec<limits::Limit> {
        part(Parts::LIMITS)
    }

    fn rules() -> Vec<rules::Rule> {
        part(Parts::RULES)
    }

    fn schedule() -> Vec<schedule::Activity> {
        part(Parts::SCHEDULE)
    }

    fn visibility() -> Vec<visibility::Grant> {
        part(Parts::VISIBILITY)
    }

    fn scenarios() -> Vec<scenarios::Scenario> {
        part(Parts::SCENARIOS)
    }

    fn assess(asked: Vec<String>, case: assess::Case) -> assess::Assessment {
        let rules: Vec<Rule> = part(Parts::INPUTS);
        let plain: Vec<PlainRule> = part(Parts::CONDITIONS);
        embedded::assess(asked, &case, &rules, |rule, view| {
            let own = plain.iter().find(|plain| plain.rule == rule.id)?;
            Some(conditions::judge(own, view))
        })
    }
}

gtp_sdk::export!(General);
