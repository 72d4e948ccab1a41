//! What waits for the writer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::commit::Expected;
use super::writer::Writer;
use super::{Committed, StoreError};
use crate::event::{StreamId, Unsealed};

/// More than this many waiting commits are refused.
const MOST: usize = 65_536;

/// A commit whose events are encoded but for their place.
pub(crate) struct Prepared {
    pub parts: Vec<PreparedPart>,
    pub absent: Vec<Vec<u8>>,
    pub reply: oneshot::Sender<Result<Committed, StoreError>>,
}

impl Prepared {
    /// Whether it only says that somebody looked at a record.
    pub fn only_looks(&self) -> bool {
        self.parts.iter().flat_map(|part| &part.events).all(Unsealed::is_a_look)
    }
}

pub(crate) struct PreparedPart {
    pub stream: StreamId,
    pub expected: Expected,
    pub events: Vec<Unsealed>,
}

/// Something done on the writer's thread between two groups.
pub(crate) type Task = Box<dyn FnOnce(&mut Writer) + Send>;

pub(crate) enum Request {
    Commit(Prepared),
    Task(Task),
}

/// How long the writer looks out for the next request before it sleeps. Waking a sleeper takes about as long,
/// and whoever was just answered often comes back at once.
const ALERT: Duration = Duration::from_micros(50);

#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    /// Whether there is something to take, to be looked at without the lock.
    something: AtomicBool,
}

#[derive(Default)]
struct Waiting {
    requests: Vec<Request>,
    sleeping: bool,
    closed: bool,
}

impl Queue {
    /// Adds a request; gives it back where the queue is closed or full.
    pub fn put(&self, request: Request) -> Result<(), (Request, StoreError)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.closed {
            let why = "it is closed".to_owned();
            return Err((request, StoreError::Stopped { why }));
        }
        if waiting.requests.len() >= MOST {
            return Err((request, StoreError::Busy));
        }
        waiting.requests.push(request);
        self.something.store(true, Ordering::Release);
        let sleeping = std::mem::take(&mut waiting.sleeping);
        drop(waiting);
        if sleeping {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Everything that waits, as soon as there is something; none once the queue is closed and empty.
    pub fn take(&self) -> Option<Vec<Request>> {
        self.look_out();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while waiting.requests.is_empty() {
            if waiting.closed {
                return None;
            }
            waiting.sleeping = true;
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.sleeping = false;
        self.something.store(false, Ordering::Release);
        Some(std::mem::take(&mut waiting.requests))
    }

    fn look_out(&self) {
        let until = Instant::now() + ALERT;
        while !self.something.load(Ordering::Acquire) && Instant::now() < until {
            std::thread::yield_now();
        }
    }

    pub fn close(&self) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.something.store(true, Ordering::Release);
        self.arrived.notify_one();
    }
}
