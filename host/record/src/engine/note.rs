//! The note of what an engine is being given: a file that is there as a whole or not at all, whatever becomes of the
//! process, and encrypted like what it is about.
//!
//! It is a row of encrypted portions, each with its length before it; the last holds the number up to which
//! they reach. Each is bound to its place, so a portion that is missing or was put elsewhere makes it no note.

use std::fs::{self, File};
use std::io::{Error, Result, Write as _};
use std::path::{Path, PathBuf};

use super::{Changes, Put};
use crate::vault::RowKey;

const NAME: &str = "pending";

/// A note that is being written.
pub struct Note<'a> {
    file: File,
    path: PathBuf,
    key: &'a RowKey,
    portions: u32,
}

impl<'a> Note<'a> {
    /// Begins a note in this folder, under another name.
    pub fn begin(dir: &Path, key: &'a RowKey) -> Result<Self> {
        let path = path_in(dir);
        Ok(Self { file: File::create(path.with_extension("new"))?, path, key, portions: 0 })
    }

    /// Adds some changes.
    pub fn add(&mut self, puts: &[Put]) -> Result<()> {
        let plain = postcard::to_allocvec(puts).map_err(other)?;
        self.write(&about(self.portions, false), &plain)?;
        self.portions += 1;
        Ok(())
    }

    /// Makes it the note: it reaches up to this event.
    pub fn finish(mut self, upto: u64) -> Result<()> {
        self.write(&about(self.portions, true), &upto.to_le_bytes())?;
        fs::rename(self.path.with_extension("new"), &self.path)
    }

    fn write(&mut self, about: &[u8], plain: &[u8]) -> Result<()> {
        let sealed = self.key.seal(about, plain).map_err(other)?;
        let length = u32::try_from(sealed.len()).map_err(other)?;
        self.file.write_all(&[&length.to_le_bytes(), sealed.as_slice()].concat())
    }
}

/// The note in this folder; none where there is none that is whole.
pub fn read(dir: &Path, key: &RowKey) -> Option<Changes> {
    let bytes = fs::read(path_in(dir)).ok()?;
    let (mut rest, mut puts) = (bytes.as_slice(), Vec::new());
    for portion in 0.. {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (sealed, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        if after.is_empty() {
            let upto = key.open(&about(portion, true), sealed)?;
            let upto = u64::from_le_bytes(upto.as_slice().try_into().ok()?);
            return Some(Changes { upto, puts });
        }
        let plain = key.open(&about(portion, false), sealed)?;
        puts.append(&mut postcard::from_bytes::<Vec<Put>>(&plain).ok()?);
        rest = after;
    }
    None
}

/// Removes the note. One that cannot be removed is applied once more, which changes nothing: before anything else is.
pub fn forget(dir: &Path) {
    let _ = fs::remove_file(path_in(dir));
}

fn path_in(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

/// What a portion is bound to.
fn about(portion: u32, last: bool) -> [u8; 12] {
    let mut about = *b"pending\0\0\0\0\0";
    let (_, place) = about.split_at_mut(7);
    let (place, end) = place.split_at_mut(4);
    place.copy_from_slice(&portion.to_le_bytes());
    end.fill(u8::from(last));
    about
}

fn other(error: impl std::fmt::Display) -> Error {
    Error::other(error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn put(key: u8, value: Option<&[u8]>) -> Put {
        (vec![key], value.map(<[u8]>::to_vec))
    }

    fn key() -> RowKey {
        RowKey::new(&[9; 32], 0).unwrap()
    }

    #[test]
    fn half_a_note_is_none() {
        let (dir, key) = (tempfile::tempdir().unwrap(), key());
        let puts = [put(1, Some(b"one")), put(2, None), put(3, Some(b"three"))];
        let mut note = Note::begin(dir.path(), &key).unwrap();
        note.add(&puts[..2]).unwrap();
        note.add(&puts[2..]).unwrap();
        assert_eq!(read(dir.path(), &key), None, "it is none before it is finished");
        note.finish(7).unwrap();
        let changes = Changes { upto: 7, puts: puts.to_vec() };
        assert_eq!(read(dir.path(), &key), Some(changes));
        let path = path_in(dir.path());
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(read(dir.path(), &key), None, "{length} bytes");
        }
        let first = 4 + u32::from_le_bytes(whole[..4].try_into().unwrap()) as usize;
        fs::write(&path, &whole[first..]).unwrap();
        assert_eq!(read(dir.path(), &key), None, "its first portion is missing");
        fs::write(&path, [&whole[..], &whole[..first]].concat()).unwrap();
        assert_eq!(read(dir.path(), &key), None, "something follows its last");
    }
}
