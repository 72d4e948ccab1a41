//! What a citizen measured, one field at a time.
//!
//! A series is one stretch of [blocks](crate::view::block) in the order of measurement, so reading a window costs the
//! window, however long the citizen has measured.

use gtp_model::{CitizenId, FieldId, ObservationId, Time};

use crate::engine::{Entry, KeyRange, Order, successor};
use crate::store::{Store, StoreError};
use crate::view::block;
use crate::view::keys::{self, Key, table};
use crate::view::position::Position;
use crate::view::rows::{self, ObservationRow};

/// How many blocks are read at a time.
const STEP: usize = 8;

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first moment that belongs to it.
    pub from: Time,
    /// The first moment that does not any more.
    pub until: Time,
}

impl Window {
    /// All of time.
    pub const ALL: Window = Window { from: Time(i64::MIN), until: Time(i64::MAX) };

    /// From one moment to another, both of which belong to it.
    #[must_use]
    pub const fn between(first: Time, last: Time) -> Self {
        Self { from: first, until: last.plus(1) }
    }

    /// Everything up to a moment, which belongs to it.
    #[must_use]
    pub const fn upto(last: Time) -> Self {
        Self::between(Self::ALL.from, last)
    }

    /// The keys of this time in a stretch of keys that go by time.
    pub(super) fn range(self, series: Key) -> KeyRange {
        let prefix = series.done();
        KeyRange {
            from: Key::from_prefix(&prefix).time(self.from).done(),
            until: self.end(&prefix),
        }
    }

    /// The first key of a stretch that comes after this time.
    fn end(self, prefix: &[u8]) -> Option<Vec<u8>> {
        match self.until {
            Time(i64::MAX) => successor(prefix),
            until => Some(Key::from_prefix(prefix).time(until).done()),
        }
    }
}

/// The observations of one field that were measured in a window, oldest first; superseded ones are not
/// among them.
///
/// # Errors
/// Where the view cannot be read.
pub fn observations(
    store: &dyn Store,
    citizen: CitizenId,
    field: &FieldId,
    window: Window,
) -> Result<Vec<ObservationRow>, StoreError> {
    newest_observations(store, citizen, field, window, usize::MAX)
}

/// The observations of one field that were measured in a window and later corrected, oldest first.
///
/// # Errors
/// Where the view cannot be read.
pub fn superseded_observations(
    store: &dyn Store,
    citizen: CitizenId,
    field: &FieldId,
    window: Window,
) -> Result<Vec<ObservationRow>, StoreError> {
    let range = window.range(keys::series(table::SUPERSEDED, citizen, field));
    let entries = store.scan(&range, Order::Rising, usize::MAX)?;
    let row = |(key, bytes): &Entry| rows::from_observation(citizen, field, position(key)?, bytes);
    entries.iter().map(row).collect()
}

/// The newest `count` observations of one field that were measured in a window, oldest first.
///
/// # Errors
/// Where the view cannot be read.
pub fn newest_observations(
    store: &dyn Store,
    citizen: CitizenId,
    field: &FieldId,
    window: Window,
    count: usize,
) -> Result<Vec<ObservationRow>, StoreError> {
    let mut found = Vec::new();
    if count == 0 {
        return Ok(found);
    }
    let mut blocks = Blocks::before(citizen, field, window.until);
    // The last block is seldom full.
    blocks.step = count.div_ceil(block::MOST).saturating_add(usize::from(count > 1)).min(STEP);
    'all: while let Some(entries) = blocks.next(store)? {
        for (_, bytes) in &entries {
            for one in block::read(bytes)?.iter().rev() {
                let measured = one.at.measured();
                if measured < window.from || found.len() >= count {
                    break 'all;
                }
                if measured < window.until || window.until == Window::ALL.until {
                    found.push(rows::from_observation(citizen, field, one.at, one.row)?);
                }
            }
        }
    }
    found.reverse();
    Ok(found)
}

/// The blocks of a series, some at a time, the newest first.
struct Blocks {
    range: KeyRange,
    step: usize,
    ended: bool,
}

impl Blocks {
    /// Those in which something can be that was measured before a moment.
    fn before(citizen: CitizenId, field: &FieldId, until: Time) -> Self {
        let series = keys::series(table::OBSERVATION, citizen, field).done();
        // The first block stands before all of time.
        let range = KeyRange { until: Window { until, ..Window::ALL }.end(&series), from: series };
        Self { range, step: STEP, ended: false }
    }

    fn next(&mut self, store: &dyn Store) -> Result<Option<Vec<Entry>>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        let entries = store.scan(&self.range, Order::Falling, self.step)?;
        self.ended = entries.len() < self.step;
        self.range.until = entries.last().map(|(key, _)| key.clone());
        Ok(Some(entries))
    }
}

/// One observation by its id, superseded or not. There is no index of ids: the citizen's series are searched,
/// each from its newest value back, so a recent one is found soon and an old one costs the history.
///
/// # Errors
/// Where the view cannot be read.
pub fn observation(
    store: &dyn Store,
    citizen: CitizenId,
    id: ObservationId,
) -> Result<Option<ObservationRow>, StoreError> {
    let fields = fields_of(store, citizen)?;
    for field in &fields {
        let mut blocks = Blocks::before(citizen, field, Window::ALL.until);
        while let Some(entries) = blocks.next(store)? {
            for (_, bytes) in &entries {
                if let Some(one) = block::read(bytes)?.iter().find(|one| one.at.id() == id) {
                    return rows::from_observation(citizen, field, one.at, one.row).map(Some);
                }
            }
        }
    }
    for field in &fields {
        let mut range = KeyRange::prefix(&keys::series(table::SUPERSEDED, citizen, field).done());
        loop {
            let entries = store.scan(&range, Order::Falling, 256)?;
            for (key, bytes) in &entries {
                let at = position(key)?;
                if at.id() == id {
                    return rows::from_observation(citizen, field, at, bytes).map(Some);
                }
            }
            let Some((first, _)) = entries.last() else { break };
            range.until = Some(first.clone());
        }
    }
    Ok(None)
}

fn position(key: &[u8]) -> Result<Position, StoreError> {
    Position::ending(key).ok_or_else(|| rows::unreadable("observations", "a key is too short"))
}

/// The fields of which a citizen has observations, in the order of their names.
///
/// # Errors
/// Where the view cannot be read.
pub fn fields_of(store: &dyn Store, citizen: CitizenId) -> Result<Vec<FieldId>, StoreError> {
    let prefix = Key::table(table::OBSERVATION).raw(citizen.0.as_bytes()).done();
    let mut range = KeyRange::prefix(&prefix);
    let mut fields = Vec::new();
    // One step per field: from the first key of each to the first after all of it.
    while let Some((key, _)) = store.scan(&range, Order::Rising, 1)?.pop() {
        let name = key.get(prefix.len()..).unwrap_or(&[]);
        let name = name.split(|byte| *byte == 0).next().unwrap_or(&[]);
        let field: FieldId = std::str::from_utf8(name)
            .ok()
            .and_then(|name| name.parse().ok())
            .ok_or_else(|| rows::unreadable("observations", "a key names no field"))?;
        let series = keys::series(table::OBSERVATION, citizen, &field).done();
        fields.push(field);
        match successor(&series) {
            Some(after) => range.from = after,
            None => break,
        }
    }
    Ok(fields)
}
