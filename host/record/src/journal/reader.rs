//! Reading the journal while it is written.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::error::JournalError;
use super::frame::{self, FRAME_HEADER, Frame, Parsed};
use super::segment::{Next, Segment};

/// Where a frame stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// First event of its segment.
    pub segment: u64,
    /// Byte offset in the segment.
    pub offset: u64,
}

/// What the writer tells the readers.
pub(crate) struct Shared {
    segments: RwLock<Vec<Segment>>,
    last: AtomicU64,
}

impl Shared {
    pub(crate) fn new(segments: Vec<Segment>, last: u64) -> Arc<Self> {
        Arc::new(Self { segments: RwLock::new(segments), last: AtomicU64::new(last) })
    }

    pub(crate) fn add(&self, segment: Segment) {
        self.segments.write().unwrap_or_else(PoisonError::into_inner).push(segment);
    }

    fn replace(&self, segment: Segment) {
        let mut segments = self.segments.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = segments.iter_mut().find(|old| old.first == segment.first) {
            *old = segment;
        }
    }

    pub(crate) fn synced(&self, last: u64) {
        self.last.store(last, Ordering::Release);
    }
}

/// Reads the durable part of a journal.
#[derive(Clone)]
pub struct Reader {
    shared: Arc<Shared>,
}

impl Reader {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Number of the last durable event; 0 in an empty journal.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.shared.last.load(Ordering::Acquire)
    }

    /// The segments there are now, oldest first.
    #[must_use]
    pub fn segments(&self) -> Vec<Segment> {
        self.shared.segments.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets readers find another file in the place of a segment, after an erasure.
    pub(crate) fn replace(&self, segment: Segment) {
        self.shared.replace(segment);
    }

    /// Hands the frame at `place` to `visit`.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] where no sound frame stands there.
    pub fn frame<T>(
        &self,
        place: Place,
        visit: impl FnOnce(&Frame<'_>) -> T,
    ) -> Result<T, JournalError> {
        let segment = self.segment(place.segment)?;
        let mut bytes = vec![0; 2048];
        loop {
            let read = segment
                .file
                .read_at(&mut bytes, place.offset)
                .map_err(|error| segment.read_error(error))?;
            match frame::parse(bytes.get(..read).unwrap_or(&[])) {
                Parsed::Frame(frame, _) => return Ok(visit(&frame)),
                Parsed::Short(size) if size > bytes.len() && read == bytes.len() => {
                    bytes.resize(size.max(FRAME_HEADER), 0);
                }
                Parsed::Short(_) => {
                    return Err(segment.damaged(place.offset, "the frame is cut short"));
                }
                Parsed::Empty => return Err(segment.damaged(place.offset, "the frame is gone")),
                Parsed::Bad(what) => return Err(segment.damaged(place.offset, what)),
            }
        }
    }

    /// Hands every durable frame from the one that holds event `from` on to `visit`, in order, until it
    /// returns false.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] where the numbers do not follow one another without a gap or a frame is
    /// not sound; what `visit` returns.
    pub fn frames_from<E: From<JournalError>>(
        &self,
        from: u64,
        mut visit: impl FnMut(&Frame<'_>, Place) -> Result<bool, E>,
    ) -> Result<(), E> {
        let last = self.last();
        let segments = self.segments();
        let begin = segments.partition_point(|segment| segment.first <= from).saturating_sub(1);
        for (index, segment) in segments.iter().enumerate().skip(begin) {
            let ends = segments.get(index + 1).map_or(last + 1, |next| next.first);
            let mut frames = segment.frames();
            let mut expected = segment.first;
            while expected < ends && expected <= last {
                let (frame, offset) = match frames.next()? {
                    Next::Frame(frame, offset, _) => (frame, offset),
                    Next::End(offset) => {
                        let what = format!("event {expected} should stand here and nothing does");
                        return Err(segment.damaged(offset, what).into());
                    }
                    Next::Bad(offset, what) => return Err(segment.damaged(offset, what).into()),
                };
                if frame.first != expected {
                    let what =
                        format!("event {expected} should stand here, event {} does", frame.first);
                    return Err(segment.damaged(offset, what).into());
                }
                expected = frame.last() + 1;
                let place = Place { segment: segment.first, offset };
                if frame.last() >= from && !visit(&frame, place)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn segment(&self, first: u64) -> Result<Segment, JournalError> {
        let segments = self.shared.segments.read().unwrap_or_else(PoisonError::into_inner);
        segments
            .binary_search_by_key(&first, |segment| segment.first)
            .ok()
            .and_then(|index| segments.get(index))
            .cloned()
            .ok_or_else(|| JournalError::Damaged {
                segment: super::segment::file_name(first),
                offset: 0,
                what: "the segment is gone".to_owned(),
            })
    }
}
