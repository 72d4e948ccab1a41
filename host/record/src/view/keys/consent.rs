//! Where grants, blocks and broken glass lie, and who looked at what.

use gtp_model::{BlockId, CitizenId, GlassId, GrantId};

use super::{Key, table};

/// The letters that tell one kind of row from another.
pub(crate) const GRANT: u8 = b'g';
pub(crate) const BLOCK: u8 = b'b';
pub(crate) const GLASS: u8 = b'x';

/// All that a citizen has decided about who sees their record: one range.
pub(crate) fn consents_of(citizen: CitizenId) -> Key {
    Key::table(table::CONSENT).raw(citizen.0.as_bytes())
}

pub(crate) fn grant(citizen: CitizenId, id: GrantId) -> Vec<u8> {
    consents_of(citizen).raw(&[GRANT]).raw(id.0.as_bytes()).done()
}

pub(crate) fn block(citizen: CitizenId, id: BlockId) -> Vec<u8> {
    consents_of(citizen).raw(&[BLOCK]).raw(id.0.as_bytes()).done()
}

pub(crate) fn glass(citizen: CitizenId, id: GlassId) -> Vec<u8> {
    consents_of(citizen).raw(&[GLASS]).raw(id.0.as_bytes()).done()
}

/// The letter of a key of [`consents_of`].
pub(crate) fn consent_letter(key: &[u8]) -> Option<u8> {
    key.get(17).copied()
}

/// The citizens who have let a relative in.
pub(crate) fn granted_to(relative: &str) -> Key {
    Key::table(table::GRANTED).text(relative)
}

pub(crate) fn granted_to_by(relative: &str, citizen: CitizenId, id: GrantId) -> Vec<u8> {
    granted_to(relative).raw(citizen.0.as_bytes()).raw(id.0.as_bytes()).done()
}

/// Every look at any record, the newest first.
pub(crate) fn looks() -> Key {
    Key::table(table::LOOK)
}

pub(crate) fn look(event: u64) -> Vec<u8> {
    looks().newest_first(event).done()
}
