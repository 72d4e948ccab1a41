//! `gtp export`: a citizen's whole stream of events, or everything that one alert rests on.

use super::ConfigArgument;
use crate::Done;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::upkeep::{Outcome, Task, carry_out, whoami};
use clap::Args;
use gtp_model::{AlertId, CitizenId};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// Arguments of `gtp export`.
#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    config: ConfigArgument,
    /// The citizen's id in the record: their whole stream goes to standard output
    #[arg(long, value_name = "ID", required_unless_present = "alert", conflicts_with = "alert")]
    citizen: Option<CitizenId>,
    /// An alert's id: everything that it rests on goes into FILE, to be checked by `gtp explain --bundle FILE`
    #[arg(long, value_name = "ID", requires = "file")]
    alert: Option<AlertId>,
    /// Where to write an alert's bundle
    #[arg(value_name = "FILE", requires = "alert")]
    file: Option<PathBuf>,
    /// Why, in words that the citizen can read in their access log
    #[arg(long, default_value = "")]
    reason: String,
    /// Write the events byte for byte, one a line, so that their hashes can be checked
    #[arg(long)]
    exact: bool,
}

impl Export {
    /// Writes the stream to standard output, or the bundle to its file.
    ///
    /// # Errors
    /// There is no such citizen or alert, or the record cannot be read.
    pub fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        match (self.citizen, self.alert, &self.file) {
            (Some(citizen), ..) => self.stream(&config, citizen),
            (None, Some(alert), Some(file)) => self.bundle(&config, alert, file),
            _ => Err(Complaint::new("name a citizen, or an alert and a file")),
        }
    }

    /// Written beside its place first: a file that is there is whole.
    fn bundle(&self, config: &Config, alert: AlertId, path: &Path) -> Done {
        let failed = |error: std::io::Error| {
            Complaint::failed(format!("{} cannot be written: {error}", path.display()))
        };
        let task = Task::Bundle {
            alert,
            zone: config.time_zone.clone(),
            what: "export".to_owned(),
            reason: self.reason.clone(),
            by: whoami(),
        };
        let folder = path.parent().filter(|own| !own.as_os_str().is_empty());
        let mut beside =
            tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
        let outcome = carry_out(config, &task, &mut beside)?;
        let Outcome::Bundle { events, components } = outcome else {
            return Err(Complaint::failed("the host answered something else"));
        };
        beside.as_file().sync_all().map_err(failed)?;
        beside.persist(path).map_err(|error| failed(error.error))?;
        println!("{}: {events} events, {components} components", path.display());
        Ok(())
    }

    fn stream(&self, config: &Config, citizen: CitizenId) -> Done {
        let task =
            Task::Export { citizen, exact: self.exact, reason: self.reason.clone(), by: whoami() };
        let mut out = BufWriter::new(std::io::stdout().lock());
        let outcome = carry_out(config, &task, &mut out)?;
        out.flush().map_err(|error| {
            Complaint::failed(format!("standard output cannot be written: {error}"))
        })?;
        match outcome {
            Outcome::Export { events: 0 } => {
                Err(Complaint::failed(format!("there is no citizen {citizen} in the record"))
                    .help("the id is the one that the API uses, not the citizen's number"))
            }
            _ => Ok(()),
        }
    }
}
