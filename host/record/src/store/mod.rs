//! What the rest of the host sees of the record.
//!
//! [`Store`] is the seam: read a key, scan a range, commit events, read and follow them. [`Record`] is the
//! store on this machine's disk. A store on another database is a second implementation of the trait;
//! nothing above it knows the difference.

mod commit;
mod error;
mod group;
mod opening;
mod patrol;
mod pending;
mod queue;
mod record;
mod reserve;
mod subscription;
mod writer;

pub use commit::{Commit, Committed, Expected};
pub use error::StoreError;
pub use opening::{Opened, Progress, RecordOptions};
pub use pending::Pending;
pub use record::Record;
pub use subscription::{CatchUp, Subscription};

use crate::engine::{Entry, KeyRange, Order};
use crate::event::{Recorded, StreamId};
use crate::upkeep::Audit;

/// The record as the rest of the host sees it.
///
/// Keys and values are those of [`crate::view`], whose functions turn them into typed rows: nobody else
/// needs to know them. A commit that was acknowledged is seen by every read after it.
pub trait Store: Send + Sync {
    /// The value of a key of the view.
    ///
    /// # Errors
    /// [`StoreError::View`] where the view cannot be read.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Up to `limit` entries of a range of the view, in order. What is committed meanwhile may or may not
    /// be among them.
    ///
    /// # Errors
    /// [`StoreError::View`] where the view cannot be read.
    fn scan(&self, range: &KeyRange, order: Order, limit: usize) -> Result<Vec<Entry>, StoreError>;

    /// Records events, all or none. The answer comes when they are durable and the view reflects them.
    fn commit(&self, commit: Commit) -> Pending;

    /// Up to `limit` events of a stream, from version `from` on.
    ///
    /// # Errors
    /// [`StoreError::Journal`] where the journal cannot be read.
    fn events(
        &self,
        stream: StreamId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Recorded>, StoreError>;

    /// All events of a stream that have one of these names. Others cost little.
    ///
    /// # Errors
    /// [`StoreError::Journal`] where the journal cannot be read.
    fn events_named(&self, stream: StreamId, names: &[&str]) -> Result<Vec<Recorded>, StoreError> {
        let mut events = self.events(stream, 1, usize::MAX)?;
        events.retain(|recorded| names.contains(&recorded.event.name()));
        Ok(events)
    }

    /// The version of the last event of a stream; 0 where there is none.
    ///
    /// # Errors
    /// [`StoreError::View`] where the view cannot be read.
    fn version(&self, stream: StreamId) -> Result<u64, StoreError>;

    /// Number of the last event that the view reflects; 0 in an empty record.
    fn last(&self) -> u64;

    /// Roots over all events and proofs for them, where this store keeps them.
    fn audit(&self) -> Option<&dyn Audit> {
        None
    }

    /// Follows every event from number `from` on; 1 is the first.
    fn subscribe(&self, from: u64) -> Subscription;
}
