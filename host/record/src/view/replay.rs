//! Bringing a view up to what the journal holds.
//!
//! Events are taken in chunks. One thread reads and decodes, this one folds a chunk into a sorted map and
//! hands that to the engine: keys that change often are written once, and in an order that engines like.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::mpsc;
use std::time::Duration;

use super::fold::fold;
use super::overlay::{Overlay, Puts, Rows};
use super::stream_index::StreamIndex;
use crate::engine::{self, Changes, Engine, KeyRange, Order};
use crate::event::{Entry, Link, StreamId};
use crate::journal::{Place, Reader};
use crate::store::StoreError;
use crate::vault::Vault;

/// How many events are folded before the engine is given their changes.
const CHUNK: usize = 20_000;

/// How far a replay has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Number of the last event reflected.
    pub done: u64,
    /// Number of the last event there is.
    pub total: u64,
    /// Since it began.
    pub elapsed: Duration,
}

/// A frame's events and where it stands.
struct Decoded {
    place: Place,
    last: u64,
    entries: Vec<Entry>,
    /// The key of each.
    keys: Vec<u64>,
}

/// Applies every event after `from` to the engine, and tells `progress` now and then.
pub(crate) fn replay(
    reader: &Reader,
    vault: &Vault,
    from: u64,
    engine: &dyn Engine,
    progress: &dyn Fn(Progress),
) -> Result<u64, StoreError> {
    let began = std::time::Instant::now();
    let total = reader.last();
    let (sender, receiver) = mpsc::sync_channel::<Result<Vec<Decoded>, StoreError>>(1);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if let Err(error) = decode_from(reader, vault, from + 1, total, &sender) {
                let _ = sender.send(Err(error));
            }
        });
        let mut done = from;
        for frames in receiver {
            let frames = frames?;
            done = frames.last().map_or(done, |frame| frame.last);
            apply(engine, &frames, done)?;
            progress(Progress { done, total, elapsed: began.elapsed() });
        }
        Ok(done)
    })
}

fn decode_from(
    reader: &Reader,
    vault: &Vault,
    from: u64,
    total: u64,
    sender: &mpsc::SyncSender<Result<Vec<Decoded>, StoreError>>,
) -> Result<(), StoreError> {
    let mut chunk = Vec::new();
    let mut events = 0;
    reader.frames_from(from, |frame, place| {
        let entries = Entry::read_frame(frame, vault)?;
        let keys = frame.records().map(|record| record.key).collect();
        chunk.push(Decoded { place, last: frame.last(), entries, keys });
        events += usize::from(frame.count);
        if events >= CHUNK || frame.last() >= total {
            events = 0;
            // Where nobody listens any more, an error was met over there.
            return Ok::<_, StoreError>(sender.send(Ok(std::mem::take(&mut chunk))).is_ok());
        }
        Ok(true)
    })?;
    if !chunk.is_empty() {
        let _ = sender.send(Ok(chunk));
    }
    Ok(())
}

fn apply(engine: &dyn Engine, frames: &[Decoded], upto: u64) -> Result<(), StoreError> {
    let under = Under { engine, asked: RefCell::default() };
    let mut overlay = Overlay::over(&under);
    let mut index = StreamIndex::default();
    for frame in frames {
        for event in frame.entries.iter().filter_map(Entry::event) {
            fold(event, &mut overlay)?;
        }
        let keyed = frame.entries.iter().zip(&frame.keys);
        let links = keyed.filter_map(|(entry, key)| Some(remaining(entry)?.with_key(*key)));
        let links: Vec<_> = links.collect();
        index.add(&links, frame.place, &overlay)?;
    }
    let mut puts = Puts::new();
    index.hand_out(&mut puts)?;
    overlay.put_all(puts);
    Ok(engine.fill(Changes { upto, puts: overlay.into_puts() })?)
}

/// The link of an entry that its stream still has. An erased citizen's stream is gone as a whole; any
/// other goes on, and what follows an erased event refers to it.
fn remaining(entry: &Entry) -> Option<Link> {
    let link = entry.link();
    match (entry, link.stream) {
        (Entry::Erased(..), StreamId::Citizen(_)) => None,
        _ => Some(link),
    }
}

/// The engine as it is before a chunk.
struct Under<'a> {
    engine: &'a dyn Engine,
    /// What was asked before: where a series ends is asked for each of its values.
    asked: RefCell<HashMap<KeyRange, Option<engine::Entry>>>,
}

impl Rows for Under<'_> {
    fn row(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.engine.get(key)?)
    }

    fn last(&self, range: &KeyRange) -> Result<Option<engine::Entry>, StoreError> {
        if let Some(known) = self.asked.borrow().get(range) {
            return Ok(known.clone());
        }
        let last = self.engine.scan(range, Order::Falling, 1)?.pop();
        self.asked.borrow_mut().insert(range.clone(), last.clone());
        Ok(last)
    }
}
