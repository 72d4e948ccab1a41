//! A disk that can lose its power.
//!
//! It keeps a log of all writes, syncs and renames. An image of it at any moment holds what was synced by
//! then; of the rest each sector may be there or not, in any combination, and of the directory changes that
//! were not synced a part from the beginning. That is what a disk with a write cache may do.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use gtp_record::journal::disk::{Disk, DiskFile};

use super::random::Random;

const SECTOR: usize = 512;

#[derive(Clone, Debug)]
enum Step {
    Create(PathBuf, usize),
    Write(usize, u64, Vec<u8>),
    Sync(usize),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    SyncDir,
}

#[derive(Default)]
struct State {
    files: Vec<Vec<u8>>,
    names: BTreeMap<PathBuf, usize>,
    log: Vec<Step>,
    fail_sync: bool,
    fail_write: Option<usize>,
    free: Option<u64>,
}

/// The disk. Clones are the same disk.
#[derive(Clone, Default)]
pub struct SimDisk(Arc<Mutex<State>>);

pub type Image = BTreeMap<PathBuf, Vec<u8>>;

impl SimDisk {
    /// A disk with these files, all of them durable.
    pub fn from_image(image: Image) -> Self {
        let disk = Self::default();
        let mut state = disk.0.lock().unwrap();
        for (path, bytes) in image {
            let id = state.files.len();
            state.files.push(bytes.clone());
            state.names.insert(path.clone(), id);
            state.log.push(Step::Create(path, id));
            state.log.push(Step::Write(id, 0, bytes));
            state.log.push(Step::Sync(id));
        }
        state.log.push(Step::SyncDir);
        drop(state);
        disk
    }

    /// How many steps the disk has made: a moment to cut the power at.
    pub fn now(&self) -> usize {
        self.0.lock().unwrap().log.len()
    }

    /// From now on every sync fails.
    pub fn fail_syncs(&self) {
        self.0.lock().unwrap().fail_sync = true;
    }

    /// The next write keeps only so many bytes and fails: there is no room.
    pub fn fail_next_write_after(&self, bytes: usize) {
        self.0.lock().unwrap().fail_write = Some(bytes);
    }

    /// What the disk says is free.
    pub fn set_free(&self, bytes: u64) {
        self.0.lock().unwrap().free = Some(bytes);
    }

    /// The files as a running process sees them.
    pub fn files(&self) -> Image {
        let state = self.0.lock().unwrap();
        state.names.iter().map(|(path, id)| (path.clone(), state.files[*id].clone())).collect()
    }

    /// What a power cut after `at` steps leaves.
    pub fn cut(&self, at: usize, random: &mut Random) -> Image {
        let state = self.0.lock().unwrap();
        let log = &state.log[..at];
        let names = surviving_names(log, random);
        // Nothing, everything or anything of what was not synced survives.
        let keep = *random.pick(&[0, 100, 50, 90, 10]);
        let content = |id: usize, random: &mut Random| surviving_bytes(log, id, keep, random);
        names.into_iter().map(|(path, id)| (path, content(id, random))).collect()
    }
}

fn surviving_names(log: &[Step], random: &mut Random) -> BTreeMap<PathBuf, usize> {
    let synced = log.iter().rposition(|step| matches!(step, Step::SyncDir)).unwrap_or(0);
    let pending = log[synced..]
        .iter()
        .filter(|step| matches!(step, Step::Create(..) | Step::Rename(..) | Step::Remove(..)))
        .count() as u64;
    let mut kept = random.below(pending + 1);
    let mut names = BTreeMap::new();
    for (index, step) in log.iter().enumerate() {
        let changes = matches!(step, Step::Create(..) | Step::Rename(..) | Step::Remove(..));
        if changes && index >= synced {
            if kept == 0 {
                break;
            }
            kept -= 1;
        }
        match step {
            Step::Create(path, id) => {
                names.insert(path.clone(), *id);
            }
            Step::Rename(from, to) => {
                if let Some(id) = names.remove(from) {
                    names.insert(to.clone(), id);
                }
            }
            Step::Remove(path) => {
                names.remove(path);
            }
            _ => {}
        }
    }
    names
}

fn surviving_bytes(log: &[Step], id: usize, keep: u64, random: &mut Random) -> Vec<u8> {
    let synced = log.iter().rposition(|step| matches!(step, Step::Sync(of) if *of == id));
    let mut bytes = Vec::new();
    for (index, step) in log.iter().enumerate() {
        let Step::Write(of, offset, data) = step else { continue };
        if *of != id {
            continue;
        }
        if synced.is_some_and(|synced| index < synced) {
            put(&mut bytes, *offset as usize, data);
            continue;
        }
        let mut at = 0;
        while at < data.len() {
            let place = *offset as usize + at;
            let end = (at + SECTOR - place % SECTOR).min(data.len());
            if random.below(100) < keep {
                put(&mut bytes, place, &data[at..end]);
            }
            at = end;
        }
    }
    bytes
}

fn put(bytes: &mut Vec<u8>, at: usize, data: &[u8]) {
    if bytes.len() < at + data.len() {
        bytes.resize(at + data.len(), 0);
    }
    bytes[at..at + data.len()].copy_from_slice(data);
}

impl Disk for SimDisk {
    fn create_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let mut state = self.0.lock().unwrap();
        let id = state.files.len();
        state.files.push(Vec::new());
        state.names.insert(path.to_path_buf(), id);
        state.log.push(Step::Create(path.to_path_buf(), id));
        Ok(Arc::new(SimFile { disk: self.clone(), id }))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let state = self.0.lock().unwrap();
        let id = *state.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Arc::new(SimFile { disk: self.clone(), id }))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let state = self.0.lock().unwrap();
        let names = state.names.keys().filter(|path| path.parent() == Some(dir));
        Ok(names.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        let id = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_path_buf(), id);
        state.log.push(Step::Rename(from.to_path_buf(), to.to_path_buf()));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.names.remove(path).ok_or(io::ErrorKind::NotFound)?;
        state.log.push(Step::Remove(path.to_path_buf()));
        Ok(())
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        self.0.lock().unwrap().log.push(Step::SyncDir);
        Ok(())
    }

    fn free_bytes(&self, _: &Path) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().free.unwrap_or(u64::MAX))
    }
}

struct SimFile {
    disk: SimDisk,
    id: usize,
}

impl DiskFile for SimFile {
    fn size(&self) -> io::Result<u64> {
        Ok(self.disk.0.lock().unwrap().files[self.id].len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let state = self.disk.0.lock().unwrap();
        let bytes = &state.files[self.id];
        let from = (offset as usize).min(bytes.len());
        let read = buffer.len().min(bytes.len() - from);
        buffer[..read].copy_from_slice(&bytes[from..from + read]);
        Ok(read)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut state = self.disk.0.lock().unwrap();
        let fails = state.fail_write.take();
        let bytes = &bytes[..fails.unwrap_or(bytes.len()).min(bytes.len())];
        put(&mut state.files[self.id], offset as usize, bytes);
        state.log.push(Step::Write(self.id, offset, bytes.to_vec()));
        match fails {
            Some(_) => Err(io::ErrorKind::StorageFull.into()),
            None => Ok(()),
        }
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.0.lock().unwrap();
        if state.fail_sync {
            return Err(io::Error::other("the device does not answer"));
        }
        state.log.push(Step::Sync(self.id));
        Ok(())
    }
}
