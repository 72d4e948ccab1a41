//! The secret that citizens' numbers are hashed with, a file in the data folder.
//!
//! It belongs to the record: without it, no citizen is found by number. It is made once, with a new record,
//! and is on the disk before it is used.

use crate::complaint::Complaint;
use gtp_care::NumberSecret;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// The file's name.
pub const FILE: &str = "number.secret";

/// The secret of a data folder; a new one where the record is new.
///
/// # Errors
/// The file is missing although the record is not new, is damaged, or cannot be read or written.
pub fn of(data: &Path, new: bool) -> Result<NumberSecret, Complaint> {
    let path = data.join(FILE);
    let unusable = |what: String| {
        Complaint::new(format!("the secret {} {what}", path.display())).help(
            "put the file back from where you keep a copy; without it no citizen is found by number",
        )
    };
    match std::fs::read(&path) {
        Ok(bytes) => {
            let bytes = <[u8; 32]>::try_from(bytes)
                .map_err(|bytes| unusable(format!("has {} bytes and not 32", bytes.len())))?;
            Ok(NumberSecret::new(bytes))
        }
        Err(error) if error.kind() == ErrorKind::NotFound && new => {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes)
                .map_err(|error| unusable(format!("cannot be made: {error}")))?;
            keep(data, &bytes).map_err(|error| unusable(format!("cannot be written: {error}")))?;
            Ok(NumberSecret::new(bytes))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(unusable("is missing, and the record is not new".to_owned()))
        }
        Err(error) => Err(unusable(format!("cannot be read: {error}"))),
    }
}

/// Writes it under another name, syncs, renames, syncs: a crash leaves the whole file or none.
fn keep(data: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = data.join("number.secret.new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&temporary, data.join(FILE))?;
    File::open(data)?.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_secret_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let number = "070761-0001".parse().unwrap();
        let made = of(folder.path(), true).unwrap().key(&number);
        assert_eq!(of(folder.path(), true).unwrap().key(&number), made);
        assert_eq!(of(folder.path(), false).unwrap().key(&number), made);
        let mode = std::fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_lost_or_short_secret_of_an_old_record_stops_the_host() {
        let folder = tempfile::tempdir().unwrap();
        assert!(of(folder.path(), false).unwrap_err().to_string().contains("missing"));
        std::fs::write(folder.path().join(FILE), [0; 31]).unwrap();
        assert!(of(folder.path(), true).unwrap_err().to_string().contains("31 bytes"));
    }
}
