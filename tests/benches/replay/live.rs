//! What a replay costs whoever submits meanwhile: submissions at a steady pace, with the rules run and the journal
//! synced, by turns alone and beside a replay on all processors. The same machine, the same minute, so the ratio means something.

use gtp_care::calendar::{Calendar, rfc3339};
use gtp_care::clock::{Clock as _, SystemClock};
use gtp_care::{Care, NumberSecret, Parts};
use gtp_model::{Actor, CitizenId, Role, Sector, Text, Unit};
use gtp_record::Record;
use gtp_record::view::queries;
use gtp_replay::compare::{Question, compare};
use gtp_runtime::{Loaded, Runtime, Settings};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const PACE: u64 = 50;
const SECONDS: u64 = 10;
const TURNS: usize = 3;

pub fn beside(
    record: &Arc<Record>,
    loaded: &Loaded,
    calendar: &Calendar,
    question: &Question,
    folder: &Path,
) {
    let programmes = folder.join("programmes");
    std::fs::create_dir(&programmes).unwrap();
    std::fs::copy(gtp_tests::component("copd"), programmes.join("copd.wasm")).unwrap();
    let runtime = Runtime::start(Settings::new(programmes, folder.join("live"))).unwrap();
    let care = Arc::new(Care::new(Parts {
        store: record.clone(),
        runtime,
        clock: Arc::new(SystemClock),
        calendar: calendar.clone(),
        secret: NumberSecret::new([7; 32]),
    }));
    let executor = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let citizens: Vec<CitizenId> =
        queries::citizens(&**record, None, 200).unwrap().into_iter().map(|own| own.id).collect();
    executor.block_on(async {
        care.record_programmes().await.unwrap();
        let unit = Unit {
            id: "home-care".parse().unwrap(),
            name: "home-care".to_owned(),
            sector: Sector::Municipality,
            looks: Text::default(),
            under: None,
        };
        care.add_unit(&Actor::host(), unit).await.unwrap();
    });
    let (mut alone, mut both) = (vec![], vec![]);
    let _ = executor.block_on(paced(&care, &citizens));
    for _ in 0..TURNS {
        alone.extend(executor.block_on(paced(&care, &citizens)));
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let replaying = scope.spawn(|| {
                // Over and over, for as long as submissions come.
                let mut seen = 0;
                while !stop.load(Ordering::Relaxed) {
                    let versions = [loaded, loaded];
                    let state = compare(
                        &**record,
                        calendar,
                        versions,
                        question,
                        None,
                        &stop,
                        &mut |_, _| {},
                    );
                    seen += state.unwrap().seen;
                }
                seen
            });
            both.extend(executor.block_on(paced(&care, &citizens)));
            stop.store(true, Ordering::Relaxed);
            assert!(replaying.join().unwrap() > 0, "nothing was replayed meanwhile");
        });
    }
    let at = |taken: &mut Vec<Duration>, part: f64| {
        taken.sort();
        taken[((taken.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3
    };
    let (p50, p99) = (at(&mut alone, 0.5), at(&mut alone, 0.99));
    let (beside_p50, beside_p99) = (at(&mut both, 0.5), at(&mut both, 0.99));
    println!(
        "{PACE} submissions a second alone: p50 {p50:.2} ms, p99 {p99:.2} ms; beside a replay on {} threads: p50 \
         {beside_p50:.2} ms, p99 {beside_p99:.2} ms, {:.2} times",
        question.threads,
        beside_p99 / p99
    );
}

/// Each at its moment, whether or not those before it are answered.
async fn paced(care: &Arc<Care>, citizens: &[CitizenId]) -> Vec<Duration> {
    let mut tasks = tokio::task::JoinSet::new();
    let began = Instant::now();
    for number in 0..PACE * SECONDS {
        let due = began + Duration::from_secs_f64(number as f64 / PACE as f64);
        tokio::time::sleep_until(due.into()).await;
        let (care, citizen) = (care.clone(), citizens[number as usize % citizens.len()]);
        tasks.spawn(async move {
            let nurse = Actor {
                account: "nurse".to_owned(),
                role: Role::Clinician,
                unit: Some("home-care".parse().unwrap()),
                citizen: None,
            };
            let measured = rfc3339(SystemClock.now());
            let body = json!({ "observations": [
                { "field": "spo2", "value": 89 + number % 5, "unit": "%", "measured": measured, "confirmed": true },
                { "field": "pulse", "value": 70 + number % 9, "unit": "/min", "measured": measured, "confirmed": true },
            ] });
            care.submit(&nurse, citizen, &body, None).await.unwrap();
            due.elapsed()
        });
    }
    let mut taken = vec![];
    while let Some(one) = tasks.join_next().await {
        taken.push(one.unwrap());
    }
    taken
}
