//! What every request handler is handed.

use crate::pages::drafts::Drafts;
use crate::proxy::Proxies;
use crate::throttle::Throttle;
use gtp_care::Care;
use gtp_login::Providers;
use gtp_replay::desk::Desk;
use std::sync::Arc;

/// What every request handler is handed. Cloning it is cheap.
#[derive(Clone)]
pub struct AppState {
    /// What may be done.
    pub care: Arc<Care>,
    /// Where versions are weighed. Absent in a host that only serves.
    pub desk: Option<Arc<Desk>>,
    /// Whether cookies are marked as for TLS only. True everywhere but on a loopback address.
    pub secure_cookies: bool,
    /// Whether this is a demonstration with made-up people: pages say so, and the login page lists the
    /// demonstration's accounts.
    pub demo: bool,
    /// Forms that are half filled in.
    pub drafts: Arc<Drafts>,
    /// Counts tries to log in.
    pub logins: Arc<Throttle>,
    /// The login services of others.
    pub providers: Arc<Providers>,
    /// The proxies whose word on where a request comes from is taken.
    pub proxies: Arc<Proxies>,
}

impl AppState {
    /// The state of a server that has answered nothing yet.
    #[must_use]
    pub fn new(care: Arc<Care>, secure_cookies: bool, demo: bool) -> Self {
        Self {
            care,
            desk: None,
            secure_cookies,
            demo,
            drafts: Arc::default(),
            logins: Arc::default(),
            providers: Arc::default(),
            proxies: Arc::default(),
        }
    }

    /// With a desk.
    #[must_use]
    pub fn with_desk(mut self, desk: Arc<Desk>) -> Self {
        self.desk = Some(desk);
        self
    }

    /// With these login services.
    #[must_use]
    pub fn with_providers(mut self, providers: Providers) -> Self {
        self.providers = Arc::new(providers);
        self
    }

    /// Behind these proxies.
    #[must_use]
    pub fn behind(mut self, proxies: Proxies) -> Self {
        self.proxies = Arc::new(proxies);
        self
    }
}
