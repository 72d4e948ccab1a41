//! What surrounds every event, and how it is written.
//!
//! An event is one line of JSON whose SHA-256 is its hash. Each names the hash of the event before it in
//! its stream, so `sha256sum` is all it takes to follow a stream. Sixteen random bytes in each keep a
//! guess at a person's values from being tried against the hash alone.
//!
//! Encoding has two steps. The caller's thread does what costs time; the writer adds the numbers that
//! only it knows.

use std::cell::RefCell;
use std::fmt::Write;

use gtp_model::{Actor, Digest, Time};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::{Event, StreamId};

/// SHA-256 of an event as it is written.
pub type EventHash = Digest;

/// An event in its place in the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its number in the whole record; the first is 1.
    pub number: u64,
    /// Its stream.
    pub stream: StreamId,
    /// Its number in the stream; the first is 1.
    pub version: u64,
    /// When it happened, by the host's clock.
    pub time: Time,
    /// Who did it.
    pub actor: Actor,
    /// Hash of the event before it in the stream; none for the first.
    pub previous: Option<EventHash>,
    /// Its own hash.
    pub hash: EventHash,
    /// What happened.
    pub event: Event,
}

/// An event whose bytes cannot be understood.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Not the JSON it should be.
    #[error("the event is not readable: {0}")]
    Json(#[from] serde_json::Error),
    /// Written by a newer version.
    #[error(
        "the event `{name}` version {version} is not known here; start the newer version of gtp that wrote it"
    )]
    Unknown {
        /// The event's name.
        name: String,
        /// The version of its shape.
        version: u16,
    },
    /// An encrypted event that cannot be opened.
    #[error("event {number} cannot be read: {why}")]
    Sealed {
        /// The event.
        number: u64,
        /// Why.
        why: String,
    },
    /// A record in a form this version does not read.
    #[error("the event is kept in form {0}, which this version does not read")]
    Codec(u8),
    /// An event that would not read back as what it was, for instance because of a number that is none.
    #[error(
        "the event `{0}` holds a value that cannot be kept, such as a number that is not finite"
    )]
    NotKeepable(&'static str),
    /// The system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    NoRandom(String),
}

/// The envelope as it is written. The order of the parts is part of the format.
#[derive(Serialize, Deserialize)]
struct Envelope<'a> {
    number: u64,
    stream: StreamId,
    version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous: Option<Digest>,
    time: Time,
    actor: Actor,
    #[serde(borrow)]
    salt: std::borrow::Cow<'a, str>,
    #[serde(rename = "type", borrow)]
    name: std::borrow::Cow<'a, str>,
    v: u16,
    #[serde(borrow)]
    data: &'a RawValue,
}

impl Recorded {
    /// Reads an event from the bytes it was written as.
    ///
    /// # Errors
    /// [`DecodeError`] where they are no event of this version.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let envelope: Envelope<'_> = serde_json::from_slice(bytes)?;
        Ok(Self {
            number: envelope.number,
            stream: envelope.stream,
            version: envelope.version,
            time: envelope.time,
            actor: envelope.actor,
            previous: envelope.previous,
            hash: hash(bytes),
            event: Event::from_data(&envelope.name, envelope.v, envelope.data)?,
        })
    }
}

/// The hash of an event's bytes.
#[must_use]
pub fn hash(bytes: &[u8]) -> EventHash {
    Digest(Sha256::digest(bytes).into())
}

/// An event that only lacks its numbers and the link to the one before it.
#[derive(Debug, Clone)]
pub struct Unsealed {
    event: Event,
    time: Time,
    actor: Actor,
    rest: String,
}

/// An event with the bytes that go into the journal.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The event.
    pub recorded: Recorded,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Unsealed {
    /// Encodes all of the event but its place.
    ///
    /// # Errors
    /// [`DecodeError::NotKeepable`] where reading it back would give something else.
    pub fn new(event: Event, time: Time, actor: &Actor) -> Result<Self, DecodeError> {
        let data = event.data()?;
        if !reads_back(&event, &data)? {
            return Err(DecodeError::NotKeepable(event.name()));
        }
        let rest = format!(
            r#""time":{},"actor":{},"salt":"{}","type":"{}","v":{},"data":{}}}"#,
            time.0,
            serde_json::to_string(actor)?,
            salt()?,
            event.name(),
            event.version(),
            data
        );
        Ok(Self { event, time, actor: actor.clone(), rest })
    }

    /// Whether it only says that somebody looked at a record.
    #[must_use]
    pub fn is_a_look(&self) -> bool {
        let Self { event, .. } = self;
        matches!(event, Event::RecordViewed(_) | Event::RecordsListed(_) | Event::AccessSearched(_))
    }

    /// Bytes that its place adds at most.
    pub const PLACE: usize = 240;

    /// About how many bytes the event will take.
    #[must_use]
    pub fn size(&self) -> usize {
        self.rest.len() + Self::PLACE
    }

    /// Puts the event in its place.
    #[must_use]
    pub fn seal(
        self,
        number: u64,
        stream: StreamId,
        version: u64,
        previous: Option<EventHash>,
    ) -> Sealed {
        let mut text = String::with_capacity(self.size());
        // Writing to a String cannot fail.
        let _ = write!(text, r#"{{"number":{number},"stream":"{stream}","version":{version},"#);
        if let Some(previous) = &previous {
            text.push_str(r#""previous":""#);
            push_hex(&mut text, &previous.0);
            text.push_str(r#"","#);
        }
        text.push_str(&self.rest);
        let bytes = text.into_bytes();
        let recorded = Recorded {
            number,
            stream,
            version,
            time: self.time,
            actor: self.actor,
            previous,
            hash: hash(&bytes),
            event: self.event,
        };
        Sealed { recorded, bytes }
    }
}

/// Whether an event is kept as what it is. One that cannot be read back would stop the host for good once it is in the
/// journal.
///
/// That every kind of event reads back is seen by tests, which try each that they record. What depends on its values is
/// whether its numbers are finite: JSON has nothing but `null` for one that is not.
fn reads_back(event: &Event, data: &str) -> Result<bool, DecodeError> {
    if memchr::memmem::find(data.as_bytes(), b"null").is_none() && !cfg!(debug_assertions) {
        return Ok(true);
    }
    let raw: &RawValue = serde_json::from_str(data)?;
    let back = Event::from_data(event.name(), event.version(), raw);
    Ok(back.is_ok_and(|back| back == *event))
}

/// Sixteen random bytes in hexadecimal. Taken from the system a page at a time; each is used once.
fn salt() -> Result<String, DecodeError> {
    thread_local! {
        static POOL: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    POOL.with_borrow_mut(|pool| {
        if pool.len() < 16 {
            pool.resize(4096, 0);
            if let Err(error) = getrandom::fill(pool) {
                pool.clear();
                return Err(DecodeError::NoRandom(error.to_string()));
            }
        }
        let bytes = pool.split_off(pool.len() - 16);
        let mut text = String::with_capacity(32);
        push_hex(&mut text, &bytes);
        Ok(text)
    })
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.push(DIGITS.get(usize::from(half)).copied().map_or('0', char::from));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::event::access::RecordViewed;
    use gtp_model::CitizenId;

    fn viewed() -> Event {
        RecordViewed {
            what: "overview".to_owned(),
            why: "\"quoted\"".to_owned(),
            through: "page".to_owned(),
            under: vec!["care-team".to_owned()],
        }
        .into()
    }

    #[test]
    fn a_sealed_event_reads_back_and_its_hash_is_the_sha256_of_its_line() {
        let stream = StreamId::Citizen(CitizenId::new());
        let first =
            Unsealed::new(viewed(), Time(5), &Actor::host()).unwrap().seal(1, stream, 1, None);
        let second = Unsealed::new(viewed(), Time(6), &Actor::host()).unwrap().seal(
            2,
            stream,
            2,
            Some(first.recorded.hash),
        );
        assert_eq!(Recorded::decode(&first.bytes).unwrap(), first.recorded);
        assert_eq!(Recorded::decode(&second.bytes).unwrap(), second.recorded);
        let independent: [u8; 32] = Sha256::digest(&first.bytes).into();
        assert_eq!(second.recorded.previous.unwrap().0, independent);
    }

    #[test]
    fn two_equal_events_have_different_hashes() {
        let seal = || {
            Unsealed::new(viewed(), Time(5), &Actor::host())
                .unwrap()
                .seal(1, StreamId::Installation, 1, None)
                .recorded
                .hash
        };
        assert_ne!(seal(), seal());
    }

    #[test]
    fn an_event_of_a_newer_version_is_named() {
        let line = br#"{"number":1,"stream":"accounts","version":1,"time":0,"actor":{"account":"host","role":"host"},"salt":"","type":"moon-landed","v":1,"data":{}}"#;
        let error = Recorded::decode(line).unwrap_err();
        assert!(error.to_string().contains("`moon-landed` version 1"), "{error}");
    }
}
