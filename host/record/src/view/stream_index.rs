//! Where the events of a stream lie in the journal, and where the stream ends.

use gtp_model::Digest;
use serde::{Deserialize, Serialize};

use super::current::View;
use super::{keys, rows};
use crate::engine::{KeyRange, Order};
use crate::event::{EventHash, StreamId};
use crate::journal::Place;
use crate::store::StoreError;

/// The events of one stream in one frame. Its key says the version of the first.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct StreamFrame {
    /// Number of the first of them.
    pub number: u64,
    /// How many there are.
    pub count: u64,
    /// Where the frame stands: segment and offset.
    pub segment: u64,
    pub offset: u64,
    /// Hash of the last of them.
    pub hash: [u8; 32],
}

impl StreamFrame {
    pub fn place(&self) -> Place {
        Place { segment: self.segment, offset: self.offset }
    }

    /// The key and value under which it is kept.
    pub fn put(&self, stream: StreamId, version: u64) -> Result<(Vec<u8>, Vec<u8>), StoreError> {
        Ok((keys::stream_frame(stream, version), rows::compact(self)?))
    }
}

/// Where a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// Version of its last event; 0 where there is none.
    pub version: u64,
    /// Hash of that event.
    pub hash: Option<EventHash>,
}

/// Reads where a stream ends.
pub(crate) fn head(view: &View, stream: StreamId) -> Result<Head, StoreError> {
    let range = KeyRange::prefix(&keys::stream(stream).done());
    let newest = view.scan(&range, Order::Falling, 1)?;
    let Some((key, value)) = newest.first() else {
        return Ok(Head { version: 0, hash: None });
    };
    let frame: StreamFrame = rows::from_compact("streams", value)?;
    Ok(Head { version: version_in(key)? + frame.count - 1, hash: Some(Digest(frame.hash)) })
}

/// The frames of a stream from the one that holds version `from` on: first version and where it is.
pub(crate) fn frames_of(
    view: &View,
    stream: StreamId,
    from: u64,
    limit: usize,
) -> Result<Vec<(u64, StreamFrame)>, StoreError> {
    let prefix = keys::stream(stream).done();
    let all = KeyRange::prefix(&prefix);
    let upto = KeyRange {
        from: all.from,
        until: Some(keys::stream_frame(stream, from.saturating_add(1))),
    };
    let begin = match view.scan(&upto, Order::Falling, 1)?.pop() {
        Some((key, _)) => key,
        None => keys::stream_frame(stream, from),
    };
    let range = KeyRange { from: begin, until: all.until };
    view.scan(&range, Order::Rising, limit)?
        .iter()
        .map(|(key, value)| Ok((version_in(key)?, rows::from_compact("streams", value)?)))
        .collect()
}

fn version_in(key: &[u8]) -> Result<u64, StoreError> {
    key.last_chunk::<8>()
        .copied()
        .map(u64::from_be_bytes)
        .ok_or_else(|| rows::unreadable("streams", "a key is too short"))
}
