//! Work that has time. It rests after each stretch for a multiple of what the stretch took, so that the processor and
//! the disk are free for those who answer somebody, however fast or busy the machine is.

use std::time::{Duration, Instant};

/// No rest is longer: whoever wants the work to end does not wait for more than this.
const LONGEST: Duration = Duration::from_millis(200);

/// How long a stretch of work has taken so far.
pub(crate) struct Leisure {
    began: Instant,
}

impl Leisure {
    /// Begins a stretch.
    pub fn begin() -> Self {
        Self { began: Instant::now() }
    }

    /// Ends a stretch and begins the next with a rest of so many times what it took, which `rest` takes.
    pub fn rest(&mut self, times: f64, rest: impl FnOnce(Duration)) {
        let due = self.began.elapsed().mul_f64(times.max(0.0)).min(LONGEST);
        if !due.is_zero() {
            rest(due);
        }
        self.began = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    #[test]
    fn a_rest_takes_a_multiple_of_the_work_and_never_very_long() {
        let mut leisure = Leisure { began: Instant::now() - Duration::from_millis(10) };
        leisure.rest(3.0, |due| {
            assert!(due >= Duration::from_millis(30) && due <= LONGEST, "{due:?}");
        });
        leisure.began = Instant::now() - Duration::from_secs(10);
        leisure.rest(3.0, |due| assert_eq!(due, LONGEST));
        leisure.rest(0.0, |due| panic!("nothing to rest for: {due:?}"));
    }
}
