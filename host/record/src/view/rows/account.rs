//! Accounts and tokens.

use gtp_model::Time;
use serde::{Deserialize, Serialize};

use crate::event::account::{AccountAdded, TokenAdded};

/// An account as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    /// The account, with its present password.
    #[serde(flatten)]
    pub account: AccountAdded,
    /// Somebody else knows the password: another is to be chosen at the next login.
    #[serde(default)]
    pub temporary: bool,
    /// The secret of its second factor, encrypted, in hexadecimal.
    #[serde(default)]
    pub second_factor: Option<String>,
    /// Nobody logs in with it any more.
    #[serde(default)]
    pub closed: bool,
}

impl AccountRow {
    /// An account that was just added.
    #[must_use]
    pub const fn new(account: AccountAdded) -> Self {
        Self { account, temporary: false, second_factor: None, closed: false }
    }
}

/// A program's token as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    /// The token.
    pub token: TokenAdded,
    /// Since when it is worth nothing, where it was revoked.
    #[serde(default)]
    pub revoked: Option<Time>,
}
