//! What was answered to a command that carried a key, so that sending it again is harmless.

use gtp_model::{Digest, IdempotencyKey};
use serde::{Deserialize, Serialize};

/// A command with a key was carried out. What it did are the events beside this one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommandDone {
    /// What the sender called it.
    pub key: IdempotencyKey,
    /// SHA-256 of what was asked: the same key with another content is a mistake of the sender.
    pub digest: Digest,
    /// What was answered, so that a retry gets the same answer.
    pub answer: serde_json::Value,
}
