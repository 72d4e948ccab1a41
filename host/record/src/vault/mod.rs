//! What is encrypted at rest, and with which keys.
//!
//! Every citizen's events are encrypted with a data key of their own, everything else with the record's own.
//! Data keys lie beside the journal in `keys/wrapped`, each wrapped by the master key, which lies elsewhere: in
//! a file that no backup holds, or in the environment. Erasing a citizen destroys their data key.
//!
//! The journal names the key of each event and nothing else does: a key belongs to whoever it was first used
//! for. So a data key is on the disk before the first event that needs it is written, and the file of keys says
//! nothing about anybody.

mod cipher;
mod error;
mod file;
mod master;
mod rows;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

pub(crate) use cipher::{DataKey, random};
pub use error::VaultError;
pub use file::NAME;
pub use master::{KeySource, MasterKey};
pub(crate) use rows::RowKey;

use file::KeyFile;

use crate::event::DecodeError;
use crate::journal::disk::Disk;
use crate::journal::frame::{Codec, Record};

/// The record's own key: for programmes, accounts, units and the installation.
pub const OWN: u64 = 1;

/// Data keys that are kept unwrapped; beyond that all are forgotten and unwrapped again.
const REMEMBERED: usize = 200_000;

/// The data keys of a record.
pub struct Vault {
    source: KeySource,
    file: Mutex<Option<KeyFile>>,
    unwrapped: RwLock<HashMap<u64, DataKey>>,
}

/// What an exchange of the master key did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The name of the master key before.
    pub before: String,
    /// The name of the master key now.
    pub now: String,
    /// Data keys that were wrapped again.
    pub keys: u64,
    /// Where the master key before is kept.
    pub kept: PathBuf,
}

/// What is known of the keys without looking at any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyState {
    /// The name of the master key.
    pub master: String,
    /// Where it comes from.
    pub from: String,
    /// Data keys that wrap nothing back: the citizens' and the record's own, and some that wait for use.
    pub keys: u64,
    /// Data keys that were destroyed.
    pub destroyed: u64,
}

impl Vault {
    /// A vault without keys: it reads what was never encrypted.
    #[must_use]
    pub fn empty() -> Self {
        Self::over(KeySource::None, None)
    }

    fn over(source: KeySource, file: Option<KeyFile>) -> Self {
        Self { source, file: Mutex::new(file), unwrapped: RwLock::default() }
    }

    /// Opens the keys of the record in `dir`, or makes the first ones. `encrypted` says whether the journal has
    /// encrypted events; it is asked where there are no keys. The second value is the file of a master key that
    /// was made.
    ///
    /// # Errors
    /// [`VaultError`] where the keys are there and the master key is not, or the other way round.
    pub fn open(
        disk: &Arc<dyn Disk>,
        dir: &Path,
        source: &KeySource,
        encrypted: impl FnOnce() -> Result<bool, VaultError>,
    ) -> Result<(Self, Option<PathBuf>), VaultError> {
        if let Some(mut file) = KeyFile::open(disk, dir, source)? {
            if file.is_behind(source)? {
                let now = source.newest()?.ok_or(VaultError::NoKeys)?;
                tracing::warn!(master = now.name(), "the keys are wrapped by the new master key");
                file.wrap_again(now)?;
            }
            return Ok((Self::over(source.clone(), Some(file)), None));
        }
        if encrypted()? {
            return Err(VaultError::NoKeys);
        }
        let (master, made) = source.newest_or_made()?;
        let file = KeyFile::make(disk, dir, master)?;
        Ok((Self::over(source.clone(), Some(file)), made))
    }

    /// The keys of the record in `dir`, to read with and without changing anything.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn to_read(
        disk: &Arc<dyn Disk>,
        dir: &Path,
        source: &KeySource,
    ) -> Result<Self, VaultError> {
        Ok(Self::over(source.clone(), KeyFile::open(disk, dir, source)?))
    }

    /// A data key that nobody has used. It is durable.
    ///
    /// # Errors
    /// [`VaultError`] where the disk is full or fails.
    pub(crate) fn fresh(&self) -> Result<u64, VaultError> {
        self.file().as_mut().ok_or(VaultError::NoKeys)?.fresh()
    }

    /// Encrypts event `number`.
    ///
    /// # Errors
    /// [`VaultError`] where the key cannot be read.
    pub(crate) fn seal(&self, key: u64, number: u64, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.data_key(key)?.seal(&number.to_le_bytes(), plain)
    }

    /// The event in a record as it was written, decrypted where it is encrypted.
    ///
    /// # Errors
    /// [`DecodeError::Sealed`] where it cannot be, [`DecodeError::Codec`] where it is none.
    pub fn plain<'a>(
        &self,
        record: &Record<'a>,
        number: u64,
    ) -> Result<Cow<'a, [u8]>, DecodeError> {
        match record.codec {
            Codec::JSON => Ok(Cow::Borrowed(record.payload)),
            Codec::SEALED => {
                let key = record.key;
                let opened = self.data_key(key).and_then(|data| {
                    data.open(&number.to_le_bytes(), record.payload)
                        .ok_or(VaultError::Altered { key })
                });
                opened
                    .map(Cow::Owned)
                    .map_err(|error| DecodeError::Sealed { number, why: error.to_string() })
            }
            Codec(other) => Err(DecodeError::Codec(other)),
        }
    }

    /// Destroys data keys for good: what is encrypted with them is lost. Destroying one again is harmless.
    ///
    /// # Errors
    /// [`VaultError`] where the disk fails; they may be there still.
    pub(crate) fn destroy(&self, keys: &BTreeSet<u64>) -> Result<(), VaultError> {
        let mut file = self.file();
        if let Some(file) = file.as_mut() {
            file.destroy(keys)?;
        }
        let mut unwrapped = self.unwrapped.write().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            unwrapped.remove(key);
        }
        Ok(())
    }

    /// Makes a new master key in the place of the one there is, and wraps every data key again. Nothing else
    /// changes, so the record may be in use.
    ///
    /// # Errors
    /// [`VaultError`] where the master key does not come from a file, a data key is damaged, or the disk fails.
    /// The record can be opened afterwards, whatever happened.
    pub fn rotate(&self) -> Result<Rotated, VaultError> {
        let mut file = self.file();
        let file = file.as_mut().ok_or(VaultError::NoKeys)?;
        let KeySource::File(path) = &self.source else {
            return Err(VaultError::NotInAFile);
        };
        let (before, now) = (file.master_name(), MasterKey::random()?);
        let name = now.name().to_owned();
        let waiting = file.prepare(&now)?;
        let kept = master::exchange(path, &before, &now)?;
        let keys = file.adopt(waiting, now)?;
        Ok(Rotated { before, now: name, keys, kept })
    }

    /// What is known of the keys.
    ///
    /// # Errors
    /// [`VaultError`] where the file of keys cannot be read.
    pub fn state(&self) -> Result<KeyState, VaultError> {
        let file = self.file();
        let file = file.as_ref().ok_or(VaultError::NoKeys)?;
        let (keys, destroyed) = file.count()?;
        let (master, from) = (file.master_name(), self.source.to_string());
        Ok(KeyState { master, from, keys, destroyed })
    }

    /// Encrypts what belongs to the record itself and lies beside the journal. `purpose` is part of it: one
    /// cannot stand in for another.
    ///
    /// # Errors
    /// [`VaultError`] where the record's own key cannot be read.
    pub fn seal_own(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.data_key(OWN)?.seal(purpose.as_bytes(), plain)
    }

    /// Decrypts it; none where it is not that.
    #[must_use]
    pub fn open_own(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.data_key(OWN).ok()?.open(purpose.as_bytes(), sealed)
    }

    fn file(&self) -> MutexGuard<'_, Option<KeyFile>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn data_key(&self, key: u64) -> Result<DataKey, VaultError> {
        let known = self.unwrapped.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(data) = known.get(&key) {
            return Ok(data.clone());
        }
        drop(known);
        // The file is held until the key is noted: who destroys it in the meantime waits.
        let file = self.file();
        let data = file.as_ref().ok_or(VaultError::NoKeys)?.unwrap(key)?;
        let mut known = self.unwrapped.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(key, data.clone());
        Ok(data)
    }
}

#[cfg(test)]
mod tests;
