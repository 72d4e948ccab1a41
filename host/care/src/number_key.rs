//! Finding a citizen by number without keeping the number as a key.

use gtp_model::{CitizenNumber, Digest};
use gtp_record::view::queries;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;

/// The installation's secret, with which citizens' numbers are hashed. Whoever has the record but not the
/// secret cannot try out the few million numbers there are.
#[derive(Clone)]
pub struct NumberSecret([u8; 32]);

impl NumberSecret {
    /// The secret in these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key under which a number is found.
    #[must_use]
    pub fn key(&self, number: &CitizenNumber) -> Digest {
        queries::number_key(&self.0, number)
    }

    /// A key for another purpose: nobody comes from it to the secret, nor from one purpose to another.
    pub(crate) fn derived(&self, purpose: &str) -> [u8; 32] {
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(self.0) {
            *to = from;
        }
        let mut mac = Hmac::<Sha256>::new(&block.into());
        // A citizen's number has no letters to begin with, so no purpose is one.
        mac.update(b"purpose ");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for NumberSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NumberSecret(..)")
    }
}
