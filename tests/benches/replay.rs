//! Two years of citizens with COPD, replayed: how long, how fast on each core, and in how much memory.
//!
//! `cargo xtask bench replay -- --citizens 10000` takes the whole size; without, a part of it is taken, and what
//! the whole would take follows from it: the cost is in proportion to the cohort, which a second run over half of
//! it shows. The record is written directly and in bulk, with an assessment beside each submission as a host
//! writes one, since they lie in the way of whoever reads.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "replay/live.rs"]
mod live;

use gtp_care::calendar::Calendar;
use gtp_model::*;
use gtp_record::event::StreamId;
use gtp_record::event::assessment::{AssessmentMade, ComponentRun};
use gtp_record::event::citizen::CitizenRegistered;
use gtp_record::event::enrolment::EnrolmentStarted;
use gtp_record::event::limit::LimitSet;
use gtp_record::event::submission::{ObservationRecorded, ResponseGiven, SubmissionReceived};
use gtp_record::{Commit, Expected, Record, RecordOptions, Store as _};
use gtp_replay::compare::{Question, compare};
use gtp_runtime::{CheckSettings, Loaded};
use gtp_tests::{processor_time, resident};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// The allocator of the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const WEEKS: i64 = 104;
/// So few submissions go into one frame of the journal together, as with a host that has this much to do at once.
const IN_FLIGHT: usize = 16;
const WHOLE: f64 = 10_000.0 * 208.0;
const SYMPTOMS: [&str; 8] = [
    "breathlessness",
    "sputum-volume",
    "sputum-colour",
    "cough",
    "wheeze",
    "sore-throat",
    "cold",
    "fever",
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|own| own == name)?;
        arguments.get(at + 1)?.parse::<usize>().ok()
    };
    let citizens = after("--citizens").unwrap_or(500);
    let threads = after("--threads").unwrap_or(2);
    let bytes = std::fs::read(gtp_tests::component("copd")).unwrap();
    let (report, loaded) =
        gtp_runtime::load("copd.wasm", &bytes, &CheckSettings::default()).unwrap();
    let loaded = loaded.unwrap_or_else(|| panic!("{report:?}"));
    let folder = tempfile::tempdir().unwrap();
    let mut options = RecordOptions::new(folder.path());
    (options.reserve, options.patrol, options.cache) = (0, false, 64 << 20);
    let record = std::sync::Arc::new(Record::open(options).unwrap().0);
    let begin = Time(1_700_000_000_000);
    let made = Instant::now();
    write(&record, &loaded, citizens, begin);
    let seconds = made.elapsed().as_secs_f64();
    println!("made {citizens} citizens, {} events in {seconds:.1} s", record.last());

    let calendar = Calendar::new("Europe/Copenhagen").unwrap();
    let this = std::process::id();
    // What the record itself holds of what it wrote is no part of what a replay needs.
    let held = resident(this);
    println!("memory before: {} MiB", held >> 20);
    let mut question = Question::between(begin, begin.plus((WEEKS * 7 + 1) * DAY));
    question.threads = threads;
    for (name, sample, threads) in
        [("half", 0.5, threads), ("one thread", 1.0, 1), ("all", 1.0, threads)]
    {
        let question = Question { sample, threads, ..question.clone() };
        let (began, before) = (Instant::now(), processor_time(this));
        let state = compare(
            &*record,
            &calendar,
            [&loaded, &loaded],
            &question,
            None,
            &AtomicBool::new(false),
            &mut |_, _| {},
        )
        .unwrap();
        let seconds = began.elapsed().as_secs_f64();
        let spent = processor_time(this) - before;
        let tally = &state.report.tally;
        assert!(tally.all.agree(), "a version agrees with itself");
        // Others may be at work on this machine, and these threads let them go first: so processor time counts.
        println!(
            "{name:>10}: {} citizens, {} submissions, {} runs in {seconds:.2} s, {:.1} µs of a processor each; \
             the whole size on 2 free cores: {:.0} s; memory {:+} MiB",
            tally.citizens,
            tally.submissions,
            tally.runs[0] + tally.runs[1],
            spent.as_secs_f64() / tally.submissions as f64 * 1e6,
            spent.as_secs_f64() / tally.submissions as f64 * WHOLE / 2.0,
            (resident(this) as i64 - held as i64) >> 20,
        );
    }
    live::beside(&record, &loaded, &calendar, &question, folder.path());
    record.close();
}

fn write(record: &Record, loaded: &Loaded, citizens: usize, begin: Time) {
    let mut pending = std::collections::VecDeque::new();
    let mut random = 1_u64;
    for index in 0..citizens {
        let citizen = CitizenId::new();
        let enrolment = EnrolmentId::new();
        let stream = StreamId::Citizen(citizen);
        let number: CitizenNumber = "070761-0001".parse().unwrap();
        let mut key = [0; 32];
        key[..8].copy_from_slice(&(index as u64).to_be_bytes());
        let registered =
            Citizen { id: citizen, number, name: "Demo".to_owned(), registered: begin };
        let start = Enrolment {
            id: enrolment,
            citizen,
            programme: "copd".parse().unwrap(),
            unit: "home-care".parse().unwrap(),
            care_team: vec![],
            start: begin,
            state: EnrolmentState::Active,
        };
        let target = LimitSetting {
            programme: "copd".parse().unwrap(),
            limit: "spo2-target".parse().unwrap(),
            scope: LimitScope::Enrolment(enrolment),
            value: Some(88.0),
            relative: None,
            reason: "Aftalt".to_owned(),
            until: None,
        };
        let first = Commit::new(Actor::host(), begin)
            .stream(stream, Expected::Any)
            .event(CitizenRegistered { citizen: registered, number_key: Digest(key) })
            .event(EnrolmentStarted { enrolment: start })
            .event(LimitSet { setting: target });
        pending.push_back(record.commit(first));
        for visit in 0..WEEKS * 2 {
            let at = begin.plus(visit * 7 * DAY / 2 + HOUR);
            pending.push_back(record.commit(submission(
                stream,
                citizen,
                enrolment,
                loaded,
                at,
                &mut random,
            )));
            while pending.len() > IN_FLIGHT {
                pending.pop_front().unwrap().wait().unwrap();
            }
        }
    }
    for own in pending {
        own.wait().unwrap();
    }
}

fn submission(
    stream: StreamId,
    citizen: CitizenId,
    enrolment: EnrolmentId,
    loaded: &Loaded,
    at: Time,
    random: &mut u64,
) -> Commit {
    let mut below = |most: u64| {
        *random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*random >> 33) % most
    };
    let received = at.plus(MINUTE);
    let receipt = serde_json::json!({ "received": received.0, "assessed": true, "advice": [] });
    let mut commit = Commit::new(Actor::host(), received)
        .stream(stream, Expected::Any)
        .event(SubmissionReceived { key: None, digest: Digest([1; 32]), receipt });
    for (field, unit, value) in [
        ("spo2", "%", Value::Number(86.0 + below(10) as f64)),
        ("supplemental-oxygen", "", Value::Flag(below(4) == 0)),
        ("pulse", "/min", Value::Number(70.0 + below(20) as f64)),
        ("weight", "kg", Value::Number(70.0 + below(30) as f64 / 10.0)),
    ] {
        commit.push(ObservationRecorded {
            observation: Observation {
                id: ObservationId::new(),
                citizen,
                field: field.parse().unwrap(),
                measured: at,
                received,
                value,
                unit: unit.to_owned(),
                source: Source::Citizen,
                supersedes: None,
                confirmed: false,
            },
        });
    }
    let answers = SYMPTOMS
        .iter()
        .map(|item| Answer { item: item.parse().unwrap(), value: Value::Flag(below(12) == 0) });
    commit.push(ResponseGiven {
        response: Response {
            id: ResponseId::new(),
            citizen,
            programme: "copd".parse().unwrap(),
            questionnaire: "copd-symptoms".parse().unwrap(),
            version: "1.0.0".to_owned(),
            answered: at,
            received,
            answers: answers.collect(),
            scores: vec![],
            source: Source::Citizen,
        },
    });
    let rules = &loaded.definition.rules;
    let finding = |rule: &programme::Rule| Finding {
        rule: rule.id.clone(),
        verdict: Verdict::Judged(programme::Severity::Green),
        message: rule.description.clone(),
        evidence: vec![Evidence { id: "spo2".to_owned(), time: at, value: 91.0 }],
        figures: vec![],
    };
    commit.push(AssessmentMade {
        assessment: AssessmentId::new(),
        enrolment,
        component: ComponentRun {
            programme: "copd".parse().unwrap(),
            version: loaded.version().to_string(),
            digest: loaded.digest,
            contract: "1.0.0".to_owned(),
        },
        rules: rules.iter().map(|rule| rule.id.clone()).collect(),
        judged: LocalTime { time: at, offset: 60 },
        case: Digest([2; 32]),
        limits: vec![],
        output: Assessment {
            findings: rules.iter().map(finding).collect(),
            derived: vec![],
            advice: vec![],
        },
        fuel: 10_000,
        zone: "Europe/Copenhagen".to_owned(),
    });
    commit
}
