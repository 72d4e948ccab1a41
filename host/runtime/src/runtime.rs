//! The runtime itself: what the rest of the host holds.

use crate::{
    catalogue::{Catalogue, Change},
    compiled::Compiled,
    engine::{self, EngineError, STACK},
    examine::Examiner,
    files::{FileError, make_folder},
    folder::Folder,
    gauges,
    keeper::{Keeper, OrderError, load_kept},
    kept::{self, Kept},
    ledger::{Ledger, LedgerError},
    loaded::Loaded,
    run::{Run, RunError, Spent},
    sandbox::TICK,
    settings::Settings,
    signature::{SignatureError, Trust},
    threads::{Pace, Threads},
    watch::{Order, Watch},
};
use arc_swap::ArcSwap;
use gtp_model::{Assessment, Case, Digest, ProgrammeId, RuleId};
use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, PoisonError},
};
use thiserror::Error;
use tokio::sync::{broadcast, oneshot};
use wasmtime::Engine;

/// The runtime. Cheap to clone; the last one dropped stops its threads.
#[derive(Clone)]
pub struct Runtime {
    inner: Arc<Inner>,
}

struct Inner {
    // Fields are dropped in this order: first nothing new is loaded, then nothing runs any more.
    watch: Watch,
    threads: Threads,
    catalogue: Arc<ArcSwap<Catalogue>>,
    changes: broadcast::Sender<Change>,
    examiner: Arc<Examiner>,
    kept: Kept,
    /// Components that no longer serve and were asked for, by digest.
    earlier: Mutex<BTreeMap<Digest, Arc<Loaded>>>,
}

/// The runtime does not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The WebAssembly engine does not work here.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A folder cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// What served before cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A trusted key is none.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// No threads are to be had.
    #[error("starting the threads that run rules: {0}")]
    Threads(io::Error),
}

/// A component of an earlier day cannot be had.
#[derive(Debug, Error)]
#[error("the component {digest} cannot be run again: {reason}")]
pub struct EarlierError {
    /// Which component.
    pub digest: Digest,
    /// Why.
    pub reason: String,
}

/// Fuel of a long run: some milliseconds. Rules in Rust use some thousands.
const LONG: u64 = 5_000_000;

/// How many changes a slow listener may be behind.
const CHANGES: usize = 1024;

impl Runtime {
    /// Starts the engine and its threads, loads what lies in the folder, and watches it from then on. Comes
    /// back when everything that may serve does.
    ///
    /// # Errors
    ///
    /// When the machine, a folder or the settings do not allow it. A component that cannot serve is no
    /// error: the catalogue says why.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        gauges::describe();
        make_folder(&settings.data)?;
        let running = engine::running(&settings.largest_limits())?;
        if let Some(why) = &running.without_pool {
            tracing::warn!(%why, "instances are made one by one, which is slower");
        }
        tick(&running.engine).map_err(StartError::Threads)?;
        let examiner = Arc::new(Examiner {
            compiled: Some(Compiled::open(&settings.data.join("compiled"), &running.engine)?),
            engine: running.engine,
            trust: Trust::read(&settings.signatures)?,
            settings: settings.clone(),
        });
        let kept = Kept::open(settings.data.join(kept::FOLDER))?;
        let catalogue = Arc::new(ArcSwap::default());
        let (changes, _) = broadcast::channel(CHANGES);
        let ledger_path = settings.data.join("programmes.json");
        let ledger = Ledger::read(&ledger_path)?;
        let mut keeper = Keeper {
            examiner: Arc::clone(&examiner),
            folder: Folder::open(&settings.programmes)?,
            kept: kept.clone(),
            written: ledger.clone(),
            ledger,
            ledger_path,
            catalogue: Arc::clone(&catalogue),
            changes: changes.clone(),
            seen: BTreeMap::new(),
            going_back: None,
        };
        keeper.look();
        let folder = settings.watch.then_some(settings.programmes.as_path());
        let watch = Watch::start(keeper, folder).map_err(StartError::Threads)?;
        let threads = Threads::start(settings.thread_count(), settings.queue, 4 * STACK)
            .map_err(StartError::Threads)?;
        let earlier = Mutex::default();
        Ok(Self {
            inner: Arc::new(Inner { watch, threads, catalogue, changes, examiner, kept, earlier }),
        })
    }

    /// What a missing or wrong signature means here.
    #[must_use]
    pub fn signature_policy(&self) -> crate::SignaturePolicy {
        self.inner.examiner.settings.signatures.policy
    }

    /// What serves now. A snapshot.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.inner.catalogue.load_full()
    }

    /// Everything that changes from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// Lets the programme judge a case by these rules: at once where that is over in a moment, else on a thread of
    /// the runtime's own.
    ///
    /// # Errors
    ///
    /// Whenever there is no assessment that can be trusted. Nothing is ever "green" by accident.
    pub async fn assess(
        &self,
        programme: &Arc<Loaded>,
        rules: &[RuleId],
        case: &Case,
    ) -> Result<Run, RunError> {
        if let Some(early) = before_running(programme, rules) {
            return early;
        }
        // Whoever has many cases judged lets others have this thread in between.
        tokio::task::coop::consume_budget().await;
        if let Some(done) = programme.run_briefly(rules, case) {
            return done;
        }
        let (answer, answered) = oneshot::channel();
        let job = {
            let programme = Arc::clone(programme);
            let (rules, case) = (rules.to_vec(), case.clone());
            move || {
                // Whoever asked may have gone away while the job waited.
                if answer.is_closed() {
                    return Pace::Quick;
                }
                let (result, spent) = programme.run(&rules, &case);
                programme.brevity.note(spent);
                let _ = answer.send(result);
                if spent.fuel > LONG { Pace::Long } else { Pace::Quick }
            }
        };
        if self.inner.threads.submit(programme.id(), Box::new(job)).is_err() {
            programme.turned_away(&RunError::Overloaded);
            return Err(RunError::Overloaded);
        }
        let stopped =
            |_| RunError::Host { what: "it stopped or failed while the run waited".to_owned() };
        answered.await.map_err(stopped)?
    }

    /// As [`assess`](Self::assess), on the calling thread. For replay and measurements, never for a thread
    /// that serves HTTP.
    ///
    /// # Errors
    ///
    /// As for [`assess`](Self::assess).
    pub fn assess_blocking(
        &self,
        programme: &Loaded,
        rules: &[RuleId],
        case: &Case,
    ) -> Result<Run, RunError> {
        before_running(programme, rules).unwrap_or_else(|| programme.run(rules, case).0)
    }

    /// The component of this digest, whether it serves or served years ago. For running an assessment
    /// again.
    ///
    /// # Errors
    ///
    /// When it was never kept here, is damaged, or this host cannot run it any more.
    pub fn earlier(&self, digest: Digest) -> Result<Arc<Loaded>, EarlierError> {
        if let Some(active) = self.catalogue().active().find(|loaded| loaded.digest == digest) {
            return Ok(Arc::clone(active));
        }
        let mut earlier = self.inner.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = earlier.get(&digest) {
            return Ok(Arc::clone(known));
        }
        let loaded = load_kept(&self.inner.examiner, &self.inner.kept, digest)
            .map_err(|reason| EarlierError { digest, reason })?;
        earlier.insert(digest, Arc::clone(&loaded));
        Ok(loaded)
    }

    /// Looks at the folder now, and comes back when the catalogue is in step.
    ///
    /// # Errors
    ///
    /// When the runtime is stopping.
    pub fn look(&self) -> Result<(), OrderError> {
        self.inner.watch.order(Order::Look)
    }

    /// Lets the version of a programme that waits serve. With a `digest`, only if that component waits: what
    /// an operator looked at may have been replaced since.
    ///
    /// # Errors
    ///
    /// When nothing of it waits, or another component does.
    pub fn approve(
        &self,
        programme: &ProgrammeId,
        digest: Option<Digest>,
    ) -> Result<(), OrderError> {
        self.inner.watch.order(|reply| Order::Approve(programme.clone(), digest, reply))
    }

    /// Goes back to the version of a programme that served before. Newer ones wait from then on for
    /// [`approve`](Self::approve).
    ///
    /// # Errors
    ///
    /// When there is none, or it cannot serve any more.
    pub fn go_back(&self, programme: &ProgrammeId) -> Result<(), OrderError> {
        self.inner.watch.order(|reply| Order::GoBack(programme.clone(), reply))
    }
}

impl Loaded {
    /// Lets it judge a case on the calling thread, without counting it for or against the programme: for what
    /// happened long ago, and for versions that do not serve.
    ///
    /// # Errors
    ///
    /// As for [`Runtime::assess`].
    pub fn judge(&self, rules: &[RuleId], case: &Case) -> Result<Run, RunError> {
        before_running(self, rules).unwrap_or_else(|| self.try_run(rules, case).0)
    }
}

/// What is answered without running anything.
fn before_running(programme: &Loaded, rules: &[RuleId]) -> Option<Result<Run, RunError>> {
    if rules.is_empty() {
        return Some(Ok(Run { assessment: Assessment::default(), spent: Spent::default() }));
    }
    let foreign = rules.iter().find(|rule| programme.definition.rule(rule).is_none())?;
    let what = format!("`{foreign}` is no rule of programme `{}`", programme.id());
    Some(Err(RunError::Host { what }))
}

/// Advances the engine's clock for as long as the engine lives.
pub fn tick(engine: &Engine) -> io::Result<()> {
    let engine = engine.weak();
    let ticking = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(TICK);
        }
    };
    std::thread::Builder::new().name("epoch".to_owned()).spawn(ticking).map(drop)
}
