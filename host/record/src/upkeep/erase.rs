//! Erasing a citizen.
//!
//! Their stream leaves the segments and the view, and with it their account. In each event's place stays a
//! tombstone with its hash, so that links and proofs still hold. Then their data key is destroyed: whatever a
//! disk keeps of the old segments cannot be read by anybody any more. That it happened is recorded in the
//! installation's stream, without their data.
//!
//! It is noted in the ledger before it begins and after it ends; whatever a crash leaves half done is
//! finished when the record is opened.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::mpsc;

use gtp_model::{Actor, CitizenId, Time};
use memchr::memmem::Finder;

use super::UpkeepError;
use super::ledger::{self, Erasure};
use crate::engine::Changes;
use crate::event::citizen::CitizenErased;
use crate::event::{Entry, Event, Recorded, StreamId, Tombstone};
use crate::journal::disk::Disk;
use crate::journal::frame::{Codec, Record as FrameRecord};
use crate::journal::segment::{Next, Segment};
use crate::journal::{Reader, rewrite};
use crate::store::{Commit, Expected, Record, Store, StoreError};
use crate::vault::{OWN, Vault};
use crate::view::{Nothing, Overlay, Puts, fold, keys};

/// How many keys leave the view in one step.
const STEP: usize = 50;

/// What an erasure did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ErasureReport {
    /// Events that were erased.
    pub events: u64,
    /// Segments that were written again.
    pub segments: u64,
    /// Keys that left the view.
    pub keys: u64,
}

/// Erases a citizen from the record, for this reason, in the name of this actor. Erasing one again finds
/// nothing and is harmless.
///
/// # Errors
/// [`UpkeepError`]; what was begun is finished when the record is opened again.
pub fn erase(
    record: &Record,
    citizen: CitizenId,
    reason: &str,
    by: Actor,
    at: Time,
) -> Result<ErasureReport, UpkeepError> {
    let dir = record.dir();
    let alone = record.alone();
    let mut erasure = Erasure { citizen, reason: reason.to_owned(), at, by, finished: false };
    ledger::append(dir, &erasure).map_err(UpkeepError::io("write", &dir.join(ledger::NAME)))?;
    note(record, &erasure)?;
    close_segment(record)?;
    let (mut report, gone) = erase_from_segments(record, citizen)?;
    report.keys = erase_from_view(record, gone)?;
    drop(alone);
    if report != ErasureReport::default() {
        // Nobody finds them any more. Engines keep what was removed in their files for a while; new ones do not.
        record.rebuild_view()?;
    }
    erasure.finished = true;
    ledger::append(dir, &erasure).map_err(UpkeepError::io("write", &dir.join(ledger::NAME)))?;
    tracing::info!(events = report.events, segments = report.segments, "a citizen was erased");
    Ok(report)
}

/// Finishes what the ledger says was begun. Returns whether anything was, and the view must be rebuilt.
pub(crate) fn finish_erasures(record: &Record) -> Result<bool, UpkeepError> {
    let dir = record.dir();
    let path = dir.join(ledger::NAME);
    let open: Vec<_> = ledger::read(dir)
        .map_err(UpkeepError::io("read", &path))?
        .into_iter()
        .filter(|erasure| !erasure.finished)
        .collect();
    for erasure in &open {
        tracing::warn!("an erasure that was not finished is done now");
        note(record, erasure)?;
        close_segment(record)?;
        erase_from_segments(record, erasure.citizen)?;
    }
    if !open.is_empty() {
        // What is left of them in the view can only be told by building it anew.
        record.rebuild_view()?;
    }
    for erasure in &open {
        let finished = Erasure { finished: true, ..erasure.clone() };
        ledger::append(dir, &finished).map_err(UpkeepError::io("write", &path))?;
    }
    Ok(!open.is_empty())
}

/// Records that the citizen is erased, unless that is recorded already. From then on nothing can be added to
/// their stream.
fn note(record: &Record, erasure: &Erasure) -> Result<(), StoreError> {
    let event = CitizenErased { citizen: erasure.citizen, reason: erasure.reason.clone() };
    let commit = Commit::new(erasure.by.clone(), erasure.at)
        .stream(StreamId::Installation, Expected::Any)
        .event(event)
        .unless_exists(keys::erased(erasure.citizen));
    match record.commit(commit).wait() {
        Ok(_) | Err(StoreError::Exists { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Everything recorded so far then lies in segments that are not written to.
fn close_segment(record: &Record) -> Result<(), StoreError> {
    let (done, waiting) = mpsc::channel();
    record.on_writer(Box::new(move |writer| {
        writer.heads.forget();
        let _ = done.send(writer.journal.close_segment().map_err(StoreError::from));
    }))?;
    waiting
        .recv()
        .unwrap_or_else(|_| Err(StoreError::Stopped { why: "the writer has ended".to_owned() }))
}

/// Writes all closed segments again that hold something of the citizen, and destroys their key; returns what was
/// there. The key goes last: without it nobody could tell what to erase.
fn erase_from_segments(
    record: &Record,
    citizen: CitizenId,
) -> Result<(ErasureReport, Vec<Recorded>), UpkeepError> {
    let reader = record.reader();
    let dir = record.dir().join("journal");
    let mut report = ErasureReport::default();
    let mut gone = Vec::new();
    let mut search = Search::new(citizen, record.vault());
    for segment in reader.segments() {
        let found = search.through(&segment)?;
        if found.is_empty() {
            continue;
        }
        erase_in(record.disk(), &dir, &reader, &segment, &found)?;
        report.segments += 1;
        report.events += found.len() as u64;
        gone.extend(found.into_iter().map(|(event, _)| event));
    }
    let keys = search.keys;
    record.vault().destroy(&keys).map_err(StoreError::from)?;
    Ok((report, gone))
}

fn erase_in(
    disk: &dyn Disk,
    dir: &Path,
    reader: &Reader,
    segment: &Segment,
    found: &[(Recorded, usize)],
) -> Result<(), UpkeepError> {
    let stones: BTreeMap<u64, Vec<u8>> = found
        .iter()
        .map(|(event, length)| {
            let stone =
                Tombstone { hash: event.hash, version: event.version, stream: event.stream };
            (event.number, stone.encode(*length))
        })
        .collect();
    Ok(rewrite(disk, dir, reader, segment, &stones)?)
}

/// Finds what belongs to a citizen. A key belongs to one stream, so of each key one event tells whose it is; of
/// what the record's own key covers, only what holds the citizen's id at all is read closer.
struct Search<'a> {
    citizen: CitizenId,
    vault: &'a Vault,
    finder: Finder<'static>,
    /// Whether a key is the citizen's, as far as it was met.
    theirs: HashMap<u64, bool>,
    /// The citizen's keys, those of events that were erased already too.
    keys: BTreeSet<u64>,
}

impl<'a> Search<'a> {
    fn new(citizen: CitizenId, vault: &'a Vault) -> Self {
        let finder = Finder::new(citizen.to_string().as_bytes()).into_owned();
        Self { citizen, vault, finder, theirs: HashMap::new(), keys: BTreeSet::new() }
    }

    /// The events of a segment that belong to the citizen, and how long they are.
    fn through(&mut self, segment: &Segment) -> Result<Vec<(Recorded, usize)>, UpkeepError> {
        let mut found = Vec::new();
        let mut frames = segment.frames();
        loop {
            let frame = match frames.next()? {
                Next::Frame(frame, ..) => frame,
                Next::End(_) => return Ok(found),
                Next::Bad(at, what) => return Err(segment.damaged(at, what).into()),
            };
            for (record, number) in frame.records().zip(frame.first..) {
                if let Some(event) = self.look_at(&record, number)? {
                    found.push((event, record.payload.len()));
                }
            }
        }
    }

    fn look_at(
        &mut self,
        record: &FrameRecord<'_>,
        number: u64,
    ) -> Result<Option<Recorded>, UpkeepError> {
        let own_key = record.codec == Codec::SEALED && record.key != OWN;
        if own_key && self.theirs.get(&record.key) == Some(&false) {
            return Ok(None);
        }
        if record.codec == Codec::ERASED {
            let link = Entry::read(record, number, self.vault)?.link();
            if link.stream == StreamId::Citizen(self.citizen) && record.key > OWN {
                self.keys.insert(record.key);
            }
            return Ok(None);
        }
        let plain = self.vault.plain(record, number)?;
        if self.finder.find(&plain).is_none() && !own_key {
            return Ok(None);
        }
        let event = Recorded::decode(&plain)?;
        if own_key {
            let theirs = event.stream == StreamId::Citizen(self.citizen);
            self.theirs.insert(record.key, theirs);
            if theirs {
                self.keys.insert(record.key);
            }
        }
        Ok(Some(event).filter(|event| belongs(event, self.citizen)))
    }
}

fn belongs(event: &Recorded, citizen: CitizenId) -> bool {
    match &event.event {
        Event::AccountAdded(event) => event.citizen == Some(citizen),
        Event::PasswordSet(event) => event.citizen == Some(citizen),
        Event::SecondFactorSet(event) => event.citizen == Some(citizen),
        Event::AccountClosed(event) => event.citizen == Some(citizen),
        _ => event.stream == StreamId::Citizen(citizen),
    }
}

/// Takes away what these events had put into the view and nobody else has changed since.
fn erase_from_view(record: &Record, gone: Vec<Recorded>) -> Result<u64, UpkeepError> {
    let mut own = Overlay::over(&Nothing);
    for event in &gone {
        fold(event, &mut own)?;
    }
    let own = Own(own.into_puts());
    let streams: std::collections::BTreeSet<StreamId> =
        gone.iter().map(|event| event.stream).filter(is_citizen).collect();
    let (done, waiting) = mpsc::channel();
    record.on_writer(Box::new(move |writer| {
        let result = own.remove_from(&writer.view, &streams);
        let result = result.or_else(|error| writer.renew_view(&error).map(|()| 0));
        if let Err(error) = &result {
            writer.stop(&format!("the view failed and could not be rebuilt: {error}"));
        }
        let _ = done.send(result);
    }))?;
    let ended = || Err(StoreError::Stopped { why: "the writer has ended".to_owned() });
    Ok(waiting.recv().unwrap_or_else(|_| ended())?)
}

fn is_citizen(stream: &StreamId) -> bool {
    matches!(stream, StreamId::Citizen(_))
}

/// A view of nothing but these events.
struct Own(Puts);

impl Own {
    fn remove_from(
        self,
        view: &crate::view::View,
        streams: &std::collections::BTreeSet<StreamId>,
    ) -> Result<u64, StoreError> {
        let mut keys = Vec::new();
        for (key, value) in self.0 {
            if value.is_some() && view.get(&key)? == value {
                keys.push(key);
            }
        }
        for stream in streams {
            let range = crate::engine::KeyRange::prefix(&keys::stream(*stream).done());
            let blocks = view.scan(&range, crate::engine::Order::Rising, usize::MAX)?;
            keys.extend(blocks.into_iter().map(|(key, _)| key));
        }
        let removed = keys.len() as u64;
        for part in keys.chunks(STEP) {
            let puts = part.iter().map(|key| (key.clone(), None)).collect();
            view.apply(&[Changes { upto: view.applied(), puts }])?;
        }
        Ok(removed)
    }
}
