//! Who saw and changed a citizen's record: for the citizen, and for whoever watches over access.
//!
//! Looks are events of their own; changes are read from the events that made them, so that nothing is written down
//! twice and nothing can be missing.

use crate::access::Deed;
use crate::{Care, CareError, Why};
use gtp_model::{Actor, CitizenId, MINUTE, Role, Time, UnitId};
use gtp_record::event::access::{AccessSearched, RecordsListed};
use gtp_record::event::{Event, Recorded, StreamId};
use gtp_record::view::queries;
use gtp_record::view::rows::LookRow;
use gtp_record::{Commit, Expected, Store};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

/// At most so many lines in one answer.
pub const MOST_LINES: usize = 10_000;
/// So many events are read at a time.
const CHUNK: usize = 200;
/// At most so many looks are gone through for one question.
const MOST_LOOKS: usize = 200_000;
/// The same list, seen by the same person again within this, is the same look.
const SAME_LOOK: i64 = 10 * MINUTE;

/// The lists that people work from. Whoever stands on one was seen, but not opened.
const LISTS: [&str; 3] = ["worklist", "green-list", "unread-list"];

fn is_list(what: &str) -> bool {
    LISTS.contains(&what)
}

/// One line of an access log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    /// Number of the first event that says so: the newest line has the highest.
    pub event: u64,
    /// When.
    pub at: Time,
    /// Who, in what capacity, for what unit.
    pub by: Actor,
    /// Their name, as the installation knows it.
    pub name: String,
    /// The name of their unit.
    pub unit: String,
    /// What: of a look, what was seen; of a change, the name of the event.
    pub what: String,
    /// Whether something was changed, and not only seen.
    pub changed: bool,
    /// Why, where a reason was given.
    pub why: String,
    /// Through what. Empty where that is not known.
    pub through: String,
    /// The policies that allowed it.
    pub under: Vec<String>,
}

/// Which looks to search for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookQuery {
    /// Of this account.
    pub account: Option<String>,
    /// Of people of this unit.
    pub unit: Option<UnitId>,
    /// At this moment or later.
    pub from: Option<Time>,
    /// Before this moment.
    pub to: Option<Time>,
    /// Before this event.
    pub before: Option<u64>,
}

/// Access that somebody should ask about.
#[derive(Clone, Debug, PartialEq)]
pub struct Unusual {
    /// Who.
    pub by: Actor,
    /// `break-glass`, `no-relation` or `many-citizens`.
    pub kind: &'static str,
    /// The records of how many citizens.
    pub citizens: usize,
    /// The first time.
    pub from: Time,
    /// The last time.
    pub to: Time,
    /// The reasons that were given, each once.
    pub reasons: Vec<String>,
}

/// Who stood on a list, and when it was first seen.
type SeenList = (BTreeSet<CitizenId>, Time);

/// Which lists were written down a short while ago, by who saw them and what they were.
#[derive(Default)]
pub(crate) struct Lists(Mutex<HashMap<(String, &'static str), SeenList>>);

impl Lists {
    /// Those who stand on a list for the first time in a while.
    fn fresh(
        &self,
        account: &str,
        what: &'static str,
        citizens: &BTreeSet<CitizenId>,
        now: Time,
    ) -> Vec<CitizenId> {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|_, (_, at)| now.since(*at) < SAME_LOOK);
        let seen = lists.get(&(account.to_owned(), what));
        let known = |id: &CitizenId| seen.is_some_and(|(seen, _)| seen.contains(id));
        citizens.iter().filter(|id| !known(id)).copied().collect()
    }

    /// Writes down that somebody sees these citizens on a list, one event for all of them. The same list again within
    /// ten minutes is the same look: lists refresh themselves.
    pub async fn note(
        &self,
        store: &dyn Store,
        actor: &Actor,
        what: &'static str,
        citizens: BTreeSet<CitizenId>,
        now: Time,
    ) -> Result<(), CareError> {
        let fresh = self.fresh(&actor.account, what, &citizens, now);
        if fresh.is_empty() {
            return Ok(());
        }
        let event =
            RecordsListed { what: what.to_owned(), through: String::new(), citizens: fresh };
        let commit = Commit::new(actor.clone(), now)
            .stream(StreamId::Installation, Expected::Any)
            .event(event);
        store.commit(commit).await?;
        self.written(&actor.account, what, citizens, now);
        Ok(())
    }

    fn written(&self, account: &str, what: &'static str, citizens: BTreeSet<CitizenId>, now: Time) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = lists.entry((account.to_owned(), what)).or_insert((BTreeSet::new(), now));
        entry.0.extend(citizens);
    }
}

impl Care {
    /// A citizen's access log, the newest first: the lines before event `before`, where it is given.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub async fn access_log(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        before: Option<u64>,
        most: usize,
        why: &Why,
    ) -> Result<Vec<LogLine>, CareError> {
        let record = self.permitted(actor, Deed::ReadAccessLog, citizen)?;
        let most = most.min(MOST_LINES);
        let mut lines = BTreeMap::new();
        for id in record.histories.ids() {
            self.changes(*id, before, most, &mut lines)?;
            // A list on which several stood lies in no citizen's own stream.
            for row in queries::access_log(&*self.store, *id, before, most)? {
                lines.entry(row.event).or_insert_with(|| LogLine {
                    event: row.event,
                    at: row.at,
                    by: row.by,
                    name: String::new(),
                    unit: String::new(),
                    what: row.what,
                    changed: false,
                    why: row.why,
                    through: row.through,
                    under: row.under,
                });
            }
        }
        let mut lines: Vec<LogLine> = lines.into_values().rev().take(most).collect();
        self.name(&mut lines)?;
        self.viewed(actor, citizen, "access-log", why).await?;
        Ok(lines)
    }

    /// What a citizen's own stream says, a line for each commit.
    fn changes(
        &self,
        citizen: CitizenId,
        before: Option<u64>,
        most: usize,
        lines: &mut BTreeMap<u64, LogLine>,
    ) -> Result<(), CareError> {
        let stream = StreamId::Citizen(citizen);
        let mut version = self.version_before(stream, before)?;
        let (mut found, mut newest): (usize, Option<LogLine>) = (0, None);
        while version > 0 && found <= most {
            let from = version.saturating_sub(CHUNK as u64 - 1).max(1);
            let size = usize::try_from(version - from + 1).unwrap_or(CHUNK);
            for recorded in self.store.events(stream, from, size)?.into_iter().rev() {
                let line = line(recorded);
                match &mut newest {
                    // What one command did is one line: what its first event says, and at its number, so that
                    // no page begins within it.
                    Some(later)
                        if later.changed
                            && line.changed
                            && later.at == line.at
                            && later.by == line.by =>
                    {
                        *later = line;
                    }
                    _ => {
                        let done = newest.replace(line);
                        found += 1;
                        lines.extend(done.map(|done| (done.event, done)));
                    }
                }
            }
            version = from - 1;
        }
        lines.extend(newest.map(|line| (line.event, line)));
        Ok(())
    }

    /// The last version of a stream whose event comes before event `before`.
    fn version_before(&self, stream: StreamId, before: Option<u64>) -> Result<u64, CareError> {
        let last = self.store.version(stream)?;
        let Some(before) = before else { return Ok(last) };
        let (mut low, mut high) = (0, last);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            let number = self.store.events(stream, middle, 1)?.first().map(|event| event.number);
            if number.is_some_and(|number| number < before) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok(low)
    }

    /// The names of people and units.
    fn name(&self, lines: &mut [LogLine]) -> Result<(), CareError> {
        let mut names: HashMap<String, String> = HashMap::new();
        let mut units: HashMap<UnitId, String> = HashMap::new();
        for line in lines {
            let account = &line.by.account;
            if !names.contains_key(account) {
                let found = queries::account(&*self.store, account)?;
                names.insert(
                    account.clone(),
                    found.map_or_else(String::new, |own| own.account.name),
                );
            }
            line.name = names.get(account).cloned().unwrap_or_default();
            if let Some(unit) = &line.by.unit {
                if !units.contains_key(unit) {
                    let found = queries::unit(&*self.store, unit)?;
                    units.insert(unit.clone(), found.map_or_else(String::new, |own| own.name));
                }
                line.unit = units.get(unit).cloned().unwrap_or_default();
            }
        }
        Ok(())
    }

    /// Writes down that somebody sees these citizens on a list, before it leaves.
    pub(crate) async fn listed(
        &self,
        actor: &Actor,
        what: &'static str,
        citizens: BTreeSet<CitizenId>,
    ) -> Result<(), CareError> {
        self.lists.note(&*self.store, actor, what, citizens, self.now()).await
    }

    /// Looks at any records, the newest first.
    ///
    /// # Errors
    /// [`CareError::Denied`] where the actor does not watch over access.
    pub async fn search_looks(
        &self,
        actor: &Actor,
        query: &LookQuery,
        most: usize,
        why: &Why,
    ) -> Result<Vec<LookRow>, CareError> {
        self.require(actor, Deed::Audit)?;
        let searched = AccessSearched {
            account: query.account.clone(),
            from: query.from,
            to: query.to,
            why: why.reason.clone(),
        };
        let commit = Commit::new(actor.clone(), self.now())
            .stream(StreamId::Installation, Expected::Any)
            .event(searched);
        self.store.commit(commit).await?;
        let mut found = vec![];
        self.each_look(query.from, query.before, |look| {
            let by = &look.access.by;
            let fits = query.account.as_ref().is_none_or(|account| *account == by.account)
                && query.unit.as_ref().is_none_or(|unit| by.unit.as_ref() == Some(unit))
                && query.to.is_none_or(|to| look.access.at < to);
            if fits {
                found.push(look);
            }
            found.len() < most.min(MOST_LINES)
        })?;
        Ok(found)
    }

    /// Access in a stretch of time that somebody should ask about: glass that was broken, looks without a treatment
    /// relation, and people who saw the records of many citizens in a short time.
    ///
    /// # Errors
    /// [`CareError::Denied`] where the actor does not watch over access.
    pub fn unusual_access(
        &self,
        actor: &Actor,
        from: Time,
        to: Time,
    ) -> Result<Vec<Unusual>, CareError> {
        self.require(actor, Deed::Audit)?;
        let mut looks = vec![];
        self.each_look(Some(from), None, |look| {
            if look.access.at < to {
                looks.push(look);
            }
            true
        })?;
        looks.reverse();
        let mut unusual: BTreeMap<(String, &'static str), (Unusual, HashSet<CitizenId>)> =
            BTreeMap::new();
        let mut note =
            |look: &LookRow, kind: &'static str, citizens: &mut dyn Iterator<Item = CitizenId>| {
                let access = &look.access;
                let (one, seen) =
                    unusual.entry((access.by.account.clone(), kind)).or_insert_with(|| {
                        let (by, reasons) = (access.by.clone(), vec![]);
                        let (from, to) = (access.at, access.at);
                        (Unusual { by, kind, citizens: 0, from, to, reasons }, HashSet::new())
                    });
                seen.extend(citizens);
                (one.citizens, one.to) = (seen.len(), access.at);
                if !access.why.is_empty() && !one.reasons.contains(&access.why) {
                    one.reasons.push(access.why.clone());
                }
            };
        let mut recent: HashMap<&str, Vec<&LookRow>> = HashMap::new();
        let rules = self.gate.rules;
        for look in &looks {
            let access = &look.access;
            if access.by.role != Role::Clinician {
                continue;
            }
            let is = |policy: &str| access.under.iter().any(|own| own == policy);
            if access.what == "break-glass" || (is("broken-glass") && !is("care-team")) {
                note(look, "break-glass", &mut look.citizens.iter().copied());
            } else if access.under.is_empty() && !is_list(&access.what) {
                note(look, "no-relation", &mut look.citizens.iter().copied());
            }
            // A list is what a unit works from; only records that were opened count.
            if !is_list(&access.what) {
                let own = recent.entry(&access.by.account).or_default();
                own.retain(|earlier| access.at.since(earlier.access.at) < rules.many_within);
                own.push(look);
                let citizens: HashSet<CitizenId> =
                    own.iter().flat_map(|look| look.citizens.iter().copied()).collect();
                if citizens.len() > rules.many_citizens {
                    note(look, "many-citizens", &mut citizens.into_iter());
                }
            }
        }
        Ok(unusual.into_values().map(|(one, _)| one).collect())
    }

    /// Goes through looks, the newest first, until `more` says that it is enough.
    fn each_look(
        &self,
        from: Option<Time>,
        mut before: Option<u64>,
        mut more: impl FnMut(LookRow) -> bool,
    ) -> Result<(), CareError> {
        for _ in 0..MOST_LOOKS / CHUNK {
            let looks = queries::looks(&*self.store, before, CHUNK)?;
            let Some(last) = looks.last() else { return Ok(()) };
            before = Some(last.access.event);
            for look in looks {
                if from.is_some_and(|from| look.access.at < from) || !more(look) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

fn line(recorded: Recorded) -> LogLine {
    let (what, why, through, under, changed) = match &recorded.event {
        Event::RecordViewed(seen) => {
            (seen.what.clone(), seen.why.clone(), seen.through.clone(), seen.under.clone(), false)
        }
        Event::GlassBroken(broken) => {
            let what = recorded.event.name().to_owned();
            (what, broken.glass.reason.clone(), String::new(), vec![], true)
        }
        other => (other.name().to_owned(), String::new(), String::new(), vec![], true),
    };
    let (name, unit) = (String::new(), String::new());
    let Recorded { number: event, time: at, actor: by, .. } = recorded;
    LogLine { event, at, by, name, unit, what, changed, why, through, under }
}
