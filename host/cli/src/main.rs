//! The `gtp` command. Thin: it reads arguments and configuration, puts the parts together, and says what
//! happened. One file per command.

mod access_config;
mod accounting;
mod commands;
mod complaint;
mod config;
mod control;
mod demo;
mod host;
mod keys;
mod logging;
mod login_config;
mod master_key;
mod operating;
mod programme_log;
mod rebuilding;
mod replaying;
mod secret;
mod triage_config;
mod upkeep;
mod weighing;

use clap::Parser;
use complaint::Complaint;
use std::process::ExitCode;

/// The record's view is made of small pieces of memory, and most of them come and go within a moment.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The open Generic Telemedicine Platform.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    logging::panics_without_data();
    match commands::run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaint) => {
            let code = complaint.code();
            eprintln!("{:?}", miette::Report::new(complaint));
            ExitCode::from(code)
        }
    }
}

/// What a command gives back.
type Done = Result<(), Complaint>;
