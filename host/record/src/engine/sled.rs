//! The view on sled 0.34.7.
//!
//! Batches stay small: one of a thousand overwritten keys, repeated, grew to 23 GB of memory; batches of
//! fifty did not. What sled promises after a power cut is not relied on: the view is then rebuilt.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{Changes, Engine, EngineError, Entry, KeyRange, LAST_APPLIED, Order, Put};

/// How many changes go into one batch of sled at most.
const BATCH: usize = 50;
/// So many changes are given one by one without another thread.
const A_FEW: usize = 1024;
/// A database that was dropped is let go of a moment later, by sled's own threads. Nobody else can have it: the record's
/// lock is taken first.
const LETTING_GO: Duration = Duration::from_secs(5);

/// Keeps the view in sled.
pub struct SledEngine {
    db: ::sled::Db,
}

impl SledEngine {
    /// Opens or creates the database in `dir`, with about `cache` bytes of cache.
    ///
    /// # Errors
    /// [`EngineError`] where sled will not open it.
    pub fn open(dir: &Path, cache: u64) -> Result<Self, EngineError> {
        let config = ::sled::Config::new()
            .path(dir)
            .cache_capacity(cache)
            // What is not written yet after a crash is caught up from the journal.
            .flush_every_ms(Some(1000));
        let until = Instant::now() + LETTING_GO;
        loop {
            match config.open() {
                Ok(db) => return Ok(Self { db }),
                Err(error) if is_held(&error) && Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(error) => return Err(failed("open", error)),
            }
        }
    }

    fn apply_batch(&self, puts: &[&Put], upto: Option<u64>) -> Result<(), EngineError> {
        let mut batch = ::sled::Batch::default();
        for (key, value) in puts {
            match value {
                Some(value) => batch.insert(key.as_slice(), value.as_slice()),
                None => batch.remove(key.as_slice()),
            }
        }
        if let Some(upto) = upto {
            batch.insert(LAST_APPLIED, &upto.to_be_bytes());
        }
        self.db.apply_batch(batch).map_err(|error| failed("apply changes", error))
    }

    /// Every second key first, then those between: sled halves a leaf that is full, and when keys come in order
    /// nothing is ever added to the first half again. This way leaves are filled.
    fn put_each(&self, puts: &[Put]) -> Result<(), EngineError> {
        let between = puts.iter().skip(1).step_by(2);
        for (key, value) in puts.iter().step_by(2).chain(between) {
            match value {
                Some(value) => self.db.insert(key, value.as_slice()),
                None => self.db.remove(key),
            }
            .map_err(|error| failed("apply changes", error))?;
        }
        Ok(())
    }
}

impl Engine for SledEngine {
    fn name(&self) -> &'static str {
        "sled"
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        let value = self.db.get(key).map_err(|error| failed("read", error))?;
        Ok(value.map(|value| value.to_vec()))
    }

    fn scan(
        &self,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, EngineError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let entries = match &range.until {
            Some(until) => self.db.range(range.from.as_slice()..until.as_slice()),
            None => self.db.range(range.from.as_slice()..),
        };
        let owned = |entry: ::sled::Result<(::sled::IVec, ::sled::IVec)>| {
            entry
                .map(|(key, value)| (key.to_vec(), value.to_vec()))
                .map_err(|error| failed("scan", error))
        };
        match order {
            Order::Rising => entries.take(limit).map(owned).collect(),
            Order::Falling => entries.rev().take(limit).map(owned).collect(),
        }
    }

    fn apply(&self, commits: &[Changes]) -> Result<(), EngineError> {
        let mut waiting = Vec::with_capacity(BATCH);
        let mut upto = None;
        for changes in commits {
            if waiting.len() + changes.puts.len() > BATCH && !waiting.is_empty() {
                self.apply_batch(&waiting, upto)?;
                waiting.clear();
            }
            if changes.puts.len() > BATCH {
                // Too many for one batch: the number goes with the last part, so that a crash in between
                // leaves the commit to be applied again as a whole.
                let all: Vec<_> = changes.puts.iter().collect();
                let mut parts = all.chunks(BATCH).peekable();
                while let Some(part) = parts.next() {
                    let number = parts.peek().is_none().then_some(changes.upto);
                    self.apply_batch(part, number)?;
                }
                upto = None;
                continue;
            }
            waiting.extend(&changes.puts);
            upto = Some(changes.upto);
        }
        if upto.is_some() {
            self.apply_batch(&waiting, upto)?;
        }
        Ok(())
    }

    /// One by one, each thread a stretch of the keys: half the work of batches, which come to sled unsorted. A few are
    /// no work for several threads.
    fn fill(&self, changes: Changes) -> Result<(), EngineError> {
        if changes.puts.len() <= A_FEW {
            self.put_each(&changes.puts)?;
            return self.apply_batch(&[], Some(changes.upto));
        }
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
        let part = changes.puts.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            let parts: Vec<_> = changes
                .puts
                .chunks(part)
                .map(|puts| scope.spawn(move || self.put_each(puts)))
                .collect();
            parts.into_iter().try_for_each(|part| {
                part.join().unwrap_or_else(|_| Err(failed_to("apply changes", "a thread ended")))
            })
        })?;
        self.apply_batch(&[], Some(changes.upto))
    }

    fn flush(&self) -> Result<(), EngineError> {
        self.db.flush().map(drop).map_err(|error| failed("flush", error))
    }
}

/// sled tells no kind of this error, only words.
fn is_held(error: &::sled::Error) -> bool {
    matches!(error, ::sled::Error::Io(error) if error.to_string().contains("could not acquire lock"))
}

fn failed(doing: &'static str, error: ::sled::Error) -> EngineError {
    failed_to(doing, &error.to_string())
}

fn failed_to(doing: &'static str, what: &str) -> EngineError {
    EngineError { engine: "sled", doing, what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_database_that_is_just_being_let_go_of_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let held = SledEngine::open(dir.path(), 8 << 20).unwrap();
        let waiting = std::thread::spawn({
            let dir = dir.path().to_owned();
            move || SledEngine::open(&dir, 8 << 20).map(drop)
        });
        std::thread::yield_now();
        drop(held);
        waiting.join().unwrap().unwrap();
    }
}
