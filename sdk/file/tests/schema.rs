//! The published JSON Schemas and the reader agree on what ships, and on what is wrong.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use jsonschema::Validator;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn validator(name: &str) -> Validator {
    let text = std::fs::read_to_string(root().join("sdk/schema").join(name)).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn toml(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap()
}

#[track_caller]
fn accepts(validator: &Validator, path: &Path) {
    let value = toml(&std::fs::read_to_string(path).unwrap());
    let faults: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{}: {faults:#?}", path.display());
}

/// The folders of everything that ships with a `programme.toml`.
fn shipped() -> Vec<PathBuf> {
    let shelves = ["programmes", "examples", "sdk/templates"];
    let folders = shelves.iter().flat_map(|shelf| std::fs::read_dir(root().join(shelf)).unwrap());
    let folders = folders.map(|entry| entry.unwrap().path());
    let found: Vec<PathBuf> =
        folders.filter(|folder| folder.join("programme.toml").is_file()).collect();
    assert!(found.len() >= 6, "{found:?}");
    found
}

#[test]
fn everything_that_ships_fits_its_schema() {
    let (programme, scenario) =
        (validator("programme.schema.json"), validator("scenario.schema.json"));
    for folder in shipped() {
        accepts(&programme, &folder.join("programme.toml"));
        for entry in std::fs::read_dir(folder.join("scenarios")).unwrap() {
            accepts(&scenario, &entry.unwrap().path());
        }
    }
}

#[test]
fn everything_that_ships_can_be_read() {
    for folder in shipped() {
        if let Err(problems) = gtp_programme_file::read(&folder.join("programme.toml")) {
            panic!("{}\n{problems}", folder.display());
        }
    }
}

#[test]
fn the_schema_knows_the_catalogue() {
    let text = std::fs::read_to_string(root().join("sdk/schema/programme.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    for (list, name) in [
        ("fields", "field"),
        ("groups", "group"),
        ("questionnaires", "questionnaire"),
        ("limits", "limit"),
        ("rules", "rule"),
    ] {
        let pointer = format!("/$defs/{name}/properties/standard/enum");
        let mut known: Vec<&str> = schema
            .pointer(&pointer)
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap())
            .collect();
        let mut own = gtp_programme_file::standard_ids(list);
        known.sort_unstable();
        own.sort();
        assert_eq!(known, own, "{list}");
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let validator = validator("programme.schema.json");
    let text = include_str!("../../templates/plain/programme.toml");
    for (from, to) in [
        ("publisher =", "publsher ="),
        ("standard = \"temperature\"", "standard = \"temprature\""),
        ("kind = \"yes-no\"", "kind = \"yesno\""),
        ("gives = \"red\"", "gives = \"purple\""),
        ("grace = \"4 h\"", "grace = 4"),
        ("citizen = \"sees and enters\"", "citizen = \"looks\""),
        ("days = 7, when = \"daily\"", "days = 7, when = \"dayly\""),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(!validator.is_valid(&toml(&text.replacen(from, to, 1))), "{to}");
    }
}
