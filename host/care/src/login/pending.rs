//! Logins that wait for a step.

use super::totp::SECRET;
use crate::session::key;
use crate::{CareError, SessionToken};
use gtp_model::{Digest, MINUTE, Time};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long the rest of a login may take.
const PATIENCE: i64 = 10 * MINUTE;
/// How many codes may be tried before the password is asked for again.
const TRIES: u8 = 5;
/// More than this, and the oldest is forgotten.
const MOST: usize = 10_000;

/// A login whose password was right.
#[derive(Clone)]
pub struct Waiting {
    pub account: String,
    /// The secret of a second factor that is being set up.
    pub secret: Option<[u8; SECRET]>,
    pub code_shown: bool,
    pub tries: u8,
    pub until: Time,
}

impl Waiting {
    pub const fn new(account: String) -> Self {
        Self { account, secret: None, code_shown: false, tries: 0, until: Time(0) }
    }
}

#[derive(Default)]
pub struct Pending(Mutex<HashMap<Digest, Waiting>>);

impl Pending {
    /// Keeps a login for some minutes.
    pub fn add(&self, waiting: Waiting, now: Time) -> Result<SessionToken, CareError> {
        let token = SessionToken::new()?;
        let mut all = self.lock();
        if all.len() >= MOST {
            all.retain(|_, waiting| now < waiting.until);
        }
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, waiting)| waiting.until);
            if let Some(key) = oldest.map(|(key, _)| *key) {
                all.remove(&key);
            }
        }
        all.insert(key(token.as_str()), Waiting { until: now.plus(PATIENCE), ..waiting });
        Ok(token)
    }

    pub fn find(&self, token: &str, now: Time) -> Option<Waiting> {
        self.lock().get(&key(token)).filter(|waiting| now < waiting.until).cloned()
    }

    /// The same, counted as a try. After too many, the login is over.
    pub fn attempt(&self, token: &str, now: Time) -> Option<Waiting> {
        let mut all = self.lock();
        let key = key(token);
        let waiting = all.get_mut(&key)?;
        waiting.tries += 1;
        if waiting.tries > TRIES || now >= waiting.until {
            all.remove(&key);
            return None;
        }
        Some(waiting.clone())
    }

    pub fn take(&self, token: &str) -> Option<Waiting> {
        self.lock().remove(&key(token))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_login_waits_for_some_minutes_and_some_tries() {
        let pending = Pending::default();
        let add = || pending.add(Waiting::new("a".into()), Time(0)).unwrap();
        let (late, tried) = (add(), add());
        assert!(pending.find(late.as_str(), Time(PATIENCE - 1)).is_some());
        assert!(pending.attempt(late.as_str(), Time(PATIENCE)).is_none());
        for _ in 0..TRIES {
            assert!(pending.attempt(tried.as_str(), Time(0)).is_some());
        }
        assert!(pending.attempt(tried.as_str(), Time(0)).is_none());
        assert!(pending.find(tried.as_str(), Time(0)).is_none());
    }
}
