//! A region at work: worklists and overviews among everybody who is registered, and a month of submissions in an
//! hour. The same is measured in an installation of a tenth of the size: what a nurse waits for must not grow
//! with the region.
//!
//! The population is made once and kept beside other build products; its size is a flag:
//! `cargo xtask bench care -- --citizens 1200000`. One citizen of twelve is enrolled and has a hundred
//! observations.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs, reason = "a benchmark is no library")]

#[path = "care/load.rs"]
mod load;
#[path = "care/population.rs"]
mod population;

use gtp_care::{AlertFilter, Why, WorklistQuery};
use gtp_model::Time;
use population::{Population, Size};
use std::time::{Duration, Instant};

/// The allocator of the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A region of Denmark.
const CITIZENS: usize = 1_200_000;
/// Bytes of memory that the view may use as a cache: what gtp.example.toml advises for a region.
const CACHE: u64 = 1 << 30;
/// How many citizens' pictures are asked for.
const PICTURES: usize = 2_000;
/// A month of 6 million messages in an hour.
const PACE: usize = 1_700;
/// How long that is kept up.
const SECONDS: u64 = 20;

fn main() {
    let citizens = citizens_asked_for();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let tenth = measure(Size::of(citizens / 10)).await;
        let whole = measure(Size::of(citizens)).await;
        println!("\nthe whole over a tenth of it, p99");
        println!("  worklist {:.2}", ratio(&whole.worklists, &tenth.worklists));
        println!("  overview {:.2}", ratio(&whole.pictures, &tenth.pictures));
    });
}

fn citizens_asked_for() -> usize {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--citizens").skip(1);
    arguments.next().map_or(CITIZENS, |number| number.parse().expect("--citizens takes a number"))
}

/// What was measured in one installation, sorted.
struct Measured {
    worklists: Vec<Duration>,
    pictures: Vec<Duration>,
}

async fn measure(size: Size) -> Measured {
    println!(
        "\n{} citizens, {} enrolments, {} observations",
        size.citizens,
        size.enrolled,
        size.observations()
    );
    let population = Population::open(size).await;
    let worklists = worklists(&population).await;
    say("a unit's worklist", &worklists);
    let pictures = pictures(&population).await;
    say("a citizen's overview, logged", &pictures);
    load::paced(&population, PACE, SECONDS).await.say();
    load::flat_out(&population, 64, SECONDS / 2).await.say();
    load::access(&population, 64, SECONDS / 10).await;
    population.close();
    Measured { worklists, pictures }
}

/// Every unit's worklist, as its nurse sees it, several times.
async fn worklists(population: &Population) -> Vec<Duration> {
    let mut taken = vec![];
    let mut listed = 0;
    for _ in 0..20 {
        for unit in population.units() {
            let nurse = population.nurse(&unit);
            let query = WorklistQuery { unit: None, state: AlertFilter::Unresolved, limit: 200 };
            let began = Instant::now();
            let items = population.care.worklist(&nurse, query).await.unwrap();
            taken.push(began.elapsed());
            listed += items.len();
        }
    }
    println!("  {:.0} alerts on a worklist, on average", listed as f64 / taken.len() as f64);
    taken.sort();
    taken
}

/// The whole pictures of citizens that are drawn by lot.
async fn pictures(population: &Population) -> Vec<Duration> {
    let why = Why::through("benchmark");
    let mut random = population.random();
    let mut taken = vec![];
    for _ in 0..PICTURES {
        let (citizen, unit) = population.somebody(&mut random);
        let nurse = population.nurse(&unit);
        let began = Instant::now();
        let picture = population.care.picture(&nurse, citizen, &why).await.unwrap();
        taken.push(began.elapsed());
        assert!(!picture.overview.enrolments.is_empty() && picture.overview.citizen.id == citizen);
    }
    taken.sort();
    taken
}

fn say(what: &str, taken: &[Duration]) {
    println!("  {what}: p50 {:.2} ms, p99 {:.2} ms", at(taken, 0.5), at(taken, 0.99));
}

/// Milliseconds within which such a share of them came.
fn at(sorted: &[Duration], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0
}

fn ratio(over: &[Duration], under: &[Duration]) -> f64 {
    at(over, 0.99) / at(under, 0.99)
}

/// The present moment.
fn now() -> Time {
    gtp_tests::days_ago(0.0)
}
