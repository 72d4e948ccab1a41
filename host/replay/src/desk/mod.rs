//! The desk at which versions of programmes are weighed: before they serve, beside the one that serves, and after.
//!
//! Three things happen here, all of them behind the live host's back: [`replays`] take a version through the past,
//! on a thread of their own; [`shadow`]s judge what comes in once more, by a version that does not serve; and
//! [`drift`] watches how often each rule raises an alert. The last two follow the record like anybody who
//! subscribes to it, so nobody who submits ever waits for them. All threads have a low priority.
//!
//! What is counted lies in files beside the record, and is gone on from after a restart. It is no part of the
//! record: it can be counted again. Who read which report is, since an activation rests on it.

pub mod drift;
mod follow;
mod kept;
pub mod replays;
pub mod shadow;
mod why;

use crate::compare::{CompareError, Report, Version};
use drift::Drift;
use gtp_care::{ActivationError, Care, CareError};
use gtp_model::{Actor, Digest, ProgrammeId, Role};
use gtp_record::event::programme::ReportRead;
use gtp_record::{Store, StoreError};
use gtp_runtime::{EarlierError, Loaded, Runtime};
use replays::Replay;
use sha2::{Digest as _, Sha256};
use shadow::Shadow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use thiserror::Error;
use tokio::sync::Notify;

/// What a desk works with.
pub struct Parts {
    /// Who may do what.
    pub care: Arc<Care>,
    /// The record.
    pub store: Arc<dyn Store>,
    /// The programmes.
    pub runtime: Runtime,
    /// Where the desk keeps its files.
    pub folder: PathBuf,
    /// The folder into which components are dropped.
    pub programmes: PathBuf,
}

/// It was not done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeskError {
    /// The actor may not, or the record cannot be read.
    #[error(transparent)]
    Care(#[from] CareError),
    /// No version serves or waits that could be meant.
    #[error("no version of {0} waits; name a component by its digest")]
    NothingWaits(ProgrammeId),
    /// No version serves to compare with.
    #[error("no version of {0} serves, so there is nothing to compare with")]
    NothingServes(ProgrammeId),
    /// It serves already.
    #[error("this component of {0} serves already")]
    Serves(ProgrammeId),
    /// There is no such replay or shadow.
    #[error("there is none of this number or name")]
    Unknown,
    /// Another shadow of the programme runs.
    #[error("another version of {0} runs in its shadow; drop it first")]
    Busy(ProgrammeId),
    /// A component cannot be had.
    #[error(transparent)]
    Component(#[from] EarlierError),
    /// The comparison cannot be made.
    #[error(transparent)]
    Compare(#[from] CompareError),
    /// The version does not begin to serve.
    #[error(transparent)]
    Activation(#[from] ActivationError),
    /// A file cannot be written.
    #[error("the desk's file {0}: {1}")]
    File(PathBuf, std::io::Error),
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        Self::Care(error.into())
    }
}

/// The desk.
pub struct Desk {
    parts: Parts,
    replays: Mutex<BTreeMap<u64, Replay>>,
    /// Told when there is something to do.
    work: Condvar,
    watched: Mutex<Watched>,
    ending: AtomicBool,
    ended: Notify,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// What follows the record.
struct Watched {
    drift: Drift,
    shadows: BTreeMap<ProgrammeId, Shadow>,
}

impl Desk {
    /// Opens it and begins to work.
    ///
    /// # Errors
    /// Its files cannot be read, or the machine has no thread to give.
    pub fn begin(parts: Parts) -> Result<Arc<Self>, DeskError> {
        let folder = parts.folder.clone();
        let made = std::fs::create_dir_all(&folder);
        made.map_err(|error| DeskError::File(folder.clone(), error))?;
        let replays = kept::replays(&folder)?;
        let drift = kept::read::<Drift>(&folder.join("drift.json"))?.unwrap_or_default();
        let shadows = kept::shadows(&folder, &parts.runtime)?;
        drift.show();
        let desk = Arc::new(Self {
            parts,
            replays: Mutex::new(replays),
            work: Condvar::new(),
            watched: Mutex::new(Watched { drift, shadows }),
            ending: AtomicBool::new(false),
            ended: Notify::new(),
            threads: Mutex::default(),
        });
        let no_thread = |error| DeskError::File(folder.clone(), error);
        let (replaying, following) = (Arc::clone(&desk), Arc::clone(&desk));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(no_thread)?;
        let threads = [
            std::thread::Builder::new().name("gtp-replays".to_owned()).spawn(move || {
                yielding();
                replaying.work_off();
            }),
            std::thread::Builder::new().name("gtp-shadow".to_owned()).spawn(move || {
                yielding();
                runtime.block_on(following.follow());
            }),
        ];
        for thread in threads {
            lock(&desk.threads).push(thread.map_err(no_thread)?);
        }
        Ok(desk)
    }

    /// Ends the work; what was begun is gone on with after the next start.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
        for replay in lock(&self.replays).values() {
            replay.stop.store(true, Ordering::Relaxed);
        }
        self.work.notify_all();
        self.ended.notify_one();
        let threads = std::mem::take(&mut *lock(&self.threads));
        for thread in threads {
            let _ = thread.join();
        }
    }

    fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }

    /// The version of a programme that is meant: the component of a digest, else the one that waits.
    fn meant(
        &self,
        programme: &ProgrammeId,
        digest: Option<Digest>,
    ) -> Result<Arc<Loaded>, DeskError> {
        let waiting = || self.parts.care.version_waiting(programme);
        let digest =
            digest.or_else(waiting).ok_or_else(|| DeskError::NothingWaits(programme.clone()))?;
        let loaded = self.parts.runtime.earlier(digest)?;
        if loaded.id() == programme {
            Ok(loaded)
        } else {
            Err(DeskError::NothingWaits(programme.clone()))
        }
    }

    fn serving(&self, programme: &ProgrammeId) -> Result<Arc<Loaded>, DeskError> {
        let serving = self.parts.care.programme(programme);
        serving.ok_or_else(|| DeskError::NothingServes(programme.clone()))
    }

    /// A report as somebody may see it: the citizens that they may not see are not named.
    fn shown(&self, actor: &Actor, mut report: Report) -> Report {
        let care = &self.parts.care;
        for examples in report.tally.examples.values_mut() {
            examples.retain(|example| {
                actor.role == Role::Clinician && care.may_view(actor, example.citizen)
            });
        }
        report.tally.examples.retain(|_, examples| !examples.is_empty());
        report
    }

    /// Writes down that somebody was given a report.
    async fn given(&self, actor: &Actor, report: &Report) -> Result<(), DeskError> {
        let Version { version, digest } = report.new.clone();
        let programme = report.programme.clone();
        let read = ReportRead { programme, version, digest, report: digest_of(report) };
        Ok(self.parts.care.report_read(actor, read).await?)
    }
}

/// SHA-256 of a report's JSON.
#[must_use]
pub fn digest_of(report: &Report) -> Digest {
    Digest(Sha256::digest(serde_json::to_vec(report).unwrap_or_default()).into())
}

/// A report as a page: what [`crate::compare::html`] makes of it.
#[must_use]
pub fn page(report: &Report, calendar: &gtp_care::calendar::Calendar) -> String {
    crate::compare::html(report, calendar, "")
}

/// Lets everybody else go first.
fn yielding() {
    // Where the system does not allow it, it is as urgent as the others.
    let _ = rustix::process::setpriority_process(None, crate::compare::NICE);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
