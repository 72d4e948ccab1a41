//! Plans and diaries.

use gtp_model::{CitizenId, PlanItemId};

use super::series::Window;
use super::{last_id, row, rows_of};
use crate::engine::{KeyRange, Order};
use crate::store::{Store, StoreError};
use crate::view::keys;
use crate::view::rows::{self, DiaryRow, PlanChangeRow, PlanItemRow, VisitRow};

/// The item of a plan with this id.
///
/// # Errors
/// Where the view cannot be read.
pub fn plan_item(store: &dyn Store, id: PlanItemId) -> Result<Option<PlanItemRow>, StoreError> {
    row(store, "plans", &keys::plan_item(id))
}

/// Up to `limit` items of a citizen's plan that go on, in the order in which they came into it.
///
/// # Errors
/// Where the view cannot be read.
pub fn plan(
    store: &dyn Store,
    citizen: CitizenId,
    limit: usize,
) -> Result<Vec<PlanItemRow>, StoreError> {
    items(store, citizen, false, limit)
}

/// Up to `limit` items of a citizen's plan that have ended, the last one first.
///
/// # Errors
/// Where the view cannot be read.
pub fn ended_plan(
    store: &dyn Store,
    citizen: CitizenId,
    limit: usize,
) -> Result<Vec<PlanItemRow>, StoreError> {
    items(store, citizen, true, limit)
}

fn items(
    store: &dyn Store,
    citizen: CitizenId,
    ended: bool,
    limit: usize,
) -> Result<Vec<PlanItemRow>, StoreError> {
    let range = KeyRange::prefix(&keys::plan_of(citizen, ended).done());
    let mut found = Vec::new();
    for (key, _) in store.scan(&range, Order::Rising, limit)? {
        found.extend(plan_item(store, PlanItemId(last_id("plans", &key)?))?);
    }
    Ok(found)
}

/// Everything that an item of a plan ever was, oldest first.
///
/// # Errors
/// Where the view cannot be read.
pub fn plan_history(store: &dyn Store, item: PlanItemId) -> Result<Vec<PlanChangeRow>, StoreError> {
    rows_of(store, "plan history", keys::plan_history(item), usize::MAX)
}

/// The appointments of a citizen that begin in a window and were not called off, in the order in which they
/// begin. A schedule's `visits` are their moments.
///
/// # Errors
/// Where the view cannot be read.
pub fn visits(
    store: &dyn Store,
    citizen: CitizenId,
    window: Window,
) -> Result<Vec<VisitRow>, StoreError> {
    let range = window.range(keys::visits_of(citizen));
    let entries = store.scan(&range, Order::Rising, usize::MAX)?;
    entries.iter().map(|(_, bytes)| rows::from_json("visits", bytes)).collect()
}

/// Up to `limit` notes of a citizen's diary about moments in a window, the newest first.
///
/// # Errors
/// Where the view cannot be read.
pub fn diary(
    store: &dyn Store,
    citizen: CitizenId,
    window: Window,
    limit: usize,
) -> Result<Vec<DiaryRow>, StoreError> {
    let range = window.range(keys::diary_of(citizen));
    let entries = store.scan(&range, Order::Falling, limit)?;
    entries.iter().map(|(_, bytes)| rows::from_json("diaries", bytes)).collect()
}
