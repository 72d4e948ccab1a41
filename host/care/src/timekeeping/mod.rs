//! What the host does by itself when its time has come: planned enrolments and pauses begin and end, what did
//! not come is missing, and a red alert that nobody took is escalated.
//!
//! Nothing of this is kept on disk beside the record: the agenda is worked out from the record at the start, and
//! followed from there. After the host was down, each activity of each enrolment gives one alert at most, with
//! everything that did not come meanwhile in it, so catching up is no storm. What was alerted once, resolved or
//! not, is not alerted again.

mod agenda;
pub mod escalation;
mod missing;

pub(crate) use missing::pauses;

use crate::{Care, CareError};
use agenda::{Agenda, Entry};
use gtp_model::{Actor, AlertId, AlertSeverity, AlertState, EnrolmentId, EnrolmentState, Time};
use gtp_record::event::alert::AlertEscalated;
use gtp_record::event::enrolment::{EnrolmentPaused, EnrolmentResumed};
use gtp_record::event::{Event, Recorded, StreamId};
use gtp_record::view::queries::{self, AlertColumn};
use gtp_record::view::rows::EnrolmentRow;
use gtp_record::{Commit, Expected, StoreError, Subscription};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// The clock on the wall is looked at this often at least: it may have been set.
const AT_MOST: Duration = Duration::from_secs(30);
/// So many enrolments or alerts are read at a time.
const CHUNK: usize = 500;

/// Keeps the host's own appointments.
pub struct Timekeeper {
    care: Arc<Care>,
    agenda: Agenda,
}

impl Timekeeper {
    /// Works out the agenda from the record.
    ///
    /// # Errors
    /// Where the record cannot be read.
    pub fn new(care: Arc<Care>) -> Result<Self, CareError> {
        let mut agenda = Agenda::default();
        let now = care.now();
        for unit in queries::units(&*care.store)? {
            let mut after = None;
            loop {
                let rows = queries::enrolments_of_unit(&*care.store, &unit.id, after, CHUNK)?;
                let Some(last) = rows.last() else { break };
                after = Some(last.enrolment.id);
                for row in rows.iter().filter(|row| row.enrolment.unit == unit.id) {
                    if row.enrolment.state != EnrolmentState::Ended {
                        agenda.at(now, Entry::Enrolment(row.enrolment.id));
                    }
                }
            }
            let open = queries::worklist(&*care.store, &unit.id, AlertColumn::Open, usize::MAX)?;
            for alert in open.iter().take_while(|alert| alert.severity == AlertSeverity::Red) {
                agenda.at(now, Entry::Alert(alert.id));
            }
        }
        Ok(Self { care, agenda })
    }

    /// Takes note of what happened.
    ///
    /// # Errors
    /// Where the record cannot be read.
    pub fn hear(&mut self, recorded: &Recorded) -> Result<(), CareError> {
        let now = self.care.now();
        match &recorded.event {
            Event::EnrolmentStarted(event) => {
                self.agenda.at(now, Entry::Enrolment(event.enrolment.id));
            }
            Event::EnrolmentPaused(event) => {
                self.agenda.at(now, Entry::Enrolment(event.enrolment));
            }
            Event::EnrolmentResumed(event) => {
                self.agenda.at(now, Entry::Enrolment(event.enrolment));
            }
            Event::AlertOpened(event) => self.agenda.at(now, Entry::Alert(event.alert.id)),
            Event::AlertJoined(event) => self.agenda.at(now, Entry::Alert(event.alert)),
            Event::AlertHandedOver(event) => self.agenda.at(now, Entry::Alert(event.alert)),
            Event::AlertReopened(event) => self.agenda.at(now, Entry::Alert(event.alert)),
            // Another version may expect other things: everybody's agenda is worked out anew.
            Event::ProgrammeActivated(_) => *self = Self::new(Arc::clone(&self.care))?,
            _ => {}
        }
        Ok(())
    }

    /// Does everything whose time has come, and returns when the next thing is due.
    ///
    /// # Errors
    /// Where the record cannot be read or written. What was left undone is done in the next round.
    pub async fn round(&mut self) -> Result<Option<Time>, CareError> {
        let now = self.care.now();
        while let Some(entry) = self.agenda.due(now) {
            // Whoever wants it to end is heard between two entries.
            tokio::task::yield_now().await;
            let next = match entry {
                Entry::Enrolment(id) => self.care.keep_enrolment(id, now).await,
                Entry::Alert(id) => self.care.keep_alert(id, now).await,
            };
            match next {
                Ok(Some(next)) => self.agenda.at(next.max(now.plus(1)), entry),
                Ok(None) => {}
                Err(error) => {
                    self.agenda.at(now, entry);
                    return Err(error);
                }
            }
        }
        Ok(self.agenda.next())
    }
}

/// Time that is kept on a thread of its own, since working out an agenda and a round after downtime read a great
/// deal of the record at one go. Dropping it ends it, in the middle of a round if need be: what is left undone is
/// found again.
pub struct Timekeeping {
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Timekeeping {
    /// Begins to keep time.
    ///
    /// # Errors
    /// The machine has no thread to give.
    pub fn begin(care: Arc<Care>) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let (end, ended) = oneshot::channel();
        // Followed from here on: what happens before the agenda is worked out is not missed.
        let events = care.store.subscribe(care.store.last() + 1);
        let keep = async move {
            tokio::select! {
                _ = ended => {}
                () = keep_time(care, events) => {}
            }
        };
        let thread = std::thread::Builder::new()
            .name("gtp-time".to_owned())
            .spawn(move || runtime.block_on(keep))?;
        Ok(Self { end: Some(end), thread: Some(thread) })
    }
}

impl Drop for Timekeeping {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            let _ = end.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Keeps time until the record is closed.
async fn keep_time(care: Arc<Care>, mut events: Subscription) {
    let mut keeper = match Timekeeper::new(Arc::clone(&care)) {
        Ok(keeper) => keeper,
        Err(error) => return tracing::error!(%error, "the host's agenda cannot be read"),
    };
    loop {
        let next = match keeper.round().await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "what was due could not be done and is tried again");
                None
            }
        };
        let until = next.map_or(AT_MOST, |next| {
            let ahead = u64::try_from(next.since(care.now())).unwrap_or(0);
            Duration::from_millis(ahead).min(AT_MOST)
        });
        tokio::select! {
            event = events.next() => match event {
                Ok(Some(event)) => {
                    if let Err(error) = keeper.hear(&event) {
                        tracing::warn!(%error, "the host's agenda could not be brought up to date");
                    }
                }
                Ok(None) => return,
                Err(error) => return tracing::error!(%error, "the record cannot be followed"),
            },
            () = tokio::time::sleep(until) => {}
        }
    }
}

impl Care {
    /// Does what is due for an enrolment, and returns when to look again.
    async fn keep_enrolment(&self, id: EnrolmentId, now: Time) -> Result<Option<Time>, CareError> {
        let Some(row) = queries::enrolment(&*self.store, id)? else { return Ok(None) };
        let stream = StreamId::Citizen(row.enrolment.citizen);
        let version = self.store.version(stream)?;
        // Read again, now that the version is known that it must not have outrun.
        let Some(row) = queries::enrolment(&*self.store, id)? else { return Ok(None) };
        if row.enrolment.state == EnrolmentState::Ended {
            return Ok(None);
        }
        let mut events: Vec<Event> = turn(&row, now).into_iter().collect();
        let missing = self.missing(&row, now)?;
        events.extend(missing.events);
        if events.is_empty() {
            return Ok(boundary(&row, now).into_iter().chain(missing.next).min());
        }
        let mut commit = Commit::new(Actor::host(), now).stream(stream, Expected::Version(version));
        for event in events {
            commit.push(event);
        }
        match self.store.commit(commit).await {
            // Looked at once more, with what has changed.
            Ok(_) | Err(StoreError::Conflict { .. }) => Ok(Some(now)),
            Err(StoreError::Erased { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Escalates an alert whose time is up, and returns when to look again.
    async fn keep_alert(&self, id: AlertId, now: Time) -> Result<Option<Time>, CareError> {
        let Some(alert) = queries::alert(&*self.store, id)? else { return Ok(None) };
        let stream = StreamId::Citizen(alert.citizen);
        let version = self.store.version(stream)?;
        let Some(alert) = queries::alert(&*self.store, id)? else { return Ok(None) };
        let waits = alert.severity == AlertSeverity::Red
            && alert.state == AlertState::Open
            && alert.escalated.is_none();
        if !waits {
            return Ok(None);
        }
        let Some((deadline, unit)) = self.escalation.of(&alert, &self.calendar) else {
            return Ok(None);
        };
        if deadline > now {
            return Ok(Some(deadline));
        }
        let unit = match unit {
            Some(unit) if queries::unit(&*self.store, &unit)?.is_some() => Some(unit),
            _ => None,
        };
        let commit = Commit::new(Actor::host(), now)
            .stream(stream, Expected::Version(version))
            .event(AlertEscalated { alert: id, unit });
        match self.store.commit(commit).await {
            Ok(_) | Err(StoreError::Erased { .. }) => Ok(None),
            Err(StoreError::Conflict { .. }) => Ok(Some(now)),
            Err(error) => Err(error.into()),
        }
    }
}

/// A planned enrolment whose start has come, a pause that is over, or one that begins.
fn turn(row: &EnrolmentRow, now: Time) -> Option<Event> {
    let id = row.enrolment.id;
    let resumed = |reason: &str| EnrolmentResumed { enrolment: id, reason: reason.to_owned() };
    match row.enrolment.state {
        EnrolmentState::Planned if row.enrolment.start <= now => Some(resumed("begins").into()),
        EnrolmentState::Paused if row.paused_until.is_some_and(|until| until <= now) => {
            Some(resumed("the pause is over").into())
        }
        EnrolmentState::Active => {
            let begun = |from: Time, until: Option<Time>| {
                from <= now && until.is_none_or(|until| until > now)
            };
            let pause = row.pauses.iter().find(|pause| begun(pause.from, pause.until))?;
            let reason = "as agreed".to_owned();
            let (from, until) = (Some(pause.from), pause.until);
            Some(EnrolmentPaused { enrolment: id, from, until, reason }.into())
        }
        _ => None,
    }
}

/// When the enrolment's state changes next by itself.
fn boundary(row: &EnrolmentRow, now: Time) -> Option<Time> {
    let start =
        Some(row.enrolment.start).filter(|_| row.enrolment.state == EnrolmentState::Planned);
    let pauses = row.pauses.iter().flat_map(|pause| [Some(pause.from), pause.until]).flatten();
    start.into_iter().chain(pauses).filter(|time| *time > now).min()
}
