//! How a programme fares, and when it is left alone for a while.
//!
//! A programme that fails three times in a row rests: a second, then two, four, up to five minutes. One run
//! is tried after each rest; if it works, all is forgotten. Only that programme rests, and what is
//! submitted meanwhile is stored as always.

use gtp_model::Time;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

/// Failures in a row before the first rest.
const PATIENCE: u32 = 3;
const FIRST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(300);

/// The present moment.
#[must_use]
pub fn now() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// One programme's row of failures.
#[derive(Debug, Default)]
pub struct Health {
    in_a_row: AtomicU32,
    rests_until: Mutex<Option<Instant>>,
}

impl Health {
    /// Whether it may run now. If not, until when it rests.
    pub fn may_run(&self, at: Instant) -> Result<(), Time> {
        if self.in_a_row.load(Ordering::Relaxed) < PATIENCE {
            return Ok(());
        }
        let mut rests_until = self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        match *rests_until {
            Some(until) if at < until => {
                let left = i64::try_from((until - at).as_millis()).unwrap_or(i64::MAX);
                Err(now().plus(left))
            }
            // One run is let through; others wait for what it brings.
            _ => {
                *rests_until = Some(at + self.rest());
                Ok(())
            }
        }
    }

    /// Notes how a run went.
    pub fn note(&self, at: Instant, worked: bool) {
        if worked {
            if self.in_a_row.load(Ordering::Relaxed) > 0 {
                self.in_a_row.store(0, Ordering::Relaxed);
            }
            return;
        }
        let in_a_row = self.in_a_row.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if in_a_row >= PATIENCE {
            let until = at + self.rest();
            *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
        }
    }

    /// How many runs have failed since one worked.
    pub fn in_a_row(&self) -> u32 {
        self.in_a_row.load(Ordering::Relaxed)
    }

    fn rest(&self) -> Duration {
        let beyond = self.in_a_row.load(Ordering::Relaxed).saturating_sub(PATIENCE).min(16);
        (FIRST_REST * 2u32.pow(beyond)).min(LONGEST_REST)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn three_failures_in_a_row_bring_a_rest_that_doubles() {
        let health = Health::default();
        let begin = Instant::now();
        for _ in 0..PATIENCE {
            assert!(health.may_run(begin).is_ok());
            health.note(begin, false);
        }
        assert!(health.may_run(begin).is_err());
        let later = begin + FIRST_REST;
        assert!(health.may_run(later).is_ok(), "one run is tried");
        assert!(health.may_run(later).is_err(), "and only one");
        health.note(later, false);
        assert!(health.may_run(later + FIRST_REST).is_err());
        assert!(health.may_run(later + 2 * FIRST_REST).is_ok());
    }

    #[test]
    fn one_run_that_works_forgets_the_row() {
        let health = Health::default();
        let begin = Instant::now();
        for _ in 0..5 {
            health.note(begin, false);
        }
        health.note(begin, true);
        assert_eq!(health.in_a_row(), 0);
        assert!(health.may_run(begin).is_ok());
    }

    #[test]
    fn no_rest_is_longer_than_five_minutes() {
        let health = Health::default();
        let begin = Instant::now();
        for _ in 0..1000 {
            health.note(begin, false);
        }
        assert!(health.may_run(begin + LONGEST_REST).is_ok());
    }
}
