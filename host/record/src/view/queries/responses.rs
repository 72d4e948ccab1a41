//! Filled-in questionnaires.

use gtp_model::{CitizenId, ProgrammeId, QuestionnaireId, Response};

use super::rows_of;
use super::series::Window;
use crate::engine::Order;
use crate::store::{Store, StoreError};
use crate::view::{keys, rows};

/// The responses to one questionnaire that were answered in a window, oldest first.
///
/// # Errors
/// Where the view cannot be read.
pub fn responses(
    store: &dyn Store,
    citizen: CitizenId,
    programme: &ProgrammeId,
    questionnaire: &QuestionnaireId,
    window: Window,
) -> Result<Vec<Response>, StoreError> {
    let range = window.range(keys::questionnaire(citizen, programme, questionnaire));
    let entries = store.scan(&range, Order::Rising, usize::MAX)?;
    entries.iter().map(|(_, bytes)| rows::from_json("responses", bytes)).collect()
}

/// The newest `count` responses to one questionnaire that were answered in a window, oldest first.
///
/// # Errors
/// Where the view cannot be read.
pub fn newest_responses(
    store: &dyn Store,
    citizen: CitizenId,
    programme: &ProgrammeId,
    questionnaire: &QuestionnaireId,
    window: Window,
    count: usize,
) -> Result<Vec<Response>, StoreError> {
    let range = window.range(keys::questionnaire(citizen, programme, questionnaire));
    let mut entries = store.scan(&range, Order::Falling, count)?;
    entries.reverse();
    entries.iter().map(|(_, bytes)| rows::from_json("responses", bytes)).collect()
}

/// All responses of a citizen, by programme and questionnaire and then oldest first.
///
/// # Errors
/// Where the view cannot be read.
pub fn responses_of(store: &dyn Store, citizen: CitizenId) -> Result<Vec<Response>, StoreError> {
    rows_of(store, "responses", keys::responses_of(citizen), usize::MAX)
}
