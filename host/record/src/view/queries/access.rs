//! Who saw a citizen's record.

use gtp_model::CitizenId;

use crate::engine::{KeyRange, Order};
use crate::store::{Store, StoreError};
use crate::view::keys;
use crate::view::rows::{self, AccessRow, LookRow};

/// Up to `limit` lines of a citizen's access log, the newest first: those before event `before`, where it
/// is given.
///
/// # Errors
/// Where the view cannot be read.
pub fn access_log(
    store: &dyn Store,
    citizen: CitizenId,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<AccessRow>, StoreError> {
    let mut range = KeyRange::prefix(&keys::access_of(citizen).done());
    if let Some(before) = before {
        range.from = [keys::access(citizen, before), vec![0]].concat();
    }
    store
        .scan(&range, Order::Rising, limit)?
        .iter()
        .map(|(_, bytes)| rows::from_json("access log", bytes))
        .collect()
}

/// Up to `limit` looks at any records, the newest first: those before event `before`, where it is given.
///
/// # Errors
/// Where the view cannot be read.
pub fn looks(
    store: &dyn Store,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<LookRow>, StoreError> {
    let mut range = KeyRange::prefix(&keys::looks().done());
    if let Some(before) = before {
        range.from = [keys::look(before), vec![0]].concat();
    }
    store
        .scan(&range, Order::Rising, limit)?
        .iter()
        .map(|(_, bytes)| rows::from_json("looks", bytes))
        .collect()
}
