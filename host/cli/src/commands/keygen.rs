//! `gtp keygen`: a pair of keys to sign components with, as `minisign -G` makes them.

use crate::Done;
use crate::complaint::Complaint;
use crate::keys;
use clap::Args;
use gtp_runtime::signature;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Arguments of `gtp keygen`.
#[derive(Args)]
pub struct Keygen {
    /// The file to write the secret key to; keep it to yourself
    #[arg(long, value_name = "FILE", default_value = "gtp.key")]
    secret: PathBuf,
    /// The file to write the public key to; give it to hosts
    #[arg(long, value_name = "FILE", default_value = "gtp.pub")]
    public: PathBuf,
    /// Read a password from standard input, which the secret key is then encrypted with
    #[arg(long)]
    password_stdin: bool,
}

impl Keygen {
    /// Makes them, and says what to write into the configuration.
    ///
    /// # Errors
    /// One of the files exists already or cannot be written.
    pub fn run(self) -> Done {
        for file in [&self.secret, &self.public] {
            if file.exists() {
                return Err(Complaint::new(format!("{} exists already", file.display())).help(
                    "keys are never overwritten: name another file, or move the old one away",
                ));
            }
        }
        let password = keys::password(self.password_stdin)?;
        let encrypted = password.is_some();
        let failed = |error: signature::SignatureError| Complaint::failed(error.to_string());
        let pair = signature::keygen(password).map_err(failed)?;
        let line = signature::public_line(&pair.public).map_err(failed)?;
        write(&self.secret, &pair.secret, 0o600)?;
        write(&self.public, &pair.public, 0o644)?;
        println!(
            "secret key: {}{}",
            self.secret.display(),
            if encrypted { "" } else { ", without a password" }
        );
        println!("public key: {}", self.public.display());
        println!("a host trusts it by this in its gtp.toml:");
        println!("  [components.signatures]");
        println!("  trusted = [\"{line}\"]");
        Ok(())
    }
}

fn write(path: &Path, text: &str, mode: u32) -> Done {
    let unwritable = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Complaint::new(format!("{} exists already", path.display())),
        _ => Complaint::new(format!("{} cannot be written: {error}", path.display())),
    };
    let mut options = OpenOptions::new();
    let write = |mut file: File| file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    options.write(true).create_new(true).mode(mode).open(path).and_then(write).map_err(unwritable)
}
