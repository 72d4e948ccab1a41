//! The file in which sessions survive a restart.
//!
//! It lies beside the record and is no part of it: a backup leaves it out, and whoever loses it logs in again.
//! Each line says what changed, encrypted: names of people stand in it. The disk has a line before a login or logout is answered; that somebody was
//! seen is written now and then, and nobody waits for it.

use crate::login::sealing::{open_text, seal_text};
use crate::session::Session;
use gtp_model::{Digest, Time};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// What a line is sealed as.
const PURPOSE: &str = "session";
/// More lines than this are written anew.
const MANY: usize = 100_000;

/// What changed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Line {
    /// A session began.
    Begun { key: Digest, session: Box<Session> },
    /// It ended.
    Ended { key: Digest },
    /// It was used.
    Seen { key: Digest, at: Time },
    /// An account used a one-time code.
    Used { account: String, step: i64 },
}

pub(crate) struct SessionFile {
    path: PathBuf,
    file: File,
    key: [u8; 32],
    lines: usize,
}

impl SessionFile {
    /// Opens the file, and writes it anew with what `settle` makes of its lines. A last line that was not
    /// written whole is none.
    pub fn open(
        path: &Path,
        key: [u8; 32],
        settle: impl FnOnce(Vec<Line>) -> Vec<Line>,
    ) -> io::Result<(Self, Vec<Line>)> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let lines = text.lines().filter_map(|line| opened(line, &key)).collect();
        let lines = settle(lines);
        let file = written(path, &lines, &key)?;
        Ok((Self { path: path.to_owned(), file, key, lines: lines.len() }, lines))
    }

    /// Whether it has grown so long that it should be written anew.
    pub const fn is_long(&self) -> bool {
        self.lines > MANY
    }

    /// Adds lines and waits until the disk has them.
    pub fn append(&mut self, lines: &[Line]) -> io::Result<()> {
        self.file.write_all(&as_text(lines, &self.key)?)?;
        self.lines += lines.len();
        self.file.sync_data()
    }

    /// Adds a line that may get lost.
    pub fn note(&mut self, line: &Line) {
        let written = as_text(std::slice::from_ref(line), &self.key);
        let written = written.and_then(|text| self.file.write_all(&text));
        match written {
            Ok(()) => self.lines += 1,
            Err(error) => tracing::warn!(%error, "it cannot be noted that a session was used"),
        }
    }

    /// Writes it anew.
    pub fn rewrite(&mut self, lines: &[Line]) -> io::Result<()> {
        self.file = written(&self.path, lines, &self.key)?;
        self.lines = lines.len();
        Ok(())
    }
}

fn as_text(lines: &[Line], key: &[u8; 32]) -> io::Result<Vec<u8>> {
    let mut text = vec![];
    for line in lines {
        let line = seal_text(key, PURPOSE, &serde_json::to_vec(line)?);
        text.extend_from_slice(line.map_err(io::Error::other)?.as_bytes());
        text.push(b'\n');
    }
    Ok(text)
}

/// A line, also of a file from before they were encrypted.
fn opened(line: &str, key: &[u8; 32]) -> Option<Line> {
    if line.starts_with('{') {
        return serde_json::from_str(line).ok();
    }
    serde_json::from_slice(&open_text(key, PURPOSE, line)?).ok()
}

/// A file with these lines under this name, ready for more.
fn written(path: &Path, lines: &[Line], key: &[u8; 32]) -> io::Result<File> {
    let temporary = path.with_extension("new");
    match std::fs::remove_file(&temporary) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().append(true).create_new(true).mode(0o600).open(&temporary)?;
    file.write_all(&as_text(lines, key)?)?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(file)
}
