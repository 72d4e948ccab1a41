//! Following the record: every event from a number on, in order, none left out.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::broadcast;

use super::StoreError;
use crate::event::Recorded;

/// How many events are read from the journal at a time.
const CHUNK: usize = 256;

/// Events that became durable together, in order.
pub type Group = Arc<Vec<Arc<Recorded>>>;

/// Reads up to so many events from a number on, from the journal.
pub type CatchUp = dyn Fn(u64, usize) -> Result<Vec<Recorded>, StoreError> + Send + Sync;

/// The events from a number on. What lies in the past is read from the journal, what happens from now on
/// is handed over as it does; a slow follower falls back on the journal and misses nothing.
pub struct Subscription {
    next: u64,
    ready: VecDeque<Arc<Recorded>>,
    live: broadcast::Receiver<Group>,
    catch_up: Box<CatchUp>,
    /// Whether everything before what `live` holds has been read.
    caught_up: bool,
}

impl Subscription {
    /// Follows from event `from` on. `live` must have been opened before any event that `catch_up` does
    /// not find.
    #[must_use]
    pub fn new(from: u64, live: broadcast::Receiver<Group>, catch_up: Box<CatchUp>) -> Self {
        Self { next: from.max(1), ready: VecDeque::new(), live, catch_up, caught_up: false }
    }

    /// The next event; none when the record is closed.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn next(&mut self) -> Result<Option<Arc<Recorded>>, StoreError> {
        loop {
            if let Some(event) = self.take_ready() {
                return Ok(Some(event));
            }
            if !self.caught_up {
                self.read_journal()?;
                continue;
            }
            match self.live.recv().await {
                Ok(group) if group.first().is_some_and(|first| first.number > self.next) => {
                    self.caught_up = false;
                }
                Ok(group) => self.ready.extend(group.iter().cloned()),
                Err(broadcast::error::RecvError::Lagged(_)) => self.caught_up = false,
                Err(broadcast::error::RecvError::Closed) => return Ok(None),
            }
        }
    }

    /// The first event that is ready and was not returned yet.
    fn take_ready(&mut self) -> Option<Arc<Recorded>> {
        while let Some(event) = self.ready.pop_front() {
            if event.number >= self.next {
                self.next = event.number + 1;
                return Some(event);
            }
        }
        None
    }

    fn read_journal(&mut self) -> Result<(), StoreError> {
        let events = (self.catch_up)(self.next, CHUNK)?;
        self.caught_up = events.len() < CHUNK;
        self.ready.extend(events.into_iter().map(Arc::new));
        Ok(())
    }
}
