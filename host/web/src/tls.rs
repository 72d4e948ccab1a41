//! TLS by the host itself.
//!
//! The certificate and its key are files. They are looked at again once a minute, so whatever renews them need
//! not tell the host; files that do not fit leave the ones before in use, and the log says so.

use arc_swap::ArcSwap;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use thiserror::Error;
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at.
const AGAIN: Duration = Duration::from_secs(60);

/// Why there can be no TLS.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read as PEM.
    #[error("{} cannot be read as PEM: {why}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        why: pem::Error,
    },
    /// Certificate and key do not belong together, or are of a kind that is not known.
    #[error("the certificate and its key cannot be used: {0}")]
    Unfit(#[from] rustls::Error),
}

/// A certificate, its key, and the files they come from.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    keys: Arc<Keys>,
}

#[derive(Debug)]
struct Keys {
    certificate: PathBuf,
    key: PathBuf,
    current: ArcSwap<CertifiedKey>,
}

impl ResolvesServerCert for Keys {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let current = ArcSwap::from_pointee(read(certificate, key)?);
        let (certificate, key) = (certificate.to_owned(), key.to_owned());
        let keys = Arc::new(Keys { certificate, key, current });
        let mut config =
            rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_cert_resolver(keys.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), keys })
    }

    /// What takes connections.
    pub(crate) const fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// Looks at the files again and again, for ever.
    pub async fn follow(self) {
        let mut seen = self.keys.changed();
        loop {
            tokio::time::sleep(AGAIN).await;
            let now = self.keys.changed();
            if now != seen {
                seen = now;
                self.reload();
            }
        }
    }

    /// Reads the files again. Where they do not fit, the ones before stay in use.
    pub fn reload(&self) {
        match read(&self.keys.certificate, &self.keys.key) {
            Ok(read) => {
                self.keys.current.store(Arc::new(read));
                tracing::info!("the certificate was read again");
            }
            Err(error) => tracing::error!(%error, "the new certificate is not used"),
        }
    }
}

impl Keys {
    fn changed(&self) -> [Option<SystemTime>; 2] {
        [&self.certificate, &self.key]
            .map(|file| std::fs::metadata(file).and_then(|data| data.modified()).ok())
    }
}

fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let unreadable = |file: &Path, why| TlsError::File { file: file.to_owned(), why };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|why| unreadable(certificate, why))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|why| unreadable(key, why))?;
    Ok(CertifiedKey::from_der(chain, private, &ring::default_provider())?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn take(from: &str, folder: &Path) {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/tls");
        for (ending, name) in [("pem", "chain.pem"), ("key", "key.pem")] {
            std::fs::copy(source.join(format!("{from}.{ending}")), folder.join(name)).unwrap();
        }
    }

    #[test]
    fn new_files_are_taken_and_those_that_do_not_fit_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
        assert!(matches!(Tls::load(&certificate, &key), Err(TlsError::File { .. })));
        take("one", folder.path());
        let tls = Tls::load(&certificate, &key).unwrap();
        let shown = || tls.keys.current.load().cert.clone();
        let first = shown();
        take("other", folder.path());
        tls.reload();
        let second = shown();
        assert_ne!(first, second);
        std::fs::write(&key, "no key").unwrap();
        tls.reload();
        assert_eq!(shown(), second);
    }
}
