//! The plan that a citizen and everybody who looks after them share, the citizen's diary, and the messages
//! between the two sides.

use crate::{Actor, CitizenId, DiaryNoteId, FieldId, MessageId, PlanItemId, Time, UnitId};
use serde::{Deserialize, Serialize};

/// One item of a plan, as it is now. How it came to be so is its history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanItem {
    /// Its id.
    pub id: PlanItemId,
    /// Whose plan it is part of.
    pub citizen: CitizenId,
    /// What it is.
    pub content: PlanContent,
    /// 1 when it is new, and one more with each change: who changes it says which one they had seen.
    pub revision: u32,
    /// Who put it into the plan.
    pub set_by: Actor,
    /// When.
    pub set_at: Time,
    /// Who changed it last.
    pub changed_by: Actor,
    /// When.
    pub changed_at: Time,
    /// How it ended, once it has. An item that has ended stays in the plan's history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<PlanEnding>,
}

/// What an item of a plan is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanContent {
    /// Where the citizen wants to get.
    Goal(Goal),
    /// What somebody does to get there.
    Activity(PlannedActivity),
    /// When they meet.
    Appointment(Appointment),
}

/// Where the citizen wants to get: in their own words, as a value of a field, or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// In words. May be empty where there is a target.
    pub text: String,
    /// As a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// By when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Time>,
}

/// The values of a field that a goal aims at: at least one end is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Of what.
    pub field: FieldId,
    /// Not below this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Not above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// UCUM code of the field's unit.
    pub unit: String,
}

impl Target {
    /// Whether a value of the field is where the goal wants it.
    #[must_use]
    pub fn met_by(&self, value: f64) -> bool {
        self.low.is_none_or(|low| value >= low) && self.high.is_none_or(|high| value <= high)
    }
}

/// What somebody does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedActivity {
    /// What.
    pub text: String,
    /// Who does it.
    pub who: Party,
    /// The goal that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<PlanItemId>,
    /// From when on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

/// Who does what a plan says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The citizen.
    Citizen,
    /// A relative.
    Relative,
    /// A unit.
    Unit(UnitId),
}

/// When the citizen and a unit meet. What a programme expects before a visit is expected before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appointment {
    /// What it is about.
    pub text: String,
    /// The unit that the citizen meets.
    pub unit: UnitId,
    /// When it begins.
    pub starts: Time,
    /// When it is over, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Time>,
    /// Where.
    pub place: Place,
}

/// Where an appointment is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// At an address, in words.
    At(String),
    /// On video: the meeting's `https` address.
    Video(String),
}

/// How an item of a plan ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanEnding {
    /// How.
    pub outcome: PlanOutcome,
    /// In words. May be empty.
    pub note: String,
    /// Who said so.
    pub by: Actor,
    /// When.
    pub at: Time,
}

/// How an item of a plan can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanOutcome {
    /// The goal is reached, the activity done, the appointment kept.
    Done,
    /// The goal is not reached, the activity not done, the citizen did not come.
    NotDone,
    /// It is called off: an appointment that is called off expects nothing before it.
    Cancelled,
}

/// Something that the citizen, or somebody who looks after them, wrote down: with a value of its own or
/// without. No rule judges it; what a programme asks for is an observation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiaryNote {
    /// Its id.
    pub id: DiaryNoteId,
    /// Whose diary it is.
    pub citizen: CitizenId,
    /// The moment that it is about.
    pub at: Time,
    /// What. May be empty where there is a value.
    pub text: String,
    /// A value of one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<DiaryValue>,
}

/// A value in a diary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiaryValue {
    /// What it is a value of, in the writer's words: `Sleep`.
    pub what: String,
    /// The number.
    pub number: f64,
    /// In the writer's words: `hours`. May be empty.
    pub unit: String,
}

/// A message between a citizen and one unit of their care team. Whoever sent it is the event's actor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The citizen who writes or is written to.
    pub citizen: CitizenId,
    /// The unit that writes or is written to.
    pub unit: UnitId,
    /// Which of the two wrote it.
    pub from: MessageSide,
    /// What.
    pub text: String,
}

/// One of the two sides that write to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageSide {
    /// The citizen.
    Citizen,
    /// The unit.
    Unit,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_target_includes_its_ends_and_an_open_end_has_none() {
        let target = |low, high| Target {
            field: "weight".parse().unwrap(),
            low,
            high,
            unit: "kg".to_owned(),
        };
        assert!(target(Some(70.0), Some(80.0)).met_by(80.0));
        assert!(!target(Some(70.0), Some(80.0)).met_by(69.9));
        assert!(target(None, Some(80.0)).met_by(1.0));
        assert!(!target(Some(70.0), None).met_by(69.0));
    }
}
