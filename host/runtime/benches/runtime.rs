//! What running rules in the sandbox costs, next to the same rules called natively in the same run.
//!
//! Prints figures and asserts nothing: bare times mean little on another machine, ratios of one run do.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use gtp_contract::assess as native;
use gtp_hostile::Guest;
use gtp_model::{Case, LimitValue, LocalTime, ProgrammeId, RuleId, Series, SeriesId, Time};
use gtp_runtime::{Change, Loaded, RunError, Runtime, Settings, inputs};
use std::{
    fs,
    hint::black_box,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// As the host has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NOW: i64 = 1_772_434_800_000;
const HOUR: i64 = 3_600_000;
/// As many telemedicine initiatives as Denmark's map listed in 2016.
const PROGRAMMES: usize = 402;

fn main() {
    let guest = Guest::find().unwrap();
    // `cargo bench --bench runtime -- swap` measures only that.
    let asked: Vec<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let parts: [(&str, &dyn Fn()); 5] = [
        ("one", &|| one_assessment(&guest)),
        ("programmes", &real_programmes),
        ("neighbours", &|| neighbours(&guest)),
        ("swap", &|| swap(&guest)),
        ("many", &|| many_programmes(&guest)),
    ];
    for (name, part) in parts {
        if asked.is_empty() || asked.iter().any(|asked| asked == name) {
            part();
        }
    }
}

struct Folders(tempfile::TempDir);

impl Folders {
    fn new() -> Self {
        let folders = tempfile::tempdir().unwrap();
        fs::create_dir(folders.path().join("programmes")).unwrap();
        Self(folders)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let folder = self.0.path().join("programmes");
        fs::write(folder.join(".new"), bytes).unwrap();
        fs::rename(folder.join(".new"), folder.join(name)).unwrap();
    }

    fn start(&self, watch: bool) -> Runtime {
        let path: &Path = self.0.path();
        let mut settings = Settings::new(path.join("programmes"), path.join("data"));
        settings.watch = watch;
        Runtime::start(settings).unwrap()
    }
}

fn serving(runtime: &Runtime, id: &str) -> Arc<Loaded> {
    runtime.catalogue().get(&id.parse::<ProgrammeId>().unwrap()).cloned().unwrap()
}

fn rules(names: &[&str]) -> Vec<RuleId> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

/// Series of the seven measured fields, and the limits.
fn case(fields: usize, values: usize) -> Case {
    let now = LocalTime { time: Time(NOW), offset: 60 };
    let series = hostile_guest::define::MEASURED
        .iter()
        .take(fields)
        .map(|(id, ..)| {
            let mut series = Series::empty(SeriesId::Field(id.parse().unwrap()));
            for i in 0..values {
                let at = Time(NOW - (values - 1 - i) as i64 * HOUR);
                series.push(LocalTime { time: at, offset: 60 }, 80.0 + (i % 7) as f64 / 10.0);
            }
            series
        })
        .collect();
    let limit = |id: &str, value| LimitValue { id: id.parse().unwrap(), value: Some(value) };
    Case {
        now,
        age: None,
        sex: None,
        series,
        limits: vec![limit("gain-yellow", 1.0), limit("gain-red", 2.0)],
    }
}

/// The same case in the types that a component sees.
fn native_case(case: &Case) -> native::Case {
    native::Case {
        now: case.now.time.0,
        offset: case.now.offset,
        age: case.age,
        sex: None,
        series: case
            .series
            .iter()
            .map(|series| native::Series {
                id: series.id.to_string(),
                times: series.times.clone(),
                values: series.values.clone(),
                offsets: series.offsets.clone(),
                skipped: series.skipped.clone(),
            })
            .collect(),
        limits: case
            .limits
            .iter()
            .map(|limit| native::LimitValue { id: limit.id.to_string(), value: limit.value })
            .collect(),
    }
}

/// Times of many calls in nanoseconds, sorted.
fn time(calls: usize, mut call: impl FnMut()) -> Vec<u64> {
    for _ in 0..calls / 10 {
        call();
    }
    let mut times: Vec<u64> = (0..calls)
        .map(|_| {
            let begun = Instant::now();
            call();
            u64::try_from(begun.elapsed().as_nanos()).unwrap()
        })
        .collect();
    times.sort_unstable();
    times
}

fn micros(sorted: &[u64], quantile: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * quantile) as usize] as f64 / 1_000.0
}

fn print(what: &str, sorted: &[u64]) {
    println!(
        "  {what:<58} median {:>8.2} µs   p99 {:>8.2} µs",
        micros(sorted, 0.5),
        micros(sorted, 0.99)
    );
}

fn one_assessment(guest: &Guest) {
    println!("One assessment in a fresh instance");
    let folders = Folders::new();
    folders.put("a.wasm", &guest.component("bench", "1.0.0", "").unwrap());
    let runtime = folders.start(false);
    let loaded = serving(&runtime, "bench");
    for (what, names) in [("1 rule", &["level"][..]), ("2 rules", &["gain", "level"][..])] {
        let (rules, case) = (rules(names), case(7, 30));
        let sandboxed = time(20_000, || {
            black_box(runtime.assess_blocking(&loaded, &rules, black_box(&case)).unwrap());
        });
        let texts: Vec<String> = rules.iter().map(ToString::to_string).collect();
        let natively = time(20_000, || {
            let case = native_case(black_box(&case));
            black_box(hostile_guest::judge::judge(&texts, &case));
        });
        print(&format!("{what}, 7 series of 30 values, sandboxed"), &sandboxed);
        print(&format!("{what}, the same natively"), &natively);
        println!(
            "  {:<58} {:>15.2} µs",
            "the sandbox's share",
            micros(&sandboxed, 0.5) - micros(&natively, 0.5)
        );
    }
    let one = rules(&["gain"]);
    let (none, thousand) = (case(1, 1), case(1, 1_000));
    let small = time(20_000, || {
        black_box(runtime.assess_blocking(&loaded, &one, black_box(&none)).unwrap());
    });
    let large = time(20_000, || {
        black_box(runtime.assess_blocking(&loaded, &one, black_box(&thousand)).unwrap());
    });
    print("1 series of 1 value", &small);
    print("1 series of 1,000 values", &large);
    println!(
        "  {:<58} {:>15.2} µs",
        "1,000 values more cost",
        micros(&large, 0.5) - micros(&small, 0.5)
    );

    let executor = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (rules, case) = (rules(&["level"]), case(7, 30));
    let as_the_host_asks = time(20_000, || {
        black_box(executor.block_on(runtime.assess(&loaded, &rules, &case)).unwrap());
    });
    print("1 rule, by way of the runtime", &as_the_host_asks);
    println!(
        "  compiled code {} KiB of a component of {} KiB",
        loaded.compiled_bytes >> 10,
        loaded.bytes >> 10
    );
}

/// The programmes of this repository, each with a case of 30 values an input.
fn real_programmes() {
    let Some(components) = std::env::var_os("GTP_COMPONENTS") else {
        println!("The programmes of this repository: not measured, GTP_COMPONENTS names no folder");
        return;
    };
    println!(
        "The programmes of this repository, all their rules on 30 values an input, fresh instance"
    );
    let folders = Folders::new();
    for entry in fs::read_dir(components).unwrap().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "wasm") {
            folders.put(&entry.file_name().to_string_lossy(), &fs::read(entry.path()).unwrap());
        }
    }
    let runtime = folders.start(false);
    for loaded in runtime.catalogue().active() {
        let definition = &loaded.definition;
        let rules: Vec<RuleId> = definition.rules.iter().map(|rule| rule.id.clone()).collect();
        let limit = |id: &_| definition.limit(id).and_then(|limit| limit.default);
        let fetch = |want: &inputs::Want| {
            let mut series = Series::empty(want.id.clone());
            for i in 0..30 {
                let at = Time(NOW - (29 - i) * HOUR);
                series.push(LocalTime { time: at, offset: 60 }, (i % 2) as f64);
            }
            Ok::<_, std::convert::Infallible>(series)
        };
        let now = LocalTime { time: Time(NOW), offset: 60 };
        let person = inputs::Person { age: Some(70), sex: None };
        let Ok(case) = inputs::case(definition, &rules, now, person, limit, fetch);
        if rules.is_empty() {
            continue;
        }
        if let Err(error) = runtime.assess_blocking(loaded, &rules, &case) {
            println!("  {}: {error}", loaded.id());
            continue;
        }
        let times = time(5_000, || {
            black_box(runtime.assess_blocking(loaded, &rules, black_box(&case)).unwrap());
        });
        print(
            &format!("{}: {} rules, {} inputs", loaded.id(), rules.len(), case.series.len()),
            &times,
        );
    }
}

/// A programme's times while another misbehaves, against its times while another behaves, in turns.
fn neighbours(guest: &Guest) {
    const ROUNDS: usize = 3;
    println!(
        "A programme (by way of the runtime) beside another that is asked 1,000 times a second"
    );
    let folders = Folders::new();
    folders.put("good.wasm", &guest.component("good", "1.0.0", "").unwrap());
    folders.put("behaves.wasm", &guest.component("behaves", "1.0.0", "").unwrap());
    let hostile = [
        ("loops", "later-loops"),
        ("loops-on-every-second", "later-loops-on-heavy"),
        ("recurses", "later-recurses"),
        ("grows", "later-grows"),
        ("traps", "later-traps"),
        ("returns-too-much", "later-many-findings"),
    ];
    for (id, behaviour) in hostile {
        folders.put(&format!("{id}.wasm"), &guest.component(id, "1.0.0", behaviour).unwrap());
    }
    let runtime = folders.start(false);
    let good = serving(&runtime, "good");
    let executor = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap();
    let (asked, light) = (rules(&["level"]), case(7, 30));
    let measure = || {
        time(20_000, || {
            black_box(executor.block_on(runtime.assess(&good, &asked, &light)).unwrap());
        })
    };
    print("alone", &measure());
    for (id, _) in hostile {
        let mut ratios = vec![];
        for _ in 0..ROUNDS {
            let load = Load::start(&executor, &runtime, "behaves");
            let behaving = measure();
            load.stop(&executor);
            let load = Load::start(&executor, &runtime, id);
            let beside = measure();
            let failed = load.stop(&executor);
            ratios.push((micros(&beside, 0.99) / micros(&behaving, 0.99), beside, failed));
        }
        ratios.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
        let (ratio, beside, failed) = &ratios[ROUNDS / 2];
        print(&format!("beside one that is called `{id}`"), beside);
        println!(
            "  {:<58} {ratio:>15.2} (it failed {failed} times meanwhile)",
            "p99 against beside one that behaves"
        );
    }
}

/// A programme that is asked 1,000 times a second, every second time about a citizen who weighs a lot.
struct Load {
    stop: Arc<AtomicBool>,
    failed: Arc<AtomicU64>,
    asking: tokio::task::JoinHandle<()>,
}

impl Load {
    fn start(executor: &tokio::runtime::Runtime, runtime: &Runtime, id: &str) -> Self {
        /// More than this wait nowhere: a caller gives up too.
        const IN_FLIGHT: usize = 64;
        let (stop, failed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (runtime, other) = (runtime.clone(), serving(runtime, id));
        let (stopped, failures) = (stop.clone(), failed.clone());
        let asking = executor.spawn(async move {
            let (asked, light) = (rules(&["level"]), case(7, 30));
            let mut heavy = light.clone();
            heavy.series[0].values[0] = 201.0;
            let mut clock = tokio::time::interval(Duration::from_millis(1));
            let mut asking = tokio::task::JoinSet::new();
            for number in 0.. {
                clock.tick().await;
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                while asking.try_join_next().is_some() {}
                if asking.len() >= IN_FLIGHT {
                    continue;
                }
                let (runtime, other, failures) = (runtime.clone(), other.clone(), failures.clone());
                let asked = asked.clone();
                let case = if number % 2 == 0 { heavy.clone() } else { light.clone() };
                asking.spawn(async move {
                    let outcome = runtime.assess(&other, &asked, &case).await;
                    let ran = !matches!(outcome, Ok(_) | Err(RunError::BackedOff { .. }));
                    failures.fetch_add(u64::from(ran), Ordering::Relaxed);
                });
            }
            asking.join_all().await;
        });
        Self { stop, failed, asking }
    }

    fn stop(self, executor: &tokio::runtime::Runtime) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        executor.block_on(self.asking).unwrap();
        self.failed.load(Ordering::Relaxed)
    }
}

/// A new version under 500 submissions a second.
fn swap(guest: &Guest) {
    println!("A new version under 500 assessments a second");
    let folders = Folders::new();
    folders.put("heart.wasm", &guest.component("heart", "1.0.0", "").unwrap());
    let runtime = folders.start(true);
    let stop = Arc::new(AtomicBool::new(false));
    let executor = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap();
    let load = {
        let (runtime, stop) = (runtime.clone(), stop.clone());
        executor.spawn(async move {
            let (rules, case) = (rules(&["level"]), case(7, 30));
            let (mut done, mut failed) = (0u64, 0u64);
            let mut clock = tokio::time::interval(Duration::from_millis(2));
            while !stop.load(Ordering::Relaxed) {
                clock.tick().await;
                let loaded = serving(&runtime, "heart");
                done += 1;
                failed += u64::from(runtime.assess(&loaded, &rules, &case).await.is_err());
            }
            (done, failed)
        })
    };
    let mut live = vec![];
    for minor in 1..=10 {
        let bytes = guest.component("heart", &format!("1.{minor}.0"), "").unwrap();
        let mut changes = runtime.subscribe();
        let dropped = Instant::now();
        folders.put("heart.wasm", &bytes);
        loop {
            if let Change::Activated { version, .. } = changes.blocking_recv().unwrap() {
                assert_eq!(version.minor, minor);
                break;
            }
        }
        live.push(dropped.elapsed());
    }
    stop.store(true, Ordering::Relaxed);
    let (done, failed) = executor.block_on(load).unwrap();
    live.sort_unstable();
    println!("  10 swaps: live after {:?} (median), {:?} (longest)", live[5], live[9]);
    println!("  {done} assessments meanwhile, {failed} failed");
}

fn many_programmes(guest: &Guest) {
    println!("{PROGRAMMES} programmes");
    let folders = Folders::new();
    for i in 0..PROGRAMMES {
        let bytes = guest.component(&format!("programme-{i}"), "1.0.0", "").unwrap();
        folders.put(&format!("{i:03}.wasm"), &bytes);
    }
    let begun = Instant::now();
    drop(folders.start(false));
    println!("  compiled and checked for the first time in {:.1?}", begun.elapsed());
    let before = resident();
    let begun = Instant::now();
    let runtime = folders.start(false);
    let took = begun.elapsed();
    let loaded = runtime.catalogue().active().len();
    println!("  {loaded} loaded from the cache in {took:.1?}");
    println!(
        "  {} KiB of resident memory each",
        (resident().saturating_sub(before)) / 1024 / PROGRAMMES as u64
    );
    let (rules, case) = (rules(&["level"]), case(7, 30));
    let begun = Instant::now();
    for loaded in runtime.catalogue().active() {
        runtime.assess_blocking(loaded, &rules, &case).unwrap();
    }
    println!(
        "  each called once in {:.1?}; then {} KiB each",
        begun.elapsed(),
        (resident().saturating_sub(before)) / 1024 / PROGRAMMES as u64
    );
}

/// Resident memory of this process in bytes.
fn resident() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    statm.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 4096
}
