//! Checking a whole record.
//!
//! The journal: every checksum, every number, every event decrypted and readable, every link to the event before it, and
//! every root that was ever published. The view: that it is what the journal gives when it is folded anew.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use gtp_model::Digest;

use super::UpkeepError;
use super::checkpoint::{self, Checkpoint};
use crate::engine::{Engine, EngineKind, KeyRange, Order, Sealed};
use crate::event::{Entry, Link, StreamId};
use crate::journal::disk::Disk;
use crate::journal::{FolderLock, JournalError, Reader, Writing, open_to_read};
use crate::store::{Progress, Record, StoreError};
use crate::tree::CompactTree;
use crate::vault::{KeySource, RowKey, Vault, random};
use crate::view;

/// At most so many findings are listed; one is enough to act.
const LISTED: usize = 20;
/// How many keys are compared at a time.
const STEP: usize = 1000;

/// What a check found that should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// A frame is not sound, or one is missing; nothing behind it was looked at.
    Damaged(String),
    /// An event's link is not the hash of the event before it in its stream: one of the two was changed.
    Link {
        /// The stream.
        stream: StreamId,
        /// The event whose link is wrong.
        number: u64,
    },
    /// An event is not the next of its stream: one was taken out or put in.
    Version {
        /// The stream.
        stream: StreamId,
        /// The event.
        number: u64,
    },
    /// An event says another number than the one it stands at.
    Number {
        /// The number it stands at.
        number: u64,
    },
    /// The root over the first events is not the one that was published.
    Root {
        /// How many events the published root is over.
        size: u64,
    },
    /// The end of the journal is torn: an unclean stop, cut at the next opening.
    Torn {
        /// File name of the segment.
        segment: String,
        /// Where.
        offset: u64,
    },
    /// A key of the view is not what the journal gives.
    View {
        /// The table's letter.
        table: char,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// What was checked, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Events, erased ones too.
    pub events: u64,
    /// Events of which only the hash is left.
    pub erased: u64,
    /// Streams.
    pub streams: u64,
    /// Segments.
    pub segments: u64,
    /// Bytes of frames.
    pub bytes: u64,
    /// Published roots that were computed again.
    pub checkpoints: u64,
    /// Keys of the view.
    pub keys: u64,
    /// How long it took.
    pub took: Duration,
    /// The root over all events.
    pub root: Option<Digest>,
    /// What should not be; empty for a sound record.
    pub findings: Vec<Finding>,
}

impl VerifyReport {
    fn found(&mut self, finding: Finding) {
        if self.findings.len() < LISTED {
            self.findings.push(finding);
        }
    }
}

/// Checks the journal of the record in `dir` without changing anything. It may be in use: then it is checked
/// up to what was durable when this began.
///
/// # Errors
/// [`UpkeepError`] where something could not be read at all. What is wrong with what was read is in the
/// report.
pub fn verify_journal(
    disk: Arc<dyn Disk>,
    dir: &Path,
    key: &KeySource,
    progress: &dyn Fn(Progress),
) -> Result<VerifyReport, UpkeepError> {
    let began = Instant::now();
    let mut report = VerifyReport::default();
    let published = checkpoint::published(dir)?;
    // Where nobody has the folder, nobody shall open it before we are done.
    let lock = FolderLock::take(dir);
    let writing = match &lock {
        Err(JournalError::Locked { .. }) => Writing::AHost,
        _ => Writing::Nobody,
    };
    // In this order: the keys of what the journal holds by now are there.
    let opened = open_to_read(&*disk, &dir.join("journal"), writing)
        .map_err(StoreError::from)
        .and_then(|opened| Ok((opened, Vault::to_read(&disk, dir, key)?)));
    match opened {
        Ok(((reader, torn), vault)) => {
            if let Some(torn) = torn {
                report.found(Finding::Torn { segment: torn.segment, offset: torn.offset });
            }
            let result = Walk::new(&mut report, &published, &vault).over(&reader, began, progress);
            if let Err(error) = result {
                report.found(Finding::Damaged(error.to_string()));
            }
        }
        Err(error) => report.found(Finding::Damaged(error.to_string())),
    }
    drop(lock);
    report.took = began.elapsed();
    Ok(report)
}

struct Walk<'a> {
    report: &'a mut VerifyReport,
    vault: &'a Vault,
    heads: HashMap<StreamId, (u64, Digest)>,
    tree: CompactTree,
    published: std::iter::Peekable<std::slice::Iter<'a, Checkpoint>>,
}

impl<'a> Walk<'a> {
    fn new(report: &'a mut VerifyReport, published: &'a [Checkpoint], vault: &'a Vault) -> Self {
        Self {
            report,
            vault,
            heads: HashMap::new(),
            tree: CompactTree::default(),
            published: published.iter().peekable(),
        }
    }

    fn over(
        mut self,
        reader: &Reader,
        began: Instant,
        progress: &dyn Fn(Progress),
    ) -> Result<(), StoreError> {
        let total = reader.last();
        self.report.segments = reader.segments().len() as u64;
        reader.frames_from(1, |frame, _| {
            let lengths = frame.records().map(|record| record.payload.len());
            self.report.bytes += crate::journal::frame::size_of(lengths) as u64;
            for (record, number) in frame.records().zip(frame.first..) {
                self.entry(&Entry::read(&record, number, self.vault)?, number);
            }
            if frame.last() % 10_000 < u64::from(frame.count) {
                progress(Progress { done: frame.last(), total, elapsed: began.elapsed() });
            }
            Ok::<_, StoreError>(true)
        })?;
        for missing in self.published.by_ref() {
            self.report.found(Finding::Root { size: missing.size });
        }
        self.report.events = self.tree.size();
        self.report.streams = self.heads.len() as u64;
        self.report.root = Some(self.tree.root());
        Ok(())
    }

    fn entry(&mut self, entry: &Entry, number: u64) {
        let link = entry.link();
        if link.number != number {
            self.report.found(Finding::Number { number });
        }
        match entry {
            Entry::Event(event) => self.follows(&link, event.previous),
            // What an erased event was linked to is gone with it.
            Entry::Erased(..) => {
                self.report.erased += 1;
                let before = self.heads.get(&link.stream).copied();
                self.follows(&link, before.map(|(_, hash)| hash));
            }
        }
        self.heads.insert(link.stream, (link.version, link.hash));
        self.tree.push(&link.hash);
        while let Some(checkpoint) = self.published.next_if(|next| next.size == self.tree.size()) {
            self.report.checkpoints += 1;
            if checkpoint.root != self.tree.root() {
                self.report.found(Finding::Root { size: checkpoint.size });
            }
        }
    }

    fn follows(&mut self, link: &Link, previous: Option<Digest>) {
        let (version, hash) = match self.heads.get(&link.stream) {
            Some((version, hash)) => (*version, Some(*hash)),
            None => (0, None),
        };
        if link.version != version + 1 {
            self.report.found(Finding::Version { stream: link.stream, number: link.number });
        } else if previous != hash {
            self.report.found(Finding::Link { stream: link.stream, number: link.number });
        }
    }
}

/// Checks that the view of an open record is what its journal gives. Commits wait while the two are compared.
///
/// # Errors
/// [`UpkeepError`] where the journal or the view cannot be read.
pub fn verify_view(
    record: &Record,
    progress: &dyn Fn(Progress),
) -> Result<VerifyReport, UpkeepError> {
    let began = Instant::now();
    let _alone = record.alone();
    let beside = record.dir().join("verifying");
    let _ = std::fs::remove_dir_all(&beside);
    let engine = EngineKind::Sled.open(&beside, 64 << 20).map_err(StoreError::from)?;
    // Nobody keeps the key: what is left on the disk of this copy cannot be read.
    let passing = random().and_then(|bytes| RowKey::new(&bytes, 0)).map_err(StoreError::from)?;
    let engine: Arc<dyn Engine> = Arc::new(Sealed::over(engine, Arc::new(passing)));
    let reader = record.reader();
    let applied = view::replay(&reader, record.vault(), 0, &*engine, progress)?;
    let (done, waiting) = mpsc::channel();
    let fresh = Arc::clone(&engine);
    record.on_writer(Box::new(move |writer| {
        let reader = writer.journal.reader();
        let result = view::replay(&reader, &writer.vault, applied, &*fresh, &|_| {})
            .and_then(|_| compare(&*fresh, &*writer.view.engine()));
        let _ = done.send(result);
    }))?;
    let ended = || Err(StoreError::Stopped { why: "the writer has ended".to_owned() });
    let mut report = waiting.recv().unwrap_or_else(|_| ended())?;
    drop(engine);
    let _ = std::fs::remove_dir_all(&beside);
    report.took = began.elapsed();
    Ok(report)
}

/// Walks through both in the order of their keys.
fn compare(right: &dyn Engine, checked: &dyn Engine) -> Result<VerifyReport, StoreError> {
    let mut report = VerifyReport::default();
    let mut right = Walker::new(right)?;
    let Ok(mut checked) = Walker::new(checked) else {
        return Ok(unreadable(report));
    };
    loop {
        match (right.current(), checked.current()) {
            (None, None) => return Ok(report),
            (Some(expected), Some(found)) if expected.0 == found.0 => {
                if expected.1 != found.1 {
                    report.found(Finding::View {
                        table: letter(&found.0),
                        what: "it says something else",
                    });
                }
                report.keys += 1;
                right.step()?;
                if checked.step().is_err() {
                    return Ok(unreadable(report));
                }
            }
            (expected, Some(found)) if expected.is_none_or(|expected| expected.0 > found.0) => {
                report.found(Finding::View {
                    table: letter(&found.0),
                    what: "it should not be there",
                });
                checked.step()?;
            }
            (Some(expected), _) => {
                report.found(Finding::View { table: letter(&expected.0), what: "it is missing" });
                right.step()?;
            }
            (None, Some(_)) => checked.step()?,
        }
    }
}

/// A value that does not decrypt ends the comparison: the view is to be rebuilt anyway.
fn unreadable(mut report: VerifyReport) -> VerifyReport {
    report.found(Finding::View { table: '?', what: "it cannot be read" });
    report
}

fn letter(key: &[u8]) -> char {
    key.first().copied().map_or('?', char::from)
}

struct Walker<'a> {
    engine: &'a dyn Engine,
    entries: std::vec::IntoIter<crate::engine::Entry>,
    current: Option<crate::engine::Entry>,
    next: Vec<u8>,
}

impl<'a> Walker<'a> {
    fn new(engine: &'a dyn Engine) -> Result<Self, StoreError> {
        // The keys that begin with 0 are the engine's own.
        let mut walker =
            Self { engine, entries: Vec::new().into_iter(), current: None, next: vec![1] };
        walker.step()?;
        Ok(walker)
    }

    fn current(&self) -> Option<&crate::engine::Entry> {
        self.current.as_ref()
    }

    fn step(&mut self) -> Result<(), StoreError> {
        self.current = self.entries.next();
        if self.current.is_none() {
            let range = KeyRange { from: self.next.clone(), until: None };
            let entries = self.engine.scan(&range, Order::Rising, STEP)?;
            if let Some((last, _)) = entries.last() {
                self.next = [last.as_slice(), &[0]].concat();
            }
            self.entries = entries.into_iter();
            self.current = self.entries.next();
        }
        Ok(())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Damaged(what) => f.write_str(what),
            Finding::Link { stream, number } => write!(
                f,
                "event {number} of {stream} is not linked to the event before it: one of them was changed"
            ),
            Finding::Version { stream, number } => {
                write!(f, "event {number} is not the next of {stream}: one was taken out or put in")
            }
            Finding::Number { number } => write!(f, "event {number} says it is another"),
            Finding::Root { size } => write!(
                f,
                "the first {size} events are not those for which a checkpoint was published"
            ),
            Finding::Torn { segment, offset } => write!(
                f,
                "the end of segment {segment} is torn at offset {offset}: nothing behind it was acknowledged, \
                 and it is cut when the record is opened"
            ),
            Finding::View { table, what } => {
                write!(f, "a key of table `{table}` of the view: {what}; the view can be rebuilt")
            }
        }
    }
}
