//! Submissions with the rules run and the journal synced: as many a second as a region sends, and as many as can be.

use super::population::{Population, Random};
use gtp_care::{Care, CareError, Fault, Problem};
use gtp_model::{Actor, CitizenId};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What came of it.
pub struct Load {
    what: String,
    rate: f64,
    /// Of processor, for each.
    cost: Duration,
    taken: Vec<Duration>,
}

impl Load {
    pub fn say(&self) {
        let Self { what, rate, cost, taken } = self;
        let (p50, p99) = (super::at(taken, 0.5), super::at(taken, 0.99));
        println!(
            "  {what}: {rate:.0} submissions a second, p50 {p50:.2} ms, p99 {p99:.2} ms, {:.0} µs of processor each",
            cost.as_secs_f64() * 1e6
        );
    }
}

/// So many a second, each at its moment, whether or not those before it are answered. What is late in being
/// sent counts as waiting.
pub async fn paced(population: &Population, pace: usize, seconds: u64) -> Load {
    let mut random = population.random();
    let mut tasks = tokio::task::JoinSet::new();
    let (began, before, all) = (Instant::now(), processor(), pace * seconds as usize);
    for number in 0..all {
        let due = began + Duration::from_secs_f64(number as f64 / pace as f64);
        if due > Instant::now() + Duration::from_millis(1) {
            tokio::time::sleep_until(due.into()).await;
        }
        let one = One::by_lot(population, &mut random, number);
        tasks.spawn(async move {
            one.send().await;
            due.elapsed()
        });
    }
    let mut taken = vec![];
    while let Some(one) = tasks.join_next().await {
        taken.push(one.unwrap());
    }
    let rate = all as f64 / began.elapsed().as_secs_f64();
    taken.sort();
    let cost = (processor() - before) / all as u32;
    Load { what: format!("{pace} a second for {seconds} s"), rate, cost, taken }
}

/// What deciding about access takes of a submission's throughput, at most: submissions as they are, and such before which
/// the same is decided once more, with a read of the record beside it. What a submission writes into the access log is
/// its own events and nothing more. In turns, so that both meet the same machine.
pub async fn access(population: &Population, at_once: usize, seconds: u64) {
    let (mut as_it_is, mut once_more) = (vec![], vec![]);
    for _ in 0..5 {
        as_it_is.push(flat_out(population, at_once, seconds).await);
        once_more.push(drive(population, at_once, seconds, true).await);
    }
    let median = |loads: &mut Vec<Load>| {
        loads.sort_by(|one, other| one.rate.total_cmp(&other.rate));
        let middle = &loads[loads.len() / 2];
        (middle.rate, middle.cost)
    };
    let ((rate, cost), (less, more)) = (median(&mut as_it_is), median(&mut once_more));
    println!(
        "  deciding about access once more: {less:.0} a second in the place of {rate:.0}, {:.1} % less; {:.0} µs of \
         processor in the place of {:.0}",
        100.0 * (1.0 - less / rate),
        more.as_secs_f64() * 1e6,
        cost.as_secs_f64() * 1e6
    );
}

/// So many at a time, each next one as soon as the one before is answered.
pub async fn flat_out(population: &Population, at_once: usize, seconds: u64) -> Load {
    drive(population, at_once, seconds, false).await
}

async fn drive(population: &Population, at_once: usize, seconds: u64, twice: bool) -> Load {
    let (until, before) = (Instant::now() + Duration::from_secs(seconds), processor());
    let mut random = population.random();
    let sent = Arc::new(AtomicUsize::new(1_000_000));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..at_once {
        // Drawn beforehand: each task has citizens of its own.
        let mine: Vec<One> = (0..2_000).map(|_| One::by_lot(population, &mut random, 0)).collect();
        let sent = sent.clone();
        tasks.spawn(async move {
            let mut taken = vec![];
            for one in mine.iter().cycle() {
                if Instant::now() >= until {
                    break;
                }
                let one = One { number: sent.fetch_add(1, Ordering::Relaxed), ..one.clone() };
                let began = Instant::now();
                if twice {
                    let _ = one.care.baselines(&one.nurse, one.citizen).unwrap();
                }
                one.send().await;
                taken.push(began.elapsed());
            }
            taken
        });
    }
    let mut taken = vec![];
    while let Some(some) = tasks.join_next().await {
        taken.extend(some.unwrap());
    }
    taken.sort();
    let rate = taken.len() as f64 / seconds as f64;
    let cost = (processor() - before) / taken.len() as u32;
    Load { what: format!("{at_once} at a time"), rate, cost, taken }
}

/// What this process has used of the processor.
fn processor() -> Duration {
    gtp_tests::processor_time(std::process::id())
}

/// One submission of one citizen.
#[derive(Clone)]
struct One {
    care: Arc<Care>,
    nurse: Actor,
    citizen: CitizenId,
    number: usize,
}

impl One {
    fn by_lot(population: &Population, random: &mut Random, number: usize) -> Self {
        let (citizen, unit) = population.somebody(random);
        Self { care: population.care.clone(), nurse: population.nurse(&unit), citizen, number }
    }

    /// Sends it, as it comes over the wire: parsed first.
    async fn send(&self) {
        let text = self.body().to_string();
        let body: Value = serde_json::from_str(&text).unwrap();
        loop {
            match self.care.submit(&self.nurse, self.citizen, &body, None).await {
                Ok(_) => return,
                // Whoever was drawn twice in one millisecond measures again in the next.
                Err(CareError::Invalid(problems)) if problems.iter().all(is_duplicate) => {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                Err(error) => panic!("{error:?}"),
            }
        }
    }

    fn body(&self) -> Value {
        let value = |usual: f64| usual + (self.number % 7) as f64 / 10.0;
        json!({ "observations": [
            { "field": "weight", "value": value(80.0), "unit": "kg" },
            { "field": "systolic", "value": 124, "unit": "mm[Hg]" },
            { "field": "diastolic", "value": 78, "unit": "mm[Hg]" },
            { "field": "pulse", "value": 66, "unit": "/min" },
        ] })
    }
}

fn is_duplicate(problem: &Problem) -> bool {
    problem.fault == Fault::Duplicate
}
