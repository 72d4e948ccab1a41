//! Citizens, by id and by number.

use gtp_model::{Citizen, CitizenId, CitizenNumber, Digest};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{last_id, row};
use crate::engine::{KeyRange, Order};
use crate::store::{Store, StoreError};
use crate::view::keys::{self, Key, table};
use crate::view::rows;

/// The keyed hash under which a citizen is found by number: HMAC-SHA256 with a secret of the
/// installation. Without the secret nobody can try out numbers against it.
#[must_use]
pub fn number_key(secret: &[u8; 32], number: &CitizenNumber) -> Digest {
    // HMAC fills a key up with zeros to the size of a block.
    let mut block = [0u8; 64];
    for (to, from) in block.iter_mut().zip(secret) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(number.as_str().as_bytes());
    Digest(mac.finalize().into_bytes().into())
}

/// The citizen with this id.
///
/// # Errors
/// Where the view cannot be read.
pub fn citizen(store: &dyn Store, id: CitizenId) -> Result<Option<Citizen>, StoreError> {
    row(store, "citizens", &keys::citizen(id))
}

/// The citizen with this number, by its [`number_key`].
///
/// # Errors
/// Where the view cannot be read.
pub fn citizen_by_number(
    store: &dyn Store,
    number_key: &Digest,
) -> Result<Option<Citizen>, StoreError> {
    match store.get(&keys::citizen_by_number(number_key))? {
        Some(id) => citizen(store, CitizenId(last_id("citizens by number", &id)?)),
        None => Ok(None),
    }
}

/// Who this citizen turned out to be, if they were merged into another one.
///
/// # Errors
/// Where the view cannot be read.
pub fn merged_into(store: &dyn Store, id: CitizenId) -> Result<Option<CitizenId>, StoreError> {
    match store.get(&keys::merged_into(id))? {
        Some(into) => Ok(Some(CitizenId(last_id("merged citizens", &into)?))),
        None => Ok(None),
    }
}

/// Those who were merged into this citizen: their history is part of this one's.
///
/// # Errors
/// Where the view cannot be read.
pub fn merged(store: &dyn Store, id: CitizenId) -> Result<Vec<CitizenId>, StoreError> {
    store
        .scan(&KeyRange::prefix(&keys::merged(id).done()), Order::Rising, usize::MAX)?
        .iter()
        .map(|(key, _)| last_id("merged citizens", key).map(CitizenId))
        .collect()
}

/// Up to `limit` citizens in the order in which they were registered, those after `after`.
///
/// # Errors
/// Where the view cannot be read.
pub fn citizens(
    store: &dyn Store,
    after: Option<CitizenId>,
    limit: usize,
) -> Result<Vec<Citizen>, StoreError> {
    let mut range = KeyRange::prefix(&Key::table(table::CITIZEN).done());
    if let Some(after) = after {
        range.from = [keys::citizen(after), vec![0]].concat();
    }
    store
        .scan(&range, Order::Rising, limit)?
        .iter()
        .map(|(_, bytes)| rows::from_json("citizens", bytes))
        .collect()
}
