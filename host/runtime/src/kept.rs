//! Every component that ever served, by the digest of its bytes.
//!
//! Alerts and assessments refer to components by digest, and years later somebody re-runs them. So
//! a component is kept before it serves, and never deleted.

use crate::files::{FileError, make_folder, read_if_there, write_whole};
use gtp_model::Digest;
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;
use thiserror::Error;

/// The digest of some bytes.
#[must_use]
pub fn digest(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

/// The folder of kept components.
#[derive(Clone, Debug)]
pub struct Kept {
    folder: PathBuf,
}

/// The bytes of a component that was kept in a host's data folder for components, without a host around it.
///
/// # Errors
/// Where it was never kept there, is damaged or cannot be read.
pub fn read_kept(data: &std::path::Path, own: Digest) -> Result<Vec<u8>, KeptError> {
    Kept { folder: data.join(FOLDER) }.read(own)
}

/// Keeps a component in a host's data folder for components, so that it can be run by its digest.
///
/// # Errors
/// The file cannot be written.
pub fn keep(data: &std::path::Path, bytes: &[u8]) -> Result<Digest, FileError> {
    let own = digest(bytes);
    Kept::open(data.join(FOLDER))?.keep(own, bytes)?;
    Ok(own)
}

/// The folder of kept components, in the data folder for components.
pub const FOLDER: &str = "components";

/// A kept component cannot be had.
#[derive(Debug, Error)]
pub enum KeptError {
    /// There is none of this digest.
    #[error("no component with digest {0} was ever kept here")]
    Unknown(Digest),
    /// Its bytes are not the ones that were kept.
    #[error("the kept component {0} is damaged: restore {0}.wasm from a backup")]
    Damaged(Digest),
    /// The system does not hand it over.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Kept {
    /// Opens the folder, making it where it is not there.
    pub fn open(folder: PathBuf) -> Result<Self, FileError> {
        make_folder(&folder)?;
        Ok(Self { folder })
    }

    /// Keeps a component.
    pub fn keep(&self, own: Digest, bytes: &[u8]) -> Result<(), FileError> {
        let path = self.path(own);
        if read_if_there(&path)?.is_some_and(|there| there == bytes) {
            return Ok(());
        }
        write_whole(&path, &[bytes])
    }

    /// The bytes of a kept component.
    pub fn read(&self, own: Digest) -> Result<Vec<u8>, KeptError> {
        let bytes = read_if_there(&self.path(own))?.ok_or(KeptError::Unknown(own))?;
        if digest(&bytes) == own { Ok(bytes) } else { Err(KeptError::Damaged(own)) }
    }

    fn path(&self, own: Digest) -> PathBuf {
        self.folder.join(format!("{own}.wasm"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_damaged_component_is_not_handed_out_and_is_mended_when_kept_again() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::open(folder.path().join("components")).unwrap();
        let own = digest(b"bytes");
        assert!(matches!(kept.read(own), Err(KeptError::Unknown(_))));
        kept.keep(own, b"bytes").unwrap();
        assert_eq!(kept.read(own).unwrap(), b"bytes");
        std::fs::write(kept.path(own), b"byte").unwrap();
        assert!(matches!(kept.read(own), Err(KeptError::Damaged(_))));
        kept.keep(own, b"bytes").unwrap();
        assert_eq!(kept.read(own).unwrap(), b"bytes");
    }
}
