//! Logging in with somebody else's login service: OpenID Connect, authorization code with PKCE.
//!
//! A [`Providers`] knows the services of the configuration. [`Providers::begin`] gives the address that a
//! browser is sent to, [`Providers::finish`] turns what it comes back with into an [`Identity`]: who it is, in
//! this installation's words. Nothing is kept of what the service said but that.
//!
//! A service that cannot be reached costs its own users a login, and the host nothing: its addresses and keys
//! are fetched when somebody logs in, kept for a while, and fetched again when a signature fits no key.

mod config;
mod fetch;
mod mapping;
mod provider;
mod waiting;

pub use config::{ClaimNames, ProviderConfig};

use gtp_model::{Identity, Language};
use provider::Provider;
use std::path::Path;
use waiting::Waiting;

/// Why a login with a service did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// There is no such service.
    #[error("there is no such login service")]
    Unknown,
    /// The service cannot be reached, or answers nonsense.
    #[error("the login service cannot be reached")]
    Unreachable,
    /// The login was not begun in this browser, or too long ago.
    #[error("the login was not begun here, or too long ago")]
    Over,
    /// The person went back, or the service did not let them in.
    #[error("the login service did not let them in")]
    Cancelled,
    /// What it sent cannot be trusted, or lacks what is needed.
    #[error("what the login service sent cannot be used")]
    Unreadable,
    /// The person has no role here.
    #[error("no role is given to what the login service says of them")]
    NoRole,
}

/// Why the services cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Something in the configuration of one of them.
    #[error("login.provider “{provider}”: {what}")]
    Config {
        /// Which.
        provider: String,
        /// What is wrong.
        what: String,
    },
    /// No client for HTTP.
    #[error("no way to talk to login services: {0}")]
    Http(String),
}

/// A login that has begun.
pub struct Begun {
    /// Where the browser is sent.
    pub address: String,
    /// What the browser keeps until it comes back.
    pub kept: String,
}

/// What a browser comes back with.
#[derive(Clone, Default)]
pub struct Back {
    /// The code, where the service let them in.
    pub code: Option<String>,
    /// What ties the answer to its beginning.
    pub state: Option<String>,
    /// Why it did not, as the service says.
    pub error: Option<String>,
}

/// The login services of an installation.
#[derive(Default)]
pub struct Providers {
    all: Vec<Provider>,
    waiting: Waiting,
}

impl Providers {
    /// The services of a configuration. Secrets lie in files beside it. `address` is where browsers find this
    /// host, such as `https://gtp.example`.
    ///
    /// # Errors
    /// An address is none, a secret cannot be read, an id stands twice.
    pub fn new(
        configs: Vec<ProviderConfig>,
        base: &Path,
        address: &str,
    ) -> Result<Self, SetupError> {
        let mut all: Vec<Provider> = vec![];
        if configs.is_empty() {
            return Ok(Self::default());
        }
        let http = fetch::client()?;
        for config in configs {
            if all.iter().any(|own| own.config.id == config.id) {
                let what = "this id stands twice".to_owned();
                return Err(SetupError::Config { provider: config.id, what });
            }
            all.push(Provider::new(config, base, address, http.clone())?);
        }
        Ok(Self { all, waiting: Waiting::default() })
    }

    /// The services, each with its id and its name in a language.
    pub fn names(&self, language: Language) -> impl Iterator<Item = (&str, &str)> {
        self.all.iter().map(move |own| (own.config.id.as_str(), own.config.name_in(language)))
    }

    /// The name of a service.
    #[must_use]
    pub fn name(&self, id: &str, language: Language) -> Option<&str> {
        self.find(id).map(|own| own.config.name_in(language))
    }

    /// Begins a login.
    ///
    /// # Errors
    /// [`Failure::Unknown`], [`Failure::Unreachable`].
    pub async fn begin(&self, id: &str) -> Result<Begun, Failure> {
        let provider = self.find(id).ok_or(Failure::Unknown)?;
        let (address, state, secrets) = provider.begin().await?;
        self.waiting.add(&state, id, secrets);
        Ok(Begun { address, kept: state })
    }

    /// Finishes a login: `kept` is what the browser kept.
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn finish(&self, id: &str, kept: &str, back: Back) -> Result<Identity, Failure> {
        let provider = self.find(id).ok_or(Failure::Unknown)?;
        let state = back.state.unwrap_or_default();
        // Both are random and of the browser itself: nothing is learnt from how long this takes.
        if kept.is_empty() || kept != state {
            return Err(Failure::Over);
        }
        let secrets = self.waiting.take(&state, id).ok_or(Failure::Over)?;
        let Some(code) = back.code.filter(|_| back.error.is_none()) else {
            return Err(Failure::Cancelled);
        };
        provider.finish(code, secrets).await
    }

    /// Where a browser logs out of a service, to come back to this host's `path`. None where the service has
    /// no such place or was never reached.
    #[must_use]
    pub fn log_out(&self, id: &str, path: &str) -> Option<String> {
        self.find(id)?.log_out(path)
    }

    fn find(&self, id: &str) -> Option<&Provider> {
        self.all.iter().find(|own| own.config.id == id)
    }
}
