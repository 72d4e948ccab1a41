//! Any sequence of commands, power cuts and reopenings gives what a simple model in memory gives, on every
//! engine, and the engines agree key by key.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use gtp_model::{
    Actor, Alert, AlertCause, AlertId, AlertSeverity, AlertState, Citizen, CitizenId, Enrolment,
    EnrolmentId, EnrolmentState, LimitScope, LimitSetting, Observation, Time,
};
use gtp_record::engine::{EngineKind, KeyRange, Order};
use gtp_record::event::access::RecordViewed;
use gtp_record::event::alert::*;
use gtp_record::event::enrolment::*;
use gtp_record::event::limit::LimitSet;
use gtp_record::event::submission::ObservationCorrected;
use gtp_record::event::{Event, StreamId};
use gtp_record::upkeep::{erase, verify_view};
use gtp_record::view::queries::{self, AlertColumn, Window};
use gtp_record::{Commit, Expected, Record, RecordOptions, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use support::random::Random;
use support::sim_disk::SimDisk;
use support::*;

/// Indices are taken modulo what there is.
#[derive(Debug, Clone)]
enum Step {
    Register,
    Observe { who: usize, field: usize, at: i64, value: f64 },
    Correct { who: usize, which: usize, at: Option<i64>, value: f64 },
    Enrol { who: usize, unit: usize },
    Pause { enrolment: usize },
    Resume { enrolment: usize },
    End { enrolment: usize },
    Alert { enrolment: usize, rule: usize, severity: usize },
    Join { alert: usize, severity: usize },
    Take { alert: usize },
    HandOver { alert: usize, unit: usize },
    Resolve { alert: usize },
    Limit { enrolment: usize, scope: usize, value: Option<f64>, until: Option<i64> },
    View { who: usize },
    Erase { who: usize },
    Reopen,
    PowerCut { seed: u64 },
    Rebuild,
}

fn step() -> impl Strategy<Value = Step> {
    let n = || 0..100usize;
    prop_oneof![
        3 => Just(Step::Register),
        12 => (n(), 0..3usize, -50..50i64, 0..100i32)
            .prop_map(|(who, field, at, value)| Step::Observe { who, field, at, value: value.into() }),
        6 => (n(), n(), proptest::option::of(-50..50i64), 0..100i32)
            .prop_map(|(who, which, at, value)| Step::Correct { who, which, at, value: value.into() }),
        3 => (n(), 0..3usize).prop_map(|(who, unit)| Step::Enrol { who, unit }),
        1 => n().prop_map(|enrolment| Step::Pause { enrolment }),
        1 => n().prop_map(|enrolment| Step::Resume { enrolment }),
        1 => n().prop_map(|enrolment| Step::End { enrolment }),
        5 => (n(), 0..2usize, 0..4usize)
            .prop_map(|(enrolment, rule, severity)| Step::Alert { enrolment, rule, severity }),
        3 => (n(), 0..4usize).prop_map(|(alert, severity)| Step::Join { alert, severity }),
        2 => n().prop_map(|alert| Step::Take { alert }),
        2 => (n(), 0..3usize).prop_map(|(alert, unit)| Step::HandOver { alert, unit }),
        2 => n().prop_map(|alert| Step::Resolve { alert }),
        3 => (n(), 0..3usize, proptest::option::of(0..9i32), proptest::option::of(0..200i64))
            .prop_map(|(enrolment, scope, value, until)| Step::Limit {
                enrolment, scope, value: value.map(f64::from), until,
            }),
        2 => n().prop_map(|who| Step::View { who }),
        1 => n().prop_map(|who| Step::Erase { who }),
        1 => Just(Step::Reopen),
        2 => any::<u64>().prop_map(|seed| Step::PowerCut { seed }),
        1 => Just(Step::Rebuild),
    ]
}

fn unit(index: usize) -> gtp_model::UnitId {
    format!("unit-{index}").parse().unwrap()
}

fn field(index: usize) -> gtp_model::FieldId {
    ["weight", "pulse", "spo2"][index].parse().unwrap()
}

fn severity(index: usize) -> AlertSeverity {
    [AlertSeverity::Missing, AlertSeverity::Yellow, AlertSeverity::Unassessed, AlertSeverity::Red]
        [index]
}

fn cause(index: usize) -> AlertCause {
    AlertCause::Rule(format!("rule-{index}").parse().unwrap())
}

/// What the record should say, kept in the plainest way.
#[derive(Default)]
struct Model {
    now: i64,
    citizens: Vec<Citizen>,
    observations: Vec<(Observation, bool)>,
    enrolments: Vec<(Enrolment, bool)>,
    alerts: Vec<Alert>,
    limits: Vec<(LimitSetting, i64)>,
    views: Vec<(CitizenId, i64)>,
    erased: Vec<CitizenId>,
}

impl Model {
    fn who(&self, index: usize) -> Option<&Citizen> {
        (!self.citizens.is_empty()).then(|| &self.citizens[index % self.citizens.len()])
    }

    fn enrolment(&self, index: usize) -> Option<usize> {
        (!self.enrolments.is_empty()).then(|| index % self.enrolments.len())
    }

    fn alert(&self, index: usize) -> Option<usize> {
        let open: Vec<usize> = (0..self.alerts.len())
            .filter(|at| !matches!(self.alerts[*at].state, AlertState::Resolved { .. }))
            .collect();
        (!open.is_empty()).then(|| open[index % open.len()])
    }

    /// Does a step, and says which event records it.
    fn act(&mut self, step: &Step) -> Option<(StreamId, Event)> {
        let now = Time(self.now);
        let actor = Actor::host();
        match *step {
            Step::Register => {
                let citizen = demo_citizen(self.now as u32);
                self.citizens.push(citizen.clone());
                Some((StreamId::Citizen(citizen.id), registered(&citizen).into()))
            }
            Step::Observe { who, field: index, at, value } => {
                let citizen = self.who(who)?.id;
                let mut observation = weight(citizen, Time(at), value);
                observation.field = field(index);
                self.observations.push((observation.clone(), false));
                Some((StreamId::Citizen(citizen), recorded(&observation).into()))
            }
            Step::Correct { who, which, at, value } => {
                let citizen = self.who(who)?.id;
                let current: Vec<usize> = (0..self.observations.len())
                    .filter(|at| {
                        let (observation, superseded) = &self.observations[*at];
                        observation.citizen == citizen && !superseded
                    })
                    .collect();
                let old = *current.get(which % current.len().max(1))?;
                let earlier = self.observations[old].0.clone();
                let mut observation = weight(citizen, at.map_or(earlier.measured, Time), value);
                observation.field = earlier.field;
                observation.supersedes = Some(earlier.id);
                self.observations[old].1 = true;
                self.observations.push((observation.clone(), false));
                let reason = "typo".to_owned();
                let event = ObservationCorrected { observation, reason };
                Some((StreamId::Citizen(citizen), event.into()))
            }
            Step::Enrol { who, unit: index } => {
                let enrolment = Enrolment {
                    id: EnrolmentId::new(),
                    citizen: self.who(who)?.id,
                    programme: "heart".parse().unwrap(),
                    unit: unit(index),
                    care_team: vec![unit((index + 1) % 3)],
                    start: now,
                    state: EnrolmentState::Active,
                };
                self.enrolments.push((enrolment.clone(), false));
                let stream = StreamId::Citizen(enrolment.citizen);
                Some((stream, EnrolmentStarted { enrolment }.into()))
            }
            Step::Pause { enrolment } => {
                let at = self.enrolment(enrolment)?;
                let enrolment = &mut self.enrolments[at].0;
                enrolment.state = EnrolmentState::Paused;
                let event = EnrolmentPaused {
                    enrolment: enrolment.id,
                    from: None,
                    until: None,
                    reason: String::new(),
                };
                Some((StreamId::Citizen(enrolment.citizen), event.into()))
            }
            Step::Resume { enrolment } => {
                let at = self.enrolment(enrolment)?;
                let enrolment = &mut self.enrolments[at].0;
                enrolment.state = EnrolmentState::Active;
                let event = EnrolmentResumed { enrolment: enrolment.id, reason: String::new() };
                Some((StreamId::Citizen(enrolment.citizen), event.into()))
            }
            Step::End { enrolment } => {
                let at = self.enrolment(enrolment)?;
                let (enrolment, ended) = &mut self.enrolments[at];
                enrolment.state = EnrolmentState::Ended;
                *ended = true;
                let event = EnrolmentEnded {
                    enrolment: enrolment.id,
                    outcome: "completed".to_owned(),
                    reason: String::new(),
                };
                Some((StreamId::Citizen(enrolment.citizen), event.into()))
            }
            Step::Alert { enrolment, rule, severity: index } => {
                let enrolment = &self.enrolments[self.enrolment(enrolment)?].0;
                let open = self.alerts.iter().any(|alert| {
                    alert.enrolment == enrolment.id
                        && alert.cause == cause(rule)
                        && !matches!(alert.state, AlertState::Resolved { .. })
                });
                if open {
                    return None;
                }
                let mut alert = support::alert(enrolment.citizen, enrolment.id);
                alert.unit = enrolment.unit.clone();
                alert.cause = cause(rule);
                alert.severity = severity(index);
                alert.opened = now;
                alert.judged = now;
                self.alerts.push(alert.clone());
                Some((StreamId::Citizen(alert.citizen), AlertOpened { alert }.into()))
            }
            Step::Join { alert, severity: index } => {
                let at = self.alert(alert)?;
                let alert = &mut self.alerts[at];
                alert.severity = alert.severity.max(severity(index));
                alert.judged = alert.judged.max(now);
                let event = AlertJoined {
                    alert: alert.id,
                    assessment: gtp_model::AssessmentId::new(),
                    finding: None,
                    severity: severity(index),
                    judged: now,
                };
                Some((StreamId::Citizen(alert.citizen), event.into()))
            }
            Step::Take { alert } => {
                let at = self.alert(alert)?;
                let alert = &mut self.alerts[at];
                alert.state = AlertState::Taken { by: actor, at: now };
                Some((StreamId::Citizen(alert.citizen), AlertTaken { alert: alert.id }.into()))
            }
            Step::HandOver { alert, unit: index } => {
                let at = self.alert(alert)?;
                let alert = &mut self.alerts[at];
                alert.unit = unit(index);
                alert.state = AlertState::Open;
                let event =
                    AlertHandedOver { alert: alert.id, unit: unit(index), note: String::new() };
                Some((StreamId::Citizen(alert.citizen), event.into()))
            }
            Step::Resolve { alert } => {
                let at = self.alert(alert)?;
                let alert = &mut self.alerts[at];
                let event = resolved(alert.id);
                alert.state =
                    AlertState::Resolved { by: actor, at: now, outcome: event.outcome.clone() };
                Some((StreamId::Citizen(alert.citizen), event.into()))
            }
            Step::Limit { enrolment, scope, value, until } => {
                let enrolment = &self.enrolments[self.enrolment(enrolment)?].0;
                let (stream, scope) = match scope {
                    0 => (StreamId::Programmes, LimitScope::Region),
                    1 => (StreamId::Programmes, LimitScope::Unit(enrolment.unit.clone())),
                    _ => {
                        (StreamId::Citizen(enrolment.citizen), LimitScope::Enrolment(enrolment.id))
                    }
                };
                let setting = LimitSetting {
                    programme: "heart".parse().unwrap(),
                    limit: "weight-3-days".parse().unwrap(),
                    scope,
                    value,
                    relative: None,
                    reason: "because".to_owned(),
                    until: until.map(Time),
                };
                self.limits.push((setting.clone(), self.now));
                Some((stream, LimitSet { setting }.into()))
            }
            Step::View { who } => {
                let citizen = self.who(who)?.id;
                self.views.push((citizen, self.now));
                let event = RecordViewed {
                    what: "overview".to_owned(),
                    why: String::new(),
                    through: "page".to_owned(),
                    under: vec![],
                };
                Some((StreamId::Citizen(citizen), event.into()))
            }
            Step::Erase { .. } | Step::Reopen | Step::PowerCut { .. } | Step::Rebuild => None,
        }
    }

    fn erase(&mut self, citizen: CitizenId) {
        self.citizens.retain(|one| one.id != citizen);
        self.observations.retain(|(one, _)| one.citizen != citizen);
        let enrolments = std::mem::take(&mut self.enrolments);
        let (gone, stay): (Vec<_>, Vec<_>) =
            enrolments.into_iter().partition(|(one, _)| one.citizen == citizen);
        self.enrolments = stay;
        self.limits.retain(|(setting, _)| {
            !gone.iter().any(|(one, _)| setting.scope == LimitScope::Enrolment(one.id))
        });
        self.alerts.retain(|one| one.citizen != citizen);
        self.views.retain(|(one, _)| *one != citizen);
        self.erased.push(citizen);
    }

    fn effective_limit(&self, enrolment: &Enrolment, at: i64) -> Option<f64> {
        let scopes = [
            LimitScope::Enrolment(enrolment.id),
            LimitScope::Unit(enrolment.unit.clone()),
            LimitScope::Region,
        ];
        scopes.iter().find_map(|scope| {
            // The newest that still holds; one without an end ends all before it.
            let mut of: Vec<_> = self.limits.iter().filter(|(s, _)| s.scope == *scope).collect();
            if let Some(last) = of.iter().rposition(|(setting, _)| setting.until.is_none()) {
                of.drain(..last);
            }
            let holds = |setting: &LimitSetting| setting.until.is_none_or(|until| at < until.0);
            of.into_iter().rev().find(|(setting, _)| holds(setting)).and_then(|(s, _)| s.value)
        })
    }
}

struct World {
    engine: EngineKind,
    dir: tempfile::TempDir,
    disk: SimDisk,
    boots: u32,
    record: Option<Record>,
}

impl World {
    fn new(engine: EngineKind) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut world = Self { engine, dir, disk: SimDisk::default(), boots: 0, record: None };
        world.open();
        world
    }

    fn open(&mut self) {
        let options = RecordOptions {
            disk: Arc::new(self.disk.clone()),
            boot: Some(self.boots.to_string()),
            ..small(self.dir.path(), self.engine)
        };
        self.record = Some(Record::open(options).unwrap().0);
    }

    fn record(&self) -> &Record {
        self.record.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        self.record = None;
        self.open();
    }

    /// Everything was acknowledged, so nothing may be missing, whatever else the cut leaves.
    fn power_cut(&mut self, seed: u64) {
        let image = self.disk.cut(self.disk.now(), &mut Random::new(seed));
        self.record = None;
        self.disk = SimDisk::from_image(image);
        let state = self.dir.path().join("view/state.json");
        let text = std::fs::read_to_string(&state).unwrap();
        std::fs::write(&state, text.replace("\"closed\":true", "\"closed\":false")).unwrap();
        self.boots += 1;
        self.open();
    }

    /// The whole view.
    fn dump(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let all = KeyRange { from: vec![1], until: None };
        self.record().scan(&all, Order::Rising, usize::MAX).unwrap().into_iter().collect()
    }
}

fn check(world: &World, model: &Model) {
    let record = world.record();
    for citizen in &model.citizens {
        assert_eq!(queries::citizen(record, citizen.id).unwrap().as_ref(), Some(citizen));
        for index in 0..3 {
            let series = |superseded| {
                let of = model.observations.iter().filter(|(one, gone)| {
                    one.citizen == citizen.id && one.field == field(index) && *gone == superseded
                });
                let mut of: Vec<_> = of.map(|(one, _)| one.clone()).collect();
                of.sort_by_key(|one| (one.measured, one.id));
                of
            };
            let read = |rows: Vec<gtp_record::view::rows::ObservationRow>| {
                rows.into_iter().map(|row| row.observation).collect::<Vec<_>>()
            };
            let current = series(false);
            let found = queries::observations(record, citizen.id, &field(index), Window::ALL);
            assert_eq!(read(found.unwrap()), current);
            let window = Window { from: Time(-10), until: Time(10) };
            let found = queries::observations(record, citizen.id, &field(index), window).unwrap();
            let inside = current.iter().filter(|one| (-10..10).contains(&one.measured.0)).cloned();
            assert_eq!(read(found), inside.collect::<Vec<_>>());
            let found = queries::newest_observations(
                record,
                citizen.id,
                &field(index),
                Window::upto(Time(5)),
                4,
            );
            let until: Vec<_> = current.iter().filter(|one| one.measured.0 <= 5).cloned().collect();
            assert_eq!(read(found.unwrap()), until[until.len().saturating_sub(4)..]);
            let found =
                queries::superseded_observations(record, citizen.id, &field(index), Window::ALL);
            assert_eq!(read(found.unwrap()), series(true));
        }
        let views = model.views.iter().filter(|(one, _)| *one == citizen.id).map(|(_, at)| *at);
        let found = queries::access_log(record, citizen.id, None, 1000).unwrap();
        let found: Vec<i64> = found.iter().map(|row| row.at.0).collect();
        assert_eq!(found, views.rev().collect::<Vec<_>>());
    }
    for (enrolment, ended) in &model.enrolments {
        let row = queries::enrolment(record, enrolment.id).unwrap().unwrap();
        assert_eq!((&row.enrolment, row.ended.is_some()), (enrolment, *ended));
        let limits = queries::effective_limits(record, enrolment, Time(model.now)).unwrap();
        let found = limits.values().next().and_then(|row| row.setting.value);
        assert_eq!(found, model.effective_limit(enrolment, model.now));
    }
    for index in 0..3 {
        let mut cared: Vec<EnrolmentId> = model
            .enrolments
            .iter()
            .filter(|(one, _)| one.cared_for_by(&unit(index)))
            .map(|(one, _)| one.id)
            .collect();
        cared.sort();
        let found = queries::enrolments_of_unit(record, &unit(index), None, 1000).unwrap();
        assert_eq!(found.iter().map(|row| row.enrolment.id).collect::<Vec<_>>(), cared);
        for column in [AlertColumn::Open, AlertColumn::Taken, AlertColumn::Resolved] {
            let mut of: Vec<Alert> = model
                .alerts
                .iter()
                .filter(|one| one.unit == unit(index) && is(one, column))
                .cloned()
                .collect();
            of.sort_by_key(|one| (std::cmp::Reverse(one.severity), one.opened, one.id));
            assert_eq!(queries::worklist(record, &unit(index), column, 1000).unwrap(), of);
        }
    }
    for alert in &model.alerts {
        let open = queries::open_alert(record, alert.enrolment, &alert.cause).unwrap();
        if !matches!(alert.state, AlertState::Resolved { .. }) {
            assert_eq!(open.as_ref(), Some(alert));
        }
    }
    for citizen in &model.erased {
        assert_eq!(queries::citizen(record, *citizen).unwrap(), None);
        assert_eq!(queries::alerts_of(record, *citizen, 100).unwrap(), []);
        assert_eq!(queries::enrolments_of(record, *citizen).unwrap(), []);
        assert_eq!(record.version(StreamId::Citizen(*citizen)).unwrap(), 0);
    }
    assert_eq!(verify_view(record, &|_| {}).unwrap().findings, []);
}

fn is(alert: &Alert, column: AlertColumn) -> bool {
    matches!(
        (&alert.state, column),
        (AlertState::Open, AlertColumn::Open)
            | (AlertState::Taken { .. }, AlertColumn::Taken)
            | (AlertState::Resolved { .. }, AlertColumn::Resolved)
    )
}

fn run(steps: &[Step]) {
    let mut worlds: Vec<World> = ENGINES.into_iter().map(World::new).collect();
    let mut model = Model::default();
    for step in steps {
        model.now += 1;
        match step {
            Step::Reopen => worlds.iter_mut().for_each(World::reopen),
            Step::PowerCut { seed } => worlds.iter_mut().for_each(|world| world.power_cut(*seed)),
            Step::Rebuild => {
                worlds.iter().for_each(|world| world.record().rebuild_view().unwrap());
            }
            Step::Erase { who } => {
                let Some(citizen) = model.who(*who).map(|one| one.id) else { continue };
                for world in &worlds {
                    erase(world.record(), citizen, "test", Actor::host(), Time(model.now)).unwrap();
                }
                model.erase(citizen);
            }
            other => {
                let Some((stream, event)) = model.act(other) else { continue };
                for world in &worlds {
                    let commit = Commit::new(Actor::host(), Time(model.now))
                        .stream(stream, Expected::Any)
                        .event(event.clone());
                    world.record().commit(commit).wait().unwrap();
                }
            }
        }
    }
    worlds.iter().for_each(|world| check(world, &model));
    // The salts differ and with them the hashes in the stream index; all else is alike.
    let without_hashes = |world: &World| {
        let mut dump = world.dump();
        dump.retain(|key, _| key[0] != b's');
        dump
    };
    assert_eq!(without_hashes(&worlds[0]), without_hashes(&worlds[1]));
    worlds.iter_mut().for_each(World::reopen);
    worlds.iter().for_each(|world| check(world, &model));
}

#[test]
fn any_history_gives_what_the_model_gives() {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&support::random::seed().to_le_bytes());
    let config = Config {
        cases: support::random::rounds(48) as u32,
        failure_persistence: None,
        ..Config::default()
    };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let history = proptest::collection::vec(step(), 1..80);
    let ran = TestRunner::new_with_rng(config, random).run(&history, |steps| {
        run(&steps);
        Ok(())
    });
    if let Err(failure) = ran {
        panic!("{failure}");
    }
}

#[test]
fn an_alert_id_stays_what_it_was() {
    // `AlertId` is part of keys: its order is that of creation, which worklists rely on.
    let (first, second) = (AlertId::new(), AlertId::new());
    assert!(first < second);
}
