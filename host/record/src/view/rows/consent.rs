//! Rows of grants, blocks and broken glass, and of who looked at what.

use gtp_model::{Actor, Block, BrokenGlass, CitizenId, RelativeGrant, Time};
use serde::{Deserialize, Serialize};

use super::AccessRow;

/// What a relative may do, since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRow {
    /// The grant.
    pub grant: RelativeGrant,
    /// When it was given.
    pub at: Time,
    /// Number of the event that says so.
    pub event: u64,
}

/// A block and since when it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockRow {
    /// The block.
    pub block: Block,
    /// When it was placed.
    pub at: Time,
    /// Number of the event that says so.
    pub event: u64,
}

/// Who opened a record that was closed to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlassRow {
    /// For how long and why.
    pub glass: BrokenGlass,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Time,
    /// Number of the event that says so.
    pub event: u64,
}

/// All that is in force of what a citizen has decided, and whatever was done in spite of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consents {
    /// What relatives may do. A grant that has run out is among them.
    pub grants: Vec<GrantRow>,
    /// Who is kept out of what.
    pub blocks: Vec<BlockRow>,
    /// Who broke the glass. One that was closed again is among them.
    pub glasses: Vec<GlassRow>,
}

/// One look at the records of one or more citizens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookRow {
    /// Whose records.
    pub citizens: Vec<CitizenId>,
    /// Who, when, what and why.
    pub access: AccessRow,
}
