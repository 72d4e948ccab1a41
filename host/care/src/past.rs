//! What is recorded of a citizen already, as a draft asks for it.
//!
//! Two keep it: the record's view, in which a submission that just came is judged, and, where a moment of long
//! ago is judged again, [what was known then](crate::replaying::Known). Everything above this seam, from a window
//! to a case, is the same code for both.

use crate::histories::Histories;
use gtp_model::{FieldId, Observation, ProgrammeId, QuestionnaireId, Response};
use gtp_record::view::queries::Window;
use gtp_record::{Store, StoreError};
use std::borrow::Cow;

/// A citizen's observations and responses, oldest first.
pub trait Past: Send + Sync {
    /// Up to `most` observations of a field that were measured in a window, the newest of them. What was
    /// corrected is not among them.
    fn observations(
        &self,
        field: &FieldId,
        window: Window,
        most: usize,
    ) -> Result<Cow<'_, [Observation]>, StoreError>;

    /// Up to `most` filled-in copies of a questionnaire that were answered in a window, the newest of them.
    fn responses(
        &self,
        programme: &ProgrammeId,
        questionnaire: &QuestionnaireId,
        window: Window,
        most: usize,
    ) -> Result<Cow<'_, [Response]>, StoreError>;
}

impl<T: Past + ?Sized> Past for &T {
    fn observations(
        &self,
        field: &FieldId,
        window: Window,
        most: usize,
    ) -> Result<Cow<'_, [Observation]>, StoreError> {
        (**self).observations(field, window, most)
    }

    fn responses(
        &self,
        programme: &ProgrammeId,
        questionnaire: &QuestionnaireId,
        window: Window,
        most: usize,
    ) -> Result<Cow<'_, [Response]>, StoreError> {
        (**self).responses(programme, questionnaire, window, most)
    }
}

/// What the record holds now.
pub struct InStore<'a> {
    pub store: &'a dyn Store,
    pub histories: Histories,
}

impl Past for InStore<'_> {
    fn observations(
        &self,
        field: &FieldId,
        window: Window,
        most: usize,
    ) -> Result<Cow<'_, [Observation]>, StoreError> {
        let rows = self.histories.newest_observations(self.store, field, window, most)?;
        Ok(rows.into_iter().map(|row| row.observation).collect())
    }

    fn responses(
        &self,
        programme: &ProgrammeId,
        questionnaire: &QuestionnaireId,
        window: Window,
        most: usize,
    ) -> Result<Cow<'_, [Response]>, StoreError> {
        let (store, histories) = (self.store, &self.histories);
        Ok(histories.newest_responses(store, programme, questionnaire, window, most)?.into())
    }
}
