//! The control socket: how a command reaches the host that runs on a data folder.
//!
//! A Unix socket in the data folder, for the folder's owner alone: whoever may use it could as well read the
//! files beside it. The request is one line of JSON. The answer comes in frames: a letter, a length, that many
//! bytes. `d` is a piece of what was asked for, `r` the outcome, `e` an error in words; the last two end it.

use crate::complaint::Complaint;
use crate::upkeep::{Outcome, Task, on_record};
use gtp_record::Record;
use std::fs::Permissions;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FILE: &str = "control.sock";
/// The longest request: a reason of a few pages.
const LONGEST: u64 = 64 * 1024;

/// An open control socket. Dropping it closes it.
pub struct Control(PathBuf);

impl Drop for Control {
    fn drop(&mut self) {
        // A file that is gone already is closed.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Opens the socket of a record, and does what comes in on threads of its own. The record's lock is held, so
/// a socket that is there was left behind by a host that was killed.
///
/// # Errors
/// The socket cannot be made.
pub fn listen(data: &Path, record: &Arc<Record>) -> io::Result<Control> {
    let path = data.join(FILE);
    match std::fs::remove_file(&path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    // A thread that waits for the next caller must not keep the record open.
    let record = Arc::downgrade(record);
    std::thread::Builder::new().name("gtp-control".to_owned()).spawn(move || {
        for caller in listener.incoming().filter_map(Result::ok) {
            let Some(record) = record.upgrade() else { return };
            let spawned = std::thread::Builder::new()
                .name("gtp-upkeep".to_owned())
                .spawn(move || answer(&caller, &record));
            if let Err(error) = spawned {
                tracing::error!(%error, "no thread for a command");
            }
        }
    })?;
    Ok(Control(path))
}

fn answer(caller: &UnixStream, record: &Record) {
    let mut frames = Frames(BufWriter::new(caller));
    let mut line = String::new();
    let read = BufReader::new(caller.take(LONGEST)).read_line(&mut line);
    let task: Task = match read.map_err(|error| error.to_string()).and_then(|_| {
        serde_json::from_str(&line).map_err(|_| {
            "the host does not know this command; is it of another version?".to_owned()
        })
    }) {
        Ok(task) => task,
        Err(what) => return frames.end(b'e', what.as_bytes()),
    };
    match on_record(record, &task, &mut frames) {
        Ok(outcome) => match serde_json::to_vec(&outcome) {
            Ok(outcome) => frames.end(b'r', &outcome),
            Err(error) => frames.end(b'e', error.to_string().as_bytes()),
        },
        Err(error) => frames.end(b'e', error.to_string().as_bytes()),
    }
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
pub fn ask(
    data: &Path,
    task: &Task,
    out: &mut dyn Write,
) -> Result<Option<Result<Outcome, String>>, Complaint> {
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

fn exchange(
    mut stream: &UnixStream,
    task: &Task,
    out: &mut dyn Write,
) -> io::Result<Result<Outcome, String>> {
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
    use gtp_record::RecordOptions;

    #[test]
    fn a_running_host_is_asked_and_a_stopped_one_is_not_there() {
        let data = tempfile::tempdir().unwrap();
        let record = Arc::new(Record::open(RecordOptions::new(data.path())).unwrap().0);
        let control = listen(data.path(), &record).unwrap();
        let mut backup = vec![];
        let outcome = ask(data.path(), &Task::Backup, &mut backup).unwrap().unwrap().unwrap();
        let Outcome::Backup { bytes, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(bytes, backup.len() as u64);

        let stranger = UnixStream::connect(data.path().join(FILE)).unwrap();
        (&stranger).write_all(b"{\"dance\": 1}\n").unwrap();
        let mut answer = vec![];
        (&stranger).read_to_end(&mut answer).unwrap();
        assert_eq!(answer.first(), Some(&b'e'));

        drop(control);
        assert!(ask(data.path(), &Task::Backup, &mut vec![]).unwrap().is_none());
    }

    #[test]
    fn a_socket_left_behind_by_a_kill_is_replaced() {
        let data = tempfile::tempdir().unwrap();
        drop(UnixListener::bind(data.path().join(FILE)).unwrap());
        assert!(ask(data.path(), &Task::Backup, &mut vec![]).unwrap().is_none());
        let record = Arc::new(Record::open(RecordOptions::new(data.path())).unwrap().0);
        let _control = listen(data.path(), &record).unwrap();
        assert!(ask(data.path(), &Task::VerifyView, &mut vec![]).unwrap().unwrap().is_ok());
    }
}
