//! Logins that are at a service.

use openidconnect::{Nonce, PkceCodeVerifier};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long somebody may take at the service.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// More than this, and the oldest is forgotten.
const MOST: usize = 10_000;

/// What ties a login's end to its beginning.
pub struct Secrets {
    pub nonce: Nonce,
    pub verifier: PkceCodeVerifier,
}

#[derive(Default)]
pub struct Waiting(Mutex<HashMap<String, One>>);

struct One {
    provider: String,
    secrets: Secrets,
    since: Instant,
}

impl Waiting {
    pub fn add(&self, state: &str, provider: &str, secrets: Secrets) {
        let mut all = self.lock();
        if all.len() >= MOST {
            all.retain(|_, one| one.since.elapsed() < PATIENCE);
        }
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, one)| one.since);
            if let Some(state) = oldest.map(|(state, _)| state.clone()) {
                all.remove(&state);
            }
        }
        let one = One { provider: provider.to_owned(), secrets, since: Instant::now() };
        all.insert(state.to_owned(), one);
    }

    /// Each is good once, and for its own service.
    pub fn take(&self, state: &str, provider: &str) -> Option<Secrets> {
        let one = self.lock().remove(state)?;
        (one.provider == provider && one.since.elapsed() < PATIENCE).then_some(one.secrets)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, One>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
