//! `gtp replay`: what another version of a programme would have found.

use super::ConfigArgument;
use crate::Done;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::replaying::{Told, Wanted};
use crate::upkeep::{Task, carry_out};
use clap::Args;
use gtp_care::calendar::{Calendar, parse_rfc3339};
use gtp_care::clock::{Clock as _, SystemClock};
use gtp_model::{DAY, HOUR, LimitId, Time, UnitId};
use gtp_replay::compare::{State, csv, html, text};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

/// Arguments of `gtp replay`.
#[derive(Args)]
pub struct Replay {
    #[command(flatten)]
    config: ConfigArgument,
    /// The component of the new version
    #[arg(value_name = "NEW.wasm")]
    new: PathBuf,
    /// What to compare with: `active`, or the digest of a component that served before
    #[arg(long, default_value = "active", value_name = "WHICH")]
    against: String,
    /// The first day, or moment, that counts [where absent: 90 days before the last]
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// The first day, or moment, that does not any more [where absent: now]
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Only enrolments that this unit looks after
    #[arg(long)]
    unit: Option<UnitId>,
    /// Only this part of all citizens, for example 0.1; always the same ones
    #[arg(long, default_value_t = 1.0, value_name = "PART")]
    sample: f64,
    /// What if the region set this limit so: `spo2-on-oxygen=93`. May be given several times
    #[arg(long = "limit", value_name = "LIMIT=VALUE", value_parser = what_if)]
    limits: Vec<(LimitId, f64)>,
    /// An alert is taken as dealt with after so many hours; what a rule finds until then joins it
    #[arg(long, default_value_t = 24, value_name = "HOURS")]
    handled_after: u32,
    /// How many examples to show of each kind of difference
    #[arg(long, default_value_t = 5, value_name = "COUNT")]
    examples: usize,
    /// How many threads work
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Where to keep what is counted so far, until it is done
    #[arg(long, default_value = "gtp-replay.state", value_name = "FILE")]
    state: PathBuf,
    /// Go on where an earlier run of the same comparison was stopped
    #[arg(long)]
    resume: bool,
    /// Write the report as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the counts for a spreadsheet
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write the report as a page with charts
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// The address of the installation, to which the page's examples lead
    #[arg(long, default_value = "", value_name = "ADDRESS")]
    address: String,
}

fn what_if(text: &str) -> Result<(LimitId, f64), String> {
    let (limit, value) = text.split_once('=').ok_or("write LIMIT=VALUE")?;
    let limit = limit.parse().map_err(|error| format!("{limit}: {error}"))?;
    let value: f64 =
        value.replace(',', ".").parse().map_err(|_| format!("{value} is no number"))?;
    if value.is_finite() { Ok((limit, value)) } else { Err(format!("{value} is no number")) }
}

impl Replay {
    /// Compares, and prints the report.
    ///
    /// # Errors
    /// A component cannot be loaded, the record cannot be read, a file cannot be written.
    pub fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        let calendar = Calendar::new(&config.time_zone)
            .map_err(|error| Complaint::new(format!("time-zone: {error}")))?;
        let wanted = self.wanted(&config, &calendar)?;
        let mut listener = Listener::new(&self.state);
        carry_out(&config, &Task::Replay(Box::new(wanted)), &mut listener)?;
        let state = listener.ended()?;
        if !state.done {
            return Err(Complaint::failed("the comparison was stopped before its end")
                .help("go on with --resume"));
        }
        let report = &state.report;
        print!("{}", text(report, &calendar));
        let json = || serde_json::to_string_pretty(report).unwrap_or_default();
        write(self.json.as_deref(), json)?;
        write(self.csv.as_deref(), || csv(report))?;
        write(self.html.as_deref(), || html(report, &calendar, &self.address))?;
        // It is done: there is nothing to go on from.
        let _ = std::fs::remove_file(&self.state);
        Ok(())
    }

    fn wanted(&self, config: &Config, calendar: &Calendar) -> Result<Wanted, Complaint> {
        // What has not come yet is not missing.
        let now = SystemClock.now();
        let until = match &self.to {
            Some(text) => moment(text, calendar)?.min(now),
            None => now,
        };
        let from = match &self.from {
            Some(text) => moment(text, calendar)?,
            None => until.plus(-90 * DAY),
        };
        if from >= until {
            return Err(Complaint::new("there is nothing between --from and --to"));
        }
        let absolute = |path: &Path| {
            std::path::absolute(path)
                .map_err(|error| Complaint::new(format!("{}: {error}", path.display())))
        };
        let new = absolute(&self.new)?;
        if !new.is_file() {
            return Err(Complaint::new(format!("there is no component {}", new.display())));
        }
        Ok(Wanted {
            new,
            against: self.against.clone(),
            from,
            until,
            unit: self.unit.clone(),
            sample: self.sample.clamp(0.0, 1.0),
            what_if: self.limits.iter().cloned().collect(),
            examples: self.examples,
            handled_after: i64::from(self.handled_after) * HOUR,
            threads: self.threads.clamp(1, 64),
            zone: config.time_zone.clone(),
            limits: config.components.limits.clone(),
            limits_of: config.components.limits_of.clone(),
            resume: if self.resume { Some(absolute(&self.state)?) } else { None },
        })
    }
}

/// A day is its local midnight.
fn moment(text: &str, calendar: &Calendar) -> Result<Time, Complaint> {
    parse_rfc3339(text)
        .or_else(|| calendar.moment(text))
        .or_else(|| calendar.moment(&format!("{text}T00:00")))
        .ok_or_else(|| {
            Complaint::new(format!("“{text}” is no day"))
                .help("write 2026-11-21, or 2026-11-21T07:30")
        })
}

fn write(path: Option<&Path>, content: impl FnOnce() -> String) -> Done {
    let Some(path) = path else { return Ok(()) };
    std::fs::write(path, content()).map_err(|error| {
        Complaint::failed(format!("{} cannot be written: {error}", path.display()))
    })
}

/// Hears how far it is: shows it, and keeps what was counted.
struct Listener<'a> {
    bar: Option<ProgressBar>,
    kept: &'a Path,
    line: Vec<u8>,
    newest: Option<State>,
}

impl<'a> Listener<'a> {
    fn new(kept: &'a Path) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = "{wide_bar} {human_pos} of {human_len} citizens, {eta} left";
            let style = ProgressStyle::with_template(style);
            ProgressBar::no_length()
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, kept, line: vec![], newest: None }
    }

    fn hear(&mut self, line: &[u8]) -> io::Result<()> {
        let told: Told = serde_json::from_slice(line)?;
        if let Some(bar) = &self.bar {
            bar.set_length(told.total);
            bar.set_position(told.done);
        }
        let new = self.kept.with_extension("new");
        std::fs::write(&new, serde_json::to_vec(&told.state)?)?;
        std::fs::rename(&new, self.kept)?;
        self.newest = Some(told.state);
        Ok(())
    }

    fn ended(self) -> Result<State, Complaint> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.newest.ok_or_else(|| Complaint::failed("nothing came of it"))
    }
}

impl Write for Listener<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                self.hear(&line)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
