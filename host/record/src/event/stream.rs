//! Which stream an event belongs to.

use std::fmt;
use std::str::FromStr;

use gtp_model::CitizenId;
use serde::{Deserialize, Serialize};

/// A stream: the events about one thing, in an order of their own and linked by their hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum StreamId {
    /// Everything about one citizen.
    Citizen(CitizenId),
    /// Programmes loaded and withdrawn, and limits set for a region or a unit.
    Programmes,
    /// Accounts and units.
    Accounts,
    /// The installation itself: erasures, keys, checkpoints.
    Installation,
}

/// A text that names no stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a stream is `programmes`, `accounts`, `installation` or `citizen/` and an id")]
pub struct InvalidStream;

impl StreamId {
    /// Whom the stream is about, where it is about a citizen.
    #[must_use]
    pub const fn citizen(self) -> Option<CitizenId> {
        match self {
            StreamId::Citizen(citizen) => Some(citizen),
            _ => None,
        }
    }

    /// The stream as bytes of a key: equal streams give equal bytes and no stream's begin another's.
    #[must_use]
    pub fn to_key(self) -> Vec<u8> {
        match self {
            StreamId::Citizen(citizen) => [&[0], citizen.0.as_bytes().as_slice()].concat(),
            StreamId::Programmes => vec![1],
            StreamId::Accounts => vec![2],
            StreamId::Installation => vec![3],
        }
    }

    /// The stream whose key these bytes begin with.
    #[must_use]
    pub fn from_key(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (0, rest) => {
                let id = rest.first_chunk::<16>()?;
                Some(StreamId::Citizen(CitizenId(uuid::Uuid::from_bytes(*id))))
            }
            (1, _) => Some(StreamId::Programmes),
            (2, _) => Some(StreamId::Accounts),
            (3, _) => Some(StreamId::Installation),
            _ => None,
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StreamId::Citizen(citizen) => write!(f, "citizen/{citizen}"),
            StreamId::Programmes => f.write_str("programmes"),
            StreamId::Accounts => f.write_str("accounts"),
            StreamId::Installation => f.write_str("installation"),
        }
    }
}

impl FromStr for StreamId {
    type Err = InvalidStream;

    fn from_str(text: &str) -> Result<Self, InvalidStream> {
        match text {
            "programmes" => Ok(StreamId::Programmes),
            "accounts" => Ok(StreamId::Accounts),
            "installation" => Ok(StreamId::Installation),
            _ => text
                .strip_prefix("citizen/")
                .and_then(|id| id.parse().ok())
                .map(StreamId::Citizen)
                .ok_or(InvalidStream),
        }
    }
}

impl TryFrom<String> for StreamId {
    type Error = InvalidStream;
    fn try_from(text: String) -> Result<Self, InvalidStream> {
        text.parse()
    }
}

impl From<StreamId> for String {
    fn from(stream: StreamId) -> Self {
        stream.to_string()
    }
}
