//! What a store promises, on every engine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use gtp_model::{CitizenId, Time};
use gtp_record::event::{Event, StreamId, submission::ObservationCorrected};
use gtp_record::view::queries::{self, Window};
use gtp_record::{Expected, Record, Store, StoreError};
use support::*;

fn each(check: impl Fn(&Record)) {
    for engine in ENGINES {
        let dir = tempfile::tempdir().unwrap();
        let (record, _) = Record::open(small(dir.path(), engine)).unwrap();
        check(&record);
    }
}

#[test]
fn what_was_committed_is_read_at_once_and_after_reopening() {
    for engine in ENGINES {
        let dir = tempfile::tempdir().unwrap();
        let citizen = demo_citizen(1);
        let stream = StreamId::Citizen(citizen.id);
        {
            let (record, opened) = Record::open(small(dir.path(), engine)).unwrap();
            assert_eq!(opened.replayed, 0);
            let new = commit(citizen.id, Expected::Version(0)).event(registered(&citizen));
            let done = record.commit(new).wait().unwrap();
            assert_eq!((done.first, done.last), (1, 1));
            assert_eq!(queries::citizen(&record, citizen.id).unwrap(), Some(citizen.clone()));
        }
        let (record, opened) = Record::open(small(dir.path(), engine)).unwrap();
        assert_eq!(opened.rebuilt, None);
        assert_eq!(queries::citizen(&record, citizen.id).unwrap(), Some(citizen.clone()));
        let key = queries::number_key(&SECRET, &citizen.number);
        assert_eq!(queries::citizen_by_number(&record, &key).unwrap().unwrap().id, citizen.id);
        assert_eq!(record.version(stream).unwrap(), 1);
        assert_eq!(record.events(stream, 1, 10).unwrap()[0].event, registered(&citizen).into());
    }
}

#[test]
fn the_second_of_two_racing_commits_is_told_which_version_it_missed() {
    each(|record| {
        let citizen = CitizenId::new();
        let value = |kg| recorded(&weight(citizen, Time(5), kg));
        let first = record.commit(commit(citizen, Expected::Version(0)).event(value(80.0)));
        let second = record.commit(commit(citizen, Expected::Version(0)).event(value(81.0)));
        first.wait().unwrap();
        match second.wait() {
            Err(StoreError::Conflict { expected: 0, found: 1, .. }) => {}
            other => panic!("{other:?}"),
        }
        record.commit(commit(citizen, Expected::Version(1)).event(value(81.0))).wait().unwrap();
        assert_eq!(record.version(StreamId::Citizen(citizen)).unwrap(), 2);
    });
}

#[test]
fn two_citizens_cannot_be_registered_with_one_number() {
    each(|record| {
        let (one, other) = (demo_citizen(1), demo_citizen(1));
        let register = |citizen: &gtp_model::Citizen| {
            let event = registered(citizen);
            let key = gtp_record::view::keys::citizen_by_number(&event.number_key);
            record.commit(commit(citizen.id, Expected::Version(0)).event(event).unless_exists(key))
        };
        let (one, other) = (register(&one), register(&other));
        one.wait().unwrap();
        assert!(matches!(other.wait(), Err(StoreError::Exists { .. })));
        assert_eq!(record.last(), 1);
    });
}

#[test]
fn a_commit_over_several_streams_is_one() {
    each(|record| {
        let (one, other) = (CitizenId::new(), CitizenId::new());
        let both = commit(one, Expected::Version(0))
            .event(recorded(&weight(one, Time(1), 70.0)))
            .event(recorded(&weight(one, Time(2), 71.0)))
            .stream(StreamId::Citizen(other), Expected::Version(3))
            .event(recorded(&weight(other, Time(1), 90.0)));
        assert!(matches!(record.commit(both.clone()).wait(), Err(StoreError::Conflict { .. })));
        assert_eq!(record.version(StreamId::Citizen(one)).unwrap(), 0);
        let both = commit(one, Expected::Version(0))
            .event(recorded(&weight(one, Time(1), 70.0)))
            .event(recorded(&weight(one, Time(2), 71.0)))
            .stream(StreamId::Citizen(other), Expected::Any)
            .event(recorded(&weight(other, Time(1), 90.0)));
        let done = record.commit(both).wait().unwrap();
        assert_eq!(done.last - done.first, 2);
        let events = record.events(StreamId::Citizen(one), 2, 10).unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].version, events[0].number), (2, 2));
    });
}

#[test]
fn a_series_is_read_by_window_and_by_count_without_what_was_corrected() {
    each(|record| {
        let citizen = CitizenId::new();
        let field = "weight".parse().unwrap();
        let all: Vec<_> = (0..50).map(|n| weight(citizen, Time(n * 10 - 100), n as f64)).collect();
        for chunk in all.chunks(7) {
            let mut part = commit(citizen, Expected::Any);
            chunk.iter().for_each(|one| part.push(recorded(one)));
            record.commit(part).wait().unwrap();
        }
        let mut typo = weight(citizen, all[20].measured, 20.5);
        typo.supersedes = Some(all[20].id);
        let correction =
            ObservationCorrected { observation: typo.clone(), reason: "typo".to_owned() };
        record.commit(commit(citizen, Expected::Any).event(correction)).wait().unwrap();

        let window = Window { from: Time(90), until: Time(120) };
        let read = queries::observations(record, citizen, &field, window).unwrap();
        let values: Vec<_> = read.iter().filter_map(|row| row.observation.value.number()).collect();
        assert_eq!(values, [19.0, 20.5, 21.0]);
        let newest =
            queries::newest_observations(record, citizen, &field, Window::upto(Time(105)), 2)
                .unwrap();
        assert_eq!(newest[1].observation, typo);
        assert_eq!(newest[0].observation, all[19]);
        let none = queries::newest_observations(record, citizen, &field, Window::ALL, 0).unwrap();
        assert!(none.is_empty());
        let before_1970 = Window { from: Time(i64::MIN), until: Time(0) };
        assert_eq!(queries::observations(record, citizen, &field, before_1970).unwrap().len(), 10);
        assert_eq!(queries::observations(record, citizen, &field, Window::ALL).unwrap().len(), 50);

        let old = queries::observation(record, citizen, all[20].id).unwrap().unwrap();
        assert_eq!((old.observation, old.superseded_by), (all[20].clone(), Some(typo.id)));
        let hidden =
            queries::superseded_observations(record, citizen, &field, Window::ALL).unwrap();
        assert_eq!(hidden.len(), 1);
        assert_eq!(queries::fields_of(record, citizen).unwrap(), [field]);
    });
}

#[test]
fn a_value_that_is_no_number_is_refused_and_nothing_is_kept() {
    each(|record| {
        let citizen = CitizenId::new();
        let bad = recorded(&weight(citizen, Time(1), f64::NAN));
        let error = record.commit(commit(citizen, Expected::Any).event(bad)).wait().unwrap_err();
        assert!(matches!(error, StoreError::Event(_)), "{error}");
        assert_eq!(record.last(), 0);
    });
}

#[test]
fn a_second_process_is_refused_and_told_who_holds_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    let first = Record::open(small(dir.path(), ENGINES[0])).unwrap();
    let Err(error) = Record::open(small(dir.path(), ENGINES[0])) else {
        panic!("opened twice");
    };
    let message = error.to_string();
    assert!(message.contains("in use by another process"), "{message}");
    assert!(message.contains(&std::process::id().to_string()), "{message}");
    drop(first);
    Record::open(small(dir.path(), ENGINES[0])).unwrap();
}

#[tokio::test]
async fn a_follower_gets_every_event_once_in_order_past_and_future() {
    let dir = tempfile::tempdir().unwrap();
    let (record, _) = Record::open(small(dir.path(), ENGINES[0])).unwrap();
    let citizen = CitizenId::new();
    let add = |n: i64| {
        record.commit(commit(citizen, Expected::Any).event(recorded(&weight(
            citizen,
            Time(n),
            1.0,
        ))))
    };
    for n in 0..600 {
        add(n).await.unwrap();
    }
    let mut following = record.subscribe(5);
    for n in 600..700 {
        add(n).await.unwrap();
    }
    for number in 5..=700 {
        let event = following.next().await.unwrap().unwrap();
        assert_eq!(event.number, number);
        let Event::ObservationRecorded(recorded) = &event.event else { panic!() };
        assert_eq!(recorded.observation.measured, Time(number as i64 - 1));
    }
    record.close();
    assert!(following.next().await.unwrap().is_none());
}

#[test]
fn a_follower_that_lags_far_behind_misses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (record, _) = Record::open(small(dir.path(), ENGINES[0])).unwrap();
    let mut following = record.subscribe(1);
    let citizen = CitizenId::new();
    for n in 0..600 {
        let mut ten = commit(citizen, Expected::Any);
        (0..10).for_each(|_| ten.push(recorded(&weight(citizen, Time(n), 1.0))));
        record.commit(ten).wait().unwrap();
    }
    record.close();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for number in 1..=6000 {
            assert_eq!(following.next().await.unwrap().unwrap().number, number);
        }
        assert!(following.next().await.unwrap().is_none());
    });
}
