//! The threads that run rules, and who is next.
//!
//! Runs that are not over in a [moment](crate::brevity) share no thread with HTTP. Each programme has a queue of
//! its own and the programmes take turns, and no programme may hold more than half of the threads: one that is stuck
//! or much used delays itself and nobody else. How many may wait is bounded; more are turned away at once, which the
//! caller hears about.
//!
//! A programme that took long goes on in the slow lane: threads of their own, to which the system gives the
//! processor only when nobody else wants it. So a heavy programme is judged later, and a light one beside it
//! is judged as soon as ever. What is long is counted in fuel, so that a busy machine makes nobody slow.

use gtp_model::ProgrammeId;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
};

type Job = Box<dyn FnOnce() -> Pace + Send>;

/// How a run went, as far as it concerns those who wait behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Quick,
    Long,
}

/// So many quick runs in a row bring a programme back from the slow lane.
const QUICK_AGAIN: u32 = 16;
/// How much more readily the system takes the processor from the slow lane (its `nice` value).
const NICE: i32 = 10;

/// The threads. Dropping it lets them finish what they run and drops what waits.
pub struct Threads {
    shared: Arc<Shared>,
    handles: Vec<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    work: Condvar,
    slow_work: Condvar,
    most_waiting: usize,
    most_running: usize,
}

#[derive(Default)]
struct State {
    lanes: BTreeMap<ProgrammeId, Lane>,
    /// Programmes that have something waiting, in the order of their turns.
    turns: VecDeque<ProgrammeId>,
    /// Programmes in the slow lane, and how many quick runs in a row bring each of them back.
    slow: BTreeMap<ProgrammeId, u32>,
    waiting: usize,
    stopping: bool,
}

/// One programme's queue.
#[derive(Default)]
struct Lane {
    waiting: VecDeque<Job>,
    running: usize,
}

/// The queue is full.
#[derive(Debug)]
pub struct Full;

impl Threads {
    /// Starts `count` threads, and half as many for the slow lane.
    pub fn start(count: usize, most_waiting: usize, stack: usize) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            work: Condvar::new(),
            slow_work: Condvar::new(),
            most_waiting,
            most_running: (count / 2).max(1),
        });
        let slow = (count / 2).max(1);
        let names = (0..count).map(|i| (format!("rules-{i}"), false));
        let slow_names = (0..slow).map(|i| (format!("rules-slow-{i}"), true));
        let handles = names
            .chain(slow_names)
            .map(|(name, slow)| {
                let shared = Arc::clone(&shared);
                std::thread::Builder::new()
                    .name(name)
                    .stack_size(stack)
                    .spawn(move || shared.work(slow))
            })
            .collect::<std::io::Result<_>>()?;
        Ok(Self { shared, handles })
    }

    /// Lines up a job of this programme. It is dropped unrun where the host stops first.
    pub fn submit(&self, programme: &ProgrammeId, job: Job) -> Result<(), Full> {
        let mut state = self.shared.lock();
        // A programme that is behind may not fill the queue for the others.
        let own = state.lanes.get(programme).map_or(0, |lane| lane.waiting.len());
        if state.waiting >= self.shared.most_waiting || own >= self.shared.most_waiting.div_ceil(2)
        {
            return Err(Full);
        }
        state.waiting += 1;
        let lane = state.lanes.entry(programme.clone()).or_default();
        let was_idle = lane.waiting.is_empty();
        lane.waiting.push_back(job);
        if was_idle {
            state.turns.push_back(programme.clone());
        }
        let slow = state.slow.contains_key(programme);
        drop(state);
        self.shared.lane(slow).notify_one();
        Ok(())
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        let waiting = {
            let mut state = self.shared.lock();
            state.stopping = true;
            state.turns.clear();
            std::mem::take(&mut state.lanes)
        };
        self.shared.work.notify_all();
        self.shared.slow_work.notify_all();
        drop(waiting);
        for handle in self.handles.drain(..) {
            // The last owner may be one of these threads itself.
            if handle.thread().id() != std::thread::current().id() {
                let _ = handle.join();
            }
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A job that panics does so outside the lock, so the state is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    const fn lane(&self, slow: bool) -> &Condvar {
        if slow { &self.slow_work } else { &self.work }
    }

    fn work(&self, slow: bool) {
        if slow && let Err(error) = rustix::process::setpriority_process(None, NICE) {
            tracing::debug!(%error, "the slow lane is as urgent as the others");
        }
        let mut state = self.lock();
        loop {
            if state.stopping {
                return;
            }
            let Some((programme, job)) = state.next(self.most_running, slow) else {
                state = self.lane(slow).wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(state);
            let pace = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
            if pace.is_err() {
                tracing::error!(%programme, "a run panicked in the host; it is counted as failed");
            }
            state = self.lock();
            state.done(&programme, pace.unwrap_or(Pace::Quick));
            // A programme that was at its share of the threads, or has changed lanes, may go on now.
            if !state.turns.is_empty() {
                self.work.notify_one();
                self.slow_work.notify_one();
            }
        }
    }
}

impl State {
    /// The next job of this lane: of the programme whose turn it is, passing over those that have their share
    /// already.
    fn next(&mut self, most_running: usize, slow: bool) -> Option<(ProgrammeId, Job)> {
        let may_run = |id: &ProgrammeId| {
            self.slow.contains_key(id) == slow
                && self.lanes.get(id).is_some_and(|lane| lane.running < most_running)
        };
        let turn = self.turns.iter().position(may_run)?;
        let programme = self.turns.remove(turn)?;
        let lane = self.lanes.get_mut(&programme)?;
        let job = lane.waiting.pop_front()?;
        lane.running += 1;
        self.waiting -= 1;
        if !lane.waiting.is_empty() {
            self.turns.push_back(programme.clone());
        }
        Some((programme, job))
    }

    fn done(&mut self, programme: &ProgrammeId, pace: Pace) {
        match (pace, self.slow.get_mut(programme)) {
            (Pace::Long, _) => {
                self.slow.insert(programme.clone(), QUICK_AGAIN);
            }
            (Pace::Quick, Some(left)) if *left > 1 => *left -= 1,
            (Pace::Quick, Some(_)) => {
                self.slow.remove(programme);
            }
            (Pace::Quick, None) => {}
        }
        if let Some(lane) = self.lanes.get_mut(programme) {
            lane.running = lane.running.saturating_sub(1);
            if lane.running == 0 && lane.waiting.is_empty() {
                self.lanes.remove(programme);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use std::sync::mpsc::channel;

    fn id(text: &str) -> ProgrammeId {
        text.parse().unwrap()
    }

    fn quick(job: impl FnOnce() + Send + 'static) -> Job {
        Box::new(move || {
            job();
            Pace::Quick
        })
    }

    /// The name of the thread that runs a job of this pace.
    fn ran_on(threads: &Threads, programme: &str, pace: Pace) -> String {
        let (done, heard) = channel();
        let job = move || {
            done.send(std::thread::current().name().unwrap_or_default().to_owned()).unwrap();
            pace
        };
        threads.submit(&id(programme), Box::new(job)).unwrap();
        let name = heard.recv().unwrap();
        // A run counts once its thread has said how it went.
        while threads.shared.lock().lanes.contains_key(&id(programme)) {
            std::thread::yield_now();
        }
        name
    }

    #[test]
    fn a_programme_that_took_long_goes_on_in_the_slow_lane_until_it_is_quick_again() {
        let threads = Threads::start(2, 100, 256 << 10).unwrap();
        assert!(!ran_on(&threads, "heavy", Pace::Long).starts_with("rules-slow"));
        for _ in 0..QUICK_AGAIN {
            assert!(ran_on(&threads, "heavy", Pace::Quick).starts_with("rules-slow"));
            assert!(!ran_on(&threads, "light", Pace::Quick).starts_with("rules-slow"));
        }
        assert!(!ran_on(&threads, "heavy", Pace::Quick).starts_with("rules-slow"));
    }

    #[test]
    fn what_waits_when_a_programme_turns_out_slow_waits_in_the_slow_lane() {
        let threads = Threads::start(1, 100, 256 << 10).unwrap();
        let (go, gate) = channel::<()>();
        let (done, heard) = channel();
        let first = move || {
            gate.recv().unwrap();
            Pace::Long
        };
        threads.submit(&id("heavy"), Box::new(first)).unwrap();
        let name = move || {
            done.send(std::thread::current().name().unwrap_or_default().to_owned()).unwrap();
        };
        threads.submit(&id("heavy"), quick(name)).unwrap();
        go.send(()).unwrap();
        assert!(heard.recv().unwrap().starts_with("rules-slow"));
    }

    #[test]
    fn a_stuck_programme_does_not_delay_another() {
        let threads = Threads::start(4, 100, 256 << 10).unwrap();
        let (release, stuck) = channel::<()>();
        let stuck = Arc::new(Mutex::new(stuck));
        for _ in 0..20 {
            let stuck = Arc::clone(&stuck);
            threads
                .submit(
                    &id("stuck"),
                    Box::new(move || {
                        assert!(stuck.lock().unwrap().recv().is_err());
                        Pace::Quick
                    }),
                )
                .unwrap();
        }
        let (done, heard) = channel();
        for i in 0..20 {
            let done = done.clone();
            threads.submit(&id("quick"), quick(move || done.send(i).unwrap())).unwrap();
        }
        let mut all: Vec<i32> = heard.iter().take(20).collect();
        all.sort_unstable();
        assert_eq!(all, (0..20).collect::<Vec<_>>());
        drop(release);
    }

    #[test]
    fn programmes_take_turns() {
        let threads = Threads::start(1, 100, 256 << 10).unwrap();
        let (go, gate) = channel::<()>();
        threads.submit(&id("first"), quick(move || gate.recv().unwrap())).unwrap();
        let (done, heard) = channel();
        for name in ["a", "a", "a", "b"] {
            let done = done.clone();
            threads.submit(&id(name), quick(move || done.send(name).unwrap())).unwrap();
        }
        go.send(()).unwrap();
        assert_eq!(heard.iter().take(4).collect::<Vec<_>>(), ["a", "b", "a", "a"]);
    }

    #[test]
    fn a_full_queue_turns_away_at_once_and_one_programme_fills_only_half_of_it() {
        let threads = Threads::start(1, 4, 256 << 10).unwrap();
        let (go, gate) = channel::<()>();
        let (begun, has_begun) = channel();
        threads
            .submit(
                &id("a"),
                quick(move || {
                    begun.send(()).unwrap();
                    gate.recv().unwrap();
                }),
            )
            .unwrap();
        has_begun.recv().unwrap();
        let submit = |name| threads.submit(&id(name), quick(|| {})).is_ok();
        assert!(submit("a") && submit("a") && !submit("a"));
        assert!(submit("b") && submit("b") && !submit("c"));
        go.send(()).unwrap();
    }

    #[test]
    fn a_panicking_job_costs_no_thread() {
        let threads = Threads::start(1, 4, 256 << 10).unwrap();
        threads.submit(&id("a"), Box::new(|| panic!("on purpose"))).unwrap();
        let (done, heard) = channel();
        threads.submit(&id("a"), quick(move || done.send(()).unwrap())).unwrap();
        heard.recv().unwrap();
    }
}
