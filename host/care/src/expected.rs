//! What is expected of a citizen, across programmes, and what of it has come.

use crate::access::Deed;
use crate::schedule::{self, Background, Due};
use crate::timekeeping::pauses;
use crate::{Care, CareError};
use gtp_model::{Actor, CitizenId, DAY, EnrolmentId, EnrolmentState, ProgrammeId, Text, Time};
use gtp_record::view::queries::{self, Window};
use gtp_record::view::rows::EnrolmentRow;

/// The longest stretch that one call unrolls.
pub const LONGEST: i64 = 92 * DAY;
/// Appointments are known so far ahead, for what is expected before them.
const VISITS_AHEAD: i64 = 400 * DAY;

/// One expected thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedItem {
    /// The enrolment that expects it.
    pub enrolment: EnrolmentId,
    /// Its programme.
    pub programme: ProgrammeId,
    /// What the programme calls it.
    pub title: Text,
    /// What, and when.
    pub due: Due,
    /// Where it stands.
    pub state: ExpectedState,
}

/// Where an expected thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedState {
    /// It has come, or an answer why not.
    Done,
    /// Now is the time.
    Now,
    /// Its time has not begun.
    Later,
    /// Its time is over, and there is still some grace.
    Late,
    /// The grace is over too.
    Missing,
}

impl Care {
    /// What is expected of a citizen between two moments, in the order in which it opens: everything whose time
    /// overlaps them.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub fn expected(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        from: Time,
        until: Time,
    ) -> Result<Vec<ExpectedItem>, CareError> {
        let record = self.permitted(actor, Deed::View, citizen)?;
        let mut items = self.expected_of(citizen, from, until.min(from.plus(LONGEST)))?;
        items.retain(|item| record.has(item.enrolment));
        Ok(items)
    }

    pub(crate) fn expected_of(
        &self,
        citizen: CitizenId,
        from: Time,
        until: Time,
    ) -> Result<Vec<ExpectedItem>, CareError> {
        let mut items = vec![];
        for own in self.histories_of(citizen)? {
            for row in queries::enrolments_of(&*self.store, own)? {
                self.expected_in(&row, from, until, &mut items)?;
            }
        }
        items.sort_by(|a, b| (a.due.opens, &a.due.activity).cmp(&(b.due.opens, &b.due.activity)));
        Ok(items)
    }

    fn expected_in(
        &self,
        row: &EnrolmentRow,
        from: Time,
        until: Time,
        items: &mut Vec<ExpectedItem>,
    ) -> Result<(), CareError> {
        let enrolment = &row.enrolment;
        if enrolment.state == EnrolmentState::Ended {
            return Ok(());
        }
        let Some(loaded) = self.programme(&enrolment.programme) else { return Ok(()) };
        let now = self.now();
        let schedule = &loaded.definition.schedule;
        let begun = from.plus(-schedule::longest(schedule));
        let window = Window { from: begun, until: until.plus(VISITS_AHEAD) };
        let visits = self.known_visits(enrolment.citizen, window)?;
        let pauses = pauses(row);
        let background = Background {
            calendar: &self.calendar,
            start: enrolment.start,
            end: None,
            pauses: &pauses,
            visits: &visits,
        };
        for due in schedule::due(schedule, &background, begun, until) {
            if due.closes <= from {
                continue;
            }
            let state = if self.has_come(enrolment.citizen, &enrolment.programme, &due)? {
                ExpectedState::Done
            } else if now < due.opens {
                ExpectedState::Later
            } else if now < due.closes {
                ExpectedState::Now
            } else if now < due.missing_from {
                ExpectedState::Late
            } else {
                ExpectedState::Missing
            };
            let activity = schedule.iter().find(|activity| activity.id == due.activity);
            items.push(ExpectedItem {
                enrolment: enrolment.id,
                programme: enrolment.programme.clone(),
                title: activity.map(|activity| activity.title.clone()).unwrap_or_default(),
                due,
                state,
            });
        }
        Ok(())
    }
}
