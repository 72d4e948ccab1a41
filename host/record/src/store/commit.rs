//! What a caller wants recorded, all of it or nothing.

use gtp_model::{Actor, Time};

use crate::event::{Event, StreamId};

/// Events to be recorded together: by one actor, at one time, in one or more streams.
///
/// ```
/// # use gtp_record::{Commit, Expected, event::{StreamId, access::RecordViewed}};
/// # use gtp_model::{Actor, CitizenId, Time};
/// # let (citizen, actor) = (CitizenId::new(), Actor::host());
/// let commit = Commit::new(actor, Time(1_764_000_000_000))
///     .stream(StreamId::Citizen(citizen), Expected::Any)
///     .event(RecordViewed { what: "overview".into(), why: String::new(), through: "page".into(), ..Default::default() });
/// ```
#[derive(Debug, Clone)]
pub struct Commit {
    pub(crate) actor: Actor,
    pub(crate) time: Time,
    pub(crate) parts: Vec<Part>,
    pub(crate) absent: Vec<Vec<u8>>,
}

/// The events of one stream in a commit.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub stream: StreamId,
    pub expected: Expected,
    pub events: Vec<Event>,
}

/// At which version a stream must be for a commit to be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// At any.
    Any,
    /// At exactly this one: the version of its last event, 0 for a stream that does not exist yet.
    Version(u64),
}

impl Commit {
    /// A commit without events yet.
    #[must_use]
    pub fn new(actor: Actor, time: Time) -> Self {
        Self { actor, time, parts: Vec::new(), absent: Vec::new() }
    }

    /// The events that follow belong to this stream, which must be at this version.
    #[must_use]
    pub fn stream(mut self, stream: StreamId, expected: Expected) -> Self {
        self.parts.push(Part { stream, expected, events: Vec::new() });
        self
    }

    /// Adds an event to the stream named last. Without a stream it goes to the installation's.
    #[must_use]
    pub fn event(mut self, event: impl Into<Event>) -> Self {
        self.push(event);
        self
    }

    /// Adds an event to the stream named last, as [`Commit::event`] does.
    pub fn push(&mut self, event: impl Into<Event>) {
        if self.parts.is_empty() {
            self.parts.push(Part {
                stream: StreamId::Installation,
                expected: Expected::Any,
                events: Vec::new(),
            });
        }
        if let Some(part) = self.parts.last_mut() {
            part.events.push(event.into());
        }
    }

    /// Refuses the commit where this key of the view exists when it is this commit's turn: two citizens
    /// with one number, two open alerts for one cause. The keys are those of [`crate::view::keys`].
    #[must_use]
    pub fn unless_exists(mut self, key: Vec<u8>) -> Self {
        self.absent.push(key);
        self
    }
}

/// A commit that is durable and can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// Number of its first event.
    pub first: u64,
    /// Number of its last event.
    pub last: u64,
}
