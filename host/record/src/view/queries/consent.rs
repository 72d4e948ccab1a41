//! What citizens have decided about who sees their record.

use gtp_model::CitizenId;

use super::last_id;
use crate::engine::{KeyRange, Order};
use crate::store::{Store, StoreError};
use crate::view::keys;
use crate::view::rows::{self, Consents};

/// What a citizen has decided, and who broke the glass: one range.
///
/// # Errors
/// Where the view cannot be read.
pub fn consents(store: &dyn Store, citizen: CitizenId) -> Result<Consents, StoreError> {
    let range = KeyRange::prefix(&keys::consents_of(citizen).done());
    let mut found = Consents::default();
    for (key, bytes) in store.scan(&range, Order::Rising, usize::MAX)? {
        match keys::consent_letter(&key) {
            Some(keys::GRANT) => found.grants.push(rows::from_json("grants", &bytes)?),
            Some(keys::BLOCK) => found.blocks.push(rows::from_json("blocks", &bytes)?),
            Some(keys::GLASS) => found.glasses.push(rows::from_json("broken glass", &bytes)?),
            _ => return Err(rows::unreadable("consents", "a key is of no known kind")),
        }
    }
    Ok(found)
}

/// The citizens who have let this relative in, each once. A grant that has run out counts.
///
/// # Errors
/// Where the view cannot be read.
pub fn citizens_of_relative(
    store: &dyn Store,
    relative: &str,
) -> Result<Vec<CitizenId>, StoreError> {
    let range = KeyRange::prefix(&keys::granted_to(relative).done());
    let mut citizens = vec![];
    for (key, _) in store.scan(&range, Order::Rising, usize::MAX)? {
        let without_grant = key.get(..key.len().saturating_sub(16)).unwrap_or_default();
        let citizen = CitizenId(last_id("grants by relative", without_grant)?);
        if citizens.last() != Some(&citizen) {
            citizens.push(citizen);
        }
    }
    Ok(citizens)
}
