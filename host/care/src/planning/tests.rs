//! Plans, diaries and messages as commands: who may, what is refused, races and retries.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::*;
use crate::calendar::Calendar;
use crate::clock::{Clock, SetClock};
use crate::fixture::NOW;
use crate::{DiaryQuery, NewDiaryNote, NewMessage, NumberSecret, Parts};
use gtp_model::*;
use gtp_record::engine::EngineKind;
use gtp_record::event::StreamId;
use gtp_record::event::account::UnitAdded;
use gtp_record::event::citizen::CitizenRegistered;
use gtp_record::event::enrolment::{EnrolmentEnded, EnrolmentStarted};
use gtp_record::{Commit, Expected, Record as Journal, RecordOptions, Store};
use gtp_runtime::{Runtime, Settings};
use std::sync::Arc;
use tempfile::TempDir;

/// An installation with one citizen, whom `home-care` looks after together with `cardiology`.
struct House {
    care: Care,
    store: Arc<dyn Store>,
    clock: Arc<SetClock>,
    citizen: CitizenId,
    enrolment: EnrolmentId,
    _folder: TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programmes = folder.path().join("programmes");
        std::fs::create_dir(&programmes).unwrap();
        let settings =
            Settings { watch: false, ..Settings::new(programmes, folder.path().join("data")) };
        let mut options = RecordOptions::new(&folder.path().join("record"));
        options.engine = EngineKind::Memory;
        let (journal, _) = Journal::open(options).unwrap();
        let store: Arc<dyn Store> = Arc::new(journal);
        let clock = Arc::new(SetClock::at(NOW));
        let care = Care::new(Parts {
            store: store.clone(),
            runtime: Runtime::start(settings).unwrap(),
            clock: clock.clone() as Arc<dyn Clock>,
            calendar: Calendar::new("Europe/Copenhagen").unwrap(),
            secret: NumberSecret::new([7; 32]),
        });
        let (citizen, enrolment) = (CitizenId::new(), EnrolmentId::new());
        let house = Self { care, store, clock, citizen, enrolment, _folder: folder };
        house.furnish();
        house
    }

    fn furnish(&self) {
        let mut units = Commit::new(Actor::host(), NOW).stream(StreamId::Accounts, Expected::Any);
        for id in ["home-care", "cardiology", "surgery"] {
            let (sector, looks) = (Sector::Hospital, Text::from([("da", "På hverdage")]));
            let unit =
                Unit { id: id.parse().unwrap(), name: id.into(), sector, looks, under: None };
            units.push(UnitAdded { unit });
        }
        self.store.commit(units).wait().unwrap();
        let citizen = Citizen {
            id: self.citizen,
            number: "0707610001".parse().unwrap(),
            name: "Demo Borger 1".into(),
            registered: NOW,
        };
        let enrolment = Enrolment {
            id: self.enrolment,
            citizen: self.citizen,
            programme: "demo".parse().unwrap(),
            unit: "home-care".parse().unwrap(),
            care_team: vec!["cardiology".parse().unwrap()],
            start: NOW.plus(-DAY),
            state: EnrolmentState::Active,
        };
        self.tell(CitizenRegistered { citizen, number_key: Digest([1; 32]) });
        self.tell(EnrolmentStarted { enrolment });
    }

    fn tell(&self, event: impl Into<gtp_record::event::Event>) {
        let commit = Commit::new(Actor::host(), NOW)
            .stream(StreamId::Citizen(self.citizen), Expected::Any)
            .event(event);
        self.store.commit(commit).wait().unwrap();
    }

    fn own(&self) -> Actor {
        Actor {
            account: "demo-citizen".into(),
            role: Role::Citizen,
            unit: None,
            citizen: Some(self.citizen),
        }
    }

    async fn add(&self, actor: &Actor, content: PlanContent) -> Result<PlanItem, CareError> {
        self.care.add_to_plan(actor, self.citizen, content, Once::default()).await
    }

    async fn plan(&self, actor: &Actor) -> Result<Plan, CareError> {
        self.care.plan(actor, self.citizen, true, &Why::through("api")).await
    }

    async fn write(&self, actor: &Actor, unit: Option<&str>) -> Result<MessageId, CareError> {
        let unit = unit.map(|unit| unit.parse().unwrap());
        let new = NewMessage { unit, text: "Hej".into() };
        let sent = self.care.send_message(actor, self.citizen, new, Once::default()).await?;
        Ok(sent.row.message.id)
    }
}

fn nurse(unit: &str) -> Actor {
    Actor {
        account: format!("demo-{unit}"),
        role: Role::Clinician,
        unit: Some(unit.parse().unwrap()),
        citizen: None,
    }
}

fn goal(text: &str) -> PlanContent {
    PlanContent::Goal(Goal { text: text.into(), target: None, by: None })
}

fn appointment(starts: Time) -> Appointment {
    Appointment {
        text: "Kontrol".into(),
        unit: "home-care".parse().unwrap(),
        starts,
        ends: Some(starts.plus(HOUR)),
        place: Place::At("Demovej 1".into()),
    }
}

fn faults(error: CareError) -> Vec<(String, Fault)> {
    match error {
        CareError::Invalid(problems) => {
            problems.into_iter().map(|problem| (problem.pointer, problem.fault)).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn all_care_teams_and_the_citizen_share_one_plan_and_nobody_else_knows_of_it() {
    let house = House::new();
    let item = house.add(&nurse("home-care"), goal("Gå en tur")).await.unwrap();
    for actor in [nurse("home-care"), nurse("cardiology"), house.own()] {
        assert_eq!(house.plan(&actor).await.unwrap().items, std::slice::from_ref(&item));
    }
    let other = Actor { citizen: Some(CitizenId::new()), ..house.own() };
    let operator = Actor { role: Role::Operator, ..nurse("home-care") };
    for actor in [nurse("surgery"), other, operator] {
        let seen = house.plan(&actor).await;
        assert!(matches!(seen, Err(CareError::NotFound("citizen"))), "{seen:?}");
        let why = Why::through("api");
        let seen = house.care.plan_item(&actor, item.id, &why).await;
        assert!(matches!(seen, Err(CareError::NotFound("plan item"))), "{seen:?}");
        assert!(house.write(&actor, Some("home-care")).await.is_err());
        let diary = house.care.diary(&actor, house.citizen, DiaryQuery::default(), &why).await;
        assert!(matches!(diary, Err(CareError::NotFound(_))), "{diary:?}");
    }
    // The care team of an enrolment that has ended is one no more.
    let (outcome, reason) = ("completed".to_owned(), "rask".to_owned());
    house.tell(EnrolmentEnded { enrolment: house.enrolment, outcome, reason });
    assert!(house.plan(&nurse("home-care")).await.is_err());
    assert_eq!(house.plan(&house.own()).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_citizen_sets_changes_and_ends_goals_of_their_own_and_nothing_else() {
    let house = House::new();
    let own = house.own();
    let theirs = house.add(&nurse("home-care"), goal("Tab dig")).await.unwrap();
    let mine = house.add(&own, goal("  Se mit barnebarn  ")).await.unwrap();
    assert_eq!(mine.content, goal("Se mit barnebarn"));
    let change =
        |text: &str| PlanChange { content: goal(text), reason: String::new(), revision: Some(1) };
    let once = Once::default();
    let changed = house.care.change_plan_item(&own, mine.id, change("Lege"), once).await.unwrap();
    assert_eq!((changed.revision, &changed.content), (2, &goal("Lege")));
    let refused = house.care.change_plan_item(&own, theirs.id, change("Nej"), once).await;
    assert!(matches!(refused, Err(CareError::Denied(_))), "{refused:?}");
    let end = PlanEnd { outcome: PlanOutcome::Done, note: String::new(), revision: None };
    assert!(house.care.end_plan_item(&own, theirs.id, end.clone(), once).await.is_err());
    house.care.end_plan_item(&own, mine.id, end, once).await.unwrap();

    let target =
        Target { field: "weight".parse().unwrap(), low: None, high: Some(80.0), unit: "kg".into() };
    let with_target =
        PlanContent::Goal(Goal { text: "Ned".into(), target: Some(target), by: None });
    let found = faults(house.add(&own, with_target).await.unwrap_err());
    assert!(found.contains(&("/target".into(), Fault::MayNotEnter)), "{found:?}");
    let visit = PlanContent::Appointment(appointment(NOW.plus(DAY)));
    assert_eq!(
        faults(house.add(&own, visit).await.unwrap_err()),
        [("/kind".into(), Fault::MayNotEnter)]
    );
}

#[tokio::test]
async fn of_two_who_change_one_item_at_once_one_is_told_that_the_other_was_first() {
    let house = House::new();
    let item = house.add(&nurse("home-care"), goal("Gå")).await.unwrap();
    let change =
        |text: &str| PlanChange { content: goal(text), reason: "aftalt".into(), revision: Some(1) };
    let (home, heart) = (nurse("home-care"), nurse("cardiology"));
    let (first, second) = tokio::join!(
        house.care.change_plan_item(&home, item.id, change("1 km"), Once::default()),
        house.care.change_plan_item(&heart, item.id, change("2 km"), Once::default()),
    );
    let results = [first, second];
    let won: Vec<&PlanItem> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
    assert_eq!(won.len(), 1, "{results:?}");
    let race = |result: &Result<PlanItem, CareError>| {
        matches!(result, Err(CareError::Conflict(Conflict::Race)))
    };
    assert!(results.iter().any(race), "{results:?}");
    let view = house.care.plan_item(&home, item.id, &Why::through("api")).await.unwrap();
    assert_eq!((&view.item, view.history.len()), (won[0], 2));
}

#[tokio::test]
async fn a_command_under_one_key_is_carried_out_once() {
    let house = House::new();
    let (nurse, key) = (nurse("home-care"), IdempotencyKey::parse("k-1").unwrap());
    let once = Once::under(Some(&key));
    let add = |text: &str| house.care.add_to_plan(&nurse, house.citizen, goal(text), once);
    let (first, second) = tokio::join!(add("Gå"), add("Gå"));
    let third = add("Gå").await.unwrap();
    assert_eq!(first.unwrap(), third);
    assert_eq!(second.unwrap(), third);
    let other = add("Løb").await;
    assert!(matches!(other, Err(CareError::Conflict(Conflict::KeyReused))), "{other:?}");
    assert_eq!(house.plan(&nurse).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn what_has_ended_stays_in_the_history_and_is_not_changed_any_more() {
    let house = House::new();
    let nurse = nurse("home-care");
    let item = house.add(&nurse, goal("Gå")).await.unwrap();
    let end =
        |note: &str| PlanEnd { outcome: PlanOutcome::NotDone, note: note.into(), revision: None };
    house.clock.set(NOW.plus(DAY));
    let once = Once::default();
    let ended = house.care.end_plan_item(&nurse, item.id, end("syg"), once).await.unwrap();
    let ending = ended.ending.as_ref().unwrap();
    assert_eq!((ending.outcome, ending.at), (PlanOutcome::NotDone, NOW.plus(DAY)));
    let again = house.care.end_plan_item(&nurse, item.id, end(""), once).await;
    assert!(matches!(again, Err(CareError::Conflict(Conflict::ItemEnded))), "{again:?}");
    let plan = house.plan(&nurse).await.unwrap();
    assert_eq!((plan.items.len(), plan.ended), (0, vec![ended]));
}

#[tokio::test]
async fn what_is_wrong_with_an_appointment_is_said_thing_by_thing() {
    let house = House::new();
    let nurse = nurse("home-care");
    let wrong = Appointment {
        text: " ".into(),
        unit: "nowhere".parse().unwrap(),
        starts: NOW.plus(-HOUR),
        ends: Some(NOW.plus(-2 * HOUR)),
        place: Place::Video("http://video.example/1".into()),
    };
    let error = house.add(&nurse, PlanContent::Appointment(wrong)).await.unwrap_err();
    assert_eq!(
        faults(error),
        [
            ("/text".into(), Fault::Empty),
            ("/unit".into(), Fault::Unknown("unit")),
            ("/starts".into(), Fault::InThePast),
            ("/ends".into(), Fault::EndsBeforeItBegins),
            ("/video".into(), Fault::NotHttps),
        ]
    );
    // Once it has begun, its words may still be changed, but it is not moved into the past.
    let content = PlanContent::Appointment(appointment(NOW.plus(HOUR)));
    let item = house.add(&nurse, content).await.unwrap();
    house.clock.set(NOW.plus(DAY));
    let change = |appointment| PlanChange {
        content: PlanContent::Appointment(appointment),
        reason: String::new(),
        revision: None,
    };
    let words = Appointment { text: "Kontrol af vægt".into(), ..appointment(NOW.plus(HOUR)) };
    let once = Once::default();
    let changed = house.care.change_plan_item(&nurse, item.id, change(words), once).await;
    assert_eq!(changed.unwrap().revision, 2);
    let moved = change(appointment(NOW.plus(2 * HOUR)));
    let error = house.care.change_plan_item(&nurse, item.id, moved, once).await.unwrap_err();
    assert_eq!(faults(error), [("/starts".into(), Fault::InThePast)]);
    let other = PlanChange { content: goal("x"), reason: String::new(), revision: None };
    let error = house.care.change_plan_item(&nurse, item.id, other, once).await.unwrap_err();
    assert_eq!(faults(error), [("/kind".into(), Fault::NoSuchChoice)]);
}

#[tokio::test]
async fn visits_are_known_to_schedules_from_when_they_were_made_until_they_are_called_off() {
    let house = House::new();
    let nurse = nurse("cardiology");
    let content = PlanContent::Appointment(appointment(NOW.plus(9 * DAY)));
    let item = house.add(&nurse, content).await.unwrap();
    let known = || house.care.known_visits(house.citizen, queries::Window::ALL).unwrap();
    let visit = crate::schedule::Visit { starts: NOW.plus(9 * DAY), known: NOW };
    assert_eq!(known(), [visit]);
    let end = PlanEnd { outcome: PlanOutcome::Cancelled, note: String::new(), revision: None };
    house.care.end_plan_item(&nurse, item.id, end, Once::default()).await.unwrap();
    assert_eq!(known(), []);
}

#[tokio::test]
async fn a_diary_takes_words_a_value_or_both_and_nothing_from_the_future() {
    let house = House::new();
    let own = house.own();
    let note = |at, text: &str, value: Option<f64>| NewDiaryNote {
        at,
        text: text.into(),
        value: value
            .map(|number| DiaryValue { what: "Søvn".into(), number, unit: "timer".into() }),
    };
    let write = |new| house.care.write_diary(&own, house.citizen, new, Once::default());
    write(note(None, "Ondt i knæet", None)).await.unwrap();
    let row = write(note(Some(NOW.plus(-DAY)), "", Some(6.5))).await.unwrap();
    assert_eq!((row.note.at, row.written), (NOW.plus(-DAY), NOW));
    let pointers =
        |error| faults(error).into_iter().map(|(pointer, _)| pointer).collect::<Vec<_>>();
    let empty = write(note(Some(NOW.plus(1)), " ", None)).await.unwrap_err();
    assert_eq!(pointers(empty), ["/text", "/at"]);
    let odd = write(note(Some(NOW.plus(-6 * 366 * DAY)), "", Some(f64::NAN))).await.unwrap_err();
    assert_eq!(pointers(odd), ["/value/number", "/at"]);
    let seen = house
        .care
        .diary(&nurse("cardiology"), house.citizen, DiaryQuery::default(), &Why::through("api"))
        .await
        .unwrap();
    let texts: Vec<&str> = seen.iter().map(|row| row.note.text.as_str()).collect();
    assert_eq!(texts, ["Ondt i knæet", ""]);
    let log = queries::access_log(&*house.store, house.citizen, None, 9).unwrap();
    assert_eq!((log.len(), log[0].what.as_str()), (1, "diary"));
}

#[tokio::test]
async fn a_message_is_read_by_the_side_it_was_sent_to() {
    let house = House::new();
    let (own, home, heart) = (house.own(), nurse("home-care"), nurse("cardiology"));
    let first = house.write(&own, None).await.unwrap();
    let second = house.write(&own, None).await.unwrap();
    house.write(&own, Some("cardiology")).await.unwrap();
    let refused = house.write(&own, Some("surgery")).await.unwrap_err();
    assert_eq!(faults(refused), [("/unit".into(), Fault::NotInCareTeam)]);
    let refused = house.write(&home, Some("cardiology")).await.unwrap_err();
    assert_eq!(faults(refused), [("/unit".into(), Fault::MayNotEnter)]);

    let count = |actor: &Actor| house.care.unread_count(actor).unwrap();
    assert_eq!((count(&home), count(&heart), count(&own)), (2, 1, 0));
    let from = &house.care.unread_messages(&home).await.unwrap().citizens[0];
    assert_eq!((from.citizen, from.name.as_str(), from.count), (house.citizen, "Demo Borger 1", 2));

    house.clock.set(NOW.plus(HOUR));
    let read = |actor, through| house.care.read_messages(actor, house.citizen, through);
    assert_eq!(read(&own, None).await.unwrap(), 0, "one's own messages are not for oneself");
    assert_eq!(read(&home, Some(first)).await.unwrap(), 1);
    assert_eq!(read(&home, Some(first)).await.unwrap(), 0);
    assert_eq!((count(&home), count(&heart)), (1, 1));
    let unknown = read(&home, Some(MessageId::new())).await;
    assert!(matches!(unknown, Err(CareError::NotFound("message"))), "{unknown:?}");

    let why = Why::through("api");
    let rows = house.care.messages(&heart, house.citizen, None, 9, &why).await.unwrap();
    assert_eq!(rows.len(), 3, "all care teams read along");
    let mark = rows[2].read.as_ref().unwrap();
    assert_eq!((mark.by.account.as_str(), mark.at), ("demo-home-care", NOW.plus(HOUR)));
    assert_eq!((rows[1].message.id, &rows[1].read), (second, &None));
    let before = house.care.messages(&own, house.citizen, Some(second), 9, &why).await.unwrap();
    assert_eq!(before.iter().map(|row| row.message.id).collect::<Vec<_>>(), [first]);

    house.write(&home, None).await.unwrap();
    assert_eq!(count(&own), 1);
    assert_eq!(read(&own, None).await.unwrap(), 1);
    assert_eq!(count(&own), 0);
}
