//! Messages between a citizen and their care teams.

use super::address::{Id, Query};
use super::body::{Body, Members};
use super::caller::{Caller, Key, Reason};
use super::diary::role;
use crate::AppState;
use crate::problem::{Expected, Problem, ProblemDocument};
use crate::session::Speaks;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use gtp_care::calendar::rfc3339;
use gtp_care::{Fault, MOST_MESSAGES, NewMessage, Once, UnreadMessages};
use gtp_model::{CitizenId, MessageId, MessageSide};
use gtp_record::view::rows::MessageRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// So many messages are given where the caller does not say.
const NEWEST: usize = 50;

/// A message to send.
#[derive(ToSchema)]
#[schema(example = json!({ "text": "Hvornår skal jeg måle?", "unit": "demo-home-care" }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewMessageBody {
    /// What.
    text: String,
    /// The unit that a citizen writes to. May be absent where only one looks after them, and for clinicians,
    /// who write for their own.
    #[schema(required = false)]
    unit: String,
}

/// A message, and whether the other side has read it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Message", example = json!({
    "id": "0199f3c4-9999-7a31-8c58-0a7f0d6b2a11",
    "from": "citizen",
    "unit": "demo-home-care",
    "text": "Hvornår skal jeg måle?",
    "by": "demo-citizen",
    "role": "citizen",
    "sent": "2026-11-21T06:30:00Z",
    "read": { "by": "demo-nurse", "at": "2026-11-21T08:02:00Z" }
}))]
pub struct MessageShape {
    /// Its id.
    pub id: Uuid,
    /// Which side wrote it: `citizen` or `unit`.
    pub from: &'static str,
    /// The unit that wrote it or was written to.
    pub unit: String,
    /// What.
    pub text: String,
    /// The account that wrote it.
    pub by: String,
    /// In what capacity: `citizen`, `relative` or `clinician`.
    pub role: &'static str,
    /// When it was sent.
    #[schema(format = DateTime)]
    pub sent: String,
    /// Who on the other side was the first to read it. Absent: nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<ReadShape>,
}

/// That somebody has read a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "ReadMark")]
pub struct ReadShape {
    /// The account.
    pub by: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
}

impl From<&MessageRow> for MessageShape {
    fn from(row: &MessageRow) -> Self {
        let read = row.read.as_ref();
        Self {
            id: row.message.id.0,
            from: match row.message.from {
                MessageSide::Citizen => "citizen",
                MessageSide::Unit => "unit",
            },
            unit: row.message.unit.to_string(),
            text: row.message.text.clone(),
            by: row.by.account.clone(),
            role: role(row.by.role),
            sent: rfc3339(row.sent),
            read: read.map(|mark| ReadShape { by: mark.by.account.clone(), at: rfc3339(mark.at) }),
        }
    }
}

/// A message that was sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "SentMessage")]
pub struct SentShape {
    /// The message.
    #[serde(flatten)]
    pub message: MessageShape,
    /// To a citizen who wrote: when somebody looks. Empty where nobody said.
    pub looked_at: String,
}

/// Messages, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Messages")]
pub struct MessagesShape {
    /// The messages.
    pub messages: Vec<MessageShape>,
}

/// Send a message
///
/// From the citizen to a unit of one of their care teams, or from the caller's unit to the citizen.
#[utoipa::path(
    post, path = "/api/v1/citizens/{id}/messages", tag = "messages", operation_id = "sendMessage",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters"),
    ),
    request_body = NewMessageBody,
    responses(
        (status = 201, body = SentShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or none that the caller may know of"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
         description = "Nothing in it, too long, or the unit does not look after the citizen"),
    ),
    security(("bearer" = [])),
)]
pub async fn send(
    State(state): State<AppState>,
    caller: Caller,
    Speaks(language): Speaks,
    Key(key): Key,
    Id(citizen): Id<CitizenId>,
    Body(body): Body,
) -> Result<(StatusCode, Json<SentShape>), Problem> {
    let mut members = Members::of(&body, &["text", "unit"]);
    let text = members.text("text").to_owned();
    let unit = members.optional("unit").map(str::parse);
    if matches!(unit, Some(Err(_))) {
        members.wrong("unit", Fault::Unknown("unit"));
    }
    members.finish()?;
    let new = NewMessage { unit: unit.and_then(Result::ok), text };
    let once = Once::under(key.as_ref());
    let sent = state.care.send_message(caller.actor(), citizen, new, once).await?;
    let shape = SentShape {
        message: MessageShape::from(&sent.row),
        looked_at: sent.looked_at.get(language).to_owned(),
    };
    Ok((StatusCode::CREATED, Json(shape)))
}

/// Read messages
///
/// The newest first. Looking marks nothing as read. Noted in the citizen's access log.
#[utoipa::path(
    get, path = "/api/v1/citizens/{id}/messages", tag = "messages", operation_id = "readMessages",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("before" = Option<uuid::Uuid>, Query, description = "Only those that were sent before this message"),
        ("newest" = Option<u32>, Query, description = "At most this many, the newest: 50 where absent, 200 at most"),
        ("Access-Reason" = Option<String>, Header, description = "Why, for the access log; percent-encoded UTF-8"),
    ),
    responses(
        (status = 200, body = MessagesShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or none that the caller may know of"),
    ),
    security(("bearer" = [])),
)]
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Reason(why): Reason,
    Id(citizen): Id<CitizenId>,
    query: Query,
) -> Result<Json<MessagesShape>, Problem> {
    query.only(&["before", "newest"])?;
    let before = query.parsed::<MessageId>("before", Expected::Id)?;
    let most = query.parsed("newest", Expected::Number)?.unwrap_or(NEWEST).min(MOST_MESSAGES);
    let rows = state.care.messages(caller.actor(), citizen, before, most, &why).await?;
    Ok(Json(MessagesShape { messages: rows.iter().map(MessageShape::from).collect() }))
}

/// Up to where messages were read.
#[derive(ToSchema)]
#[schema(example = json!({ "through": "0199f3c4-9999-7a31-8c58-0a7f0d6b2a11" }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewReadMark {
    /// The newest message that was read. Absent: all there are.
    #[schema(required = false)]
    through: Uuid,
}

/// How many messages were marked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Marked", example = json!({ "marked": 2 }))]
pub struct MarkedShape {
    /// So many were unread until now.
    pub marked: usize,
}

/// Mark messages as read
///
/// Those that were sent to the caller's side: to the citizen, or to the caller's unit. A message that was read
/// before stays read by whoever was the first.
#[utoipa::path(
    post, path = "/api/v1/citizens/{id}/messages/read", tag = "messages", operation_id = "markMessages",
    params(("id" = uuid::Uuid, Path, description = "The citizen")),
    request_body = NewReadMark,
    responses(
        (status = 200, body = MarkedShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen or message, or none that the caller may know of"),
    ),
    security(("bearer" = [])),
)]
pub async fn mark(
    State(state): State<AppState>,
    caller: Caller,
    Id(citizen): Id<CitizenId>,
    Body(body): Body,
) -> Result<Json<MarkedShape>, Problem> {
    let mut members = Members::of(&body, &["through"]);
    let through = members.optional("through").map(str::parse);
    if matches!(through, Some(Err(_))) {
        members.wrong("through", Fault::Form("uuid"));
    }
    members.finish()?;
    let through = through.and_then(Result::ok);
    let marked = state.care.read_messages(caller.actor(), citizen, through).await?;
    Ok(Json(MarkedShape { marked }))
}

/// What the caller has not read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Unread")]
pub struct UnreadShape {
    /// How many messages, 1000 at most.
    pub count: usize,
    /// Whether there are more than that.
    pub more: bool,
    /// From whom, the one who has waited longest first. For a citizen: about whom.
    pub citizens: Vec<UnreadFromShape>,
}

/// What is unread of one citizen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "UnreadFrom")]
pub struct UnreadFromShape {
    /// Who.
    pub citizen: Uuid,
    /// Their name.
    pub citizen_name: String,
    /// How many messages.
    pub count: usize,
}

impl From<UnreadMessages> for UnreadShape {
    fn from(unread: UnreadMessages) -> Self {
        let citizens = unread.citizens.into_iter().map(|from| UnreadFromShape {
            citizen: from.citizen.0,
            citizen_name: from.name,
            count: from.count,
        });
        Self { count: unread.count, more: unread.more, citizens: citizens.collect() }
    }
}

/// Count unread messages
///
/// A citizen's own, or those that were sent to the caller's unit.
#[utoipa::path(
    get, path = "/api/v1/messages/unread", tag = "messages", operation_id = "countUnread",
    responses((status = 200, body = UnreadShape)),
    security(("bearer" = [])),
)]
pub async fn unread(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<UnreadShape>, Problem> {
    Ok(Json(UnreadShape::from(state.care.unread_messages(caller.actor()).await?)))
}
