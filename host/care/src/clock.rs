//! What time it is, passed in so that tests can turn it.

use gtp_model::{MINUTE, Time};
use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Time;
}

/// The machine's clock. When it is set back a little, time stands still until it has caught up, so that what
/// happened later never has an earlier time; when it is set back further, it was wrong before and is believed.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// The latest time that was told.
static LATEST: AtomicI64 = AtomicI64::new(i64::MIN);
/// So far is a little: what a time server corrects.
const A_LITTLE: i64 = 5 * MINUTE;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time(steady(&LATEST, i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// What to tell where the clock shows `shown` and `latest` was told last.
fn steady(latest: &AtomicI64, shown: i64) -> i64 {
    let before = latest.fetch_max(shown, Ordering::SeqCst);
    if shown >= before || before.saturating_sub(shown) <= A_LITTLE {
        return before.max(shown);
    }
    tracing::warn!(minutes = (before - shown) / MINUTE, "the machine's clock was set back");
    latest.store(shown, Ordering::SeqCst);
    shown
}

/// A clock that stands still until it is set: for tests, and for writing a history.
#[derive(Debug, Default)]
pub struct SetClock(AtomicI64);

impl SetClock {
    /// A clock that shows this moment.
    #[must_use]
    pub const fn at(time: Time) -> Self {
        Self(AtomicI64::new(time.0))
    }

    /// Turns it to another moment.
    pub fn set(&self, time: Time) {
        self.0.store(time.0, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Time {
        Time(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_a_little_stands_still_and_one_set_back_far_is_believed() {
        let latest = AtomicI64::new(i64::MIN);
        assert_eq!(steady(&latest, 10 * A_LITTLE), 10 * A_LITTLE);
        assert_eq!(steady(&latest, 9 * A_LITTLE), 10 * A_LITTLE);
        assert_eq!(steady(&latest, 10 * A_LITTLE + 1), 10 * A_LITTLE + 1);
        assert_eq!(steady(&latest, 3 * A_LITTLE), 3 * A_LITTLE);
        assert_eq!(steady(&latest, 3 * A_LITTLE + 1), 3 * A_LITTLE + 1);
    }
}
