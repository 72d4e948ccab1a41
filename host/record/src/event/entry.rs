//! What one record of a frame holds: an event, or what is left of one.

use super::{DecodeError, EventHash, Recorded, StreamId, Tombstone, hash};
use crate::journal::frame::{Codec, Frame, Record};
use crate::vault::Vault;

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
    /// The key it is encrypted with; 0 where it is not, or where that is not known.
    pub key: u64,
}

impl Entry {
    /// Reads event `number` from its record, with the key that the record names.
    ///
    /// # Errors
    /// [`DecodeError`] where the bytes are no event of this version, or the key is not there.
    pub fn read(record: &Record<'_>, number: u64, vault: &Vault) -> Result<Self, DecodeError> {
        match record.codec {
            Codec::ERASED => stone(record).map(|stone| Entry::Erased(number, stone)),
            _ => {
                let plain = vault.plain(record, number)?;
                Ok(Entry::Event(Box::new(Recorded::decode(&plain)?)))
            }
        }
    }

    /// Reads all records of a frame.
    ///
    /// # Errors
    /// As [`Entry::read`].
    pub fn read_frame(frame: &Frame<'_>, vault: &Vault) -> Result<Vec<Self>, DecodeError> {
        frame
            .records()
            .zip(frame.first..)
            .map(|(record, number)| Self::read(&record, number, vault))
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
                key: 0,
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
        Link {
            number: self.number,
            stream: self.stream,
            version: self.version,
            hash: self.hash,
            key: 0,
        }
    }
}

impl Link {
    /// The same, encrypted with this key.
    #[must_use]
    pub const fn with_key(self, key: u64) -> Self {
        Self { key, ..self }
    }
}

fn stone(record: &Record<'_>) -> Result<Tombstone, DecodeError> {
    Tombstone::decode(record.payload).ok_or(DecodeError::Codec(Codec::ERASED.0))
}

/// The hash of event `number` in a record, without reading more of it than that takes.
///
/// # Errors
/// [`DecodeError`] where this version does not know how, or the key is not there.
pub fn hash_of(record: &Record<'_>, number: u64, vault: &Vault) -> Result<EventHash, DecodeError> {
    match record.codec {
        Codec::ERASED => Ok(stone(record)?.hash),
        _ => Ok(hash(&vault.plain(record, number)?)),
    }
}

/// Whether an event, as it was written, can have one of these names, told from the first bytes of its envelope.
/// Where they do not tell, it can.
#[must_use]
pub fn may_be_named(event: &[u8], names: &[&str]) -> bool {
    // The first such key is the envelope's: what stands before it holds none of that name.
    const KEY: &[u8] = b",\"type\":\"";
    let Some(at) = memchr::memmem::find(event, KEY) else { return true };
    let rest = event.get(at + KEY.len()..).unwrap_or(&[]);
    names.iter().any(|name| {
        rest.strip_prefix(name.as_bytes()).is_some_and(|after| after.first() == Some(&b'"'))
    })
}
