//! Slows down whoever guesses passwords.
//!
//! Failed logins are counted for each account and for each network address in a sliding pair of windows.
//! The counters live in memory and are bounded: when the table is full, the windows are cut short, which
//! forgets old failures earlier but never locks anybody out for good. An account that does not exist is
//! counted like one that does, so the answer tells nothing.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a failure counts in full. It counts on, fading, for as long again.
const WINDOW: Duration = Duration::from_secs(10 * 60);
/// Failures in a window before an account must wait.
const PER_ACCOUNT: f64 = 8.0;
/// Failures in a window before an address must wait. Higher: a whole clinic may share one.
const PER_ADDRESS: f64 = 40.0;
/// How many counters are kept: about 1 MB.
const MOST: usize = 20_000;

/// Counts failed logins for each account and address.
pub struct Throttle {
    hasher: RandomState,
    windows: Mutex<Windows>,
}

struct Windows {
    began: Instant,
    now: HashMap<u64, u32>,
    before: HashMap<u64, u32>,
}

impl Default for Throttle {
    fn default() -> Self {
        let windows =
            Windows { began: Instant::now(), now: HashMap::new(), before: HashMap::new() };
        Self { hasher: RandomState::new(), windows: Mutex::new(windows) }
    }
}

impl Throttle {
    /// How long this account or address must wait before it may try again, where it must.
    pub fn wait(&self, account: &str, address: IpAddr) -> Option<Duration> {
        self.wait_at(account, address, Instant::now())
    }

    /// Notes that a login failed.
    pub fn failed(&self, account: &str, address: IpAddr) {
        self.failed_at(account, address, Instant::now());
    }

    /// Notes that a login succeeded: the account's failures are forgotten, the address's are not.
    pub fn succeeded(&self, account: &str) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let key = self.account_key(account);
        windows.now.remove(&key);
        windows.before.remove(&key);
    }

    fn wait_at(&self, account: &str, address: IpAddr, now: Instant) -> Option<Duration> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.turn(now);
        let over = windows.count(self.account_key(account), now) >= PER_ACCOUNT
            || windows.count(self.hasher.hash_one(address), now) >= PER_ADDRESS;
        over.then(|| {
            WINDOW.saturating_sub(now.duration_since(windows.began)).max(Duration::from_secs(30))
        })
    }

    fn failed_at(&self, account: &str, address: IpAddr, now: Instant) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.turn(now);
        if windows.now.len() + 2 > MOST {
            windows.before = std::mem::take(&mut windows.now);
            windows.began = now;
        }
        for key in [self.account_key(account), self.hasher.hash_one(address)] {
            *windows.now.entry(key).or_default() += 1;
        }
    }

    /// Accounts are counted by a keyed hash: the table never holds what somebody typed, which now and
    /// then is a password in the wrong box.
    fn account_key(&self, account: &str) -> u64 {
        self.hasher.hash_one(account.trim().to_lowercase())
    }
}

impl Windows {
    /// Begins a new window where the present one is over.
    fn turn(&mut self, now: Instant) {
        let age = now.duration_since(self.began);
        if age >= WINDOW {
            let just_before = std::mem::take(&mut self.now);
            self.before = if age < WINDOW * 2 { just_before } else { HashMap::new() };
            self.began = now;
        }
    }

    /// The failures in this window and the fading part of those in the one before.
    fn count(&self, key: u64, now: Instant) -> f64 {
        let of = |window: &HashMap<u64, u32>| window.get(&key).copied().map_or(0.0, f64::from);
        let passed = now.duration_since(self.began).as_secs_f64() / WINDOW.as_secs_f64();
        of(&self.now) + of(&self.before) * (1.0 - passed).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn an_account_waits_after_eight_failures_and_another_does_not() {
        let throttle = Throttle::default();
        for _ in 0..7 {
            throttle.failed("Nurse", HERE);
        }
        assert_eq!(throttle.wait("nurse", HERE), None);
        throttle.failed(" nurse", HERE);
        assert!(throttle.wait("nurse", HERE).unwrap() >= Duration::from_secs(30));
        assert_eq!(throttle.wait("doctor", HERE), None);
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits_too() {
        let throttle = Throttle::default();
        for number in 0..40 {
            throttle.failed(&format!("account-{number}"), HERE);
        }
        assert!(throttle.wait("somebody", HERE).is_some());
        assert_eq!(throttle.wait("somebody", IpAddr::from([127, 0, 0, 2])), None);
    }

    #[test]
    fn waiting_helps_and_so_does_the_right_password() {
        let throttle = Throttle::default();
        let start = Instant::now();
        for _ in 0..8 {
            throttle.failed_at("nurse", HERE, start);
        }
        assert!(throttle.wait_at("nurse", HERE, start + WINDOW / 2).is_some());
        assert_eq!(throttle.wait_at("nurse", HERE, start + WINDOW * 3), None);
        for _ in 0..8 {
            throttle.failed("doctor", HERE);
        }
        throttle.succeeded("doctor");
        assert_eq!(throttle.wait("doctor", HERE), None);
    }

    #[test]
    fn the_table_stays_bounded() {
        let throttle = Throttle::default();
        for number in 0..3 * MOST {
            throttle.failed(&format!("account-{number}"), HERE);
        }
        let windows = throttle.windows.lock().unwrap();
        assert!(windows.now.len() <= MOST && windows.before.len() <= MOST);
    }
}
