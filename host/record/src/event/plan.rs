//! The plan and the diary: what is aimed at, done and agreed, and what was written down on the way.

use gtp_model::{
    Appointment, DiaryNote, Goal, PlanContent, PlanItemId, PlanOutcome, PlannedActivity,
};
use serde::{Deserialize, Serialize};

/// A goal was set, or an earlier one changed: the event's actor says what it is from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GoalSet {
    /// Which: one that is there already is changed.
    pub item: PlanItemId,
    /// What it is from now on.
    pub goal: Goal,
    /// Why it was changed. May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// An activity was planned, or an earlier one changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActivityPlanned {
    /// Which: one that is there already is changed.
    pub item: PlanItemId,
    /// What it is from now on.
    pub activity: PlannedActivity,
    /// Why it was changed. May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// An appointment was made, or an earlier one moved or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppointmentSet {
    /// Which: one that is there already is changed.
    pub item: PlanItemId,
    /// What it is from now on.
    pub appointment: Appointment,
    /// Why it was changed. May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A goal, an activity or an appointment is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanItemEnded {
    /// Which.
    pub item: PlanItemId,
    /// How it ended.
    pub outcome: PlanOutcome,
    /// In words. May be empty.
    pub note: String,
}

/// Somebody wrote in a citizen's diary: the event's actor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiaryNoted {
    /// What.
    pub note: DiaryNote,
}

/// The event that puts this into a plan, or in place of what an item was.
#[must_use]
pub fn set(item: PlanItemId, content: PlanContent, reason: String) -> super::Event {
    match content {
        PlanContent::Goal(goal) => GoalSet { item, goal, reason }.into(),
        PlanContent::Activity(activity) => ActivityPlanned { item, activity, reason }.into(),
        PlanContent::Appointment(appointment) => {
            AppointmentSet { item, appointment, reason }.into()
        }
    }
}
