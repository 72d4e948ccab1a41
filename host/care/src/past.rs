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
use std::sync::OnceLock;

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
    store: &'a dyn Store,
    histories: Histories,
    /// The responses that were read: each question of a questionnaire is an input of its own, and all of them are
    /// in the same responses.
    responses: OnceLock<Box<ResponsesRead>>,
}

/// Responses that were read, and those that were read after them.
struct ResponsesRead {
    of: (ProgrammeId, QuestionnaireId, Window, usize),
    found: Vec<Response>,
    next: OnceLock<Box<ResponsesRead>>,
}

impl<'a> InStore<'a> {
    pub const fn new(store: &'a dyn Store, histories: Histories) -> Self {
        Self { store, histories, responses: OnceLock::new() }
    }
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
        let mut place = &self.responses;
        while let Some(read) = place.get() {
            let (of_programme, of_questionnaire, of_window, of_most) = &read.of;
            if (of_programme, of_questionnaire) == (programme, questionnaire)
                && (*of_window, *of_most) == (window, most)
            {
                return Ok(Cow::Borrowed(&read.found));
            }
            place = &read.next;
        }
        let (store, histories) = (self.store, &self.histories);
        let found = histories.newest_responses(store, programme, questionnaire, window, most)?;
        let of = (programme.clone(), questionnaire.clone(), window, most);
        let read =
            place.get_or_init(|| Box::new(ResponsesRead { of, found, next: OnceLock::new() }));
        Ok(Cow::Borrowed(&read.found))
    }
}
