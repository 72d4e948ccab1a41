//! Saying what goes on, so that minutes of compiling are never silent.
//!
//! What a tool prints falls in two kinds: a line that only shows that work goes on (`Compiling serde`), and
//! a line that a person should read (a compiler's error). The first may be shown in place and forgotten, the
//! second is always kept as it was printed.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Without a spinner, a line now and then shows that work goes on.
const SILENCE: Duration = Duration::from_secs(10);

/// Where the steps of this crate report what they do.
pub trait Progress {
    /// A piece of work begins: one short line, such as `heart: compiling`.
    fn begin(&mut self, what: &str);

    /// A line that shows that work goes on. May be shown for a moment or not at all.
    fn detail(&mut self, line: &str);

    /// Something to read: a warning, a compiler's error, what was installed. Shown as it is.
    fn say(&mut self, text: &str);

    /// Whether [`say`](Progress::say) reaches a terminal, so that tools may colour what they print.
    fn colours(&self) -> bool {
        false
    }
}

/// Reports on standard error: a spinner where that is a terminal, plain lines elsewhere.
#[derive(Debug)]
pub struct Console {
    spinner: Option<ProgressBar>,
    step: String,
    /// When a plain line was printed last.
    printed: Instant,
}

impl Console {
    /// A console on this process's standard error.
    #[must_use]
    pub fn new() -> Self {
        let spinner = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar
        });
        Self { spinner, step: String::new(), printed: Instant::now() }
    }

    /// Ends the spinner and leaves the terminal as it was; plain lines stay.
    pub fn finish(&mut self) {
        if let Some(bar) = &self.spinner {
            bar.finish_and_clear();
        }
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Progress for Console {
    fn begin(&mut self, what: &str) {
        what.clone_into(&mut self.step);
        match &self.spinner {
            Some(bar) => {
                bar.reset();
                bar.enable_steady_tick(Duration::from_millis(100));
                bar.set_message(what.to_owned());
            }
            None => {
                self.printed = Instant::now();
                print_line(what);
            }
        }
    }

    fn detail(&mut self, line: &str) {
        match &self.spinner {
            Some(bar) => bar.set_message(format!("{}: {}", self.step, line.trim())),
            None if self.printed.elapsed() >= SILENCE => {
                self.printed = Instant::now();
                print_line(&format!("{}: {}", self.step, line.trim()));
            }
            None => {}
        }
    }

    fn say(&mut self, text: &str) {
        match &self.spinner {
            Some(bar) => bar.suspend(|| print_line(text)),
            None => print_line(text),
        }
    }

    fn colours(&self) -> bool {
        self.spinner.is_some() && std::env::var_os("NO_COLOR").is_none()
    }
}

/// Reports nothing, and keeps what was said for the caller to show in its own way.
#[derive(Debug, Default)]
pub struct Quiet {
    /// Every text that was said, in order.
    pub said: Vec<String>,
}

impl Progress for Quiet {
    fn begin(&mut self, _what: &str) {}

    fn detail(&mut self, _line: &str) {}

    fn say(&mut self, text: &str) {
        self.said.push(text.to_owned());
    }
}

/// A closed standard error is no reason to stop a build.
fn print_line(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
