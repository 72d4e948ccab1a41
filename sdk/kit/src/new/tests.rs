#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
use super::{New, Sdk, quoted};
use crate::{Error, Template, templates};
use std::path::Path;

fn new<'a>(name: &'a str, template: &str, parent: &'a Path) -> New<'a> {
    New {
        name,
        template: Template::named(template).unwrap(),
        title: ["Hjemme \"nu\"", "At home"],
        publisher: "Region Demo",
        parent,
        sdk: None,
    }
}

#[test]
fn every_template_becomes_a_programme_without_a_fault() {
    let place = tempfile::tempdir().unwrap();
    for template in templates() {
        let name = format!("my-{}", template.name);
        let written = new(&name, template.name, place.path()).write().unwrap();
        let (file, read) = gtp_programme_file::read(&written.folder.join("programme.toml"))
            .unwrap_or_else(|problems| panic!("{}: {problems}", template.name));
        assert_eq!(file.about.id, name);
        assert_eq!(file.about.publisher, "Region Demo");
        assert_eq!(file.about.title.first().unwrap().1, "Hjemme \"nu\"");
        assert!(read.len() >= 2, "{} has a story", template.name);
        assert!(!template.about.is_empty());
        for path in &read {
            let text = std::fs::read_to_string(path).unwrap();
            let schema = text.lines().next().unwrap().strip_prefix("#:schema ").unwrap();
            assert!(path.parent().unwrap().join(schema).is_file(), "{schema}");
        }
    }
}

#[test]
fn a_template_with_code_names_its_own_crate_and_where_the_kit_is() {
    let place = tempfile::tempdir().unwrap();
    let written = new("my-heart", "heart", place.path()).write().unwrap();
    let test = std::fs::read_to_string(written.folder.join("tests/boundaries.rs")).unwrap();
    assert!(test.contains("use my_heart::") && !test.contains("use heart::"));
    let manifest = std::fs::read_to_string(written.folder.join("Cargo.toml")).unwrap();
    assert!(
        manifest.contains("in no registry yet") && manifest.contains("gtp-sdk = { path = "),
        "{manifest}"
    );
    assert!(manifest.contains("[workspace]") && written.folder.join("Cargo.lock").is_file());

    let git = New {
        sdk: Some(Sdk::parse("https://example.org/gtp")),
        ..new("my-copd", "copd", place.path())
    };
    let written = git.write().unwrap();
    let manifest = std::fs::read_to_string(written.folder.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("gtp-sdk = { git = \"https://example.org/gtp\" }"), "{manifest}");
}

#[test]
fn nothing_is_ever_overwritten() {
    let place = tempfile::tempdir().unwrap();
    let mine = place.path().join("mine");
    std::fs::create_dir(&mine).unwrap();
    std::fs::write(mine.join("programme.toml"), "precious").unwrap();
    let error = new("mine", "plain", place.path()).write().unwrap_err();
    assert!(matches!(error, Error::Exists(_)), "{error}");
    assert!(
        error.to_string().contains("mine already")
            && error.help().unwrap().contains("another name")
    );
    assert_eq!(std::fs::read_to_string(mine.join("programme.toml")).unwrap(), "precious");
    assert_eq!(std::fs::read_dir(&mine).unwrap().count(), 1);
}

#[test]
fn a_name_that_is_none_says_why() {
    let place = tempfile::tempdir().unwrap();
    for (name, why) in [
        ("After surgery", "small letter"),
        ("a_b", "hyphens"),
        ("9lives", "begin with"),
        ("-a", "begin with"),
        ("a--b", "between words"),
        ("../a", "begin with"),
        ("a/b", "hyphens"),
        ("match", "meaning of its own"),
        ("", "begin with"),
    ] {
        let error = new(name, "plain", place.path()).write().unwrap_err();
        assert!(error.to_string().contains(why), "{name}: {error}");
        assert!(error.help().unwrap().contains("after-surgery"));
    }
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_cannot_be_written_or_is_not_there_is_named() {
    let place = tempfile::tempdir().unwrap();
    let nowhere = place.path().join("nowhere");
    let error = new("mine", "plain", &nowhere).write().unwrap_err();
    assert!(error.to_string().contains("nowhere/mine cannot be made"), "{error}");
    assert!(error.help().unwrap().contains("must be there"));
    let file = place.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = new("mine", "plain", &file).write().unwrap_err();
    assert!(
        error.to_string().contains("file/mine cannot be made") && error.help().is_some(),
        "{error}"
    );
}

#[test]
fn a_kit_that_is_not_there_is_told_with_the_ways_out() {
    let place = tempfile::tempdir().unwrap();
    let wrong =
        New { sdk: Some(Sdk::Path(place.path().into())), ..new("mine", "rust", place.path()) };
    let error = wrong.write().unwrap_err();
    assert!(matches!(error, Error::NoSdk(_)) && error.help().unwrap().contains("--sdk"), "{error}");
    assert!(!place.path().join("mine").exists());
}

#[test]
fn a_source_of_the_kit_is_told_from_what_is_written() {
    assert_eq!(Sdk::parse("1.2.0"), Sdk::Version("1.2.0".to_owned()));
    assert_eq!(
        Sdk::parse("ssh://git@example.org/gtp"),
        Sdk::Git("ssh://git@example.org/gtp".to_owned())
    );
    assert_eq!(Sdk::parse("../sdk"), Sdk::Path("../sdk".into()));
    assert_eq!(quoted("a \"b\" \\ c\n"), "\"a \\\"b\\\" \\\\ c \"");
}
