//! Mistakes of whoever sets a host up: one message that says which and what to do, and exit code 2.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Finished, Place};

fn refused(place: &Place, arguments: &[&str], words: &[&str]) {
    let Finished { code, out, err } = place.run(arguments, "");
    assert_eq!(code, 2, "{arguments:?}: {out}{err}");
    // What a terminal wraps is one message still.
    let message: String = err.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        assert!(message.contains(word), "{word} is not in: {message}");
    }
    assert_eq!(err.matches('×').count(), 1, "one message: {err}");
    assert_eq!(out, "", "nothing is served");
}

const SERVE: [&str; 3] = ["serve", "--config", "gtp.toml"];

#[test]
fn a_misspelt_key_is_shown_at_its_place_with_the_right_one() {
    let place = Place::new(&[]);
    place.configure("time-zoen = \"Europe/Copenhagen\"");
    refused(&place, &SERVE, &["gtp.toml:2:1", "time-zoen", "did you mean “time-zone”"]);
    place.configure("[record]\nview = \"postgres\"");
    refused(&place, &SERVE, &["gtp.toml:3:8", "sled", "redb"]);
    place.configure("[record\n");
    refused(&place, &SERVE, &["gtp.toml:2"]);
}

#[test]
fn a_configuration_or_a_folder_that_is_missing_is_named() {
    let place = Place::new(&[]);
    refused(&place, &["serve", "--config", "other.toml"], &["other.toml", "gtp.example.toml"]);
    place.configure("programmes = \"nowhere\"");
    refused(&place, &SERVE, &["nowhere", "does not exist", "make it"]);
    place.configure("data = \"no/where/data\"");
    refused(&place, &SERVE, &["no/where/data", "does not exist", "`data`"]);
    place.configure("time-zone = \"Europe/Odense\"");
    refused(&place, &SERVE, &["Europe/Odense", "Europe/Copenhagen"]);
    place.configure("[log]\nlevel = \"loud=very\"");
    refused(&place, &SERVE, &["log.level"]);
}

#[tokio::test]
async fn a_port_or_a_data_folder_in_use_is_named() {
    let place = Place::new(&[]);
    let config = place.path("gtp.toml").to_str().unwrap().to_owned();
    let server = place.serve();
    let address = server.address.trim_start_matches("http://").to_owned();
    refused(
        server.place(),
        &["serve", "--config", &config, "--listen", &address],
        &[&address, "in use", "--listen"],
    );
    refused(server.place(), &SERVE, &["data", "in use by another process", "stop it first"]);
    let (place, _) = server.stop();
    let _ = place.serve().stop();
}

#[test]
fn a_demo_listens_on_this_machine_alone_and_spares_a_record_that_is_none() {
    let place = Place::new(&[]);
    refused(
        &place,
        &["serve", "--demo", "--listen", "0.0.0.0:0"],
        &["known passwords", "loopback"],
    );
    assert!(!place.path("data").exists(), "nothing was made");

    place.succeed(&["unit", "add", "real-unit", "--name", "Real", "--sector", "hospital"], "");
    refused(&place, &["serve", "--demo"], &["no demo", "without --demo"]);
}

#[test]
fn an_account_needs_a_unit_that_is_there_and_a_password_that_is_long() {
    let place = Place::new(&[]);
    let nurse =
        ["user", "add", "nurse", "--name", "Demo", "--role", "clinician", "--unit", "nowhere"];
    refused(&place, &nurse, &["nowhere", "gtp unit add"]);
    let Finished { code, err, .. } = place.run(
        &["user", "add", "op", "--name", "Demo", "--role", "operator", "--password-stdin"],
        "short\n",
    );
    assert_eq!(code, 2);
    assert!(err.contains("12"), "{err}");
    let out = place.succeed(&["user", "add", "op", "--name", "Demo", "--role", "operator"], "");
    assert!(out.contains("password, shown only now"), "{out}");
    refused(
        &place,
        &["user", "add", "op", "--name", "Demo", "--role", "operator"],
        &["already", "op"],
    );
}
