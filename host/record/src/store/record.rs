//! The store on this machine's disk: a journal and its view.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;

use tokio::sync::broadcast;

use super::group::Heads;
use super::opening::{Opened, RecordOptions};
use super::patrol::Patrol;
use super::queue::{Prepared, PreparedPart, Queue, Request, Task};
use super::reserve::Reserve;
use super::subscription::{Group, Subscription};
use super::writer::Writer;
use super::{Commit, Pending, Store, StoreError};
use crate::engine::{self, EngineError, KeyRange, Order};
use crate::event::{DecodeError, Entry, Recorded, StreamId, Unsealed, may_be_named};
use crate::journal::disk::Disk;
use crate::journal::frame::Codec;
use crate::journal::segment::Next;
use crate::journal::{FolderLock, Journal, JournalError, Reader};
use crate::upkeep::{
    Audit, Checkpoints, SignedCheckpoint, UpkeepError, finish_erasures, last_published,
};
use crate::vault::{Vault, VaultError};
use crate::view::{self, Run, View, ViewHome};
use gtp_model::Time;

/// How many events a follower may lag behind before it reads the journal instead.
const LIVE: usize = 1024;

/// The record in a data folder. Dropping it finishes what waits, closes the view and frees the folder.
pub struct Record {
    queue: Arc<Queue>,
    view: Arc<View>,
    home: ViewHome,
    folding: Mutex<()>,
    reader: Reader,
    vault: Arc<Vault>,
    live: broadcast::WeakSender<Group>,
    writer: Mutex<Option<JoinHandle<()>>>,
    installation: [u8; 16],
    dir: PathBuf,
    disk: Arc<dyn Disk>,
    checkpoints: Mutex<Option<Checkpoints>>,
    patrol: Mutex<Option<Patrol>>,
    _lock: FolderLock,
}

impl Record {
    /// Opens the record, and says what had to be done for it.
    ///
    /// # Errors
    /// [`StoreError::Journal`] where another process has the folder open, the journal is damaged or a file
    /// cannot be read; the message says which and what to do.
    pub fn open(options: RecordOptions) -> Result<(Self, Opened), StoreError> {
        let dir = &options.dir;
        options.disk.create_dir(dir).map_err(|error| JournalError::io("create", dir, error))?;
        let lock = FolderLock::take(dir)?;
        let mut journal_options = options.journal.clone();
        let usual = journal_options.keep_free;
        let reserve = Reserve::settle(Arc::clone(&options.disk), dir, options.reserve, usual);
        journal_options.keep_free = reserve.keep_free();
        let mut installation = [0; 16];
        getrandom::fill(&mut installation)
            .map_err(|error| DecodeError::NoRandom(error.to_string()))?;
        let (journal, cut) = Journal::open(
            Arc::clone(&options.disk),
            &dir.join("journal"),
            installation,
            journal_options,
        )?;
        if let Some(cut) = &cut {
            tracing::warn!(
                segment = cut.segment,
                offset = cut.offset,
                bytes = cut.bytes,
                "a torn end of the journal was cut; nothing of it had been acknowledged"
            );
        }
        check_published(dir, journal.next() - 1)?;
        let boot = options.boot.clone().unwrap_or_else(view::boot_id);
        let reader = journal.reader();
        let (vault, new_key) =
            Vault::open(&options.disk, dir, &options.key, || any_encrypted(&reader))?;
        let vault = Arc::new(vault);
        let keys = Arc::clone(&vault);
        let home = ViewHome::new(&dir.join("view"), options.engine, options.cache, boot, keys);
        let (view, opened) = home.open(&reader, &*options.progress)?;
        let opened = Opened {
            new_key,
            cut,
            rebuilt: opened.rebuilt,
            replayed: opened.replayed,
            reserve_given_back: reserve.is_given_back(),
        };
        let record = Self::start(journal, vault, view, home, reserve, lock, &options)?;
        // What cannot be finished now stops the host: a citizen was promised it.
        finish_erasures(&record).map_err(stop)?;
        Ok((record, opened))
    }

    fn start(
        journal: Journal,
        vault: Arc<Vault>,
        view: View,
        home: ViewHome,
        reserve: Reserve,
        lock: FolderLock,
        options: &RecordOptions,
    ) -> Result<Self, StoreError> {
        let (reader, installation) = (journal.reader(), journal.installation());
        let view = Arc::new(view);
        let queue = Arc::new(Queue::default());
        let (live, _) = broadcast::channel(LIVE);
        let weak = live.downgrade();
        let writer = Writer {
            journal,
            vault: Arc::clone(&vault),
            view: Arc::clone(&view),
            home: home.clone(),
            reserve,
            live,
            heads: Heads::default(),
            on_stop: Arc::clone(&options.on_stop),
            stopped: None,
        };
        let patrol = options.patrol.then(|| Patrol::start(reader.clone(), Arc::clone(&queue)));
        let waiting = Arc::clone(&queue);
        let thread = std::thread::Builder::new()
            .name("gtp-writer".to_owned())
            .spawn(move || writer.run(&waiting))
            .map_err(|error| JournalError::io("start the writer of", &options.dir, error))?;
        Ok(Self {
            queue,
            view,
            home,
            folding: Mutex::default(),
            reader,
            vault,
            live: weak,
            writer: Mutex::new(Some(thread)),
            installation,
            dir: options.dir.clone(),
            disk: Arc::clone(&options.disk),
            checkpoints: Mutex::new(None),
            patrol: Mutex::new(patrol),
            _lock: lock,
        })
    }

    /// The id of this installation, made with its first event.
    #[must_use]
    pub fn installation(&self) -> [u8; 16] {
        self.installation
    }

    /// The data folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// Makes checkpoints and proofs. They are opened when they are first needed.
    ///
    /// # Errors
    /// [`UpkeepError`], above all where the record is not what was once published.
    pub fn with_checkpoints<T>(
        &self,
        what: impl FnOnce(&mut Checkpoints) -> Result<T, UpkeepError>,
    ) -> Result<T, UpkeepError> {
        let mut checkpoints = self.checkpoints.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = match checkpoints.take() {
            Some(opened) => opened,
            None => {
                let vault = Arc::clone(&self.vault);
                Checkpoints::open(&self.dir, self.reader(), vault, self.installation)?
            }
        };
        what(checkpoints.insert(opened))
    }

    /// Signs and publishes a checkpoint over everything that is acknowledged.
    ///
    /// # Errors
    /// As [`Record::with_checkpoints`].
    pub fn checkpoint(&self, at: Time) -> Result<SignedCheckpoint, UpkeepError> {
        let size = self.last();
        self.with_checkpoints(|checkpoints| checkpoints.make(size, at))
    }

    /// Does something on the writer's thread, between two groups of commits.
    pub(crate) fn on_writer(&self, task: Task) -> Result<(), StoreError> {
        self.queue.put(Request::Task(task)).map_err(|(_, error)| error)
    }

    /// Builds the view anew beside the one in service, and puts it in its place: how a view is compacted. Commits
    /// wait only while what came meanwhile is added.
    ///
    /// # Errors
    /// [`StoreError`] where the journal cannot be read or the new view not be written.
    pub fn rebuild_view(&self) -> Result<(), StoreError> {
        let _alone = self.alone();
        let built = self.home.build(&self.reader)?;
        let (done, waiting) = mpsc::channel();
        self.on_writer(Box::new(move |writer| {
            let _ = done.send(writer.adopt_view(built));
        }))?;
        let ended = || Err(StoreError::Stopped { why: "the writer has ended".to_owned() });
        waiting.recv().unwrap_or_else(|_| ended())
    }

    /// Held by whoever folds the journal beside the view, and by whoever takes something out of both: one would
    /// bring back what the other took out.
    pub(crate) fn alone(&self) -> MutexGuard<'_, ()> {
        self.folding.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where all events of a stream lie.
    pub(crate) fn runs_of(&self, stream: StreamId) -> Result<Vec<Run>, StoreError> {
        view::runs_of(&self.view, stream, 0, usize::MAX)
    }

    /// A reader of the journal, for tools.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// The keys that the record is encrypted with.
    #[must_use]
    pub fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// Finishes what waits and closes the view. Later commits are refused.
    pub fn close(&self) {
        drop(self.patrol.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.queue.close();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            let _ = writer.join();
        }
    }

    fn prepare(commit: Commit) -> Result<(Vec<PreparedPart>, Vec<Vec<u8>>), StoreError> {
        let Commit { actor, time, parts, absent } = commit;
        let mut prepared = Vec::with_capacity(parts.len());
        for part in parts.into_iter().filter(|part| !part.events.is_empty()) {
            let events = part
                .events
                .into_iter()
                .map(|event| Unsealed::new(event, time, &actor))
                .collect::<Result<Vec<_>, _>>()?;
            prepared.push(PreparedPart { stream: part.stream, expected: part.expected, events });
        }
        if prepared.is_empty() {
            return Err(StoreError::Empty);
        }
        Ok((prepared, absent))
    }

    /// A view that reads badly is rebuilt by the writer; this read still fails.
    fn failed(&self, error: EngineError) -> StoreError {
        let error = StoreError::from(error);
        let why = error.clone();
        let broken = self.view.engine();
        let renew: Task = Box::new(move |writer| {
            let same = Arc::ptr_eq(&broken, &writer.view.engine());
            drop(broken);
            if same && let Err(error) = writer.renew_view(&why) {
                writer.stop(&format!("the view failed and could not be rebuilt: {error}"));
            }
        });
        let _ = self.queue.put(Request::Task(renew));
        error
    }
}

/// Whether any event of the journal is encrypted. The newest are the likeliest.
fn any_encrypted(reader: &Reader) -> Result<bool, VaultError> {
    for segment in reader.segments().iter().rev() {
        let mut frames = segment.frames();
        while let Next::Frame(frame, ..) = frames.next()? {
            if frame.records().any(|record| record.codec == Codec::SEALED) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The journal reaches at least as far as the last checkpoint that was published for it.
fn check_published(dir: &Path, last: u64) -> Result<(), StoreError> {
    let known = last_published(dir).map_err(stop)?;
    if known > last {
        return Err(JournalError::Shortened { last, known }.into());
    }
    Ok(())
}

fn stop(error: UpkeepError) -> StoreError {
    match error {
        UpkeepError::Store(error) => error,
        other => StoreError::Stopped { why: other.to_string() },
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.close();
    }
}

impl Store for Record {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.view.get(key).map_err(|error| self.failed(error))
    }

    fn scan(
        &self,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<engine::Entry>, StoreError> {
        self.view.scan(range, order, limit).map_err(|error| self.failed(error))
    }

    fn commit(&self, commit: Commit) -> Pending {
        let (reply, pending) = Pending::new();
        let (parts, absent) = match Self::prepare(commit) {
            Ok(prepared) => prepared,
            Err(error) => return Pending::ready(Err(error)),
        };
        match self.queue.put(Request::Commit(Prepared { parts, absent, reply })) {
            Ok(()) => pending,
            Err((_, error)) => Pending::ready(Err(error)),
        }
    }

    fn events(
        &self,
        stream: StreamId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Recorded>, StoreError> {
        let mut events = Vec::new();
        for run in view::runs_of(&self.view, stream, from, limit)? {
            let skip = from.saturating_sub(run.version);
            self.reader.frame(run.place(), |frame| {
                let begin = (run.number - frame.first + skip) as usize;
                let take = run.count.saturating_sub(skip) as usize;
                let numbered = frame.records().zip(frame.first..);
                for (record, number) in numbered.skip(begin).take(take) {
                    if events.len() < limit {
                        events.extend(Entry::read(&record, number, &self.vault)?.into_event());
                    }
                }
                Ok::<_, DecodeError>(())
            })??;
            if events.len() >= limit {
                break;
            }
        }
        Ok(events)
    }

    fn events_named(&self, stream: StreamId, names: &[&str]) -> Result<Vec<Recorded>, StoreError> {
        let mut events = Vec::new();
        for run in view::runs_of(&self.view, stream, 0, usize::MAX)? {
            self.reader.frame(run.place(), |frame| {
                let begin = (run.number - frame.first) as usize;
                let numbered = frame.records().zip(frame.first..);
                for (record, number) in numbered.skip(begin).take(run.count as usize) {
                    if record.codec == Codec::ERASED {
                        continue;
                    }
                    let plain = self.vault.plain(&record, number)?;
                    if may_be_named(&plain, names) {
                        let event = Recorded::decode(&plain)?;
                        events.extend(Some(event).filter(|own| names.contains(&own.event.name())));
                    }
                }
                Ok::<_, DecodeError>(())
            })??;
        }
        Ok(events)
    }

    fn version(&self, stream: StreamId) -> Result<u64, StoreError> {
        Ok(view::head(&self.view, stream)?.version)
    }

    fn last(&self) -> u64 {
        self.view.applied()
    }

    fn audit(&self) -> Option<&dyn Audit> {
        Some(self)
    }

    fn subscribe(&self, from: u64) -> Subscription {
        let live = match self.live.upgrade() {
            Some(live) => live.subscribe(),
            // The writer has ended: what is in the journal can still be read, then it is closed.
            None => broadcast::channel(1).1,
        };
        let (reader, view) = (self.reader.clone(), Arc::clone(&self.view));
        let vault = Arc::clone(&self.vault);
        let catch_up = move |from: u64, limit: usize| {
            let applied = view.applied();
            let mut events: Vec<Recorded> = Vec::new();
            reader.frames_from(from, |frame, _| {
                if frame.first > applied {
                    return Ok(false);
                }
                let read = Entry::read_frame(frame, &vault)?;
                let read = read.into_iter().filter_map(Entry::into_event);
                events.extend(read.filter(|event| event.number >= from));
                Ok::<_, StoreError>(events.len() < limit)
            })?;
            Ok(events)
        };
        Subscription::new(from, live, Box::new(catch_up))
    }
}
