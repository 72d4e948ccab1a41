//! The engine under the view: an ordered map of bytes, with the number of the last event it reflects.
//!
//! The view is disposable, so an engine may forget its newest batches in a crash, but a batch is there as
//! a whole or not at all, and the number that comes with it too. Three engines: [`SledEngine`] serves,
//! [`RedbEngine`] is its twin, [`MemoryEngine`] is for tests. [`Buffered`] keeps the newest changes in memory
//! over one of the first two, and [`Sealed`] between them encrypts what goes to the disk.

mod buffered;
mod layers;
mod memory;
mod note;
mod redb;
mod sealed;
mod sled;

use std::path::Path;

pub use buffered::Buffered;
pub use memory::MemoryEngine;
pub use redb::RedbEngine;
pub use sealed::Sealed;
pub use sled::SledEngine;

/// The key under which every engine keeps the number of the last event applied. No other begins with 0.
pub(crate) const LAST_APPLIED: &[u8] = b"\0last-applied";

/// An error of the engine under the view. The record is not touched by it: the view can be rebuilt.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the view ({engine}) failed to {doing}: {what}")]
pub struct EngineError {
    /// Which engine.
    pub engine: &'static str,
    /// What was tried, as a verb.
    pub doing: &'static str,
    /// What it said.
    pub what: String,
}

/// A key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// A key and its new value; none removes it.
pub type Put = (Vec<u8>, Option<Vec<u8>>);

/// Which keys a scan reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyRange {
    /// The first key that belongs to it.
    pub from: Vec<u8>,
    /// The first key that does not any more; none for all that follow.
    pub until: Option<Vec<u8>>,
}

impl KeyRange {
    /// All keys that begin with `prefix`.
    #[must_use]
    pub fn prefix(prefix: &[u8]) -> Self {
        Self { from: prefix.to_vec(), until: successor(prefix) }
    }

    /// Whether there can be a key in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.until.as_ref().is_some_and(|until| *until <= self.from)
    }
}

/// The first key after all that begin with `prefix`; none where nothing follows them.
#[must_use]
pub fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let end = prefix.iter().rposition(|byte| *byte != 0xff)?;
    let mut next = prefix.get(..=end)?.to_vec();
    if let Some(byte) = next.last_mut() {
        *byte += 1;
    }
    Some(next)
}

/// In which order a scan returns its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By rising key.
    Rising,
    /// By falling key.
    Falling,
}

/// What one commit changes in the view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Number of the last event that is reflected once they are applied.
    pub upto: u64,
    /// The last of several for one key counts.
    pub puts: Vec<Put>,
}

/// An ordered map of bytes.
pub trait Engine: Send + Sync {
    /// What it is called, in configuration and messages.
    fn name(&self) -> &'static str;

    /// The value of a key.
    ///
    /// # Errors
    /// [`EngineError`] where the engine cannot read.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError>;

    /// Up to `limit` entries of a range in order.
    ///
    /// # Errors
    /// [`EngineError`] where the engine cannot read.
    fn scan(&self, range: &KeyRange, order: Order, limit: usize)
    -> Result<Vec<Entry>, EngineError>;

    /// Applies the changes of commits in order. Each commit's are applied as a whole, unless they are very
    /// many; the number of the last event applied never runs ahead of them.
    ///
    /// # Errors
    /// [`EngineError`] where the engine cannot write; some of the commits may have been applied.
    fn apply(&self, commits: &[Changes]) -> Result<(), EngineError>;

    /// Applies many changes as fast as may be, while nobody reads: a crash may leave a part of them, and
    /// the number of the last event is the last to change. The changes are sorted by key.
    ///
    /// # Errors
    /// [`EngineError`] where the engine cannot write.
    fn fill(&self, changes: Changes) -> Result<(), EngineError> {
        self.apply(&[changes])
    }

    /// Number of the last event that is reflected; 0 for none.
    ///
    /// # Errors
    /// [`EngineError`] where the engine cannot read.
    fn last_applied(&self) -> Result<u64, EngineError> {
        let value = self.get(LAST_APPLIED)?.unwrap_or_default();
        Ok(value.as_slice().try_into().map_or(0, u64::from_be_bytes))
    }

    /// Hands everything to the operating system, before the engine is closed.
    ///
    /// # Errors
    /// [`EngineError`] where the engine cannot write.
    fn flush(&self) -> Result<(), EngineError>;
}

/// Which engine keeps the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineKind {
    /// sled 0.34.7: what the product ships with.
    #[default]
    Sled,
    /// redb 4: the twin.
    Redb,
    /// A map in memory, rebuilt at every start.
    Memory,
}

impl EngineKind {
    /// Opens the engine in a folder, with about this many bytes of cache.
    ///
    /// # Errors
    /// [`EngineError`] where it will not open: the view is then rebuilt.
    pub fn open(self, dir: &Path, cache: u64) -> Result<Box<dyn Engine>, EngineError> {
        Ok(match self {
            EngineKind::Sled => Box::new(SledEngine::open(dir, cache)?),
            EngineKind::Redb => Box::new(RedbEngine::open(dir, cache)?),
            EngineKind::Memory => Box::new(MemoryEngine::default()),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn each_engine(check: impl Fn(&dyn Engine)) {
        for kind in [EngineKind::Sled, EngineKind::Redb, EngineKind::Memory] {
            let dir = tempfile::tempdir().unwrap();
            check(&*kind.open(dir.path(), 16 << 20).unwrap());
        }
    }

    fn put(upto: u64, pairs: &[(&str, Option<&str>)]) -> Changes {
        let bytes = |text: &&str| text.as_bytes().to_vec();
        Changes {
            upto,
            puts: pairs
                .iter()
                .map(|(key, value)| (bytes(key), value.as_ref().map(bytes)))
                .collect(),
        }
    }

    fn keys(engine: &dyn Engine, range: &KeyRange, order: Order, limit: usize) -> Vec<String> {
        let entries = engine.scan(range, order, limit).unwrap();
        entries.into_iter().map(|(key, _)| String::from_utf8(key).unwrap()).collect()
    }

    #[test]
    fn an_engine_reads_what_it_was_given() {
        each_engine(|engine| {
            assert_eq!(engine.last_applied().unwrap(), 0);
            engine
                .apply(&[
                    put(1, &[("a", Some("1")), ("b", Some("2"))]),
                    put(3, &[("b", None), ("c", Some("3")), ("a", Some("4"))]),
                ])
                .unwrap();
            assert_eq!(engine.last_applied().unwrap(), 3);
            assert_eq!(engine.get(b"a").unwrap().as_deref(), Some(&b"4"[..]));
            assert_eq!(engine.get(b"b").unwrap(), None);
        });
    }

    #[test]
    fn a_scan_keeps_to_its_range_order_and_limit() {
        each_engine(|engine| {
            let pairs: Vec<String> = (10..30).map(|n| format!("k{n}")).collect();
            let pairs: Vec<_> = pairs.iter().map(|k| (k.as_str(), Some("v"))).collect();
            engine.apply(&[put(1, &pairs)]).unwrap();
            let range = KeyRange { from: b"k12".to_vec(), until: Some(b"k20".to_vec()) };
            assert_eq!(keys(engine, &range, Order::Rising, 2), ["k12", "k13"]);
            assert_eq!(keys(engine, &range, Order::Falling, 2), ["k19", "k18"]);
            assert_eq!(keys(engine, &range, Order::Rising, 99).len(), 8);
            let all = KeyRange::prefix(b"k");
            assert_eq!(keys(engine, &all, Order::Falling, 1), ["k29"]);
            let empty = KeyRange { from: b"z".to_vec(), until: Some(b"a".to_vec()) };
            assert!(keys(engine, &empty, Order::Rising, 9).is_empty());
        });
    }

    #[test]
    fn many_changes_in_one_commit_all_arrive() {
        each_engine(|engine| {
            let names: Vec<String> = (0..1000).map(|n| format!("k{n:04}")).collect();
            let pairs: Vec<_> = names.iter().map(|k| (k.as_str(), Some("v"))).collect();
            engine.apply(&[put(7, &pairs)]).unwrap();
            assert_eq!(engine.last_applied().unwrap(), 7);
            assert_eq!(keys(engine, &KeyRange::prefix(b"k"), Order::Rising, 9999).len(), 1000);
        });
    }

    #[test]
    fn the_successor_of_a_prefix_follows_all_its_keys() {
        assert_eq!(successor(b"ab"), Some(b"ac".to_vec()));
        assert_eq!(successor(&[1, 0xff]), Some(vec![2]));
        assert_eq!(successor(&[0xff, 0xff]), None);
    }
}
