//! The frame: one commit as it stands on the disk.
//!
//! ```text
//! frame   0  magic "GTPf"
//!         4  length of the records that follow, in bytes
//!         8  CRC32C of everything else in the frame
//!        12  number of records, then two bytes of zero
//!        16  number of the first event
//!        24  number of the first event of the group that one fdatasync made durable
//!        32  records, then zeros up to a multiple of eight
//! record  0  length of the payload
//!         4  codec of the payload, then three bytes of zero
//!         8  id of the key the payload is encrypted with; zero for none
//!        16  payload
//! ```
//!
//! All numbers are little endian. A frame is all or nothing, so a commit is too.
//!
//! The group's number tells two kinds of hole apart after a crash. A power cut may keep a later
//! frame of the last group and lose an earlier one: nobody was told that these commits succeeded,
//! and they are cut. A hole *before* the group of a frame that stands was once synced: that is damage.

use std::ops::Range;

/// First four bytes of every frame.
const MAGIC: [u8; 4] = *b"GTPf";
/// Bytes before the records.
pub const FRAME_HEADER: usize = 32;
/// Bytes before a payload.
pub const RECORD_HEADER: usize = 16;
/// Frames begin at multiples of this many bytes.
pub const ALIGNMENT: usize = 8;

/// How the bytes of a payload are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Codec(pub u8);

impl Codec {
    /// The event was erased: its hash, stream and version, the rest zero. The key it was encrypted with stays
    /// named.
    pub const ERASED: Codec = Codec(0);
    /// The event as UTF-8 JSON.
    pub const JSON: Codec = Codec(1);
    /// The event as UTF-8 JSON, encrypted with the record's key: nonce, text, tag.
    pub const SEALED: Codec = Codec(2);
}

/// One event's place in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// How to read the payload.
    pub codec: Codec,
    /// The key it is encrypted with; 0 for none.
    pub key: u64,
    /// The bytes.
    pub payload: &'a [u8],
}

/// A frame that passed its checks, borrowed from the bytes it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Number of its first event.
    pub first: u64,
    /// Number of the first event of its sync group.
    pub group: u64,
    /// How many events it holds; at least one.
    pub count: u16,
    records: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Number of its last event.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.first + u64::from(self.count) - 1
    }

    /// Its records in order.
    pub fn records(&self) -> impl Iterator<Item = Record<'a>> + use<'a> {
        let mut rest = self.records;
        std::iter::from_fn(move || {
            let (record, after) = split_record(rest)?;
            rest = after;
            Some(record)
        })
    }
}

/// What stands at one place of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parsed<'a> {
    /// A sound frame and the bytes it takes up, padding included.
    Frame(Frame<'a>, usize),
    /// The beginning of what may be a frame: give at least this many bytes to know.
    Short(usize),
    /// Zeros where a frame's magic would be: nothing was written here.
    Empty,
    /// Something else, and what is wrong with it.
    Bad(&'static str),
}

/// Reads the frame at the beginning of `bytes`. Never panics, whatever the bytes are.
#[must_use]
pub fn parse(bytes: &[u8]) -> Parsed<'_> {
    let Some(header) = bytes.first_chunk::<FRAME_HEADER>() else {
        return Parsed::Short(FRAME_HEADER);
    };
    if header.iter().all(|byte| *byte == 0) {
        return Parsed::Empty;
    }
    if !header.starts_with(&MAGIC) {
        return Parsed::Bad("no frame begins here");
    }
    let length = u32_at(header, 4) as usize;
    let end = FRAME_HEADER + length;
    let size = end.next_multiple_of(ALIGNMENT);
    let (Some(records), Some(padding)) = (bytes.get(FRAME_HEADER..end), bytes.get(end..size))
    else {
        return Parsed::Short(size);
    };
    if u32_at(header, 8) != checksum(header, records) {
        return Parsed::Bad("the checksum of the frame is wrong");
    }
    if padding.iter().any(|byte| *byte != 0) {
        return Parsed::Bad("the padding after the frame is not zero");
    }
    let frame = Frame {
        first: u64_at(header, 16),
        group: u64_at(header, 24),
        count: u16_at(header, 12),
        records,
    };
    if u16_at(header, 14) != 0 {
        return Parsed::Bad("the frame uses a format this version does not know");
    }
    if frame.count == 0 || frame.first == 0 || frame.first.checked_add(0xffff).is_none() {
        return Parsed::Bad("the frame names no events");
    }
    if !well_formed(records, frame.count) {
        return Parsed::Bad("the records do not fill the frame");
    }
    Parsed::Frame(frame, size)
}

/// The number of the group a sound frame at the beginning of `bytes` belongs to, if there is one.
#[must_use]
pub fn group_of(bytes: &[u8]) -> Option<u64> {
    match parse(bytes) {
        Parsed::Frame(frame, _) => Some(frame.group),
        _ => None,
    }
}

/// Appends one frame to `out`.
///
/// `records` must not be empty and their number must fit in 16 bits, which the writer sees to.
pub fn write(out: &mut Vec<u8>, first: u64, group: u64, records: &[Record<'_>]) {
    let start = out.len();
    let body: usize = records.iter().map(|record| RECORD_HEADER + record.payload.len()).sum();
    let mut header = [0u8; FRAME_HEADER];
    put(&mut header, 0, &MAGIC);
    put(&mut header, 4, &(body as u32).to_le_bytes());
    put(&mut header, 12, &(records.len() as u16).to_le_bytes());
    put(&mut header, 16, &first.to_le_bytes());
    put(&mut header, 24, &group.to_le_bytes());
    out.extend_from_slice(&header);
    for record in records {
        out.extend_from_slice(&record_header(record));
        out.extend_from_slice(record.payload);
    }
    let crc = checksum(&header, out.get(start + FRAME_HEADER..).unwrap_or(&[]));
    if let Some(place) = out.get_mut(start + 8..start + 12) {
        place.copy_from_slice(&crc.to_le_bytes());
    }
    let size = (out.len() - start).next_multiple_of(ALIGNMENT);
    out.resize(start + size, 0);
}

/// The bytes a frame with payloads of these lengths takes up.
#[must_use]
pub fn size_of(payloads: impl Iterator<Item = usize>) -> usize {
    let body: usize = payloads.map(|length| RECORD_HEADER + length).sum();
    (FRAME_HEADER + body).next_multiple_of(ALIGNMENT)
}

/// Where the payload of each record lies, counted from the beginning of the frame.
#[must_use]
pub fn payload_ranges(frame: &Frame<'_>) -> Vec<Range<usize>> {
    let mut at = FRAME_HEADER;
    frame
        .records()
        .map(|record| {
            let begin = at + RECORD_HEADER;
            at = begin + record.payload.len();
            begin..at
        })
        .collect()
}

fn record_header(record: &Record<'_>) -> [u8; RECORD_HEADER] {
    let mut header = [0u8; RECORD_HEADER];
    put(&mut header, 0, &(record.payload.len() as u32).to_le_bytes());
    put(&mut header, 4, &[record.codec.0]);
    put(&mut header, 8, &record.key.to_le_bytes());
    header
}

fn split_record(bytes: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let (header, rest) = bytes.split_first_chunk::<RECORD_HEADER>()?;
    let (payload, rest) = rest.split_at_checked(u32_at(header, 0) as usize)?;
    let codec = Codec(u32_at(header, 4).to_le_bytes()[0]);
    let key = u64_at(header, 8);
    Some((Record { codec, key, payload }, rest))
}

fn well_formed(records: &[u8], count: u16) -> bool {
    let mut rest = records;
    for _ in 0..count {
        match split_record(rest) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}

fn checksum(header: &[u8; FRAME_HEADER], records: &[u8]) -> u32 {
    let (magic_and_length, from_crc) = header.split_at(8);
    let after_crc = from_crc.get(4..).unwrap_or(&[]);
    let crc = crc32c::crc32c(magic_and_length);
    let crc = crc32c::crc32c_append(crc, after_crc);
    crc32c::crc32c_append(crc, records)
}

fn put(header: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = header.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}

fn array_at<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..).and_then(|rest| rest.first_chunk::<N>()).copied().unwrap_or([0; N])
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(array_at(bytes, at))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array_at(bytes, at))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(array_at(bytes, at))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    fn sample() -> Vec<u8> {
        let mut bytes = Vec::new();
        let records = [
            Record { codec: Codec::JSON, key: 0, payload: br#"{"a":1}"# },
            Record { codec: Codec::JSON, key: 7, payload: b"" },
        ];
        write(&mut bytes, 12, 10, &records);
        bytes
    }

    #[test]
    fn a_frame_reads_back_as_it_was_written() {
        let bytes = sample();
        let Parsed::Frame(frame, size) = parse(&bytes) else {
            panic!("no frame");
        };
        assert_eq!((frame.first, frame.last(), frame.group), (12, 13, 10));
        assert_eq!(size, bytes.len());
        let records: Vec<_> = frame.records().collect();
        assert_eq!(records[0].payload, br#"{"a":1}"#);
        assert_eq!((records[1].key, records[1].payload.len()), (7, 0));
        assert_eq!(&bytes[payload_ranges(&frame)[0].clone()], br#"{"a":1}"#);
    }

    #[test]
    fn every_single_flipped_bit_is_found() {
        let sound = sample();
        for bit in 0..sound.len() * 8 {
            let mut bytes = sound.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(
                !matches!(parse(&bytes), Parsed::Frame(..)),
                "bit {bit} was flipped and the frame still passed"
            );
        }
    }

    #[test]
    fn zeros_are_empty_and_a_cut_frame_asks_for_more() {
        assert_eq!(parse(&[0; 64]), Parsed::Empty);
        let bytes = sample();
        assert_eq!(parse(&bytes[..40]), Parsed::Short(bytes.len()));
        assert_eq!(parse(&bytes[..10]), Parsed::Short(FRAME_HEADER));
    }
}
