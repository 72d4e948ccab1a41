//! The programme without code that comes with the kit: its stories, its words, and the bytes it becomes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use gtp_join::{Error, GENERAL, describe, join, join_with};
use gtp_programme_file::{File, ProgrammeFile, parse, read};
use gtp_sdk::contract::condition::PlainRule;
use gtp_sdk::contract::{about, assess, fields, limits, questionnaires, rules, scenarios};
use gtp_sdk::embedded::{self, Parts, decode};
use gtp_sdk::{Programme, conditions, testing};
use std::path::Path;
use std::sync::LazyLock;

fn template() -> ProgrammeFile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/plain/programme.toml");
    read(&path).unwrap_or_else(|problems| panic!("{problems}")).0
}

static BLOCK: LazyLock<Vec<u8>> = LazyLock::new(|| describe(&template()).unwrap());

/// What the general component does with the block, natively.
struct Plain;

impl Programme for Plain {
    fn about() -> about::Programme {
        decode(Parts(&BLOCK).get(Parts::ABOUT))
    }

    fn fields() -> Vec<fields::Field> {
        decode(Parts(&BLOCK).get(Parts::FIELDS))
    }

    fn questionnaires() -> Vec<questionnaires::Questionnaire> {
        decode(Parts(&BLOCK).get(Parts::QUESTIONNAIRES))
    }

    fn limits() -> Vec<limits::Limit> {
        decode(Parts(&BLOCK).get(Parts::LIMITS))
    }

    fn rules() -> Vec<rules::Rule> {
        decode(Parts(&BLOCK).get(Parts::RULES))
    }

    fn scenarios() -> Vec<scenarios::Scenario> {
        decode(Parts(&BLOCK).get(Parts::SCENARIOS))
    }

    fn assess(asked: Vec<String>, case: assess::Case) -> assess::Assessment {
        let inputs: Vec<rules::Rule> = decode(Parts(&BLOCK).get(Parts::INPUTS));
        let plain: Vec<PlainRule> = decode(Parts(&BLOCK).get(Parts::CONDITIONS));
        embedded::assess(asked, &case, &inputs, |rule, view| {
            let own = plain.iter().find(|plain| plain.rule == rule.id)?;
            Some(conditions::judge(own, view))
        })
    }
}

#[test]
fn its_stories_come_out_as_told() {
    assert!(Plain::scenarios().len() >= 2);
    testing::scenarios::<Plain>();
}

#[test]
fn conditions_read_aloud() {
    let file = template();
    let aloud = |rule: &str, language: &str| {
        let entry = file.rules.iter().find(|entry| entry.rule.id == rule).unwrap();
        entry.rule.description.iter().find(|(tag, _)| tag == language).unwrap().1.clone()
    };
    assert_eq!(
        aloud("infection", "en"),
        "Red when \"Temperature\" is at least \"Fever\" (38) (within 24 hours) and \"Does fluid or blood ooze from \
         the wound?\" is yes (within 24 hours). Yellow when \"Temperature\" is at least \"Fever\" (38) (within 24 \
         hours) or \"Does fluid or blood ooze from the wound?\" is yes (within 24 hours)."
    );
    assert_eq!(
        aloud("pain", "da"),
        "Gul, når \"Hvor ondt har du nu, fra 0 til 10?\" er mindst \"Stærke smerter\" (7) 2 gange i træk (inden for \
         72 timer). Gul, når \"Hvor ondt har du nu, fra 0 til 10?\" er steget mere end 4 på 48 timer."
    );
}

#[test]
fn what_a_rule_reads_and_gives_follows_from_its_conditions() {
    let file = template();
    let pain = &file.rules.iter().find(|entry| entry.rule.id == "pain").unwrap().rule;
    assert_eq!(pain.limits, ["strong-pain"]);
    assert_eq!(pain.reads.len(), 1);
    assert_eq!(
        pain.reads.first().unwrap().within,
        Some(72 * 3_600_000),
        "the widest of 3 days and 48 + 24 hours"
    );
    assert_eq!(pain.severities, [gtp_sdk::Severity::Yellow]);
}

#[test]
fn a_rule_that_needs_code_is_named() {
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programmes/copd/programme.toml"),
    )
    .unwrap();
    let file = parse(&File { name: "programme.toml".into(), text }, &[]).unwrap();
    assert!(matches!(join(&file), Err(Error::NeedsCode(rule)) if rule == "spo2-below-target"));
}

#[test]
fn what_is_not_the_general_component_is_refused() {
    assert!(matches!(join_with(b"\0asm\x0d\0\x01\0", &template()), Err(Error::NotGeneral(_))));
}

#[test]
fn the_component_is_the_general_one_and_the_descriptions() {
    let component = join(&template()).unwrap();
    assert!(component.windows(BLOCK.len()).any(|window| window == *BLOCK));
    let more = component.len() - GENERAL.len() - BLOCK.len();
    assert!(more < 64, "{more} bytes beside the descriptions");
    assert_eq!(component, join(&template()).unwrap(), "the same file gives the same bytes");
}

/// What fixes how the general component reads what is joined with it.
const SOURCES: [&str; 6] = [
    "sdk/contract/src/condition.rs",
    "sdk/contract/src/lib.rs",
    "sdk/general/src/lib.rs",
    "sdk/src/conditions.rs",
    "sdk/src/embedded.rs",
    "sdk/src/number.rs",
];

#[test]
fn the_general_component_is_built_from_these_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut wit: Vec<String> = std::fs::read_dir(root.join("wit"))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.ends_with(".wit"))
        .map(|name| format!("wit/{name}"))
        .collect();
    wit.sort();
    // FNV-1a: enough to notice a change, and the same everywhere.
    let mut digest: u64 = 0xcbf2_9ce4_8422_2325;
    for path in SOURCES.iter().map(|path| (*path).to_owned()).chain(wit) {
        for byte in std::fs::read(root.join(&path)).unwrap() {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    let noted = std::fs::read_to_string(root.join("sdk/join/general.sources")).unwrap();
    assert_eq!(
        noted.trim(),
        format!("{digest:016x}"),
        "what the general component is made of has changed. Build it again and note the new digest:\n  cargo run -p \
         gtp-toolchain --example build -- sdk/general sdk/join/general.wasm target/guests\n  echo {digest:016x} > \
         sdk/join/general.sources"
    );
}
