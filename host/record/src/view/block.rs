//! Observations of one series, some at a time.
//!
//! Rules and charts read them by the dozen, and one entry of the view costs as much to find, to decrypt and to copy as
//! the next however little is in it. So an entry is a block of up to sixteen. More would make each new value cost more,
//! since its block is written again.
//!
//! A block's key ends with a position, and holds what was measured from there up to the next block. The first block of a
//! series stands at position zero, so whatever is measured has a block to go to. A full one is halved; where values
//! come in the order of time, as they mostly do, the new one begins the next block instead.
//!
//! ```text
//! position  24  when it was measured, and the observation's id: what it is sorted by
//! length     4
//! row           what the position does not say of it
//! ```

use super::position::Position;
use super::rows::unreadable;
use crate::store::StoreError;

/// How many observations a block holds.
pub(crate) const MOST: usize = 16;

/// An observation in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept<'a> {
    pub at: Position,
    pub row: &'a [u8],
}

/// What is in a block, in order.
pub(crate) fn read(mut bytes: &[u8]) -> Result<Vec<Kept<'_>>, StoreError> {
    let mut kept = Vec::with_capacity(MOST);
    while !bytes.is_empty() {
        let (at, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
        let (length, rest) = rest.split_first_chunk().ok_or_else(damaged)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (row, rest) = rest.split_at_checked(length).ok_or_else(damaged)?;
        kept.push(Kept { at: Position(*at), row });
        bytes = rest;
    }
    Ok(kept)
}

/// The bytes of a block.
pub(crate) fn write(kept: &[Kept<'_>]) -> Vec<u8> {
    let size = kept.iter().map(|one| 24 + 4 + one.row.len()).sum();
    let mut bytes = Vec::with_capacity(size);
    for one in kept {
        bytes.extend_from_slice(&one.at.0);
        // No row comes near four gigabytes: what is submitted is limited to far less.
        bytes.extend_from_slice(&(one.row.len() as u32).to_le_bytes());
        bytes.extend_from_slice(one.row);
    }
    bytes
}

/// Puts an observation among those of a block, in the place of the one that stands there. What does not fit is returned:
/// it is the next block.
pub(crate) fn insert<'a>(kept: &mut Vec<Kept<'a>>, new: Kept<'a>) -> Vec<Kept<'a>> {
    match kept.binary_search_by(|one| one.at.cmp(&new.at)) {
        Ok(same) => {
            if let Some(there) = kept.get_mut(same) {
                *there = new;
            }
            Vec::new()
        }
        Err(last) if kept.len() >= MOST && last == kept.len() => vec![new],
        Err(place) => {
            kept.insert(place, new);
            if kept.len() > MOST { kept.split_off(MOST / 2) } else { Vec::new() }
        }
    }
}

fn damaged() -> StoreError {
    unreadable("observations", "a block ends too soon")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use gtp_model::{ObservationId, Time};

    fn at(time: i64) -> Position {
        Position::new(Time(time), ObservationId(uuid::Uuid::from_u128(7)))
    }

    fn times(kept: &[Kept<'_>]) -> Vec<i64> {
        kept.iter().map(|one| one.at.measured().0).collect()
    }

    #[test]
    fn a_block_reads_what_it_was_written_from() {
        let rows: [&[u8]; 3] = [b"", b"a", &[7; 300]];
        let kept: Vec<_> = (-1..).zip(rows).map(|(time, row)| Kept { at: at(time), row }).collect();
        let bytes = write(&kept);
        assert_eq!(read(&bytes).unwrap(), kept);
        assert_eq!(kept[1].at.id(), ObservationId(uuid::Uuid::from_u128(7)));
        for length in (1..bytes.len()).filter(|length| ![28, 57].contains(length)) {
            assert!(read(&bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn what_comes_in_order_fills_one_block_after_another() {
        let mut kept = Vec::new();
        for time in 0..MOST as i64 {
            assert_eq!(insert(&mut kept, Kept { at: at(time), row: b"" }), []);
        }
        assert_eq!(times(&insert(&mut kept, Kept { at: at(99), row: b"" })), [99]);
        assert_eq!(kept.len(), MOST);
    }

    #[test]
    fn what_comes_late_goes_where_it_belongs() {
        let mut kept: Vec<_> =
            (0..MOST as i64).map(|time| Kept { at: at(2 * time), row: b"" }).collect();
        assert_eq!(insert(&mut kept, Kept { at: at(4), row: b"again" }), []);
        assert_eq!((kept.len(), kept[2].row), (MOST, &b"again"[..]));
        let rest = insert(&mut kept, Kept { at: at(3), row: b"" });
        assert_eq!(kept.len(), MOST / 2);
        assert_eq!(times(&kept)[..5], [0, 2, 3, 4, 6]);
        assert_eq!(rest.len(), MOST / 2 + 1);
        assert!(kept.last().unwrap().at < rest[0].at);
    }
}
