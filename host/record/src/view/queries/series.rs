//! What a citizen measured, one field at a time.
//!
//! A series is one stretch of keys in the order of measurement, so reading a window costs the window,
//! however long the citizen has measured.

use gtp_model::{CitizenId, FieldId, ObservationId, Time};

use crate::engine::{Entry, KeyRange, Order, successor};
use crate::store::{Store, StoreError};
use crate::view::keys::{self, Key, table};
use crate::view::rows::{self, ObservationRow};

/// Hardly any window holds so many values of one field.
const MANY: usize = 1_000;

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
            until: match self.until {
                Time(i64::MAX) => successor(&prefix),
                until => Some(Key::from_prefix(&prefix).time(until).done()),
            },
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
    in_window(store, table::OBSERVATION, citizen, field, window)
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
    in_window(store, table::SUPERSEDED, citizen, field, window)
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
    let range = window.range(keys::series(table::OBSERVATION, citizen, field));
    // Reading forwards is cheaper, where the window is likely to hold fewer than are asked for.
    if count >= MANY && window.from > Window::ALL.from {
        let entries = store.scan(&range, Order::Rising, count.saturating_add(1))?;
        if entries.len() <= count {
            return decode(citizen, field, &entries);
        }
    }
    let mut entries = store.scan(&range, Order::Falling, count)?;
    entries.reverse();
    decode(citizen, field, &entries)
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
    for letter in [table::OBSERVATION, table::SUPERSEDED] {
        for field in &fields {
            if let Some(row) = search(store, letter, citizen, field, id)? {
                return Ok(Some(row));
            }
        }
    }
    Ok(None)
}

fn search(
    store: &dyn Store,
    letter: u8,
    citizen: CitizenId,
    field: &FieldId,
    id: ObservationId,
) -> Result<Option<ObservationRow>, StoreError> {
    let mut range = KeyRange::prefix(&keys::series(letter, citizen, field).done());
    loop {
        let entries = store.scan(&range, Order::Falling, 256)?;
        let Some((first, _)) = entries.last() else {
            return Ok(None);
        };
        range.until = Some(first.clone());
        if let Some((key, bytes)) = entries.iter().find(|(key, _)| key.ends_with(id.0.as_bytes())) {
            return rows::from_observation(citizen, field, rows::measured_in(key)?, bytes)
                .map(Some);
        }
    }
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

fn in_window(
    store: &dyn Store,
    letter: u8,
    citizen: CitizenId,
    field: &FieldId,
    window: Window,
) -> Result<Vec<ObservationRow>, StoreError> {
    let range = window.range(keys::series(letter, citizen, field));
    decode(citizen, field, &store.scan(&range, Order::Rising, usize::MAX)?)
}

fn decode(
    citizen: CitizenId,
    field: &FieldId,
    entries: &[Entry],
) -> Result<Vec<ObservationRow>, StoreError> {
    entries
        .iter()
        .map(|(key, bytes)| rows::from_observation(citizen, field, rows::measured_in(key)?, bytes))
        .collect()
}
