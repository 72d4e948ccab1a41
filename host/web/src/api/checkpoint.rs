//! The root over the whole record, and proofs for roots that somebody kept.
//!
//! An auditor needs no account: who kept an old root is told by what follows from it that nothing was
//! changed or dropped since. A proof for one event is for those who have the event, so it asks for a login.

use super::address::Query;
use super::caller::Caller;
use crate::AppState;
use crate::problem::{Expected, Problem, ProblemDocument};
use axum::Json;
use axum::extract::State;
use gtp_care::calendar::rfc3339;
use gtp_model::Digest;
use serde::Serialize;
use utoipa::ToSchema;

/// The root over the whole record, signed.
#[derive(Serialize, ToSchema)]
#[schema(title = "Checkpoint")]
pub struct CheckpointShape {
    /// How many events the root is over.
    pub size: u64,
    /// The root of their Merkle tree (RFC 6962), in hexadecimal.
    pub root: String,
    /// When it was made.
    pub at: String,
    /// What is signed: origin, size and root in base64, a line each (C2SP tlog-checkpoint).
    pub text: String,
    /// The signature of the text, a minisign file.
    pub signature: String,
    /// The key that it was made with, a minisign public key file. Keep your own copy of it.
    pub public_key: String,
}

/// Read the checkpoint
///
/// The signed root over every event that is acknowledged. Keep it somewhere else: later it shows that nothing
/// was changed or dropped since.
#[utoipa::path(
    get, path = "/api/v1/checkpoint", tag = "audit", operation_id = "readCheckpoint",
    responses((status = 200, body = CheckpointShape)),
)]
pub async fn read(State(state): State<AppState>) -> Result<Json<CheckpointShape>, Problem> {
    let signed = state.care.checkpoint().await?;
    Ok(Json(CheckpointShape {
        size: signed.checkpoint.size,
        root: signed.checkpoint.root.to_string(),
        at: rfc3339(signed.checkpoint.at),
        text: signed.text,
        signature: signed.signature,
        public_key: signed.public_key,
    }))
}

/// A proof that a record begins with an earlier one.
#[derive(Serialize, ToSchema)]
#[schema(title = "ConsistencyProof")]
pub struct ConsistencyShape {
    /// How many events the earlier root is over.
    pub old: u64,
    /// How many events the later root is over.
    pub new: u64,
    /// The hashes that lead to both roots (RFC 9162, 2.1.4), in hexadecimal.
    pub path: Vec<String>,
}

/// Prove that nothing was changed or dropped
///
/// That the first `new` events begin with the first `old`: checked against the two roots as RFC 9162 says
/// (2.1.4.2).
#[utoipa::path(
    get, path = "/api/v1/checkpoint/consistency", tag = "audit", operation_id = "proveConsistency",
    params(
        ("old" = u64, Query, description = "The size of the checkpoint that was kept"),
        ("new" = u64, Query, description = "The size of a later one"),
    ),
    responses(
        (status = 200, body = ConsistencyShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "The record has not so many events, or the sizes are the wrong way round"),
    ),
)]
pub async fn consistency(
    State(state): State<AppState>,
    query: Query,
) -> Result<Json<ConsistencyShape>, Problem> {
    query.only(&["old", "new"])?;
    let (old, new) = (number(&query, "old")?, number(&query, "new")?);
    let proof = state.care.consistency(old, new).await?;
    Ok(Json(ConsistencyShape { old: proof.old, new: proof.new, path: hexadecimal(&proof.path) }))
}

/// A proof that an event is in the record.
#[derive(Serialize, ToSchema)]
#[schema(title = "InclusionProof")]
pub struct InclusionShape {
    /// Number of the event.
    pub event: u64,
    /// SHA-256 of the event's line, in hexadecimal. The leaf of the tree is the hash of a zero byte and this.
    pub hash: String,
    /// How many events the root is over.
    pub size: u64,
    /// The hashes beside the way from the leaf to the root (RFC 9162, 2.1.3), in hexadecimal.
    pub path: Vec<String>,
}

/// Prove that an event is in the record
///
/// That event `event` is among the first `size`: checked against the root as RFC 9162 says (2.1.3.2). Holds for
/// an erased event too.
#[utoipa::path(
    get, path = "/api/v1/checkpoint/inclusion", tag = "audit", operation_id = "proveInclusion",
    params(
        ("event" = u64, Query, description = "The event's number"),
        ("size" = u64, Query, description = "The size of a checkpoint"),
    ),
    responses(
        (status = 200, body = InclusionShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "There is no such event, or the record has not so many"),
    ),
    security(("bearer" = [])),
)]
pub async fn inclusion(
    State(state): State<AppState>,
    _: Caller,
    query: Query,
) -> Result<Json<InclusionShape>, Problem> {
    query.only(&["event", "size"])?;
    let (event, size) = (number(&query, "event")?, number(&query, "size")?);
    let proof = state.care.inclusion(event, size).await?;
    Ok(Json(InclusionShape {
        event: proof.event,
        hash: proof.hash.to_string(),
        size: proof.size,
        path: hexadecimal(&proof.path),
    }))
}

fn number(query: &Query, name: &'static str) -> Result<u64, Problem> {
    let missing = || Problem::query(name, Expected::Number);
    query.parsed(name, Expected::Number)?.ok_or_else(missing)
}

fn hexadecimal(path: &[Digest]) -> Vec<String> {
    path.iter().map(ToString::to_string).collect()
}
