//! The plan: goals, activities and appointments that the citizen and all who look after them share.
//!
//! Every unit of any of the citizen's care teams sees all of it and may change it; citizens set goals of their
//! own, in their own words. Nothing is overwritten: an item keeps every version of itself, and one that has
//! ended stays in the plan's history. Whoever changes an item may say which revision they had seen, and is told
//! where somebody was there in between.

mod checks;
#[cfg(test)]
mod tests;
mod visits;

pub use visits::Preparation;

use crate::access::Deed;
use crate::command::{Decided, Once};
use crate::enrolment_life::invalid;
use crate::histories::Histories;
use crate::{Care, CareError, Conflict, Fault, Problem, Record, Why};
use gtp_model::{Actor, CitizenId, PlanContent, PlanItem, PlanItemId, PlanOutcome, Role, Time};
use gtp_record::event::plan::{PlanItemEnded, set};
use gtp_record::view::queries;
use gtp_record::view::rows::PlanChangeRow;
use serde::Serialize;

/// The longest text of an item, in characters.
pub const LONGEST_TEXT: usize = 2_000;
/// At most so many items are shown that go on, and so many that have ended.
const MOST: usize = 500;

/// What an item is to be from now on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanChange {
    /// What.
    pub content: PlanContent,
    /// Why. May be empty.
    pub reason: String,
    /// The revision that the actor had seen. Absent: whatever it is.
    pub revision: Option<u32>,
}

/// How an item is to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanEnd {
    /// How.
    pub outcome: PlanOutcome,
    /// In words. May be empty.
    pub note: String,
    /// The revision that the actor had seen. Absent: whatever it is.
    pub revision: Option<u32>,
}

/// A citizen's plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What goes on, in the order in which it came into the plan.
    pub items: Vec<PlanItem>,
    /// What has ended, the last one first. Empty where it was not asked for.
    pub ended: Vec<PlanItem>,
    /// What programmes expect before the appointments that are to come, in the order in which it opens.
    pub preparations: Vec<Preparation>,
}

/// An item and everything that it ever was.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanItemView {
    /// The item as it is now.
    pub item: PlanItem,
    /// What it was, oldest first.
    pub history: Vec<PlanChangeRow>,
}

impl Care {
    /// A citizen's plan.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub async fn plan(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        with_ended: bool,
        why: &Why,
    ) -> Result<Plan, CareError> {
        let record = self.permitted(actor, Deed::SeePlan, citizen)?;
        let (mut items, mut ended) = (vec![], vec![]);
        for own in self.histories_of(citizen)? {
            let rows = queries::plan(&*self.store, own, MOST)?;
            items.extend(rows.into_iter().map(|row| row.item));
            if with_ended {
                let rows = queries::ended_plan(&*self.store, own, MOST)?;
                ended.extend(rows.into_iter().map(|row| row.item));
            }
        }
        let preparations = self.preparations(citizen, &record.enrolments)?;
        self.viewed(actor, citizen, "plan", why).await?;
        Ok(Plan { items, ended, preparations })
    }

    /// One item of a plan, with its history.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is none, or the actor may not know of it.
    pub async fn plan_item(
        &self,
        actor: &Actor,
        id: PlanItemId,
        why: &Why,
    ) -> Result<PlanItemView, CareError> {
        let item = self.planned(id)?;
        let citizen = self.now_known_as(item.citizen)?;
        self.permitted(actor, Deed::SeePlan, citizen).map_err(of_item)?;
        let history = queries::plan_history(&*self.store, id)?;
        self.viewed(actor, citizen, "plan", why).await?;
        Ok(PlanItemView { item, history })
    }

    /// Puts a goal, an activity or an appointment into a plan.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: something in it is wrong, or a citizen sets more than a goal in words.
    /// - [`CareError::NotFound`]: no such citizen, for this actor.
    pub async fn add_to_plan(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        content: PlanContent,
        once: Once<'_>,
    ) -> Result<PlanItem, CareError> {
        let asked = ("add", &content);
        let id = self
            .command(actor, deed(actor), citizen, once, &asked, |record, now| {
                let content = self.checked_content(actor, record, content.clone(), None, now)?;
                let id = PlanItemId::new();
                Ok(Decided::new(vec![set(id, content, String::new())], id))
            })
            .await?;
        self.planned(id)
    }

    /// Changes an item of a plan. What it was stays in its history.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: something in it is wrong, or it would become another kind of item.
    /// - [`Conflict::ItemEnded`]: it is over.
    /// - [`Conflict::Race`]: somebody changed it since the revision that the actor had seen.
    /// - [`CareError::Denied`]: a citizen may only change goals of their own.
    pub async fn change_plan_item(
        &self,
        actor: &Actor,
        id: PlanItemId,
        change: PlanChange,
        once: Once<'_>,
    ) -> Result<PlanItem, CareError> {
        self.on_item(
            actor,
            id,
            once,
            &("change", id, &change),
            change.revision,
            |item, record, now| {
                let reason = change.reason.trim();
                invalid(checks::too_long("/reason", reason, LONGEST_TEXT))?;
                if std::mem::discriminant(&item.content) != std::mem::discriminant(&change.content)
                {
                    return Err(CareError::Invalid(vec![Problem::new(
                        "/kind",
                        Fault::NoSuchChoice,
                    )]));
                }
                let content = change.content.clone();
                let content = self.checked_content(actor, record, content, Some(item), now)?;
                // What changes nothing is no change.
                Ok((content != item.content).then(|| set(id, content, reason.to_owned())))
            },
        )
        .await
    }

    /// Ends an item of a plan.
    ///
    /// # Errors
    /// As [`Care::change_plan_item`].
    pub async fn end_plan_item(
        &self,
        actor: &Actor,
        id: PlanItemId,
        end: PlanEnd,
        once: Once<'_>,
    ) -> Result<PlanItem, CareError> {
        self.on_item(actor, id, once, &("end", id, &end), end.revision, |_, _, _| {
            let note = end.note.trim().to_owned();
            invalid(checks::too_long("/note", &note, LONGEST_TEXT))?;
            Ok(Some(PlanItemEnded { item: id, outcome: end.outcome, note }.into()))
        })
        .await
    }

    /// A command about an item that has not ended, by somebody who may change it.
    async fn on_item(
        &self,
        actor: &Actor,
        id: PlanItemId,
        once: Once<'_>,
        asked: &(impl Serialize + Sync),
        seen: Option<u32>,
        decide: impl Fn(&PlanItem, &Record, Time) -> Result<Option<gtp_record::event::Event>, CareError>,
    ) -> Result<PlanItem, CareError> {
        let citizen = self.now_known_as(self.planned(id)?.citizen)?;
        self.command(actor, deed(actor), citizen, once, asked, |record, now| {
            let item = self.planned(id)?;
            if actor.role == Role::Citizen && !own_goal(actor, &item) {
                return Err(CareError::Denied("citizens-change-their-own-goals"));
            }
            if item.ending.is_some() {
                return Err(Conflict::ItemEnded.into());
            }
            if seen.is_some_and(|seen| seen != item.revision) {
                return Err(Conflict::Race.into());
            }
            Ok(Decided::new(decide(&item, record, now)?.into_iter().collect(), ()))
        })
        .await
        .map_err(of_item)?;
        self.planned(id)
    }

    fn planned(&self, id: PlanItemId) -> Result<PlanItem, CareError> {
        let row = queries::plan_item(&*self.store, id)?;
        Ok(row.ok_or(CareError::NotFound("plan item"))?.item)
    }

    /// Under which ids a citizen's history lies: their own, and those of records merged into theirs.
    pub(crate) fn histories_of(&self, citizen: CitizenId) -> Result<Vec<CitizenId>, CareError> {
        Ok(Histories::of(&*self.store, citizen)?.ids().to_vec())
    }

    /// The citizen who owns a history now.
    fn now_known_as(&self, citizen: CitizenId) -> Result<CitizenId, CareError> {
        Ok(queries::merged_into(&*self.store, citizen)?.unwrap_or(citizen))
    }
}

/// What somebody does who changes a plan.
fn deed(actor: &Actor) -> Deed {
    match actor.role {
        Role::Citizen => Deed::SetOwnGoal,
        _ => Deed::Plan,
    }
}

/// Whether an item is a goal that this citizen set.
fn own_goal(actor: &Actor, item: &PlanItem) -> bool {
    matches!(item.content, PlanContent::Goal(_))
        && item.set_by.role == Role::Citizen
        && item.set_by.citizen == actor.citizen
}

/// Whoever may not know of the citizen is told that there is no such item.
fn of_item(error: CareError) -> CareError {
    match error {
        CareError::NotFound(_) => CareError::NotFound("plan item"),
        other => other,
    }
}
