//! `gtp restore`: a data folder from a backup.

use super::ConfigArgument;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::{Done, host, master_key, secret};
use clap::Args;
use gtp_care::calendar::rfc3339;
use gtp_record::upkeep::{UpkeepError, restore};
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

/// Arguments of `gtp restore`.
#[derive(Args)]
pub struct Restore {
    #[command(flatten)]
    config: ConfigArgument,
    /// The backup
    file: PathBuf,
}

impl Restore {
    /// Restores into the data folder of the configuration, which must hold no journal. The master key must be there.
    ///
    /// # Errors
    /// The backup is not whole, or there is a record already.
    pub fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        let file = File::open(&self.file).map_err(|error| {
            Complaint::new(format!("{} cannot be read: {error}", self.file.display()))
        })?;
        host::make_data_folder(&config.data)?;
        let key = master_key::source(&config)?;
        let report =
            restore(&mut BufReader::new(file), &config.data, &key).map_err(
                |error| match error {
                    UpkeepError::InTheWay { .. } => Complaint::new(error.to_string()),
                    other => Complaint::failed(other.to_string()),
                },
            )?;
        println!(
            "{}: everything up to event {}, as of {}",
            config.data.display(),
            report.last_event,
            rfc3339(report.taken)
        );
        if report.to_be_erased > 0 {
            println!(
                "{} citizens were erased since; they are erased again at the next start",
                report.to_be_erased
            );
        }
        let secret = config.data.join(secret::FILE);
        if !secret.exists() {
            println!("put {} back before the host is started", secret.display());
        }
        Ok(())
    }
}
