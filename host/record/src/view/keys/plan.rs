//! Where plans, diaries and messages lie.

use gtp_model::{CitizenId, DiaryNoteId, MessageId, PlanItemId, Time, UnitId};

use super::{Key, table};

pub(crate) fn plan_item(id: PlanItemId) -> Vec<u8> {
    Key::table(table::PLAN_ITEM).raw(id.0.as_bytes()).done()
}

/// The items of a citizen's plan that go on, or those that have ended.
pub(crate) fn plan_of(citizen: CitizenId, ended: bool) -> Key {
    let state = if ended { b'z' } else { b'o' };
    Key::table(table::PLAN).raw(citizen.0.as_bytes()).raw(&[state])
}

/// In the order in which they came into the plan.
pub(crate) fn in_plan(citizen: CitizenId, id: PlanItemId) -> Vec<u8> {
    plan_of(citizen, false).raw(id.0.as_bytes()).done()
}

/// The one that ended last is the first.
pub(crate) fn in_ended_plan(citizen: CitizenId, event: u64, id: PlanItemId) -> Vec<u8> {
    plan_of(citizen, true).newest_first(event).raw(id.0.as_bytes()).done()
}

pub(crate) fn plan_history(item: PlanItemId) -> Key {
    Key::table(table::PLAN_HISTORY).raw(item.0.as_bytes())
}

pub(crate) fn plan_change(item: PlanItemId, event: u64) -> Vec<u8> {
    plan_history(item).number(event).done()
}

/// The moments of a citizen's appointments.
pub(crate) fn visits_of(citizen: CitizenId) -> Key {
    Key::table(table::VISIT).raw(citizen.0.as_bytes())
}

pub(crate) fn visit(citizen: CitizenId, starts: Time, item: PlanItemId) -> Vec<u8> {
    visits_of(citizen).time(starts).raw(item.0.as_bytes()).done()
}

pub(crate) fn diary_of(citizen: CitizenId) -> Key {
    Key::table(table::DIARY).raw(citizen.0.as_bytes())
}

pub(crate) fn diary_note(citizen: CitizenId, at: Time, id: DiaryNoteId) -> Vec<u8> {
    diary_of(citizen).time(at).raw(id.0.as_bytes()).done()
}

pub(crate) fn messages_of(citizen: CitizenId) -> Key {
    Key::table(table::MESSAGE).raw(citizen.0.as_bytes())
}

pub(crate) fn message(citizen: CitizenId, event: u64) -> Vec<u8> {
    messages_of(citizen).number(event).done()
}

pub(crate) fn message_by_id(id: MessageId) -> Vec<u8> {
    Key::table(table::MESSAGE_BY_ID).raw(id.0.as_bytes()).done()
}

/// What a unit has not read yet.
pub(crate) fn unread_of_unit(unit: &UnitId) -> Key {
    Key::table(table::UNREAD).raw(b"u").text(unit.as_str())
}

pub(crate) fn unread_from(unit: &UnitId, citizen: CitizenId) -> Key {
    unread_of_unit(unit).raw(citizen.0.as_bytes())
}

/// What a citizen has not read yet.
pub(crate) fn unread_of_citizen(citizen: CitizenId) -> Key {
    Key::table(table::UNREAD).raw(b"c").raw(citizen.0.as_bytes())
}
