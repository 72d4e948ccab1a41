//! A host in this process, by HTTP, whose clock stands still until it is turned, and which counts what it reads.

use gtp_care::calendar::Calendar;
use gtp_care::clock::SetClock;
use gtp_care::{Care, NewAccount, NumberSecret, Parts};
use gtp_model::{Actor, Role, Sector, Text, Time, Unit};
use gtp_record::engine::{Entry, KeyRange, Order};
use gtp_record::event::{Recorded, StreamId};
use gtp_record::upkeep::Audit;
use gtp_record::{Commit, Pending, Record, RecordOptions, Store, StoreError, Subscription};
use gtp_runtime::{Runtime, Settings};
use gtp_tests::{Api, Place};
use gtp_web::AppState;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// A record that notes what it is asked to read: which table, and in which way.
pub struct Counting {
    record: Record,
    reads: Mutex<Vec<(&'static str, u8)>>,
}

impl Counting {
    fn read(&self, how: &'static str, key: &[u8]) {
        self.reads.lock().unwrap().push((how, key.first().copied().unwrap_or(0)));
    }

    /// What was read since the last time this was asked.
    pub fn reads(&self) -> Vec<(&'static str, u8)> {
        std::mem::take(&mut *self.reads.lock().unwrap())
    }
}

impl Store for Counting {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.read("get", key);
        self.record.get(key)
    }

    fn scan(&self, range: &KeyRange, order: Order, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.read("scan", &range.from);
        self.record.scan(range, order, limit)
    }

    fn commit(&self, commit: Commit) -> Pending {
        self.read("commit", &[]);
        self.record.commit(commit)
    }

    fn events(
        &self,
        stream: StreamId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Recorded>, StoreError> {
        self.read("events", &[]);
        self.record.events(stream, from, limit)
    }

    fn version(&self, stream: StreamId) -> Result<u64, StoreError> {
        self.read("version", &[]);
        self.record.version(stream)
    }

    fn last(&self) -> u64 {
        self.record.last()
    }

    fn audit(&self) -> Option<&dyn Audit> {
        self.record.audit()
    }

    fn subscribe(&self, from: u64) -> Subscription {
        self.record.subscribe(from)
    }
}

/// The host.
pub struct Turned {
    pub care: Arc<Care>,
    pub clock: Arc<SetClock>,
    pub store: Arc<Counting>,
    pub began: Time,
    address: String,
    _folder: TempDir,
}

impl Turned {
    /// With the heart programme, three units, and a clinician of each.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programmes = folder.path().join("programmes");
        std::fs::create_dir(&programmes).unwrap();
        std::fs::copy(gtp_tests::component("heart"), programmes.join("heart.wasm")).unwrap();
        let mut options = RecordOptions::new(&folder.path().join("data"));
        options.reserve = 0;
        let record = Record::open(options).unwrap().0;
        let store = Arc::new(Counting { record, reads: Mutex::default() });
        let runtime = Runtime::start(Settings {
            watch: false,
            ..Settings::new(&programmes, folder.path().join("components"))
        })
        .unwrap();
        let began = gtp_tests::days_ago(0.0);
        let clock = Arc::new(SetClock::at(began));
        let care = Arc::new(Care::new(Parts {
            store: store.clone(),
            runtime,
            clock: clock.clone(),
            calendar: Calendar::new("Europe/Copenhagen").unwrap(),
            secret: NumberSecret::new([7; 32]),
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = AppState::new(care.clone(), false, false);
        tokio::spawn(gtp_web::serve(listener, None, state, std::future::pending()));
        let host = Self { care, clock, store, began, address, _folder: folder };
        for (unit, clinician) in
            [("home-care", "nurse"), ("cardiology", "doctor"), ("surgery", "surgeon")]
        {
            let (sector, looks) = (Sector::Hospital, Text::default());
            let new = Unit {
                id: unit.parse().unwrap(),
                name: unit.to_owned(),
                sector,
                looks,
                under: None,
            };
            host.care.add_unit(&Actor::host(), new).await.unwrap();
            host.add(clinician, Role::Clinician, Some(unit), None).await;
        }
        host.add("auditor", Role::Auditor, None, None).await;
        host.add("anna", Role::Relative, None, None).await;
        host
    }

    /// Adds an account.
    pub async fn add(&self, account: &str, role: Role, unit: Option<&str>, citizen: Option<&str>) {
        let new = NewAccount {
            account: account.to_owned(),
            name: account.to_owned(),
            role,
            unit: unit.map(|unit| unit.parse().unwrap()),
            citizen: citizen.map(|id| id.parse().unwrap()),
            password: Place::PASSWORD.to_owned(),
            temporary: false,
        };
        self.care.add_account(&Actor::host(), new).await.unwrap();
    }

    /// Nobody.
    pub fn nobody(&self) -> Api {
        Api::anonymous_at(&self.address)
    }

    /// Somebody who logs in now.
    pub async fn log_in(&self, account: &str) -> Api {
        self.nobody().logged_in(account, Place::PASSWORD).await
    }

    /// Turns the clock to so many milliseconds after the beginning.
    pub fn turn(&self, after: i64) {
        self.clock.set(self.began.plus(after));
    }
}
