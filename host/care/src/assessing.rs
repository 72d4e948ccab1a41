//! Runs the rules that a submission concerns, and turns what they return into events.
//!
//! A programme whose rules cannot run never hides the data: the observations are recorded all the same, and
//! an `unassessed` alert tells a clinician that nobody has judged them.

use crate::alerting::{Alerting, LATE};
use crate::calendar::Calendar;
use crate::draft::Draft;
use crate::limits::Settings;
use crate::{Care, CareError, moments};
use gtp_model::programme::Programme;
use gtp_model::{
    Advice, Assessment, AssessmentId, Case, Citizen, CitizenId, CitizenNumber, Digest, Enrolment,
    LimitId, Observation, ObservationId, ProgrammeId, RuleId, Source, Time, Urgency, Value,
};
use gtp_record::StoreError;
use gtp_record::event::Event;
use gtp_record::event::assessment::{AssessmentFailed, AssessmentMade, ComponentRun, LimitOrigin};
use gtp_record::event::submission::{ObservationCorrected, ObservationRecorded};
use gtp_runtime::Loaded;
use gtp_runtime::inputs::{self, Person, Want};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// What came of running the rules.
pub struct Judged {
    /// Assessments, derived values and alerts, in order.
    pub events: Vec<Event>,
    /// Advice to the citizen, the most urgent first, and whose it is.
    pub advice: Vec<(ProgrammeId, Advice)>,
    /// Whether every programme could run its rules.
    pub complete: bool,
}

impl Care {
    /// Judges a draft by every programme that the citizen takes part in.
    pub(crate) async fn judge(
        &self,
        citizen: &Citizen,
        enrolments: &[(Enrolment, Arc<Loaded>)],
        draft: &mut Draft<'_>,
        now: Time,
    ) -> Result<Judged, CareError> {
        let mut judged = Judged { events: vec![], advice: vec![], complete: true };
        let mut alerting = Alerting::new(&*self.store, draft.histories().clone(), now);
        for (enrolment, loaded) in enrolments {
            let programme = &loaded.definition;
            alerting.arrived(enrolment, programme, draft)?;
            let new = moments::new_inputs(draft, programme);
            for (moment, rules) in moments::to_judge(draft, programme, &new)? {
                let settings = Settings::of(&*self.store, enrolment, moment)?;
                let limits = settings.for_rules(programme, &rules);
                let person = person(&citizen.number, moment);
                let case = case(&self.calendar, person, programme, &rules, &limits, draft, moment)?;
                let zone = self.calendar.name().to_owned();
                let run = Run::new(enrolment, loaded, rules, &case, limits, zone);
                match self.runtime.assess(loaded, &run.rules, &case).await {
                    Ok(done) => {
                        let derived = derived(&done.assessment, citizen.id, draft, now)?;
                        for finding in &done.assessment.findings {
                            alerting.finding(enrolment, run.id, finding, moment)?;
                        }
                        if now.since(moment) <= LATE {
                            let advice = done.assessment.advice.iter().cloned();
                            judged.advice.extend(advice.map(|own| (programme.id().clone(), own)));
                        }
                        judged.events.push(run.made(done.assessment, done.spent.fuel));
                        judged.events.extend(derived);
                    }
                    Err(error) => {
                        tracing::warn!(
                            programme = %programme.id(), kind = error.kind(), %error,
                            "the rules could not run"
                        );
                        judged.complete = false;
                        alerting.unassessed(enrolment, run.id, moment)?;
                        judged.events.push(run.failed(error.kind(), error.to_string()));
                    }
                }
            }
        }
        judged.events.append(&mut alerting.events);
        judged.advice.sort_by_key(|(_, advice)| rank(&advice.urgency));
        Ok(judged)
    }
}

/// What a citizen's number says of the person at a moment.
pub(crate) fn person(number: &CitizenNumber, moment: Time) -> Person {
    Person { age: number.age_at(moment), sex: number.sex() }
}

/// The case for some rules at a moment: the inputs, limits and facts that they declare, and no others.
pub(crate) fn case(
    calendar: &Calendar,
    person: Person,
    programme: &Programme,
    rules: &[RuleId],
    limits: &[LimitOrigin],
    draft: &Draft<'_>,
    moment: Time,
) -> Result<Case, StoreError> {
    let limit = |id: &LimitId| limits.iter().find(|own| own.limit == *id)?.value;
    let fetch = |want: &Want| draft.fetch(programme, want, moment, calendar);
    inputs::case(programme, rules, calendar.local(moment), person, limit, fetch)
}

/// One run of one programme's rules, before it is known how it ended.
struct Run {
    id: AssessmentId,
    enrolment: gtp_model::EnrolmentId,
    component: ComponentRun,
    rules: Vec<RuleId>,
    judged: gtp_model::LocalTime,
    case: Digest,
    limits: Vec<LimitOrigin>,
    zone: String,
}

impl Run {
    fn new(
        enrolment: &Enrolment,
        loaded: &Loaded,
        rules: Vec<RuleId>,
        case: &Case,
        limits: Vec<LimitOrigin>,
        zone: String,
    ) -> Self {
        Self {
            id: AssessmentId::new(),
            enrolment: enrolment.id,
            component: ComponentRun {
                programme: loaded.definition.id().clone(),
                version: loaded.definition.about.version.to_string(),
                digest: loaded.digest,
                contract: loaded.contract.to_string(),
            },
            rules,
            judged: case.now,
            case: fingerprint(case),
            limits,
            zone,
        }
    }

    fn made(self, output: Assessment, fuel: u64) -> Event {
        let Self { id: assessment, enrolment, component, rules, judged, case, limits, zone } = self;
        AssessmentMade {
            assessment,
            enrolment,
            component,
            rules,
            judged,
            case,
            limits,
            output,
            fuel,
            zone,
        }
        .into()
    }

    fn failed(self, kind: &str, message: String) -> Event {
        AssessmentFailed {
            assessment: self.id,
            enrolment: self.enrolment,
            component: self.component,
            rules: self.rules,
            judged: self.judged,
            case: Some(self.case),
            kind: kind.to_owned(),
            message,
        }
        .into()
    }
}

/// SHA-256 of a case's JSON. Numbers are written so that they read back exactly, so equal cases and only
/// those have the same.
#[must_use]
pub fn fingerprint(case: &Case) -> Digest {
    Digest(Sha256::digest(serde_json::to_vec(case).unwrap_or_default()).into())
}

/// Derived values as observations: recorded once, and corrected where a later run finds another value for
/// the same moment.
pub(crate) fn derived(
    assessment: &Assessment,
    citizen: CitizenId,
    draft: &mut Draft<'_>,
    now: Time,
) -> Result<Vec<Event>, StoreError> {
    let mut events = vec![];
    for derived in &assessment.derived {
        let earlier = draft.at(&derived.field, derived.time)?;
        if earlier.as_ref().is_some_and(|o| o.value == Value::Number(derived.value)) {
            continue;
        }
        let observation = Observation {
            id: ObservationId::new(),
            citizen,
            field: derived.field.clone(),
            measured: derived.time,
            received: now,
            value: Value::Number(derived.value),
            unit: String::new(),
            source: Source::Derived,
            supersedes: earlier.map(|earlier| earlier.id),
            confirmed: false,
        };
        draft.observe(observation.clone());
        events.push(match observation.supersedes {
            None => ObservationRecorded { observation }.into(),
            Some(_) => {
                ObservationCorrected { observation, reason: "derived again".to_owned() }.into()
            }
        });
    }
    Ok(events)
}

const fn rank(urgency: &Urgency) -> u8 {
    match urgency {
        Urgency::Emergency => 0,
        Urgency::Now => 1,
        Urgency::Today => 2,
        Urgency::Note | Urgency::Other(_) => 3,
    }
}
