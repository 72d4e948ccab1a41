//! Where the events of a stream lie in the journal, and where the stream ends.
//!
//! One entry of the view stands for a block of consecutive versions: a stream of ten thousand events takes
//! up three hundred entries, not ten thousand. The last block is written again with every commit.

use std::collections::{BTreeSet, HashMap};

use gtp_model::Digest;
use serde::{Deserialize, Serialize};

use super::current::View;
use super::overlay::{Puts, Rows};
use super::{keys, rows};
use crate::engine::{KeyRange, Order};
use crate::event::{EventHash, Link, StreamId};
use crate::journal::Place;
use crate::store::StoreError;

/// How many versions one entry stands for.
const BLOCK: u64 = 32;

/// Events of one stream that follow one another in one frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// Version and number of the first.
    pub version: u64,
    pub number: u64,
    /// How many there are.
    pub count: u64,
    /// Where the frame stands.
    segment: u64,
    offset: u64,
}

impl Run {
    pub fn place(&self) -> Place {
        Place { segment: self.segment, offset: self.offset }
    }

    /// The version after its last.
    pub fn end(&self) -> u64 {
        self.version + self.count
    }
}

/// The runs that begin in one block, and what is known of the last event in it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Block {
    runs: Vec<Run>,
    hash: [u8; 32],
    /// The key of the last event.
    key: u64,
}

/// Where a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// Version of its last event; 0 where there is none.
    pub version: u64,
    /// Hash of that event.
    pub hash: Option<EventHash>,
    /// The key it is encrypted with; 0 for none.
    pub key: u64,
}

/// Adds to the index while a group or a chunk is put together.
#[derive(Default)]
pub(crate) struct StreamIndex {
    blocks: HashMap<Vec<u8>, Block>,
    /// The blocks that were added to since they were last handed out.
    touched: BTreeSet<Vec<u8>>,
}

impl StreamIndex {
    /// Adds the events of a frame. Adding them again changes nothing.
    pub fn add(&mut self, links: &[Link], at: Place, rows: &dyn Rows) -> Result<(), StoreError> {
        let follows = |a: &Link, b: &Link| {
            a.stream == b.stream && a.version + 1 == b.version && a.number + 1 == b.number
        };
        for run in links.chunk_by(follows) {
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                self.add_run(first, last, at, rows)?;
            }
        }
        Ok(())
    }

    fn add_run(
        &mut self,
        first: &Link,
        last: &Link,
        at: Place,
        rows: &dyn Rows,
    ) -> Result<(), StoreError> {
        let key = keys::stream_block(first.stream, first.version / BLOCK);
        if !self.blocks.contains_key(&key) {
            let block = match rows.row(&key)? {
                Some(bytes) => rows::from_compact("streams", &bytes)?,
                None => Block::default(),
            };
            self.blocks.insert(key.clone(), block);
        }
        let block = self.blocks.entry(key.clone()).or_default();
        // What lies behind was perhaps applied before a crash and is applied again.
        block.runs.retain(|run| run.version < first.version);
        block.runs.push(Run {
            version: first.version,
            number: first.number,
            count: last.version + 1 - first.version,
            segment: at.segment,
            offset: at.offset,
        });
        block.hash = last.hash.0;
        block.key = last.key;
        self.touched.insert(key);
        Ok(())
    }

    /// What was added since the last time, as changes of the view.
    pub fn hand_out(&mut self, puts: &mut Puts) -> Result<(), StoreError> {
        for key in std::mem::take(&mut self.touched) {
            if let Some(block) = self.blocks.get(&key) {
                let bytes = rows::compact(block)?;
                puts.push((key, Some(bytes)));
            }
        }
        Ok(())
    }
}

/// Reads where a stream ends.
pub(crate) fn head(view: &View, stream: StreamId) -> Result<Head, StoreError> {
    let newest = view.scan(&KeyRange::prefix(&keys::stream(stream).done()), Order::Falling, 1)?;
    let Some((_, value)) = newest.first() else {
        return Ok(Head { version: 0, hash: None, key: 0 });
    };
    let block: Block = rows::from_compact("streams", value)?;
    let version = block.runs.last().map_or(0, |run| run.end() - 1);
    Ok(Head { version, hash: Some(Digest(block.hash)), key: block.key })
}

/// The runs of a stream from the one that holds version `from` on, enough for `limit` events.
pub(crate) fn runs_of(
    view: &View,
    stream: StreamId,
    from: u64,
    limit: usize,
) -> Result<Vec<Run>, StoreError> {
    let all = KeyRange::prefix(&keys::stream(stream).done());
    // The run that holds `from` begins in its block or, where it is long, in the last one before.
    let upto = KeyRange {
        from: all.from.clone(),
        until: Some(keys::stream_block(stream, (from / BLOCK).saturating_add(1))),
    };
    let mut range = KeyRange { from: all.from, until: all.until };
    if let Some((key, value)) = view.scan(&upto, Order::Falling, 2)?.last() {
        let block: Block = rows::from_compact("streams", value)?;
        let reaches = block.runs.last().is_some_and(|run| run.end() > from);
        range.from = if reaches { key.clone() } else { [key.as_slice(), &[0]].concat() };
    }
    let blocks = limit.div_ceil(BLOCK as usize).saturating_add(2);
    let mut runs = Vec::new();
    for (_, value) in view.scan(&range, Order::Rising, blocks)? {
        let block: Block = rows::from_compact("streams", &value)?;
        runs.extend(block.runs.into_iter().filter(|run| run.end() > from));
    }
    Ok(runs)
}
