//! A Merkle tree over all events (RFC 6962): one hash that stands for the whole record.
//!
//! Whoever kept an old root can have it shown that an event is in the record, and that the record of today
//! is the one of then with more at its end. The leaves are the events' hashes, so the tree tells nothing of
//! what they say, and an erased event's leaf stays.
//!
//! The tree follows from the journal and is kept in plain files: level 0 holds the hash of every leaf,
//! level 8 of every full subtree of 256 leaves, level 16 of 65,536, and so on. Eight levels between are
//! computed when they are needed.

mod compact;
mod files;
mod proof;

use gtp_model::Digest;
use sha2::{Digest as _, Sha256};

pub use compact::CompactTree;
pub use files::{Tree, TreeError};
pub use proof::{consistent, included};

/// The hash of a leaf, from the hash of its event.
#[must_use]
pub fn leaf(event: &Digest) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(event.0);
    Digest(hasher.finalize().into())
}

/// The hash of two subtrees side by side.
#[must_use]
pub fn node(left: &Digest, right: &Digest) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left.0);
    hasher.update(right.0);
    Digest(hasher.finalize().into())
}

/// The root of a tree without leaves.
#[must_use]
pub fn empty_root() -> Digest {
    Digest(Sha256::digest([]).into())
}

/// The largest power of two below `size`, which is more than 1: where the tree is divided.
fn divide(size: u64) -> u64 {
    1 << (63 - (size - 1).leading_zeros())
}
