//! What plans, diaries and messages change in the view.
//!
//! The row of an item is put after everything else that an event changes: once it is there with the event's
//! number, the event has been applied as a whole, and applying it again has nothing to do.

use gtp_model::{
    CitizenId, DiaryNote, Message, MessageSide, PlanContent, PlanEnding, PlanItem, PlanItemId,
    PlanOutcome,
};

use super::Fold;
use crate::event::message::MessagesRead;
use crate::event::plan::PlanItemEnded;
use crate::store::StoreError;
use crate::view::keys;
use crate::view::rows::{
    self, DiaryRow, MessageRow, PlanChangeRow, PlanItemRow, ReadMark, VisitRow,
};

impl Fold<'_, '_> {
    pub(super) fn plan_set(
        &mut self,
        id: PlanItemId,
        content: PlanContent,
        reason: &str,
    ) -> Result<(), StoreError> {
        let (own, recorded) = (self.stream_citizen()?, self.recorded);
        let before = self.plan_item(id)?;
        // An item stays where it began, also when its citizen was merged into another one.
        let citizen = before.as_ref().map_or(own, |row| row.item.citizen);
        if before.as_ref().is_some_and(|row| row.event >= recorded.number) {
            return Ok(());
        }
        self.plan_change(id, Some(&content), None, reason)?;
        self.visit(citizen, before.as_ref().map(|row| &row.item), id, &content)?;
        let item = match before {
            Some(PlanItemRow { item, .. }) => PlanItem {
                content,
                revision: item.revision.saturating_add(1),
                changed_by: recorded.actor.clone(),
                changed_at: recorded.time,
                ..item
            },
            None => {
                self.put(keys::in_plan(citizen, id), vec![]);
                PlanItem {
                    id,
                    citizen,
                    content,
                    revision: 1,
                    set_by: recorded.actor.clone(),
                    set_at: recorded.time,
                    changed_by: recorded.actor.clone(),
                    changed_at: recorded.time,
                    ending: None,
                }
            }
        };
        self.put_json(keys::plan_item(id), &PlanItemRow { item, event: recorded.number })
    }

    pub(super) fn plan_item_ended(&mut self, event: &PlanItemEnded) -> Result<(), StoreError> {
        let recorded = self.recorded;
        let Some(mut row) = self.plan_item(event.item)? else {
            return Ok(());
        };
        let citizen = row.item.citizen;
        if row.event >= recorded.number {
            return Ok(());
        }
        let ending = PlanEnding {
            outcome: event.outcome,
            note: event.note.clone(),
            by: recorded.actor.clone(),
            at: recorded.time,
        };
        self.plan_change(event.item, None, Some(&ending), "")?;
        if let (PlanContent::Appointment(appointment), PlanOutcome::Cancelled) =
            (&row.item.content, event.outcome)
        {
            self.remove(keys::visit(citizen, appointment.starts, event.item));
        }
        self.remove(keys::in_plan(citizen, event.item));
        self.put(keys::in_ended_plan(citizen, recorded.number, event.item), vec![]);
        row.item.revision = row.item.revision.saturating_add(1);
        row.item.changed_by = recorded.actor.clone();
        row.item.changed_at = recorded.time;
        row.item.ending = Some(ending);
        row.event = recorded.number;
        self.put_json(keys::plan_item(event.item), &row)
    }

    fn plan_item(&self, id: PlanItemId) -> Result<Option<PlanItemRow>, StoreError> {
        let bytes = self.row(&keys::plan_item(id))?;
        bytes.map(|bytes| rows::from_json("plans", &bytes)).transpose()
    }

    fn plan_change(
        &mut self,
        item: PlanItemId,
        content: Option<&PlanContent>,
        ending: Option<&PlanEnding>,
        reason: &str,
    ) -> Result<(), StoreError> {
        let recorded = self.recorded;
        let row = PlanChangeRow {
            content: content.cloned(),
            ending: ending.cloned(),
            reason: reason.to_owned(),
            by: recorded.actor.clone(),
            at: recorded.time,
            event: recorded.number,
        };
        self.put_json(keys::plan_change(item, recorded.number), &row)
    }

    /// An appointment is known since it was made; one that is moved, since it was moved.
    fn visit(
        &mut self,
        citizen: CitizenId,
        before: Option<&PlanItem>,
        item: PlanItemId,
        now: &PlanContent,
    ) -> Result<(), StoreError> {
        let starts = |content: &PlanContent| match content {
            PlanContent::Appointment(appointment) => Some(appointment.starts),
            _ => None,
        };
        let (old, new) = (before.and_then(|item| starts(&item.content)), starts(now));
        if old == new {
            return Ok(());
        }
        if let Some(old) = old {
            self.remove(keys::visit(citizen, old, item));
        }
        if let Some(starts) = new {
            let row = VisitRow { item, starts, known: self.recorded.time };
            self.put_json(keys::visit(citizen, starts, item), &row)?;
        }
        Ok(())
    }

    pub(super) fn diary_noted(&mut self, note: &DiaryNote) -> Result<(), StoreError> {
        let row = DiaryRow {
            note: note.clone(),
            by: self.recorded.actor.clone(),
            written: self.recorded.time,
            event: self.recorded.number,
        };
        self.put_json(keys::diary_note(note.citizen, note.at, note.id), &row)
    }

    pub(super) fn message_sent(&mut self, message: &Message) -> Result<(), StoreError> {
        let (recorded, id) = (self.recorded, message.id.0.as_bytes().to_vec());
        let key = keys::message(message.citizen, recorded.number);
        self.put(unread(message, recorded.number), id);
        self.put(keys::message_by_id(message.id), key.clone());
        let row = MessageRow {
            message: message.clone(),
            by: recorded.actor.clone(),
            sent: recorded.time,
            read: None,
            event: recorded.number,
        };
        self.put_json(key, &row)
    }

    /// Who read it first stays who read it.
    pub(super) fn messages_read(&mut self, event: &MessagesRead) -> Result<(), StoreError> {
        for id in &event.messages {
            let Some(key) = self.row(&keys::message_by_id(*id))? else { continue };
            let Some(bytes) = self.row(&key)? else { continue };
            let mut row: MessageRow = rows::from_json("messages", &bytes)?;
            self.remove(unread(&row.message, row.event));
            if row.read.is_none() {
                let (by, at) = (self.recorded.actor.clone(), self.recorded.time);
                row.read = Some(ReadMark { by, at });
                self.put_json(key, &row)?;
            }
        }
        Ok(())
    }
}

/// The place of a message among those that the other side has not read.
fn unread(message: &Message, event: u64) -> Vec<u8> {
    match message.from {
        MessageSide::Citizen => keys::unread_from(&message.unit, message.citizen),
        MessageSide::Unit => keys::unread_of_citizen(message.citizen),
    }
    .number(event)
    .done()
}
