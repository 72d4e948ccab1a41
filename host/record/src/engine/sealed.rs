//! An engine whose values are encrypted on their way to the disk.
//!
//! Keys stay as they are, since they are sorted by: ids, fields and times, no number and no name of anybody.
//! Values that are nothing but ids and places in the journal stay too. Everything else is encrypted with a key that
//! the view was given when it was built. It is thrown away with the view.

use super::{Changes, Engine, EngineError, Entry, KeyRange, Order, Put};
use crate::vault::RowKey;
use crate::view::keys::only_points;
use std::sync::Arc;

/// An engine with its values encrypted.
pub struct Sealed {
    engine: Box<dyn Engine>,
    key: Arc<RowKey>,
}

impl Sealed {
    pub(crate) fn over(engine: Box<dyn Engine>, key: Arc<RowKey>) -> Self {
        Self { engine, key }
    }

    fn sealed(&self, changes: &Changes) -> Result<Changes, EngineError> {
        let seal = |(key, value): &Put| {
            let value = match value {
                Some(value) if !only_points(key) => Some(self.seal(key, value)?),
                plain => plain.clone(),
            };
            Ok((key.clone(), value))
        };
        let puts = changes.puts.iter().map(seal).collect::<Result<_, EngineError>>()?;
        Ok(Changes { upto: changes.upto, puts })
    }

    fn seal(&self, key: &[u8], value: &[u8]) -> Result<Vec<u8>, EngineError> {
        self.key.seal(key, value).map_err(|error| self.failed("encrypt a value", error))
    }

    fn open(&self, key: &[u8], value: Vec<u8>) -> Result<Vec<u8>, EngineError> {
        if only_points(key) {
            return Ok(value);
        }
        let opened = self.key.open(key, &value);
        opened.ok_or_else(|| self.failed("decrypt a value", "it is not what was encrypted"))
    }

    fn failed(&self, doing: &'static str, what: impl ToString) -> EngineError {
        EngineError { engine: self.engine.name(), doing, what: what.to_string() }
    }
}

impl Engine for Sealed {
    fn name(&self) -> &'static str {
        self.engine.name()
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        self.engine.get(key)?.map(|value| self.open(key, value)).transpose()
    }

    fn scan(
        &self,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, EngineError> {
        let mut entries = self.engine.scan(range, order, limit)?;
        for (key, value) in &mut entries {
            *value = self.open(key, std::mem::take(value))?;
        }
        Ok(entries)
    }

    fn apply(&self, commits: &[Changes]) -> Result<(), EngineError> {
        let sealed =
            commits.iter().map(|changes| self.sealed(changes)).collect::<Result<Vec<_>, _>>()?;
        self.engine.apply(&sealed)
    }

    fn fill(&self, changes: Changes) -> Result<(), EngineError> {
        let mut changes = changes;
        for (key, value) in &mut changes.puts {
            if let Some(plain) = value.as_mut().filter(|_| !only_points(key)) {
                *plain = self.seal(key, plain)?;
            }
        }
        self.engine.fill(changes)
    }

    fn last_applied(&self) -> Result<u64, EngineError> {
        self.engine.last_applied()
    }

    fn flush(&self) -> Result<(), EngineError> {
        self.engine.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::engine::{EngineKind, MemoryEngine};

    fn key(byte: u8) -> Arc<RowKey> {
        Arc::new(RowKey::new(&[byte; 32], 0).unwrap())
    }

    fn put(key: &[u8], value: &[u8]) -> Put {
        (key.to_vec(), Some(value.to_vec()))
    }

    #[test]
    fn what_the_engine_is_given_does_not_say_what_the_values_are() {
        let dir = tempfile::tempdir().unwrap();
        for kind in [EngineKind::Sled, EngineKind::Redb] {
            let dir = dir.path().join(format!("{kind:?}"));
            let open = |byte| Sealed::over(kind.open(&dir, 8 << 20).unwrap(), key(byte));
            let engine = open(1);
            let changes = Changes {
                upto: 7,
                puts: vec![put(b"o1", b"marked-value"), put(b"s1", b"a place")],
            };
            engine.apply(std::slice::from_ref(&changes)).unwrap();
            let more = vec![put(b"o2", b"marked-too"), (b"o3".to_vec(), None)];
            engine.fill(Changes { upto: 9, puts: more }).unwrap();
            assert_eq!(engine.get(b"o1").unwrap().unwrap(), b"marked-value");
            assert_eq!(engine.get(b"s1").unwrap().unwrap(), b"a place");
            let all = engine.scan(&KeyRange::prefix(b"o"), Order::Falling, 9).unwrap();
            assert_eq!(all.len(), 2);
            assert_eq!(all.first().unwrap().1, b"marked-too");
            assert_eq!(engine.last_applied().unwrap(), 9);
            engine.flush().unwrap();
            drop(engine);
            let raw = kind.open(&dir, 8 << 20).unwrap();
            let there = raw.get(b"o1").unwrap().unwrap();
            assert!(!there.windows(6).any(|part| part == b"marked"));
            drop(raw);
            assert!(open(2).get(b"o1").unwrap_err().to_string().contains("decrypt"));
        }
    }

    #[test]
    fn a_value_moved_to_another_key_does_not_pass() {
        let memory = Arc::new(MemoryEngine::default());
        let key = key(3);
        let sealed = key.seal(b"o1", b"80").unwrap();
        memory.apply(&[Changes { upto: 1, puts: vec![(b"o2".to_vec(), Some(sealed))] }]).unwrap();
        let engine = Sealed::over(Box::new(MemoryEngine::default()), key);
        let moved = memory.get(b"o2").unwrap().unwrap();
        engine
            .engine
            .apply(&[Changes { upto: 1, puts: vec![(b"o2".to_vec(), Some(moved))] }])
            .unwrap();
        assert!(engine.get(b"o2").is_err());
    }
}
