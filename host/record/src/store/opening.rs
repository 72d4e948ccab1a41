//! Opening a record.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::engine::EngineKind;
use crate::journal::disk::{Disk, RealDisk};
use crate::journal::{Cut, JournalOptions};
pub use crate::view::Progress;

use super::writer::OnStop;
use crate::vault::KeySource;

/// How a record is to be opened. [`RecordOptions::new`] has what a host ships with.
#[derive(Clone)]
pub struct RecordOptions {
    /// The data folder. It is created where it is missing.
    pub dir: PathBuf,
    /// Where the master key comes from, under which the record is encrypted.
    pub key: KeySource,
    /// What keeps the view.
    pub engine: EngineKind,
    /// About how many bytes of cache the view's engine may use.
    pub cache: u64,
    /// How the journal is kept.
    pub journal: JournalOptions,
    /// Bytes that are set aside on the disk and given back when it is full, so that the host can be
    /// opened and read then. 0 for none.
    pub reserve: u64,
    /// Whether the older segments are read through once after opening, in the background. Damage in one stops
    /// the record.
    pub patrol: bool,
    /// Called once when the record can accept nothing any more. A host ends itself then, with an error.
    pub on_stop: OnStop,
    /// Told how far the view has been caught up or rebuilt.
    pub progress: Arc<dyn Fn(Progress) + Send + Sync>,
    /// What names this run of the machine. Absent: the kernel's boot id. Tests set it to play a power cut.
    pub boot: Option<String>,
    /// The journal's disk. Tests put another in its place.
    pub disk: Arc<dyn Disk>,
}

impl RecordOptions {
    /// The record in this folder, kept as a host keeps it.
    #[must_use]
    pub fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_path_buf(),
            key: KeySource::in_folder(dir),
            engine: EngineKind::Sled,
            cache: 256 << 20,
            journal: JournalOptions::default(),
            reserve: 32 << 20,
            patrol: true,
            on_stop: Arc::new(|_| {}),
            progress: Arc::new(|_| {}),
            boot: None,
            disk: Arc::new(RealDisk),
        }
    }
}

/// What opening found and did. Worth a line in the log each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// The file of the master key that was made for a new record, or for one that was not encrypted before. Without
    /// it nobody reads the record.
    pub new_key: Option<PathBuf>,
    /// A torn tail that was cut: it had never been acknowledged.
    pub cut: Option<Cut>,
    /// Why the view was rebuilt, where it was.
    pub rebuilt: Option<String>,
    /// How many events were applied to the view.
    pub replayed: u64,
    /// Whether there is no reserve because the disk has no room for it: it was given back, or never made.
    pub reserve_given_back: bool,
}
