//! Assessments. The view says where they lie; they are read from the journal, since they are large and
//! seldom wanted.

use gtp_model::{AssessmentId, EnrolmentId};

use crate::engine::{KeyRange, Order};
use crate::event::{Recorded, StreamId};
use crate::store::{Store, StoreError};
use crate::view::keys;
use crate::view::rows::{self, AssessmentPlace};

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
