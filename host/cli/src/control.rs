//! The control socket: how a command reaches the host that runs on a data folder.
//!
//! A Unix socket in the data folder, for the folder's owner alone: whoever may use it could as well read the
//! files beside it. The request is one line of JSON. The answer comes in frames: a letter, a length, that many
//! bytes. `d` is a piece of what was asked for, `r` the outcome, `e` an error in words; the last two end it.

use crate::accounting::{self, Errand};
use crate::complaint::Complaint;
use crate::operating::{self, Wish};
use crate::upkeep::{Task, on_record};
use crate::weighing;
use gtp_care::Care;
use gtp_record::Record;
use gtp_replay::desk::Desk;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::Permissions;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use tokio::runtime::Handle;

const FILE: &str = "control.sock";
/// The longest request: a reason of a few pages.
const LONGEST: u64 = 64 * 1024;

/// What can be asked of a running host.
#[derive(Deserialize)]
#[serde(untagged)]
enum Request {
    /// Something about the record.
    Record(Task),
    /// Something about the programmes.
    Programmes(Wish),
    /// Something about versions and what they would do.
    Versions(weighing::Errand),
    /// Something about accounts and tokens.
    Accounts(Errand),
}

/// The parts of a host that requests are carried out on. Whoever waits for the next request keeps none of
/// them open.
#[derive(Clone)]
struct Parts {
    record: Weak<Record>,
    care: Weak<Care>,
    desk: Weak<Desk>,
    executor: Option<Handle>,
}

/// An open control socket. Dropping it closes it.
pub struct Control(PathBuf);

impl Drop for Control {
    fn drop(&mut self) {
        // A file that is gone already is closed.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Opens the socket of a host, and does what comes in on threads of its own. The record's lock is held, so
/// a socket that is there was left behind by a host that was killed. Without `care`, only what concerns the
/// record is done.
///
/// # Errors
/// The socket cannot be made.
pub fn listen(
    data: &Path,
    record: &Arc<Record>,
    care: Option<(&Arc<Care>, &Arc<Desk>)>,
) -> io::Result<Control> {
    let path = data.join(FILE);
    match std::fs::remove_file(&path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    let parts = Parts {
        record: Arc::downgrade(record),
        care: care.map(|(care, _)| Arc::downgrade(care)).unwrap_or_default(),
        desk: care.map(|(_, desk)| Arc::downgrade(desk)).unwrap_or_default(),
        executor: Handle::try_current().ok(),
    };
    std::thread::Builder::new().name("gtp-control".to_owned()).spawn(move || {
        for caller in listener.incoming().filter_map(Result::ok) {
            let parts = parts.clone();
            let spawned = std::thread::Builder::new()
                .name("gtp-upkeep".to_owned())
                .spawn(move || answer(&caller, &parts));
            if let Err(error) = spawned {
                tracing::error!(%error, "no thread for a command");
            }
        }
    })?;
    Ok(Control(path))
}

fn answer(caller: &UnixStream, parts: &Parts) {
    let mut frames = Frames(BufWriter::new(caller));
    let mut line = String::new();
    let read = BufReader::new(caller.take(LONGEST)).read_line(&mut line);
    let request = read.map_err(|error| error.to_string()).and_then(|_| {
        serde_json::from_str(&line).map_err(|_| {
            "the host does not know this command; is it of another version?".to_owned()
        })
    });
    match request.and_then(|request| carry_out(&request, parts, &mut frames)) {
        Ok(outcome) => frames.end(b'r', &outcome),
        Err(error) => frames.end(b'e', error.as_bytes()),
    }
}

/// The outcome as JSON, or an error in words.
fn carry_out(request: &Request, parts: &Parts, frames: &mut Frames<'_>) -> Result<Vec<u8>, String> {
    let stopping = || "the host is stopping".to_owned();
    let outcome = match request {
        Request::Record(task) => {
            let record = parts.record.upgrade().ok_or_else(stopping)?;
            let outcome = on_record(&record, task, frames).map_err(|error| error.to_string())?;
            serde_json::to_vec(&outcome)
        }
        Request::Programmes(wish) => {
            let care = parts.care.upgrade().ok_or_else(stopping)?;
            let executor = parts.executor.as_ref().ok_or_else(stopping)?;
            serde_json::to_vec(&executor.block_on(operating::with_care(&care, wish))?)
        }
        Request::Versions(errand) => {
            let (care, desk) =
                parts.care.upgrade().zip(parts.desk.upgrade()).ok_or_else(stopping)?;
            let record = parts.record.upgrade().ok_or_else(stopping)?;
            let executor = parts.executor.as_ref().ok_or_else(stopping)?;
            let done = weighing::at_desk(&desk, care.calendar(), record.dir(), errand);
            serde_json::to_vec(&executor.block_on(done)?)
        }
        Request::Accounts(errand) => {
            let care = parts.care.upgrade().ok_or_else(stopping)?;
            let executor = parts.executor.as_ref().ok_or_else(stopping)?;
            serde_json::to_vec(&executor.block_on(accounting::with_care(&care, errand))?)
        }
    };
    outcome.map_err(|error| error.to_string())
}

/// Writes what is written to it as frames.
struct Frames<'a>(BufWriter<&'a UnixStream>);

impl Frames<'_> {
    fn frame(&mut self, kind: u8, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.0.write_all(&[kind])?;
        self.0.write_all(&length.to_be_bytes())?;
        self.0.write_all(bytes)
    }

    fn end(&mut self, kind: u8, bytes: &[u8]) {
        // A caller that went away needs no answer.
        let _ = self.frame(kind, bytes).and_then(|()| self.0.flush());
    }
}

impl Write for Frames<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = bytes.get(..1 << 20).unwrap_or(bytes);
        self.frame(b'd', piece)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Asks the host that runs on this data folder. Nothing where none does.
///
/// # Errors
/// The host went away in the middle, or `out` cannot be written.
pub fn ask<T: DeserializeOwned>(
    data: &Path,
    task: &impl Serialize,
    out: &mut dyn Write,
) -> Result<Option<Result<T, String>>, Complaint> {
    let stream = match UnixStream::connect(data.join(FILE)) {
        Ok(stream) => stream,
        Err(error)
            if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) =>
        {
            return Ok(None);
        }
        Err(error) => {
            return Err(Complaint::new(format!(
                "the host on {} cannot be reached: {error}",
                data.display()
            )));
        }
    };
    exchange(&stream, task, out).map(Some).map_err(|error| {
        Complaint::failed(format!("the host's answer did not come whole: {error}"))
    })
}

fn exchange<T: DeserializeOwned>(
    mut stream: &UnixStream,
    task: &impl Serialize,
    out: &mut dyn Write,
) -> io::Result<Result<T, String>> {
    let mut line = serde_json::to_vec(task)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answer = BufReader::new(stream);
    loop {
        let mut head = [0; 5];
        answer.read_exact(&mut head)?;
        let [kind, length @ ..] = head;
        let mut bytes = vec![];
        let length = u64::from(u32::from_be_bytes(length));
        answer.by_ref().take(length).read_to_end(&mut bytes)?;
        match kind {
            b'd' => out.write_all(&bytes)?,
            b'r' => return Ok(Ok(serde_json::from_slice(&bytes)?)),
            _ => return Ok(Err(String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::upkeep::Outcome;
    use gtp_record::RecordOptions;

    #[test]
    fn a_running_host_is_asked_and_a_stopped_one_is_not_there() {
        let data = tempfile::tempdir().unwrap();
        let record = Arc::new(Record::open(RecordOptions::new(data.path())).unwrap().0);
        let control = listen(data.path(), &record, None).unwrap();
        let mut backup = vec![];
        let outcome: Outcome =
            ask(data.path(), &Task::Backup, &mut backup).unwrap().unwrap().unwrap();
        let Outcome::Backup { bytes, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(bytes, backup.len() as u64);

        let stranger = UnixStream::connect(data.path().join(FILE)).unwrap();
        (&stranger).write_all(b"{\"dance\": 1}\n").unwrap();
        let mut answer = vec![];
        (&stranger).read_to_end(&mut answer).unwrap();
        assert_eq!(answer.first(), Some(&b'e'));

        drop(control);
        assert!(ask::<Outcome>(data.path(), &Task::Backup, &mut vec![]).unwrap().is_none());
    }

    #[test]
    fn a_socket_left_behind_by_a_kill_is_replaced() {
        let data = tempfile::tempdir().unwrap();
        drop(UnixListener::bind(data.path().join(FILE)).unwrap());
        assert!(ask::<Outcome>(data.path(), &Task::Backup, &mut vec![]).unwrap().is_none());
        let record = Arc::new(Record::open(RecordOptions::new(data.path())).unwrap().0);
        let _control = listen(data.path(), &record, None).unwrap();
        assert!(
            ask::<Outcome>(data.path(), &Task::VerifyView, &mut vec![]).unwrap().unwrap().is_ok()
        );
    }
}
