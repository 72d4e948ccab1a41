//! A map in memory.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{PoisonError, RwLock};

use super::{Changes, Engine, EngineError, Entry, KeyRange, LAST_APPLIED, Order};

/// Keeps the view in memory: for tests, and for what need not outlive the process.
#[derive(Default)]
pub struct MemoryEngine {
    map: RwLock<BTreeMap<Vec<u8>, Vec<u8>>>,
}

impl Engine for MemoryEngine {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        let map = self.map.read().unwrap_or_else(PoisonError::into_inner);
        Ok(map.get(key).cloned())
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
        let until = match &range.until {
            Some(until) => Bound::Excluded(until.clone()),
            None => Bound::Unbounded,
        };
        let map = self.map.read().unwrap_or_else(PoisonError::into_inner);
        let entries = map.range((Bound::Included(range.from.clone()), until));
        let owned = |(key, value): (&Vec<u8>, &Vec<u8>)| (key.clone(), value.clone());
        Ok(match order {
            Order::Rising => entries.take(limit).map(owned).collect(),
            Order::Falling => entries.rev().take(limit).map(owned).collect(),
        })
    }

    fn apply(&self, commits: &[Changes]) -> Result<(), EngineError> {
        let mut map = self.map.write().unwrap_or_else(PoisonError::into_inner);
        for changes in commits {
            for (key, value) in &changes.puts {
                match value {
                    Some(value) => map.insert(key.clone(), value.clone()),
                    None => map.remove(key),
                };
            }
            map.insert(LAST_APPLIED.to_vec(), changes.upto.to_be_bytes().to_vec());
        }
        Ok(())
    }

    fn flush(&self) -> Result<(), EngineError> {
        Ok(())
    }
}
