//! What an author meets on the command line: from nothing to a live form, and every mistake on the way.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Api, Finished, Place, Server, component, until};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// A component of the shipped kind stays below this.
const LARGEST: u64 = 300_000;

async fn serves(api: &Api, id: &str) {
    let path = format!("/api/v1/programmes/{id}");
    until(id, async || (api.get(&path).await.status == 200).then_some(())).await;
}

/// Begins a programme and builds it, drops it into the folder of a running host, and waits until a citizen has
/// its form. How long all that takes.
async fn from_new_to_a_live_form(template: &str, field: &str, unit: &str, value: f64) -> Duration {
    let server = Place::with_people(&[]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let place = server.place();

    let began = Instant::now();
    let _ = place.succeed(&["new", "my-pilot", "--template", template], "");
    let _ = place.succeed(&["build", "my-pilot"], "");
    let file = place.path("my-pilot/my-pilot.wasm");
    place.drop_in(&file, "my-pilot.wasm");
    serves(&nurse, "my-pilot").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "my-pilot").await;
    let _ = nurse.measure(&citizen, field, unit, value, 0.1).await.expect(201);
    let took = began.elapsed();

    println!(
        "from `gtp new --template {template}` to a value in the record: {:.2} s",
        took.as_secs_f64()
    );
    assert!(fs::metadata(&file).unwrap().len() < LARGEST);
    took
}

#[tokio::test]
async fn a_programme_without_code_is_live_in_less_than_5_seconds() {
    let took = from_new_to_a_live_form("plain", "temperature", "Cel", 37.2).await;
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn a_programme_in_rust_is_live_in_less_than_2_minutes() {
    // Whoever builds for the first time on a machine compiles the kit too; that is told, and not counted.
    let began = Instant::now();
    let _ = new("rust").succeed(&["build", "mine"], "");
    println!(
        "a first build, with what was compiled before on this machine: {:.1} s",
        began.elapsed().as_secs_f64()
    );
    let took = from_new_to_a_live_form("rust", "weight", "kg", 80.0).await;
    assert!(took < Duration::from_secs(120), "{took:?}");
}

#[test]
fn every_component_that_ships_is_small() {
    for name in ["heart", "copd", "diabetes", "pregnancy", "early-detection"] {
        let bytes = fs::metadata(component(name)).unwrap().len();
        assert!(bytes < LARGEST, "{name}: {bytes} bytes");
    }
}

/// A folder with a programme from a template, and nothing else.
fn new(template: &str) -> Place {
    let place = Place::new(&[]);
    let _ = place.succeed(&["new", "mine", "--template", template], "");
    place
}

fn change(place: &Place, from: &str, to: &str) {
    let file = place.path("mine/programme.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

/// One message, with the exit code that it is to have.
#[track_caller]
fn told(finished: &Finished, code: i32, words: &[&str]) {
    // What a terminal wraps is one message still.
    let message = finished.err.replace('│', " ");
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(finished.code, code, "{}{message}", finished.out);
    for word in words {
        assert!(message.contains(word), "{word} is not in: {message}");
    }
    assert_eq!(finished.err.matches('×').count(), 1, "one message: {}", finished.err);
}

#[test]
fn templates_without_code_pass_at_once_and_are_read_aloud() {
    for template in ["plain", "questionnaire"] {
        let place = new(template);
        let tested = place.succeed(&["test", "mine"], "");
        assert!(tested.contains("2 stories, all as told"), "{tested}");
        let checked = place.succeed(&["check", "mine"], "");
        assert!(checked.contains("mine.wasm: passes; programme mine 1.0.0"), "{checked}");
        assert!(checked.contains("% of fuel, ") && checked.contains(" MiB"), "{checked}");
        assert!(!checked.contains("warning"), "{checked}");
        let shown = place.succeed(&["show", "mine"], "");
        for words in
            ["Hvad der spørges om", "Regler", "Rød, når", "Hvem ser hvad", "Underskrift", "SHA-256"]
        {
            assert!(shown.contains(words), "{words}: {shown}");
        }
    }
}

#[test]
fn a_page_to_sign_off_holds_everything_in_both_languages() {
    let place = new("plain");
    let folder = place.succeed(&["show", "mine", "--language", "en"], "");
    let words = [
        "Mine\n====",
        "What is measured",
        "Temperature",
        "What is asked",
        "How much pain do you have now, from 0 to 10?",
        "Shown when: 2 is yes",
        "Limits",
        "Can be set: 37.5–40",
        "no publication fixes it",
        "Red when",
        "Tells the clinician: Fever, and the wound oozes.",
        "Tells the citizen: Your wound may be infected.",
        "every day for 7 days; then whenever the citizen wants to",
        "Municipality: sees, enters",
        "Stories that were tried",
        "Sign-off",
    ];
    let folder = folder.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(folder.contains(&word), "{word} is not in {folder}");
    }

    // The same from the component alone, but for the texts that it holds in its code.
    let _ = place.succeed(&["build", "mine"], "");
    let component = place.succeed(&["show", "mine/mine.wasm", "--language", "en"], "");
    assert!(component.contains("Red when") && !component.contains("Tells the clinician"));

    let _ = place.succeed(&["show", "mine", "--html", "--out", "page.html"], "");
    let html = fs::read_to_string(place.path("page.html")).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.contains("<html lang=\"da\">"));
    assert!(html.contains("Feber") && html.contains("<th scope=\"col\">Kilde</th>"));
}

#[test]
fn a_programme_with_rules_in_rust_is_shown_without_a_compiler() {
    let place = new("heart");
    let shown = place.run(&["show", "mine", "--language", "en"], "");
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(
        shown.out.contains("Tells the clinician: The weight has risen by {gain} kg within 3 days"),
        "{}",
        shown.out
    );
    let shipped = component("heart");
    let shown = place.succeed(&["show", shipped.to_str().unwrap()], "");
    assert!(
        shown.contains("Hjertet hjemmefra") && shown.contains("heart.wasm, SHA-256"),
        "{shown}"
    );
}

#[test]
fn a_story_that_goes_otherwise_is_shown_by_step() {
    let place = new("plain");
    change(&place, "default = 7", "default = 9");
    let tested = place.run(&["test", "mine"], "");
    told(&tested, 1, &["1 of 2 stories go otherwise", "mend the rule, or the story"]);
    assert!(tested.out.contains("  ok  infection: "), "{}", tested.out);
    assert!(tested.out.contains("FAIL  pain: "), "{}", tested.out);
    assert!(
        tested.out.contains("        step 2 (day 2, 08:00): wound (pain 8, oozing 0)\n          - pain: yellow\n          + pain: green\n"),
        "{}",
        tested.out
    );
}

#[test]
fn every_mistake_in_a_file_names_its_place_and_a_way_out() {
    for (from, to, words) in [
        ("[about]", "[about", ["mine/programme.toml:7:", "this is no TOML"]),
        ("publisher =", "publsher =", ["there is no key `publsher`", "did you mean `publisher`?"]),
        ("unit = \"{score}\"", "unit = \"flurbs\"", ["`flurbs` is no unit in UCUM", "ucum.org"]),
        (
            "field = \"temperature\", at-least",
            "field = \"temp\", at-least",
            ["there is no field `temp`", "`temperature`"],
        ),
        (
            "title = { da = \"Feber\", en = \"Fever\" }",
            "title = { da = \"Feber\" }",
            ["the text in `en` is missing", "add en = "],
        ),
    ] {
        let place = new("plain");
        change(&place, from, to);
        for command in ["build", "test", "check", "show"] {
            let finished = place.run(&[command, "mine"], "");
            told(&finished, 1, &["wrong in mine/programme.toml", "stand above"]);
            for word in words {
                assert!(
                    finished.err.contains(word),
                    "{command}: {word} is not in {}",
                    finished.err
                );
            }
            assert!(finished.err.contains("--> mine/programme.toml:"), "{}", finished.err);
            assert!(!place.path("mine/mine.wasm").exists(), "nothing half-made is left");
        }
    }
}

#[test]
fn what_cannot_be_begun_or_built_is_told_in_one_message() {
    let place = new("plain");
    let again = place.run(&["new", "mine"], "");
    told(&again, 2, &["there is a mine already", "nothing is ever overwritten", "another name"]);
    told(&place.run(&["new", "Not A Name"], ""), 2, &["`Not A Name` is no name", "after-surgery"]);
    told(
        &place.run(&["new", "other", "--template", "hart"], ""),
        2,
        &["no template `hart`", "heart, copd"],
    );
    told(
        &place.run(&["new", "other", "--in", "nowhere"], ""),
        2,
        &["nowhere/other cannot be made", "make it"],
    );
    told(
        &place.run(&["new", "other", "--template", "rust", "--sdk", "programmes"], ""),
        2,
        &["gtp-sdk", "programmes holds none", "--sdk"],
    );
    assert!(!place.path("other").exists());

    told(
        &place.run(&["build", "programmes"], ""),
        2,
        &["programmes holds no programme", "gtp new NAME"],
    );
    told(
        &place.run(&["build", "mine", "--out", "gtp.toml/mine.wasm"], ""),
        2,
        &["gtp.toml/mine.wasm cannot be written", "choose another folder"],
    );
    told(&place.run(&["show", "nothing.wasm"], ""), 2, &["nothing.wasm"]);
    fs::write(place.path("text.wasm"), "no component").unwrap();
    told(&place.run(&["show", "text.wasm"], ""), 1, &["error[", "text.wasm defines no programme"]);

    // A rule without conditions in a folder without code.
    change(
        &place,
        "[[rules.when]]\ngives = \"yellow\"\nif = { answer = \"wound/pain\", rises",
        "[[rules.whn]]\ngives = \"yellow\"\nif = { answer = \"wound/pain\", rises",
    );
    told(&place.run(&["build", "mine"], ""), 1, &["no key `whn`", "did you mean `when`?"]);
}

#[test]
fn rust_that_does_not_compile_is_shown_as_the_compiler_says_it() {
    let place = new("rust");
    let rules = place.path("mine/src/rules.rs");
    let text = fs::read_to_string(&rules).unwrap();
    fs::write(&rules, text.replace("case.weight()", "case.wieght()")).unwrap();
    let built = place.run(&["build", "mine"], "");
    told(&built, 1, &["no method named `wieght`", "mine does not compile"]);
}

/// A `gtp dev` on the folder `mine`.
fn dev(place: Place) -> Server {
    place.start(&["dev", "mine", "--listen", "127.0.0.1:0"])
}

#[tokio::test]
async fn a_save_is_on_screen_in_seconds_and_a_mistake_leaves_what_served() {
    let server = dev(new("plain"));
    let citizen = Api::log_in_as(&server, "demo-citizen-1", "demo-citizen-1-2026").await;
    serves(&citizen, "mine").await;
    let title = async |expected: &str| {
        until(expected, async || {
            let answer = citizen.get("/api/v1/programmes/mine").await;
            answer.text.contains(expected).then_some(())
        })
        .await;
    };
    title("Mine").await;

    let began = Instant::now();
    change(server.place(), "title = { da = \"Mine\"", "title = { da = \"Efter hofteoperation\"");
    title("Efter hofteoperation").await;
    let took = began.elapsed();
    println!("from a save to a host that has it: {:.2} s", took.as_secs_f64());
    assert!(took < Duration::from_secs(5), "{took:?}");

    change(
        server.place(),
        "title = { da = \"Efter hofteoperation\"",
        "titel = { da = \"Efter knæoperation\"",
    );
    until("the mistake to be told", async || {
        server.output().contains("there is no key `titel`").then_some(())
    })
    .await;
    title("Efter hofteoperation").await;
    change(
        server.place(),
        "titel = { da = \"Efter knæoperation\"",
        "title = { da = \"Efter knæoperation\"",
    );
    title("Efter knæoperation").await;
    let (place, _) = server.stop();
    assert!(Path::new(&place.path("mine/programme.toml")).exists());
    assert!(!place.path("mine/mine.wasm").exists(), "it leaves nothing in the author's folder");
}
