//! The view on redb 4.
//!
//! Most transactions are not made durable: after a crash the journal catches the view up. A durable one
//! now and then lets redb reuse pages.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use ::redb::{Database, Durability, ReadableDatabase, TableDefinition};

use super::{Changes, Engine, EngineError, Entry, KeyRange, LAST_APPLIED, Order};

const TABLE: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("view");
/// Every so many transactions one is durable.
const DURABLE_EVERY: u32 = 1000;

/// Keeps the view in redb.
pub struct RedbEngine {
    db: Database,
    applied: AtomicU32,
}

impl RedbEngine {
    /// Opens or creates the database in `dir`, with about `cache` bytes of cache.
    ///
    /// # Errors
    /// [`EngineError`] where redb will not open it.
    pub fn open(dir: &Path, cache: u64) -> Result<Self, EngineError> {
        std::fs::create_dir_all(dir).map_err(|error| failed("create its folder", error))?;
        let db = Database::builder()
            .set_cache_size(cache as usize)
            .create(dir.join("view.redb"))
            .map_err(|error| failed("open", error))?;
        let engine = Self { db, applied: AtomicU32::new(0) };
        engine.write(&[], Durability::Immediate)?;
        Ok(engine)
    }

    fn write(&self, commits: &[Changes], durability: Durability) -> Result<(), EngineError> {
        let mut transaction = self.db.begin_write().map_err(|error| failed("begin", error))?;
        transaction.set_durability(durability).map_err(|error| failed("begin", error))?;
        {
            let mut table =
                transaction.open_table(TABLE).map_err(|error| failed("open its table", error))?;
            let mut insert = |key: &[u8], value: Option<&[u8]>| {
                match value {
                    Some(value) => table.insert(key, value).map(drop),
                    None => table.remove(key).map(drop),
                }
                .map_err(|error| failed("apply changes", error))
            };
            for changes in commits {
                for (key, value) in &changes.puts {
                    insert(key, value.as_deref())?;
                }
            }
            if let Some(last) = commits.last() {
                insert(LAST_APPLIED, Some(&last.upto.to_be_bytes()))?;
            }
        }
        transaction.commit().map_err(|error| failed("commit", error))
    }
}

impl Engine for RedbEngine {
    fn name(&self) -> &'static str {
        "redb"
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        let read = |error| failed("read", error);
        let transaction = self.db.begin_read().map_err(|error| failed("read", error))?;
        let table =
            transaction.open_table(TABLE).map_err(|error| failed("open its table", error))?;
        let value = table.get(key).map_err(read)?;
        Ok(value.map(|value| value.value().to_vec()))
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
        let transaction = self.db.begin_read().map_err(|error| failed("scan", error))?;
        let table =
            transaction.open_table(TABLE).map_err(|error| failed("open its table", error))?;
        let entries = match &range.until {
            Some(until) => table.range(range.from.as_slice()..until.as_slice()),
            None => table.range(range.from.as_slice()..),
        }
        .map_err(|error| failed("scan", error))?;
        type Guard<'a> = ::redb::AccessGuard<'a, &'static [u8]>;
        let owned = |entry: Result<(Guard<'_>, Guard<'_>), ::redb::StorageError>| {
            entry
                .map(|(key, value)| (key.value().to_vec(), value.value().to_vec()))
                .map_err(|error| failed("scan", error))
        };
        match order {
            Order::Rising => entries.take(limit).map(owned).collect(),
            Order::Falling => entries.rev().take(limit).map(owned).collect(),
        }
    }

    fn apply(&self, commits: &[Changes]) -> Result<(), EngineError> {
        let applied = self.applied.fetch_add(1, Ordering::Relaxed);
        let durability = match applied % DURABLE_EVERY {
            0 => Durability::Immediate,
            _ => Durability::None,
        };
        self.write(commits, durability)
    }

    fn flush(&self) -> Result<(), EngineError> {
        self.write(&[], Durability::Immediate)
    }
}

fn failed(doing: &'static str, error: impl std::fmt::Display) -> EngineError {
    EngineError { engine: "redb", doing, what: error.to_string() }
}
