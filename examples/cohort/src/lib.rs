//! A made-up cohort: what many citizens would send in some weeks. Everything is synthetic; `README.md` tells
//! how it is made.
//!
//! ```
//! let settings = gtp_cohort::Settings { citizens: 3, days: 7, ..Default::default() };
//! let sent = gtp_cohort::submissions(&settings);
//! assert!(sent.iter().all(|own| own.citizen < 3));
//! assert_eq!(sent, gtp_cohort::submissions(&settings), "the same seed gives the same cohort");
//! ```

mod body;
mod day;
mod noise;
mod person;

pub use body::{Body, Observation, Response};
pub use person::{Episode, Person};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use noise::Noise;
use serde::Serialize;

/// How large a cohort is, and which one.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The same seed gives the same cohort.
    pub seed: u64,
    /// How many citizens.
    pub citizens: u32,
    /// How many days each is followed.
    pub days: u32,
    /// The first day, in Copenhagen.
    pub starts: Date,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, citizens: 100, days: 28, starts: jiff::civil::date(2026, 1, 5) }
    }
}

/// One submission as a host would receive it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Submission {
    /// The citizen's running number.
    pub citizen: u32,
    /// The programmes in which the citizen is enrolled.
    pub programmes: Vec<&'static str>,
    /// When it reaches the host.
    #[serde(serialize_with = "body::rfc3339")]
    pub sent: Timestamp,
    /// The idempotency key: a submission that is sent twice has the same key both times.
    pub key: String,
    /// The body of the request.
    pub body: Body,
}

/// Every submission of a cohort, in the order in which they are sent.
#[must_use]
pub fn submissions(settings: &Settings) -> Vec<Submission> {
    let mut all: Vec<Submission> =
        (0..settings.citizens).flat_map(|citizen| of_citizen(settings, citizen)).collect();
    all.sort_by(|a, b| (a.sent, a.citizen, &a.key).cmp(&(b.sent, b.citizen, &b.key)));
    all
}

/// One citizen of a cohort.
#[must_use]
pub fn person(settings: &Settings, citizen: u32) -> Person {
    Person::draw(&mut Noise::of(settings.seed, citizen), settings.days)
}

/// What one citizen sends, by day.
#[must_use]
pub fn of_citizen(settings: &Settings, citizen: u32) -> Vec<Submission> {
    let mut noise = Noise::of(settings.seed, citizen);
    let person = Person::draw(&mut noise, settings.days);
    let zone = TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC);
    let mut state = day::State::default();
    let mut sent = vec![];
    for day in 0..settings.days {
        state.wander(&mut noise);
        // Drawn on every day, so that a gap changes nothing that comes after it.
        let (gap, minute) = (noise.chance(person.gap), 420.0 + noise.around(25.0));
        let (late, twice) = (noise.chance(0.05), noise.chance(0.02));
        let delay = if late { (60.0 + noise.uniform() * 2_800.0) as i64 } else { 1 };
        let body_noise = &mut noise.child();
        if gap || person.stops.is_some_and(|stops| day >= stops) {
            continue;
        }
        let date = settings.starts.saturating_add(i64::from(day).days());
        let wall = date
            .to_datetime(jiff::civil::Time::midnight())
            .saturating_add((minute as i64).minutes());
        let Ok(measured) =
            zone.to_ambiguous_zoned(wall).compatible().map(|zoned| zoned.timestamp())
        else {
            continue;
        };
        let body = day::body(&person, &state, day, date, measured, body_noise);
        let submission = Submission {
            citizen,
            programmes: person.programmes.clone(),
            sent: measured + delay.minutes(),
            key: format!("cohort-{}-{citizen}-{day}", settings.seed),
            body,
        };
        if twice {
            let again = Submission { sent: submission.sent + 3.minutes(), ..submission.clone() };
            sent.push(again);
        }
        sent.push(submission);
    }
    sent
}
