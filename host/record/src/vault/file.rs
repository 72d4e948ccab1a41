//! The file of wrapped data keys.
//!
//! ```text
//! header  0  magic "GTPkeys1"
//!         8  name of the master key, in bytes
//!        16  zeros up to 512
//! slot    0  1 for a key, 2 for one that was destroyed, 0 for none; then seven bytes of zero
//!         8  the data key, encrypted by the master key: nonce, key, tag
//!        68  CRC32C of what stands before it
//!        72  zeros up to 128
//! ```
//!
//! Key n stands in slot n - 1. A slot never crosses a sector, so a power cut leaves it whole or as it was. Keys
//! are made some at a time, before anybody needs them: one sync is for many citizens. Those that were not used
//! when the host stopped are not used again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::VaultError;
use super::cipher::{DataKey, OVERHEAD, random};
use super::error::beside;
use super::master::{KeySource, MasterKey};
use crate::journal::disk::{Disk, DiskFile};

/// Its name in the data folder.
pub const NAME: &str = "keys/wrapped";

const MAGIC: [u8; 8] = *b"GTPkeys1";
const HEADER: u64 = 512;
const SLOT: u64 = 128;
const WRAPPED: usize = 32 + OVERHEAD;
const CHECKED: usize = 8 + WRAPPED;
/// How many keys are made at first, and at most, at a time.
const FEW: u64 = 16;
const MANY: u64 = 1024;
/// How many slots are wrapped again in one step.
const STEP: u64 = 4096;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Empty,
    Key([u8; WRAPPED]),
    Destroyed,
}

pub(super) struct KeyFile {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    file: Arc<dyn DiskFile>,
    master: MasterKey,
    cipher: DataKey,
    /// Number of the next key that nobody has used.
    next: u64,
    /// Number of the last key there is.
    last: u64,
    batch: u64,
}

/// The same keys, wrapped by another master key, in a file that has not taken its place yet.
pub(super) struct Waiting {
    file: Arc<dyn DiskFile>,
    keys: u64,
}

impl KeyFile {
    /// Opens the file of the record in `dir`; none where there is none.
    pub fn open(
        disk: &Arc<dyn Disk>,
        dir: &Path,
        source: &KeySource,
    ) -> Result<Option<Self>, VaultError> {
        let path = dir.join(NAME);
        let file = match disk.open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(VaultError::io("open", &path, error)),
        };
        let size = file.size().map_err(|error| VaultError::io("read", &path, error))?;
        let mut header = [0; 16];
        read_exact(&*file, &path, &mut header, 0)?;
        let (magic, name) = header.split_at(MAGIC.len());
        if magic != MAGIC || size < HEADER {
            return Err(damaged("its beginning is not that of a file of keys"));
        }
        let name: String = name.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let master = source.named(&name)?;
        let last = (size - HEADER) / SLOT;
        Ok(Some(Self::over(Arc::clone(disk), path, file, master, last)))
    }

    /// Makes the file with the record's own key in it.
    pub fn make(disk: &Arc<dyn Disk>, dir: &Path, master: MasterKey) -> Result<Self, VaultError> {
        let path = dir.join(NAME);
        let folder = path.parent().unwrap_or(dir);
        disk.create_dir(folder).map_err(|error| VaultError::io("create", folder, error))?;
        let new = beside(&path, ".new");
        let file = disk.create(&new).map_err(|error| VaultError::io("create", &new, error))?;
        let mut bytes = header(&master);
        bytes.extend_from_slice(&slot(&new_key(&master.cipher(), 1)?));
        write(&*file, &new, &bytes, 0)?;
        file.sync().map_err(|error| VaultError::io("sync", &new, error))?;
        put_in_place(&**disk, &new, &path)?;
        disk.sync_dir(dir).map_err(|error| VaultError::io("sync", dir, error))?;
        Ok(Self::over(Arc::clone(disk), path, file, master, 1))
    }

    fn over(
        disk: Arc<dyn Disk>,
        path: PathBuf,
        file: Arc<dyn DiskFile>,
        master: MasterKey,
        last: u64,
    ) -> Self {
        let cipher = master.cipher();
        Self { disk, path, file, master, cipher, next: last + 1, last, batch: FEW }
    }

    pub fn master_name(&self) -> String {
        self.master.name().to_owned()
    }

    /// Whether there is a newer master key than the one that wraps these.
    pub fn is_behind(&self, source: &KeySource) -> Result<bool, VaultError> {
        Ok(source.newest()?.is_some_and(|newest| newest.name() != self.master.name()))
    }

    /// A key that nobody has used.
    pub fn fresh(&mut self) -> Result<u64, VaultError> {
        if self.next > self.last {
            self.make_more()?;
        }
        let key = self.next;
        self.next += 1;
        Ok(key)
    }

    fn make_more(&mut self) -> Result<(), VaultError> {
        let mut bytes = Vec::with_capacity((self.batch * SLOT) as usize);
        for key in self.last + 1..=self.last + self.batch {
            bytes.extend_from_slice(&slot(&new_key(&self.cipher, key)?));
        }
        write(&*self.file, &self.path, &bytes, place(self.last + 1))?;
        self.file.sync().map_err(|error| VaultError::io("sync", &self.path, error))?;
        self.last += self.batch;
        self.batch = (self.batch * 2).min(MANY);
        Ok(())
    }

    /// A data key.
    pub fn unwrap(&self, key: u64) -> Result<DataKey, VaultError> {
        match self.slot(key)? {
            Slot::Key(wrapped) => {
                let bytes = unwrap(&self.cipher, key, &wrapped)?;
                Ok(DataKey::new(&bytes))
            }
            Slot::Destroyed => Err(VaultError::Destroyed { key }),
            Slot::Empty => Err(damaged(&format!("there is no key {key} in it"))),
        }
    }

    /// Writes over keys, so that nothing is left of them.
    pub fn destroy(&mut self, keys: &BTreeSet<u64>) -> Result<(), VaultError> {
        for key in keys {
            if *key > super::OWN && *key <= self.last {
                write(&*self.file, &self.path, &slot(&Slot::Destroyed), place(*key))?;
            }
        }
        self.file.sync().map_err(|error| VaultError::io("sync", &self.path, error))
    }

    /// How many keys there are, and how many were destroyed.
    pub fn count(&self) -> Result<(u64, u64), VaultError> {
        let (mut keys, mut destroyed) = (0, 0);
        self.each_slot(|_, slot| {
            keys += u64::from(matches!(slot, Slot::Key(_)));
            destroyed += u64::from(slot == Slot::Destroyed);
            Ok(())
        })?;
        Ok((keys, destroyed))
    }

    /// Wraps every key by another master key, in a file beside this one.
    pub fn prepare(&self, now: &MasterKey) -> Result<Waiting, VaultError> {
        let (new, cipher) = (beside(&self.path, ".new"), now.cipher());
        let file = self.disk.create(&new).map_err(|error| VaultError::io("create", &new, error))?;
        write(&*file, &new, &header(now), 0)?;
        let (mut bytes, mut first, mut keys) = (Vec::new(), 1, 0);
        self.each_slot(|key, old| {
            let again = match old {
                Slot::Key(wrapped) => {
                    keys += 1;
                    wrap(&cipher, key, &unwrap(&self.cipher, key, &wrapped)?)?
                }
                other => other,
            };
            bytes.extend_from_slice(&slot(&again));
            if bytes.len() as u64 >= STEP * SLOT || key == self.last {
                write(&*file, &new, &bytes, place(first))?;
                first = key + 1;
                bytes.clear();
            }
            Ok(())
        })?;
        file.sync().map_err(|error| VaultError::io("sync", &new, error))?;
        Ok(Waiting { file, keys })
    }

    /// Puts a prepared file in this one's place; returns how many keys are in it.
    pub fn adopt(&mut self, waiting: Waiting, now: MasterKey) -> Result<u64, VaultError> {
        put_in_place(&*self.disk, &beside(&self.path, ".new"), &self.path)?;
        self.file = waiting.file;
        self.cipher = now.cipher();
        self.master = now;
        Ok(waiting.keys)
    }

    /// Wraps every key by another master key.
    pub fn wrap_again(&mut self, now: MasterKey) -> Result<u64, VaultError> {
        let waiting = self.prepare(&now)?;
        self.adopt(waiting, now)
    }

    fn slot(&self, key: u64) -> Result<Slot, VaultError> {
        if key == 0 || key > self.last {
            return Ok(Slot::Empty);
        }
        let mut bytes = [0; SLOT as usize];
        read_exact(&*self.file, &self.path, &mut bytes, place(key))?;
        parse(&bytes).ok_or_else(|| damaged(&format!("key {key} is not what was written")))
    }

    fn each_slot(
        &self,
        mut visit: impl FnMut(u64, Slot) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let mut key = 1;
        while key <= self.last {
            let count = STEP.min(self.last + 1 - key);
            let mut bytes = vec![0; (count * SLOT) as usize];
            read_exact(&*self.file, &self.path, &mut bytes, place(key))?;
            for slot in bytes.chunks_exact(SLOT as usize) {
                let what = || damaged(&format!("key {key} is not what was written"));
                visit(key, parse(slot).ok_or_else(what)?)?;
                key += 1;
            }
        }
        Ok(())
    }
}

fn place(key: u64) -> u64 {
    HEADER + (key - 1) * SLOT
}

fn header(master: &MasterKey) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    let digits: Vec<u8> = master.name().bytes().collect();
    for pair in digits.chunks(2) {
        let pair = std::str::from_utf8(pair).unwrap_or("00");
        bytes.push(u8::from_str_radix(pair, 16).unwrap_or(0));
    }
    bytes.resize(HEADER as usize, 0);
    bytes
}

fn new_key(cipher: &DataKey, key: u64) -> Result<Slot, VaultError> {
    wrap(cipher, key, &random::<32>()?)
}

fn wrap(cipher: &DataKey, key: u64, bytes: &[u8; 32]) -> Result<Slot, VaultError> {
    let wrapped = cipher.seal(&key.to_le_bytes(), bytes)?;
    wrapped.try_into().map(Slot::Key).map_err(|_| VaultError::TooLong)
}

fn unwrap(cipher: &DataKey, key: u64, wrapped: &[u8]) -> Result<[u8; 32], VaultError> {
    let bytes = cipher.open(&key.to_le_bytes(), wrapped);
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
        damaged(&format!("key {key} was not wrapped by the master key that it names"))
    })
}

fn slot(slot: &Slot) -> Vec<u8> {
    let (state, wrapped) = match slot {
        Slot::Empty => return vec![0; SLOT as usize],
        Slot::Key(wrapped) => (1, *wrapped),
        Slot::Destroyed => (2, [0; WRAPPED]),
    };
    let mut bytes = vec![state, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend_from_slice(&wrapped);
    bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
    bytes.resize(SLOT as usize, 0);
    bytes
}

fn parse(bytes: &[u8]) -> Option<Slot> {
    if bytes.iter().all(|byte| *byte == 0) {
        return Some(Slot::Empty);
    }
    let (checked, rest) = bytes.split_at_checked(CHECKED)?;
    let (sum, _) = rest.split_first_chunk::<4>()?;
    if crc32c::crc32c(checked).to_le_bytes() != *sum {
        return None;
    }
    match checked.first() {
        Some(1) => Some(Slot::Key(checked.get(8..)?.try_into().ok()?)),
        Some(2) => Some(Slot::Destroyed),
        _ => None,
    }
}

fn write(file: &dyn DiskFile, path: &Path, bytes: &[u8], at: u64) -> Result<(), VaultError> {
    file.write_at(bytes, at).map_err(|error| VaultError::io("write", path, error))
}

fn read_exact(
    file: &dyn DiskFile,
    path: &Path,
    bytes: &mut [u8],
    at: u64,
) -> Result<(), VaultError> {
    let read = file.read_at(bytes, at).map_err(|error| VaultError::io("read", path, error))?;
    if read < bytes.len() {
        return Err(damaged("it is cut short"));
    }
    Ok(())
}

fn put_in_place(disk: &dyn Disk, new: &Path, path: &Path) -> Result<(), VaultError> {
    disk.rename(new, path).map_err(|error| VaultError::io("rename", new, error))?;
    let folder = path.parent().unwrap_or(path);
    disk.sync_dir(folder).map_err(|error| VaultError::io("sync", folder, error))
}

fn damaged(what: &str) -> VaultError {
    VaultError::Damaged { what: what.to_owned() }
}
