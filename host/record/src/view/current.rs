//! The view that is served now.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::overlay::Rows;
use crate::engine::{Changes, Engine, EngineError, Entry, KeyRange, Order};
use crate::store::StoreError;

/// The engine in service. It can be exchanged for a rebuilt one while reads go on.
pub(crate) struct View {
    engine: RwLock<Arc<dyn Engine>>,
    applied: AtomicU64,
}

impl View {
    pub fn new(engine: Arc<dyn Engine>, applied: u64) -> Self {
        Self { engine: RwLock::new(engine), applied: AtomicU64::new(applied) }
    }

    /// Number of the last event that reads reflect.
    pub fn applied(&self) -> u64 {
        self.applied.load(Ordering::Acquire)
    }

    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        self.engine().get(key)
    }

    pub fn scan(
        &self,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, EngineError> {
        self.engine().scan(range, order, limit)
    }

    pub fn apply(&self, commits: &[Changes]) -> Result<(), EngineError> {
        self.engine().apply(commits)?;
        if let Some(last) = commits.last() {
            self.applied.store(last.upto, Ordering::Release);
        }
        Ok(())
    }

    /// Puts another engine in service and returns the one before.
    pub fn exchange(&self, engine: Arc<dyn Engine>, applied: u64) -> Arc<dyn Engine> {
        let mut serving = self.engine.write().unwrap_or_else(PoisonError::into_inner);
        self.applied.store(applied, Ordering::Release);
        std::mem::replace(&mut *serving, engine)
    }

    /// Takes the engine out of service and closes it, once nobody reads from it any more.
    pub fn close_engine(&self) {
        let old = self.exchange(Arc::new(Closed), self.applied());
        let patience = Instant::now() + Duration::from_secs(10);
        while Arc::strong_count(&old) > 1 && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    pub fn engine(&self) -> Arc<dyn Engine> {
        Arc::clone(&self.engine.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Rows for View {
    fn row(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.get(key)?)
    }

    fn last(&self, range: &KeyRange) -> Result<Option<Entry>, StoreError> {
        Ok(self.scan(range, Order::Falling, 1)?.pop())
    }
}

/// Stands in while an engine is closed and opened again.
struct Closed;

impl Closed {
    fn error<T>() -> Result<T, EngineError> {
        let what = "it is being opened again".to_owned();
        Err(EngineError { engine: "none", doing: "be used", what })
    }
}

impl Engine for Closed {
    fn name(&self) -> &'static str {
        "none"
    }

    fn get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Self::error()
    }

    fn scan(&self, _: &KeyRange, _: Order, _: usize) -> Result<Vec<Entry>, EngineError> {
        Self::error()
    }

    fn apply(&self, _: &[Changes]) -> Result<(), EngineError> {
        Self::error()
    }

    fn flush(&self) -> Result<(), EngineError> {
        Self::error()
    }
}
