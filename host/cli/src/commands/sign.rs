//! `gtp sign`: signs a component, as `minisign -S` does.

use crate::Done;
use crate::complaint::Complaint;
use crate::keys;
use clap::Args;
use gtp_runtime::signature::{self, SignatureError};
use std::path::{Path, PathBuf};

/// Arguments of `gtp sign`.
#[derive(Args)]
pub struct Sign {
    /// Components to sign; the signature of FILE is written to FILE.minisig
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The secret key, made by `gtp keygen` or `minisign -G`
    #[arg(long, value_name = "FILE", default_value = "gtp.key")]
    secret: PathBuf,
    /// Read the secret key's password from standard input
    #[arg(long)]
    password_stdin: bool,
}

impl Sign {
    /// Signs each file.
    ///
    /// # Errors
    /// A file cannot be read, the key cannot be opened, a signature cannot be written.
    pub fn run(self) -> Done {
        let secret = std::fs::read_to_string(&self.secret).map_err(|error| {
            Complaint::new(format!("{} cannot be read: {error}", self.secret.display()))
                .help("make a pair of keys with `gtp keygen`, or name yours with --secret")
        })?;
        let password = keys::password(self.password_stdin)?;
        for file in &self.files {
            let signed = sign(file, &secret, password.clone())?;
            println!("{}", signed.display());
        }
        Ok(())
    }
}

fn sign(file: &Path, secret: &str, password: Option<String>) -> Result<PathBuf, Complaint> {
    let bytes = std::fs::read(file)
        .map_err(|error| Complaint::new(format!("{} cannot be read: {error}", file.display())))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // A name is the file's own business; a line break in it would end the comment.
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let asked = password.is_some();
    let signature = signature::sign(secret, password, &bytes, &format!("file:{name}"));
    let signature = signature.map_err(|error| {
        let complaint = Complaint::failed(error.to_string());
        match error {
            SignatureError::SecretKey(_) if asked => complaint.help("is the password right?"),
            SignatureError::SecretKey(_) => {
                complaint.help("if the key has a password, give it with --password-stdin")
            }
            _ => complaint,
        }
    })?;
    let mut path = file.as_os_str().to_owned();
    path.push(".minisig");
    let path = PathBuf::from(path);
    // Written beside and renamed: a host that watches the folder sees the whole signature or none.
    let mut new = file.with_file_name(format!(".{name}.minisig")).into_os_string();
    new.push(format!(".{}", std::process::id()));
    let new = PathBuf::from(new);
    std::fs::write(&new, signature).and_then(|()| std::fs::rename(&new, &path)).map_err(
        |error| {
            let _ = std::fs::remove_file(&new);
            Complaint::failed(format!("{} cannot be written: {error}", path.display()))
        },
    )?;
    Ok(path)
}
