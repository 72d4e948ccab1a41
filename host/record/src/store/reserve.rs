//! Room set aside on the disk, to be given back when it is full.
//!
//! A full disk must not keep the host from opening and reading, and the view's engine needs some room even
//! for that. So a file of zeros waits in the data folder until it is needed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::journal::disk::Disk;

const NAME: &str = "reserve";
const STEP: usize = 1 << 20;

/// The reserve of a data folder.
pub(crate) struct Reserve {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    size: u64,
    /// Whether it is there to be given back.
    there: bool,
}

impl Reserve {
    /// Sees to it that the reserve is there, or gives it back where fewer than `keep_free` bytes are free.
    pub fn settle(disk: Arc<dyn Disk>, dir: &Path, size: u64, keep_free: u64) -> Self {
        let path = dir.join(NAME);
        let held = disk.open(&path).and_then(|file| file.size()).unwrap_or(0);
        let free = disk.free_bytes(dir).unwrap_or(0);
        let mut reserve = Self { disk, path, size, there: held > 0 };
        if free < keep_free || size == 0 {
            reserve.give_back();
        } else if held != size && free > keep_free + 2 * size {
            // It is a comfort, not a condition: where it cannot be made, nothing else is wrong.
            reserve.there = fill(&*reserve.disk, &reserve.path, size).is_ok();
            if !reserve.there {
                let _ = reserve.disk.remove(&reserve.path);
            }
        }
        reserve
    }

    /// Gives it back to the disk; it is set aside again at the next opening with enough room. Returns whether
    /// there was something to give.
    pub fn give_back(&mut self) -> bool {
        std::mem::take(&mut self.there) && self.disk.remove(&self.path).is_ok()
    }

    /// What has to stay free beside the usual while it is given back: nobody else may eat it up.
    pub fn owed(&self) -> u64 {
        if self.there { 0 } else { self.size }
    }
}

fn fill(disk: &dyn Disk, path: &Path, size: u64) -> std::io::Result<()> {
    let file = disk.create(path)?;
    let zeros = vec![0; STEP];
    let mut at = 0;
    while at < size {
        let take = (size - at).min(STEP as u64);
        file.write_at(zeros.get(..take as usize).unwrap_or(&zeros), at)?;
        at += take;
    }
    Ok(())
}
