//! What the host does by itself, with a clock that the tests turn: no wall clock, and no sleep, is involved.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_care::calendar::Calendar;
use gtp_care::clock::SetClock;
use gtp_care::office_hours::OfficeHours;
use gtp_care::timekeeping::Timekeeper;
use gtp_care::{
    AlertAction, AlertFilter, Care, Escalation, EscalationRule, NewEnrolment, NewPause,
    NumberSecret, Once, Parts, WorklistQuery,
};
use gtp_model::{
    Actor, Alert, AlertCause, AlertSeverity, AlertState, CitizenId, DAY, EnrolmentId,
    EnrolmentState, HOUR, MINUTE, Role, Sector, Text, Time, Unit,
};
use gtp_record::{Record, RecordOptions};
use gtp_runtime::{Runtime, Settings};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// A host without HTTP whose clock stands still until it is turned.
struct Installation {
    care: Arc<Care>,
    clock: Arc<SetClock>,
    record: Arc<Record>,
    nurse: Actor,
    folders: TempDir,
}

fn copenhagen() -> Calendar {
    Calendar::new("Europe/Copenhagen").unwrap()
}

fn at(text: &str) -> Time {
    copenhagen().moment(text).unwrap()
}

fn open(folders: &Path, clock: &Arc<SetClock>) -> (Arc<Care>, Arc<Record>) {
    let mut options = RecordOptions::new(&folders.join("data"));
    options.reserve = 0;
    let record = Arc::new(Record::open(options).unwrap().0);
    let runtime = Runtime::start(Settings {
        watch: false,
        ..Settings::new(folders.join("programmes"), folders.join("components"))
    })
    .unwrap();
    let care = Care::new(Parts {
        store: record.clone(),
        runtime,
        clock: clock.clone(),
        calendar: copenhagen(),
        secret: NumberSecret::new([7; 32]),
    });
    let hour = EscalationRule {
        after: 60,
        hours: OfficeHours::default(),
        to: Some("cardiology".parse().unwrap()),
        ..EscalationRule::default()
    };
    (Arc::new(care.escalating(Escalation(vec![hour]))), record)
}

impl Installation {
    async fn at(now: &str) -> Self {
        let folders = tempfile::tempdir().unwrap();
        let programmes = folders.path().join("programmes");
        std::fs::create_dir(&programmes).unwrap();
        std::fs::copy(gtp_tests::component("heart"), programmes.join("heart.wasm")).unwrap();
        let clock = Arc::new(SetClock::at(at(now)));
        let (care, record) = open(folders.path(), &clock);
        for (id, sector) in [("home-care", Sector::Municipality), ("cardiology", Sector::Hospital)]
        {
            let unit = Unit {
                id: id.parse().unwrap(),
                name: id.to_owned(),
                sector,
                looks: Text::default(),
                under: None,
            };
            care.add_unit(&Actor::host(), unit).await.unwrap();
        }
        let nurse = Actor {
            account: "nurse".to_owned(),
            role: Role::Clinician,
            unit: Some("home-care".parse().unwrap()),
            citizen: None,
        };
        Self { care, clock, record, nurse, folders }
    }

    /// Stops and starts again on the same folders.
    fn restart(self) -> Self {
        let Self { care, clock, record, nurse, folders } = self;
        record.close();
        drop((care, record));
        let (care, record) = open(folders.path(), &clock);
        Self { care, clock, record, nurse, folders }
    }

    async fn admit(&self, number: &str) -> (CitizenId, EnrolmentId) {
        let citizen = self
            .care
            .register_citizen(&self.nurse, number, "Demo Borger", Once::default())
            .await
            .unwrap()
            .id;
        let new = NewEnrolment {
            programme: "heart".parse().unwrap(),
            unit: "home-care".parse().unwrap(),
            care_team: vec!["cardiology".parse().unwrap()],
            start: None,
        };
        (citizen, self.care.enrol(&self.nurse, citizen, new, Once::default()).await.unwrap().id)
    }

    /// Everything that the daily check asks for, now.
    async fn measure(&self, citizen: CitizenId, weight: f64) {
        let body = json!({
            "observations": [
                { "field": "weight", "value": weight, "unit": "kg" },
                { "field": "systolic", "value": 128, "unit": "mm[Hg]" },
                { "field": "diastolic", "value": 78, "unit": "mm[Hg]" },
                { "field": "pulse", "value": 70, "unit": "/min" }
            ],
            "responses": [{
                "programme": "heart", "questionnaire": "heart-symptoms",
                "answers": self.answers()
            }]
        });
        let sent = self.care.submit(&self.nurse, citizen, &body, None).await;
        sent.unwrap_or_else(|error| panic!("{error:?}"));
    }

    /// `false` or the first choice for every item that must be answered.
    fn answers(&self) -> serde_json::Value {
        use gtp_model::programme::{ItemKind, Kind};
        let loaded = self.care.programme(&"heart".parse().unwrap()).unwrap();
        let questionnaire = loaded
            .definition
            .questionnaires
            .iter()
            .find(|own| own.id.as_str() == "heart-symptoms")
            .unwrap();
        let mut answers = serde_json::Map::new();
        for item in questionnaire.items.iter().filter(|item| item.shown_when.is_empty()) {
            if let ItemKind::Question(kind) = &item.kind {
                let answer = match kind {
                    Kind::Flag => json!(false),
                    Kind::Choice(choices) => json!(choices.first().unwrap().code),
                    _ => continue,
                };
                answers.insert(item.id.to_string(), answer);
            }
        }
        answers.into()
    }

    /// Turns the clock and lets the host do what is due.
    async fn turn(&self, keeper: &mut Timekeeper, now: Time) {
        self.clock.set(now);
        keeper.round().await.unwrap();
    }

    async fn alerts(&self) -> Vec<Alert> {
        let query = WorklistQuery { unit: None, state: AlertFilter::Unresolved, limit: 100 };
        let items = self.care.worklist(&self.nurse, query).await.unwrap();
        items.into_iter().map(|item| item.alert).collect()
    }

    async fn missing(&self) -> Vec<Alert> {
        let mut alerts = self.alerts().await;
        alerts
            .retain(|alert| matches!(&alert.cause, AlertCause::Missing(id) if id == "daily-check"));
        alerts
    }
}

#[tokio::test]
async fn what_does_not_come_is_missing_when_its_grace_is_over_and_not_before() {
    let host = Installation::at("2026-06-01T09:00").await;
    let (citizen, _) = host.admit("070761-0001").await;
    host.measure(citizen, 80.0).await;
    let mut keeper = Timekeeper::new(host.care.clone()).unwrap();
    // The 2nd of June is expected until midnight, and has four hours of grace.
    host.turn(&mut keeper, at("2026-06-03T03:59")).await;
    assert_eq!(host.missing().await, []);
    host.turn(&mut keeper, at("2026-06-03T04:00")).await;
    let missing = host.missing().await;
    let [alert] = &missing[..] else { panic!("{missing:#?}") };
    assert_eq!(alert.severity, AlertSeverity::Missing);
    assert_eq!(alert.missed.len(), 1);
    assert_eq!(alert.missed[0].opens, at("2026-06-02T00:00"));
    // The next day joins the same alert, and nothing is said twice.
    host.turn(&mut keeper, at("2026-06-04T04:00")).await;
    host.turn(&mut keeper, at("2026-06-04T05:00")).await;
    let missing = host.missing().await;
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].missed.len(), 2);
}

#[tokio::test]
async fn what_comes_after_all_resolves_the_alert_and_says_so() {
    let host = Installation::at("2026-06-01T09:00").await;
    let (citizen, _) = host.admit("070761-0001").await;
    host.measure(citizen, 80.0).await;
    let mut keeper = Timekeeper::new(host.care.clone()).unwrap();
    host.turn(&mut keeper, at("2026-06-03T05:00")).await;
    let id = host.missing().await[0].id;
    host.measure(citizen, 80.2).await;
    assert_eq!(host.missing().await, []);
    let why = gtp_care::Why::through("api");
    let view = host.care.alert(&host.nurse, id, &why).await.unwrap();
    let AlertState::Resolved { outcome, .. } = view.alert.state else { panic!("not resolved") };
    assert_eq!(outcome.code, "arrived");
}

#[tokio::test]
async fn after_ten_days_down_there_is_one_alert_and_no_storm_and_a_restart_says_nothing_twice() {
    let host = Installation::at("2026-06-01T09:00").await;
    let (citizen, _) = host.admit("070761-0001").await;
    host.measure(citizen, 80.0).await;
    host.clock.set(at("2026-06-12T09:00"));
    let host = host.restart();
    let mut keeper = Timekeeper::new(host.care.clone()).unwrap();
    keeper.round().await.unwrap();
    let missing = host.missing().await;
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].missed.len(), 10, "the 2nd to the 11th of June");
    drop(keeper);
    let host = host.restart();
    let mut keeper = Timekeeper::new(host.care.clone()).unwrap();
    let before = gtp_record::Store::last(&*host.record);
    keeper.round().await.unwrap();
    assert_eq!(gtp_record::Store::last(&*host.record), before, "nothing new is recorded");
}

#[tokio::test]
async fn in_a_pause_nothing_is_missing_and_an_agreed_one_begins_and_ends_by_itself() {
    let host = Installation::at("2026-06-01T09:00").await;
    let (citizen, enrolment) = host.admit("070761-0001").await;
    host.measure(citizen, 80.0).await;
    let pause = NewPause {
        from: Some(at("2026-06-02T00:00")),
        until: Some(at("2026-06-09T00:00")),
        reason: "holiday".to_owned(),
    };
    host.care.pause(&host.nurse, enrolment, pause, Once::default()).await.unwrap();
    let state = || host.care.enrolment(&host.nurse, enrolment).unwrap().enrolment.state;
    assert_eq!(state(), EnrolmentState::Active);
    let mut keeper = Timekeeper::new(host.care.clone()).unwrap();
    host.turn(&mut keeper, at("2026-06-02T00:00")).await;
    assert_eq!(state(), EnrolmentState::Paused);
    host.turn(&mut keeper, at("2026-06-08T23:59")).await;
    assert_eq!(state(), EnrolmentState::Paused);
    assert_eq!(host.missing().await, []);
    host.turn(&mut keeper, at("2026-06-09T00:00")).await;
    assert_eq!(state(), EnrolmentState::Active);
    host.turn(&mut keeper, at("2026-06-10T04:00")).await;
    let missing = host.missing().await;
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].missed[0].opens, at("2026-06-09T00:00"));
}

#[tokio::test]
async fn a_planned_enrolment_begins_when_its_time_has_come() {
    let host = Installation::at("2026-06-01T09:00").await;
    let citizen = host
        .care
        .register_citizen(&host.nurse, "070761-0001", "Demo Borger", Once::default())
        .await
        .unwrap()
        .id;
    let new = NewEnrolment {
        programme: "heart".parse().unwrap(),
        unit: "home-care".parse().unwrap(),
        care_team: vec![],
        start: Some(at("2026-06-05T08:00")),
    };
    let id = host.care.enrol(&host.nurse, citizen, new, Once::default()).await.unwrap().id;
    let mut keeper = Timekeeper::new(host.care.clone()).unwrap();
    let state = || host.care.enrolment(&host.nurse, id).unwrap().enrolment.state;
    host.turn(&mut keeper, at("2026-06-05T07:59")).await;
    assert_eq!(state(), EnrolmentState::Planned);
    host.turn(&mut keeper, at("2026-06-05T08:00")).await;
    assert_eq!(state(), EnrolmentState::Active);
}

#[tokio::test]
async fn a_red_alert_that_nobody_takes_within_an_hour_of_office_time_moves_on() {
    // A Friday afternoon: half an hour is left before the weekend.
    let host = Installation::at("2026-06-19T09:00").await;
    let (citizen, _) = host.admit("070761-0001").await;
    host.measure(citizen, 80.0).await;
    host.clock.set(at("2026-06-19T15:30"));
    host.measure(citizen, 83.0).await;
    let red: Vec<_> = host.alerts().await;
    assert!(red.iter().any(|alert| alert.severity == AlertSeverity::Red), "{red:#?}");
    let mut keeper = Timekeeper::new(host.care.clone()).unwrap();
    let is_red = |alert: &Alert| alert.severity == AlertSeverity::Red;
    host.turn(&mut keeper, at("2026-06-22T08:29")).await;
    assert!(
        host.alerts().await.iter().filter(|alert| is_red(alert)).all(|a| a.escalated.is_none())
    );
    host.turn(&mut keeper, at("2026-06-22T08:30")).await;
    assert!(!host.alerts().await.iter().any(is_red), "it is on the other unit's list");
    let doctor = Actor {
        account: "doctor".to_owned(),
        unit: Some("cardiology".parse().unwrap()),
        ..host.nurse.clone()
    };
    let query = WorklistQuery { unit: None, state: AlertFilter::Open, limit: 10 };
    let there = host.care.worklist(&doctor, query).await.unwrap();
    assert!(there.iter().all(|item| item.alert.escalated == Some(at("2026-06-22T08:30"))));
    assert!(!there.is_empty());
}

#[tokio::test]
async fn a_taken_alert_is_not_escalated() {
    let host = Installation::at("2026-06-16T09:00").await;
    let (citizen, _) = host.admit("070761-0001").await;
    host.measure(citizen, 80.0).await;
    host.clock.set(at("2026-06-17T09:00"));
    host.measure(citizen, 83.0).await;
    for alert in host.alerts().await {
        let take = AlertAction::Take;
        host.care.act_on_alert(&host.nurse, alert.id, &take, Once::default()).await.unwrap();
    }
    let mut keeper = Timekeeper::new(host.care.clone()).unwrap();
    host.turn(&mut keeper, at("2026-06-17T15:00")).await;
    assert!(host.alerts().await.iter().all(|alert| alert.escalated.is_none()));
}

#[tokio::test]
async fn a_year_of_a_citizen_who_measures_as_agreed_has_no_missing_alert() {
    let host = Installation::at("2026-01-05T09:00").await;
    let (citizen, _) = host.admit("070761-0001").await;
    let start = at("2026-01-05T09:00");
    let mut keeper = Timekeeper::new(host.care.clone()).unwrap();
    let calendar = copenhagen();
    let first = calendar.zoned(start).date();
    for day in 0..365 {
        let date = first.saturating_add(jiff::Span::new().days(day));
        let morning = calendar.at_minute(date, 8 * 60);
        host.turn(&mut keeper, morning.max(start)).await;
        // Daily for a fortnight, then every third day: that is at least twice in each week of seven.
        if day < 14 || day % 3 == 0 {
            host.clock.set(morning.max(start).plus(5 * MINUTE));
            host.measure(citizen, 80.0).await;
        }
        assert_eq!(host.missing().await, [], "on day {day}");
    }
    host.turn(&mut keeper, start.plus(365 * DAY + HOUR)).await;
    assert_eq!(host.missing().await, []);
}
