//! Secrets of second factors, encrypted: whoever has the record but not the installation's secret cannot make
//! codes.

use super::totp::SECRET;
use crate::CareError;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

const NONCE: usize = 24;

/// Encrypts a secret for one account.
pub fn seal(key: &[u8; 32], account: &str, secret: &[u8; SECRET]) -> Result<String, CareError> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(super::no_randomness)?;
    let payload = Payload { msg: secret, aad: account.as_bytes() };
    let sealed = XChaCha20Poly1305::new(&(*key).into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| CareError::Busy)?;
    Ok(nonce.iter().chain(&sealed).map(|byte| format!("{byte:02x}")).collect())
}

/// The secret of this account, if this is one and was sealed with this key.
pub fn open(key: &[u8; 32], account: &str, sealed: &str) -> Option<[u8; SECRET]> {
    let bytes: Vec<u8> = (0..sealed.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(sealed.get(at..at + 2)?, 16).ok())
        .collect::<Option<_>>()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: sealed, aad: account.as_bytes() };
    let open = XChaCha20Poly1305::new(&(*key).into()).decrypt(&XNonce::from(*nonce), payload);
    open.ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_secret_is_opened_with_its_key_for_its_account_alone() {
        let (key, secret) = ([1; 32], [7; SECRET]);
        let sealed = seal(&key, "demo-nurse", &secret).unwrap();
        assert_eq!(open(&key, "demo-nurse", &sealed), Some(secret));
        assert_eq!(open(&[2; 32], "demo-nurse", &sealed), None);
        assert_eq!(open(&key, "demo-doctor", &sealed), None);
        for broken in ["", "zz", "0", &sealed[2..], "æøå"] {
            assert_eq!(open(&key, "demo-nurse", broken), None);
        }
        assert_ne!(seal(&key, "demo-nurse", &secret).unwrap(), sealed, "never the same twice");
    }
}
