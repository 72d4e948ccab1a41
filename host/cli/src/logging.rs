//! The log: text for a person at a terminal, JSON for a machine that collects it. It goes to standard error;
//! standard output is for what a command was asked for.

use crate::complaint::Complaint;
use crate::config::{Log, LogFormat};
use std::io::{IsTerminal, stderr};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Starts the log.
///
/// # Errors
/// The level is none.
pub fn start(log: &Log) -> Result<(), Complaint> {
    // What others' crates say in detail can hold whole requests: a bare level is for ours alone.
    let detailed = log.level.parse().is_ok_and(|level: LevelFilter| level > LevelFilter::INFO);
    let wanted = if detailed { format!("info,gtp={}", log.level) } else { log.level.clone() };
    let filter = EnvFilter::builder().parse(&wanted).map_err(|error| {
        Complaint::new(format!("log.level “{}” is no level: {error}", log.level))
            .help("write error, warn, info, debug or trace, or “info,gtp_record=debug”")
    })?;
    let json = match log.format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => !stderr().is_terminal(),
    };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    let started = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_ansi(stderr().is_terminal()).with_target(false).try_init()
    };
    started.map_err(|error| Complaint::failed(format!("the log cannot be started: {error}")))
}

/// A panic's message can quote what the program was working on, so only its place is told.
pub fn panics_without_data() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(String::new, |place| format!("{}:{}", place.file(), place.line()));
        tracing::error!(
            place,
            "a part of the host panicked; this is a defect, please report the place"
        );
        if !tracing::event_enabled!(tracing::Level::ERROR) {
            eprintln!("gtp panicked at {place}; this is a defect, please report the place");
        }
    }));
}
