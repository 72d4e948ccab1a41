//! Slows down whoever guesses passwords.
//!
//! Tries are counted for each account and for each network address. After the first few, each further one
//! doubles the wait, up to a quarter of an hour; time halves the count again, so nobody is ever locked out for
//! good. A try counts before its password is looked at, so that many at once gain nothing. The counters live in
//! memory and are bounded. An account that does not exist is counted like one that does, so the answer tells
//! nothing.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Tries of an account that cost nothing.
const PER_ACCOUNT: u32 = 8;
/// Tries from an address that cost nothing. More: a whole clinic may share one.
const PER_ADDRESS: u32 = 40;
/// The first wait. Each further try doubles it.
const FIRST: Duration = Duration::from_secs(30);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// After this long without a try, half of them are forgotten.
const HALVING: Duration = Duration::from_secs(15 * 60);
/// How many counters are kept: about 1 MB.
const MOST: usize = 20_000;

/// Counts tries to log in for each account and address.
#[derive(Default)]
pub struct Throttle {
    hasher: RandomState,
    tries: Mutex<HashMap<u64, Tries>>,
}

#[derive(Clone, Copy)]
struct Tries {
    count: u32,
    last: Instant,
}

impl Throttle {
    /// Counts a try. Gives how long this account or address must wait first, where it must: then the try is
    /// not to be made, and not counted.
    pub fn attempt(&self, account: &str, address: IpAddr) -> Option<Duration> {
        self.attempt_at(account, address, Instant::now())
    }

    /// Notes that a login succeeded: the account's tries are forgotten, and this one of the address's.
    pub fn succeeded(&self, account: &str, address: IpAddr) {
        let mut tries = self.lock();
        tries.remove(&self.account_key(account));
        if let Some(own) = tries.get_mut(&self.hasher.hash_one(address)) {
            own.count = own.count.saturating_sub(1);
        }
    }

    fn attempt_at(&self, account: &str, address: IpAddr, now: Instant) -> Option<Duration> {
        let keys = [
            (self.account_key(account), PER_ACCOUNT),
            (self.hasher.hash_one(address), PER_ADDRESS),
        ];
        let mut tries = self.lock();
        let waits = keys.iter().filter_map(|(key, free)| tries.get(key)?.wait(*free, now));
        if let Some(wait) = waits.max() {
            return Some(wait);
        }
        make_room(&mut tries, now);
        for (key, _) in keys {
            let own = tries.entry(key).or_insert(Tries { count: 0, last: now });
            *own = Tries { count: own.present(now).saturating_add(1), last: now };
        }
        None
    }

    /// Accounts are counted by a keyed hash: the table never holds what somebody typed, which now and
    /// then is a password in the wrong box.
    fn account_key(&self, account: &str) -> u64 {
        self.hasher.hash_one(account.trim().to_lowercase())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Tries>> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tries {
    /// How many still count.
    fn present(&self, now: Instant) -> u32 {
        let halvings = now.duration_since(self.last).as_secs() / HALVING.as_secs();
        u32::try_from(halvings).ok().and_then(|by| self.count.checked_shr(by)).unwrap_or(0)
    }

    /// How long to wait from now on, where it must be waited.
    fn wait(&self, free: u32, now: Instant) -> Option<Duration> {
        let doublings = self.present(now).checked_sub(free)?;
        let whole = FIRST.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST);
        let left = whole.saturating_sub(now.duration_since(self.last));
        (!left.is_zero()).then_some(left)
    }
}

/// Forgets what hardly counts any more, and where that is not enough, the older half.
fn make_room(tries: &mut HashMap<u64, Tries>, now: Instant) {
    if tries.len() + 2 <= MOST {
        return;
    }
    tries.retain(|_, own| own.present(now) > 0);
    if tries.len() + 2 > MOST {
        let mut lasts: Vec<Instant> = tries.values().map(|own| own.last).collect();
        lasts.sort_unstable();
        let middle = lasts.get(lasts.len() / 2).copied().unwrap_or(now);
        tries.retain(|_, own| own.last > middle);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn each_try_after_the_first_eight_waits_twice_as_long() {
        let throttle = Throttle::default();
        let mut now = Instant::now();
        for _ in 0..PER_ACCOUNT {
            assert_eq!(throttle.attempt_at("Nurse", HERE, now), None);
        }
        for seconds in [30, 60, 120, 240, 480, 900, 900] {
            let wait = throttle.attempt_at(" nurse", HERE, now).unwrap();
            assert_eq!(wait, Duration::from_secs(seconds));
            assert!(throttle.attempt_at("nurse", HERE, now + wait / 2).is_some(), "too early");
            if seconds < 900 {
                now += wait;
                assert_eq!(throttle.attempt_at("nurse", HERE, now), None, "waited long enough");
            }
        }
        assert_eq!(throttle.attempt_at("doctor", HERE, now), None, "another account");
        assert_eq!(throttle.attempt_at("nurse", HERE, now + HALVING * 8), None);
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits_too() {
        let throttle = Throttle::default();
        for number in 0..PER_ADDRESS {
            assert_eq!(throttle.attempt(&format!("account-{number}"), HERE), None);
        }
        assert!(throttle.attempt("somebody", HERE).is_some());
        assert_eq!(throttle.attempt("somebody", IpAddr::from([127, 0, 0, 2])), None);
    }

    #[test]
    fn the_right_password_wipes_the_slate() {
        let throttle = Throttle::default();
        for _ in 0..20 {
            for _ in 0..3 {
                assert_eq!(throttle.attempt("doctor", HERE), None);
            }
            throttle.succeeded("doctor", HERE);
            throttle.succeeded("doctor", HERE);
            throttle.succeeded("doctor", HERE);
        }
    }

    #[test]
    fn the_table_stays_bounded() {
        let throttle = Throttle::default();
        for number in 0..3 * MOST {
            let address = u32::try_from(number).unwrap().to_be_bytes();
            throttle.attempt(&format!("account-{number}"), IpAddr::from(address));
        }
        assert!(throttle.lock().len() <= MOST);
    }
}
