//! What another version of a programme would have found.
//!
//! Two versions go through everybody's past side by side. Each submission is judged by both, at the moments at
//! which the live host would have judged it and by what was known then, and what their schedules expected and did
//! not get is compared too. Citizens are taken one after the other, so memory does not grow with the cohort; the
//! threads have a low priority, so that whoever is at work beside it notices little. Nothing is written into the
//! record, and nobody's name is read: what comes out are counts, and ids of examples.

pub(crate) mod citizen;
mod counts;
mod html;
mod report;
pub(crate) mod tallying;
mod text;

pub use counts::{Counts, Example, Tally};
pub use html::html;
pub use report::{Progress, Report, State, Version};
pub use text::{csv, text};

use crate::compare::citizen::OneCitizen;
use gtp_care::calendar::Calendar;
use gtp_model::{CitizenId, HOUR, LimitId, Time, UnitId};
use gtp_record::event::{Event, Recorded, StreamId};
use gtp_record::view::queries;
use gtp_record::{Store, StoreError};
use gtp_runtime::Loaded;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use thiserror::Error;

/// What is compared over what.
#[derive(Clone, Debug)]
pub struct Question {
    /// The first moment that counts.
    pub from: Time,
    /// The first moment that does not any more.
    pub until: Time,
    /// Only enrolments that this unit looks after.
    pub unit: Option<UnitId>,
    /// Only this part of all citizens, from 0 to 1; always the same ones.
    pub sample: f64,
    /// Limits as they would be for the new version if the region had set them so.
    pub what_if: BTreeMap<LimitId, f64>,
    /// How many examples are kept of each kind of difference.
    pub examples: usize,
    /// An alert is taken as dealt with after so long: what a rule finds until then joins it.
    pub handled_after: i64,
    /// How many threads work.
    pub threads: usize,
}

impl Question {
    /// Everything between two moments.
    #[must_use]
    pub const fn between(from: Time, until: Time) -> Self {
        Self {
            from,
            until,
            unit: None,
            sample: 1.0,
            what_if: BTreeMap::new(),
            examples: 5,
            handled_after: 24 * HOUR,
            threads: 2,
        }
    }
}

/// What keeps two versions from being compared.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CompareError {
    /// They are of different programmes.
    #[error("{0} and {1} are two programmes, not two versions of one")]
    TwoProgrammes(String, String),
    /// A limit that the new version does not have.
    #[error("the programme has no limit {0}; it has {1}")]
    NoLimit(LimitId, String),
    /// What was kept of an earlier run is of another question.
    #[error("what was kept is of another comparison; begin anew without --resume")]
    OtherQuestion,
    /// The record cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No threads are to be had.
    #[error("starting the threads that compare: {0}")]
    Threads(std::io::Error),
}

/// So many citizens are taken between two points at which it can be stopped and gone on from.
const CHUNK: usize = 128;
/// How much more readily the system takes the processor from these threads (their `nice` value).
pub(crate) const NICE: i32 = 19;

/// Compares two versions. `state` is empty at first, or what an earlier run left; `told` hears how far it is after
/// every chunk, and keeps the state where it wants to. Ends early, with the state so far, when `stop` is set.
///
/// # Errors
/// [`CompareError`].
pub fn compare(
    store: &dyn Store,
    calendar: &Calendar,
    [old, new]: [&Loaded; 2],
    question: &Question,
    state: Option<State>,
    stop: &AtomicBool,
    told: &mut dyn FnMut(&State, Progress),
) -> Result<State, CompareError> {
    check(old, new, question)?;
    let fresh = State::new(old, new, question);
    let mut state = match state {
        Some(state) if state.report.same_question(&fresh.report) => state,
        Some(_) => return Err(CompareError::OtherQuestion),
        None => fresh,
    };
    let programmes = limits_of_many(store, old)?;
    let total = store_citizens(store)?;
    let nothing = BTreeMap::new();
    let one = OneCitizen {
        store,
        calendar,
        versions: [(old, &nothing), (new, &question.what_if)],
        question,
        programmes: &programmes,
    };
    while !state.done && !stop.load(Ordering::Relaxed) {
        let page = queries::citizens(store, state.after, CHUNK)?;
        let Some(last) = page.last().map(|citizen| citizen.id) else {
            state.done = true;
            break;
        };
        let ids: Vec<CitizenId> = page.into_iter().map(|citizen| citizen.id).collect();
        state.seen += ids.len() as u64;
        let tally = chunk(&one, &ids, question.threads)?;
        state.report.tally.add(tally, question.examples);
        state.after = Some(last);
        told(&state, Progress { done: state.seen, total: total.max(state.seen) });
    }
    Ok(state)
}

pub(crate) fn check(old: &Loaded, new: &Loaded, question: &Question) -> Result<(), CompareError> {
    if old.id() != new.id() {
        return Err(CompareError::TwoProgrammes(old.id().to_string(), new.id().to_string()));
    }
    let limits = &new.definition.limits;
    for limit in question.what_if.keys() {
        if !limits.iter().any(|own| own.id == *limit) {
            let known: Vec<&str> = limits.iter().map(|own| own.id.as_str()).collect();
            return Err(CompareError::NoLimit(limit.clone(), known.join(", ")));
        }
    }
    Ok(())
}

/// Some citizens, shared out over threads.
fn chunk(one: &OneCitizen<'_>, ids: &[CitizenId], threads: usize) -> Result<Tally, CompareError> {
    let next = Mutex::new(ids.iter());
    let work = || -> Result<Tally, StoreError> {
        // Where the system does not allow it, it is as urgent as the others.
        let _ = rustix::process::setpriority_process(None, NICE);
        let mut tally = Tally::default();
        loop {
            let id = next.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(id) = id else { return Ok(tally) };
            one.walk(*id, &mut tally)?;
        }
    };
    std::thread::scope(|scope| {
        let spawn =
            |_| std::thread::Builder::new().name("replay".to_owned()).spawn_scoped(scope, work);
        let handles: Vec<_> = (0..threads.max(1))
            .map(spawn)
            .collect::<Result<_, _>>()
            .map_err(CompareError::Threads)?;
        let mut all = Tally::default();
        for handle in handles {
            let ended = StoreError::Stopped { why: "a thread ended before its work".to_owned() };
            all.add(handle.join().unwrap_or(Err(ended))?, one.question.examples);
        }
        Ok(all)
    })
}

/// The limits that were set for units and the region, in order.
pub(crate) fn limits_of_many(
    store: &dyn Store,
    loaded: &Loaded,
) -> Result<Vec<Recorded>, StoreError> {
    let mut events = store.events_named(StreamId::Programmes, &["limit-set"])?;
    events.retain(|event| {
        matches!(&event.event, Event::LimitSet(set) if set.setting.programme == *loaded.id())
    });
    Ok(events)
}

/// How many citizens there are, for the progress bar alone.
fn store_citizens(store: &dyn Store) -> Result<u64, StoreError> {
    let (mut count, mut after) = (0, None);
    loop {
        let page = queries::citizens(store, after, 1000)?;
        let Some(last) = page.last() else { return Ok(count) };
        after = Some(last.id);
        count += page.len() as u64;
    }
}
