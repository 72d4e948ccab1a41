//! Enrolments, of a citizen and of a unit.

use gtp_model::{CitizenId, EnrolmentId, UnitId};

use super::{last_id, row, rows_of};
use crate::engine::{KeyRange, Order};
use crate::store::{Store, StoreError};
use crate::view::keys::{self, Key, table};
use crate::view::rows::{self, EnrolmentRow};

/// The enrolment with this id.
///
/// # Errors
/// Where the view cannot be read.
pub fn enrolment(store: &dyn Store, id: EnrolmentId) -> Result<Option<EnrolmentRow>, StoreError> {
    match store.get(&keys::enrolment_by_id(id))? {
        Some(citizen) => {
            let citizen = CitizenId(last_id("enrolments by id", &citizen)?);
            row(store, "enrolments", &keys::enrolment(citizen, id))
        }
        None => Ok(None),
    }
}

/// All enrolments of a citizen, oldest first, ended ones too.
///
/// # Errors
/// Where the view cannot be read.
pub fn enrolments_of(
    store: &dyn Store,
    citizen: CitizenId,
) -> Result<Vec<EnrolmentRow>, StoreError> {
    rows_of(store, "enrolments", keys::enrolments_of(citizen), usize::MAX)
}

/// Up to `limit` enrolments that a unit cares for, oldest first, ended ones too: those after `after`.
///
/// # Errors
/// Where the view cannot be read.
pub fn enrolments_of_unit(
    store: &dyn Store,
    unit: &UnitId,
    after: Option<EnrolmentId>,
    limit: usize,
) -> Result<Vec<EnrolmentRow>, StoreError> {
    let mut range = KeyRange::prefix(&keys::enrolments_by_unit(unit).done());
    if let Some(after) = after {
        range.from = [keys::enrolment_by_unit(unit, after), vec![0]].concat();
    }
    let mut found = Vec::new();
    for (key, _) in store.scan(&range, Order::Rising, limit)? {
        let id = EnrolmentId(last_id("enrolments by unit", &key)?);
        found.extend(enrolment(store, id)?);
    }
    Ok(found)
}

/// Up to `limit` enrolments of anybody, by citizen, ended ones too: those after `after`.
///
/// # Errors
/// Where the view cannot be read.
pub fn enrolments(
    store: &dyn Store,
    after: Option<(CitizenId, EnrolmentId)>,
    limit: usize,
) -> Result<Vec<EnrolmentRow>, StoreError> {
    let mut range = KeyRange::prefix(&Key::table(table::ENROLMENT).done());
    if let Some((citizen, enrolment)) = after {
        range.from = [keys::enrolment(citizen, enrolment), vec![0]].concat();
    }
    let found = store.scan(&range, Order::Rising, limit)?;
    found.iter().map(|(_, bytes)| rows::from_json("enrolments", bytes)).collect()
}
