//! What one record of a frame holds: an event, or what is left of one.

use super::{DecodeError, EventHash, Recorded, StreamId, Tombstone, hash};
use crate::journal::frame::{Codec, Frame, Record};

/// A record of the journal, read.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// An event.
    Event(Box<Recorded>),
    /// An erased event and its number.
    Erased(u64, Tombstone),
}

/// Where an entry belongs and what the next one in its stream refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Its number in the whole record.
    pub number: u64,
    /// Its stream.
    pub stream: StreamId,
    /// Its number in the stream.
    pub version: u64,
    /// Its hash.
    pub hash: EventHash,
}

impl Entry {
    /// Reads event `number` from its record.
    ///
    /// # Errors
    /// [`DecodeError`] where the bytes are no event of this version.
    pub fn read(record: &Record<'_>, number: u64) -> Result<Self, DecodeError> {
        match record.codec {
            Codec::JSON => Ok(Entry::Event(Box::new(Recorded::decode(record.payload)?))),
            Codec::ERASED => Tombstone::decode(record.payload)
                .map(|stone| Entry::Erased(number, stone))
                .ok_or(DecodeError::Codec(0)),
            Codec(other) => Err(DecodeError::Codec(other)),
        }
    }

    /// Reads all records of a frame.
    ///
    /// # Errors
    /// As [`Entry::read`].
    pub fn read_frame(frame: &Frame<'_>) -> Result<Vec<Self>, DecodeError> {
        frame
            .records()
            .zip(frame.first..)
            .map(|(record, number)| Self::read(&record, number))
            .collect()
    }

    /// Where it belongs.
    #[must_use]
    pub fn link(&self) -> Link {
        match self {
            Entry::Event(event) => event.link(),
            Entry::Erased(number, stone) => Link {
                number: *number,
                stream: stone.stream,
                version: stone.version,
                hash: stone.hash,
            },
        }
    }

    /// The event, unless it was erased.
    #[must_use]
    pub fn into_event(self) -> Option<Recorded> {
        match self {
            Entry::Event(event) => Some(*event),
            Entry::Erased(..) => None,
        }
    }

    /// The event, unless it was erased.
    #[must_use]
    pub fn event(&self) -> Option<&Recorded> {
        match self {
            Entry::Event(event) => Some(event),
            Entry::Erased(..) => None,
        }
    }
}

impl Recorded {
    /// Where the event belongs.
    #[must_use]
    pub fn link(&self) -> Link {
        Link { number: self.number, stream: self.stream, version: self.version, hash: self.hash }
    }
}

/// The hash of the event in a record, without reading more of it than that takes.
///
/// # Errors
/// [`DecodeError::Codec`] where this version does not know how.
pub fn hash_of(record: &Record<'_>) -> Result<EventHash, DecodeError> {
    match record.codec {
        Codec::JSON => Ok(hash(record.payload)),
        Codec::ERASED => {
            Tombstone::decode(record.payload).map(|stone| stone.hash).ok_or(DecodeError::Codec(0))
        }
        Codec(other) => Err(DecodeError::Codec(other)),
    }
}

/// Whether an event can have one of these names, told from the first bytes of its envelope. Where they do not
/// tell, it can.
#[must_use]
pub fn may_be_named(record: &Record<'_>, names: &[&str]) -> bool {
    // The first such key is the envelope's: what stands before it holds none of that name.
    const KEY: &[u8] = b",\"type\":\"";
    let Some(at) = memchr::memmem::find(record.payload, KEY) else { return true };
    let rest = record.payload.get(at + KEY.len()..).unwrap_or(&[]);
    names.iter().any(|name| {
        rest.strip_prefix(name.as_bytes()).is_some_and(|after| after.first() == Some(&b'"'))
    })
}
