//! Two versions side by side: they differ where they should, by exactly what they should, and nowhere else.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod replay_support;

use gtp_care::NewLimit;
use gtp_model::{Actor, CitizenId, DAY, HOUR, MINUTE, Role, Time};
use gtp_record::Store as _;
use gtp_replay::compare::{Counts, Question, State, compare, csv, html, text};
use gtp_replay::desk::replays::{Asked, Replay, Stage};
use gtp_replay::desk::{self, Desk};
use gtp_runtime::{CheckSettings, Loaded};
use gtp_tests::until;
use replay_support::{BEGIN, World, calendar, only, value};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The kit's programme without code, with fever from `fever` on or only above it.
fn surgery(folder: &Path, version: &str, fever: &str) -> Loaded {
    changed(folder, version, "at-least = \"fever\"", fever)
}

/// The kit's programme without code, with one part of it replaced.
fn changed(folder: &Path, version: &str, part: &str, by: &str) -> Loaded {
    let template = include_str!("../../sdk/templates/plain/programme.toml");
    assert!(template.contains(part), "{part}");
    let changed = template
        .replace("version = \"1.0.0\"\nlanguages", &format!("version = \"{version}\"\nlanguages"))
        .replace(part, by);
    let path = folder.join("programme.toml");
    std::fs::write(&path, changed).unwrap();
    let (bytes, _) = gtp_join::join_file(&path).unwrap_or_else(|error| panic!("{error}"));
    std::fs::write(folder.join("after-surgery.wasm"), &bytes).unwrap();
    let (report, loaded) =
        gtp_runtime::load("after-surgery.wasm", &bytes, &CheckSettings::default()).unwrap();
    loaded.unwrap_or_else(|| panic!("{report:?}"))
}

/// Always the same numbers for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Two weeks of temperatures of some citizens, and what each was: whose, when, how many degrees, by what limit.
async fn feverish(world: &World, random: &mut Random) -> Vec<(CitizenId, Time, f64, f64)> {
    let mut measured = vec![];
    let numbers =
        ["070761-0001", "080862-0002", "090963-0003", "101064-0004", "111165-0005", "121266-0006"];
    for (index, number) in numbers.iter().enumerate() {
        world.clock.set(BEGIN);
        let citizen = world.admit(number, &["after-surgery"]).await;
        let limit = if index % 3 == 2 { 38.5 } else { 38.0 };
        if limit > 38.0 {
            let new =
                NewLimit { value: Some(limit), reason: "Kendt".to_owned(), ..NewLimit::default() };
            world.limit(citizen, "after-surgery", "fever", new).await;
        }
        for day in 1..15 {
            let at = BEGIN.plus(day * DAY + index as i64 * MINUTE);
            let degrees = 37.5 + random.below(12) as f64 / 10.0;
            let degrees = (degrees * 10.0).round() / 10.0;
            world
                .submit(at.plus(MINUTE), citizen, only(value("temperature", degrees, "Cel", at)))
                .await;
            measured.push((citizen, at, degrees, limit));
        }
    }
    measured
}

fn two_weeks() -> Question {
    Question { examples: 1000, ..Question::between(BEGIN, BEGIN.plus(20 * DAY)) }
}

fn run(world: &World, versions: [&Loaded; 2], question: &Question) -> State {
    let stop = AtomicBool::new(false);
    let state =
        compare(&*world.record, &calendar(), versions, question, None, &stop, &mut |_, _| {});
    state.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_boundary_shows_exactly_those_at_the_boundary() {
    let seed = 20_261_122;
    println!("seed {seed}");
    let folder = tempfile::tempdir().unwrap();
    let new = surgery(folder.path(), "1.1.0", "at-least = \"fever\"");
    let old = surgery(folder.path(), "1.0.0", "above = \"fever\"");
    let world = World::new(&[&folder.path().join("after-surgery.wasm")]).await;
    let measured = feverish(&world, &mut Random(seed)).await;
    let before = world.record.last();
    let state = run(&world, [&old, &new], &two_weeks());
    let tally = &state.report.tally;

    let expected: BTreeSet<(CitizenId, Time)> = measured
        .iter()
        .filter(|(.., degrees, limit)| degrees == limit)
        .map(|(citizen, at, ..)| (*citizen, *at))
        .collect();
    assert!(!expected.is_empty(), "the seed gives nobody at the boundary");
    let found: BTreeSet<(CitizenId, Time)> = tally.examples["gained infection"]
        .iter()
        .map(|example| (example.citizen, example.moment))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(tally.all.gained, expected.len() as u64);
    assert_eq!((tally.all.lost, tally.all.redder, tally.all.milder), (0, 0, 0), "{tally:#?}");
    let above = measured.iter().filter(|(.., degrees, limit)| degrees > limit).count() as u64;
    assert_eq!(tally.rules["infection"].same, above);
    assert_eq!(tally.citizens, 6);
    assert_eq!(tally.submissions, measured.len() as u64);
    assert_eq!(world.record.last(), before, "nothing was written");

    // The other way round, they are lost.
    let back = run(&world, [&new, &old], &two_weeks());
    assert_eq!(back.report.tally.all.lost, expected.len() as u64);
    assert_eq!(back.report.tally.all.gained, 0);

    // What if the region raised the limit: own limits stay, everybody else's findings below it go.
    let mut question = two_weeks();
    question.what_if.insert("fever".parse().unwrap(), 38.3);
    let what_if = run(&world, [&old, &old], &question);
    let gone = measured
        .iter()
        .filter(|(.., degrees, limit)| *limit == 38.0 && *degrees > 38.0 && *degrees <= 38.3)
        .count() as u64;
    assert_eq!((what_if.report.tally.all.lost, what_if.report.tally.all.gained), (gone, 0));

    let report = &state.report;
    let (words, page) =
        (text(report, &calendar()), html(report, &calendar(), "https://gtp.example"));
    assert!(words.contains("after-surgery 1.1.0 against 1.0.0"), "{words}");
    assert!(page.contains("https://gtp.example/citizens/") && page.contains("<svg"), "{page}");
    assert!(csv(report).lines().any(|line| line.starts_with("rule,infection,")));
    let json = serde_json::to_string(report).unwrap();
    assert_eq!(serde_json::from_str::<gtp_replay::compare::Report>(&json).unwrap(), *report);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stopped_goes_on_and_comes_out_as_if_it_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let new = surgery(folder.path(), "1.1.0", "at-least = \"fever\"");
    let old = surgery(folder.path(), "1.0.0", "above = \"fever\"");
    let world = World::new(&[&folder.path().join("after-surgery.wasm")]).await;
    feverish(&world, &mut Random(7)).await;
    let whole = run(&world, [&old, &new], &two_weeks());
    assert!(whole.done);

    // Stopped after the first chunk, kept as a file would keep it, and gone on from.
    let stop = AtomicBool::new(false);
    let mut chunks = 0;
    let part = compare(
        &*world.record,
        &calendar(),
        [&old, &new],
        &two_weeks(),
        None,
        &stop,
        &mut |_, _| {
            chunks += 1;
            stop.store(true, Ordering::Relaxed);
        },
    );
    let part = part.unwrap();
    assert_eq!((chunks, part.done), (1, false));
    let kept: State = serde_json::from_slice(&serde_json::to_vec(&part).unwrap()).unwrap();
    let go = AtomicBool::new(false);
    let rest = compare(
        &*world.record,
        &calendar(),
        [&old, &new],
        &two_weeks(),
        Some(kept.clone()),
        &go,
        &mut |_, _| {},
    );
    assert_eq!(rest.unwrap(), whole);
    // Another question does not go on from it.
    let other = Question { sample: 0.5, ..two_weeks() };
    let other =
        compare(&*world.record, &calendar(), [&old, &new], &other, Some(kept), &go, &mut |_, _| {});
    assert!(other.is_err());

    // A part of the citizens is the same part each time, and none of them is nobody.
    let half = Question { sample: 0.5, ..two_weeks() };
    let (one, two) = (run(&world, [&old, &new], &half), run(&world, [&old, &new], &half));
    assert!(one.report.tally.citizens <= whole.report.tally.citizens);
    assert_eq!(one, two);
    let none = Question { sample: 0.0, ..two_weeks() };
    assert_eq!(run(&world, [&old, &new], &none).report.tally.citizens, 0);
    // Nobody is looked after by that unit.
    let nobody = Question { unit: Some("gp".parse().unwrap()), ..two_weeks() };
    assert_eq!(run(&world, [&old, &new], &nobody).report.tally.citizens, 0);
}

/// Asks the desk to look again, and waits until its shadow has compared up to this moment what did not come.
async fn missed_until(desk: &Desk, operator: &Actor, asked: &Asked, now: Time) -> Counts {
    desk.ask(operator, asked.clone()).unwrap();
    let looked = async || {
        let shadow = desk.shadows(operator).unwrap().pop().unwrap();
        (shadow.missed_until == now).then_some(shadow.report.tally.all)
    };
    until("a look at what did not come", looked).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_tells_once_a_day_what_its_schedule_would_not_have_missed() {
    let folder = tempfile::tempdir().unwrap();
    let daily = "{ days = 7, when = \"daily\" }";
    let shorter = changed(folder.path(), "1.0.0", daily, "{ days = 2, when = \"daily\" }");
    let world = World::new(&[&folder.path().join("after-surgery.wasm")]).await;
    // It is kept from when it served; a newer one serves in its place.
    let serving = changed(folder.path(), "1.1.0", daily, daily);
    let file = world.folder.path().join("programmes/after-surgery.wasm");
    std::fs::copy(folder.path().join("after-surgery.wasm"), file).unwrap();
    world.runtime.look().unwrap();
    let programme = serving.id().clone();
    assert_eq!(world.care.programme(&programme).unwrap().digest, serving.digest);
    world.admit("070761-0001", &["after-surgery"]).await;

    let operator = Actor { role: Role::Operator, unit: None, ..replay_support::nurse() };
    let desk = Desk::begin(desk::Parts {
        care: world.care.clone(),
        store: world.record.clone(),
        runtime: world.runtime.clone(),
        folder: world.folder.path().join("replays"),
        programmes: world.folder.path().join("programmes"),
    });
    let desk = desk.unwrap();
    desk.begin_shadow(&operator, &programme, Some(shorter.digest)).unwrap();
    let asked = Asked { new: Some(shorter.digest), ..Asked::of(programme.clone()) };
    // Enrolled on Monday at noon, and nothing ever comes. By noon on Friday it is known of Tuesday, Wednesday and
    // Thursday, of which the one in the shadow expects the first.
    world.clock.set(BEGIN.plus(4 * DAY));
    let counts = missed_until(&desk, &operator, &asked, BEGIN.plus(4 * DAY)).await;
    assert_eq!((counts.same, counts.lost, counts.gained), (1, 2, 0), "{counts:?}");
    // Saturday: a day more.
    world.clock.set(BEGIN.plus(5 * DAY));
    let counts = missed_until(&desk, &operator, &asked, BEGIN.plus(5 * DAY)).await;
    assert_eq!((counts.same, counts.lost, counts.gained), (1, 3, 0), "{counts:?}");
    // Before a day is over it is not looked at again.
    world.clock.set(BEGIN.plus(5 * DAY + 23 * HOUR));
    let last = desk.ask(&operator, asked).unwrap().number;
    let done = |replay: &Replay| replay.number == last && replay.stage == Stage::Done;
    let made = async || desk.replays(&operator).unwrap().iter().any(done).then_some(());
    until("the replay", made).await;
    let shadow = desk.shadows(&operator).unwrap().pop().unwrap();
    assert_eq!(shadow.missed_until, BEGIN.plus(5 * DAY));
    desk.end();
}
