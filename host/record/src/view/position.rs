//! Where an observation stands in its series.

use gtp_model::{ObservationId, Time};

/// When it was measured, and its id: it sorts by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position(pub [u8; 24]);

impl Position {
    /// Before everything.
    pub const FIRST: Position = Position([0; 24]);

    pub fn new(measured: Time, id: ObservationId) -> Self {
        let mut bytes = [0; 24];
        let (time, rest) = bytes.split_at_mut(8);
        time.copy_from_slice(&sortable(measured).to_be_bytes());
        rest.copy_from_slice(id.0.as_bytes());
        Self(bytes)
    }

    /// The position that a key ends with; none where it is too short.
    pub fn ending(key: &[u8]) -> Option<Self> {
        key.last_chunk().map(|bytes| Self(*bytes))
    }

    pub fn measured(&self) -> Time {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        time_from(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }

    pub fn id(&self) -> ObservationId {
        let id = self.0.last_chunk().copied().unwrap_or_default();
        ObservationId(uuid::Uuid::from_bytes(id))
    }
}

/// A time as a number that sorts like it: those before 1970 are negative.
pub(crate) fn sortable(time: Time) -> u64 {
    (time.0 as u64) ^ (1 << 63)
}

fn time_from(sortable: u64) -> Time {
    Time((sortable ^ (1 << 63)) as i64)
}
