//! What the record costs, measured in one run beside what the disk itself can do.
//!
//! `cargo bench -p gtp-record` prints the figures; `-- --events N` sets the size of the large record (0 for none),
//! `-- --rounds N` how often writers and the bare disk take turns (0 for not at all),
//! `-- --soak N` runs N mixed commits that overwrite the same keys and shows memory and disk on the way.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gtp_model::{AlertId, CitizenId, EnrolmentId, Time};
use gtp_record::engine::EngineKind;
use gtp_record::event::{Event, StreamId};
use gtp_record::view::queries::{self, Window};
use gtp_record::{Expected, Record, RecordOptions, Store};
use support::random::Random;
use support::*;

/// The allocator of the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rounds in which writers and the bare disk take turns.
const ROUNDS: u64 = 21;

const NOW: Time = Time(1_764_000_000_000);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1)?.parse::<u64>().ok()
    };
    if let Some(at) = arguments.iter().position(|argument| argument == "--fill") {
        return fill_and_die(Path::new(&arguments[at + 1]), number("--events").unwrap());
    }
    if let Some(at) = arguments.iter().position(|argument| argument == "--rebuild") {
        return rebuild(Path::new(&arguments[at + 1]), engine(&arguments));
    }
    if let Some(commits) = number("--soak") {
        return soak(commits, engine(&arguments));
    }
    let events = number("--events").unwrap_or(1_000_000);
    println!("engine {:?}, {} events in the large record", engine(&arguments), events);
    let rounds = number("--rounds").unwrap_or(ROUNDS);
    if rounds > 0 {
        durable_commits(engine(&arguments), rounds);
    }
    if events > 0 {
        large_record(events, engine(&arguments));
    }
}

fn engine(arguments: &[String]) -> EngineKind {
    if arguments.iter().any(|argument| argument == "--redb") {
        EngineKind::Redb
    } else {
        EngineKind::Sled
    }
}

fn folder() -> tempfile::TempDir {
    match std::env::var_os("GTP_BENCH_DIR") {
        Some(dir) => tempfile::tempdir_in(PathBuf::from(dir)).unwrap(),
        None => tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap(),
    }
}

fn options(dir: &Path, engine: EngineKind) -> RecordOptions {
    RecordOptions { engine, reserve: 0, patrol: false, ..RecordOptions::new(dir) }
}

// --- durable commits beside the disk's own fdatasync ---------------------------------------------

fn durable_commits(engine: EngineKind, rounds: u64) {
    let dir = folder();
    let (record, _) = Record::open(options(&dir.path().join("data"), engine)).unwrap();
    let record = Arc::new(record);
    let span = Duration::from_millis(250);
    let mut floors = Vec::new();
    let mut rates: [Vec<Turn>; 4] = Default::default();
    // In turns, each beside a floor of its own: the disk and the processor are shared with others, and what
    // they take from one they take from the other.
    for _ in 0..rounds {
        for (slot, writers) in [1, 8, 64, 64].into_iter().enumerate() {
            let floor = fdatasync_rate(dir.path(), span);
            let busy = cpu();
            let rate = if slot == 3 {
                tasks(&record, writers, span)
            } else {
                threads(&record, writers, span)
            };
            let commits = rate * span.as_secs_f64();
            let cost = (cpu() - busy) / commits * 1e6;
            floors.push(floor);
            rates[slot].push(Turn { rate, ratio: rate / floor, cost });
        }
    }
    println!("fdatasync of overwritten space: {:.0} a second", median(&mut floors));
    for (slot, what) in ["1 thread", "8 threads", "64 threads", "64 tasks"].iter().enumerate() {
        let of =
            |part: fn(&Turn) -> f64| median(&mut rates[slot].iter().map(part).collect::<Vec<_>>());
        println!(
            "durable commits, {what:>10}: {:>8.0} a second, {:.2} x fdatasync beside it, {:.0} us of processor each",
            of(|turn| turn.rate),
            of(|turn| turn.ratio),
            of(|turn| turn.cost)
        );
    }
}

/// What one turn of the writers gave.
struct Turn {
    rate: f64,
    ratio: f64,
    cost: f64,
}

fn fdatasync_rate(dir: &Path, span: Duration) -> f64 {
    let path = dir.join("floor");
    let size = 16 << 20;
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).unwrap();
    if file.metadata().unwrap().len() < size {
        file.write_all_at(&vec![0; size as usize], 0).unwrap();
        file.sync_all().unwrap();
    }
    let block = [7u8; 512];
    let (began, mut count) = (Instant::now(), 0u64);
    while began.elapsed() < span {
        file.write_all_at(&block, (count * 512) % size).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    count as f64 / began.elapsed().as_secs_f64()
}

fn one(citizen: CitizenId, n: u64) -> gtp_record::Commit {
    let value = weight(citizen, NOW.plus(n as i64 * 60_000), 80.0 + (n % 50) as f64 / 10.0);
    commit(citizen, Expected::Any).event(recorded(&value))
}

fn threads(record: &Arc<Record>, writers: u64, span: Duration) -> f64 {
    let began = Instant::now();
    let threads: Vec<_> = (0..writers)
        .map(|_| {
            let record = Arc::clone(record);
            std::thread::spawn(move || {
                let (citizen, mut n) = (CitizenId::new(), 0);
                while began.elapsed() < span {
                    record.commit(one(citizen, n)).wait().unwrap();
                    n += 1;
                }
                n
            })
        })
        .collect();
    let count: u64 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    count as f64 / began.elapsed().as_secs_f64()
}

fn tasks(record: &Arc<Record>, writers: u64, span: Duration) -> f64 {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let began = Instant::now();
    let count: u64 = runtime.block_on(async {
        let tasks: Vec<_> = (0..writers)
            .map(|_| {
                let record = Arc::clone(record);
                tokio::spawn(async move {
                    let (citizen, mut n) = (CitizenId::new(), 0);
                    while began.elapsed() < span {
                        record.commit(one(citizen, n)).await.unwrap();
                        n += 1;
                    }
                    n
                })
            })
            .collect();
        let mut count = 0;
        for task in tasks {
            count += task.await.unwrap();
        }
        count
    });
    count as f64 / began.elapsed().as_secs_f64()
}

// --- a large record ------------------------------------------------------------------------------

/// Citizens of the large record: each has a thousand observations of one field.
fn citizen(index: u64) -> CitizenId {
    CitizenId(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(index)))
}

/// Writes the large record and ends like a killed process: nothing is closed.
fn fill_and_die(dir: &Path, events: u64) {
    let engine = engine(&std::env::args().collect::<Vec<_>>());
    let (record, _) = Record::open(options(dir, engine)).unwrap();
    fill(&record, events);
    std::process::abort();
}

fn fill(record: &Record, events: u64) {
    let citizens = (events / 1000).max(1);
    let mut waiting = std::collections::VecDeque::new();
    for n in 0..events {
        waiting.push_back(record.commit(one(citizen(n % citizens), n / citizens)));
        if waiting.len() >= 400 {
            waiting.pop_front().unwrap().wait().unwrap();
        }
    }
    for pending in waiting {
        pending.wait().unwrap();
    }
}

fn large_record(events: u64, engine: EngineKind) {
    let dir = folder();
    let small = read_time(&dir.path().join("small"), 10_000, engine);
    let path = dir.path().join("large");
    let began = Instant::now();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--fill", path.to_str().unwrap(), "--events", &events.to_string()]);
    if engine == EngineKind::Redb {
        child.arg("--redb");
    }
    child.status().unwrap();
    println!("wrote {events} events in {:.1?} and died", began.elapsed());

    let began = Instant::now();
    let (record, opened) = Record::open(options(&path, engine)).unwrap();
    println!(
        "opened {} events after a kill in {:.2?}, {} applied again{}",
        record.last(),
        began.elapsed(),
        opened.replayed,
        opened.rebuilt.map_or(String::new(), |why| format!(", rebuilt: {why}"))
    );
    assert_eq!(record.last(), events);
    let large = newest_hundred(&record, events);
    println!(
        "newest 100 values of one citizen: {large:.1?} among {events} events, {small:.1?} among 10000: {:.2} times",
        large.as_secs_f64() / small.as_secs_f64()
    );
    let (bytes, json) = sizes(&record);
    let view = size_of(&path.join("view"));
    println!(
        "bytes per event: {:.0} in the journal, {:.2} x its JSON; {:.0} in the view",
        bytes as f64 / events as f64,
        bytes as f64 / json as f64,
        view as f64 / events as f64
    );
    drop(record);

    let began = Instant::now();
    let (record, opened) = Record::open(options(&path, engine)).unwrap();
    println!("opened after a clean close in {:.2?}, {} applied", began.elapsed(), opened.replayed);
    drop(record);

    rebuild(&path, engine);
    println!("memory at the most: {} MB", status("VmHWM") / 1024);
}

/// Builds the view of the record in `path` anew.
fn rebuild(path: &Path, engine: EngineKind) {
    std::fs::remove_file(path.join("view/state.json")).unwrap();
    let (began, before) = (Instant::now(), cpu());
    let (record, opened) = Record::open(options(path, engine)).unwrap();
    let took = began.elapsed();
    assert_eq!(opened.replayed, record.last());
    println!(
        "rebuilt the view of {} events in {took:.2?}: {:.0} a second ({:.1} s of processor); view {:.0} bytes an event",
        record.last(),
        record.last() as f64 / took.as_secs_f64(),
        cpu() - before,
        size_of(&path.join("view")) as f64 / record.last() as f64
    );
}

fn read_time(path: &Path, events: u64, engine: EngineKind) -> Duration {
    let open = || Record::open(options(path, engine)).unwrap().0;
    fill(&open(), events);
    // Opened again, as the large one is: what was written last is not in memory any more.
    newest_hundred(&open(), events)
}

/// The median over citizens in no particular order, so that caches do not help more than they would.
fn newest_hundred(record: &Record, events: u64) -> Duration {
    let (field, citizens) = ("weight".parse().unwrap(), (events / 1000).max(1));
    let mut random = Random::new(1);
    let mut times: Vec<Duration> = (0..2000)
        .map(|_| {
            let citizen = citizen(random.below(citizens));
            let began = Instant::now();
            let rows =
                queries::newest_observations(record, citizen, &field, Window::ALL, 100).unwrap();
            assert_eq!(rows.len(), 100);
            began.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

/// Bytes of all frames, and of the events' JSON in them.
fn sizes(record: &Record) -> (u64, u64) {
    let (mut bytes, mut json) = (0, 0);
    record
        .reader()
        .frames_from(1, |frame, _| {
            let lengths = || frame.records().map(|record| record.payload.len());
            bytes += gtp_record::journal::frame::size_of(lengths()) as u64;
            // What the event says, without its place, salt and link.
            for (number, payload) in (frame.first..).zip(frame.records()) {
                let plain = record.vault().plain(&payload, number).unwrap();
                let value: serde_json::Value = serde_json::from_slice(&plain).unwrap();
                json += value.to_string().len() as u64;
            }
            Ok::<_, gtp_record::StoreError>(true)
        })
        .unwrap();
    (bytes, json)
}

fn size_of(path: &Path) -> u64 {
    let metadata = std::fs::symlink_metadata(path).unwrap();
    if !metadata.is_dir() {
        return metadata.len();
    }
    std::fs::read_dir(path).unwrap().map(|entry| size_of(&entry.unwrap().path())).sum()
}

fn status(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

// --- soak ----------------------------------------------------------------------------------------

/// Mixed commits over few citizens: new values, corrections of the newest, alerts opened, joined and
/// resolved over and over under the same keys.
fn soak(commits: u64, engine: EngineKind) {
    let dir = folder();
    let path = dir.path().join("data");
    let (record, _) = Record::open(options(&path, engine)).unwrap();
    let mut random = Random::new(support::random::seed());
    let mut waiting = std::collections::VecDeque::new();
    let people: Vec<(CitizenId, EnrolmentId)> =
        (0..500).map(|_| (CitizenId::new(), EnrolmentId::new())).collect();
    let mut open: Vec<Option<AlertId>> = vec![None; people.len()];
    let began = Instant::now();
    for n in 0..commits {
        let who = random.below(people.len() as u64) as usize;
        let (citizen, enrolment) = people[who];
        let event: Event = match (random.below(4), open[who]) {
            (0, None) => {
                let alert = support::alert(citizen, enrolment);
                open[who] = Some(alert.id);
                gtp_record::event::alert::AlertOpened { alert }.into()
            }
            (0, Some(alert)) => {
                open[who] = None;
                support::resolved(alert).into()
            }
            (1, Some(alert)) => gtp_record::event::alert::AlertTaken { alert }.into(),
            _ => recorded(&weight(citizen, Time(random.below(1000) as i64), 80.0)).into(),
        };
        waiting.push_back(record.commit(commit(citizen, Expected::Any).event(event)));
        if waiting.len() >= 400 {
            waiting.pop_front().unwrap().wait().unwrap();
        }
        if (n + 1) % (commits / 20).max(1) == 0 {
            println!(
                "{:>10} commits, {:>6.0} a second, memory {:>5} MB, view {:>6} MB, journal {:>6} MB",
                n + 1,
                (n + 1) as f64 / began.elapsed().as_secs_f64(),
                status("VmRSS") / 1024,
                size_of(&path.join("view")) >> 20,
                size_of(&path.join("journal")) >> 20,
            );
        }
    }
    for pending in waiting {
        pending.wait().unwrap();
    }
    assert_eq!(record.version(StreamId::Citizen(people[0].0)).unwrap() > 0, commits > 10_000);
}

/// Seconds of processor time this process has used.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
