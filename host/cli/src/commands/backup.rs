//! `gtp backup`: the whole record in one file, also while the host serves.

use super::ConfigArgument;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::upkeep::{Outcome, Task, carry_out};
use crate::{Done, master_key, secret};
use clap::Args;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

/// Arguments of `gtp backup`.
#[derive(Args)]
pub struct Backup {
    #[command(flatten)]
    config: ConfigArgument,
    /// The file to write; it must not exist yet
    file: PathBuf,
}

impl Backup {
    /// Writes it under another name, syncs it, and only then gives it its name.
    ///
    /// # Errors
    /// The file exists or cannot be written, or the record cannot be read.
    pub fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        let file = &self.file;
        if file.exists() {
            return Err(Complaint::new(format!("{} exists already", file.display()))
                .help("backups are never overwritten: name another file"));
        }
        let mut partial = file.clone().into_os_string();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let unwritable = |error: std::io::Error| {
            Complaint::failed(format!("{} cannot be written: {error}", file.display()))
        };
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut out = BufWriter::new(options.open(&partial).map_err(unwritable)?);
        let outcome = carry_out(&config, &Task::Backup, &mut out);
        let written = out.flush().and_then(|()| out.get_ref().sync_all());
        let kept = outcome.and_then(|outcome| {
            written.and_then(|()| std::fs::rename(&partial, file)).map_err(unwritable)?;
            Ok(outcome)
        });
        let outcome = kept.inspect_err(|_| {
            // What is no whole backup must not be taken for one.
            let _ = std::fs::remove_file(&partial);
        })?;
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)?;
        }
        let Outcome::Backup { last_event, segments, bytes } = outcome else {
            return Err(Complaint::failed(
                "the host answered something else; is it of another version?",
            ));
        };
        println!(
            "{}: everything up to event {last_event}, {segments} segments, {bytes} bytes",
            file.display()
        );
        println!(
            "keep {} apart from it: citizens are found by number only with both",
            config.data.join(secret::FILE).display()
        );
        println!(
            "keep {} apart from it too: it is encrypted, and nobody reads it without that",
            master_key::whereabouts(&config)
        );
        Ok(())
    }
}
