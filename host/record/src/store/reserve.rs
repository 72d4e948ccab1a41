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
    dir: PathBuf,
    size: u64,
    /// What has to stay free in any case.
    keep_free: u64,
    /// Whether it is there to be given back.
    there: bool,
}

impl Reserve {
    /// Sees to it that the reserve is there, or gives it back where fewer than `keep_free` bytes are free.
    pub fn settle(disk: Arc<dyn Disk>, dir: &Path, size: u64, keep_free: u64) -> Self {
        let held = disk.open(&dir.join(NAME)).and_then(|file| file.size()).unwrap_or(0);
        let mut reserve = Self { disk, dir: dir.to_owned(), size, keep_free, there: held > 0 };
        if reserve.free() < keep_free || size == 0 {
            reserve.give_back();
        } else if held != size {
            reserve.there &= !reserve.has_room();
            reserve.renew();
        }
        reserve
    }

    /// Gives it back to the disk. Returns whether there was something to give.
    pub fn give_back(&mut self) -> bool {
        std::mem::take(&mut self.there) && self.disk.remove(&self.path()).is_ok()
    }

    /// Sets it aside again, once there is room for it. Returns whether it was.
    pub fn renew(&mut self) -> bool {
        if self.there || self.size == 0 || !self.has_room() {
            return false;
        }
        // It is a comfort, not a condition: where it cannot be made, nothing else is wrong.
        self.there = fill(&*self.disk, &self.path(), self.size).is_ok();
        if !self.there {
            let _ = self.disk.remove(&self.path());
        }
        self.there
    }

    /// Whether there should be one and is none.
    pub fn is_given_back(&self) -> bool {
        !self.there && self.size > 0
    }

    /// What has to stay free. While it is given back, that much more: nobody else may eat it up.
    pub fn keep_free(&self) -> u64 {
        self.keep_free + if self.there { 0 } else { self.size }
    }

    /// Whether there is room for it, and some to spare.
    fn has_room(&self) -> bool {
        self.free() > self.keep_free + 2 * self.size
    }

    fn free(&self) -> u64 {
        self.disk.free_bytes(&self.dir).unwrap_or(0)
    }

    fn path(&self) -> PathBuf {
        self.dir.join(NAME)
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
