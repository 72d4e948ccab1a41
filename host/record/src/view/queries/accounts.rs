//! Accounts and units.

use gtp_model::{Unit, UnitId};

use super::{row, rows_of};
use crate::event::account::AccountAdded;
use crate::store::{Store, StoreError};
use crate::view::keys::{self, Key, table};

/// The account of this name.
///
/// # Errors
/// Where the view cannot be read.
pub fn account(store: &dyn Store, name: &str) -> Result<Option<AccountAdded>, StoreError> {
    row(store, "accounts", &keys::account(name))
}

/// All accounts, by name.
///
/// # Errors
/// Where the view cannot be read.
pub fn accounts(store: &dyn Store) -> Result<Vec<AccountAdded>, StoreError> {
    rows_of(store, "accounts", Key::table(table::ACCOUNT), usize::MAX)
}

/// The unit with this id.
///
/// # Errors
/// Where the view cannot be read.
pub fn unit(store: &dyn Store, id: &UnitId) -> Result<Option<Unit>, StoreError> {
    row(store, "units", &keys::unit(id))
}

/// All units, by id.
///
/// # Errors
/// Where the view cannot be read.
pub fn units(store: &dyn Store) -> Result<Vec<Unit>, StoreError> {
    rows_of(store, "units", Key::table(table::UNIT), usize::MAX)
}
