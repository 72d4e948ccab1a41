//! Rows of plans, diaries and messages.

use gtp_model::{Actor, DiaryNote, Message, PlanContent, PlanEnding, PlanItem, PlanItemId, Time};
use serde::{Deserialize, Serialize};

/// An item of a plan with its place in the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanItemRow {
    /// The item as it is now.
    pub item: PlanItem,
    /// Number of the event that changed it last.
    pub event: u64,
}

/// One line of the history of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanChangeRow {
    /// What the item was from then on. Absent where it ended.
    #[serde(default)]
    pub content: Option<PlanContent>,
    /// How it ended.
    #[serde(default)]
    pub ending: Option<PlanEnding>,
    /// Why it was changed. May be empty.
    pub reason: String,
    /// Who changed it.
    pub by: Actor,
    /// When.
    pub at: Time,
    /// Number of the event that says so.
    pub event: u64,
}

/// The moment of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRow {
    /// The appointment.
    pub item: PlanItemId,
    /// When it begins.
    pub starts: Time,
    /// Since when it is known: nobody can have prepared for it before.
    pub known: Time,
}

/// A note in a diary with its place in the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiaryRow {
    /// The note.
    pub note: DiaryNote,
    /// Who wrote it.
    pub by: Actor,
    /// When it was written.
    pub written: Time,
    /// Number of the event that says so.
    pub event: u64,
}

/// A message, and whether it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    /// The message.
    pub message: Message,
    /// Who wrote it.
    pub by: Actor,
    /// When.
    pub sent: Time,
    /// Who was the first to read it on the other side, and when.
    #[serde(default)]
    pub read: Option<ReadMark>,
    /// Number of the event that says it was sent.
    pub event: u64,
}

/// That somebody has read a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadMark {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Time,
}
