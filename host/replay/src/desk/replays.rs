//! Replays that the host makes itself: of each version that waits for a yes, and of what somebody asks for.
//!
//! One at a time, on one thread. What was counted so far is written down after every hundred citizens or so, so a
//! replay that was interrupted by a restart goes on where it was.

use super::{Desk, DeskError, digest_of, kept, lock};
use crate::compare::{Progress, Question, Report, State, compare};
use gtp_model::{Actor, DAY, Digest, HOUR, LimitId, ProgrammeId, Time, UnitId};
use gtp_record::event::programme::Reading;
use gtp_runtime::State as Stands;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A version that waits is taken through so much of the past.
const LOOKS_BACK: i64 = 90 * DAY;
/// So many replays are kept; older ones that are done with go.
const MOST: usize = 200;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The programme.
    pub programme: ProgrammeId,
    /// The component to look at; where absent, the one that waits.
    pub new: Option<Digest>,
    /// What to compare with; where absent, the one that serves.
    pub against: Option<Digest>,
    /// The first moment that counts; where absent, 90 days before the last.
    pub from: Option<Time>,
    /// The first moment that does not any more; where absent, now.
    pub until: Option<Time>,
    /// Only enrolments of this unit.
    pub unit: Option<UnitId>,
    /// Only this part of all citizens.
    pub sample: f64,
    /// Limits as they would be if the region had set them so.
    pub what_if: BTreeMap<LimitId, f64>,
}

impl Asked {
    /// The whole of the last 90 days, of the version that waits.
    #[must_use]
    pub const fn of(programme: ProgrammeId) -> Self {
        Self {
            programme,
            new: None,
            against: None,
            from: None,
            until: None,
            unit: None,
            sample: 1.0,
            what_if: BTreeMap::new(),
        }
    }
}

/// How far a replay is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Its turn has not come.
    Waiting,
    /// It runs.
    Running,
    /// It is done: there is a report.
    Done,
    /// Somebody stopped it.
    Cancelled,
    /// It could not be made; why.
    Failed(String),
}

/// One replay.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Replay {
    /// Its number, by which it is asked for.
    pub number: u64,
    /// Whose wish it is. `host`: the host's own, since the version waits.
    pub by: String,
    /// Since when.
    pub asked: Time,
    /// The new component.
    pub new: Digest,
    /// The new version.
    pub version: String,
    /// What it is compared with.
    pub against: Digest,
    /// Over what.
    pub question: Asked,
    /// How far it is.
    pub stage: Stage,
    /// Citizens that were looked at, and all.
    pub seen: (u64, u64),
    /// What was counted so far.
    pub state: Option<State>,
    #[serde(skip)]
    pub(super) stop: Arc<AtomicBool>,
}

/// A replay as somebody may see it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The replay. Its state names no citizen whom the reader may not see.
    pub replay: Replay,
    /// The report, where it is done.
    pub report: Option<Report>,
    /// SHA-256 of the whole report.
    pub digest: Option<Digest>,
    /// Who read a report on this component.
    pub readings: Vec<Reading>,
}

impl Desk {
    /// Asks for a replay.
    ///
    /// # Errors
    /// The actor is no operator, or there are no two versions to compare.
    pub fn ask(&self, actor: &Actor, asked: Asked) -> Result<Replay, DeskError> {
        self.parts.care.require_operator(actor)?;
        self.enqueue(actor.account.clone(), asked)
    }

    pub(super) fn enqueue(&self, by: String, mut asked: Asked) -> Result<Replay, DeskError> {
        let new = self.meant(&asked.programme, asked.new)?;
        let old = match asked.against {
            Some(digest) => self.meant(&asked.programme, Some(digest))?,
            None => self.serving(&asked.programme)?,
        };
        let now = self.parts.care.now();
        let until = asked.until.unwrap_or(now).min(now);
        asked.from = Some(asked.from.unwrap_or(until.plus(-LOOKS_BACK)));
        asked.until = Some(until);
        asked.sample = asked.sample.clamp(0.0, 1.0);
        // What is wrong with the question is told now and not later.
        crate::compare::check(&old, &new, &question(&asked))?;
        let mut replays = lock(&self.replays);
        let number = replays.last_key_value().map_or(1, |(last, _)| last + 1);
        let replay = Replay {
            number,
            by,
            asked: now,
            new: new.digest,
            version: new.version().to_string(),
            against: old.digest,
            question: asked,
            stage: Stage::Waiting,
            seen: (0, 0),
            state: None,
            stop: Arc::default(),
        };
        kept::write(&self.replay_file(number), &replay);
        replays.insert(number, replay.clone());
        let ended = |own: &&Replay| !matches!(own.stage, Stage::Waiting | Stage::Running);
        if replays.len() > MOST
            && let Some(oldest) = replays.values().find(ended).map(|own| own.number)
        {
            replays.remove(&oldest);
            kept::remove(&self.replay_file(oldest));
        }
        drop(replays);
        self.work.notify_all();
        Ok(replay)
    }

    /// Asks for a replay of every version that waits and has none yet.
    pub fn look(&self) {
        let catalogue = self.parts.care.catalogue();
        for standing in catalogue.standings().iter().filter(|own| own.state == Stands::Waiting) {
            let (Some((programme, _)), Some(digest)) = (&standing.programme, standing.digest)
            else {
                continue;
            };
            let Some(serving) = catalogue.get(programme) else { continue };
            let there = lock(&self.replays).values().any(|own| {
                own.new == digest && own.against == serving.digest && own.stage != Stage::Cancelled
            });
            if there {
                continue;
            }
            let asked = Asked { new: Some(digest), ..Asked::of(programme.clone()) };
            if let Err(error) = self.enqueue("host".to_owned(), asked) {
                tracing::warn!(%programme, %error, "no report is made of a version that waits");
            }
        }
    }

    /// All replays, the newest first, without what was counted.
    ///
    /// # Errors
    /// The actor may not read reports.
    pub fn replays(&self, actor: &Actor) -> Result<Vec<Replay>, DeskError> {
        self.parts.care.require_report_reader(actor)?;
        let replays = lock(&self.replays);
        Ok(replays.values().rev().map(|own| Replay { state: None, ..own.clone() }).collect())
    }

    /// One replay with its report. That somebody was given the report goes into the record.
    ///
    /// # Errors
    /// There is none of this number, or the actor may not read reports.
    pub async fn replay(&self, actor: &Actor, number: u64) -> Result<Seen, DeskError> {
        self.parts.care.require_report_reader(actor)?;
        let found = lock(&self.replays).get(&number).cloned();
        let mut replay = found.ok_or(DeskError::Unknown)?;
        let done = replay.stage == Stage::Done;
        let whole = replay.state.take().filter(|_| done).map(|state| state.report);
        if let Some(report) = &whole {
            self.given(actor, report).await?;
        }
        let readings = self.parts.care.readings(replay.new)?;
        let digest = whole.as_ref().map(digest_of);
        let report = whole.map(|report| self.shown(actor, report));
        Ok(Seen { replay, report, digest, readings })
    }

    /// The component of a programme that waits for a yes.
    #[must_use]
    pub fn waits(&self, programme: &ProgrammeId) -> Option<Digest> {
        self.parts.care.version_waiting(programme)
    }

    /// The newest report on a component against what serves, by its number.
    #[must_use]
    pub fn report_on(&self, programme: &ProgrammeId, digest: Digest) -> Option<Replay> {
        let serving = self.parts.care.programme(programme).map(|loaded| loaded.digest)?;
        let replays = lock(&self.replays);
        let newest = replays.values().rev().find(|own| {
            own.new == digest && own.against == serving && own.stage != Stage::Cancelled
        });
        newest.map(|own| Replay { state: None, ..own.clone() })
    }

    /// Stops a replay.
    ///
    /// # Errors
    /// There is none of this number, or the actor is no operator.
    pub fn cancel(&self, actor: &Actor, number: u64) -> Result<(), DeskError> {
        self.parts.care.require_operator(actor)?;
        let mut replays = lock(&self.replays);
        let replay = replays.get_mut(&number).ok_or(DeskError::Unknown)?;
        if matches!(replay.stage, Stage::Waiting | Stage::Running) {
            replay.stop.store(true, Ordering::Relaxed);
            replay.stage = Stage::Cancelled;
            replay.state = None;
            kept::write(&self.replay_file(number), &*replay);
        }
        Ok(())
    }

    fn replay_file(&self, number: u64) -> PathBuf {
        self.parts.folder.join(format!("replay-{number}.json"))
    }

    /// Makes one replay after the other, until the desk ends.
    pub(super) fn work_off(&self) {
        while !self.is_ending() {
            self.compare_missed();
            let mut replays = lock(&self.replays);
            let next = replays.values_mut().find(|own| own.stage == Stage::Waiting);
            let Some(next) = next else {
                // A minute at most: what did not come is looked at from time to time.
                let _ = self.work.wait_timeout(replays, Duration::from_secs(60));
                continue;
            };
            next.stage = Stage::Running;
            let replay = next.clone();
            drop(replays);
            let outcome = self.make(&replay);
            let mut replays = lock(&self.replays);
            let Some(own) = replays.get_mut(&replay.number) else { continue };
            match outcome {
                _ if own.stage == Stage::Cancelled => continue,
                Ok(state) if state.done => {
                    own.stage = Stage::Done;
                    own.seen = (state.seen, state.seen);
                    own.state = Some(state);
                    let (number, programme) = (own.number, &own.question.programme);
                    tracing::info!(number, %programme, version = own.version, "a replay is done");
                }
                // It was stopped with the host, and goes on with it.
                Ok(state) => {
                    own.stage = Stage::Waiting;
                    own.state = Some(state);
                }
                Err(error) => {
                    tracing::warn!(number = own.number, %error, "a replay failed");
                    own.stage = Stage::Failed(error.to_string());
                    own.state = None;
                }
            }
            kept::write(&self.replay_file(own.number), &*own);
        }
    }

    fn make(&self, replay: &Replay) -> Result<State, DeskError> {
        let runtime = &self.parts.runtime;
        let (old, new) = (runtime.earlier(replay.against)?, runtime.earlier(replay.new)?);
        let mut told = |state: &State, Progress { done, total }: Progress| {
            if let Some(own) = lock(&self.replays).get_mut(&replay.number)
                && own.stage == Stage::Running
            {
                own.seen = (done, total);
                own.state = Some(state.clone());
                kept::write(&self.replay_file(replay.number), &*own);
            }
        };
        Ok(compare(
            &*self.parts.store,
            self.parts.care.calendar(),
            [&old, &new],
            &question(&replay.question),
            replay.state.clone(),
            &replay.stop,
            &mut told,
        )?)
    }
}

fn question(asked: &Asked) -> Question {
    let (from, until) = (asked.from.unwrap_or(Time(0)), asked.until.unwrap_or(Time(0)));
    Question {
        unit: asked.unit.clone(),
        sample: asked.sample,
        what_if: asked.what_if.clone(),
        handled_after: 24 * HOUR,
        threads: 1,
        ..Question::between(from, until)
    }
}
