//! The diary: what the citizen, or somebody who looks after them, writes down, with a value of its own or
//! without.
//!
//! No rule judges a note and none opens an alert; what a programme asks for is sent as a submission. A note is
//! never changed: whoever wrote something wrong writes another one.

use crate::access::Deed;
use crate::command::{Decided, Once};
use crate::enrolment_life::invalid;
use crate::{Care, CareError, Fault, Problem, Why};
use gtp_model::{Actor, CitizenId, DAY, DiaryNote, DiaryNoteId, DiaryValue, Time};
use gtp_record::event::plan::DiaryNoted;
use gtp_record::view::queries::{self, Window};
use gtp_record::view::rows::DiaryRow;
use serde::Serialize;

/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 4_000;
/// The longest name of a value, in characters.
const LONGEST_WHAT: usize = 80;
/// The longest unit of a value, in characters.
const LONGEST_UNIT: usize = 40;
/// Nobody notes what happened longer ago.
const LONGEST_AGO: i64 = 5 * 366 * DAY;
/// At most so many notes are shown at once.
pub const MOST_NOTES: usize = 500;

/// A note to write down.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewDiaryNote {
    /// The moment that it is about. Absent: now.
    pub at: Option<Time>,
    /// What. May be empty where there is a value.
    pub text: String,
    /// A value.
    pub value: Option<DiaryValue>,
}

/// Which notes to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiaryQuery {
    /// About this moment or later.
    pub from: Option<Time>,
    /// About a moment before this one.
    pub to: Option<Time>,
    /// At most so many, the newest.
    pub newest: Option<usize>,
}

impl Care {
    /// Writes in a citizen's diary.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: nothing in it, too long, or about a moment that has not come.
    /// - [`CareError::NotFound`]: no such citizen, for this actor.
    pub async fn write_diary(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        new: NewDiaryNote,
        once: Once<'_>,
    ) -> Result<DiaryRow, CareError> {
        let (at, id) = self
            .command(actor, Deed::Diary, citizen, once, &("note", &new), |_, now| {
                let note = checked(&new, citizen, now)?;
                let answer = (note.at, note.id);
                Ok(Decided::new(vec![DiaryNoted { note }.into()], answer))
            })
            .await?;
        let moment = Window { from: at, until: at.plus(1) };
        let rows = queries::diary(&*self.store, citizen, moment, usize::MAX)?;
        rows.into_iter().find(|row| row.note.id == id).ok_or(CareError::NotFound("note"))
    }

    /// Notes of a citizen's diary, the newest first.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub async fn diary(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        query: DiaryQuery,
        why: &Why,
    ) -> Result<Vec<DiaryRow>, CareError> {
        self.permitted(actor, Deed::Diary, citizen)?;
        let window = Window {
            from: query.from.unwrap_or(Window::ALL.from),
            until: query.to.unwrap_or(Window::ALL.until),
        };
        let most = query.newest.unwrap_or(MOST_NOTES).min(MOST_NOTES);
        let mut rows = vec![];
        for own in self.histories_of(citizen)? {
            rows.extend(queries::diary(&*self.store, own, window, most)?);
        }
        rows.sort_by_key(|row| std::cmp::Reverse((row.note.at, row.note.id)));
        rows.truncate(most);
        self.viewed(actor, citizen, "diary", why).await?;
        Ok(rows)
    }
}

fn checked(new: &NewDiaryNote, citizen: CitizenId, now: Time) -> Result<DiaryNote, CareError> {
    let mut problems = vec![];
    let mut text = |pointer: &str, text: &str, most: usize, may_be_empty: bool| {
        let text = text.trim();
        match text.chars().count() {
            0 if !may_be_empty => problems.push(Problem::new(pointer, Fault::Empty)),
            n if n > most => problems.push(Problem::new(pointer, Fault::TooLong(most as u64))),
            _ => {}
        }
        text.to_owned()
    };
    let words = text("/text", &new.text, LONGEST_NOTE, new.value.is_some());
    let value = new.value.as_ref().map(|value| DiaryValue {
        what: text("/value/what", &value.what, LONGEST_WHAT, false),
        number: value.number,
        unit: text("/value/unit", &value.unit, LONGEST_UNIT, true),
    });
    if value.as_ref().is_some_and(|value| !value.number.is_finite()) {
        problems.push(Problem::new("/value/number", Fault::Form("value")));
    }
    let at = new.at.unwrap_or(now);
    if at > now {
        problems.push(Problem::new("/at", Fault::InTheFuture));
    }
    if at < now.plus(-LONGEST_AGO) {
        problems.push(Problem::new("/at", Fault::TooOld));
    }
    invalid(problems)?;
    Ok(DiaryNote { id: DiaryNoteId::new(), citizen, at, text: words, value })
}
