//! What is recorded of a citizen already, as a draft asks for it.
//!
//! Two keep it: the record's view, in which a submission that just came is judged, and, where a moment of long
//! ago is judged again, [what was known then](crate::replaying::Known). Everything above this seam, from a window
//! to a case, is the same code for both.

use crate::histories::Histories;
use gtp_model::{FieldId, Observation, ProgrammeId, QuestionnaireId, Response, Time};
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

/// What the record holds now. What was read of it is kept: a submission is checked against the same values that its
/// rules are handed, and each question of a questionnaire is an input of its own, of the same responses.
pub struct InStore<'a> {
    store: &'a dyn Store,
    histories: Histories,
    observations: Grown<Newest>,
    responses: Grown<Answered>,
}

/// So many of a field's newest observations are read when something of it is asked for first: as many as stand in one
/// block of the view.
const NEWEST: usize = 16;

/// The newest observations of a field, oldest first.
struct Newest {
    field: FieldId,
    found: Vec<Observation>,
}

/// The responses of one window.
struct Answered {
    of: (ProgrammeId, QuestionnaireId, Window, usize),
    found: Vec<Response>,
}

impl<'a> InStore<'a> {
    pub const fn new(store: &'a dyn Store, histories: Histories) -> Self {
        Self { store, histories, observations: Grown::new(), responses: Grown::new() }
    }

    fn read(
        &self,
        field: &FieldId,
        window: Window,
        most: usize,
    ) -> Result<Vec<Observation>, StoreError> {
        let rows = self.histories.newest_observations(self.store, field, window, most)?;
        Ok(rows.into_iter().map(|row| row.observation).collect())
    }
}

impl Newest {
    /// The newest in a window, where all of them are known.
    fn within(&self, window: Window, most: usize) -> Option<&[Observation]> {
        let before = |moment: Time| self.found.partition_point(|own| own.measured < moment);
        let from = before(window.from);
        let until =
            if window.until == Window::ALL.until { self.found.len() } else { before(window.until) };
        // Something older than the window is known, or there is nothing older.
        let whole = from > 0 || self.found.len() < NEWEST;
        let enough = until.saturating_sub(from) >= most;
        let from = from.max(until.saturating_sub(most));
        if whole || enough { self.found.get(from..until) } else { None }
    }
}

impl Past for InStore<'_> {
    fn observations(
        &self,
        field: &FieldId,
        window: Window,
        most: usize,
    ) -> Result<Cow<'_, [Observation]>, StoreError> {
        let newest = match self.observations.iter().find(|newest| newest.field == *field) {
            Some(newest) => newest,
            None => {
                let found = self.read(field, Window::ALL, NEWEST)?;
                self.observations.push(Newest { field: field.clone(), found })
            }
        };
        match newest.within(window, most) {
            Some(found) => Ok(Cow::Borrowed(found)),
            None => self.read(field, window, most).map(Cow::Owned),
        }
    }

    fn responses(
        &self,
        programme: &ProgrammeId,
        questionnaire: &QuestionnaireId,
        window: Window,
        most: usize,
    ) -> Result<Cow<'_, [Response]>, StoreError> {
        let same = |read: &&Answered| {
            let (of_programme, of_questionnaire, of_window, of_most) = &read.of;
            (of_programme, of_questionnaire) == (programme, questionnaire)
                && (*of_window, *of_most) == (window, most)
        };
        if let Some(read) = self.responses.iter().find(same) {
            return Ok(Cow::Borrowed(&read.found));
        }
        let (store, histories) = (self.store, &self.histories);
        let found = histories.newest_responses(store, programme, questionnaire, window, most)?;
        let of = (programme.clone(), questionnaire.clone(), window, most);
        Ok(Cow::Borrowed(&self.responses.push(Answered { of, found }).found))
    }
}

/// A list that only grows, so that what was handed out of it stays where it is.
struct Grown<T>(OnceLock<Box<(T, Grown<T>)>>);

impl<T> Grown<T> {
    const fn new() -> Self {
        Self(OnceLock::new())
    }

    fn iter(&self) -> impl Iterator<Item = &T> {
        let mut place = self;
        std::iter::from_fn(move || {
            let (one, next) = &**place.0.get()?;
            place = next;
            Some(one)
        })
    }

    fn push(&self, one: T) -> &T {
        let (mut place, mut new) = (self, Box::new((one, Self::new())));
        loop {
            let set = place.0.set(new);
            // Something is there now: this, or what another thread put there.
            let (kept, next) = &**place.0.wait();
            match set {
                Ok(()) => return kept,
                Err(back) => (place, new) = (next, back),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use gtp_model::{CitizenId, ObservationId, Source, Value};

    fn newest(measured: impl IntoIterator<Item = i64>) -> Newest {
        let observation = |at: i64| Observation {
            id: ObservationId::new(),
            citizen: CitizenId::new(),
            field: "weight".parse().unwrap(),
            measured: Time(at),
            received: Time(at),
            value: Value::Number(at as f64),
            unit: "kg".to_owned(),
            source: Source::Citizen,
            supersedes: None,
            confirmed: false,
        };
        let found = measured.into_iter().map(observation).collect();
        Newest { field: "weight".parse().unwrap(), found }
    }

    fn times(found: Option<&[Observation]>) -> Option<Vec<i64>> {
        found.map(|found| found.iter().map(|own| own.measured.0).collect())
    }

    #[test]
    fn what_the_newest_values_tell_of_a_window_is_told_and_nothing_else() {
        let many = newest(100..116);
        let within = |from: i64, until: i64, most: usize| {
            times(many.within(Window { from: Time(from), until: Time(until) }, most))
        };
        assert_eq!(within(114, i64::MAX, 9), Some(vec![114, 115]));
        assert_eq!(within(101, 105, 2), Some(vec![103, 104]));
        assert_eq!(within(110, 110, 1), Some(vec![]));
        assert_eq!(within(200, i64::MAX, 1), Some(vec![]));
        assert_eq!(within(100, i64::MAX, 17), None, "another may have been measured at 100");
        assert_eq!(within(i64::MIN, i64::MAX, 16).map(|all| all.len()), Some(16));
        assert_eq!(within(i64::MIN, i64::MAX, 17), None, "older ones may be there");
        assert_eq!(within(i64::MIN, 90, 1), None);
    }

    #[test]
    fn where_there_are_but_a_few_they_are_all() {
        let few = newest([5, 7]);
        let all = Window::ALL;
        assert_eq!(times(few.within(all, 100)), Some(vec![5, 7]));
        assert_eq!(times(few.within(Window { until: Time(5), ..all }, 1)), Some(vec![]));
    }
}
