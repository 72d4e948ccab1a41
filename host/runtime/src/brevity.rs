//! Which runs are so short that handing them to another thread would cost more than they do.
//!
//! Two changes of thread cost more than most programmes' rules. So a run begins on the thread of whoever asks, with
//! the fuel of a moment. Where that is not enough, nothing has happened: rules are a pure function, and they run
//! again from the beginning on the runtime's own [threads](crate::threads), with all that they may use. A programme
//! that once took longer goes there at once, until enough of its runs in a row would have been brief.

use crate::{
    run::{RunError, Spent},
    settings::Limits,
};
use std::sync::atomic::{AtomicU32, Ordering};

/// Fuel of a moment: a few hundred microseconds. The dearest call of the programmes in this repository takes about as
/// much; a run that takes more is as right, and dearer by what was begun in vain.
const FUEL: u64 = 500_000;
/// Bytes that are handed back: reading them takes time, too.
const RESULT: u64 = 256 << 10;
/// A programme that asked for more bytes of memory than this is not brief, whatever its fuel: clearing pages takes
/// time. It is no limit of the run, since a programme that is refused memory may say something else instead.
const MEMORY: u64 = 16 << 20;
/// Milliseconds, for what fuel does not count. Not fewer, or a busy machine would find everything too long.
const MILLISECONDS: u64 = 20;
/// So many brief runs in a row bring a programme back.
const BRIEF_AGAIN: u32 = 16;

/// Whether a programme's next run is likely to be brief.
#[derive(Debug, Default)]
pub struct Brevity {
    /// How many brief runs bring it back; 0 where it never went, or is back.
    left: AtomicU32,
}

impl Brevity {
    /// Whether its next run is worth beginning where it is asked for.
    pub fn is_likely(&self) -> bool {
        self.left.load(Ordering::Relaxed) == 0
    }

    /// A run was begun that took longer.
    pub fn was_too_long(&self) {
        self.left.store(BRIEF_AGAIN, Ordering::Relaxed);
    }

    /// A run came to its end, here or elsewhere.
    pub fn note(&self, spent: Spent) {
        if spent.fuel > FUEL || spent.memory > MEMORY {
            self.was_too_long();
        } else if !self.is_likely() {
            let one_less = |left: u32| left.checked_sub(1);
            // Somebody else may have counted the last one down.
            let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        }
    }
}

/// What a run may use that is to be brief.
pub fn brief(limits: &Limits) -> Limits {
    Limits {
        fuel: limits.fuel.min(FUEL),
        result: limits.result.min(RESULT),
        milliseconds: limits.milliseconds.min(MILLISECONDS),
        ..limits.clone()
    }
}

/// Whether a brief run ended because it was to be brief, and not because it did something it may never do.
pub fn is_too_much(error: &RunError, brief: &Limits, limits: &Limits) -> bool {
    match error {
        RunError::OutOfFuel { .. } => brief.fuel < limits.fuel,
        RunError::ResultTooLarge { .. } => brief.result < limits.result,
        RunError::WallClock { .. } => brief.milliseconds < limits.milliseconds,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent(fuel: u64) -> Spent {
        Spent { fuel, ..Spent::default() }
    }

    #[test]
    fn a_programme_that_takes_much_memory_is_not_brief() {
        let brevity = Brevity::default();
        brevity.note(Spent { memory: MEMORY + 1, ..Spent::default() });
        assert!(!brevity.is_likely());
    }

    #[test]
    fn a_programme_that_took_longer_is_back_after_sixteen_brief_runs_in_a_row() {
        let brevity = Brevity::default();
        assert!(brevity.is_likely());
        brevity.was_too_long();
        for _ in 1..BRIEF_AGAIN {
            brevity.note(spent(FUEL));
        }
        assert!(!brevity.is_likely());
        brevity.note(spent(FUEL + 1));
        for _ in 1..BRIEF_AGAIN {
            brevity.note(spent(FUEL));
            assert!(!brevity.is_likely(), "a long one begins the row anew");
        }
        brevity.note(spent(FUEL));
        assert!(brevity.is_likely());
        brevity.note(spent(FUEL));
        assert!(brevity.is_likely());
    }

    #[test]
    fn what_breaks_a_programmes_own_limit_is_no_matter_of_brevity() {
        let limits = Limits { fuel: 1_000, ..Limits::default() };
        let brief = brief(&limits);
        assert_eq!(brief.fuel, 1_000);
        let out_of_fuel = RunError::OutOfFuel { limit: brief.fuel };
        assert!(!is_too_much(&out_of_fuel, &brief, &limits));
        let result = RunError::ResultTooLarge { limit: brief.result };
        assert!(is_too_much(&result, &brief, &limits));
        let trap = RunError::Trap { what: String::new(), at: vec![] };
        assert!(!is_too_much(&trap, &brief, &limits));
    }
}
