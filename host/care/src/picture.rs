//! One citizen's whole picture in one call: across programmes and sectors, with what is planned, what is expected
//! today, and who is involved.

use crate::access::Deed;
use crate::{Care, CareError, ExpectedItem, Overview, Why};
use gtp_model::{Actor, CitizenId, DAY, EnrolmentState, PlanItem, Unit};
use gtp_record::view::queries;
use std::collections::BTreeSet;

/// At most so many items of a plan.
const MOST_PLANNED: usize = 200;

/// Everything that somebody with two minutes should see.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Programmes, values with limits, alerts, and what the limits leave open.
    pub overview: Overview,
    /// What is expected within a day from now, and what is late.
    pub expected: Vec<ExpectedItem>,
    /// The goals, activities and appointments that go on.
    pub plan: Vec<PlanItem>,
    /// The units of all care teams of enrolments that go on.
    pub team: Vec<Unit>,
}

impl Care {
    /// A citizen's whole picture, as far as the actor sees it. It is one line in the access log.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub async fn picture(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        why: &Why,
    ) -> Result<Picture, CareError> {
        let record = self.permitted(actor, Deed::View, citizen)?;
        let overview = self.overview(actor, citizen, why).await?;
        let now = self.now();
        let mut expected = self.expected_of(citizen, now, now.plus(DAY))?;
        expected.retain(|item| record.has(item.enrolment));
        let mut plan = vec![];
        // A relative who was let in to a programme sees no plan.
        let sees_plan = self.permitted(actor, Deed::SeePlan, citizen).is_ok();
        let planned = if sees_plan { self.histories_of(citizen)? } else { vec![] };
        for own in planned {
            let rows = queries::plan(&*self.store, own, MOST_PLANNED)?;
            plan.extend(rows.into_iter().map(|row| row.item));
        }
        let units: BTreeSet<_> = record
            .enrolments
            .iter()
            .filter(|enrolment| enrolment.state != EnrolmentState::Ended)
            .flat_map(|enrolment| std::iter::once(&enrolment.unit).chain(&enrolment.care_team))
            .collect();
        let mut team = vec![];
        for unit in units {
            team.extend(queries::unit(&*self.store, unit)?);
        }
        Ok(Picture { overview, expected, plan, team })
    }
}
