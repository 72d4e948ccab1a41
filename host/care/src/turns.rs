//! Turns: of several commands about one citizen, one at a time looks, decides and commits.
//!
//! The record refuses a commit that was decided on what is no longer so, and the command starts over; that alone
//! keeps the record right, also with several hosts. Within one host, waiting for one's turn is cheaper than
//! deciding in vain, and a phone that sends ten stored submissions at once has none of them refused.

use gtp_record::event::StreamId;
use std::hash::{BuildHasher, RandomState};
use tokio::sync::{Mutex, MutexGuard};

/// So many queues. Two citizens who share one wait for each other, which harms nobody.
const QUEUES: usize = 1024;

/// The queues in which commands wait for their turn.
pub struct Turns {
    queues: Vec<Mutex<()>>,
    hasher: RandomState,
}

impl Default for Turns {
    fn default() -> Self {
        let queues = std::iter::repeat_with(Mutex::default).take(QUEUES).collect();
        Self { queues, hasher: RandomState::new() }
    }
}

impl Turns {
    /// Waits until it is this command's turn, which lasts until the guard is dropped. A command takes one turn
    /// only, so nobody waits for somebody who waits.
    pub async fn of(&self, stream: StreamId) -> Option<MutexGuard<'_, ()>> {
        let place = self.hasher.hash_one(stream) as usize % QUEUES;
        match self.queues.get(place) {
            Some(queue) => Some(queue.lock().await),
            None => None,
        }
    }
}
