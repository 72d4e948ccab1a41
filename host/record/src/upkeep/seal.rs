//! The key that signs checkpoints.

use std::fs::{self, OpenOptions};
use std::io::{Cursor, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};

use super::UpkeepError;

/// A minisign key of this installation, made when it is first needed. Its public half is for auditors.
pub struct SealKey {
    path: PathBuf,
    secret: SecretKey,
    public: String,
}

impl SealKey {
    /// The key in `dir`: `key`, readable by the host alone, and `key.pub`.
    ///
    /// # Errors
    /// [`UpkeepError::Key`] where there is one that cannot be used, [`UpkeepError::Io`].
    pub fn open(dir: &Path) -> Result<Self, UpkeepError> {
        fs::create_dir_all(dir).map_err(UpkeepError::io("create", dir))?;
        let path = dir.join("key");
        if !path.exists() {
            make(dir, &path)?;
        }
        let text = fs::read_to_string(&path).map_err(UpkeepError::io("read", &path))?;
        let unusable = |error: minisign::PError| UpkeepError::Key {
            path: path.clone(),
            what: error.to_string(),
        };
        let secret = SecretKeyBox::from_string(&text)
            .and_then(SecretKeyBox::into_unencrypted_secret_key)
            .map_err(unusable)?;
        let public = PublicKey::from_secret_key(&secret)
            .and_then(|key| key.to_box())
            .map_err(unusable)?
            .into_string();
        Ok(Self { path, secret, public })
    }

    /// The public key, as a minisign file.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// Signs a text; the result is a minisign file.
    pub(super) fn sign(&self, text: &str, comment: &str) -> Result<String, UpkeepError> {
        minisign::sign(None, &self.secret, Cursor::new(text.as_bytes()), Some(comment), None)
            .map(SignatureBox::into_string)
            .map_err(|error| UpkeepError::Key { path: self.path.clone(), what: error.to_string() })
    }

    /// Whether a signature is of this text, by the key in a minisign public key file.
    #[must_use]
    pub fn verify(public_key: &str, text: &str, signature: &str) -> bool {
        let (Ok(key), Ok(signature)) = (
            PublicKeyBox::from_string(public_key).and_then(PublicKeyBox::into_public_key),
            SignatureBox::from_string(signature),
        ) else {
            return false;
        };
        minisign::verify(&key, &signature, Cursor::new(text.as_bytes()), true, false, false).is_ok()
    }
}

fn make(dir: &Path, path: &Path) -> Result<(), UpkeepError> {
    let failed = |error: minisign::PError| UpkeepError::Key {
        path: path.to_path_buf(),
        what: error.to_string(),
    };
    let pair = KeyPair::generate_unencrypted_keypair().map_err(failed)?;
    let secret = pair.sk.to_box(None).map_err(failed)?.into_string();
    let public = pair.pk.to_box().map_err(failed)?.into_string();
    write(&dir.join("key.pub"), &public, 0o644)?;
    write(path, &secret, 0o600)
}

fn write(path: &Path, text: &str, mode: u32) -> Result<(), UpkeepError> {
    let new = path.with_extension("new");
    let _ = fs::remove_file(&new);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&new)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&new, path))
        .map_err(UpkeepError::io("write", path))
}
