//! A citizen's whole stream, to be handed to them or to a court.

use std::io::Write;

use super::UpkeepError;
use crate::event::{DecodeError, StreamId};
use crate::journal::frame::Codec;
use crate::store::Record;

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The bytes of each event as they went into the journal, decrypted, one a line: the SHA-256 of a line without its
    /// newline is the hash that the next line names as `previous`.
    Exact,
    /// The same, laid out for people.
    Readable,
}

/// Writes all events of a stream, oldest first; returns how many.
///
/// # Errors
/// [`UpkeepError`] where the record cannot be read or `out` not written.
pub fn export(
    record: &Record,
    stream: StreamId,
    style: Style,
    out: &mut dyn Write,
) -> Result<u64, UpkeepError> {
    let mut written = 0;
    let failed = |error| UpkeepError::io("write", std::path::Path::new("the export"))(error);
    each_line(record, stream, |line| {
        match style {
            Style::Exact => out.write_all(&line.bytes).map_err(failed)?,
            Style::Readable => out.write_all(&readable(&line.bytes)).map_err(failed)?,
        }
        written += 1;
        out.write_all(b"\n").map_err(failed)
    })?;
    Ok(written)
}

/// An event as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub number: u64,
    /// Its bytes, whose SHA-256 is its hash.
    pub bytes: Vec<u8>,
}

/// All events of a stream as they were written, oldest first; erased ones are not among them.
///
/// # Errors
/// [`UpkeepError`] where the record cannot be read.
pub fn lines(record: &Record, stream: StreamId) -> Result<Vec<Line>, UpkeepError> {
    let mut lines = vec![];
    each_line(record, stream, |line| {
        lines.push(line);
        Ok(())
    })?;
    Ok(lines)
}

fn each_line(
    record: &Record,
    stream: StreamId,
    mut visit: impl FnMut(Line) -> Result<(), UpkeepError>,
) -> Result<(), UpkeepError> {
    for run in record.runs_of(stream)? {
        let vault = record.vault();
        let lines = record.reader().frame(run.place(), |frame| {
            let skip = (run.number - frame.first) as usize;
            let records = frame.records().zip(frame.first..).skip(skip).take(run.count as usize);
            records
                .filter(|(record, _)| record.codec != Codec::ERASED)
                .map(|(record, number)| {
                    let bytes = vault.plain(&record, number)?.into_owned();
                    Ok(Line { number, bytes })
                })
                .collect::<Result<Vec<_>, DecodeError>>()
        })??;
        lines.into_iter().try_for_each(&mut visit)?;
    }
    Ok(())
}

fn readable(payload: &[u8]) -> Vec<u8> {
    serde_json::from_slice::<serde_json::Value>(payload)
        .and_then(|value| serde_json::to_vec_pretty(&value))
        .unwrap_or_else(|_| payload.to_vec())
}
