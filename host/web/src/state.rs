//! What every request handler is handed.

use crate::throttle::Throttle;
use gtp_care::Care;
use std::sync::Arc;

/// What every request handler is handed. Cloning it is cheap.
#[derive(Clone)]
pub struct AppState {
    /// What may be done.
    pub care: Arc<Care>,
    /// Whether cookies are marked as for TLS only. True everywhere but on a loopback address.
    pub secure_cookies: bool,
    /// Whether this is a demonstration with made-up people: pages say so, and the login page lists the
    /// demonstration's accounts.
    pub demo: bool,
    /// Counts failed logins.
    pub logins: Arc<Throttle>,
}

impl AppState {
    /// The state of a server that has answered nothing yet.
    #[must_use]
    pub fn new(care: Arc<Care>, secure_cookies: bool, demo: bool) -> Self {
        Self { care, secure_cookies, demo, logins: Arc::default() }
    }
}
