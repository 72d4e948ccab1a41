//! Assessments. The view says where they lie; they are read from the journal, since they are large and
//! seldom wanted.

use gtp_model::{AssessmentId, EnrolmentId};

use super::row;
use crate::engine::{KeyRange, Order};
use crate::event::{Recorded, StreamId};
use crate::store::{Store, StoreError};
use crate::view::keys;
use crate::view::rows::{self, AcknowledgedRow, AssessmentPlace};

/// The event that made an assessment, or says that it failed.
///
/// # Errors
/// Where the record cannot be read.
pub fn assessment(store: &dyn Store, id: AssessmentId) -> Result<Option<Recorded>, StoreError> {
    match store.get(&keys::assessment(id))? {
        Some(place) => read(store, &place),
        None => Ok(None),
    }
}

/// The newest assessment of an enrolment, made or failed.
///
/// # Errors
/// Where the record cannot be read.
pub fn latest_assessment(
    store: &dyn Store,
    enrolment: EnrolmentId,
) -> Result<Option<Recorded>, StoreError> {
    Ok(assessments_of(store, enrolment, 1)?.pop())
}

/// Up to `limit` assessments of an enrolment, made or failed, the newest first.
///
/// # Errors
/// Where the record cannot be read.
pub fn assessments_of(
    store: &dyn Store,
    enrolment: EnrolmentId,
    limit: usize,
) -> Result<Vec<Recorded>, StoreError> {
    let range = KeyRange::prefix(&keys::assessments_of(enrolment).done());
    let mut found = Vec::new();
    for (_, place) in store.scan(&range, Order::Rising, limit)? {
        found.extend(read(store, &place)?);
    }
    Ok(found)
}

fn read(store: &dyn Store, place: &[u8]) -> Result<Option<Recorded>, StoreError> {
    let place: AssessmentPlace = rows::from_compact("assessments", place)?;
    Ok(store.events(StreamId::Citizen(place.citizen), place.version, 1)?.pop())
}

/// The number of the event that made an enrolment's newest assessment, or says that it failed.
///
/// # Errors
/// Where the view cannot be read.
pub fn latest_assessment_number(
    store: &dyn Store,
    enrolment: EnrolmentId,
) -> Result<Option<u64>, StoreError> {
    let range = KeyRange::prefix(&keys::assessments_of(enrolment).done());
    let newest = store.scan(&range, Order::Rising, 1)?;
    let number = |key: &[u8]| key.last_chunk::<8>().map(|bytes| !u64::from_be_bytes(*bytes));
    Ok(newest.first().and_then(|(key, _)| number(key)))
}

/// What was acknowledged of an enrolment last.
///
/// # Errors
/// Where the view cannot be read.
pub fn acknowledged(
    store: &dyn Store,
    enrolment: EnrolmentId,
) -> Result<Option<AcknowledgedRow>, StoreError> {
    row(store, "acknowledgements", &keys::acknowledged(enrolment))
}
