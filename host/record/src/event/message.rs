//! Messages between a citizen and the units that look after them.

use gtp_model::{Message, MessageId};
use serde::{Deserialize, Serialize};

/// A message was sent: by the event's actor, when the event says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageSent {
    /// The message.
    pub message: Message,
}

/// Messages were read by the event's actor, for the side they were sent to. They are named one by one, so
/// that nobody can be said to have read what came in while they read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagesRead {
    /// Which.
    pub messages: Vec<MessageId>,
}
