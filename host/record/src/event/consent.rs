//! What a citizen decides about who sees their record, and what is done in spite of it.

use gtp_model::{Block, BlockId, BrokenGlass, GrantId, RelativeGrant};
use serde::{Deserialize, Serialize};

/// A citizen let a relative see, or also enter, the data of one programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelativeGranted {
    /// The grant.
    pub grant: RelativeGrant,
}

/// A citizen took a grant back, or a relative gave it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantWithdrawn {
    /// Which.
    pub grant: GrantId,
}

/// A citizen refused that somebody sees their data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockPlaced {
    /// The block.
    pub block: Block,
}

/// A citizen took a block back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockWithdrawn {
    /// Which.
    pub block: BlockId,
}

/// The event's actor opened a record that was closed to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlassBroken {
    /// For how long and why.
    pub glass: BrokenGlass,
}
