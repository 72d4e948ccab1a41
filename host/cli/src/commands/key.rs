//! `gtp key`: the master key that the record is encrypted under. Also while the host runs.

use super::ConfigArgument;
use crate::Done;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::upkeep::{Outcome, Task, carry_out, whoami};
use clap::{Args, Subcommand};

/// What can be done with the master key.
#[derive(Subcommand)]
pub enum Key {
    /// Say which master key it is, where it comes from, and how many keys it wraps
    Show(Show),
    /// Make a new master key and wrap every key again; the events stay as they are
    Rotate(Rotate),
}

/// Arguments of `gtp key show`.
#[derive(Args)]
pub struct Show {
    #[command(flatten)]
    config: ConfigArgument,
}

/// Arguments of `gtp key rotate`.
#[derive(Args)]
pub struct Rotate {
    #[command(flatten)]
    config: ConfigArgument,
}

impl Key {
    /// Does it.
    ///
    /// # Errors
    /// The record cannot be opened, or the key does not come from a file.
    pub fn run(self) -> Done {
        match self {
            Self::Show(show) => show.run(),
            Self::Rotate(rotate) => rotate.run(),
        }
    }
}

impl Show {
    fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        match carry_out(&config, &Task::Key, &mut std::io::sink())? {
            Outcome::Key { master, from, keys, destroyed } => {
                println!("master key {master}, from {from}");
                println!("it wraps {keys} keys; {destroyed} were destroyed");
                Ok(())
            }
            _ => Err(another_version()),
        }
    }
}

impl Rotate {
    fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        let task = Task::RotateKey { by: whoami() };
        match carry_out(&config, &task, &mut std::io::sink())? {
            Outcome::RotateKey { before, now, keys, kept } => {
                println!(
                    "master key {now} has taken over from {before}; {keys} keys are wrapped again"
                );
                println!("keep a copy of the new one apart from the data");
                println!(
                    "backups from before need the old one: it is {kept}. Remove it, and every copy, when none of \
                     them is to be restored any more; until then whoever has it and such a backup reads that"
                );
                Ok(())
            }
            _ => Err(another_version()),
        }
    }
}

fn another_version() -> Complaint {
    Complaint::failed("the host answered something else; is it of another version?")
}
