//! Messages between a citizen and the units of their care teams.
//!
//! A citizen writes to one unit; a clinician writes for their own. Everybody in the citizen's care teams can
//! read along, but only the side that a message was sent to reads it: its mark says who there was the first,
//! and when. Looking at messages marks nothing: whoever has read them says so.

use crate::access::Deed;
use crate::command::{Decided, Once};
use crate::enrolment_life::invalid;
use crate::{Care, CareError, Fault, Problem, Record, Why};
use gtp_model::{
    Actor, CitizenId, Enrolment, EnrolmentState, Message, MessageId, MessageSide, Role, Text,
    UnitId,
};
use gtp_record::event::message::{MessageSent, MessagesRead};
use gtp_record::view::queries::{self, Unread};
use gtp_record::view::rows::MessageRow;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The longest message, in characters.
pub const LONGEST_MESSAGE: usize = 4_000;
/// At most so many messages are shown at once.
pub const MOST_MESSAGES: usize = 200;
/// At most so many unread messages are counted, and so many are marked as read at once.
pub const MOST_UNREAD: usize = 1_000;

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewMessage {
    /// The unit that a citizen writes to. Absent: the one that looks after them, where there is only one. A
    /// clinician writes for their own unit, and names it or none.
    pub unit: Option<UnitId>,
    /// What.
    pub text: String,
}

/// A message that was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct SentMessage {
    /// The message.
    pub row: MessageRow,
    /// To a citizen who wrote: when somebody looks. Empty where nobody said.
    pub looked_at: Text,
}

/// What somebody has not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadMessages {
    /// How many messages. Where there are more than [`MOST_UNREAD`], as many as that.
    pub count: usize,
    /// Whether there are more.
    pub more: bool,
    /// From whom, the one who has waited longest first.
    pub citizens: Vec<UnreadFrom>,
}

/// What a unit has not read of one citizen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadFrom {
    /// Who.
    pub citizen: CitizenId,
    /// Their name.
    pub name: String,
    /// How many messages.
    pub count: usize,
    /// The number of the event that recorded the first of them.
    pub since: u64,
}

impl Care {
    /// Sends a message: from a citizen to a unit of their care teams, or from the actor's unit to a citizen.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: nothing in it, too long, or the unit does not look after the citizen.
    /// - [`CareError::NotFound`]: no such citizen, for this actor.
    pub async fn send_message(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        new: NewMessage,
        once: Once<'_>,
    ) -> Result<SentMessage, CareError> {
        let id = self
            .command(actor, Deed::Message, citizen, once, &("send", &new), |record, _| {
                let message = checked(actor, record, &new)?;
                let id = message.id;
                Ok(Decided::new(vec![MessageSent { message }.into()], id))
            })
            .await?;
        let row = queries::message(&*self.store, id)?.ok_or(CareError::NotFound("message"))?;
        let looked_at = match row.message.from {
            MessageSide::Citizen => self.looks_of(&row.message.unit, citizen)?,
            MessageSide::Unit => Text::default(),
        };
        Ok(SentMessage { row, looked_at })
    }

    /// Messages of a citizen, the newest first: those that were sent before `before`, where it is given.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen or no such message, for this actor.
    pub async fn messages(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        before: Option<MessageId>,
        most: usize,
        why: &Why,
    ) -> Result<Vec<MessageRow>, CareError> {
        self.permitted(actor, Deed::Message, citizen)?;
        let histories = self.histories_of(citizen)?;
        let before = before.map(|id| self.sent_at(&histories, id)).transpose()?;
        let most = most.min(MOST_MESSAGES);
        let mut rows = vec![];
        for own in histories {
            rows.extend(queries::messages(&*self.store, own, before, most)?);
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.event));
        rows.truncate(most);
        self.viewed(actor, citizen, "messages", why).await?;
        Ok(rows)
    }

    /// Marks what was sent to the actor's side as read: all of it, or everything up to one message. Says how
    /// many messages that were.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen or no such message, for this actor.
    pub async fn read_messages(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        through: Option<MessageId>,
    ) -> Result<usize, CareError> {
        let asked = ("read", through);
        self.command(actor, Deed::Message, citizen, Once::default(), &asked, |_, _| {
            let histories = self.histories_of(citizen)?;
            let through = through.map(|id| self.sent_at(&histories, id)).transpose()?;
            let mut messages = vec![];
            for own in histories {
                let unread = match &actor.unit {
                    _ if actor.role == Role::Citizen => {
                        queries::unread_of_citizen(&*self.store, own, MOST_UNREAD)?
                    }
                    Some(unit) => queries::unread_from(&*self.store, unit, own, MOST_UNREAD)?,
                    None => vec![],
                };
                let wanted = |unread: &Unread| through.is_none_or(|last| unread.event <= last);
                messages.extend(unread.into_iter().filter(wanted).map(|unread| unread.message));
            }
            messages.truncate(MOST_UNREAD);
            let count = messages.len();
            let read = (count > 0).then(|| MessagesRead { messages }.into());
            Ok(Decided::new(read.into_iter().collect(), count))
        })
        .await
    }

    /// What the actor has not read: a citizen of their own, a clinician of what was sent to their unit. That they saw whose
    /// it is goes into the access log.
    ///
    /// # Errors
    /// [`CareError::Denied`] where nobody can have sent them anything.
    pub async fn unread_messages(&self, actor: &Actor) -> Result<UnreadMessages, CareError> {
        let (unread, more) = self.unread(actor)?;
        let citizens = self.by_citizen(&unread)?;
        if actor.role != Role::Citizen {
            let listed = citizens.iter().map(|from| from.citizen).collect();
            self.listed(actor, "unread-list", listed).await?;
        }
        Ok(UnreadMessages { count: unread.len(), more, citizens })
    }

    /// How many messages the actor has not read, and nothing of whose they are.
    ///
    /// # Errors
    /// As [`Care::unread_messages`].
    pub fn unread_count(&self, actor: &Actor) -> Result<usize, CareError> {
        Ok(self.unread(actor)?.0.len())
    }

    fn unread(&self, actor: &Actor) -> Result<(Vec<Unread>, bool), CareError> {
        let most = MOST_UNREAD + 1;
        let mut unread = vec![];
        if let (Role::Citizen, Some(citizen)) = (actor.role, actor.citizen) {
            self.permitted(actor, Deed::Message, citizen)?;
            for own in self.histories_of(citizen)? {
                unread.extend(queries::unread_of_citizen(&*self.store, own, most)?);
            }
        } else {
            self.require(actor, Deed::Worklist)?;
            let unit = actor.unit.as_ref().ok_or(CareError::Denied("own-worklist-only"))?;
            unread = queries::unread_of_unit(&*self.store, unit, most)?;
            let blocked = self.blocked_of(actor, &unread)?;
            unread.retain(|one| !blocked.contains(&one.citizen));
        }
        let more = unread.len() > MOST_UNREAD;
        unread.truncate(MOST_UNREAD);
        Ok((unread, more))
    }

    /// Those citizens who keep the actor out.
    fn blocked_of(
        &self,
        actor: &Actor,
        unread: &[Unread],
    ) -> Result<BTreeSet<CitizenId>, CareError> {
        let mut blocked = BTreeSet::new();
        for citizen in unread.iter().map(|one| one.citizen).collect::<BTreeSet<_>>() {
            if !self.gate.lists(actor, citizen, self.now())? {
                blocked.insert(citizen);
            }
        }
        Ok(blocked)
    }

    fn by_citizen(&self, unread: &[Unread]) -> Result<Vec<UnreadFrom>, CareError> {
        let mut counts: BTreeMap<CitizenId, (usize, u64)> = BTreeMap::new();
        for one in unread {
            let (count, since) = counts.entry(one.citizen).or_insert((0, one.event));
            *count += 1;
            *since = one.event.min(*since);
        }
        let mut citizens = vec![];
        for (citizen, (count, since)) in counts {
            let found = queries::citizen(&*self.store, citizen)?;
            let name = found.map_or_else(String::new, |citizen| citizen.name);
            citizens.push(UnreadFrom { citizen, name, count, since });
        }
        citizens.sort_by_key(|from| from.since);
        Ok(citizens)
    }

    /// The number of the event that recorded one of a citizen's messages.
    fn sent_at(&self, histories: &[CitizenId], id: MessageId) -> Result<u64, CareError> {
        queries::message(&*self.store, id)?
            .filter(|row| histories.contains(&row.message.citizen))
            .map(|row| row.event)
            .ok_or(CareError::NotFound("message"))
    }

    /// When a unit looks: as it says itself, else as the programme says that it looks after.
    fn looks_of(&self, unit: &UnitId, citizen: CitizenId) -> Result<Text, CareError> {
        let own = queries::unit(&*self.store, unit)?.map(|unit| unit.looks).unwrap_or_default();
        if !own.is_empty() {
            return Ok(own);
        }
        let rows = queries::enrolments_of(&*self.store, citizen)?;
        let programme = rows
            .iter()
            .filter(|row| row.enrolment.cared_for_by(unit))
            .find_map(|row| self.programme(&row.enrolment.programme));
        Ok(programme.map(|loaded| loaded.definition.about.looked_at.clone()).unwrap_or_default())
    }
}

fn checked(actor: &Actor, record: &Record, new: &NewMessage) -> Result<Message, CareError> {
    let mut problems = vec![];
    let text = new.text.trim().to_owned();
    match text.chars().count() {
        0 => problems.push(Problem::new("/text", Fault::Empty)),
        n if n > LONGEST_MESSAGE => {
            problems.push(Problem::new("/text", Fault::TooLong(LONGEST_MESSAGE as u64)));
        }
        _ => {}
    }
    let (from, unit) = match actor.role {
        Role::Citizen => (MessageSide::Citizen, written_to(&record.enrolments, new)),
        _ => (MessageSide::Unit, written_for(actor, new)),
    };
    let unit = unit.map_err(|problem| problems.push(problem));
    invalid(problems)?;
    let Ok(unit) = unit else { return Err(CareError::Invalid(vec![])) };
    Ok(Message { id: MessageId::new(), citizen: record.citizen.id, unit, from, text })
}

/// The unit that a citizen writes to.
fn written_to(enrolments: &[Enrolment], new: &NewMessage) -> Result<UnitId, Problem> {
    let ongoing = || enrolments.iter().filter(|own| own.state != EnrolmentState::Ended);
    if let Some(unit) = &new.unit {
        let theirs = ongoing().any(|enrolment| enrolment.cared_for_by(unit));
        return theirs
            .then(|| unit.clone())
            .ok_or_else(|| Problem::new("/unit", Fault::NotInCareTeam));
    }
    let mut units = ongoing().map(|enrolment| &enrolment.unit);
    match units.next() {
        None => Err(Problem::new("", Fault::Unknown("enrolment"))),
        Some(first) if units.all(|unit| unit == first) => Ok(first.clone()),
        Some(_) => Err(Problem::new("", Fault::Absent("unit".to_owned()))),
    }
}

/// The unit that a clinician writes for.
fn written_for(actor: &Actor, new: &NewMessage) -> Result<UnitId, Problem> {
    match (&actor.unit, &new.unit) {
        (Some(own), None) => Ok(own.clone()),
        (Some(own), Some(unit)) if own == unit => Ok(own.clone()),
        _ => Err(Problem::new("/unit", Fault::MayNotEnter)),
    }
}
