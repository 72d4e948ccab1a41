//! The next segment, made ready while the current one fills.
//!
//! Writing 64 MiB of zeros takes long enough to be felt, so a thread does it beforehand, and at leisure until the
//! file is asked for. It takes one order at a time; where none was ready the writer makes the file itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use super::disk::{Disk, DiskFile};
use super::error::JournalError;
use crate::leisure::Leisure;

const NAME: &str = "spare";
const UNFINISHED: &str = "spare.new";
/// Zeros are written and synced in steps, so that the writer's own syncs do not queue behind 64 MiB.
const STEP: usize = 1 << 20;
/// A rest after each step is so many times as long as the step.
const RESTS: f64 = 3.0;

pub(crate) struct Spares {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    size: u64,
    ahead: bool,
    making: Option<Making>,
    made: bool,
}

/// A file that a thread makes.
struct Making {
    thread: JoinHandle<Result<(), JournalError>>,
    /// Somebody waits for it.
    wanted: Arc<AtomicBool>,
}

impl Making {
    /// Waits for it.
    fn done(self) -> std::thread::Result<Result<(), JournalError>> {
        self.wanted.store(true, Ordering::Release);
        self.thread.thread().unpark();
        self.thread.join()
    }
}

impl Spares {
    /// `ahead` says whether a thread may prepare files; without it each is made when it is needed.
    pub(crate) fn new(disk: Arc<dyn Disk>, dir: &Path, size: u64, ahead: bool) -> Self {
        Self { disk, dir: dir.to_path_buf(), size, ahead, making: None, made: false }
    }

    /// Begins to make a file ready, unless that is done or under way.
    pub(crate) fn prepare(&mut self) {
        if !self.ahead || self.made || self.making.is_some() {
            return;
        }
        let (disk, dir, size) = (Arc::clone(&self.disk), self.dir.clone(), self.size);
        let wanted = Arc::new(AtomicBool::new(false));
        let thread = std::thread::Builder::new().name("gtp-spare".to_owned());
        let asked = Arc::clone(&wanted);
        let thread = thread.spawn(move || make(&*disk, &dir, size, &asked));
        // Where no thread is to be had, `take` makes the file.
        self.making = thread.ok().map(|thread| Making { thread, wanted });
    }

    /// A file of zeros under the name returned. The caller writes its header, renames it and syncs the folder.
    pub(crate) fn take(&mut self) -> Result<(Arc<dyn DiskFile>, PathBuf), JournalError> {
        let ready = self.made
            || match self.making.take().map(Making::done) {
                Some(Ok(result)) => {
                    result?;
                    true
                }
                _ => false,
            };
        self.made = false;
        if !ready {
            make(&*self.disk, &self.dir, self.size, &AtomicBool::new(true))?;
        }
        let path = self.dir.join(NAME);
        let file = self.disk.open(&path).map_err(|error| JournalError::io("open", &path, error))?;
        Ok((file, path))
    }
}

impl Drop for Spares {
    fn drop(&mut self) {
        if let Some(making) = self.making.take() {
            let _ = making.done();
        }
    }
}

fn make(disk: &dyn Disk, dir: &Path, size: u64, wanted: &AtomicBool) -> Result<(), JournalError> {
    let path = dir.join(UNFINISHED);
    let result = fill(disk, &path, size, wanted);
    if result.is_err() {
        // Half a file on a full disk helps nobody.
        let _ = disk.remove(&path);
    }
    result?;
    disk.rename(&path, &dir.join(NAME)).map_err(|error| JournalError::io("rename", &path, error))
}

fn fill(disk: &dyn Disk, path: &Path, size: u64, wanted: &AtomicBool) -> Result<(), JournalError> {
    let file = disk.create(path).map_err(|error| JournalError::io("create", path, error))?;
    let zeros = vec![0; STEP.min(size as usize)];
    let (mut at, mut leisure) = (0, Leisure::begin());
    while at < size {
        let take = (size - at).min(zeros.len() as u64);
        file.write_at(zeros.get(..take as usize).unwrap_or(&zeros), at)
            .map_err(|error| JournalError::io("write zeros to", path, error))?;
        at += take;
        if at % (8 * STEP as u64) == 0 || at == size {
            file.sync().map_err(|error| JournalError::io("sync", path, error))?;
        }
        if !wanted.load(Ordering::Acquire) {
            leisure.rest(RESTS, std::thread::park_timeout);
        }
    }
    Ok(())
}
