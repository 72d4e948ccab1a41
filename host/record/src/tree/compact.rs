//! The tree without its inside: enough to know the root after each leaf.

use gtp_model::Digest;

use super::{empty_root, leaf, node};

/// The roots of the full subtrees that make up the tree, largest first.
#[derive(Debug, Clone, Default)]
pub struct CompactTree {
    size: u64,
    peaks: Vec<Digest>,
}

impl CompactTree {
    /// Adds the next event's hash.
    pub fn push(&mut self, event: &Digest) {
        let mut hash = leaf(event);
        // Each subtree of the new leaf's size that is there already is joined with it.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// How many events there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Digest {
        let mut peaks = self.peaks.iter().rev();
        let last = peaks.next().copied();
        last.map_or_else(empty_root, |last| peaks.fold(last, |right, left| node(left, &right)))
    }
}
