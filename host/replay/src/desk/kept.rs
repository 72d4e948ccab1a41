//! The desk's files: written to another name and renamed, so that each is whole.

use super::DeskError;
use super::replays::{Replay, Stage};
use super::shadow::{Kept, Shadow};
use gtp_model::ProgrammeId;
use gtp_runtime::Runtime;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// What a file holds; nothing where there is none.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, DeskError> {
    let failed = |error| DeskError::File(path.to_owned(), error);
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// Writes a file. What is in it can be counted again, so a disk that refuses is told of in the log and no more.
pub fn write(path: &Path, content: &impl Serialize) {
    let written = serde_json::to_vec(content).map_err(io::Error::other).and_then(|bytes| {
        let new = path.with_extension("new");
        std::fs::write(&new, bytes)?;
        std::fs::rename(&new, path)
    });
    if let Err(error) = written {
        tracing::warn!(file = %path.display(), %error, "what was counted could not be kept");
    }
}

/// Removes a file that is not needed any more.
pub fn remove(path: &Path) {
    // What is gone already needs no removing.
    let _ = std::fs::remove_file(path);
}

fn named(folder: &Path, start: &str) -> Result<Vec<PathBuf>, DeskError> {
    let failed = |error| DeskError::File(folder.to_owned(), error);
    let mut paths = vec![];
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(start) && name.ends_with(".json") {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// All replays; the one that was running goes on.
pub fn replays(folder: &Path) -> Result<BTreeMap<u64, Replay>, DeskError> {
    let mut replays = BTreeMap::new();
    for path in named(folder, "replay-")? {
        let Some(mut replay) = read::<Replay>(&path)? else { continue };
        if replay.stage == Stage::Running {
            replay.stage = Stage::Waiting;
        }
        replays.insert(replay.number, replay);
    }
    Ok(replays)
}

/// All shadows whose component can still be had.
pub fn shadows(
    folder: &Path,
    runtime: &Runtime,
) -> Result<BTreeMap<ProgrammeId, Shadow>, DeskError> {
    let mut shadows = BTreeMap::new();
    for path in named(folder, "shadow-")? {
        let Some(kept) = read::<Kept>(&path)? else { continue };
        match runtime.earlier(kept.report.new.digest) {
            Ok(loaded) => {
                shadows.insert(kept.report.programme.clone(), Shadow::new(kept, loaded));
            }
            Err(error) => tracing::warn!(%error, "a version no longer runs in the shadow"),
        }
    }
    Ok(shadows)
}
