//! `gtp export`: a citizen's whole stream of events.

use super::ConfigArgument;
use crate::Done;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::upkeep::{Outcome, Task, carry_out, whoami};
use clap::Args;
use gtp_model::CitizenId;
use std::io::{BufWriter, Write as _};

/// Arguments of `gtp export`.
#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    config: ConfigArgument,
    /// The citizen's id in the record
    #[arg(long, value_name = "ID")]
    citizen: CitizenId,
    /// Why, in words that the citizen can read in their access log
    #[arg(long, default_value = "")]
    reason: String,
    /// Write the events byte for byte, one a line, so that their hashes can be checked
    #[arg(long)]
    exact: bool,
}

impl Export {
    /// Writes the stream to standard output.
    ///
    /// # Errors
    /// There is no such citizen, or the record cannot be read.
    pub fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        let task = Task::Export {
            citizen: self.citizen,
            exact: self.exact,
            reason: self.reason,
            by: whoami(),
        };
        let mut out = BufWriter::new(std::io::stdout().lock());
        let outcome = carry_out(&config, &task, &mut out)?;
        out.flush().map_err(|error| {
            Complaint::failed(format!("standard output cannot be written: {error}"))
        })?;
        match outcome {
            Outcome::Export { events: 0 } => Err(Complaint::failed(format!(
                "there is no citizen {} in the record",
                self.citizen
            ))
            .help("the id is the one that the API uses, not the citizen's number")),
            _ => Ok(()),
        }
    }
}
