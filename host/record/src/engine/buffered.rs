//! The newest changes in memory, over an engine that gets them in bulk.
//!
//! The journal has what is acknowledged, so the engine may lag: a thread hands it thousands of changes at a
//! time, sorted, and of a key that changed often only the last value. Readers see both at once. The thread takes its
//! time, a portion now and then, so that whoever is to be answered meanwhile does not wait for it.
//!
//! Bulk changes are not atomic, and half of them would mislead whoever catches the view up. So they stand in a
//! [note] first, until the engine has given them to the operating system; a note that is found on opening is
//! applied again. It need not survive a power cut: then the view is rebuilt.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::layers::{Layers, Table};
use super::note::{self, Note};
use super::{Changes, Engine, EngineError, Entry, KeyRange, LAST_APPLIED, Order, Put};
use crate::leisure::Leisure;
use crate::vault::RowKey;

/// The engine is handed changes when there are so many,
const ENOUGH: usize = 16_384;
/// or when the first of them has waited so long.
const GATHER: Duration = Duration::from_secs(1);
/// The more wait, the less it rests; with so many not at all.
const HURRY: usize = 2 * ENOUGH;
/// Whoever brings more than this waits.
const MOST: usize = 4 * ENOUGH;
/// After a failure it is tried again after so long.
const PATIENCE: Duration = Duration::from_secs(1);
/// So many changes are handed on without a rest.
const PORTION: usize = 128;
/// A rest is so many times as long as what was done before it, where nothing else waits.
const RESTS: f64 = 4.0;

/// An engine with its newest changes in memory. Dropping it forgets those; [`Engine::flush`] hands them on.
pub struct Buffered {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    engine: Box<dyn Engine>,
    /// Where the note of what it is given lies.
    dir: PathBuf,
    /// What the note is encrypted with.
    key: Arc<RowKey>,
    layers: RwLock<Layers>,
    turn: Mutex<Turn>,
    changed: Condvar,
}

/// Who has to do what. Taken before the layers where both are.
#[derive(Default)]
struct Turn {
    waiting: usize,
    settling: bool,
    /// Somebody wants everything handed on now.
    asked: bool,
    ended: bool,
    failed: Option<EngineError>,
}

impl Buffered {
    /// Puts a buffer over an engine that lives in `dir`, after finishing what a crash left half done. The note of
    /// what the engine is being given is encrypted with `key`.
    ///
    /// # Errors
    /// [`EngineError`] where the engine cannot be read or written.
    pub(crate) fn over(
        engine: Box<dyn Engine>,
        dir: &Path,
        key: Arc<RowKey>,
    ) -> Result<Self, EngineError> {
        if let Some(changes) = note::read(dir, &key) {
            engine.fill(changes)?;
            engine.flush()?;
        }
        let upto = engine.last_applied()?;
        let layers = Layers { recent: Table::new(), settling: Arc::default(), upto };
        let shared = Arc::new(Shared {
            engine,
            dir: dir.to_owned(),
            key,
            layers: RwLock::new(layers),
            turn: Mutex::default(),
            changed: Condvar::new(),
        });
        note::forget(dir);
        let settled = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("gtp-view".to_owned())
            .spawn(move || settled.run())
            .map_err(|error| failed("start its thread", error))?;
        Ok(Self { shared, thread: Some(thread) })
    }
}

impl Drop for Buffered {
    fn drop(&mut self) {
        self.shared.turn().ended = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Engine for Buffered {
    fn name(&self) -> &'static str {
        self.shared.engine.name()
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        {
            let layers = self.shared.layers.read().unwrap_or_else(PoisonError::into_inner);
            if key == LAST_APPLIED {
                return Ok(Some(layers.upto.to_be_bytes().to_vec()));
            }
            if let Some(value) = layers.get(key) {
                return Ok(value.clone());
            }
        }
        self.shared.engine.get(key)
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
        let found = {
            let layers = self.shared.layers.read().unwrap_or_else(PoisonError::into_inner);
            layers.first(range, order, limit)
        };
        found.laid_over(&*self.shared.engine, order, limit)
    }

    fn apply(&self, commits: &[Changes]) -> Result<(), EngineError> {
        let Some(last) = commits.last() else { return Ok(()) };
        let mut turn = self.shared.turn();
        while turn.waiting >= MOST {
            if let Some(error) = &turn.failed {
                return Err(error.clone());
            }
            turn = self.shared.changed.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        let before = turn.waiting;
        {
            let mut layers = self.shared.layers.write().unwrap_or_else(PoisonError::into_inner);
            for changes in commits {
                layers.recent.extend(changes.puts.iter().cloned());
            }
            layers.upto = last.upto;
            // A commit may change nothing; its number is still to be handed on.
            turn.waiting = layers.recent.len().max(1);
        }
        if before == 0 || (before < ENOUGH && turn.waiting >= ENOUGH) {
            self.shared.changed.notify_all();
        }
        Ok(())
    }

    fn fill(&self, changes: Changes) -> Result<(), EngineError> {
        self.flush()?;
        let upto = changes.upto;
        self.shared.settle_at_once(changes)?;
        self.shared.layers.write().unwrap_or_else(PoisonError::into_inner).upto = upto;
        Ok(())
    }

    fn flush(&self) -> Result<(), EngineError> {
        let mut turn = self.shared.turn();
        turn.failed = None;
        while turn.waiting > 0 || turn.settling {
            if let Some(error) = &turn.failed {
                return Err(error.clone());
            }
            turn.asked = true;
            self.shared.changed.notify_all();
            turn = self.shared.changed.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        drop(turn);
        self.shared.engine.flush()
    }
}

impl Shared {
    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands on what gathers, until it is told to end. What it has not handed on then is in the journal.
    fn run(&self) {
        while let Some((table, upto)) = self.gathered() {
            loop {
                let settled = self.settle(&table, upto);
                let mut turn = self.turn();
                let again = settled.is_err() && !turn.ended;
                match settled {
                    Ok(()) => {
                        let mut layers =
                            self.layers.write().unwrap_or_else(PoisonError::into_inner);
                        layers.settling = Arc::default();
                        turn.settling = false;
                        turn.failed = None;
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the view lags behind; trying again in a moment");
                        turn.failed = Some(error);
                    }
                }
                self.changed.notify_all();
                if !again {
                    break;
                }
                let ended = self.changed.wait_timeout_while(turn, PATIENCE, |turn| !turn.ended);
                drop(ended.unwrap_or_else(PoisonError::into_inner));
            }
        }
    }

    /// Waits for changes to hand on, and takes them; none once it is told to end.
    fn gathered(&self) -> Option<(Arc<Table>, u64)> {
        let mut turn = self.turn();
        while turn.waiting == 0 && !turn.ended {
            turn.asked = false;
            turn = self.changed.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        let until = Instant::now() + GATHER;
        while turn.waiting < ENOUGH && !turn.asked && !turn.ended {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let woken = self.changed.wait_timeout(turn, left);
            turn = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        if turn.ended {
            return None;
        }
        let mut layers = self.layers.write().unwrap_or_else(PoisonError::into_inner);
        layers.settling = Arc::new(std::mem::take(&mut layers.recent));
        turn.waiting = 0;
        turn.settling = true;
        Some((Arc::clone(&layers.settling), layers.upto))
    }

    /// Hands on a table, a portion at a time.
    fn settle(&self, table: &Table, upto: u64) -> Result<(), EngineError> {
        let portions = || Portions(table.iter());
        let mut leisure = Leisure::begin();
        self.note(upto, |note| {
            portions().try_for_each(|portion| {
                note.add(&portion)?;
                self.rest(&mut leisure);
                Ok(())
            })
        })?;
        let before = self.engine.last_applied()?;
        for puts in portions() {
            self.engine.fill(Changes { upto: before, puts })?;
            self.rest(&mut leisure);
        }
        self.engine.fill(Changes { upto, puts: Vec::new() })?;
        self.given()
    }

    fn settle_at_once(&self, changes: Changes) -> Result<(), EngineError> {
        self.note(changes.upto, |note| note.add(&changes.puts))?;
        self.engine.fill(changes)?;
        self.given()
    }

    /// Notes what the engine is to be given, up to this event.
    fn note(
        &self,
        upto: u64,
        write: impl FnOnce(&mut Note<'_>) -> std::io::Result<()>,
    ) -> Result<(), EngineError> {
        let written = Note::begin(&self.dir, &self.key).and_then(|mut note| {
            write(&mut note)?;
            note.finish(upto)
        });
        written.map_err(|error| failed("note what it is given", error))
    }

    /// The engine has all that was noted.
    fn given(&self) -> Result<(), EngineError> {
        self.engine.flush()?;
        note::forget(&self.dir);
        Ok(())
    }

    /// Leaves the processor to others, unless somebody wants everything handed on or much waits already.
    fn rest(&self, leisure: &mut Leisure) {
        let turn = self.turn();
        let hurry = turn.waiting as f64 / HURRY as f64;
        leisure.rest(RESTS * (1.0 - hurry), |due| {
            let nobody_waits = |turn: &mut Turn| !turn.asked && !turn.ended;
            drop(self.changed.wait_timeout_while(turn, due, nobody_waits));
        });
    }
}

/// A table, a portion at a time.
struct Portions<'a>(std::collections::btree_map::Iter<'a, Vec<u8>, Option<Vec<u8>>>);

impl Iterator for Portions<'_> {
    type Item = Vec<Put>;

    fn next(&mut self) -> Option<Vec<Put>> {
        let portion = self.0.by_ref().take(PORTION);
        let portion: Vec<_> = portion.map(|(key, value)| (key.clone(), value.clone())).collect();
        (!portion.is_empty()).then_some(portion)
    }
}

fn failed(doing: &'static str, error: impl std::fmt::Display) -> EngineError {
    EngineError { engine: "view", doing, what: error.to_string() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::engine::{EngineKind, MemoryEngine};

    fn key() -> Arc<RowKey> {
        Arc::new(RowKey::new(&[9; 32], 0).unwrap())
    }

    fn put(upto: u64, key: &str, value: Option<&str>) -> Changes {
        let put = (key.as_bytes().to_vec(), value.map(|value| value.as_bytes().to_vec()));
        Changes { upto, puts: vec![put] }
    }

    fn open(kind: EngineKind, dir: &Path) -> Buffered {
        Buffered::over(kind.open(dir, 8 << 20).unwrap(), dir, key()).unwrap()
    }

    fn all(engine: &Buffered, order: Order, limit: usize) -> Vec<String> {
        let entries = engine.scan(&KeyRange::prefix(b"k"), order, limit).unwrap();
        let text = |(key, value)| format!("{}={}", utf8(key), utf8(value));
        entries.into_iter().map(text).collect()
    }

    fn utf8(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_is_in_memory_lies_over_what_the_engine_has() {
        for kind in [EngineKind::Sled, EngineKind::Redb] {
            let dir = tempfile::tempdir().unwrap();
            let engine = open(kind, dir.path());
            for (upto, key) in [(1, "k1"), (2, "k2"), (3, "k4"), (4, "k5")] {
                engine.apply(&[put(upto, key, Some("old"))]).unwrap();
            }
            engine.flush().unwrap();
            engine.apply(&[put(5, "k2", None), put(6, "k3", Some("new"))]).unwrap();
            engine.apply(&[put(7, "k4", Some("new")), put(8, "k6", Some("new"))]).unwrap();
            for _ in 0..2 {
                assert_eq!(
                    all(&engine, Order::Rising, 9),
                    ["k1=old", "k3=new", "k4=new", "k5=old", "k6=new"]
                );
                assert_eq!(all(&engine, Order::Falling, 3), ["k6=new", "k5=old", "k4=new"]);
                assert_eq!(all(&engine, Order::Rising, 2), ["k1=old", "k3=new"]);
                assert_eq!(all(&engine, Order::Rising, 0), [""; 0]);
                assert_eq!(engine.get(b"k2").unwrap(), None);
                assert_eq!(engine.last_applied().unwrap(), 8);
                engine.flush().unwrap();
            }
        }
    }

    #[test]
    fn what_was_not_handed_on_is_forgotten_as_a_whole() {
        let dir = tempfile::tempdir().unwrap();
        let engine = open(EngineKind::Sled, dir.path());
        engine.apply(&[put(1, "k1", Some("1"))]).unwrap();
        engine.flush().unwrap();
        // Held, so that the thread cannot hand on what follows before it is dropped.
        engine.shared.turn().ended = true;
        engine.apply(&[put(2, "k2", Some("2"))]).unwrap();
        drop(engine);
        let engine = open(EngineKind::Sled, dir.path());
        assert_eq!(
            (all(&engine, Order::Rising, 9), engine.last_applied().unwrap()),
            (vec!["k1=1".to_owned()], 1)
        );
    }

    /// An engine that remembers how many changes it was given, and up to which number.
    #[derive(Clone, Default)]
    struct Watched {
        engine: Arc<MemoryEngine>,
        given: Arc<Mutex<Vec<(usize, u64)>>>,
    }

    impl Engine for Watched {
        fn name(&self) -> &'static str {
            "watched"
        }

        fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
            self.engine.get(key)
        }

        fn scan(
            &self,
            range: &KeyRange,
            order: Order,
            limit: usize,
        ) -> Result<Vec<Entry>, EngineError> {
            self.engine.scan(range, order, limit)
        }

        fn apply(&self, commits: &[Changes]) -> Result<(), EngineError> {
            self.engine.apply(commits)
        }

        fn fill(&self, changes: Changes) -> Result<(), EngineError> {
            self.given.lock().unwrap().push((changes.puts.len(), changes.upto));
            self.engine.fill(changes)
        }

        fn flush(&self) -> Result<(), EngineError> {
            self.engine.flush()
        }
    }

    #[test]
    fn an_engine_is_given_a_portion_at_a_time_and_the_number_last() {
        let (dir, watched) = (tempfile::tempdir().unwrap(), Watched::default());
        let engine = Buffered::over(Box::new(watched.clone()), dir.path(), key()).unwrap();
        let key = |number: usize| number.to_be_bytes().to_vec();
        let puts = (0..2 * PORTION + 7).map(|number| (key(number), Some(vec![1]))).collect();
        engine.apply(&[Changes { upto: 9, puts }]).unwrap();
        engine.flush().unwrap();
        let given = watched.given.lock().unwrap().clone();
        assert_eq!(given, [(PORTION, 0), (PORTION, 0), (7, 0), (0, 9)]);
        assert_eq!(watched.last_applied().unwrap(), 9);
    }

    #[test]
    fn what_a_crash_left_half_done_is_finished_on_opening() {
        for kind in [EngineKind::Sled, EngineKind::Redb] {
            let dir = tempfile::tempdir().unwrap();
            let engine = kind.open(dir.path(), 8 << 20).unwrap();
            engine.apply(&[put(1, "k1", Some("1")), put(2, "k2", Some("2"))]).unwrap();
            let mut changes = put(9, "k1", None);
            changes.puts.push((b"k3".to_vec(), Some(b"3".to_vec())));
            let key = key();
            let mut note = Note::begin(dir.path(), &key).unwrap();
            note.add(&changes.puts).unwrap();
            note.finish(changes.upto).unwrap();
            // The engine came as far as the first of them.
            engine.apply(&[put(2, "k1", None)]).unwrap();
            engine.flush().unwrap();
            drop(engine);
            let engine = open(kind, dir.path());
            assert_eq!(all(&engine, Order::Rising, 9), ["k2=2", "k3=3"]);
            assert_eq!(engine.last_applied().unwrap(), 9);
            assert_eq!(note::read(dir.path(), &key), None);
        }
    }

    #[test]
    fn a_scan_is_that_of_one_map_whatever_lies_where() {
        for seed in 1..60u64 {
            let dir = tempfile::tempdir().unwrap();
            let engine =
                Buffered::over(EngineKind::Memory.open(dir.path(), 0).unwrap(), dir.path(), key());
            let engine = engine.unwrap();
            let mut plain = std::collections::BTreeMap::new();
            let mut state = seed;
            let mut random = |below: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) % below
            };
            for upto in 1..80 {
                let (key, keep) = (format!("k{:02}", random(30)), random(3) > 0);
                let value = keep.then(|| upto.to_string());
                engine.apply(&[put(upto, &key, value.as_deref())]).unwrap();
                match value {
                    Some(value) => plain.insert(key, value),
                    None => plain.remove(&key),
                };
                if random(20) == 0 {
                    engine.flush().unwrap();
                }
                let from = format!("k{:02}", random(30));
                let range =
                    KeyRange { from: from.clone().into_bytes(), until: Some(b"k25".to_vec()) };
                let limit = random(12) as usize;
                for order in [Order::Rising, Order::Falling] {
                    let mut right: Vec<_> = plain
                        .iter()
                        .filter(|(key, _)| **key >= from && key.as_str() < "k25")
                        .collect();
                    if order == Order::Falling {
                        right.reverse();
                    }
                    let right = right.into_iter().take(limit);
                    let right: Vec<_> =
                        right.map(|(key, value)| (key.clone(), value.clone())).collect();
                    let found = engine.scan(&range, order, limit).unwrap().into_iter();
                    let found: Vec<_> =
                        found.map(|(key, value)| (utf8(key), utf8(value))).collect();
                    assert_eq!(found, right, "seed {seed}, after {upto}, {order:?}, {limit}");
                }
            }
        }
    }
}
