//! What is counted while the host runs, and the text in which Prometheus reads it.
//!
//! A recorder for the `metrics` facade: counters, gauges and histograms, each a few atomic numbers, so that
//! counting costs nanoseconds and reading never holds up a run. Labels never hold anything of a citizen.

use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// The recorder of this process, once it is installed.
static INSTALLED: OnceLock<Arc<Measures>> = OnceLock::new();

/// Starts counting. What was handed out before counts nothing, so call it before the runtime starts.
/// Calling it again changes nothing.
pub fn install() {
    let measures = Arc::new(Measures::default());
    if metrics::set_global_recorder(Arc::clone(&measures)).is_ok() {
        let _ = INSTALLED.set(measures);
    }
}

/// Everything that was counted, in Prometheus' text format 0.0.4. Empty where nothing counts.
#[must_use]
pub fn text() -> String {
    INSTALLED.get().map(|measures| measures.text()).unwrap_or_default()
}

/// What was counted of one programme since this process began.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fares {
    /// Runs that worked.
    pub worked: u64,
    /// Runs that failed, by kind; kinds that never came are left out.
    pub failed: Vec<(String, u64)>,
    /// Fuel of all runs.
    pub fuel: u64,
    /// The most fuel of one run.
    pub fuel_peak: f64,
    /// The fuel that one run may use.
    pub fuel_limit: f64,
    /// The most memory of one run, in bytes.
    pub memory_peak: f64,
    /// The memory that one run may use, in bytes.
    pub memory_limit: f64,
    /// The time of all runs, in seconds.
    pub seconds: f64,
    /// How many runs that was.
    pub timed: u64,
    /// So many seconds suffice for 19 of 20 runs: the bound of a bucket, so it is a little too much rather than
    /// too little. Absent where nothing ran, or longer than every bound.
    pub most_within: Option<f64>,
}

/// What was counted of a programme. All zeros where nothing counts.
#[must_use]
pub fn of_programme(programme: &gtp_model::ProgrammeId) -> Fares {
    INSTALLED.get().map(|measures| measures.of_programme(programme.as_str())).unwrap_or_default()
}

/// Upper bounds of the histograms' buckets in seconds: one assessment takes microseconds, and two seconds
/// are the most that any may take.
const BUCKETS: [f64; 14] = [
    0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05,
    0.25, 1.0, 2.5,
];

/// All series, by name and then by labels as they are written.
#[derive(Default)]
struct Measures {
    counters: Mutex<Families<AtomicU64>>,
    gauges: Mutex<Families<AtomicU64>>,
    histograms: Mutex<Families<Buckets>>,
    help: Mutex<BTreeMap<String, String>>,
}

type Families<T> = BTreeMap<String, BTreeMap<String, Arc<T>>>;

/// One histogram.
#[derive(Default)]
struct Buckets {
    /// How many lie at or below each bound and above the one before; the last has no bound.
    counts: [AtomicU64; BUCKETS.len() + 1],
    /// Their sum, as the bits of a float.
    sum: AtomicU64,
}

impl HistogramFn for Buckets {
    fn record(&self, value: f64) {
        let bucket = BUCKETS.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let add = |sum: u64| Some((f64::from_bits(sum) + value).to_bits());
        let _ = self.sum.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

impl Recorder for Measures {
    fn describe_counter(&self, key: KeyName, _: Option<Unit>, help: SharedString) {
        self.describe(&key, &help);
    }

    fn describe_gauge(&self, key: KeyName, _: Option<Unit>, help: SharedString) {
        self.describe(&key, &help);
    }

    fn describe_histogram(&self, key: KeyName, _: Option<Unit>, help: SharedString) {
        self.describe(&key, &help);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(series(&self.counters, key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(series(&self.gauges, key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(series(&self.histograms, key))
    }
}

impl Measures {
    fn describe(&self, key: &KeyName, help: &str) {
        lock(&self.help).insert(key.as_str().to_owned(), help.to_owned());
    }

    fn of_programme(&self, programme: &str) -> Fares {
        let own = format!("programme=\"{}\"", escaped(programme));
        let counted = |families: &Mutex<Families<AtomicU64>>, name: &str| {
            let families = lock(families);
            let one = families.get(name).and_then(|family| family.get(&own));
            one.map(|number| number.load(Ordering::Relaxed)).unwrap_or_default()
        };
        let gauge = |name: &str| f64::from_bits(counted(&self.gauges, name));
        let mut fares = Fares {
            fuel: counted(&self.counters, "gtp_programme_fuel_total"),
            fuel_peak: gauge("gtp_programme_fuel_peak"),
            fuel_limit: gauge("gtp_programme_fuel_limit"),
            memory_peak: gauge("gtp_programme_memory_peak_bytes"),
            memory_limit: gauge("gtp_programme_memory_limit_bytes"),
            ..Fares::default()
        };
        let outcome = format!("{own},outcome=\"");
        for (labels, count) in
            lock(&self.counters).get("gtp_programme_runs_total").into_iter().flatten()
        {
            let count = count.load(Ordering::Relaxed);
            match labels.strip_prefix(&outcome).map(|rest| rest.trim_end_matches('"')) {
                Some("ok") => fares.worked = count,
                Some(kind) if count > 0 => fares.failed.push((kind.to_owned(), count)),
                _ => {}
            }
        }
        if let Some(times) =
            lock(&self.histograms).get("gtp_programme_run_seconds").and_then(|all| all.get(&own))
        {
            fares.seconds = f64::from_bits(times.sum.load(Ordering::Relaxed));
            let counts: Vec<u64> =
                times.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect();
            fares.timed = counts.iter().sum();
            let mut within = 0;
            fares.most_within = BUCKETS.iter().zip(&counts).find_map(|(bound, count)| {
                within += count;
                (fares.timed > 0 && within * 20 >= fares.timed * 19).then_some(*bound)
            });
        }
        fares
    }

    fn text(&self) -> String {
        let help = lock(&self.help).clone();
        let mut text = String::new();
        family(&mut text, &help, "counter", &lock(&self.counters), |text, name, labels, count| {
            line(text, name, labels, "", count.load(Ordering::Relaxed));
        });
        family(&mut text, &help, "gauge", &lock(&self.gauges), |text, name, labels, gauge| {
            line(text, name, labels, "", f64::from_bits(gauge.load(Ordering::Relaxed)));
        });
        family(&mut text, &help, "histogram", &lock(&self.histograms), histogram);
        text
    }
}

/// The series of this key: a programme that is loaded again goes on counting where it was.
fn series<T: Default>(families: &Mutex<Families<T>>, key: &Key) -> Arc<T> {
    let labels: Vec<String> = key
        .labels()
        .map(|label| format!("{}=\"{}\"", label.key(), escaped(label.value())))
        .collect();
    let mut families = lock(families);
    let family = families.entry(key.name().to_owned()).or_default();
    Arc::clone(family.entry(labels.join(",")).or_default())
}

fn family<T>(
    text: &mut String,
    help: &BTreeMap<String, String>,
    kind: &str,
    families: &Families<T>,
    write: impl Fn(&mut String, &str, &str, &T),
) {
    for (name, all) in families {
        // Writing to a string does not fail.
        if let Some(help) = help.get(name) {
            let _ = writeln!(text, "# HELP {name} {help}");
        }
        let _ = writeln!(text, "# TYPE {name} {kind}");
        for (labels, one) in all {
            write(text, name, labels, one);
        }
    }
}

fn histogram(text: &mut String, name: &str, labels: &str, buckets: &Buckets) {
    let bucket = format!("{name}_bucket");
    let bounds = BUCKETS.iter().map(ToString::to_string).chain(["+Inf".to_owned()]);
    let mut total = 0;
    for (bound, count) in bounds.zip(&buckets.counts) {
        total += count.load(Ordering::Relaxed);
        line(text, &bucket, labels, &format!("le=\"{bound}\""), total);
    }
    let sum = f64::from_bits(buckets.sum.load(Ordering::Relaxed));
    line(text, &format!("{name}_sum"), labels, "", sum);
    line(text, &format!("{name}_count"), labels, "", total);
}

fn line(text: &mut String, name: &str, labels: &str, more: &str, value: impl std::fmt::Display) {
    let comma = if labels.is_empty() || more.is_empty() { "" } else { "," };
    let braced = if labels.is_empty() && more.is_empty() {
        String::new()
    } else {
        format!("{{{labels}{comma}{more}}}")
    };
    let _ = writeln!(text, "{name}{braced} {value}");
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted() -> String {
        let measures = Measures::default();
        metrics::with_local_recorder(&measures, || {
            metrics::describe_counter!("runs", "How often");
            metrics::counter!("runs", "programme" => "heart").increment(2);
            // The same series by another handle.
            metrics::counter!("runs", "programme" => "heart").increment(1);
            metrics::counter!("runs", "programme" => "a\"b").increment(1);
            metrics::gauge!("peak").set(1_114_112.0);
            for seconds in [0.000_008, 0.000_01, 0.000_3, 9.0] {
                metrics::histogram!("seconds").record(seconds);
            }
        });
        measures.text()
    }

    #[test]
    fn prometheus_reads_what_was_counted() {
        let text = counted();
        for line in [
            "# HELP runs How often",
            "# TYPE runs counter",
            "runs{programme=\"heart\"} 3",
            "runs{programme=\"a\\\"b\"} 1",
            "# TYPE peak gauge",
            "peak 1114112",
            "# TYPE seconds histogram",
            "seconds_bucket{le=\"0.00001\"} 2",
            "seconds_bucket{le=\"0.00025\"} 2",
            "seconds_bucket{le=\"0.0005\"} 3",
            "seconds_bucket{le=\"2.5\"} 3",
            "seconds_bucket{le=\"+Inf\"} 4",
            "seconds_count 4",
        ] {
            assert!(text.lines().any(|own| own == line), "{line} is missing in\n{text}");
        }
        assert!(text.contains("seconds_sum 9.0003"), "{text}");
    }

    #[test]
    fn what_was_counted_of_one_programme_is_read_without_that_of_another() {
        let measures = Measures::default();
        metrics::with_local_recorder(&measures, || {
            for (programme, outcome, count) in [
                ("heart", "ok", 38),
                ("heart", "trap", 2),
                ("copd", "ok", 5),
                ("heart", "memory", 0),
            ] {
                metrics::counter!("gtp_programme_runs_total", "programme" => programme, "outcome" => outcome)
                    .increment(count);
            }
            metrics::counter!("gtp_programme_fuel_total", "programme" => "heart").increment(900);
            metrics::gauge!("gtp_programme_memory_peak_bytes", "programme" => "heart")
                .set(65_536.0);
            for _ in 0..39 {
                metrics::histogram!("gtp_programme_run_seconds", "programme" => "heart")
                    .record(0.000_02);
            }
            metrics::histogram!("gtp_programme_run_seconds", "programme" => "heart").record(1.5);
        });
        let fares = measures.of_programme("heart");
        assert_eq!((fares.worked, fares.fuel, fares.timed), (38, 900, 40));
        assert_eq!(fares.failed, [("trap".to_owned(), 2)]);
        assert_eq!(fares.most_within, Some(0.000_025));
        assert!((fares.memory_peak - 65_536.0).abs() < f64::EPSILON);
        assert!((fares.seconds - (39.0 * 0.000_02 + 1.5)).abs() < 1e-9);
        assert_eq!(measures.of_programme("diabetes"), Fares::default());
    }

    #[test]
    fn each_family_is_introduced_once_and_its_series_follow() {
        let text = counted();
        let kinds: Vec<&str> = text.lines().filter(|line| line.starts_with("# TYPE")).collect();
        assert_eq!(kinds.len(), 3);
    }
}
