//! The journal: the record itself, append only.
//!
//! A folder of segments, each a file of frames, each frame one commit. [`Journal`] is the one writer:
//! it takes a group of commits, writes them, syncs once, and only then are they there for anybody.
//! [`Reader`] reads what was synced and nothing else, from any thread.
//!
//! The journal knows nothing of events: it keeps numbered payloads. What they mean is `event`'s affair.

pub mod disk;
mod error;
pub mod frame;
mod lock;
mod opening;
mod reader;
mod rewrite;
pub mod segment;
mod spare;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use error::JournalError;
pub use lock::FolderLock;
pub use opening::{Cut, Writing};
pub use reader::{Place, Reader};
pub(crate) use rewrite::rewrite;

use disk::Disk;
use frame::Record;
use reader::Shared;
use segment::{SEGMENT_HEADER, Segment};
use spare::Spares;

/// How a journal is kept.
#[derive(Debug, Clone)]
pub struct JournalOptions {
    /// Bytes of a segment.
    pub segment_size: u64,
    /// Whether a thread prepares the next segment. Off in tests that repeat every write exactly.
    pub prepare_ahead: bool,
    /// Writing is refused when fewer bytes than this are free on the disk.
    pub keep_free: u64,
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self { segment_size: 64 << 20, prepare_ahead: true, keep_free: 16 << 20 }
    }
}

/// A reader of the journal in `dir`, without changing anything, and where its torn end begins.
///
/// # Errors
/// As [`Journal::open`].
pub fn open_to_read(
    disk: &dyn Disk,
    dir: &Path,
    writing: Writing,
) -> Result<(Reader, Option<Cut>), JournalError> {
    let found = opening::survey(disk, dir, writing)?;
    Ok((Reader::new(Shared::new(found.segments, found.next - 1)), found.torn))
}

/// The payloads of one commit, to be kept together or not at all.
pub type Commit = Vec<Payload>;

/// The bytes of one event on their way into the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// How to read the bytes.
    pub codec: frame::Codec,
    /// The key they are encrypted with; 0 for none.
    pub key: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The writing end of a journal. There is one per data folder; [`FolderLock`] sees to that.
pub struct Journal {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    options: JournalOptions,
    installation: [u8; 16],
    spares: Spares,
    shared: Arc<Shared>,
    /// The segment that is written to; none before the first event.
    active: Option<Segment>,
    /// Where the next frame goes.
    end: u64,
    /// Number of the next event.
    next: u64,
    /// Why nothing is accepted any more.
    stopped: Option<String>,
}

impl Journal {
    /// Opens the journal in `dir`, which is created where it is missing. A torn tail is cut, and
    /// reported in the second value. `installation` names a new journal's owner; an existing one keeps its own.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] where something that was durable is not there any more,
    /// [`JournalError::TooNew`], or what the operating system reports.
    pub fn open(
        disk: Arc<dyn Disk>,
        dir: &Path,
        installation: [u8; 16],
        options: JournalOptions,
    ) -> Result<(Self, Option<Cut>), JournalError> {
        disk.create_dir(dir).map_err(|error| JournalError::io("create", dir, error))?;
        let found = opening::survey(&*disk, dir, Writing::Nobody)?;
        if let (Some(torn), Some(last)) = (&found.torn, found.segments.last()) {
            opening::cut(last, torn)?;
        }
        let spares =
            Spares::new(Arc::clone(&disk), dir, options.segment_size, options.prepare_ahead);
        let journal = Self {
            installation: found.installation.unwrap_or(installation),
            active: found.segments.last().cloned(),
            end: found.end,
            next: found.next,
            shared: Shared::new(found.segments, found.next - 1),
            stopped: None,
            spares,
            disk,
            dir: dir.to_path_buf(),
            options,
        };
        Ok((journal, found.torn))
    }

    /// The installation that the journal belongs to.
    #[must_use]
    pub fn installation(&self) -> [u8; 16] {
        self.installation
    }

    /// Number of the next event; the first one is 1.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.next
    }

    /// A reader of what is durable.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.shared))
    }

    /// The most bytes one frame may take.
    #[must_use]
    pub fn frame_limit(&self) -> usize {
        (self.options.segment_size - SEGMENT_HEADER) as usize
    }

    /// Writes commits from the front of `commits` and syncs them as one group: as many as fit into the
    /// current segment, at least one. Returns where each came to stand; the caller calls again with the rest.
    ///
    /// # Errors
    /// [`JournalError::Full`] or [`JournalError::TooLarge`]: nothing was kept, and trying again later is
    /// fine. [`JournalError::Stopped`]: whether the group was kept is unknown, and the journal accepts no more.
    pub fn append(&mut self, commits: &[Commit]) -> Result<Vec<Place>, JournalError> {
        self.append_with(commits, true)
    }

    /// As [`Journal::append`], also where the disk is full: a segment's room is set aside when it is made. When
    /// this one is full too, so is the journal.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn append_in_place(&mut self, commits: &[Commit]) -> Result<Vec<Place>, JournalError> {
        self.append_with(commits, false)
    }

    fn append_with(
        &mut self,
        commits: &[Commit],
        more_room: bool,
    ) -> Result<Vec<Place>, JournalError> {
        if let Some(why) = &self.stopped {
            return Err(JournalError::Stopped { why: why.clone() });
        }
        let Some(first) = commits.first() else {
            return Ok(Vec::new());
        };
        self.check_size(first)?;
        let fits = self.active.is_some() && self.fits(self.end, first);
        if (more_room || !fits) && !self.has_room() {
            return Err(JournalError::Full { path: self.dir.clone() });
        }
        let active = match self.active.clone().filter(|_| self.fits(self.end, first)) {
            Some(active) => active,
            None => self.roll()?,
        };
        let (bytes, places, next) = self.lay_out(&active, commits);
        self.write_group(&active, &bytes)?;
        self.end += bytes.len() as u64;
        self.next = next;
        self.shared.synced(next - 1);
        if self.end > self.options.segment_size / 2 {
            self.spares.prepare();
        }
        Ok(places)
    }

    /// Closes the current segment, so that the next commit begins a new one and every event so far lies
    /// in a segment that is no longer written to.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn close_segment(&mut self) -> Result<(), JournalError> {
        if self.active.is_some() && self.end > SEGMENT_HEADER {
            self.roll()?;
        }
        Ok(())
    }

    /// Says that nothing more may be accepted.
    pub fn stop(&mut self, why: String) {
        self.stopped.get_or_insert(why);
    }

    fn check_size(&self, first: &Commit) -> Result<(), JournalError> {
        let size = size_of(first);
        if size > self.frame_limit() || first.len() > usize::from(u16::MAX) {
            return Err(JournalError::TooLarge { size, limit: self.frame_limit() });
        }
        Ok(())
    }

    /// Whether as much is free on the disk as must stay free. A disk that does not tell is taken at its word
    /// when it refuses a write.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.disk.free_bytes(&self.dir).map_or(true, |free| free >= self.options.keep_free)
    }

    /// From now on so many bytes must stay free.
    pub fn keep_free(&mut self, bytes: u64) {
        self.options.keep_free = bytes;
    }

    fn fits(&self, at: u64, commit: &Commit) -> bool {
        at + size_of(commit) as u64 <= self.options.segment_size
    }

    fn lay_out(&self, active: &Segment, commits: &[Commit]) -> (Vec<u8>, Vec<Place>, u64) {
        let sizes = commits.iter().map(|commit| size_of(commit) as u64);
        let room = self.options.segment_size.saturating_sub(self.end);
        let mut bytes = Vec::with_capacity(sizes.sum::<u64>().min(room) as usize);
        let mut places = Vec::with_capacity(commits.len());
        let mut next = self.next;
        for commit in commits {
            let at = self.end + bytes.len() as u64;
            if !self.fits(at, commit) {
                break;
            }
            let records: Vec<Record<'_>> = commit.iter().map(Payload::as_record).collect();
            frame::write(&mut bytes, next, self.next, &records);
            places.push(Place { segment: active.first, offset: at });
            next += commit.len() as u64;
        }
        (bytes, places, next)
    }

    /// A failed write is undone where that is possible: the bytes must not come back behind a later,
    /// shorter group. A failed sync cannot be undone by anything.
    fn write_group(&mut self, active: &Segment, bytes: &[u8]) -> Result<(), JournalError> {
        let path = self.dir.join(&active.name);
        if let Err(error) = active.file.write_at(bytes, self.end) {
            return match opening::zero(active, self.end, bytes.len() as u64) {
                Ok(()) if error.kind() == std::io::ErrorKind::StorageFull => {
                    Err(JournalError::Full { path })
                }
                _ => Err(self.fail(format!("writing to {} failed: {error}", path.display()))),
            };
        }
        active
            .file
            .sync()
            .map_err(|error| self.fail(format!("fdatasync of {} failed: {error}", path.display())))
    }

    fn fail(&mut self, why: String) -> JournalError {
        self.stop(why.clone());
        JournalError::Stopped { why }
    }

    fn roll(&mut self) -> Result<Segment, JournalError> {
        let (file, from) = self.spares.take()?;
        let to = self.dir.join(segment::file_name(self.next));
        file.write_at(&segment::header(self.installation, self.next), 0)
            .map_err(|error| JournalError::io("write", &from, error))?;
        file.sync().map_err(|error| JournalError::io("sync", &from, error))?;
        self.disk.rename(&from, &to).map_err(|error| JournalError::io("rename", &from, error))?;
        if let Err(error) = self.disk.sync_dir(&self.dir) {
            return Err(self.fail(format!("syncing {} failed: {error}", self.dir.display())));
        }
        let (segment, _) = Segment::open(file, &to, self.next)?;
        self.shared.add(segment.clone());
        self.active = Some(segment.clone());
        self.end = SEGMENT_HEADER;
        Ok(segment)
    }
}

impl Payload {
    fn as_record(&self) -> Record<'_> {
        Record { codec: self.codec, key: self.key, payload: &self.bytes }
    }
}

fn size_of(commit: &Commit) -> usize {
    frame::size_of(commit.iter().map(|payload| payload.bytes.len()))
}
