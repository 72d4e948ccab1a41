//! One process per data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::error::JournalError;

/// Held for as long as this process may write to the data folder. The operating system releases it when
/// the process ends, however it ends.
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock file `lock` in `dir`.
    ///
    /// # Errors
    /// [`JournalError::Locked`] where another process holds it, naming that process.
    pub fn take(dir: &Path) -> Result<Self, JournalError> {
        let path = dir.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| JournalError::io("open", &path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let holder = match holder.trim().parse::<u32>() {
                    Ok(process) => format!(" (process {process})"),
                    Err(_) => String::new(),
                };
                return Err(JournalError::Locked { path: dir.to_path_buf(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(JournalError::io("lock", &path, error)),
        }
        // Only for the message above: a lock without a readable holder is as good.
        let _ = file.set_len(0);
        let _ = file.rewind();
        let _ = file.write_all(std::process::id().to_string().as_bytes());
        Ok(Self { _file: file })
    }
}
