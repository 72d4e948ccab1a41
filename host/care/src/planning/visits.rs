//! Appointments as schedules see them: what programmes expect before a visit.

use crate::schedule::{self, Background, Due, Visit};
use crate::{Care, CareError};
use gtp_model::programme::{Activity, Pattern};
use gtp_model::{CitizenId, DAY, Enrolment, EnrolmentId, PlanItemId, ProgrammeId, Time};
use gtp_record::view::queries::{self, Window};
use gtp_record::view::rows::VisitRow;

/// What a programme expects before an appointment: a questionnaire to answer, days to measure on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preparation {
    /// The appointment.
    pub appointment: PlanItemId,
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// Its programme.
    pub programme: ProgrammeId,
    /// What is expected, and when.
    pub due: Due,
}

impl Care {
    /// The appointments of a citizen that begin in a window and were not called off: what a schedule is
    /// unrolled against.
    pub(crate) fn known_visits(
        &self,
        citizen: CitizenId,
        window: Window,
    ) -> Result<Vec<Visit>, CareError> {
        let rows = self.appointments(citizen, window)?;
        Ok(rows.iter().map(visit).collect())
    }

    fn appointments(&self, citizen: CitizenId, window: Window) -> Result<Vec<VisitRow>, CareError> {
        let mut visits = vec![];
        for own in self.histories_of(citizen)? {
            visits.extend(queries::visits(&*self.store, own, window)?);
        }
        visits.sort_by_key(|visit| (visit.starts, visit.item));
        Ok(visits)
    }

    /// What is expected before the appointments that are to come.
    pub(super) fn preparations(
        &self,
        citizen: CitizenId,
        enrolments: &[Enrolment],
    ) -> Result<Vec<Preparation>, CareError> {
        let to_come = Window { from: self.now(), until: Time(i64::MAX) };
        let appointments = self.appointments(citizen, to_come)?;
        let mut preparations = vec![];
        if appointments.is_empty() {
            return Ok(preparations);
        }
        for (enrolment, loaded) in self.taking_part(enrolments) {
            let (activities, ahead) = before_visits(&loaded.definition.schedule);
            if activities.is_empty() {
                continue;
            }
            for row in &appointments {
                let visit = visit(row);
                let background = Background {
                    calendar: self.calendar(),
                    start: enrolment.start,
                    end: None,
                    pauses: &[],
                    visits: &[visit],
                };
                let from = visit.starts.plus(-(i64::from(ahead) + 2) * DAY);
                let due = schedule::due(&activities, &background, from, visit.starts);
                preparations.extend(due.into_iter().map(|due| Preparation {
                    appointment: row.item,
                    enrolment: enrolment.id,
                    programme: enrolment.programme.clone(),
                    due,
                }));
            }
        }
        preparations.sort_by_key(|preparation| preparation.due.opens);
        Ok(preparations)
    }
}

fn visit(row: &VisitRow) -> Visit {
    Visit { starts: row.starts, known: row.known }
}

/// The parts of a schedule that go by visits, and the most days ahead of one.
fn before_visits(schedule: &[Activity]) -> (Vec<Activity>, u32) {
    let mut most = 0;
    let mut activities = vec![];
    for activity in schedule {
        let mut own = activity.clone();
        own.phases.retain(|phase| match phase.pattern {
            Pattern::BeforeVisit(ahead) => {
                most = most.max(ahead);
                true
            }
            _ => false,
        });
        if !own.phases.is_empty() {
            activities.push(own);
        }
    }
    (activities, most)
}
