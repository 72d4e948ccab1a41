//! The secret that citizens' numbers are hashed with, a file in the data folder.
//!
//! It belongs to the record: without it, no citizen is found by number. It is made once, with a new record,
//! and is on the disk before it is used. It is encrypted with the record's own key: there are so few numbers that
//! whoever had it and the view could try them all.

use crate::complaint::Complaint;
use gtp_care::NumberSecret;
use gtp_record::vault::Vault;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// The file's name.
pub const FILE: &str = "number.secret";
/// What it is sealed as.
const PURPOSE: &str = "number.secret";

/// The secret of a data folder; a new one where the record is new.
///
/// # Errors
/// The file is missing although the record is not new, is damaged, or cannot be read or written.
pub fn of(data: &Path, new: bool, vault: &Vault) -> Result<NumberSecret, Complaint> {
    let path = data.join(FILE);
    let unusable = |what: String| {
        Complaint::new(format!("the secret {} {what}", path.display())).help(
            "put the file back from where you keep a copy; without it no citizen is found by number",
        )
    };
    let unwritable = |error: io::Error| unusable(format!("cannot be written: {error}"));
    let sealed = |bytes: [u8; 32]| {
        let sealed = vault.seal_own(PURPOSE, &bytes);
        sealed.map_err(|error| unusable(format!("cannot be encrypted: {error}")))
    };
    match std::fs::read(&path) {
        Ok(bytes) => {
            if let Ok(plain) = <[u8; 32]>::try_from(bytes.as_slice()) {
                // From before it was encrypted.
                keep(data, &sealed(plain)?).map_err(unwritable)?;
                return Ok(NumberSecret::new(plain));
            }
            let opened = vault.open_own(PURPOSE, &bytes).and_then(|own| own.try_into().ok());
            let opened = opened.ok_or_else(|| unusable("is not this record's".to_owned()))?;
            Ok(NumberSecret::new(opened))
        }
        Err(error) if error.kind() == ErrorKind::NotFound && new => {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes)
                .map_err(|error| unusable(format!("cannot be made: {error}")))?;
            keep(data, &sealed(bytes)?).map_err(unwritable)?;
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
    use gtp_record::journal::disk::{Disk, RealDisk};
    use gtp_record::vault::KeySource;
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Arc;

    fn vault(dir: &Path) -> Vault {
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        Vault::open(&disk, dir, &KeySource::in_folder(dir), || Ok(false)).unwrap().0
    }

    #[test]
    fn a_secret_is_made_once_encrypted_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(folder.path());
        let number = "070761-0001".parse().unwrap();
        let made = of(folder.path(), true, &vault).unwrap().key(&number);
        assert_eq!(of(folder.path(), true, &vault).unwrap().key(&number), made);
        assert_eq!(of(folder.path(), false, &vault).unwrap().key(&number), made);
        let path = folder.path().join(FILE);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(std::fs::read(&path).unwrap().len() > 32);
    }

    #[test]
    fn a_secret_from_before_is_encrypted_and_stays_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(folder.path());
        let number = "070761-0001".parse().unwrap();
        let path = folder.path().join(FILE);
        std::fs::write(&path, [7; 32]).unwrap();
        for _ in 0..2 {
            let key = of(folder.path(), false, &vault).unwrap().key(&number);
            assert_eq!(key, NumberSecret::new([7; 32]).key(&number));
            assert_ne!(std::fs::read(&path).unwrap(), [7; 32]);
        }
    }

    #[test]
    fn a_lost_or_foreign_secret_of_an_old_record_stops_the_host() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(folder.path());
        let refused = |new| of(folder.path(), new, &vault).unwrap_err().to_string();
        assert!(refused(false).contains("missing"));
        std::fs::write(folder.path().join(FILE), [0; 31]).unwrap();
        assert!(refused(true).contains("not this record's"));
    }
}
