//! Accounts, tokens and units.

use gtp_model::{Digest, Unit, UnitId};

use super::{row, rows_of};
use crate::store::{Store, StoreError};
use crate::view::keys::{self, Key, table};
use crate::view::rows::{AccountRow, TokenRow};

/// The account of this name.
///
/// # Errors
/// Where the view cannot be read.
pub fn account(store: &dyn Store, name: &str) -> Result<Option<AccountRow>, StoreError> {
    row(store, "accounts", &keys::account(name))
}

/// All accounts, by name.
///
/// # Errors
/// Where the view cannot be read.
pub fn accounts(store: &dyn Store) -> Result<Vec<AccountRow>, StoreError> {
    rows_of(store, "accounts", Key::table(table::ACCOUNT), usize::MAX)
}

/// The token of this name, also a revoked one.
///
/// # Errors
/// Where the view cannot be read.
pub fn token(store: &dyn Store, name: &str) -> Result<Option<TokenRow>, StoreError> {
    row(store, "tokens", &keys::token(name))
}

/// The token of which this is the hash, unless it was revoked.
///
/// # Errors
/// Where the view cannot be read.
pub fn token_by_hash(store: &dyn Store, hash: &Digest) -> Result<Option<TokenRow>, StoreError> {
    let Some(name) = store.get(&keys::token_by_hash(hash))? else { return Ok(None) };
    token(store, &String::from_utf8_lossy(&name))
}

/// All tokens, by name, also revoked ones.
///
/// # Errors
/// Where the view cannot be read.
pub fn tokens(store: &dyn Store) -> Result<Vec<TokenRow>, StoreError> {
    rows_of(store, "tokens", Key::table(table::TOKEN), usize::MAX)
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
