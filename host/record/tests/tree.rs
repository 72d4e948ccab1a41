//! The tree agrees with another implementation of RFC 6962 on every size, root and proof.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use gtp_model::Digest;
use gtp_record::tree::{CompactTree, Tree, consistent, included};
use sha2::Sha256;
use support::random::{Random, seed};

fn event(random: &mut Random) -> Digest {
    Digest(random.bytes(32).try_into().unwrap())
}

#[test]
fn roots_and_proofs_are_those_of_another_implementation() {
    let mut random = Random::new(seed());
    let dir = tempfile::tempdir().unwrap();
    let mut tree = Tree::open(dir.path(), 0).unwrap();
    let mut other = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut compact = CompactTree::default();
    let mut roots = vec![tree.root(0).unwrap()];
    let mut events = vec![];
    assert_eq!(compact.root(), roots[0]);
    for size in 1..=700u64 {
        let next = event(&mut random);
        tree.push(&next).unwrap();
        compact.push(&next);
        other.push(next.0.to_vec());
        events.push(next);
        let root = tree.root(size).unwrap();
        assert_eq!(root.0[..], other.root().as_bytes()[..], "size {size}");
        assert_eq!(root, compact.root(), "size {size}");
        roots.push(root);

        let number = 1 + random.below(size);
        let proof = tree.inclusion(number, size).unwrap();
        let flat: Vec<u8> = proof.iter().flat_map(|hash| hash.0).collect();
        assert_eq!(flat, other.prove_inclusion(number as usize - 1).as_bytes());
        assert!(included(&events[number as usize - 1], number, size, &proof, &root));

        let old = 1 + random.below(size);
        let proof = tree.consistency(old, size).unwrap();
        let flat: Vec<u8> = proof.iter().flat_map(|hash| hash.0).collect();
        if old < size {
            assert_eq!(flat, other.prove_consistency((size - old) as usize).as_bytes());
        }
        assert!(consistent(old, &roots[old as usize], size, &root, &proof));
    }
}

#[test]
fn a_proof_of_anything_else_fails() {
    let mut random = Random::new(seed());
    let dir = tempfile::tempdir().unwrap();
    let mut tree = Tree::open(dir.path(), 0).unwrap();
    let events: Vec<_> = (0..300).map(|_| event(&mut random)).collect();
    events.iter().for_each(|event| tree.push(event).unwrap());
    let root = tree.root(300).unwrap();
    for _ in 0..300 {
        let number = 1 + random.below(300);
        let proof = tree.inclusion(number, 300).unwrap();
        let right = events[number as usize - 1];
        let wrong = events[number as usize % 300];
        assert!(included(&right, number, 300, &proof, &root));
        assert!(!included(&wrong, number, 300, &proof, &root));
        assert!(!included(&right, number % 300 + 1, 300, &proof, &root));
        assert!(!included(&right, number, 300, &proof[1..], &root));
        let mut altered = proof.clone();
        let at = random.below(proof.len() as u64) as usize;
        altered[at].0[random.below(32) as usize] ^= 1;
        assert!(!included(&right, number, 300, &altered, &root));

        let old = 1 + random.below(299);
        let proof = tree.consistency(old, 300).unwrap();
        let old_root = tree.root(old).unwrap();
        assert!(consistent(old, &old_root, 300, &root, &proof));
        assert!(!consistent(old, &root, 300, &old_root, &proof));
        assert!(!consistent(old, &tree.root(old - 1).unwrap(), 300, &root, &proof));
        assert!(!consistent(old, &old_root, 300, &root, &proof[1..]));
    }
    assert!(tree.inclusion(0, 300).is_err());
    assert!(tree.inclusion(301, 300).is_err());
    assert!(tree.root(301).is_err());
    assert!(tree.consistency(5, 301).is_err());
}

#[test]
fn a_reopened_tree_goes_back_to_what_is_known_to_be_durable() {
    let mut random = Random::new(seed());
    let dir = tempfile::tempdir().unwrap();
    let events: Vec<_> = (0..70_000).map(|_| event(&mut random)).collect();
    let mut compact = CompactTree::default();
    let mut tree = Tree::open(dir.path(), 0).unwrap();
    events.iter().for_each(|event| tree.push(event).unwrap());
    tree.sync().unwrap();
    drop(tree);
    events[..66_000].iter().for_each(|event| compact.push(event));
    let mut tree = Tree::open(dir.path(), 66_000).unwrap();
    assert_eq!(tree.size(), 66_000);
    assert_eq!(tree.root(66_000).unwrap(), compact.root());
    for event in &events[66_000..] {
        tree.push(event).unwrap();
        compact.push(event);
    }
    assert_eq!(tree.root(70_000).unwrap(), compact.root());
}
