//! Checkpoints: the root over all events so far, sealed and published.
//!
//! A checkpoint is three lines of text (the form of C2SP tlog-checkpoint): which record, how many events,
//! and the root in base64. It is signed with a minisign key of the installation. Whoever keeps one can later
//! ask for a proof that the record of today begins with the one of then.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gtp_model::{Digest, Time};
use serde::{Deserialize, Serialize};

use super::UpkeepError;
use super::backup::hex;
use super::seal::SealKey;
use crate::event::hash_of;
use crate::journal::Reader;
use crate::store::StoreError;
use crate::tree::Tree;
use crate::vault::Vault;

/// The root over the first events of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// How many events.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
    /// When it was made.
    pub at: Time,
}

/// A checkpoint as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedCheckpoint {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The text that is signed.
    pub text: String,
    /// The signature, a minisign file.
    pub signature: String,
    /// The key to check it with, a minisign public key file. An auditor keeps their own copy.
    pub public_key: String,
}

/// Why a checkpoint proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoCheckpoint {
    /// Signed by somebody else, or changed since.
    #[error("the signature is not of this text by this key")]
    Signature,
    /// What is signed is another size or root.
    #[error("the signed text names another size or root")]
    Text,
}

impl SignedCheckpoint {
    /// Whether the text is signed by the key that comes with it, and says what the checkpoint says. Whose key it
    /// is, whoever checks must know from elsewhere.
    ///
    /// # Errors
    /// [`NoCheckpoint`] where not.
    pub fn verify(&self) -> Result<(), NoCheckpoint> {
        if !SealKey::verify(&self.public_key, &self.text, &self.signature) {
            return Err(NoCheckpoint::Signature);
        }
        let Checkpoint { size, root, .. } = &self.checkpoint;
        let mut lines = self.text.lines().skip(1);
        let same = lines.next() == Some(size.to_string().as_str())
            && lines.next() == Some(STANDARD.encode(root.0).as_str());
        if same { Ok(()) } else { Err(NoCheckpoint::Text) }
    }
}

/// Shows that one event is in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InclusionProof {
    /// Number of the event.
    pub event: u64,
    /// Hash of the event.
    pub hash: Digest,
    /// How many events the root is over.
    pub size: u64,
    /// The hashes beside the way from the event to the root.
    pub path: Vec<Digest>,
}

/// Shows that a record begins with an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsistencyProof {
    /// How many events the earlier root is over.
    pub old: u64,
    /// How many events the later root is over.
    pub new: u64,
    /// The hashes that lead to both.
    pub path: Vec<Digest>,
}

/// Makes checkpoints of one record and proofs for them.
pub struct Checkpoints {
    dir: PathBuf,
    tree: Tree,
    reader: Reader,
    vault: Arc<Vault>,
    key: SealKey,
    origin: String,
    /// What was made last since this was opened.
    made: Option<SignedCheckpoint>,
}

impl Checkpoints {
    /// Opens the tree of the record in `dir` and its key, and sees that what was published last still holds.
    ///
    /// # Errors
    /// [`UpkeepError::Altered`] where it does not: the record was changed behind our back.
    pub(crate) fn open(
        dir: &Path,
        reader: Reader,
        vault: Arc<Vault>,
        installation: [u8; 16],
    ) -> Result<Self, UpkeepError> {
        let key = SealKey::open(&dir.join("checkpoint"))?;
        let last = published(dir)?.pop();
        let synced = last.as_ref().map_or(0, |last| last.size);
        let tree = Tree::open(&dir.join("tree"), synced)?;
        let origin = format!("gtp/{}", hex(&installation));
        let mut checkpoints =
            Self { dir: dir.to_path_buf(), tree, reader, vault, key, origin, made: None };
        if let Some(last) = last {
            checkpoints.confirm(&last)?;
        }
        Ok(checkpoints)
    }

    /// Makes a checkpoint over the first `size` events, signs and publishes it in the data folder.
    ///
    /// # Errors
    /// [`UpkeepError`] where the journal cannot be read or the files not written.
    pub fn make(&mut self, size: u64, at: Time) -> Result<SignedCheckpoint, UpkeepError> {
        self.catch_up(size)?;
        let root = self.tree.root(size)?;
        self.tree.sync()?;
        let checkpoint = Checkpoint { size, root, at };
        let text = format!("{}\n{size}\n{}\n", self.origin, STANDARD.encode(root.0));
        let signature = self.key.sign(&text, &self.origin)?;
        let folder = self.dir.join("checkpoint");
        write_whole(&folder.join("latest"), text.as_bytes())?;
        write_whole(&folder.join("latest.minisig"), signature.as_bytes())?;
        self.log(&checkpoint)?;
        let public_key = self.key.public().to_owned();
        let signed = SignedCheckpoint { checkpoint, text, signature, public_key };
        Ok(self.made.insert(signed).clone())
    }

    /// The checkpoint that was made last, where one was since the record was opened.
    #[must_use]
    pub fn made(&self) -> Option<&SignedCheckpoint> {
        self.made.as_ref()
    }

    /// Shows that event `number` is among the first `size`.
    ///
    /// # Errors
    /// [`UpkeepError::Tree`] where it is not.
    pub fn inclusion(&mut self, number: u64, size: u64) -> Result<InclusionProof, UpkeepError> {
        self.catch_up(size)?;
        let path = self.tree.inclusion(number, size)?;
        let mut hash = None;
        self.reader.frames_from(number, |frame, _| {
            let record = frame.records().nth((number - frame.first) as usize);
            hash = record.map(|record| hash_of(&record, number, &self.vault)).transpose()?;
            Ok::<_, StoreError>(false)
        })?;
        let hash = hash.ok_or(UpkeepError::Altered { size })?;
        Ok(InclusionProof { event: number, hash, size, path })
    }

    /// Shows that the first `new` events begin with the first `old`.
    ///
    /// # Errors
    /// [`UpkeepError::Tree`] where they cannot.
    pub fn consistency(&mut self, old: u64, new: u64) -> Result<ConsistencyProof, UpkeepError> {
        self.catch_up(new)?;
        Ok(ConsistencyProof { old, new, path: self.tree.consistency(old, new)? })
    }

    /// The tree is what was published, or it is built anew; then the record is what was published.
    fn confirm(&mut self, last: &Checkpoint) -> Result<(), UpkeepError> {
        if last.size > self.reader.last() {
            return Err(UpkeepError::Altered { size: last.size });
        }
        if self.tree.size() == last.size && self.tree.root(last.size)? == last.root {
            return Ok(());
        }
        tracing::info!(events = last.size, "the hash tree is built anew");
        self.tree = Tree::open(&self.dir.join("tree"), 0)?;
        self.catch_up(last.size)?;
        if self.tree.root(last.size)? == last.root {
            Ok(())
        } else {
            Err(UpkeepError::Altered { size: last.size })
        }
    }

    fn catch_up(&mut self, size: u64) -> Result<(), UpkeepError> {
        let from = self.tree.size() + 1;
        if from > size {
            return Ok(());
        }
        let (tree, vault) = (&mut self.tree, &self.vault);
        self.reader.frames_from(from, |frame, _| {
            for (record, number) in frame.records().zip(frame.first..) {
                if number >= from && number <= size {
                    tree.push(&hash_of(&record, number, vault)?)?;
                }
            }
            Ok::<_, UpkeepError>(frame.last() < size)
        })
    }

    fn log(&self, checkpoint: &Checkpoint) -> Result<(), UpkeepError> {
        let path = self.dir.join(LOG);
        let mut line = serde_json::to_string(checkpoint).unwrap_or_default();
        line.push('\n');
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(UpkeepError::io("open", &path))?;
        file.write_all(line.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(UpkeepError::io("write", &path))
    }
}

const LOG: &str = "checkpoint/log";

/// The checkpoints that were published for the record in `dir`, oldest first.
pub(super) fn published(dir: &Path) -> Result<Vec<Checkpoint>, UpkeepError> {
    let path = dir.join(LOG);
    match fs::read_to_string(&path) {
        // A last line that was cut short was not published yet.
        Ok(text) => Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(UpkeepError::io("read", &path)(error)),
    }
}

/// How many events the last published checkpoint is over.
pub(crate) fn last_published(dir: &Path) -> Result<u64, UpkeepError> {
    Ok(published(dir)?.last().map_or(0, |last| last.size))
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), UpkeepError> {
    let new = path.with_extension("new");
    let written = fs::File::create(&new)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&new, path));
    written.map_err(UpkeepError::io("write", path))
}
