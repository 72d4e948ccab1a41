//! Secrets of second factors and sessions, encrypted: whoever has the record but not the installation's secret cannot
//! make codes, and whoever has the file of sessions does not see who was here.

use super::totp::SECRET;
use crate::CareError;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use std::fmt::Write as _;

const NONCE: usize = 24;

/// Encrypts a secret for one account.
pub fn seal(key: &[u8; 32], account: &str, secret: &[u8; SECRET]) -> Result<String, CareError> {
    seal_text(key, account, secret)
}

/// Encrypts a text about something; it is opened with the same alone.
pub fn seal_text(key: &[u8; 32], about: &str, text: &[u8]) -> Result<String, CareError> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(super::no_randomness)?;
    let payload = Payload { msg: text, aad: about.as_bytes() };
    let sealed = XChaCha20Poly1305::new(&(*key).into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| CareError::Busy)?;
    let mut hex = String::with_capacity(2 * (NONCE + sealed.len()));
    for byte in nonce.iter().chain(&sealed) {
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(hex)
}

/// The secret of this account, if this is one and was sealed with this key.
pub fn open(key: &[u8; 32], account: &str, sealed: &str) -> Option<[u8; SECRET]> {
    open_text(key, account, sealed)?.try_into().ok()
}

/// The text, if this is one about that and was sealed with this key.
pub fn open_text(key: &[u8; 32], about: &str, sealed: &str) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = (0..sealed.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(sealed.get(at..at + 2)?, 16).ok())
        .collect::<Option<_>>()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: sealed, aad: about.as_bytes() };
    XChaCha20Poly1305::new(&(*key).into()).decrypt(&XNonce::from(*nonce), payload).ok()
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
