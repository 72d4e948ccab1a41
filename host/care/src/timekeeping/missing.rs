//! What was expected of an enrolment and did not come.

use crate::histories::Histories;
use crate::schedule::{self, Background, Due, Pause};
use crate::{Care, CareError};
use gtp_model::programme::{Activity, Subject};
use gtp_model::{
    Alert, AlertCause, AlertId, AlertSeverity, AlertState, CitizenId, DAY, MINUTE, Missed,
    ProgrammeId, Time,
};
use gtp_record::event::Event;
use gtp_record::event::alert::{AlertMissedAgain, AlertOpened};
use gtp_record::view::queries::{self, Window};
use gtp_record::view::rows::EnrolmentRow;
use std::collections::BTreeMap;

/// What is longer ago is not looked for any more: nobody acts on a measurement that was missing then.
const BACK: i64 = 14 * DAY;
/// The agenda is looked at again after so long, whatever is expected.
const AHEAD: [i64; 2] = [3 * DAY, 35 * DAY];
/// Appointments are known so far ahead, for what is expected before them.
const VISITS_AHEAD: i64 = 400 * DAY;
/// So many of a citizen's alerts are looked through.
const LOOKED_THROUGH: usize = 200;

/// What is missing now, and when something may be missing next.
pub struct Missing {
    /// One alert for each activity, opened or added to.
    pub events: Vec<Event>,
    /// When to look again.
    pub next: Option<Time>,
}

impl Care {
    /// What is missing of an enrolment at this moment and was not said before.
    pub(super) fn missing(&self, row: &EnrolmentRow, now: Time) -> Result<Missing, CareError> {
        let Some(loaded) = self.programme(&row.enrolment.programme) else {
            return Ok(Missing { events: vec![], next: None });
        };
        let activities = &loaded.definition.schedule;
        if activities.is_empty() {
            return Ok(Missing { events: vec![], next: None });
        }
        let around = Window { from: earliest(activities, now), until: now.plus(VISITS_AHEAD) };
        let visits = self.known_visits(row.enrolment.citizen, around)?;
        let pauses = pauses(row);
        let background = Background {
            calendar: &self.calendar,
            start: row.enrolment.start,
            end: row.ended.as_ref().map(|ended| ended.at),
            pauses: &pauses,
            visits: &visits,
        };
        let past = schedule::due(activities, &background, earliest(activities, now), now);
        let mut late: BTreeMap<&str, Vec<&Due>> = BTreeMap::new();
        for due in past.iter().filter(|due| due.missing_from <= now) {
            late.entry(&due.activity).or_default().push(due);
        }
        let mut events = vec![];
        if !late.is_empty() {
            let alerts = queries::alerts_of(&*self.store, row.enrolment.citizen, LOOKED_THROUGH)?;
            for (activity, late) in late {
                events.extend(self.missed(row, activity, &late, &alerts, now)?);
            }
        }
        let next = AHEAD.iter().find_map(|ahead| {
            let from = earliest(activities, now);
            schedule::due(activities, &background, from, now.plus(*ahead))
                .iter()
                .map(|due| due.missing_from)
                .filter(|missing_from| *missing_from > now)
                .min()
        });
        Ok(Missing { events, next: Some(next.unwrap_or_else(|| now.plus(30 * DAY))) })
    }

    /// The alert about one activity, where something of it did not come.
    fn missed(
        &self,
        row: &EnrolmentRow,
        activity: &str,
        late: &[&Due],
        alerts: &[Alert],
        now: Time,
    ) -> Result<Option<Event>, CareError> {
        let enrolment = &row.enrolment;
        let cause = AlertCause::Missing(activity.to_owned());
        let about = |alert: &&Alert| alert.enrolment == enrolment.id && alert.cause == cause;
        let said = alerts.iter().filter(about).map(|alert| alert.judged).max();
        let mut missed = vec![];
        for due in late.iter().filter(|due| said.is_none_or(|said| due.missing_from > said)) {
            if due.opens >= row.recorded
                && due.missing_from > now.plus(-BACK)
                && !self.has_come(enrolment.citizen, &enrolment.programme, due)?
            {
                let Due { opens, closes, missing_from, .. } = **due;
                missed.push(Missed { opens, closes, missing_from });
            }
        }
        let Some(judged) = missed.iter().map(|missed| missed.missing_from).max() else {
            return Ok(None);
        };
        let unresolved = |alert: &&Alert| !matches!(alert.state, AlertState::Resolved { .. });
        if let Some(open) = alerts.iter().filter(about).find(unresolved) {
            return Ok(Some(AlertMissedAgain { alert: open.id, missed }.into()));
        }
        let alert = Alert {
            id: AlertId::new(),
            citizen: enrolment.citizen,
            enrolment: enrolment.id,
            programme: enrolment.programme.clone(),
            unit: enrolment.unit.clone(),
            cause,
            severity: AlertSeverity::Missing,
            state: AlertState::Open,
            opened: now,
            judged,
            findings: vec![],
            late: false,
            notes: vec![],
            missed,
            escalated: None,
        };
        Ok(Some(AlertOpened { alert }.into()))
    }

    /// Whether everything that was expected together has come, or an answer why not.
    pub(crate) fn has_come(
        &self,
        citizen: CitizenId,
        programme: &ProgrammeId,
        due: &Due,
    ) -> Result<bool, CareError> {
        let window = Window { from: due.opens, until: due.missing_from };
        let histories = Histories::of(&*self.store, citizen)?;
        for subject in &due.subjects {
            let store = &*self.store;
            let times: Vec<Time> = match subject {
                Subject::Field(field) => histories
                    .observations(store, field, window)?
                    .into_iter()
                    .map(|row| row.observation.measured)
                    .collect(),
                Subject::Questionnaire(id) => histories
                    .responses(store, programme, id, window)?
                    .into_iter()
                    .map(|response| response.answered)
                    .collect(),
                Subject::Rule(_) => continue,
            };
            if !schedule::met(due, &times) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The pauses of an enrolment, as a schedule knows them.
pub fn pauses(row: &EnrolmentRow) -> Vec<Pause> {
    row.pauses.iter().map(|pause| Pause { from: pause.from, until: pause.until }).collect()
}

/// When something may have opened that is missing by now.
fn earliest(activities: &[Activity], now: Time) -> Time {
    let open = schedule::longest(activities);
    let grace = activities.iter().map(|activity| activity.grace).max().unwrap_or(0);
    now.plus(-(BACK + open + i64::from(grace) * MINUTE))
}
