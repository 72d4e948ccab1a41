//! A submission, from what was sent to what is recorded.
//!
//! One submission is one commit: it is checked, judged, and then recorded with its assessments and alerts in
//! one piece. If somebody else changes the citizen's record meanwhile, all of it starts over.

use crate::access::Deed;
use crate::draft::Draft;
use crate::past::{InStore, Past as _};
use crate::submission::fingerprint::fingerprint;
use crate::submission::plausible::{self, Background, History};
use crate::submission::{NewObservation, NewResponse, Submission, reading};
use crate::{Care, CareError, Conflict, Fault, Problem, Receipt, Submitted, TRIES};
use gtp_model::programme::Programme;
use gtp_model::{
    Actor, CitizenId, Digest, Enrolment, EnrolmentState, FieldId, IdempotencyKey, Observation,
    ObservationId, ProgrammeId, Response, ResponseId, Role, Source, Time,
};
use gtp_record::event::submission::{
    ObservationCorrected, ObservationRecorded, ResponseGiven, SubmissionReceived,
};
use gtp_record::event::{Event, StreamId};
use gtp_record::view::queries::{self, Window};
use gtp_record::{Commit, Expected, Store, StoreError};
use gtp_runtime::Loaded;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::sync::Arc;

impl Care {
    /// Records what somebody sends about a citizen, and judges it.
    ///
    /// `body` is a submission as [`crate::submission::schema`] describes it. With a key, sending the same
    /// again gives the same receipt and records nothing.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: something in it is wrong; every such thing is named.
    /// - [`CareError::Unconfirmed`]: values are unusual and must be confirmed.
    /// - [`CareError::Conflict`]: it is there already, or the key was used for something else.
    /// - [`CareError::NotFound`]: no such citizen, for this actor.
    /// - [`CareError::Store`]: the record could not take it.
    pub async fn submit(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        body: &Json,
        key: Option<&IdempotencyKey>,
    ) -> Result<Submitted, CareError> {
        let digest = fingerprint(body);
        let stream = StreamId::Citizen(citizen);
        let _turn = self.turns.of(stream).await;
        for _ in 0..TRIES {
            let version = self.store.version(stream)?;
            let record = self.permitted(actor, Deed::Submit, citizen)?;
            if record.citizen.id != citizen {
                return Err(Conflict::Merged.into());
            }
            if let Some(receipt) = self.earlier(citizen, key, digest)? {
                return Ok(Submitted { receipt, replayed: true });
            }
            let now = self.now();
            let taking_part = self.taking_part(&record.enrolments);
            let programmes: Vec<&Programme> =
                taking_part.iter().map(|(_, loaded)| &loaded.definition).collect();
            let past = InStore::new(&*self.store, record.histories.clone());
            let submission =
                self.checked(actor, &record, &past, &taking_part, &programmes, body, now)?;

            let mut draft = Draft::over(Box::new(&past), record.histories.clone());
            let mut events = self.recorded(actor, citizen, submission, &mut draft, now);
            let observations = draft.observations().iter().map(|new| new.id).collect();
            let responses = draft.responses().iter().map(|new| new.id).collect();
            // Whatever the sender may see of it, the rules of every programme judge it.
            let concerned = self.taking_part(&record.every_enrolment());
            let judged = self.judge(&record.citizen, &concerned, &mut draft, now).await?;
            let theirs = |id: &ProgrammeId| programmes.iter().any(|own| own.id() == id);
            let advice = judged.advice.into_iter().filter(|(programme, _)| theirs(programme));
            let mut advice: Vec<_> = advice.map(|(_, advice)| advice).collect();
            advice.dedup();
            let receipt = Receipt {
                received: now,
                observations,
                responses,
                assessed: judged.complete,
                advice,
                looked_at: self.looked_at(&taking_part)?,
                meanwhile: taking_part
                    .iter()
                    .map(|(_, loaded)| {
                        (loaded.definition.id().clone(), loaded.definition.about.meanwhile.clone())
                    })
                    .collect(),
            };
            let received = SubmissionReceived {
                key: key.cloned(),
                digest,
                receipt: serde_json::to_value(&receipt).unwrap_or_default(),
            };
            events.extend(judged.events);
            let mut commit = Commit::new(actor.clone(), now)
                .stream(stream, Expected::Version(version))
                .event(received);
            for event in events {
                commit.push(event);
            }
            match self.store.commit(commit).await {
                Ok(_) => return Ok(Submitted { receipt, replayed: false }),
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Conflict::Race.into())
    }

    /// The receipt of an earlier submission under this key.
    fn earlier(
        &self,
        citizen: CitizenId,
        key: Option<&IdempotencyKey>,
        digest: Digest,
    ) -> Result<Option<Receipt>, CareError> {
        let Some(key) = key else { return Ok(None) };
        let Some(row) = queries::submission(&*self.store, citizen, key)? else { return Ok(None) };
        if row.digest != digest {
            return Err(Conflict::KeyReused.into());
        }
        let receipt = serde_json::from_value(row.receipt)
            .map_err(|error| StoreError::Row { table: "submissions", what: error.to_string() })?;
        Ok(Some(receipt))
    }

    /// The enrolments that accept submissions, with their programmes.
    pub(crate) fn taking_part(&self, enrolments: &[Enrolment]) -> Vec<(Enrolment, Arc<Loaded>)> {
        enrolments
            .iter()
            .filter(|enrolment| {
                matches!(enrolment.state, EnrolmentState::Active | EnrolmentState::Paused)
            })
            .filter_map(|enrolment| {
                Some((enrolment.clone(), self.programme(&enrolment.programme)?))
            })
            .collect()
    }

    #[allow(clippy::too_many_arguments, reason = "all of it is what a check needs to know")]
    fn checked(
        &self,
        actor: &Actor,
        record: &crate::Record,
        past: &InStore<'_>,
        taking_part: &[(Enrolment, Arc<Loaded>)],
        programmes: &[&Programme],
        body: &Json,
        now: Time,
    ) -> Result<Submission, CareError> {
        if taking_part.is_empty() {
            // Said in so many words: an ended enrolment is not the same as an unknown field.
            let fault = if record.enrolments.is_empty() {
                Fault::Unknown("enrolment")
            } else {
                Fault::NotEnrolledThen
            };
            return Err(CareError::Invalid(vec![Problem::new("", fault)]));
        }
        let loaded: Vec<&Arc<Loaded>> = taking_part.iter().map(|(_, loaded)| loaded).collect();
        let problems = self.shapes.of(&loaded)?.problems(body);
        if !problems.is_empty() {
            return Err(CareError::Invalid(problems));
        }
        let submission = reading::read(body, programmes, now).map_err(CareError::Invalid)?;
        let enrolments: Vec<&Enrolment> =
            taking_part.iter().map(|(enrolment, _)| enrolment).collect();
        let audience = self.audience_of(actor)?;
        let background = Background {
            now,
            programmes,
            enrolments: &enrolments,
            audience,
            history: &Recorded { store: &*self.store, past, citizen: record.histories.own() },
        };
        let mut problems = plausible::problems(&submission, &background)?;
        // Nobody is told of earlier values that they do not see.
        problems.retain(|problem| {
            !matches!(problem.fault, Fault::UnusualChange(..))
                || submission
                    .observations
                    .iter()
                    .filter(|own| problem.pointer.starts_with(&own.pointer))
                    .all(|own| self.may_know_of(audience, actor, record, &own.field))
        });
        let (unusual, wrong): (Vec<_>, Vec<_>) =
            problems.into_iter().partition(|problem| problem.fault.can_be_confirmed());
        if !wrong.is_empty() {
            return Err(CareError::Invalid(wrong));
        }
        if !unusual.is_empty() {
            return Err(CareError::Unconfirmed(unusual));
        }
        Ok(submission)
    }

    /// The events that record a submission; the draft learns the same.
    fn recorded(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        submission: Submission,
        draft: &mut Draft<'_>,
        now: Time,
    ) -> Vec<Event> {
        let mut events = vec![];
        for new in submission.observations {
            let reason = new.reason.clone();
            let observation = observation(new, citizen, actor, now);
            draft.observe(observation.clone());
            events.push(match observation.supersedes {
                None => ObservationRecorded { observation }.into(),
                Some(_) => ObservationCorrected { observation, reason }.into(),
            });
        }
        for new in submission.responses {
            let response = response(new, citizen, actor, now);
            draft.respond(response.clone());
            events.push(ResponseGiven { response }.into());
        }
        events
    }

    /// When somebody looks: as the unit says, else as the programme says.
    fn looked_at(
        &self,
        taking_part: &[(Enrolment, Arc<Loaded>)],
    ) -> Result<Vec<(gtp_model::ProgrammeId, gtp_model::Text)>, CareError> {
        taking_part
            .iter()
            .map(|(enrolment, loaded)| {
                let unit = queries::unit(&*self.store, &enrolment.unit)?.map(|unit| unit.looks);
                let text = unit
                    .filter(|text| !text.is_empty())
                    .unwrap_or_else(|| loaded.definition.about.looked_at.clone());
                Ok((enrolment.programme.clone(), text))
            })
            .collect()
    }
}

fn source(actor: &Actor, device: Option<String>) -> Source {
    match (device, actor.role) {
        (Some(device), _) => Source::Device(device),
        (None, Role::Citizen) => Source::Citizen,
        (None, Role::Relative) => Source::Relative,
        (None, _) => Source::Clinician,
    }
}

fn observation(new: NewObservation, citizen: CitizenId, actor: &Actor, now: Time) -> Observation {
    Observation {
        id: ObservationId::new(),
        citizen,
        field: new.field,
        measured: new.measured,
        received: now,
        value: new.value,
        unit: new.unit,
        source: source(actor, new.device),
        supersedes: new.corrects,
        confirmed: new.confirmed,
    }
}

fn response(new: NewResponse, citizen: CitizenId, actor: &Actor, now: Time) -> Response {
    Response {
        id: ResponseId::new(),
        citizen,
        programme: new.programme,
        questionnaire: new.questionnaire,
        version: new.version,
        answered: new.answered,
        received: now,
        answers: new.answers,
        scores: new.scores,
        source: source(actor, new.device),
    }
}

/// What the plausibility check asks of the record.
struct Recorded<'a> {
    store: &'a dyn Store,
    past: &'a InStore<'a>,
    citizen: CitizenId,
}

impl History for Recorded<'_> {
    type Error = StoreError;

    fn newest_before(
        &self,
        field: &FieldId,
        moment: Time,
    ) -> Result<Option<(Time, f64)>, StoreError> {
        let before = Window { until: moment, ..Window::ALL };
        // A few, since the newest may have been skipped or be a meter's coded reading.
        let found = self.past.observations(field, before, 5)?;
        Ok(found.iter().rev().find_map(|own| match own.value {
            gtp_model::Value::Number(number) => Some((own.measured, number)),
            _ => None,
        }))
    }

    fn at(&self, field: &FieldId, moment: Time) -> Result<Cow<'_, [Observation]>, StoreError> {
        let window = Window { from: moment, until: moment.plus(1) };
        self.past.observations(field, window, usize::MAX)
    }

    fn find(&self, id: ObservationId) -> Result<Option<(Observation, bool)>, StoreError> {
        let row = queries::observation(self.store, self.citizen, id)?;
        Ok(row.map(|row| (row.observation, row.superseded_by.is_some())))
    }
}
