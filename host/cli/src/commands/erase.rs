//! `gtp erase`: a citizen leaves the record for good.

use super::ConfigArgument;
use crate::Done;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::upkeep::{Outcome, Task, carry_out, whoami};
use clap::Args;
use gtp_model::CitizenId;

/// Arguments of `gtp erase`.
#[derive(Args)]
pub struct Erase {
    #[command(flatten)]
    config: ConfigArgument,
    /// The citizen's id in the record
    #[arg(long, value_name = "ID")]
    citizen: CitizenId,
    /// Why. It stays in the record: write nothing of the citizen in it
    #[arg(long)]
    reason: String,
    /// Do it: what is erased cannot be brought back
    #[arg(long)]
    yes: bool,
}

impl Erase {
    /// Erases the citizen's stream from the journal and the view.
    ///
    /// # Errors
    /// It was not confirmed, there is no such citizen, or the record cannot be written.
    pub fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        if self.reason.trim().is_empty() {
            return Err(Complaint::new("an erasure needs a reason").help("say why with --reason"));
        }
        if !self.yes {
            return Err(Complaint::new("what is erased cannot be brought back")
                .help("take `gtp export` first where somebody may need it, then add --yes"));
        }
        let task = Task::Erase { citizen: self.citizen, reason: self.reason, by: whoami() };
        match carry_out(&config, &task, &mut std::io::sink())? {
            Outcome::Erase { events: 0, .. } => Err(Complaint::failed(format!(
                "there is nothing of {} in the record",
                self.citizen
            ))),
            Outcome::Erase { events, segments, keys } => {
                println!(
                    "erased {events} events from {segments} segments and {keys} keys of the view; their hashes stay"
                );
                println!("their key is destroyed: what a disk keeps of them cannot be read");
                println!(
                    "backups that were taken before still hold them; a restore erases them again"
                );
                Ok(())
            }
            _ => Err(Complaint::failed(
                "the host answered something else; is it of another version?",
            )),
        }
    }
}
