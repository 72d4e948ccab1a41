//! What stays of an erased event: that it was there, where, and its hash.
//!
//! The hash is needed as a link by the event after it and as a leaf of the tree. It says nothing of what
//! the event said: sixteen random bytes that are gone went into it.

use gtp_model::Digest;

use super::{EventHash, StreamId};

/// An erased event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tombstone {
    /// Its hash.
    pub hash: EventHash,
    /// Its number in its stream.
    pub version: u64,
    /// Its stream.
    pub stream: StreamId,
}

/// Bytes that an erased event needs; no event is shorter.
const LENGTH: usize = 32 + 8 + 1 + 16;

impl Tombstone {
    /// Writes it over the bytes of the event, whose length stays: nothing behind it moves.
    #[must_use]
    pub fn encode(&self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length.max(LENGTH));
        bytes.extend_from_slice(&self.hash.0);
        bytes.extend_from_slice(&self.version.to_le_bytes());
        bytes.extend_from_slice(&self.stream.to_key());
        bytes.resize(length.max(LENGTH), 0);
        bytes
    }

    /// Reads it; none where the bytes are no tombstone.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (hash, rest) = bytes.split_first_chunk::<32>()?;
        let (version, rest) = rest.split_first_chunk::<8>()?;
        let stream = StreamId::from_key(rest)?;
        Some(Self { hash: Digest(*hash), version: u64::from_le_bytes(*version), stream })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use gtp_model::CitizenId;

    #[test]
    fn a_tombstone_reads_back_and_keeps_the_length() {
        for stream in
            [StreamId::Citizen(CitizenId::new()), StreamId::Accounts, StreamId::Programmes]
        {
            let stone = Tombstone { hash: Digest([7; 32]), version: 9, stream };
            let bytes = stone.encode(300);
            assert_eq!(bytes.len(), 300);
            assert_eq!(Tombstone::decode(&bytes), Some(stone));
        }
        assert_eq!(Tombstone::decode(&[0; 20]), None);
    }
}
