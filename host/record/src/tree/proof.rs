//! Checking proofs (RFC 9162, 2.1.3.2 and 2.1.4.2): all an auditor needs, without the record.

use gtp_model::Digest;

use super::{leaf, node};

/// Whether the proof shows that the event with this hash is number `number` (the first is 1) of the `size`
/// events under `root`.
#[must_use]
pub fn included(event: &Digest, number: u64, size: u64, proof: &[Digest], root: &Digest) -> bool {
    let Some(index) = number.checked_sub(1).filter(|index| *index < size) else {
        return false;
    };
    let (mut at, mut last, mut hash) = (index, size - 1, leaf(event));
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether the proof shows that the `new` events under `new_root` begin with the `old` ones under `old_root`.
#[must_use]
pub fn consistent(
    old: u64,
    old_root: &Digest,
    new: u64,
    new_root: &Digest,
    proof: &[Digest],
) -> bool {
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        // The empty record is the beginning of every record.
        return proof.is_empty() && *old_root == super::empty_root();
    }
    if old > new {
        return false;
    }
    let (mut at, mut last) = (old - 1, new - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    // Where the old tree is one full subtree, its root is where the proof begins.
    let mut hashes = proof.iter();
    let first = if old.is_power_of_two() { Some(old_root) } else { hashes.next() };
    let Some(first) = first else {
        return false;
    };
    let (mut old_hash, mut new_hash) = (*first, *first);
    for hash in hashes {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old_hash = node(hash, &old_hash);
            new_hash = node(hash, &new_hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node(&new_hash, hash);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}
