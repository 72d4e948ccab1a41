//! What an author reads when something is wrong: the place, the line, and a way out.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use gtp_programme_file::{File, Problems, parse};

/// The kit's programme without code, with one text put in place of another.
fn changed(from: &str, to: &str) -> Problems {
    let text = include_str!("../../templates/plain/programme.toml");
    assert!(text.contains(from), "{from}");
    let file = File { name: "programme.toml".into(), text: text.replacen(from, to, 1) };
    parse(&file, &[]).expect_err("this must be refused")
}

#[track_caller]
fn says(problems: &Problems, message: &str, help: &str) {
    let found = problems.0.iter().any(|problem| {
        problem.message.contains(message)
            && problem.help.as_deref().unwrap_or("").contains(help)
            && problem.place.is_some()
    });
    assert!(found, "{problems}");
}

#[test]
fn a_message_shows_the_line_like_a_compiler() {
    let problems = changed("standard = \"temperature\"", "standard = \"temprature\"");
    let text = problems.to_string();
    assert!(
        text.starts_with("there is no standard `temprature`\n  --> programme.toml:26:12\n   |\n26 | standard = \"temprature\"\n   |            ^^^^^^^^^^^^\n   = did you mean `temperature`?"),
        "{text}"
    );
}

#[test]
fn an_unknown_key_gets_a_proposal() {
    says(
        &changed("publisher =", "publsher ="),
        "there is no key `publsher`",
        "did you mean `publisher`?",
    );
    says(&changed("grace =", "gracce ="), "there is no key `gracce`", "did you mean `grace`?");
}

#[test]
fn a_missing_key_is_named() {
    says(&changed("licence = \"MIT OR Apache-2.0\"\n", ""), "`licence` is missing here", "");
}

#[test]
fn a_missing_translation_is_named() {
    says(
        &changed("title = { da = \"Feber\", en = \"Fever\" }", "title = { da = \"Feber\" }"),
        "the text in `en` is missing",
        "add en = \"...\"",
    );
    says(
        &changed("en = \"Fever\"", "en = \"Fever\", de = \"Fieber\""),
        "`de` is not one",
        "da, en",
    );
    says(&changed("en = \"Fever\" }", "en = \" \" }"), "the text in `en` is empty", "");
}

#[test]
fn a_unit_that_does_not_exist_gets_the_right_one() {
    says(
        &changed("unit = \"{score}\"", "unit = \"points\""),
        "`points` is no unit in UCUM",
        "{score}",
    );
    says(
        &changed("unit = \"{score}\"", "unit = \"flurbs\""),
        "`flurbs` is no unit in UCUM",
        "ucum.org",
    );
}

#[test]
fn a_rule_on_a_field_that_is_not_there_is_refused() {
    says(
        &changed("{ field = \"temperature\", at-least", "{ field = \"temp\", at-least"),
        "there is no field `temp`",
        "there is `temperature`",
    );
    says(
        &changed("wound/oozing", "wound/ozing"),
        "there is no question `ozing`",
        "did you mean `oozing`?",
    );
    says(
        &changed("at-least = \"fever\"", "at-least = \"fevr\""),
        "there is no limit `fevr`",
        "did you mean `fever`?",
    );
}

#[test]
fn what_cannot_be_is_refused() {
    says(&changed("default = 38.0", "default = 36.0"), "lies outside `bounds`", "");
    says(&changed("bounds = [37.5, 40]", "bounds = [40, 37.5]"), "this range is empty", "");
    says(&changed("version = \"1.0.0\"", "version = \"1.0\""), "`1.0` is no version", "semver");
    says(
        &changed("id = \"after-surgery\"", "id = \"After surgery\""),
        "is no id",
        "for example `after-surgery`",
    );
    says(&changed("days = 7, when", "when"), "no phase can follow one without end", "days");
    says(
        &changed("within = \"3 d\"", "within = \"3 days\""),
        "`3 days` is no length of time",
        "72 h",
    );
    says(
        &changed("citizen = \"sees and enters\"", "citizen = \"can see\""),
        "there is no way to see",
        "sees",
    );
    says(
        &changed("item = \"oozing\"", "item = \"redness\""),
        "there is no earlier item `redness`",
        "",
    );
    says(&changed("is = \"yes\" }]", "is = \"maybe\" }]"), "\"yes\" or \"no\"", "");
}

#[test]
fn bands_cover_every_score_once() {
    let score = |bands: &str| {
        format!(
            "[[questionnaires.scores]]\nid = \"total\"\ntitle = \"t\"\nitems = [\"pain\"]\nmethod = \"sum\"\nbands = \
             [{bands}]\n\n[[limits]]\nid = \"fever\""
        )
    };
    let band = |from: u8, to: u8| format!("{{ from = {from}, to = {to}, title = \"b\" }}");
    let with = |bands: &[String]| changed("[[limits]]\nid = \"fever\"", &score(&bands.join(", ")));
    says(&with(&[band(0, 3), band(5, 10)]), "no band covers the score 4", "from 0 to 10");
    says(&with(&[band(0, 4), band(4, 10)]), "more than one band covers the score 4", "");
    says(&with(&[band(0, 9)]), "no band covers the score 10", "");
}

#[test]
fn broken_toml_shows_where() {
    let problems = changed("[about]", "[about");
    assert!(
        problems
            .0
            .iter()
            .any(|problem| problem.message.contains("no TOML") && problem.place.is_some())
    );
}

#[test]
fn all_faults_are_told_at_once() {
    let text = include_str!("../../templates/plain/programme.toml")
        .replacen("publisher =", "publsher =", 1)
        .replacen("default = 38.0", "default = 36.0", 1);
    let problems = parse(&File { name: "programme.toml".into(), text }, &[]).unwrap_err();
    assert!(problems.0.len() >= 3, "the unknown key, the missing one, and the default: {problems}");
}

#[test]
fn a_story_is_checked_too() {
    let programme = File {
        name: "programme.toml".into(),
        text: include_str!("../../templates/plain/programme.toml").to_owned(),
    };
    let story = |text: &str| File { name: "scenarios/a.toml".into(), text: text.to_owned() };
    let head = "title = { da = \"a\", en = \"a\" }\nstarts = \"2026-03-02\"\n";
    let wrong = |body: &str| parse(&programme, &[story(&format!("{head}{body}"))]).unwrap_err();
    let step = "[[steps]]\nday = 1\nat = \"08:00\"\n";
    says(
        &wrong(&format!("{step}values = {{ temprature = 37 }}")),
        "there is no field `temprature`",
        "temperature",
    );
    says(
        &wrong(&format!("{step}answers.wound = {{ oozing = \"no\", pan = 1 }}")),
        "there is no item `pan`",
        "pain",
    );
    says(
        &wrong(&format!("{step}values = {{ temperature = 37 }}\nexpect = {{ pain = \"red\" }}")),
        "does not name this severity",
        "",
    );
    says(
        &wrong(&format!("{step}values = {{ temperature = 37 }}\nexpect = {{ pan = \"red\" }}")),
        "there is no rule",
        "pain",
    );
    says(&wrong(""), "at least one step", "");
}
