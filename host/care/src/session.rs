//! Who is logged in.
//!
//! Sessions live in memory: a restart of the host logs everybody out and loses nothing else. What is kept is
//! the hash of a token, so that a dump of the memory lends nobody a session.

use gtp_model::{Actor, MINUTE, Time};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A session ends when nothing was asked for this long.
const IDLE: i64 = 60 * MINUTE;
/// A session ends after this long whatever happens: a working day.
const LONGEST: i64 = 10 * 60 * MINUTE;
/// More sessions than this, and the one that was idle longest ends.
const MOST: usize = 50_000;

/// What the holder of a session shows: 256 random bits in hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    /// The token, for the one person it belongs to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn new() -> Result<Self, getrandom::Error> {
        Ok(Self(random_hex()?))
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Session {
    /// As whom they act.
    pub actor: Actor,
    /// The name that pages show.
    pub name: String,
    /// A secret that forms of this session carry, so that no other site can post them.
    pub csrf: String,
    /// When the session ends at the latest.
    pub ends: Time,
    seen: Time,
}

/// Everybody who is logged in.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<[u8; 32], Session>>);

impl Sessions {
    /// Begins a session.
    ///
    /// # Errors
    /// The machine has no randomness to give.
    pub fn begin(
        &self,
        actor: Actor,
        name: String,
        now: Time,
    ) -> Result<SessionToken, getrandom::Error> {
        let token = SessionToken::new()?;
        let session =
            Session { actor, name, csrf: random_hex()?, ends: now.plus(LONGEST), seen: now };
        let mut sessions = self.lock();
        if sessions.len() >= MOST {
            sessions.retain(|_, session| session.live(now));
        }
        if sessions.len() >= MOST {
            let idlest = sessions.iter().min_by_key(|(_, session)| session.seen);
            if let Some(key) = idlest.map(|(key, _)| *key) {
                sessions.remove(&key);
            }
        }
        sessions.insert(key(token.as_str()), session);
        Ok(token)
    }

    /// The session of a token, if it has not ended.
    #[must_use]
    pub fn find(&self, token: &str, now: Time) -> Option<Session> {
        let mut sessions = self.lock();
        let key = key(token);
        let session = sessions.get_mut(&key)?;
        if session.live(now) {
            session.seen = now;
            return Some(session.clone());
        }
        sessions.remove(&key);
        None
    }

    /// Ends a session.
    pub fn end(&self, token: &str) {
        self.lock().remove(&key(token));
    }

    /// A thread that panicked while it held the map left it whole: every change above is one call.
    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    fn live(&self, now: Time) -> bool {
        now < self.ends && now.since(self.seen) < IDLE
    }
}

fn key(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn random_hex() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(gtp_model::Digest(bytes).to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_session_ends_when_it_is_idle_when_it_is_old_and_when_it_is_ended() {
        let sessions = Sessions::default();
        let begin = || sessions.begin(Actor::host(), "Demo".into(), Time(0)).unwrap();
        let (idle, old, ended) = (begin(), begin(), begin());
        assert!(sessions.find(idle.as_str(), Time(IDLE - 1)).is_some());
        assert!(sessions.find(idle.as_str(), Time(2 * IDLE)).is_none());
        for at in (0..LONGEST).step_by(30 * MINUTE as usize) {
            assert!(sessions.find(old.as_str(), Time(at)).is_some());
        }
        assert!(sessions.find(old.as_str(), Time(LONGEST)).is_none());
        sessions.end(ended.as_str());
        assert!(sessions.find(ended.as_str(), Time(0)).is_none());
        assert!(sessions.find("", Time(0)).is_none());
    }
}
