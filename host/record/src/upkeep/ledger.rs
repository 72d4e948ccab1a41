//! The list of erasures, kept beside the journal.
//!
//! It survives when the journal is replaced by an older backup: that backup still holds what was erased
//! since, and opening the restored record erases it again. It says whom (the record's own id), when and why,
//! and nothing else of them.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use gtp_model::{Actor, CitizenId, Time};
use serde::{Deserialize, Serialize};

pub(crate) const NAME: &str = "erasures.jsonl";

/// One erasure as it was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Erasure {
    pub citizen: CitizenId,
    pub reason: String,
    pub at: Time,
    pub by: Actor,
    /// Whether nothing of it is left to do in this journal.
    pub finished: bool,
}

/// The newest line of each citizen, in the order in which they were first named.
pub(crate) fn read(dir: &Path) -> io::Result<Vec<Erasure>> {
    match std::fs::read_to_string(dir.join(NAME)) {
        Ok(text) => Ok(parse(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

pub(crate) fn parse(text: &str) -> Vec<Erasure> {
    let mut erasures: Vec<Erasure> = Vec::new();
    // A last line that was cut short was not acted upon yet.
    for erasure in text.lines().filter_map(|line| serde_json::from_str::<Erasure>(line).ok()) {
        match erasures.iter_mut().find(|known| known.citizen == erasure.citizen) {
            Some(known) => *known = erasure,
            None => erasures.push(erasure),
        }
    }
    erasures
}

/// Adds a line for good.
pub(crate) fn append(dir: &Path, erasure: &Erasure) -> io::Result<()> {
    let path = dir.join(NAME);
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    let mut line = serde_json::to_string(erasure)?;
    line.insert(0, '\n');
    line.push('\n');
    file.write_all(line.as_bytes())?;
    file.sync_all()?;
    File::open(dir)?.sync_all()
}
