//! Signatures made by `minisign`, beside the component as `FILE.wasm.minisig`.

use crate::{
    flaw::{Flaws, shown},
    settings::{SignaturePolicy, Signatures},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use minisign::{PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};
use std::io::Cursor;
use thiserror::Error;

/// A key or signature that cannot be made or used.
#[derive(Debug, Error)]
pub enum SignatureError {
    /// A trusted key in the configuration is none.
    #[error("the trusted key `{0}` is no minisign public key: copy the line that begins with RW")]
    TrustedKey(String),
    /// The secret key cannot be opened.
    #[error("the secret key cannot be opened: {0}")]
    SecretKey(String),
    /// Signing failed.
    #[error("it cannot be signed: {0}")]
    Sign(String),
}

/// Who is trusted, and what follows from it.
#[derive(Clone, Debug)]
pub struct Trust {
    policy: SignaturePolicy,
    keys: Vec<PublicKey>,
}

impl Trust {
    /// Reads the trusted keys.
    pub fn read(settings: &Signatures) -> Result<Self, SignatureError> {
        let read = |text: &String| {
            let key = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("").trim();
            PublicKey::from_base64(key).map_err(|_| SignatureError::TrustedKey(shown(text)))
        };
        Ok(Self {
            policy: settings.policy,
            keys: settings.trusted.iter().map(read).collect::<Result<_, _>>()?,
        })
    }

    /// Whether signatures are looked at.
    pub fn looks(&self) -> bool {
        self.policy != SignaturePolicy::None
    }

    /// Checks a component's signature, as the policy wants it.
    pub fn check(&self, component: &[u8], signature: Option<&str>, flaws: &mut Flaws) {
        let fault = match (self.policy, signature) {
            (SignaturePolicy::None, _) => None,
            (_, None) => {
                Some(("signature-missing", "there is no file of that name with .minisig after it"))
            }
            (_, Some(signature)) => self.verify(component, signature).err(),
        };
        let Some((code, what)) = fault else { return };
        let mend = "Sign it with a trusted key: gtp sign FILE.wasm";
        match self.policy {
            SignaturePolicy::Require => flaws.error(code, "signature", what, mend),
            _ => flaws.warning(code, "signature", what, mend),
        }
    }

    fn verify(
        &self,
        component: &[u8],
        signature: &str,
    ) -> Result<(), (&'static str, &'static str)> {
        let signature = SignatureBox::from_string(signature).map_err(|_| {
            ("signature-unreadable", "the .minisig file holds no minisign signature")
        })?;
        let key = self
            .keys
            .iter()
            .find(|key| key.keynum() == signature.keynum())
            .ok_or(("signature-untrusted", "it is signed with a key that is not trusted here"))?;
        minisign::verify(key, &signature, Cursor::new(component), true, false, false).map_err(
            |_| {
                (
                    "signature-wrong",
                    "the signature is not of these bytes: one of the two was changed",
                )
            },
        )
    }
}

/// A new pair of keys, in the form in which `minisign` keeps them.
#[derive(Clone, Debug)]
pub struct KeyPair {
    /// The file to keep to oneself.
    pub secret: String,
    /// The file to give to hosts.
    pub public: String,
}

/// Makes a pair of keys. With a password, the secret one is encrypted.
///
/// # Errors
///
/// When the system has no randomness or memory to give.
pub fn keygen(password: Option<String>) -> Result<KeyPair, SignatureError> {
    let failed = |error: minisign::PError| SignatureError::SecretKey(error.to_string());
    let pair = match password {
        Some(password) => minisign::KeyPair::generate_encrypted_keypair(Some(password)),
        None => minisign::KeyPair::generate_unencrypted_keypair(),
    }
    .map_err(failed)?;
    let secret = pair.sk.to_box(None).map_err(failed)?;
    let public = pair.pk.to_box().map_err(failed)?;
    Ok(KeyPair { secret: secret.into_string(), public: public.into_string() })
}

/// Signs a component. The result belongs into `FILE.wasm.minisig`.
///
/// # Errors
///
/// Where the key is none or the password is wrong.
pub fn sign(
    secret: &str,
    password: Option<String>,
    component: &[u8],
    trusted_comment: &str,
) -> Result<String, SignatureError> {
    let unreadable = |error: minisign::PError| SignatureError::SecretKey(error.to_string());
    let text = secret;
    let secret = SecretKeyBox::from_string(text).map_err(unreadable)?;
    let secret = match password {
        Some(password) => secret.into_secret_key(Some(password)),
        None => secret.into_unencrypted_secret_key().or_else(|error| unchecked(text).ok_or(error)),
    }
    .map_err(unreadable)?;
    minisign::sign(None, &secret, Cursor::new(component), Some(trusted_comment), None)
        .map(SignatureBox::into_string)
        .map_err(|error| SignatureError::Sign(error.to_string()))
}

/// A key without a password as `minisign -W` writes it: where others have a checksum, it has zeros.
fn unchecked(file: &str) -> Option<SecretKey> {
    /// Which algorithms, then salt and costs of the password.
    const HEAD: usize = 54;
    const CHECKSUM: usize = 32;
    let bytes = BASE64_STANDARD.decode(file.lines().nth(1)?.trim()).ok()?;
    let without_password = bytes.get(2..4)? == [0, 0];
    let checksum = bytes.get(bytes.len().checked_sub(CHECKSUM)?..)?;
    let is_so = without_password && bytes.len() > HEAD + CHECKSUM && checksum == [0; CHECKSUM];
    is_so.then(|| SecretKey::from_bytes(&bytes).ok()).flatten()
}

/// The line of a public key file that belongs into the configuration.
///
/// # Errors
///
/// Where the text is no public key file.
pub fn public_line(file: &str) -> Result<String, SignatureError> {
    PublicKeyBox::from_string(file)
        .and_then(PublicKeyBox::into_public_key)
        .map(|key| key.to_base64())
        .map_err(|_| SignatureError::TrustedKey(shown(file)))
}
