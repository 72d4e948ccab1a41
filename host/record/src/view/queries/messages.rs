//! Messages, and who has not read which.

use gtp_model::{CitizenId, MessageId, UnitId};
use uuid::Uuid;

use super::{last_id, row};
use crate::engine::{Entry, KeyRange, Order};
use crate::store::{Store, StoreError};
use crate::view::keys::{self, Key};
use crate::view::rows::{self, MessageRow};

/// A message that the side it was sent to has not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    /// The citizen who wrote it or is written to.
    pub citizen: CitizenId,
    /// The message.
    pub message: MessageId,
    /// Number of the event that says it was sent.
    pub event: u64,
}

/// Up to `limit` messages of a citizen, the newest first: those before event `before`, where it is given.
///
/// # Errors
/// Where the view cannot be read.
pub fn messages(
    store: &dyn Store,
    citizen: CitizenId,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<MessageRow>, StoreError> {
    let mut range = KeyRange::prefix(&keys::messages_of(citizen).done());
    if let Some(before) = before {
        range.until = Some(keys::message(citizen, before));
    }
    store
        .scan(&range, Order::Falling, limit)?
        .iter()
        .map(|(_, bytes)| rows::from_json("messages", bytes))
        .collect()
}

/// The message with this id.
///
/// # Errors
/// Where the view cannot be read.
pub fn message(store: &dyn Store, id: MessageId) -> Result<Option<MessageRow>, StoreError> {
    match store.get(&keys::message_by_id(id))? {
        Some(key) => row(store, "messages", &key),
        None => Ok(None),
    }
}

/// Up to `limit` messages that a unit has not read, by citizen and among those of one the oldest first.
///
/// # Errors
/// Where the view cannot be read.
pub fn unread_of_unit(
    store: &dyn Store,
    unit: &UnitId,
    limit: usize,
) -> Result<Vec<Unread>, StoreError> {
    unread(store, keys::unread_of_unit(unit), limit)
}

/// Up to `limit` messages of one citizen that a unit has not read, the oldest first.
///
/// # Errors
/// Where the view cannot be read.
pub fn unread_from(
    store: &dyn Store,
    unit: &UnitId,
    citizen: CitizenId,
    limit: usize,
) -> Result<Vec<Unread>, StoreError> {
    unread(store, keys::unread_from(unit, citizen), limit)
}

/// Up to `limit` messages that a citizen has not read, the oldest first.
///
/// # Errors
/// Where the view cannot be read.
pub fn unread_of_citizen(
    store: &dyn Store,
    citizen: CitizenId,
    limit: usize,
) -> Result<Vec<Unread>, StoreError> {
    unread(store, keys::unread_of_citizen(citizen), limit)
}

fn unread(store: &dyn Store, prefix: Key, limit: usize) -> Result<Vec<Unread>, StoreError> {
    let entries = store.scan(&KeyRange::prefix(&prefix.done()), Order::Rising, limit)?;
    entries.iter().map(unread_in).collect()
}

/// A key of the table ends with the citizen and the event; the value is the message.
fn unread_in((key, value): &Entry) -> Result<Unread, StoreError> {
    let short = || rows::unreadable("unread messages", "a key is too short");
    let end = key.last_chunk::<24>().ok_or_else(short)?;
    let citizen = end.first_chunk::<16>().ok_or_else(short)?;
    let event = end.last_chunk::<8>().ok_or_else(short)?;
    Ok(Unread {
        citizen: CitizenId(Uuid::from_bytes(*citizen)),
        message: MessageId(last_id("unread messages", value)?),
        event: u64::from_be_bytes(*event),
    })
}
