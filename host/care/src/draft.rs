//! The record as it will be once a submission is in.
//!
//! Rules judge a submission before it is committed, so that observations, assessment and alerts go into the
//! record in one piece. A draft reads through to the [past](crate::past) and lays what is new on top of it.

use crate::calendar::Calendar;
use crate::histories::Histories;
use crate::past::{InStore, Past};
use gtp_model::programme::{Programme, Subject};
use gtp_model::{
    FieldId, Observation, ObservationId, QuestionnaireId, Response, Series, SeriesId, Time, Value,
};
use gtp_record::event::Event;
use gtp_record::view::queries::Window;
use gtp_record::{Store, StoreError};
use gtp_runtime::inputs::Want;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A rule sees at most so many entries of one series, whatever it declares.
const MOST: usize = 10_000;

/// What a citizen's record will hold.
pub struct Draft<'a> {
    past: Box<dyn Past + 'a>,
    histories: Histories,
    observations: Vec<Observation>,
    responses: Vec<Response>,
    superseded: HashSet<ObservationId>,
}

/// One entry of a series, by time and then by the order in which ids are given.
type Points = BTreeMap<(Time, u128), Value>;

impl<'a> Draft<'a> {
    /// A draft with nothing new yet.
    pub fn new(store: &'a dyn Store, histories: Histories) -> Self {
        Self::over(Box::new(InStore::new(store, histories.clone())), histories)
    }

    /// A draft over what was known at some time.
    pub fn over(past: Box<dyn Past + 'a>, histories: Histories) -> Self {
        let (observations, responses, superseded) = (vec![], vec![], HashSet::new());
        Self { past, histories, observations, responses, superseded }
    }

    /// Adds an observation; what it supersedes is hidden from now on.
    pub fn observe(&mut self, observation: Observation) {
        self.superseded.extend(observation.supersedes);
        self.observations.push(observation);
    }

    /// Hides an observation that is there already.
    pub fn hide(&mut self, observation: ObservationId) {
        self.superseded.insert(observation);
    }

    /// Adds the observation of an event, where it is of one.
    pub fn observe_event(&mut self, event: &Event) {
        match event {
            Event::ObservationRecorded(event) => self.observe(event.observation.clone()),
            Event::ObservationCorrected(event) => self.observe(event.observation.clone()),
            _ => {}
        }
    }

    /// Adds a response.
    pub fn respond(&mut self, response: Response) {
        self.responses.push(response);
    }

    /// Whose record it is.
    pub const fn histories(&self) -> &Histories {
        &self.histories
    }

    /// What is new.
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// What is new.
    pub fn responses(&self) -> &[Response] {
        &self.responses
    }

    /// The current observation of a field at exactly this moment.
    pub fn at(&self, field: &FieldId, moment: Time) -> Result<Option<Observation>, StoreError> {
        let new = self.observations.iter().rev().find(|o| {
            o.field == *field && o.measured == moment && !self.superseded.contains(&o.id)
        });
        if let Some(observation) = new {
            return Ok(Some(observation.clone()));
        }
        let window = Window { from: moment, until: moment.plus(1) };
        let stored = self.past.observations(field, window, MOST)?;
        let current = stored.iter().find(|own| !self.superseded.contains(&own.id));
        Ok(current.cloned())
    }

    /// A series as of a moment, at least as far back as is wanted.
    pub fn fetch(
        &self,
        programme: &Programme,
        want: &Want,
        moment: Time,
        calendar: &Calendar,
    ) -> Result<Series, StoreError> {
        let from = want.earliest(moment).unwrap_or(Time(i64::MIN));
        let most = want.most().map_or(MOST, |most| most as usize);
        let mut series = Series::empty(want.id.clone());
        for ((time, _), value) in self.points(programme, &want.id, from, moment, most)? {
            match value.number() {
                Some(number) => series.push(calendar.local(time), number),
                None => series.skipped.push(time.0),
            }
        }
        Ok(series)
    }

    /// The entries of a series in a stretch of time, with at least the newest `most` values among them.
    fn points(
        &self,
        programme: &Programme,
        id: &SeriesId,
        from: Time,
        to: Time,
        most: usize,
    ) -> Result<Points, StoreError> {
        // What is hidden or was skipped is no value, so it may take more rows to find enough.
        let mut rows = most.saturating_add(self.superseded.len()).min(MOST);
        loop {
            let (points, read) = match id {
                SeriesId::Field(field) => self.observed(field, from, to, rows)?,
                SeriesId::Answer(questionnaire, item) => {
                    self.responded(programme, questionnaire, from, to, rows, |response| {
                        let answer = response.answers.iter().find(|own| own.item == *item);
                        answer.map(|answer| answer.value.clone())
                    })?
                }
                SeriesId::Score(questionnaire, score) => {
                    self.responded(programme, questionnaire, from, to, rows, |response| {
                        let score = response.scores.iter().find(|own| own.id == *score);
                        score.map(|score| Value::Number(score.value))
                    })?
                }
            };
            let values = points.values().filter(|value| value.number().is_some()).count();
            if values >= most || read < rows || rows >= MOST {
                return Ok(points);
            }
            rows = rows.saturating_mul(2).min(MOST);
        }
    }

    /// Observations as points, and how many rows of the record were read for it.
    fn observed(
        &self,
        field: &FieldId,
        from: Time,
        to: Time,
        rows: usize,
    ) -> Result<(Points, usize), StoreError> {
        let window = Window::between(from, to);
        let stored = self.past.observations(field, window, rows)?;
        let new = self.observations.iter().filter(|observation| observation.field == *field);
        let points = stored
            .iter()
            .chain(new)
            .filter(|observation| (from..=to).contains(&observation.measured))
            .filter(|observation| !self.superseded.contains(&observation.id))
            .map(|observation| {
                ((observation.measured, observation.id.0.as_u128()), observation.value.clone())
            })
            .collect();
        Ok((points, stored.len()))
    }

    /// One value of each response as points, and how many rows of the record were read for it.
    fn responded(
        &self,
        programme: &Programme,
        questionnaire: &QuestionnaireId,
        from: Time,
        to: Time,
        rows: usize,
        value: impl Fn(&Response) -> Option<Value>,
    ) -> Result<(Points, usize), StoreError> {
        let window = Window::between(from, to);
        let stored = self.past.responses(programme.id(), questionnaire, window, rows)?;
        let new = self.responses.iter().filter(|response| {
            response.programme == *programme.id() && response.questionnaire == *questionnaire
        });
        let points = stored
            .iter()
            .chain(new)
            .filter(|response| (from..=to).contains(&response.answered))
            .filter_map(|response| {
                let at = (response.answered, response.id.0.as_u128());
                Some((at, value(response)?))
            })
            .collect();
        Ok((points, stored.len()))
    }

    /// When a field was measured, or a questionnaire answered, last, or an answer given why not.
    pub fn newest_of(
        &self,
        programme: &Programme,
        subject: &Subject,
    ) -> Result<Option<Time>, StoreError> {
        match subject {
            Subject::Field(field) => {
                let series = SeriesId::Field(field.clone());
                self.newest(programme, &BTreeSet::from([series]))
            }
            Subject::Questionnaire(id) => {
                let stored = self.past.responses(programme.id(), id, Window::ALL, 1)?;
                let own = |response: &&Response| {
                    response.programme == *programme.id() && response.questionnaire == *id
                };
                let new = self.responses.iter().filter(own);
                Ok(stored.iter().chain(new).map(|response| response.answered).max())
            }
            Subject::Rule(_) => Ok(None),
        }
    }

    /// When the newest of these inputs was measured, where any was after a moment. In most cases none was, and
    /// then nothing is read but that there is nothing.
    pub fn newest_after(
        &self,
        programme: &Programme,
        inputs: impl Iterator<Item = SeriesId>,
        moment: Time,
    ) -> Result<Option<Time>, StoreError> {
        let mut newest = None;
        for input in inputs {
            let points = self.points(programme, &input, moment.plus(1), Time(i64::MAX), 1)?;
            newest = newest.max(points.last_key_value().map(|((time, _), _)| *time));
        }
        Ok(newest)
    }

    /// When the newest of these inputs was measured, if there is any.
    pub fn newest(
        &self,
        programme: &Programme,
        inputs: &BTreeSet<SeriesId>,
    ) -> Result<Option<Time>, StoreError> {
        let mut newest = None;
        for input in inputs {
            let points = self.points(programme, input, Time(i64::MIN), Time(i64::MAX), 1)?;
            newest = newest.max(points.last_key_value().map(|((time, _), _)| *time));
        }
        Ok(newest)
    }
}
