//! `gtp journal`: looking after the journal.

use super::ConfigArgument;
use crate::Done;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::master_key;
use crate::upkeep::{Outcome, Task, carry_out};
use clap::{Args, Subcommand};
use gtp_record::journal::disk::RealDisk;
use gtp_record::upkeep::verify_journal;
use std::sync::Arc;

/// What can be done with the journal.
#[derive(Subcommand)]
pub enum Journal {
    /// Check every checksum, every hash link, every published root, and that the view is what the journal gives
    Verify(Verify),
    /// How to mend a damaged journal
    #[command(long_about = REPAIR)]
    Repair,
}

/// What to do when the journal is damaged in the middle. Nothing is done by itself: which copy is right is for
/// a person to say.
const REPAIR: &str = "\
How to mend a damaged journal.

A journal that is damaged in the middle is never shortened or skipped over by itself: that would lose what was
acknowledged. `gtp journal verify` names the segment and the offset. Then:

1. Stop the host, and copy the whole data folder away.
2. Look at the disk: `dmesg`, `smartctl`. Where it fails, move to another first.
3. Where you have a backup taken after the damaged segment was full (its number lies well below the last), unpack
   the backup (it is a tar file) and put that one segment in the damaged one's place. Segments never change once
   they are full, so the one in the backup is the one that was there, unless a citizen was erased since.
4. Run `gtp journal verify`. When it finds nothing, start the host; the view rebuilds itself.
5. Without such a backup: restore the newest one with `gtp restore` into a new data folder. What came after it is
   in the copy of step 1, up to the damage and after it; keep that copy for whoever helps you.

The end of a journal that was cut short by a crash is no damage: it was never acknowledged, and it is cut and
said so in the log.";

/// Arguments of `gtp journal verify`.
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    config: ConfigArgument,
    /// Leave the view out; it is disposable and is rebuilt where in doubt
    #[arg(long)]
    journal_only: bool,
}

impl Journal {
    /// Does it.
    ///
    /// # Errors
    /// Something is not as it should be: exit code 1.
    pub fn run(self) -> Done {
        match self {
            Self::Verify(verify) => verify.run(),
            Self::Repair => {
                println!("{REPAIR}");
                Ok(())
            }
        }
    }
}

impl Verify {
    fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        if !config.data.join("journal").is_dir() {
            return Err(Complaint::new(format!(
                "there is no journal in {}",
                config.data.display()
            ))
            .help("name the data folder as `data` in the configuration"));
        }
        let key = master_key::source(&config)?;
        let report = verify_journal(Arc::new(RealDisk), &config.data, &key, &|_| {})
            .map_err(|error| Complaint::failed(error.to_string()))?;
        let seconds = report.took.as_secs_f64();
        println!(
            "journal: {} events in {} streams, {} of them erased; {} segments, {} bytes; {} published roots",
            report.events,
            report.streams,
            report.erased,
            report.segments,
            report.bytes,
            report.checkpoints
        );
        println!("  in {}", rate(seconds, report.events, "events"));
        if let Some(root) = report.root {
            println!("  root over all events: {root}");
        }
        let mut findings: Vec<String> =
            report.findings.iter().map(|finding| format!("journal: {finding}")).collect();
        if findings.is_empty() && !self.journal_only {
            match carry_out(&config, &Task::VerifyView, &mut std::io::sink())? {
                Outcome::VerifyView { keys, milliseconds, findings: found } => {
                    println!("view: {keys} keys compared with what the journal gives, folded anew");
                    println!("  in {}", rate(milliseconds as f64 / 1000.0, keys, "keys"));
                    findings.extend(found.iter().map(|finding| format!("view: {finding}")));
                }
                _ => return Err(Complaint::failed("the host answered something else")),
            }
        }
        if findings.is_empty() {
            println!("nothing is wrong");
            return Ok(());
        }
        Err(Complaint::failed(findings.join("\n"))
            .help("`gtp journal repair` tells how to mend a journal; a view is rebuilt by itself"))
    }
}

/// How long something took, and how fast that is.
fn rate(seconds: f64, count: u64, what: &str) -> String {
    format!("{seconds:.2} s, {:.0} {what} a second", count as f64 / seconds.max(1e-6))
}
