//! Comparing two versions of a programme over a record.
//!
//! Like all [upkeep](crate::upkeep), it is done by the host that runs on the data folder, else by the command. Every
//! piece of the answer is a line of JSON that says how far it is and what was counted so far, so whoever asked can
//! go away and go on later.

use gtp_care::calendar::Calendar;
use gtp_model::{Digest, LimitId, Time, UnitId};
use gtp_record::Record;
use gtp_record::view::{queries, rows::ProgrammeChange};
use gtp_replay::compare::{Progress, Question, State, compare};
use gtp_runtime::{CheckSettings, Limits, Loaded, OwnLimits, read_kept};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wanted {
    /// The new version's file.
    pub new: PathBuf,
    /// `active`, or the digest of a component that was kept.
    pub against: String,
    pub from: Time,
    pub until: Time,
    pub unit: Option<UnitId>,
    pub sample: f64,
    pub what_if: BTreeMap<LimitId, f64>,
    pub examples: usize,
    pub handled_after: i64,
    pub threads: usize,
    /// The installation's time zone.
    pub zone: String,
    /// What one call may cost.
    pub limits: Limits,
    pub limits_of: BTreeMap<gtp_model::ProgrammeId, OwnLimits>,
    /// What an earlier run left.
    pub resume: Option<PathBuf>,
}

/// One line of the answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct Told {
    pub done: u64,
    pub total: u64,
    pub state: State,
}

/// Compares, and writes what came of it to `out`, line by line.
///
/// # Errors
/// A component cannot be loaded, the record cannot be read, or nobody listens any more.
pub fn on_record(record: &Record, wanted: &Wanted, out: &mut dyn Write) -> Result<(), Failure> {
    let calendar = Calendar::new(&wanted.zone)?;
    let new = load(&std::fs::read(&wanted.new)?, wanted)?;
    let old = match wanted.against.as_str() {
        "active" => active(record, &new)?,
        digest => digest
            .parse()
            .map_err(|_| format!("“{digest}” is neither `active` nor a component's digest"))?,
    };
    let old = load(&read_kept(&record.dir().join("components"), old)?, wanted)?;
    let question = Question {
        from: wanted.from,
        until: wanted.until,
        unit: wanted.unit.clone(),
        sample: wanted.sample,
        what_if: wanted.what_if.clone(),
        examples: wanted.examples,
        handled_after: wanted.handled_after,
        threads: wanted.threads,
    };
    let state: Option<State> = match &wanted.resume {
        Some(path) => Some(serde_json::from_slice(&std::fs::read(path)?)?),
        None => None,
    };
    let stop = AtomicBool::new(false);
    let mut tell = |state: &State, Progress { done, total }: Progress| {
        let told = Told { done, total, state: state.clone() };
        let written = serde_json::to_writer(&mut *out, &told)
            .map_err(std::io::Error::from)
            .and_then(|()| out.write_all(b"\n"))
            .and_then(|()| out.flush());
        // Whoever asked has gone away: they have what was told so far.
        if written.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let state = compare(record, &calendar, [&old, &new], &question, state, &stop, &mut tell)?;
    tell(&state, Progress { done: state.seen, total: state.seen });
    Ok(())
}

/// The component of the same programme that serves.
fn active(record: &Record, new: &Loaded) -> Result<Digest, Failure> {
    let row = queries::active_programmes(record)?.remove(new.id());
    match row.map(|row| row.what) {
        Some(ProgrammeChange::Activated { digest, .. }) => Ok(digest),
        _ => Err(format!("no version of {} serves; name one by its digest", new.id()).into()),
    }
}

fn load(bytes: &[u8], wanted: &Wanted) -> Result<Loaded, Failure> {
    let settings = CheckSettings {
        limits: wanted.limits.clone(),
        limits_of: wanted.limits_of.clone(),
        ..CheckSettings::default()
    };
    let (report, loaded) = gtp_runtime::load("", bytes, &settings)?;
    let flaws = || report.errors().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    loaded.ok_or_else(|| format!("the component cannot be run: {}", flaws()).into())
}
