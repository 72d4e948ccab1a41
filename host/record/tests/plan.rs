//! Plans, diaries and messages as queries give them, on every engine, and again after the view was rebuilt.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use gtp_model::*;
use gtp_record::event::message::{MessageSent, MessagesRead};
use gtp_record::event::plan::{self, DiaryNoted, PlanItemEnded};
use gtp_record::event::{Event, StreamId};
use gtp_record::view::queries::{self, Window};
use gtp_record::{Commit, Expected, Record, Store};
use support::samples::{NOW, actor};
use support::*;

fn tell(record: &Record, citizen: CitizenId, at: Time, event: impl Into<Event>) {
    let commit =
        Commit::new(actor(), at).stream(StreamId::Citizen(citizen), Expected::Any).event(event);
    record.commit(commit).wait().unwrap();
}

/// Tells a history, checks it, throws the view away, and checks it again.
fn on_every_engine(tell: impl Fn(&Record, CitizenId), check: impl Fn(&Record, CitizenId)) {
    for engine in ENGINES {
        let dir = tempfile::tempdir().unwrap();
        let citizen = CitizenId::new();
        {
            let (record, _) = Record::open(small(dir.path(), engine)).unwrap();
            tell(&record, citizen);
            check(&record, citizen);
        }
        std::fs::remove_dir_all(dir.path().join("view")).unwrap();
        let (record, opened) = Record::open(small(dir.path(), engine)).unwrap();
        assert!(opened.replayed > 0);
        check(&record, citizen);
    }
}

fn appointment(starts: Time) -> PlanContent {
    PlanContent::Appointment(Appointment {
        text: "Kontrol".into(),
        unit: "sor-1".parse().unwrap(),
        starts,
        ends: None,
        place: Place::At("Demovej 1".into()),
    })
}

fn goal(text: &str) -> PlanContent {
    PlanContent::Goal(Goal { text: text.into(), target: None, by: None })
}

#[test]
fn an_item_keeps_every_version_of_itself_and_leaves_the_plan_when_it_ends() {
    let (walk, swim) = (PlanItemId::new(), PlanItemId::new());
    on_every_engine(
        |record, citizen| {
            tell(record, citizen, NOW, plan::set(walk, goal("Gå"), String::new()));
            tell(record, citizen, NOW, plan::set(swim, goal("Svøm"), String::new()));
            let later = NOW.plus(DAY);
            tell(record, citizen, later, plan::set(walk, goal("Gå 3 km"), "går godt".into()));
            let ended =
                PlanItemEnded { item: walk, outcome: PlanOutcome::Done, note: "nået".into() };
            tell(record, citizen, NOW.plus(2 * DAY), ended);
        },
        |record, citizen| {
            let open: Vec<_> = queries::plan(record, citizen, 9).unwrap();
            assert_eq!(open.iter().map(|row| row.item.id).collect::<Vec<_>>(), [swim]);
            let ended = queries::ended_plan(record, citizen, 9).unwrap();
            let [row] = &ended[..] else { panic!("{ended:?}") };
            assert_eq!((row.item.id, row.item.revision), (walk, 3));
            assert_eq!((row.item.set_at, row.item.changed_at), (NOW, NOW.plus(2 * DAY)));
            assert_eq!(row.item.ending.as_ref().unwrap().note, "nået");
            let history = queries::plan_history(record, walk).unwrap();
            let texts: Vec<_> = history.iter().map(|change| change.content.clone()).collect();
            assert_eq!(texts, [Some(goal("Gå")), Some(goal("Gå 3 km")), None]);
            assert_eq!(history[1].reason, "går godt");
            assert_eq!(history[2].ending, row.item.ending);
            assert_eq!(queries::plan_item(record, walk).unwrap().as_ref(), Some(row));
        },
    );
}

#[test]
fn a_visit_is_where_the_appointment_is_and_known_since_it_is_there() {
    let (kept, moved, off) = (PlanItemId::new(), PlanItemId::new(), PlanItemId::new());
    let day = |n: i64| NOW.plus(n * DAY);
    on_every_engine(
        |record, citizen| {
            for (item, starts) in [(kept, day(9)), (moved, day(5)), (off, day(7))] {
                tell(record, citizen, NOW, plan::set(item, appointment(starts), String::new()));
            }
            // Of one that is changed but not moved, the moment is as long known as it was.
            let again = plan::set(kept, appointment(day(9)), "nyt lokale".into());
            tell(record, citizen, day(1), again);
            let move_it = plan::set(moved, appointment(day(12)), "sygdom".into());
            tell(record, citizen, day(2), move_it);
            let cancel =
                PlanItemEnded { item: off, outcome: PlanOutcome::Cancelled, note: String::new() };
            tell(record, citizen, day(2), cancel);
            let done =
                PlanItemEnded { item: kept, outcome: PlanOutcome::Done, note: String::new() };
            tell(record, citizen, day(10), done);
        },
        |record, citizen| {
            let visits = queries::visits(record, citizen, Window::ALL).unwrap();
            let found: Vec<_> = visits.iter().map(|v| (v.item, v.starts, v.known)).collect();
            assert_eq!(found, [(kept, day(9), NOW), (moved, day(12), day(2))]);
            let window = Window { from: day(10), until: day(12) };
            assert_eq!(queries::visits(record, citizen, window).unwrap(), []);
        },
    );
}

#[test]
fn a_diary_is_read_from_its_newest_moment_back() {
    on_every_engine(
        |record, citizen| {
            for n in [3, 1, 2] {
                let note = DiaryNote {
                    id: DiaryNoteId::new(),
                    citizen,
                    at: NOW.plus(n * HOUR),
                    text: format!("{n}"),
                    value: None,
                };
                tell(record, citizen, NOW.plus(DAY), DiaryNoted { note });
            }
        },
        |record, citizen| {
            let texts = |window, limit| -> Vec<String> {
                let rows = queries::diary(record, citizen, window, limit).unwrap();
                rows.into_iter().map(|row| row.note.text).collect()
            };
            assert_eq!(texts(Window::ALL, 9), ["3", "2", "1"]);
            assert_eq!(texts(Window::ALL, 2), ["3", "2"]);
            let window = Window { from: NOW, until: NOW.plus(3 * HOUR) };
            assert_eq!(texts(window, 9), ["2", "1"]);
        },
    );
}

#[test]
fn a_message_is_unread_on_the_other_side_until_somebody_there_reads_it() {
    let unit: UnitId = "sor-1".parse().unwrap();
    let ids = [MessageId::new(), MessageId::new(), MessageId::new()];
    let sides = [MessageSide::Citizen, MessageSide::Unit, MessageSide::Citizen];
    on_every_engine(
        |record, citizen| {
            for (id, from) in ids.into_iter().zip(sides) {
                let text = "Hej".to_owned();
                let message = Message { id, citizen, unit: unit.clone(), from, text };
                tell(record, citizen, NOW, MessageSent { message });
            }
            tell(record, citizen, NOW.plus(DAY), MessagesRead { messages: vec![ids[0]] });
            // Read again, it was read when it was read first.
            tell(record, citizen, NOW.plus(2 * DAY), MessagesRead { messages: vec![ids[0]] });
        },
        |record, citizen| {
            let of_unit = queries::unread_of_unit(record, &unit, 9).unwrap();
            let [unread] = &of_unit[..] else { panic!("{of_unit:?}") };
            assert_eq!((unread.citizen, unread.message), (citizen, ids[2]));
            assert_eq!(queries::unread_from(record, &unit, citizen, 9).unwrap(), of_unit);
            assert_eq!(queries::unread_from(record, &unit, CitizenId::new(), 9).unwrap(), []);
            let of_citizen = queries::unread_of_citizen(record, citizen, 9).unwrap();
            assert_eq!(of_citizen.len(), 1);
            assert_eq!(of_citizen[0].message, ids[1]);
            let other = "sor-10".parse().unwrap();
            assert_eq!(queries::unread_of_unit(record, &other, 9).unwrap(), []);

            let all = queries::messages(record, citizen, None, 9).unwrap();
            let order: Vec<_> = all.iter().map(|row| row.message.id).collect();
            assert_eq!(order, [ids[2], ids[1], ids[0]]);
            let mark = all[2].read.as_ref().unwrap();
            assert_eq!((mark.at, &mark.by), (NOW.plus(DAY), &actor()));
            let earlier = queries::messages(record, citizen, Some(all[1].event), 9).unwrap();
            assert_eq!(earlier, all[2..]);
            assert_eq!(queries::message(record, ids[1]).unwrap().as_ref(), Some(&all[1]));
        },
    );
}
