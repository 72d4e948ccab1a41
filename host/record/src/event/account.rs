//! Accounts of the installation, and its units.

use gtp_model::{CitizenId, Digest, Role, Time, Unit, UnitId};
use serde::{Deserialize, Serialize};

/// An account was added, or an existing one of the same name was changed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountAdded {
    /// The name it logs in with.
    pub account: String,
    /// The name that others see.
    #[serde(default)]
    pub name: String,
    /// In what capacity it acts.
    pub role: Role,
    /// The unit of a clinician.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The citizen whose own account it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citizen: Option<CitizenId>,
    /// The password's hash in PHC form (argon2id). Absent where another service does the login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// `Debug` leaves the password's hash out, so that no log can hold it.
impl std::fmt::Debug for AccountAdded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountAdded")
            .field("account", &self.account)
            .field("role", &self.role)
            .field("unit", &self.unit)
            .finish_non_exhaustive()
    }
}

/// A unit was added, or what is known of it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitAdded {
    /// The unit.
    pub unit: Unit,
}

/// An account got another password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordSet {
    /// The account.
    pub account: String,
    /// The citizen whose own account it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citizen: Option<CitizenId>,
    /// The password's hash in PHC form (argon2id).
    pub password: String,
    /// Somebody else knows it: the account's owner chooses another at the next login.
    #[serde(default)]
    pub temporary: bool,
}

/// An account's second factor was set up or taken away.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorSet {
    /// The account.
    pub account: String,
    /// The citizen whose own account it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citizen: Option<CitizenId>,
    /// The secret, encrypted, in hexadecimal. Absent: there is none any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// An account was closed: nobody logs in with it any more, and its name stays taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountClosed {
    /// The account.
    pub account: String,
    /// The citizen whose own account it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citizen: Option<CitizenId>,
}

/// A program was given a token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenAdded {
    /// What it is called.
    pub token: String,
    /// The hash of what the program shows.
    pub hash: Digest,
    /// In what capacity the program acts.
    pub role: Role,
    /// The unit that it acts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// The first moment at which it is worth nothing any more.
    pub expires: Time,
}

/// A token was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRevoked {
    /// What it was called.
    pub token: String,
}

/// `Debug` leaves out what only a login may see, so that no log can hold it.
macro_rules! discreet {
    ($($name:ident: $first:ident;)*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field(stringify!($first), &self.$first)
                    .finish_non_exhaustive()
            }
        }
    )*};
}

discreet! {
    PasswordSet: account;
    SecondFactorSet: account;
    TokenAdded: token;
}
