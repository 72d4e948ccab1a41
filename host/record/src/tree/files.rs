//! The tree on the disk.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use gtp_model::Digest;

use super::{divide, empty_root, leaf, node};

const HASH: u64 = 32;
/// Levels between one file and the next.
const STRIDE: u32 = 8;
/// Files there are: enough for 2^40 events.
const FILES: u32 = 6;

/// An error of the tree.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// A file of the tree could not be read or written. It can be deleted: it follows from the journal.
    #[error("the hash tree in {}: {source}", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A proof was asked for that there cannot be.
    #[error("there is no such proof: the tree has {size} events")]
    OutOfRange {
        /// How many events the tree has.
        size: u64,
    },
}

/// The tree over the first events of the record.
pub struct Tree {
    dir: PathBuf,
    levels: Vec<File>,
    size: u64,
    /// Leaves that were pushed and not written yet.
    waiting: Vec<u8>,
}

impl Tree {
    /// Opens the tree in `dir`, or begins one, and goes back to `size` events: what lies behind them was
    /// perhaps never synced.
    ///
    /// # Errors
    /// [`TreeError::Io`].
    pub fn open(dir: &Path, size: u64) -> Result<Self, TreeError> {
        let failed = |source| TreeError::Io { path: dir.to_path_buf(), source };
        std::fs::create_dir_all(dir).map_err(failed)?;
        let mut levels = Vec::new();
        for index in 0..FILES {
            let path = dir.join(format!("level-{:02}", index * STRIDE));
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)
                .map_err(failed)?;
            levels.push(file);
        }
        let mut tree = Self { dir: dir.to_path_buf(), levels, size: 0, waiting: Vec::new() };
        tree.size = size.min(tree.complete().map_err(failed)?);
        tree.truncate().map_err(failed)?;
        Ok(tree)
    }

    /// How many events the tree is over.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size + self.waiting.len() as u64 / HASH
    }

    /// Adds the next event's hash.
    ///
    /// # Errors
    /// [`TreeError::Io`].
    pub fn push(&mut self, event: &Digest) -> Result<(), TreeError> {
        self.waiting.extend_from_slice(&leaf(event).0);
        if self.waiting.len() >= 1 << 16 {
            self.write()?;
        }
        Ok(())
    }

    /// Makes everything durable.
    ///
    /// # Errors
    /// [`TreeError::Io`].
    pub fn sync(&mut self) -> Result<(), TreeError> {
        self.write()?;
        self.levels.iter().try_for_each(File::sync_data).map_err(|error| self.failed(error))
    }

    /// The root over the first `size` events.
    ///
    /// # Errors
    /// [`TreeError::OutOfRange`] where there are fewer, or [`TreeError::Io`].
    pub fn root(&mut self, size: u64) -> Result<Digest, TreeError> {
        self.write()?;
        self.in_range(size <= self.size)?;
        if size == 0 {
            return Ok(empty_root());
        }
        self.subtree(0, size)
    }

    /// Shows that event `number` (the first is 1) is among the first `size`.
    ///
    /// # Errors
    /// [`TreeError::OutOfRange`] where it is not, or [`TreeError::Io`].
    pub fn inclusion(&mut self, number: u64, size: u64) -> Result<Vec<Digest>, TreeError> {
        self.write()?;
        self.in_range(number >= 1 && number <= size && size <= self.size)?;
        let index = number - 1;
        let (mut begin, mut end, mut path) = (0, size, Vec::new());
        while end - begin > 1 {
            let middle = begin + divide(end - begin);
            if index < middle {
                path.push(self.subtree(middle, end)?);
                end = middle;
            } else {
                path.push(self.subtree(begin, middle)?);
                begin = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// Shows that the first `new` events begin with the first `old`.
    ///
    /// # Errors
    /// [`TreeError::OutOfRange`] where they cannot, or [`TreeError::Io`].
    pub fn consistency(&mut self, old: u64, new: u64) -> Result<Vec<Digest>, TreeError> {
        self.write()?;
        self.in_range(old <= new && new <= self.size)?;
        if old == 0 || old == new {
            return Ok(Vec::new());
        }
        let (mut begin, mut end, mut path) = (0, new, Vec::new());
        while end != old {
            let middle = begin + divide(end - begin);
            if old <= middle {
                path.push(self.subtree(middle, end)?);
                end = middle;
            } else {
                path.push(self.subtree(begin, middle)?);
                begin = middle;
            }
        }
        // The old root is left out where the verifier has it: when all of it is one full subtree.
        if begin != 0 {
            path.push(self.subtree(begin, end)?);
        }
        path.reverse();
        Ok(path)
    }

    /// The hash over the leaves from `begin` to before `end`.
    fn subtree(&self, begin: u64, end: u64) -> Result<Digest, TreeError> {
        let size = end - begin;
        if size.is_power_of_two() && begin.is_multiple_of(size) {
            return self.full(size.trailing_zeros(), begin / size);
        }
        let middle = begin + divide(size);
        Ok(node(&self.subtree(begin, middle)?, &self.subtree(middle, end)?))
    }

    /// The hash of a full subtree of 2^level leaves, the `index`th of that size.
    fn full(&self, level: u32, index: u64) -> Result<Digest, TreeError> {
        let below = level % STRIDE;
        let count = 1u64 << below;
        let mut hashes = self.read((level - below) / STRIDE, index * count, count)?;
        while hashes.len() > 1 {
            hashes = pairs(&hashes);
        }
        hashes.first().copied().ok_or(TreeError::OutOfRange { size: self.size })
    }

    fn read(&self, file: u32, from: u64, count: u64) -> Result<Vec<Digest>, TreeError> {
        let mut bytes = vec![0; (count * HASH) as usize];
        let file = self.level(file)?;
        file.read_exact_at(&mut bytes, from * HASH).map_err(|error| self.failed(error))?;
        Ok(bytes
            .chunks_exact(HASH as usize)
            .map(|hash| Digest(hash.try_into().unwrap_or_default()))
            .collect())
    }

    /// Writes the leaves that wait, and the subtrees they complete.
    fn write(&mut self) -> Result<(), TreeError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let (before, after) = (self.size, self.size());
        self.level(0)?
            .write_all_at(&self.waiting, before * HASH)
            .map_err(|error| self.failed(error))?;
        for file in 1..FILES {
            let (from, to) = (before >> (file * STRIDE), after >> (file * STRIDE));
            for index in from..to {
                let mut hashes = self.read(file - 1, index << STRIDE, 1 << STRIDE)?;
                while hashes.len() > 1 {
                    hashes = pairs(&hashes);
                }
                let hash = hashes.first().map_or([0; 32], |hash| hash.0);
                self.level(file)?
                    .write_all_at(&hash, index * HASH)
                    .map_err(|error| self.failed(error))?;
            }
        }
        self.size = after;
        self.waiting.clear();
        Ok(())
    }

    /// How many leaves have everything above them that they should have.
    fn complete(&self) -> io::Result<u64> {
        let mut size = u64::MAX;
        for (index, file) in self.levels.iter().enumerate() {
            let there = file.metadata()?.len() / HASH;
            let leaves = (there + u64::from(index > 0)) << (index as u32 * STRIDE);
            size = size.min(leaves.saturating_sub(u64::from(index > 0)));
        }
        Ok(size)
    }

    fn truncate(&self) -> io::Result<()> {
        for (index, file) in self.levels.iter().enumerate() {
            file.set_len((self.size >> (index as u32 * STRIDE)) * HASH)?;
        }
        Ok(())
    }

    fn level(&self, file: u32) -> Result<&File, TreeError> {
        self.levels.get(file as usize).ok_or(TreeError::OutOfRange { size: self.size })
    }

    fn in_range(&self, yes: bool) -> Result<(), TreeError> {
        if yes { Ok(()) } else { Err(TreeError::OutOfRange { size: self.size }) }
    }

    fn failed(&self, source: io::Error) -> TreeError {
        TreeError::Io { path: self.dir.clone(), source }
    }
}

/// The level above: each two neighbours joined.
fn pairs(hashes: &[Digest]) -> Vec<Digest> {
    hashes
        .chunks_exact(2)
        .filter_map(|pair| match pair {
            [left, right] => Some(node(left, right)),
            _ => None,
        })
        .collect()
}
