//! AES-256-GCM-SIV with a random nonce for each text: it forgives a nonce that came twice, as one may after a backup
//! was restored.

use std::cell::RefCell;
use std::fmt;

use aes_gcm_siv::aead::{AeadInOut as _, KeyInit as _};
use aes_gcm_siv::{Aes256GcmSiv, Nonce, Tag};
use zeroize::Zeroizing;

use super::VaultError;

pub(super) const NONCE: usize = 12;
const TAG: usize = 16;

/// Bytes that a text grows by when it is encrypted.
pub(crate) const OVERHEAD: usize = NONCE + TAG;

/// A key that texts are encrypted with. It is wiped from memory when it is dropped.
///
/// The cipher is made for each text: that costs little beside the keys which it makes for each nonce, and very many of
/// these are remembered.
#[derive(Clone)]
pub(crate) struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    fn cipher(&self) -> Aes256GcmSiv {
        Aes256GcmSiv::new((&*self.0).into())
    }

    /// Nonce, text, tag. `about` must be the same when it is opened.
    pub fn seal(&self, about: &[u8], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let nonce = random()?;
        put_together(nonce, plain, |text| {
            let tag = self.cipher().encrypt_inout_detached(&Nonce::from(nonce), about, text.into());
            Some(tag.ok()?.into())
        })
    }

    /// The text; none where these bytes are not one that was sealed with this key about this.
    pub fn open(&self, about: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        take_apart(sealed, |nonce, text, tag| {
            let (nonce, tag) = (Nonce::from(nonce), Tag::from(tag));
            self.cipher().decrypt_inout_detached(&nonce, about, text.into(), &tag).ok()
        })
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(..)")
    }
}

/// Nonce, text, tag. `encrypt` turns the text into another of the same length, and gives the tag.
pub(super) fn put_together(
    nonce: [u8; NONCE],
    plain: &[u8],
    encrypt: impl FnOnce(&mut [u8]) -> Option<[u8; TAG]>,
) -> Result<Vec<u8>, VaultError> {
    let mut bytes = Vec::with_capacity(plain.len() + OVERHEAD);
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(plain);
    let tag = encrypt(bytes.get_mut(NONCE..).unwrap_or_default()).ok_or(VaultError::TooLong)?;
    bytes.extend_from_slice(&tag);
    Ok(bytes)
}

/// What was put together, taken apart again and decrypted; none where `decrypt` finds that it was changed.
pub(super) fn take_apart(
    sealed: &[u8],
    decrypt: impl FnOnce([u8; NONCE], &mut [u8], [u8; TAG]) -> Option<()>,
) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_first_chunk()?;
    let (text, tag) = rest.split_last_chunk()?;
    let mut plain = text.to_vec();
    decrypt(*nonce, &mut plain, *tag)?;
    Some(plain)
}

/// Random bytes, taken from the system a page at a time; each is used once.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    thread_local! {
        static POOL: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    POOL.with_borrow_mut(|pool| {
        if pool.len() < N {
            pool.resize(4096, 0);
            if let Err(error) = getrandom::fill(pool) {
                pool.clear();
                return Err(VaultError::NoRandom(error.to_string()));
            }
        }
        let rest = pool.len() - N;
        let bytes = pool.get(rest..).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N]);
        if let Some(used) = pool.get_mut(rest..) {
            used.fill(0);
        }
        pool.truncate(rest);
        Ok(bytes)
    })
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    /// Neither what was changed in one place nor what is too short is opened.
    pub fn each_change_is_found(sealed: &[u8], open: impl Fn(&[u8]) -> Option<Vec<u8>>) {
        for at in [0, sealed.len() / 2, sealed.len() - 1] {
            let mut bad = sealed.to_vec();
            bad[at] ^= 1;
            assert_eq!(open(&bad), None);
        }
        for length in 0..OVERHEAD {
            assert_eq!(open(&vec![0; length]), None);
        }
    }

    #[test]
    fn a_text_is_opened_by_its_key_for_its_place_alone() {
        let (key, other) = (DataKey::new(&[1; 32]), DataKey::new(&[2; 32]));
        for length in [0, 1, 300, 5000] {
            let plain = vec![7; length];
            let sealed = key.seal(b"5", &plain).unwrap();
            assert_eq!(sealed.len(), length + OVERHEAD);
            assert_eq!(key.open(b"5", &sealed), Some(plain.clone()));
            assert_eq!(key.open(b"6", &sealed), None);
            assert_eq!(other.open(b"5", &sealed), None);
            each_change_is_found(&sealed, |bad| key.open(b"5", bad));
            assert_ne!(key.seal(b"5", &plain).unwrap(), sealed, "never the same twice");
        }
    }
}
