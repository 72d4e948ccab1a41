//! One person, one or more histories: somebody who was known by a replacement number and later by a CPR number
//! has a stream under each, and whoever reads their record reads both.

use gtp_model::{Alert, CitizenId, FieldId, ProgrammeId, QuestionnaireId, Response};
use gtp_record::view::queries::{self, Window};
use gtp_record::view::rows::{BaselineRow, EnrolmentRow, ObservationRow};
use gtp_record::{Store, StoreError};

/// The ids under which a person's history lies. The first is the one that they are known as now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Histories(Vec<CitizenId>);

impl Histories {
    /// Those of the person with this id, whichever of their ids it is.
    pub fn of(store: &dyn Store, id: CitizenId) -> Result<Self, StoreError> {
        let own = queries::merged_into(store, id)?.unwrap_or(id);
        let mut ids = vec![own];
        ids.extend(queries::merged(store, own)?);
        Ok(Self(ids))
    }

    /// The one history of somebody who was never merged.
    pub fn one(id: CitizenId) -> Self {
        Self(vec![id])
    }

    /// The id that the person is known as now.
    pub fn own(&self) -> CitizenId {
        self.0.first().copied().unwrap_or(CitizenId(uuid::Uuid::nil()))
    }

    /// All of them.
    pub fn ids(&self) -> &[CitizenId] {
        &self.0
    }

    /// Whether this is one of them.
    pub fn has(&self, id: CitizenId) -> bool {
        self.0.contains(&id)
    }

    fn all<T>(
        &self,
        read: impl Fn(CitizenId) -> Result<Vec<T>, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut all = vec![];
        for id in &self.0 {
            all.extend(read(*id)?);
        }
        Ok(all)
    }

    /// All enrolments.
    pub fn enrolments(&self, store: &dyn Store) -> Result<Vec<EnrolmentRow>, StoreError> {
        self.all(|id| queries::enrolments_of(store, id))
    }

    /// Up to `most` alerts, the newest first.
    pub fn alerts(&self, store: &dyn Store, most: usize) -> Result<Vec<Alert>, StoreError> {
        let mut alerts = self.all(|id| queries::alerts_of(store, id, most))?;
        if self.0.len() > 1 {
            alerts.sort_by_key(|alert| std::cmp::Reverse(alert.opened));
            alerts.truncate(most);
        }
        Ok(alerts)
    }

    /// Up to `most` observations of a field in a window, the newest of them, oldest first.
    pub fn newest_observations(
        &self,
        store: &dyn Store,
        field: &FieldId,
        window: Window,
        most: usize,
    ) -> Result<Vec<ObservationRow>, StoreError> {
        let mut rows =
            self.all(|id| queries::newest_observations(store, id, field, window, most))?;
        if self.0.len() > 1 {
            rows.sort_by_key(|row| (row.observation.measured, row.event));
            rows.drain(..rows.len().saturating_sub(most));
        }
        Ok(rows)
    }

    /// The observations of a field in a window, oldest first.
    pub fn observations(
        &self,
        store: &dyn Store,
        field: &FieldId,
        window: Window,
    ) -> Result<Vec<ObservationRow>, StoreError> {
        let mut rows = self.all(|id| queries::observations(store, id, field, window))?;
        rows.sort_by_key(|row| row.observation.measured);
        Ok(rows)
    }

    /// Up to `most` filled-in copies of a questionnaire in a window, the newest of them, in the order in which
    /// one history gives them.
    pub fn newest_responses(
        &self,
        store: &dyn Store,
        programme: &ProgrammeId,
        questionnaire: &QuestionnaireId,
        window: Window,
        most: usize,
    ) -> Result<Vec<Response>, StoreError> {
        let mut found = self.all(|id| {
            queries::newest_responses(store, id, programme, questionnaire, window, most)
        })?;
        if self.0.len() > 1 {
            found.sort_by_key(|response| response.answered);
            found.drain(..found.len().saturating_sub(most));
        }
        Ok(found)
    }

    /// The filled-in copies of a questionnaire in a window, oldest first.
    pub fn responses(
        &self,
        store: &dyn Store,
        programme: &ProgrammeId,
        questionnaire: &QuestionnaireId,
        window: Window,
    ) -> Result<Vec<Response>, StoreError> {
        let mut found =
            self.all(|id| queries::responses(store, id, programme, questionnaire, window))?;
        found.sort_by_key(|response| response.answered);
        Ok(found)
    }

    /// What is usual for the person; what was said of them as they are known now goes before.
    pub fn baselines(&self, store: &dyn Store) -> Result<Vec<BaselineRow>, StoreError> {
        let mut rows = self.all(|id| queries::baselines(store, id))?;
        rows.sort_by_key(|row| row.event);
        Ok(rows)
    }
}
