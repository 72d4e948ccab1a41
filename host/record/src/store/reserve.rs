//! Room set aside on the disk, to be given back when it is full.
//!
//! A full disk must not keep the host from opening and reading, and the view's engine needs some room even
//! for that. So a file of zeros waits in the data folder until it is needed.

use std::path::Path;

use crate::journal::disk::Disk;

const NAME: &str = "reserve";
const STEP: usize = 1 << 20;

/// Sees to it that the reserve is there, or gives it back where the disk is short of room. Returns
/// whether it was given back.
pub(crate) fn settle(disk: &dyn Disk, dir: &Path, size: u64, keep_free: u64) -> bool {
    let path = dir.join(NAME);
    let there = disk.open(&path).and_then(|file| file.size()).unwrap_or(0);
    let Ok(free) = disk.free_bytes(dir) else {
        return false;
    };
    if free < keep_free {
        return there > 0 && disk.remove(&path).is_ok();
    }
    if there != size && (size == 0 || free > keep_free + 2 * size) {
        // It is a comfort, not a condition: where it cannot be made, nothing else is wrong.
        if size == 0 || fill(disk, &path, size).is_err() {
            let _ = disk.remove(&path);
        }
    }
    false
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
