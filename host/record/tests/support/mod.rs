//! What the tests of the record share: made-up citizens and events.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

pub mod random;
pub mod samples;
pub mod sim_disk;

use gtp_model::{
    Actor, Alert, AlertCause, AlertId, AlertOutcome, AlertSeverity, AlertState, Citizen, CitizenId,
    Digest, EnrolmentId, Observation, ObservationId, Source, Time, Value,
};
use gtp_record::engine::EngineKind;
use gtp_record::event::StreamId;
use gtp_record::event::alert::AlertResolved;
use gtp_record::event::citizen::CitizenRegistered;
use gtp_record::event::submission::ObservationRecorded;
use gtp_record::journal::JournalOptions;
use gtp_record::vault::KeySource;
use gtp_record::view::queries;
use gtp_record::{Commit, Expected, RecordOptions};
use std::path::Path;

pub const ENGINES: [EngineKind; 2] = [EngineKind::Sled, EngineKind::Redb];
pub const SECRET: [u8; 32] = [7; 32];

/// A record with small segments, so that a test sees several.
pub fn small(dir: &Path, engine: EngineKind) -> RecordOptions {
    RecordOptions {
        engine,
        cache: 8 << 20,
        reserve: 0,
        patrol: false,
        journal: JournalOptions { segment_size: 64 << 10, prepare_ahead: false, keep_free: 0 },
        ..RecordOptions::new(dir)
    }
}

/// Where the master key of a test's record lies.
pub fn key_of(dir: &Path) -> KeySource {
    KeySource::in_folder(dir)
}

/// What whoever restores a backup elsewhere has to do.
pub fn hand_over_key(from: &Path, to: &Path) {
    std::fs::copy(from.join(KeySource::FILE), to.join(KeySource::FILE)).unwrap();
}

pub fn demo_citizen(index: u32) -> Citizen {
    Citizen {
        id: CitizenId::new(),
        number: format!("010170{:04}", 1 + index % 1000).parse().expect("a date and four digits"),
        name: format!("Demo Borger {index}"),
        registered: Time(1_764_000_000_000),
    }
}

pub fn registered(citizen: &Citizen) -> CitizenRegistered {
    CitizenRegistered {
        number_key: queries::number_key(&SECRET, &citizen.number),
        citizen: citizen.clone(),
    }
}

pub fn weight(citizen: CitizenId, measured: Time, kg: f64) -> Observation {
    Observation {
        id: ObservationId::new(),
        citizen,
        field: "weight".parse().unwrap(),
        measured,
        received: measured.plus(1000),
        value: Value::Number(kg),
        unit: "kg".to_owned(),
        source: Source::Citizen,
        supersedes: None,
        confirmed: false,
    }
}

pub fn recorded(observation: &Observation) -> ObservationRecorded {
    ObservationRecorded { observation: observation.clone() }
}

pub fn commit(citizen: CitizenId, expected: Expected) -> Commit {
    Commit::new(Actor::host(), Time(1_764_000_000_000)).stream(StreamId::Citizen(citizen), expected)
}

pub fn digest(byte: u8) -> Digest {
    Digest([byte; 32])
}

pub fn alert(citizen: CitizenId, enrolment: EnrolmentId) -> Alert {
    Alert {
        id: AlertId::new(),
        citizen,
        enrolment,
        programme: "heart".parse().unwrap(),
        unit: "sor-1".parse().unwrap(),
        cause: AlertCause::Rule("weight-gain".parse().unwrap()),
        severity: AlertSeverity::Yellow,
        state: AlertState::Open,
        opened: Time(1_764_000_000_000),
        judged: Time(1_764_000_000_000),
        findings: vec![],
        late: false,
        missed: vec![],
        escalated: None,
        notes: vec![],
    }
}

pub fn resolved(alert: AlertId) -> AlertResolved {
    let outcome = AlertOutcome { code: "contacted".to_owned(), note: String::new() };
    AlertResolved { alert, outcome }
}
