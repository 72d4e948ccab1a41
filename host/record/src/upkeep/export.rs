//! A citizen's whole stream, to be handed to them or to a court.

use std::io::Write;

use super::UpkeepError;
use crate::event::StreamId;
use crate::journal::frame::Codec;
use crate::store::Record;

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The bytes of each event as they are in the journal, one a line: the SHA-256 of a line without its
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
    for run in record.runs_of(stream)? {
        let payloads = record.reader().frame(run.place(), |frame| {
            let skip = (run.number - frame.first) as usize;
            let records = frame.records().skip(skip).take(run.count as usize);
            records
                .filter(|record| record.codec == Codec::JSON)
                .map(|record| record.payload.to_vec())
                .collect::<Vec<_>>()
        })?;
        for payload in payloads {
            match style {
                Style::Exact => out.write_all(&payload).map_err(failed)?,
                Style::Readable => out.write_all(&readable(&payload)).map_err(failed)?,
            }
            out.write_all(b"\n").map_err(failed)?;
            written += 1;
        }
    }
    Ok(written)
}

fn readable(payload: &[u8]) -> Vec<u8> {
    serde_json::from_slice::<serde_json::Value>(payload)
        .and_then(|value| serde_json::to_vec_pretty(&value))
        .unwrap_or_else(|_| payload.to_vec())
}
