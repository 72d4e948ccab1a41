//! Who is logged in.
//!
//! Every request asks here, so sessions live in memory; a small [file](crate::session_file) beside the record
//! lets them survive a restart. What is kept, here and there, is the hash of a token: neither a dump of the
//! memory nor the file lends anybody a session.

use crate::CareError;
use crate::session_file::{Line, SessionFile};
use gtp_model::{Actor, Digest, MINUTE, Time};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// More sessions than this, and the one that was idle longest ends.
const MOST: usize = 50_000;
/// That somebody was seen is written down this seldom, and without waiting for the disk.
const SEEN_EVERY: i64 = 5 * MINUTE;

/// How long sessions last, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// A session ends when nothing was asked for this long.
    pub idle: i64,
    /// A session ends after this long whatever happens.
    pub longest: i64,
}

impl Default for Lifetimes {
    /// An hour, and a working day.
    fn default() -> Self {
        Self { idle: 60 * MINUTE, longest: 10 * 60 * MINUTE }
    }
}

/// What the holder of a session shows: 256 random bits in hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    /// The token, for the one person it belongs to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn new() -> Result<Self, CareError> {
        Ok(Self(random_hex()?))
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

/// Somebody who is logged in.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    /// As whom they act.
    pub actor: Actor,
    /// The name that pages show.
    pub name: String,
    /// A secret that forms of this session carry, so that no other site can post them.
    pub csrf: String,
    /// When it began.
    pub began: Time,
    /// When the session ends at the latest.
    pub ends: Time,
    /// When it was last used.
    pub seen: Time,
    /// It ends when it was idle for this many milliseconds.
    pub idle: i64,
    /// The login service that let them in. None for an account of the installation itself.
    #[serde(default)]
    pub provider: Option<String>,
    /// What a program may do with it. None for people, who may do all that their role may.
    #[serde(default)]
    pub scopes: Option<Vec<crate::Scope>>,
}

/// `Debug` leaves out who it is and the forms' secret, so that no log can hold them.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("role", &self.actor.role).finish_non_exhaustive()
    }
}

/// A session that is about to begin.
pub(crate) struct NewSession {
    pub actor: Actor,
    pub name: String,
    pub provider: Option<String>,
}

/// One of somebody's own sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// Names it, and lends it to nobody.
    pub id: String,
    /// When it began.
    pub began: Time,
    /// When it was last used.
    pub seen: Time,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Everybody who is logged in.
#[derive(Default)]
pub(crate) struct Sessions {
    live: Mutex<Live>,
    file: Arc<Mutex<Option<SessionFile>>>,
}

#[derive(Default)]
struct Live {
    sessions: HashMap<Digest, Session>,
    /// When it was last written down that a session was seen.
    noted: HashMap<Digest, Time>,
    /// The newest one-time code that an account has used.
    used: HashMap<String, i64>,
}

impl Sessions {
    /// Takes up the sessions that a file holds, encrypted with this key, and keeps them there from now on.
    pub fn keep_in(&self, path: &Path, key: [u8; 32], now: Time) -> std::io::Result<()> {
        let (file, lines) = SessionFile::open(path, key, |lines| {
            let mut live = Live::default();
            lines.into_iter().for_each(|line| live.take(line));
            live.sessions.retain(|_, session| session.live(now));
            live.lines()
        })?;
        let mut live = self.lock();
        lines.into_iter().for_each(|line| live.take(line));
        *self.file.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        Ok(())
    }

    /// Begins a session.
    pub async fn begin(
        &self,
        new: NewSession,
        lifetimes: Lifetimes,
        now: Time,
    ) -> Result<SessionToken, CareError> {
        let token = SessionToken::new()?;
        let session = Session {
            actor: new.actor,
            name: new.name,
            provider: new.provider,
            csrf: random_hex()?,
            began: now,
            ends: now.plus(lifetimes.longest),
            seen: now,
            idle: lifetimes.idle,
            scopes: None,
        };
        let key = key(token.as_str());
        let line = Line::Begun { key, session: Box::new(session.clone()) };
        {
            let mut live = self.lock();
            live.make_room(now);
            live.noted.insert(key, now);
            live.sessions.insert(key, session);
        }
        self.write(vec![line]).await;
        Ok(token)
    }

    /// The session of a token, if it has not ended.
    pub fn find(&self, token: &str, now: Time) -> Option<Session> {
        let mut live = self.lock();
        let key = key(token);
        let session = live.sessions.get_mut(&key)?;
        if !session.live(now) {
            live.remove(&key);
            return None;
        }
        session.seen = now;
        let found = session.clone();
        let noted = live.noted.entry(key).or_insert(found.began);
        if now.since(*noted) >= SEEN_EVERY {
            *noted = now;
            drop(live);
            // Whoever waits for the disk holds the file: then it is noted another time.
            if let Ok(mut file) = self.file.try_lock()
                && let Some(file) = file.as_mut()
            {
                file.note(&Line::Seen { key, at: now });
            }
        }
        Some(found)
    }

    /// Ends a session.
    pub async fn end(&self, token: &str) {
        self.end_where(|own, _| *own == key(token)).await;
    }

    /// Ends one of the account's sessions, by the name that [`Self::of`] gives it.
    pub async fn end_one(&self, account: &str, id: &str) -> usize {
        self.end_where(|key, own| own.actor.account == account && name(key) == id).await
    }

    /// Ends all sessions of an account but the one of this token.
    pub async fn end_others(&self, account: &str, but: Option<&str>) -> usize {
        let but = but.map(key);
        self.end_where(|key, own| own.actor.account == account && Some(*key) != but).await
    }

    /// The sessions of an account, the newest first.
    pub fn of(&self, account: &str, current: &str, now: Time) -> Vec<SessionView> {
        let current = key(current);
        let live = self.lock();
        let own = live.sessions.iter().filter(|(_, own)| own.actor.account == account);
        let mut views: Vec<SessionView> = own
            .filter(|(_, own)| own.live(now))
            .map(|(key, own)| SessionView {
                id: name(key),
                began: own.began,
                seen: own.seen,
                current: *key == current,
            })
            .collect();
        views.sort_by_key(|view| std::cmp::Reverse((view.seen, view.began)));
        views
    }

    /// The newest one-time code that an account has used.
    pub fn used(&self, account: &str) -> Option<i64> {
        self.lock().used.get(account).copied()
    }

    /// Notes that an account used a one-time code. False where it had used this or a newer one before.
    pub async fn use_up(&self, account: &str, step: i64) -> bool {
        {
            let mut live = self.lock();
            if live.used.get(account).is_some_and(|used| *used >= step) {
                return false;
            }
            live.used.insert(account.to_owned(), step);
        }
        self.write(vec![Line::Used { account: account.to_owned(), step }]).await;
        true
    }

    async fn end_where(&self, which: impl Fn(&Digest, &Session) -> bool) -> usize {
        let ended: Vec<Digest> = {
            let mut live = self.lock();
            let ended = live.sessions.iter().filter(|(key, own)| which(key, own));
            let ended: Vec<Digest> = ended.map(|(key, _)| *key).collect();
            ended.iter().for_each(|key| live.remove(key));
            ended
        };
        let count = ended.len();
        if count > 0 {
            self.write(ended.into_iter().map(|key| Line::Ended { key }).collect()).await;
        }
        count
    }

    /// Writes lines and waits until the disk has them. Where it cannot have them, people still log in: their
    /// sessions then live in memory alone.
    async fn write(&self, lines: Vec<Line>) {
        let file = self.file.clone();
        let snapshot = {
            let long = file.lock().unwrap_or_else(PoisonError::into_inner);
            let long = long.as_ref().is_some_and(SessionFile::is_long);
            long.then(|| self.lock().lines())
        };
        let written = tokio::task::spawn_blocking(move || {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(file) = file.as_mut() else { return Ok(()) };
            match snapshot {
                Some(all) => file.rewrite(&all).and_then(|()| file.append(&lines)),
                None => file.append(&lines),
            }
        });
        if let Ok(Err(error)) = written.await {
            tracing::error!(%error, "sessions cannot be written down; a restart forgets what changed");
        }
    }

    /// A thread that panicked while it held the map left it whole enough: every change is one call.
    fn lock(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    fn take(&mut self, line: Line) {
        match line {
            Line::Begun { key, session } => {
                self.noted.insert(key, session.seen);
                self.sessions.insert(key, *session);
            }
            Line::Ended { key } => self.remove(&key),
            Line::Seen { key, at } => {
                if let Some(session) = self.sessions.get_mut(&key) {
                    session.seen = session.seen.max(at);
                }
            }
            Line::Used { account, step } => {
                let used = self.used.entry(account).or_insert(step);
                *used = step.max(*used);
            }
        }
    }

    fn remove(&mut self, key: &Digest) {
        self.sessions.remove(key);
        self.noted.remove(key);
    }

    /// Everything as lines of a file.
    fn lines(&self) -> Vec<Line> {
        let begun = self
            .sessions
            .iter()
            .map(|(key, session)| Line::Begun { key: *key, session: Box::new(session.clone()) });
        let used = self
            .used
            .iter()
            .map(|(account, step)| Line::Used { account: account.clone(), step: *step });
        begun.chain(used).collect()
    }

    fn make_room(&mut self, now: Time) {
        if self.sessions.len() < MOST {
            return;
        }
        let over = self.sessions.iter().filter(|(_, session)| !session.live(now));
        let over: Vec<Digest> = over.map(|(key, _)| *key).collect();
        over.iter().for_each(|key| self.remove(key));
        if self.sessions.len() >= MOST {
            let idlest = self.sessions.iter().min_by_key(|(_, session)| session.seen);
            if let Some(key) = idlest.map(|(key, _)| *key) {
                self.remove(&key);
            }
        }
    }
}

impl Session {
    fn live(&self, now: Time) -> bool {
        now < self.ends && now.since(self.seen) < self.idle
    }
}

/// Under what a token is kept.
pub(crate) fn key(token: &str) -> Digest {
    Digest(Sha256::digest(token.as_bytes()).into())
}

/// What a session is called in a list: a part of the hash of its token.
fn name(key: &Digest) -> String {
    key.to_string().chars().take(16).collect()
}

pub(crate) fn random_hex() -> Result<String, CareError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(crate::login::no_randomness)?;
    Ok(Digest(bytes).to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const LIFETIMES: Lifetimes = Lifetimes { idle: 60 * MINUTE, longest: 600 * MINUTE };

    async fn begin(sessions: &Sessions, account: &str) -> String {
        let actor = Actor { account: account.into(), ..Actor::host() };
        let new = NewSession { actor, name: "Demo".into(), provider: None };
        sessions.begin(new, LIFETIMES, Time(0)).await.unwrap().as_str().to_owned()
    }

    #[tokio::test]
    async fn a_session_ends_when_it_is_idle_when_it_is_old_and_when_it_is_ended() {
        let sessions = Sessions::default();
        let (idle, old, ended) =
            (begin(&sessions, "a").await, begin(&sessions, "a").await, begin(&sessions, "a").await);
        assert!(sessions.find(&idle, Time(LIFETIMES.idle - 1)).is_some());
        assert!(sessions.find(&idle, Time(2 * LIFETIMES.idle)).is_none());
        for at in (0..LIFETIMES.longest).step_by(30 * MINUTE as usize) {
            assert!(sessions.find(&old, Time(at)).is_some());
        }
        assert!(sessions.find(&old, Time(LIFETIMES.longest)).is_none());
        sessions.end(&ended).await;
        assert!(sessions.find(&ended, Time(0)).is_none());
        assert!(sessions.find("", Time(0)).is_none());
    }

    #[tokio::test]
    async fn sessions_survive_a_restart_and_ended_ones_do_not_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sessions");
        let sessions = Sessions::default();
        sessions.keep_in(&path, [3; 32], Time(0)).unwrap();
        let (kept, ended, idle) =
            (begin(&sessions, "a").await, begin(&sessions, "a").await, begin(&sessions, "a").await);
        sessions.end(&ended).await;
        assert!(sessions.use_up("a", 7).await);
        assert!(sessions.find(&kept, Time(50 * MINUTE)).is_some());
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains(&kept), "a token is kept as its hash alone");

        let again = Sessions::default();
        assert!(!std::fs::read_to_string(&path).unwrap().contains("account"), "it is encrypted");
        again.keep_in(&path, [3; 32], Time(70 * MINUTE)).unwrap();
        let found = again.find(&kept, Time(70 * MINUTE)).unwrap();
        assert_eq!((found.actor.account.as_str(), found.began), ("a", Time(0)));
        for gone in [ended, idle] {
            assert!(again.find(&gone, Time(70 * MINUTE)).is_none());
        }
        assert!(!again.use_up("a", 7).await, "a code stays used");
        assert!(again.use_up("a", 8).await);
    }

    #[tokio::test]
    async fn somebody_sees_and_ends_their_own_sessions_alone() {
        let sessions = Sessions::default();
        let (one, two, other) =
            (begin(&sessions, "a").await, begin(&sessions, "a").await, begin(&sessions, "b").await);
        let views = sessions.of("a", &one, Time(0));
        assert_eq!(views.iter().filter(|view| view.current).count(), 1);
        assert_eq!(views.len(), 2);
        let theirs = sessions.of("b", &other, Time(0));
        let id = theirs.first().unwrap().id.clone();
        assert_eq!(sessions.end_one("a", &id).await, 0, "not one's own");
        assert_eq!(sessions.end_others("a", Some(&one)).await, 1);
        assert!(sessions.find(&one, Time(0)).is_some());
        assert!(sessions.find(&two, Time(0)).is_none());
        assert!(sessions.find(&other, Time(0)).is_some());
    }
}
