//! Reading through the closed segments once, slowly, after the record is opened.
//!
//! Opening looks at the end of the journal only, so that it is quick. Damage further back would otherwise
//! be found when it is too late: when the view has to be rebuilt, or when the last sound backup is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use super::queue::{Queue, Request, Task};
use crate::journal::segment::{Next, Segment};
use crate::journal::{JournalError, Reader};
use crate::leisure::Leisure;

/// After so many frames it lets others have the disk and the processor,
const STRIDE: u32 = 100;
/// for so many times as long as it looked at them.
const RESTS: f64 = 10.0;

/// The thread that looks; dropping it ends it.
pub(crate) struct Patrol {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Patrol {
    /// Begins to look. Where damage is found, the writer is told to accept nothing more.
    pub fn start(reader: Reader, queue: Arc<Queue>) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ended);
        let thread = std::thread::Builder::new().name("gtp-patrol".to_owned());
        let thread = thread.spawn(move || match walk(&reader, &seen) {
            Ok(segments) => {
                tracing::debug!(segments, "all closed segments of the journal are sound")
            }
            Err(error) => {
                let stop: Task = Box::new(move |writer| writer.stop(&error.to_string()));
                let _ = queue.put(Request::Task(stop));
            }
        });
        // Where no thread is to be had, nobody looks; `gtp journal verify` does.
        Self { ended, thread: thread.ok() }
    }
}

impl Drop for Patrol {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

/// How many closed segments were looked at.
fn walk(reader: &Reader, ended: &AtomicBool) -> Result<usize, JournalError> {
    let segments = reader.segments();
    let closed = segments.len().saturating_sub(1);
    for pair in segments.windows(2) {
        if let [segment, next] = pair {
            look_at(segment, next.first, ended)?;
        }
    }
    Ok(closed)
}

fn look_at(segment: &Segment, ends: u64, ended: &AtomicBool) -> Result<(), JournalError> {
    let mut frames = segment.frames();
    let (mut expected, mut looked, mut leisure) = (segment.first, 0, Leisure::begin());
    while expected < ends {
        match frames.next()? {
            Next::Frame(frame, ..) if frame.first == expected => expected = frame.last() + 1,
            Next::Frame(frame, at, _) => {
                let what =
                    format!("event {expected} should stand here, event {} does", frame.first);
                return Err(segment.damaged(at, what));
            }
            Next::End(at) => {
                let what = format!("event {expected} should stand here and nothing does");
                return Err(segment.damaged(at, what));
            }
            Next::Bad(at, what) => return Err(segment.damaged(at, what)),
        }
        looked += 1;
        if looked % STRIDE == 0 {
            if ended.load(Ordering::Relaxed) {
                return Ok(());
            }
            leisure.rest(RESTS, std::thread::park_timeout);
        }
    }
    Ok(())
}
