//! What can be asked of a record besides serving: a backup, a check, a citizen's stream, an erasure, another
//! master key.
//!
//! The data folder belongs to one process. Where a host runs on it, the host is asked to do it, through the
//! [control socket](crate::control); where none does, the command opens the record itself. Both come here.

use crate::complaint::Complaint;
use crate::config::Config;
use crate::replaying::{self, Wanted};
use crate::{control, host};
use gtp_care::clock::{Clock as _, SystemClock};
use gtp_model::{Actor, AlertId, CitizenId};
use gtp_record::event::StreamId;
use gtp_record::event::access::RecordViewed;
use gtp_record::upkeep::{self, Style};
use gtp_record::view::queries;
use gtp_record::{Commit, Expected, Record, StoreError};
use gtp_replay::bundle::{self, Components};
use serde::{Deserialize, Serialize};
use std::io::Write;

/// What is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// A backup of everything that is acknowledged now.
    Backup,
    /// Whether the view is what the journal gives.
    VerifyView,
    /// A citizen's whole stream.
    Export { citizen: CitizenId, exact: bool, reason: String, by: String },
    /// Everything that an alert rests on.
    Bundle { alert: AlertId, zone: String, what: String, reason: String, by: String },
    /// What another version of a programme would have found.
    Replay(Box<Wanted>),
    /// What is known of the keys.
    Key,
    /// Another master key.
    RotateKey { by: String },
    /// The end of a citizen's stream.
    Erase { citizen: CitizenId, reason: String, by: String },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Backup { last_event: u64, segments: u64, bytes: u64 },
    VerifyView { keys: u64, milliseconds: u64, findings: Vec<String> },
    Export { events: u64 },
    Erase { events: u64, segments: u64, keys: u64 },
    Key { master: String, from: String, keys: u64, destroyed: u64 },
    RotateKey { before: String, now: String, keys: u64, kept: String },
    Bundle { events: u64, components: u64 },
    Replay,
}

/// Has the task done: by the host that runs on the data folder, else here. What the task gives is written to
/// `out`.
///
/// # Errors
/// The record cannot be opened, or the task failed.
pub fn carry_out(config: &Config, task: &Task, out: &mut dyn Write) -> Result<Outcome, Complaint> {
    if let Some(answer) = control::ask(&config.data, task, out)? {
        return answer.map_err(Complaint::failed);
    }
    let record = host::open_record(config, std::sync::Arc::new(|_| {}))?;
    let outcome = on_record(&record, task, out);
    record.close();
    outcome.map_err(|error| Complaint::failed(error.to_string()))
}

/// Does the task on an open record.
///
/// # Errors
/// The record cannot be read or written, or `out` cannot.
pub fn on_record(
    record: &Record,
    task: &Task,
    out: &mut dyn Write,
) -> Result<Outcome, Box<dyn std::error::Error + Send + Sync>> {
    let now = SystemClock.now();
    match task {
        Task::Backup => {
            let report = upkeep::backup(record, now, out)?;
            Ok(Outcome::Backup {
                last_event: report.last_event,
                segments: report.segments,
                bytes: report.bytes,
            })
        }
        Task::VerifyView => {
            let report = upkeep::verify_view(record, &|_| {})?;
            let findings = report.findings.iter().map(ToString::to_string).collect();
            let milliseconds = report.took.as_millis() as u64;
            Ok(Outcome::VerifyView { keys: report.keys, milliseconds, findings })
        }
        Task::Export { citizen, exact, reason, by } => {
            note_view(record, *citizen, "export", reason, by)?;
            let style = if *exact { Style::Exact } else { Style::Readable };
            let events = upkeep::export(record, StreamId::Citizen(*citizen), style, out)?;
            Ok(Outcome::Export { events })
        }
        Task::Bundle { alert, zone, what, reason, by } => {
            if let Some(found) = queries::alert(record, *alert)? {
                note_view(record, found.citizen, what, reason, by)?;
            }
            let mut components = Components::kept_in(record.dir().join("components"));
            let bundle = bundle::make(record, &mut components, *alert, zone, now)?;
            bundle.write(out)?;
            let (events, components) = (bundle.events.len(), bundle.components.len());
            Ok(Outcome::Bundle { events: events as u64, components: components as u64 })
        }
        Task::Replay(wanted) => {
            replaying::on_record(record, wanted, out)?;
            Ok(Outcome::Replay)
        }
        Task::Key => {
            let state = record.vault().state()?;
            let (master, from) = (state.master, state.from);
            Ok(Outcome::Key { master, from, keys: state.keys, destroyed: state.destroyed })
        }
        Task::RotateKey { by } => {
            let rotated = record.vault().rotate()?;
            let (before, now, keys) = (rotated.before, rotated.now, rotated.keys);
            tracing::warn!(by, before, now, keys, "the record has another master key");
            Ok(Outcome::RotateKey { before, now, keys, kept: rotated.kept.display().to_string() })
        }
        Task::Erase { citizen, reason, by } => {
            let report = upkeep::erase(record, *citizen, reason, operator(by), now)?;
            Ok(Outcome::Erase {
                events: report.events,
                segments: report.segments,
                keys: report.keys,
            })
        }
    }
}

/// An export or an explanation is a view of the record like any other: the citizen can read of it. Of somebody who is not in
/// the record nothing is noted.
fn note_view(
    record: &Record,
    citizen: CitizenId,
    what: &str,
    reason: &str,
    by: &str,
) -> Result<(), StoreError> {
    use gtp_record::Store as _;
    let stream = StreamId::Citizen(citizen);
    if record.version(stream)? == 0 {
        return Ok(());
    }
    let event = RecordViewed {
        what: what.to_owned(),
        why: reason.to_owned(),
        through: "command".to_owned(),
        under: vec![],
    };
    let commit =
        Commit::new(operator(by), SystemClock.now()).stream(stream, Expected::Any).event(event);
    match record.commit(commit).wait() {
        // There is nothing left of an erased citizen to be noted with.
        Ok(_) | Err(StoreError::Erased { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whoever runs commands on the machine, as an actor.
fn operator(by: &str) -> Actor {
    Actor { account: format!("command/{by}"), ..Actor::host() }
}

/// The name under which the machine knows whoever runs this command.
#[must_use]
pub fn whoami() -> String {
    let named = |variable| std::env::var(variable).ok().filter(|name| !name.is_empty());
    named("SUDO_USER").or_else(|| named("USER")).unwrap_or_else(|| "unknown".to_owned())
}
