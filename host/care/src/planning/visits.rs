//! Appointments as schedules see them: what programmes expect before a visit.

use crate::schedule::{self, Background, Due};
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
    /// The appointments of a citizen that begin in a window and were not called off: their moments are the
    /// `visits` that a schedule is unrolled against. Nothing can be expected before one was [`VisitRow::known`].
    pub(crate) fn visits(
        &self,
        citizen: CitizenId,
        window: Window,
    ) -> Result<Vec<VisitRow>, CareError> {
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
        let visits = self.visits(citizen, to_come)?;
        let mut preparations = vec![];
        if visits.is_empty() {
            return Ok(preparations);
        }
        for (enrolment, loaded) in self.taking_part(enrolments) {
            let (activities, ahead) = before_visits(&loaded.definition.schedule);
            if activities.is_empty() {
                continue;
            }
            for visit in &visits {
                let background = Background {
                    calendar: self.calendar(),
                    start: enrolment.start,
                    end: None,
                    pauses: &[],
                    visits: &[visit.starts],
                };
                let from = visit.starts.plus(-(i64::from(ahead) + 2) * DAY);
                let due = schedule::due(&activities, &background, from, visit.starts);
                preparations.extend(due.into_iter().filter(|due| due.closes > visit.known).map(
                    |due| Preparation {
                        appointment: visit.item,
                        enrolment: enrolment.id,
                        programme: enrolment.programme.clone(),
                        due,
                    },
                ));
            }
        }
        preparations.sort_by_key(|preparation| preparation.due.opens);
        Ok(preparations)
    }
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
