//! The shapes in which plans go in and out.

use gtp_care::calendar::rfc3339;
use gtp_care::{Plan, PlanItemView, Preparation};
use gtp_model::programme::Subject;
use gtp_model::{Party, Place, PlanContent, PlanEnding, PlanItem, PlanOutcome, Target};
use gtp_record::view::rows::PlanChangeRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Something to put into a plan, or what an item is to be. Which members belong there follows from `kind`.
#[derive(ToSchema)]
#[schema(example = json!({
    "kind": "appointment",
    "text": "Kontrol",
    "unit": "demo-cardiology",
    "starts": "2026-12-01T09:00:00+01:00",
    "ends": "2026-12-01T09:30:00+01:00",
    "video": "https://video.example/demo"
}))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewItem {
    /// `goal`, `activity` or `appointment`.
    kind: String,
    /// In words. May be absent for a goal with a target.
    #[schema(required = false)]
    text: String,
    /// Of a goal: the values that it aims at.
    #[schema(required = false)]
    target: TargetShape,
    /// Of a goal: by when.
    #[schema(required = false, format = DateTime)]
    reach_by: String,
    /// Of an activity: who does it: `citizen`, `relative` or `unit`.
    #[schema(required = false)]
    who: String,
    /// Of an activity: the unit that does it. Of an appointment: the unit that the citizen meets; where absent,
    /// the caller's own.
    #[schema(required = false)]
    unit: String,
    /// Of an activity: the goal that it is for.
    #[schema(required = false)]
    goal: Uuid,
    /// Of an activity: from when on.
    #[schema(required = false, format = DateTime)]
    from: String,
    /// Of an activity: until when.
    #[schema(required = false, format = DateTime)]
    until: String,
    /// Of an appointment: when it begins.
    #[schema(required = false, format = DateTime)]
    starts: String,
    /// Of an appointment: when it is over.
    #[schema(required = false, format = DateTime)]
    ends: String,
    /// Of an appointment: where it is, in words.
    #[schema(required = false)]
    place: String,
    /// Of an appointment: or where it is on video, an `https` address.
    #[schema(required = false)]
    video: String,
    /// Of a change: why.
    #[schema(required = false)]
    reason: String,
    /// Of a change: the revision that the caller had seen.
    #[schema(required = false)]
    revision: u32,
}

/// The values of a field that a goal aims at: at least one end is there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Target", example = json!({ "field": "weight", "high": 80, "unit": "kg" }))]
pub struct TargetShape {
    /// Of what.
    pub field: String,
    /// Not below this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Not above this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// UCUM code of the field's unit.
    pub unit: String,
}

impl From<&Target> for TargetShape {
    fn from(target: &Target) -> Self {
        Self {
            field: target.field.to_string(),
            low: target.low,
            high: target.high,
            unit: target.unit.clone(),
        }
    }
}

/// A citizen's plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Plan")]
pub struct PlanShape {
    /// Where the citizen wants to get.
    pub goals: Vec<PlanItemShape>,
    /// Who does what to get there.
    pub activities: Vec<PlanItemShape>,
    /// When they meet, in the order in which it begins.
    pub appointments: Vec<PlanItemShape>,
    /// What has ended, the last one first. Only where it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<PlanItemShape>,
    /// What programmes expect before the appointments that are to come.
    pub before_appointments: Vec<PreparationShape>,
}

impl From<&Plan> for PlanShape {
    fn from(plan: &Plan) -> Self {
        let of = |kind: &str| -> Vec<PlanItemShape> {
            let items = plan.items.iter().map(PlanItemShape::from);
            items.filter(|item| item.content.kind == kind).collect()
        };
        let mut appointments = of("appointment");
        // All of them are in UTC and in one form, so that they sort as texts.
        appointments.sort_by(|a, b| a.content.starts.cmp(&b.content.starts));
        Self {
            goals: of("goal"),
            activities: of("activity"),
            appointments,
            ended: plan.ended.iter().map(PlanItemShape::from).collect(),
            before_appointments: plan.preparations.iter().map(PreparationShape::from).collect(),
        }
    }
}

/// What a programme expects before an appointment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Preparation")]
pub struct PreparationShape {
    /// The appointment.
    pub appointment: Uuid,
    /// The enrolment.
    pub enrolment: Uuid,
    /// Its programme.
    pub programme: String,
    /// The activity of the programme's schedule.
    pub activity: String,
    /// The fields to measure.
    pub fields: Vec<String>,
    /// The questionnaires to answer.
    pub questionnaires: Vec<String>,
    /// The first moment that counts.
    #[schema(format = DateTime)]
    pub opens: String,
    /// The first moment that is too late to be in time.
    #[schema(format = DateTime)]
    pub closes: String,
}

impl From<&Preparation> for PreparationShape {
    fn from(preparation: &Preparation) -> Self {
        let due = &preparation.due;
        let (mut fields, mut questionnaires) = (vec![], vec![]);
        for subject in &due.subjects {
            match subject {
                Subject::Field(id) => fields.push(id.to_string()),
                Subject::Questionnaire(id) => questionnaires.push(id.to_string()),
                Subject::Rule(_) => {}
            }
        }
        Self {
            appointment: preparation.appointment.0,
            enrolment: preparation.enrolment.0,
            programme: preparation.programme.to_string(),
            activity: due.activity.clone(),
            fields,
            questionnaires,
            opens: rfc3339(due.opens),
            closes: rfc3339(due.closes),
        }
    }
}

/// An item of a plan as it is now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "PlanItem")]
pub struct PlanItemShape {
    /// Its id.
    pub id: Uuid,
    /// Whose plan it is part of.
    pub citizen: Uuid,
    /// What it is.
    #[serde(flatten)]
    pub content: PlanContentShape,
    /// 1 when it is new, and one more with each change.
    pub revision: u32,
    /// The account that put it into the plan.
    pub set_by: String,
    /// When.
    #[schema(format = DateTime)]
    pub set_at: String,
    /// The account that changed it last.
    pub changed_by: String,
    /// When.
    #[schema(format = DateTime)]
    pub changed_at: String,
    /// How it ended, once it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<PlanEndingShape>,
}

impl From<&PlanItem> for PlanItemShape {
    fn from(item: &PlanItem) -> Self {
        Self {
            id: item.id.0,
            citizen: item.citizen.0,
            content: PlanContentShape::from(&item.content),
            revision: item.revision,
            set_by: item.set_by.account.clone(),
            set_at: rfc3339(item.set_at),
            changed_by: item.changed_by.account.clone(),
            changed_at: rfc3339(item.changed_at),
            ending: item.ending.as_ref().map(PlanEndingShape::from),
        }
    }
}

/// What an item of a plan is: the members that belong to its kind.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(title = "PlanContent")]
pub struct PlanContentShape {
    /// `goal`, `activity` or `appointment`.
    pub kind: &'static str,
    /// In words. Empty for a goal that is a target alone.
    pub text: String,
    /// The values that a goal aims at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetShape>,
    /// By when a goal is to be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub reach_by: Option<String>,
    /// Who does an activity: `citizen`, `relative` or `unit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<&'static str>,
    /// The unit that does an activity, or that the citizen meets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The goal that an activity is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<Uuid>,
    /// From when on an activity goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub from: Option<String>,
    /// Until when an activity goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub until: Option<String>,
    /// When an appointment begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub starts: Option<String>,
    /// When an appointment is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub ends: Option<String>,
    /// Where an appointment is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Where an appointment is on video: an `https` address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video: Option<String>,
}

impl From<&PlanContent> for PlanContentShape {
    fn from(content: &PlanContent) -> Self {
        match content {
            PlanContent::Goal(goal) => Self {
                kind: "goal",
                text: goal.text.clone(),
                target: goal.target.as_ref().map(TargetShape::from),
                reach_by: goal.by.map(rfc3339),
                ..Self::default()
            },
            PlanContent::Activity(activity) => {
                let (who, unit) = match &activity.who {
                    Party::Citizen => ("citizen", None),
                    Party::Relative => ("relative", None),
                    Party::Unit(unit) => ("unit", Some(unit.to_string())),
                };
                Self {
                    kind: "activity",
                    text: activity.text.clone(),
                    who: Some(who),
                    unit,
                    goal: activity.goal.map(|goal| goal.0),
                    from: activity.from.map(rfc3339),
                    until: activity.until.map(rfc3339),
                    ..Self::default()
                }
            }
            PlanContent::Appointment(appointment) => {
                let (place, video) = match &appointment.place {
                    Place::At(place) => (Some(place.clone()), None),
                    Place::Video(link) => (None, Some(link.clone())),
                };
                Self {
                    kind: "appointment",
                    text: appointment.text.clone(),
                    unit: Some(appointment.unit.to_string()),
                    starts: Some(rfc3339(appointment.starts)),
                    ends: appointment.ends.map(rfc3339),
                    place,
                    video,
                    ..Self::default()
                }
            }
        }
    }
}

/// How an item of a plan ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "PlanEnding")]
pub struct PlanEndingShape {
    /// `done`, `not-done` or `cancelled`.
    pub outcome: &'static str,
    /// In words. May be empty.
    pub note: String,
    /// The account that said so.
    pub by: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
}

impl From<&PlanEnding> for PlanEndingShape {
    fn from(ending: &PlanEnding) -> Self {
        Self {
            outcome: match ending.outcome {
                PlanOutcome::Done => "done",
                PlanOutcome::NotDone => "not-done",
                PlanOutcome::Cancelled => "cancelled",
            },
            note: ending.note.clone(),
            by: ending.by.account.clone(),
            at: rfc3339(ending.at),
        }
    }
}

/// An item of a plan and everything that it ever was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "PlanItemDetail")]
pub struct PlanItemDetail {
    /// The item as it is now.
    pub item: PlanItemShape,
    /// Its changes, oldest first.
    pub history: Vec<PlanChangeShape>,
}

impl From<&PlanItemView> for PlanItemDetail {
    fn from(view: &PlanItemView) -> Self {
        Self {
            item: PlanItemShape::from(&view.item),
            history: view.history.iter().map(PlanChangeShape::from).collect(),
        }
    }
}

/// One change of an item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "PlanChange")]
pub struct PlanChangeShape {
    /// What the item was from then on. Absent where it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<PlanContentShape>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<PlanEndingShape>,
    /// Why it was changed. May be empty.
    pub reason: String,
    /// The account that changed it.
    pub by: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
}

impl From<&PlanChangeRow> for PlanChangeShape {
    fn from(row: &PlanChangeRow) -> Self {
        Self {
            content: row.content.as_ref().map(PlanContentShape::from),
            ending: row.ending.as_ref().map(PlanEndingShape::from),
            reason: row.reason.clone(),
            by: row.by.account.clone(),
            at: rfc3339(row.at),
        }
    }
}
