//! Finding a citizen by number without keeping the number as a key.

use gtp_model::{CitizenNumber, Digest};
use gtp_record::view::queries;
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
}

impl fmt::Debug for NumberSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NumberSecret(..)")
    }
}
