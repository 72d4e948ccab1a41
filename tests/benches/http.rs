//! Submissions over HTTP with the rules run and the journal synced, next to the floor in the same run: a
//! server that parses the same body and appends it to a file with a group-committed `fdatasync`, and does
//! nothing else. Then start-up with a warm cache, and idle memory.
//!
//! Bare numbers depend on the machine; the ratios say something. Both servers are processes of their own, and
//! one plain client drives both.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs, reason = "a benchmark is no library")]

#[path = "http/client.rs"]
mod client;
#[path = "http/floor.rs"]
mod floor;

use client::{Load, Target};
use gtp_tests::{Api, Place, at, processor_time, resident};
use serde_json::json;
use std::time::{Duration, Instant};

/// How many citizens the submissions are spread over, so that each has a believable history.
const CITIZENS: usize = 1_000;
/// How long each measurement takes.
const SECONDS: u64 = 5;
/// How often each is repeated; the median counts.
const ROUNDS: usize = 3;

fn main() {
    if floor::asked_for() {
        return floor::serve();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    println!("preparing {CITIZENS} citizens ...");
    let server = Place::with_people(&["heart"]).serve_with(&[]);
    let nurse = Api::log_in(&server, "nurse").await;
    let citizens = admit(&nurse).await;
    let receipt = nurse.measure(&citizens[0], "weight", "kg", 80.0, 79.5).await.expect(201).json();
    assert_eq!(receipt["assessed"], true, "the rules run");
    let floor = floor::start();

    let gtp = Target::new(&server.address, nurse.token(), citizens.clone());
    let bare = Target::new(&floor.address, "", citizens);
    println!("\nsubmissions a second, {SECONDS} s each, the median of {ROUNDS}");
    println!(
        "{:>12} {:>10} {:>10} {:>8}  {:>10} {:>10} {:>14}",
        "connections", "floor", "gtp", "ratio", "gtp p50", "gtp p99", "gtp processor"
    );
    for connections in [1, 64] {
        let (mut bares, mut gtps) = (vec![], vec![]);
        let before = processor_time(server.process());
        for _ in 0..ROUNDS {
            bares.push(client::drive(&bare, connections, SECONDS).await);
            gtps.push(client::drive(&gtp, connections, SECONDS).await);
        }
        let answered: f64 = gtps.iter().map(|load| load.rate * SECONDS as f64).sum();
        let cost = (processor_time(server.process()) - before).as_secs_f64() / answered;
        let (bare, gtp) = (median(bares), median(gtps));
        println!(
            "{connections:>12} {:>10.0} {:>10.0} {:>8.2}  {:>7.2} ms {:>7.2} ms {:>7.0} µs each",
            bare.rate,
            gtp.rate,
            gtp.rate / bare.rate,
            gtp.p50,
            gtp.p99,
            cost * 1e6
        );
    }
    drop(floor);

    println!();
    let (place, _) = server.stop();
    start_up("the record written above", place);
    start_up("an empty record", Place::new(&["heart"]));
}

fn median(mut loads: Vec<Load>) -> Load {
    loads.sort_by(|left, right| left.rate.total_cmp(&right.rate));
    loads.swap_remove(loads.len() / 2)
}

async fn admit(nurse: &Api) -> Vec<String> {
    let mut citizens = vec![];
    for number in 0..CITIZENS {
        // Replacement numbers of a region: they are nobody's.
        let letters = [b'A' + (number / 260 % 26) as u8, b'A' + (number / 10 % 26) as u8];
        let number =
            format!("0101605{}{}{}", char::from(letters[0]), char::from(letters[1]), number % 10);
        let body = json!({ "number": number, "name": "Demo Borger" });
        let citizen = nurse.post("/api/v1/citizens", &body).await.expect(201).json();
        let id = citizen["id"].as_str().unwrap().to_owned();
        let body = json!({ "programme": "heart", "unit": "home-care", "start": at(80.0) });
        let path = format!("/api/v1/citizens/{id}/enrolments");
        let _ = nurse.post(&path, &body).await.expect(201);
        citizens.push(id);
    }
    citizens
}

/// From the start of the process to the line with its address, and what it holds in memory then.
fn start_up(what: &str, place: Place) {
    let mut place = Some(place);
    let (mut times, mut memory) = (vec![], vec![]);
    // The first start fills the cache of compiled code.
    for round in 0..6 {
        let began = Instant::now();
        let server = place.take().unwrap().serve();
        if round > 0 {
            times.push(began.elapsed());
            memory.push(resident(server.process()));
        }
        place = Some(server.stop().0);
    }
    times.sort();
    memory.sort_unstable();
    let (time, memory): (Duration, u64) = (times[times.len() / 2], memory[memory.len() / 2]);
    println!(
        "start-up with {what}: {:.0} ms; resident then: {:.1} MB",
        time.as_secs_f64() * 1000.0,
        memory as f64 / 1e6
    );
}
