//! A host in this process, whose clock is turned from moment to moment: for pasts that are judged again.

#![allow(dead_code, reason = "each test uses a part of it")]

use gtp_care::calendar::{Calendar, rfc3339};
use gtp_care::clock::SetClock;
use gtp_care::{Care, NewEnrolment, NewLimit, NumberSecret, Once, Parts};
use gtp_model::programme::Programme;
use gtp_model::{
    Actor, CitizenId, Digest, EnrolmentId, Observation, Role, Sector, Text, Time, Unit,
};
use gtp_record::event::{Event, Recorded, StreamId};
use gtp_record::view::queries;
use gtp_record::{Record, RecordOptions, Store as _};
use gtp_runtime::{Runtime, Settings};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// Noon on a Monday in March, before the clocks go forward.
pub const BEGIN: Time = Time(1_773_054_000_000);

pub struct World {
    pub folder: TempDir,
    pub record: Arc<Record>,
    pub runtime: Runtime,
    pub clock: Arc<SetClock>,
    pub care: Arc<Care>,
}

impl World {
    /// A new host with these components.
    pub async fn new(components: &[&Path]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programmes = folder.path().join("programmes");
        std::fs::create_dir(&programmes).unwrap();
        for path in components {
            std::fs::copy(path, programmes.join(path.file_name().unwrap())).unwrap();
        }
        let world = Self::open(folder);
        world.care.record_programmes().await.unwrap();
        for (id, sector) in [("home-care", Sector::Municipality), ("gp", Sector::GeneralPractice)] {
            let unit = Unit {
                id: id.parse().unwrap(),
                name: id.to_owned(),
                sector,
                looks: Text::default(),
                under: None,
            };
            world.care.add_unit(&Actor::host(), unit).await.unwrap();
        }
        world
    }

    /// The host in the folders of another that has ended.
    pub fn open(folder: TempDir) -> Self {
        let data = folder.path().join("data");
        let record = Arc::new(Record::open(RecordOptions::new(&data)).unwrap().0);
        let mut settings = Settings::new(folder.path().join("programmes"), data.join("components"));
        settings.watch = false;
        let runtime = Runtime::start(settings).unwrap();
        let clock = Arc::new(SetClock::at(BEGIN));
        let parts = Parts {
            store: record.clone(),
            runtime: runtime.clone(),
            clock: clock.clone(),
            calendar: calendar(),
            secret: NumberSecret::new([7; 32]),
        };
        Self { folder, record, runtime, clock, care: Arc::new(Care::new(parts)) }
    }

    /// A citizen who takes part in these programmes.
    pub async fn admit(&self, number: &str, programmes: &[&str]) -> CitizenId {
        let citizen = self
            .care
            .register_citizen(&nurse(), number, "Demo Borger", Once::default())
            .await
            .unwrap()
            .id;
        for programme in programmes {
            let new = NewEnrolment {
                programme: programme.parse().unwrap(),
                unit: "home-care".parse().unwrap(),
                care_team: vec!["gp".parse().unwrap()],
                start: None,
            };
            self.care.enrol(&nurse(), citizen, new, Once::default()).await.unwrap();
        }
        citizen
    }

    pub fn enrolment(&self, citizen: CitizenId, programme: &str) -> EnrolmentId {
        let rows = queries::enrolments_of(&*self.record, citizen).unwrap();
        let own = rows.into_iter().find(|row| row.enrolment.programme.as_str() == programme);
        own.unwrap().enrolment.id
    }

    /// Sends a submission at this moment; what is unusual is confirmed.
    pub async fn submit(&self, at: Time, citizen: CitizenId, mut body: Value) {
        self.clock.set(at);
        let observations = body.get_mut("observations").and_then(Value::as_array_mut);
        for observation in observations.into_iter().flatten() {
            observation["confirmed"] = json!(true);
        }
        let sent = self.care.submit(&nurse(), citizen, &body, None).await;
        sent.unwrap_or_else(|error| panic!("{error:?}: {body:#}"));
    }

    pub async fn limit(&self, citizen: CitizenId, programme: &str, limit: &str, new: NewLimit) {
        let enrolment = self.enrolment(citizen, programme);
        let once = Once::under(None);
        self.care.set_limit(&nurse(), enrolment, &limit.parse().unwrap(), new, once).await.unwrap();
    }

    /// The streams of a citizen and of the programmes, by number.
    pub fn events(&self, citizen: CitizenId) -> Vec<Recorded> {
        let mut ids = vec![citizen];
        ids.extend(queries::merged(&*self.record, citizen).unwrap());
        let mut streams: Vec<StreamId> = ids.into_iter().map(StreamId::Citizen).collect();
        streams.push(StreamId::Programmes);
        let mut events: Vec<Recorded> = streams
            .into_iter()
            .flat_map(|stream| self.record.events(stream, 1, usize::MAX).unwrap())
            .collect();
        events.sort_by_key(|event| event.number);
        events
    }

    /// The newest observation of a field.
    pub fn newest(&self, citizen: CitizenId, field: &str) -> Observation {
        let (field, all) = (field.parse().unwrap(), queries::Window::ALL);
        let mut rows =
            queries::newest_observations(&*self.record, citizen, &field, all, 1).unwrap();
        rows.pop().unwrap().observation
    }

    pub fn citizens(&self) -> Vec<CitizenId> {
        let citizens = queries::citizens(&*self.record, None, usize::MAX).unwrap();
        citizens.into_iter().map(|citizen| citizen.id).collect()
    }

    pub fn programme(&self, digest: Digest) -> Programme {
        self.runtime.earlier(digest).unwrap().definition.clone()
    }

    /// Ends the host and gives its folders.
    pub fn close(self) -> TempDir {
        self.record.close();
        self.folder
    }
}

pub fn calendar() -> Calendar {
    Calendar::new("Europe/Copenhagen").unwrap()
}

pub fn nurse() -> Actor {
    Actor {
        account: "nurse".to_owned(),
        role: Role::Clinician,
        unit: Some("home-care".parse().unwrap()),
        citizen: None,
    }
}

pub fn value(field: &str, value: impl Into<Value>, unit: &str, at: Time) -> Value {
    json!({ "field": field, "value": value.into(), "unit": unit, "measured": rfc3339(at) })
}

pub fn only(observation: Value) -> Value {
    json!({ "observations": [observation] })
}

pub fn name(event: &Recorded) -> &'static str {
    Event::name(&event.event)
}
