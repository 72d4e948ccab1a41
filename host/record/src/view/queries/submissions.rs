//! Submissions and other commands, by what their sender called them.

use gtp_model::{CitizenId, IdempotencyKey};

use super::row;
use crate::store::{Store, StoreError};
use crate::view::keys;
use crate::view::rows::SubmissionRow;

/// What was answered to the submission with this key.
///
/// # Errors
/// Where the view cannot be read.
pub fn submission(
    store: &dyn Store,
    citizen: CitizenId,
    key: &IdempotencyKey,
) -> Result<Option<SubmissionRow>, StoreError> {
    row(store, "submissions", &keys::submission(citizen, key))
}

/// What was answered to the command with this key, about a citizen or about none.
///
/// # Errors
/// Where the view cannot be read.
pub fn command(
    store: &dyn Store,
    about: Option<CitizenId>,
    key: &IdempotencyKey,
) -> Result<Option<SubmissionRow>, StoreError> {
    row(store, "commands", &keys::command(about, key))
}
