//! Following a worklist: each change of an alert on it, in the order of the record, from any number on. Whoever
//! comes onto the list while it is followed gets a line in their access log before the follower hears of them.

use crate::access::{Deed, Gate};
use crate::access_log::Lists;
use crate::clock::Clock;
use crate::{Care, CareError, WorklistItem};
use gtp_model::{Actor, AlertId, UnitId};
use gtp_record::event::Event;
use gtp_record::view::queries;
use gtp_record::{Store, Subscription};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A follower that was away for more events than this starts anew: reading the list is quicker.
const FURTHEST_BACK: u64 = 100_000;

/// What happened to a worklist.
#[derive(Clone, Debug, PartialEq)]
pub enum WorklistChange {
    /// The follower was away for too long: read the list again.
    Reset,
    /// An alert is new or different. As it is now, which may be later than this change.
    Alert(Box<WorklistItem>),
    /// An alert is not on this list any more.
    Gone(AlertId),
}

/// Follows one unit's worklist.
pub struct WorklistFollower {
    store: Arc<dyn Store>,
    unit: UnitId,
    actor: Actor,
    gate: Gate,
    clock: Arc<dyn Clock>,
    lists: Arc<Lists>,
    events: Subscription,
    reset: Option<u64>,
}

impl Care {
    /// Follows the worklist of the actor's unit: what happens after event `after`, or from now on.
    ///
    /// # Errors
    /// [`CareError::Denied`] where the actor has no worklist.
    pub fn follow_worklist(
        &self,
        actor: &Actor,
        after: Option<u64>,
    ) -> Result<WorklistFollower, CareError> {
        self.require(actor, Deed::Worklist)?;
        let unit = actor.unit.clone().ok_or(CareError::Denied("own-worklist-only"))?;
        let last = self.store.last();
        let from = after.unwrap_or(last).min(last);
        let too_far = last.saturating_sub(from) > FURTHEST_BACK;
        let from = if too_far { last } else { from };
        let events = self.store.subscribe(from + 1);
        let reset = too_far.then_some(last);
        let (store, gate) = (Arc::clone(&self.store), self.gate.clone());
        let (actor, clock) = (actor.clone(), Arc::clone(&self.clock));
        let lists = Arc::clone(&self.lists);
        Ok(WorklistFollower { store, unit, actor, gate, clock, lists, events, reset })
    }
}

impl WorklistFollower {
    /// The next change and the number of its event; none when the record is closed.
    ///
    /// # Errors
    /// Where the record cannot be read.
    pub async fn next(&mut self) -> Result<Option<(u64, WorklistChange)>, CareError> {
        if let Some(number) = self.reset.take() {
            return Ok(Some((number, WorklistChange::Reset)));
        }
        while let Some(recorded) = self.events.next().await? {
            let Some(id) = alert_of(&recorded.event) else { continue };
            if let Some(change) = self.change(id)? {
                if let WorklistChange::Alert(item) = &change {
                    let (now, seen) = (self.clock.now(), BTreeSet::from([item.alert.citizen]));
                    self.lists.note(&*self.store, &self.actor, "worklist", seen, now).await?;
                }
                return Ok(Some((recorded.number, change)));
            }
        }
        Ok(None)
    }

    fn change(&self, id: AlertId) -> Result<Option<WorklistChange>, CareError> {
        let Some(alert) = queries::alert(&*self.store, id)? else { return Ok(None) };
        let now = self.clock.now();
        let Some(alert) = self.gate.lists_alert(&self.actor, alert, now)? else {
            return Ok(None);
        };
        if alert.unit == self.unit {
            let citizen = queries::citizen(&*self.store, alert.citizen)?;
            let citizen_name = citizen.map_or_else(String::new, |citizen| citizen.name);
            let item = WorklistItem { alert, citizen_name };
            return Ok(Some(WorklistChange::Alert(Box::new(item))));
        }
        // It may have been here: those who care for the citizen hear that it is not, and no more.
        let enrolment = queries::enrolment(&*self.store, alert.enrolment)?;
        let ours = enrolment.is_some_and(|row| row.enrolment.cared_for_by(&self.unit));
        Ok(ours.then_some(WorklistChange::Gone(id)))
    }
}

/// The alert that an event is about.
fn alert_of(event: &Event) -> Option<AlertId> {
    match event {
        Event::AlertOpened(event) => Some(event.alert.id),
        Event::AlertJoined(event) => Some(event.alert),
        Event::AlertTaken(event) => Some(event.alert),
        Event::AlertNoted(event) => Some(event.alert),
        Event::AlertHandedOver(event) => Some(event.alert),
        Event::AlertResolved(event) => Some(event.alert),
        Event::AlertReopened(event) => Some(event.alert),
        Event::AlertEscalated(event) => Some(event.alert),
        Event::AlertMissedAgain(event) => Some(event.alert),
        _ => None,
    }
}
