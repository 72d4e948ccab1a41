//! Everybody of a made-up region: registered, some of them enrolled with a history, some of those with an alert.

use gtp_care::calendar::Calendar;
use gtp_care::clock::SystemClock;
use gtp_care::{Care, NewEnrolment, NumberSecret, Once, Parts};
use gtp_model::{
    Actor, CitizenId, DAY, MINUTE, Observation, ObservationId, Role, Sector, Source, Text, Time,
    Unit, UnitId, Value,
};
use gtp_record::event::StreamId;
use gtp_record::event::submission::ObservationRecorded;
use gtp_record::view::queries;
use gtp_record::{Commit, Expected, Record, RecordOptions, Store};
use gtp_runtime::{Runtime, Settings};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// How many look after so many enrolled citizens.
const A_UNIT_HAS: usize = 1_000;
/// What each enrolled citizen has measured: on so many days,
const DAYS: usize = 25;
/// so many fields.
const FIELDS: [(&str, &str, f64); 4] = [
    ("weight", "kg", 80.0),
    ("systolic", "mm[Hg]", 128.0),
    ("diastolic", "mm[Hg]", 78.0),
    ("pulse", "/min", 70.0),
];
/// One of so many has gained too much weight.
const ALARMING: usize = 20;

/// How large an installation is.
#[derive(Clone, Copy)]
pub struct Size {
    pub citizens: usize,
    pub enrolled: usize,
}

impl Size {
    pub fn of(citizens: usize) -> Self {
        Self { citizens, enrolled: (citizens / 12).max(1) }
    }

    pub const fn observations(self) -> usize {
        self.enrolled * DAYS * FIELDS.len()
    }
}

/// An open installation.
pub struct Population {
    pub care: Arc<Care>,
    record: Arc<Record>,
    size: Size,
    /// Enrolled citizens and the units that look after them.
    enrolled: Vec<(CitizenId, UnitId)>,
}

impl Population {
    /// Opens the installation of this size, made anew where there is none that is whole.
    pub async fn open(size: Size) -> Self {
        let folder =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("region-{}", size.citizens));
        let whole = folder.join("whole");
        if !whole.exists() {
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(folder.join("programmes")).unwrap();
        }
        std::fs::copy(gtp_tests::component("heart"), folder.join("programmes/heart.wasm")).unwrap();
        let mut options = RecordOptions::new(&folder.join("data"));
        (options.reserve, options.cache) = (0, super::CACHE);
        let began = Instant::now();
        let record = Arc::new(Record::open(options).unwrap().0);
        println!("  opened in {:.1} s", began.elapsed().as_secs_f64());
        let settings = Settings::new(folder.join("programmes"), folder.join("components"));
        let runtime = Runtime::start(Settings { watch: false, ..settings }).unwrap();
        let care = Arc::new(Care::new(Parts {
            store: record.clone(),
            runtime,
            clock: Arc::new(SystemClock),
            calendar: Calendar::new("Europe/Copenhagen").unwrap(),
            secret: NumberSecret::new([7; 32]),
        }));
        let mut population = Self { care, record, size, enrolled: vec![] };
        if !whole.exists() {
            population.make().await;
            std::fs::write(&whole, "").unwrap();
        }
        population.find_enrolled();
        population
    }

    async fn make(&self) {
        let began = Instant::now();
        for unit in self.units() {
            let (name, sector, looks) = (unit.to_string(), Sector::Municipality, Text::default());
            self.care
                .add_unit(&Actor::host(), Unit { id: unit, name, sector, looks, under: None })
                .await
                .unwrap();
        }
        // So many at once, so that they share the disk's syncs.
        let mut tasks = tokio::task::JoinSet::new();
        for part in 0..64 {
            let (care, size) = (self.care.clone(), self.size);
            let store = self.record.clone();
            tasks.spawn(async move {
                for number in (part..size.citizens).step_by(64) {
                    settle(&care, &store, size, number).await;
                }
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
        println!("  made in {:.0} s", began.elapsed().as_secs_f64());
    }

    fn find_enrolled(&mut self) {
        for unit in self.units() {
            let mut after = None;
            loop {
                let rows = queries::enrolments_of_unit(&*self.record, &unit, after, 500).unwrap();
                let Some(last) = rows.last() else { break };
                after = Some(last.enrolment.id);
                self.enrolled.extend(rows.iter().map(|row| (row.enrolment.citizen, unit.clone())));
            }
        }
        assert_eq!(self.enrolled.len(), self.size.enrolled);
    }

    pub fn units(&self) -> Vec<UnitId> {
        (0..self.size.enrolled.div_ceil(A_UNIT_HAS)).map(unit).collect()
    }

    pub fn nurse(&self, unit: &UnitId) -> Actor {
        nurse(unit.clone())
    }

    pub fn random(&self) -> Random {
        Random(0x9e37_79b9_7f4a_7c15)
    }

    /// Somebody who is enrolled, drawn by lot, and their unit.
    pub fn somebody(&self, random: &mut Random) -> (CitizenId, UnitId) {
        self.enrolled[random.below(self.enrolled.len())].clone()
    }

    pub fn close(self) {
        self.record.close();
    }
}

/// Registers one citizen; each twelfth is enrolled and has a history.
async fn settle(care: &Care, store: &Record, size: Size, number: usize) {
    let every = size.citizens / size.enrolled;
    let place = number / every;
    let enrols = number.is_multiple_of(every) && place < size.enrolled;
    let nurse = nurse(unit(if enrols { place / A_UNIT_HAS } else { 0 }));
    let citizen = care
        .register_citizen(&nurse, &replacement(number), "Demo Borger", Once::default())
        .await
        .unwrap()
        .id;
    if !enrols {
        return;
    }
    let new = NewEnrolment {
        programme: "heart".parse().unwrap(),
        unit: nurse.unit.clone().unwrap(),
        care_team: vec![],
        start: Some(super::now().plus(-(DAYS as i64 + 1) * DAY)),
    };
    let _ = care.enrol(&nurse, citizen, new, Once::default()).await.unwrap();
    let mut commit =
        Commit::new(nurse.clone(), super::now()).stream(StreamId::Citizen(citizen), Expected::Any);
    for day in (1..=DAYS).rev() {
        for observation in measured(citizen, super::now().plus(-(day as i64) * DAY)) {
            commit.push(ObservationRecorded { observation });
        }
    }
    let _ = store.commit(commit).await.unwrap();
    if place.is_multiple_of(ALARMING) {
        let body = json!({ "observations": [{ "field": "weight", "value": 84.0, "unit": "kg", "confirmed": true }] });
        let _ = care.submit(&nurse, citizen, &body, None).await.unwrap();
    }
}

fn measured(citizen: CitizenId, at: Time) -> impl Iterator<Item = Observation> {
    FIELDS.into_iter().map(move |(field, unit, value)| Observation {
        id: ObservationId::new(),
        citizen,
        field: field.parse().unwrap(),
        measured: at,
        received: at.plus(MINUTE),
        value: Value::Number(value + (at.0 / DAY % 3) as f64 / 10.0),
        unit: unit.to_owned(),
        source: Source::Citizen,
        supersedes: None,
        confirmed: false,
    })
}

/// A replacement number that is nobody's: a day, and two letters and a digit that count.
fn replacement(number: usize) -> String {
    let (rest, last) = (number / 10, number % 10);
    let (rest, second) = (rest / 26, rest % 26);
    let (rest, first) = (rest / 26, rest % 26);
    let (rest, day) = (rest / 28, rest % 28 + 1);
    let (year, month) = (rest / 12, rest % 12 + 1);
    let letter = |place: usize| char::from(b'A' + u8::try_from(place).unwrap());
    format!("{day:02}{month:02}{year:02}5{}{}{last}", letter(first), letter(second))
}

fn unit(number: usize) -> UnitId {
    format!("unit-{number:04}").parse().unwrap()
}

fn nurse(unit: UnitId) -> Actor {
    Actor {
        account: format!("nurse-of-{unit}"),
        role: Role::Clinician,
        unit: Some(unit),
        citizen: None,
    }
}

/// Numbers by lot, the same in every run.
pub struct Random(u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}
