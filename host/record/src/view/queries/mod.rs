//! Typed answers from the view.
//!
//! Every function takes any [`Store`] and does one range scan or a few reads of keys: what it costs depends
//! on what it returns, never on how much there is. Lists that can be long take a limit.

mod access;
mod accounts;
mod alerts;
mod assessments;
mod citizens;
mod consent;
mod enrolments;
mod limits;
mod messages;
mod plan;
mod programmes;
mod responses;
mod series;
mod submissions;

pub use access::{access_log, looks};
pub use accounts::{account, accounts, token, token_by_hash, tokens, unit, units};
pub use alerts::{AlertColumn, alert, alerts_of, open_alert, worklist};
pub use assessments::{
    acknowledged, assessment, assessments_of, latest_assessment, latest_assessment_number,
};
pub use citizens::{citizen, citizen_by_number, citizens, merged, merged_into, number_key};
pub use consent::{citizens_of_relative, consents};
pub use enrolments::{enrolment, enrolments, enrolments_of, enrolments_of_unit};
pub use limits::{baseline, baselines, effective_limits, limit_settings};
pub use messages::{Unread, message, messages, unread_from, unread_of_citizen, unread_of_unit};
pub use plan::{diary, ended_plan, plan, plan_history, plan_item, visits};
pub use programmes::{active_programmes, programme_history};
pub use responses::{newest_responses, responses, responses_of};
pub use series::{
    Window, fields_of, newest_observations, observation, observations, superseded_observations,
};
pub use submissions::{command, submission};

use serde::de::DeserializeOwned;

use super::keys::Key;
use super::rows;
use crate::engine::{KeyRange, Order};
use crate::store::{Store, StoreError};

/// The row under a key.
fn row<T: DeserializeOwned>(
    store: &dyn Store,
    table: &'static str,
    key: &[u8],
) -> Result<Option<T>, StoreError> {
    store.get(key)?.map(|bytes| rows::from_json(table, &bytes)).transpose()
}

/// The rows under keys that begin like `key`.
fn rows_of<T: DeserializeOwned>(
    store: &dyn Store,
    table: &'static str,
    key: Key,
    limit: usize,
) -> Result<Vec<T>, StoreError> {
    store
        .scan(&KeyRange::prefix(&key.done()), Order::Rising, limit)?
        .iter()
        .map(|(_, bytes)| rows::from_json(table, bytes))
        .collect()
}

/// The id that ends a key or fills a value.
fn last_id(table: &'static str, bytes: &[u8]) -> Result<uuid::Uuid, StoreError> {
    bytes
        .last_chunk::<16>()
        .map(|bytes| uuid::Uuid::from_bytes(*bytes))
        .ok_or_else(|| rows::unreadable(table, "an id is too short"))
}
