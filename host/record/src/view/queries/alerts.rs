//! Alerts, as worklists and one by one.

use gtp_model::{Alert, AlertCause, AlertId, CitizenId, EnrolmentId, UnitId};

use super::{last_id, row};
use crate::engine::{KeyRange, Order};
use crate::store::{Store, StoreError};
use crate::view::keys;

/// A part of a unit's worklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertColumn {
    /// Nobody has taken them.
    Open,
    /// Somebody works on them.
    Taken,
    /// Done.
    Resolved,
}

impl AlertColumn {
    fn letter(self) -> u8 {
        match self {
            AlertColumn::Open => b'o',
            AlertColumn::Taken => b't',
            AlertColumn::Resolved => b'z',
        }
    }
}

/// The alert with this id.
///
/// # Errors
/// Where the view cannot be read.
pub fn alert(store: &dyn Store, id: AlertId) -> Result<Option<Alert>, StoreError> {
    row(store, "alerts", &keys::alert(id))
}

/// Up to `limit` alerts of a unit in one state, the worst first and among equals the oldest.
///
/// # Errors
/// Where the view cannot be read.
pub fn worklist(
    store: &dyn Store,
    unit: &UnitId,
    column: AlertColumn,
    limit: usize,
) -> Result<Vec<Alert>, StoreError> {
    by_ids(store, keys::worklist(unit, column.letter()).done(), limit)
}

/// Up to `limit` alerts of a citizen, the newest first, resolved ones too.
///
/// # Errors
/// Where the view cannot be read.
pub fn alerts_of(
    store: &dyn Store,
    citizen: CitizenId,
    limit: usize,
) -> Result<Vec<Alert>, StoreError> {
    by_ids(store, keys::alerts_of(citizen).done(), limit)
}

/// The one alert of an enrolment for this cause that is not resolved.
///
/// # Errors
/// Where the view cannot be read.
pub fn open_alert(
    store: &dyn Store,
    enrolment: EnrolmentId,
    cause: &AlertCause,
) -> Result<Option<Alert>, StoreError> {
    match store.get(&keys::open_alert(enrolment, cause))? {
        Some(id) => alert(store, AlertId(last_id("open alerts", &id)?)),
        None => Ok(None),
    }
}

fn by_ids(store: &dyn Store, prefix: Vec<u8>, limit: usize) -> Result<Vec<Alert>, StoreError> {
    let mut alerts = Vec::new();
    for (key, _) in store.scan(&KeyRange::prefix(&prefix), Order::Rising, limit)? {
        alerts.extend(alert(store, AlertId(last_id("worklists", &key)?))?);
    }
    Ok(alerts)
}
