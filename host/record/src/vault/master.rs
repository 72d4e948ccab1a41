//! The master key: what wraps the data keys, and where it comes from.
//!
//! It has a name, which says nothing of it, so that a message can tell which of several is needed. A master key
//! that gave way to a newer one stays beside it under its name until somebody removes it: a backup from before
//! needs it.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::VaultError;
use super::cipher::{DataKey, random};
use super::error::beside;

/// Where the master key comes from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// A file, made with a new record where it is missing.
    File(PathBuf),
    /// Keys that were handed over, the one that holds now first.
    Given(Vec<MasterKey>),
    /// Nowhere: there is nothing encrypted.
    None,
}

/// A key that wraps data keys.
#[derive(Clone)]
pub struct MasterKey {
    bytes: [u8; 32],
    name: String,
}

impl MasterKey {
    /// A new one.
    ///
    /// # Errors
    /// [`VaultError::NoRandom`].
    pub fn random() -> Result<Self, VaultError> {
        Ok(Self::new(random()?))
    }

    fn new(bytes: [u8; 32]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"gtp master key");
        hasher.update(bytes);
        let name = hasher.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Self { bytes, name }
    }

    /// Reads one from its text; `from` says in a message where that was.
    ///
    /// # Errors
    /// [`VaultError::Unusable`].
    pub fn parse(text: &str, from: &str) -> Result<Self, VaultError> {
        let unusable =
            |what: &str| VaultError::Unusable { from: from.to_owned(), what: what.to_owned() };
        let bytes = STANDARD.decode(text.trim()).map_err(|_| unusable("it is not base64"))?;
        let bytes = bytes.try_into().map_err(|_| unusable("it is not 32 bytes"))?;
        Ok(Self::new(bytes))
    }

    /// As text, for its file.
    fn text(&self) -> String {
        format!("{}\n", STANDARD.encode(self.bytes))
    }

    #[cfg(test)]
    pub(super) fn text_for_tests(&self) -> String {
        self.text()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn cipher(&self) -> DataKey {
        DataKey::new(&self.bytes)
    }

    fn read(path: &Path) -> Result<Option<Self>, VaultError> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, &path.display().to_string()).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(VaultError::unusable(path, error)),
        }
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.name)
    }
}

impl KeySource {
    /// The file that a data folder has where nothing else is said.
    pub const FILE: &str = "record.key";

    /// The master key in the data folder itself.
    #[must_use]
    pub fn in_folder(dir: &Path) -> Self {
        KeySource::File(dir.join(Self::FILE))
    }

    /// The key that holds now, where there is one.
    pub(super) fn newest(&self) -> Result<Option<MasterKey>, VaultError> {
        match self {
            KeySource::File(path) => MasterKey::read(path),
            KeySource::Given(keys) => Ok(keys.first().cloned()),
            KeySource::None => Ok(None),
        }
    }

    /// The key that holds now; for a new record one is made, and its file named.
    pub(super) fn newest_or_made(&self) -> Result<(MasterKey, Option<PathBuf>), VaultError> {
        if let Some(key) = self.newest()? {
            return Ok((key, None));
        }
        let KeySource::File(path) = self else { return Err(VaultError::NoKeys) };
        let key = MasterKey::random()?;
        write(path, &key).map_err(|error| VaultError::unusable(path, error))?;
        Ok((key, Some(path.clone())))
    }

    /// The key of this name, be it the newest or one before.
    pub(super) fn named(&self, name: &str) -> Result<MasterKey, VaultError> {
        let missing = |looked: String| VaultError::Missing { name: name.to_owned(), looked };
        match self {
            KeySource::File(path) => {
                let older = beside(path, &format!(".{name}"));
                let newest = MasterKey::read(path)?;
                if let Some(key) = newest.clone().filter(|key| key.name == name) {
                    return Ok(key);
                }
                if let Some(key) = MasterKey::read(&older)?.filter(|key| key.name == name) {
                    return Ok(key);
                }
                Err(missing(match newest {
                    Some(other) => format!("{} is {}", path.display(), other.name),
                    None => format!("there is no {}", path.display()),
                }))
            }
            KeySource::Given(keys) => {
                keys.iter().find(|key| key.name == name).cloned().ok_or_else(|| {
                    let names: Vec<_> = keys.iter().map(MasterKey::name).collect();
                    missing(format!("given is {}", names.join(", ")))
                })
            }
            KeySource::None => Err(missing("no master key is given".to_owned())),
        }
    }
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeySource::File(path) => write!(f, "{}", path.display()),
            KeySource::Given(_) => f.write_str("the environment"),
            KeySource::None => f.write_str("nowhere"),
        }
    }
}

/// Puts a new key in its file's place; the one before stays beside it under its name, which is returned.
pub(super) fn exchange(path: &Path, before: &str, now: &MasterKey) -> Result<PathBuf, VaultError> {
    let kept = beside(path, &format!(".{before}"));
    let done = || -> io::Result<()> {
        match fs::hard_link(path, &kept) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            linked => linked?,
        }
        sync_folder(path)?;
        write(path, now)
    };
    done().map_err(|error| VaultError::unusable(path, error))?;
    Ok(kept)
}

/// Writes it under another name, syncs, renames, syncs: a crash leaves a whole key or the one before.
fn write(path: &Path, key: &MasterKey) -> io::Result<()> {
    let new = beside(path, ".new");
    let _ = fs::remove_file(&new);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    file.write_all(key.text().as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
