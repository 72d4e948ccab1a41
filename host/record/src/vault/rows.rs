//! AES-256-GCM for the rows of the view.
//!
//! Rules read rows by the dozen and most are short: this opens one in a seventh of the time that the cipher of events
//! takes. Its price is that no nonce may come twice under one key, so none is left to chance: it is made of the number of
//! the view's opening, which is on the disk before anything is encrypted, and of a number that counts up.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, Tag, UnboundKey};

use super::VaultError;
use super::cipher::{NONCE, put_together, take_apart};

/// The key of one view, in one opening of it.
pub(crate) struct RowKey {
    key: LessSafeKey,
    opening: u32,
    next: AtomicU64,
}

impl RowKey {
    /// `opening` was never given with this key before.
    pub fn new(bytes: &[u8; 32], opening: u32) -> Result<Self, VaultError> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| VaultError::NoKeys)?;
        Ok(Self { key: LessSafeKey::new(key), opening, next: AtomicU64::new(0) })
    }

    /// Nonce, text, tag. `about` must be the same when it is opened.
    pub fn seal(&self, about: &[u8], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let nonce = self.nonce();
        put_together(nonce, plain, |text| {
            let nonce = Nonce::assume_unique_for_key(nonce);
            let tag = self.key.seal_in_place_separate_tag(nonce, Aad::from(about), text).ok()?;
            tag.as_ref().try_into().ok()
        })
    }

    /// The text; none where these bytes are not one that was sealed with this key about this.
    pub fn open(&self, about: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        take_apart(sealed, |nonce, text, tag| {
            let (nonce, tag) = (Nonce::assume_unique_for_key(nonce), Tag::from(tag));
            let opened =
                self.key.open_in_place_separate_tag(nonce, Aad::from(about), tag, text, 0..);
            opened.ok().map(drop)
        })
    }

    fn nonce(&self) -> [u8; NONCE] {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        let mut nonce = [0; NONCE];
        let (opening, counted) = nonce.split_at_mut(4);
        opening.copy_from_slice(&self.opening.to_le_bytes());
        counted.copy_from_slice(&count.to_le_bytes());
        nonce
    }
}

impl fmt::Debug for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowKey(..)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::cipher::tests::each_change_is_found;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_row_is_opened_by_its_key_for_its_place_alone() {
        let (key, other) = (RowKey::new(&[1; 32], 3).unwrap(), RowKey::new(&[2; 32], 3).unwrap());
        for length in [0, 1, 60, 5000] {
            let plain = vec![7; length];
            let sealed = key.seal(b"o1", &plain).unwrap();
            assert_eq!(key.open(b"o1", &sealed), Some(plain.clone()));
            assert_eq!(RowKey::new(&[1; 32], 9).unwrap().open(b"o1", &sealed), Some(plain));
            assert_eq!(key.open(b"o2", &sealed), None);
            assert_eq!(other.open(b"o1", &sealed), None);
            each_change_is_found(&sealed, |bad| key.open(b"o1", bad));
        }
    }

    #[test]
    fn no_nonce_comes_twice_in_one_opening_or_in_two() {
        let mut seen = BTreeSet::new();
        for opening in [0, 1, u32::MAX] {
            let key = RowKey::new(&[1; 32], opening).unwrap();
            std::thread::scope(|scope| {
                let nonces = || (0..500).map(|_| key.nonce()).collect::<Vec<_>>();
                let threads = [scope.spawn(nonces), scope.spawn(nonces)];
                for thread in threads {
                    seen.extend(thread.join().unwrap());
                }
            });
        }
        assert_eq!(seen.len(), 3 * 2 * 500);
    }
}
