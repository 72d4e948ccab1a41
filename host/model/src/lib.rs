//! The vocabulary of the platform as plain Rust types.
//!
//! Every other crate of the host speaks in these words, and none of them adds a second type for the same
//! thing. The crate knows no storage, no sandbox and no HTTP, and does no input or output.
//!
//! Three parts:
//! - [`programme`]: what a component defines: fields, questionnaires, limits, rules, schedule, visibility.
//! - the record of a citizen: [`Citizen`], [`Enrolment`], [`Observation`], [`Response`], [`Alert`];
//! - what rules are handed and what they give back: [`Case`] and [`Assessment`].

mod actor;
mod alert;
mod assessment;
mod case;
mod citizen;
mod citizen_number;
mod consent;
mod digest;
mod enrolment;
mod id;
mod identity;
mod limit_setting;
mod observation;
mod plan;
pub mod programme;
mod response;
mod text;
mod time;
mod unit;

pub use actor::{Actor, Role};
pub use alert::{Alert, AlertCause, AlertNote, AlertOutcome, AlertSeverity, AlertState, Missed};
pub use assessment::{
    Advice, Assessment, Derived, Evidence, Figure, Finding, Reason, Urgency, Verdict,
};
pub use case::{Case, LimitValue, Series, SeriesId};
pub use citizen::{Citizen, Sex};
pub use citizen_number::{CitizenNumber, InvalidCitizenNumber, NumberKind};
pub use consent::{Block, Blocked, BrokenGlass, RelativeGrant};
pub use digest::{Digest, InvalidDigest};
pub use enrolment::{Enrolment, EnrolmentState};
pub use id::{
    AlertId, AssessmentId, BlockId, CitizenId, DiaryNoteId, EnrolmentId, FieldId, GlassId, GrantId,
    IdempotencyKey, InvalidSlug, ItemId, LimitId, MessageId, ObservationId, PlanItemId,
    ProgrammeId, QuestionnaireId, ResponseId, RuleId, UnitId,
};
pub use identity::{Assurance, Identity};
pub use limit_setting::{Baseline, LimitLayer, LimitScope, LimitSetting, Relative};
pub use observation::{Observation, Source, Value};
pub use plan::{
    Appointment, DiaryNote, DiaryValue, Goal, Message, MessageSide, Party, Place, PlanContent,
    PlanEnding, PlanItem, PlanOutcome, PlannedActivity, Target,
};
pub use response::{Answer, Response, Score};
pub use text::{Language, Text};
pub use time::{DAY, HOUR, LocalTime, MINUTE, Time};
pub use unit::{Sector, Unit};
