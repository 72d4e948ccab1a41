//! How far the view has come while it is caught up or rebuilt: a bar for a person at a terminal, a line in the
//! log now and then for everybody else.

use gtp_record::Progress;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What is done sooner is not worth a word.
const WORTH_A_WORD: Duration = Duration::from_millis(500);
/// How often the log is told.
const LOGGED_EVERY: Duration = Duration::from_secs(5);

/// What the record tells how far it has come.
pub fn shown() -> Arc<dyn Fn(Progress) + Send + Sync> {
    let bar = std::io::stderr().is_terminal().then(bar);
    let logged = Mutex::new(Duration::ZERO);
    Arc::new(move |progress| {
        if progress.elapsed < WORTH_A_WORD {
            return;
        }
        match &bar {
            Some(bar) => show(bar, progress),
            None => log(&mut logged.lock().unwrap_or_else(PoisonError::into_inner), progress),
        }
    })
}

fn bar() -> ProgressBar {
    let style =
        "the view, from the journal {wide_bar} {human_pos} of {human_len} events, {eta} left";
    let style =
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::no_length().with_style(style)
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.total);
    bar.set_position(progress.done);
    if progress.done >= progress.total {
        bar.finish_and_clear();
    }
}

fn log(logged: &mut Duration, progress: Progress) {
    let ended = progress.done >= progress.total;
    if ended || progress.elapsed >= *logged + LOGGED_EVERY {
        *logged = progress.elapsed;
        let rate = progress.done as f64 / progress.elapsed.as_secs_f64();
        tracing::info!(
            done = progress.done,
            of = progress.total,
            events_a_second = %HumanCount(rate as u64),
            "the view follows the journal"
        );
    }
}
