//! Everything that an alert rests on, put together from the events about it.

use gtp_care::calendar::Calendar;
use gtp_care::replaying::{Rebuilt, rebuild};
use gtp_model::programme::{Limit, Programme, Rule};
use gtp_model::{
    Actor, Alert, AlertCause, AlertId, Assessment, AssessmentId, Case, Digest, FieldId, Finding,
    LimitSetting, LocalTime, Observation, ObservationId, RuleId, Source, Time, Value,
};
use gtp_record::event::assessment::{ComponentRun, LimitOrigin};
use gtp_record::event::{Event, Recorded};
use serde::Serialize;
use std::collections::BTreeSet;

/// An alert, explained.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    /// The alert as it was opened.
    pub alert: Alert,
    /// Number of the event that opened it.
    pub event: u64,
    /// What its programme was called then, in the words of the newest component that judged it.
    pub programme: Option<gtp_model::Text>,
    /// The assessments that opened it and that joined it, oldest first.
    pub judgements: Vec<Judgement>,
    /// What happened to it, and to what it rests on, afterwards.
    pub since: Vec<Since>,
}

/// One assessment.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// Its id.
    pub assessment: AssessmentId,
    /// Number of its event.
    pub event: u64,
    /// When it was made.
    pub made: Time,
    /// What ran.
    pub component: ComponentRun,
    /// The rules that were asked together.
    pub rules: Vec<RuleId>,
    /// The moment that was judged.
    pub judged: LocalTime,
    /// The time zone.
    pub zone: String,
    /// The alert's rule, as that component describes it.
    pub rule: Option<Rule>,
    /// What the rule found.
    pub finding: Option<Finding>,
    /// The limits of the alert's rule.
    pub limits: Vec<LimitExplained>,
    /// The values that the alert's rule was handed.
    pub values: Vec<ValueExplained>,
    /// The fingerprint of the case that was judged. Absent where it could not be cut then.
    pub fingerprint: Option<Digest>,
    /// The case, cut again.
    pub rebuilt: Option<CaseAgain>,
    /// What was returned, and what it cost. Absent where the rules could not run.
    pub output: Option<(Assessment, u64)>,
    /// Why they could not run.
    pub failed: Option<String>,
}

/// A case that was cut again.
#[derive(Clone, Debug, Serialize)]
pub struct CaseAgain {
    /// The case.
    pub case: Case,
    /// Its fingerprint.
    pub fingerprint: Digest,
    /// What its limits' origins do not bear out.
    pub faults: Vec<String>,
}

/// A limit, with where its value came from.
#[derive(Clone, Debug, Serialize)]
pub struct LimitExplained {
    /// Value and origin as they were kept.
    pub origin: LimitOrigin,
    /// The limit, as the component describes it.
    pub limit: Option<Limit>,
    /// Who set it, when, and how it was set. Absent for the programme's default.
    pub set: Option<(Actor, Time, LimitSetting)>,
}

/// A value that was handed to the rule.
#[derive(Clone, Debug, Serialize)]
pub struct ValueExplained {
    /// Which series: `weight`, `symptoms/breathless`.
    pub series: String,
    /// When it was measured.
    pub measured: Time,
    /// The number. Absent: deliberately not measured or not answered.
    pub value: Option<f64>,
    /// Whether the finding names it as evidence.
    pub evidence: bool,
    /// The event that recorded it, where there is just one such.
    pub event: Option<u64>,
    /// Where it came from.
    pub source: Option<Source>,
    /// When the host received it.
    pub received: Option<Time>,
}

/// Something that happened afterwards.
#[derive(Clone, Debug, Serialize)]
pub struct Since {
    /// Number of the event.
    pub event: u64,
    /// When.
    pub at: Time,
    /// Who.
    pub by: Actor,
    /// What, in a word: `alert-taken`, `observation-corrected`, `limit-set`.
    pub what: String,
    /// What of it is worth reading.
    pub text: String,
}

/// Puts together what explains an alert. `definition` gives what a component defines.
///
/// Gives nothing where the alert's opening is not among the events.
#[must_use]
pub fn explain<'d>(
    alert: AlertId,
    events: &[Recorded],
    definition: impl Fn(Digest) -> Option<&'d Programme>,
    calendar: impl Fn(&str) -> Option<Calendar>,
) -> Option<Explained> {
    let (opening, opened) = opening(alert, events)?;
    let assessments = assessments(alert, events);
    let mut judgements: Vec<Judgement> = assessments
        .iter()
        .filter_map(|recorded| judgement(recorded, &opened.cause, events, &definition, &calendar))
        .collect();
    judgements.sort_by_key(|judgement| judgement.event);
    let newest = assessments.iter().rev().find_map(|event| definition(component(event)?.digest));
    Some(Explained {
        alert: opened.clone(),
        event: opening.number,
        programme: newest.map(|programme| programme.about.title.clone()),
        since: since(alert, opened, &judgements, events),
        judgements,
    })
}

/// The event that opened an alert.
#[must_use]
pub fn opening(alert: AlertId, events: &[Recorded]) -> Option<(&Recorded, &Alert)> {
    events.iter().find_map(|recorded| match &recorded.event {
        Event::AlertOpened(opened) if opened.alert.id == alert => Some((recorded, &opened.alert)),
        _ => None,
    })
}

/// The assessments that opened an alert or joined it, oldest first.
#[must_use]
pub fn assessments(alert: AlertId, events: &[Recorded]) -> Vec<&Recorded> {
    let mut ids: BTreeSet<AssessmentId> = BTreeSet::new();
    let Some((opening, opened)) = opening(alert, events) else { return vec![] };
    ids.extend(opened.findings.iter().map(|(assessment, _)| *assessment));
    for recorded in events {
        match &recorded.event {
            Event::AlertJoined(joined) if joined.alert == alert => {
                ids.insert(joined.assessment);
            }
            // An alert that nobody could judge does not name its assessment: it is in the same commit.
            Event::AssessmentFailed(failed)
                if opened.cause == AlertCause::Unassessed
                    && failed.enrolment == opened.enrolment
                    && recorded.stream == opening.stream
                    && recorded.time == opening.time =>
            {
                ids.insert(failed.assessment);
            }
            _ => {}
        }
    }
    let is_one = |recorded: &&Recorded| match &recorded.event {
        Event::AssessmentMade(made) => ids.contains(&made.assessment),
        Event::AssessmentFailed(failed) => ids.contains(&failed.assessment),
        _ => false,
    };
    events.iter().filter(is_one).collect()
}

/// The component that ran.
#[must_use]
pub const fn component(assessment: &Recorded) -> Option<&ComponentRun> {
    match &assessment.event {
        Event::AssessmentMade(made) => Some(&made.component),
        Event::AssessmentFailed(failed) => Some(&failed.component),
        _ => None,
    }
}

fn judgement<'d>(
    recorded: &Recorded,
    cause: &AlertCause,
    events: &[Recorded],
    definition: &impl Fn(Digest) -> Option<&'d Programme>,
    calendar: &impl Fn(&str) -> Option<Calendar>,
) -> Option<Judgement> {
    let component = component(recorded)?.clone();
    let programme = definition(component.digest);
    let mut judgement = match &recorded.event {
        Event::AssessmentMade(made) => Judgement {
            rules: made.rules.clone(),
            judged: made.judged,
            zone: made.zone.clone(),
            finding: finding(&made.output, cause).cloned(),
            limits: limits(&made.limits, events, programme, cause),
            fingerprint: Some(made.case),
            output: Some((made.output.clone(), made.fuel)),
            failed: None,
            ..Judgement::blank(recorded, component, made.assessment)
        },
        Event::AssessmentFailed(failed) => Judgement {
            rules: failed.rules.clone(),
            judged: failed.judged,
            fingerprint: failed.case,
            failed: Some(format!("{}: {}", failed.kind, failed.message)),
            ..Judgement::blank(recorded, component, failed.assessment)
        },
        _ => return None,
    };
    let Some(programme) = programme else { return Some(judgement) };
    if let AlertCause::Rule(rule) = cause {
        judgement.rule = programme.rule(rule).cloned();
    }
    let rebuilt = calendar(&judgement.zone)
        .and_then(|calendar| rebuild(events, recorded, programme, &calendar).ok());
    if let Some(Rebuilt { case, fingerprint, faults, .. }) = rebuilt {
        judgement.values = values(&case, &judgement, events);
        let faults = faults.iter().map(ToString::to_string).collect();
        judgement.rebuilt = Some(CaseAgain { case, fingerprint, faults });
    }
    Some(judgement)
}

impl Judgement {
    fn blank(recorded: &Recorded, component: ComponentRun, assessment: AssessmentId) -> Self {
        Self {
            assessment,
            event: recorded.number,
            made: recorded.time,
            component,
            rules: vec![],
            judged: LocalTime { time: recorded.time, offset: 0 },
            zone: String::new(),
            rule: None,
            finding: None,
            limits: vec![],
            values: vec![],
            fingerprint: None,
            rebuilt: None,
            output: None,
            failed: None,
        }
    }
}

fn finding<'a>(output: &'a Assessment, cause: &AlertCause) -> Option<&'a Finding> {
    let AlertCause::Rule(rule) = cause else { return None };
    output.findings.iter().find(|finding| finding.rule == *rule)
}

fn limits(
    origins: &[LimitOrigin],
    events: &[Recorded],
    programme: Option<&Programme>,
    cause: &AlertCause,
) -> Vec<LimitExplained> {
    let rule = match cause {
        AlertCause::Rule(rule) => programme.and_then(|programme| programme.rule(rule)),
        _ => None,
    };
    let of_rule =
        |origin: &&LimitOrigin| rule.is_none_or(|rule| rule.limits.contains(&origin.limit));
    origins
        .iter()
        .filter(of_rule)
        .map(|origin| LimitExplained {
            limit: programme.and_then(|programme| programme.limit(&origin.limit)).cloned(),
            set: origin.set_by.and_then(|number| {
                let event = events.iter().find(|event| event.number == number)?;
                match &event.event {
                    Event::LimitSet(set) => {
                        Some((event.actor.clone(), event.time, set.setting.clone()))
                    }
                    _ => None,
                }
            }),
            origin: origin.clone(),
        })
        .collect()
}

/// The values of the series that the alert's rule reads, or of all where there is no rule.
fn values(case: &Case, judgement: &Judgement, events: &[Recorded]) -> Vec<ValueExplained> {
    let reads = |id: &gtp_model::SeriesId| {
        judgement.rule.as_ref().is_none_or(|rule| rule.reads.iter().any(|read| read.input == *id))
    };
    let evidence = |series: &str, time: i64| {
        let evidence = judgement.finding.iter().flat_map(|finding| &finding.evidence);
        evidence.into_iter().any(|own| own.id == series && own.time.0 == time)
    };
    let mut values = vec![];
    for series in case.series.iter().filter(|series| reads(&series.id)) {
        let name = series.id.to_string();
        let numbers = series.times.iter().zip(series.values.iter().map(|value| Some(*value)));
        let skipped = series.skipped.iter().map(|time| (time, None));
        let mut of_series: Vec<ValueExplained> = numbers
            .chain(skipped)
            .map(|(time, value)| {
                let origin = origin(&series.id, Time(*time), judgement.event, events);
                ValueExplained {
                    evidence: evidence(&name, *time),
                    series: name.clone(),
                    measured: Time(*time),
                    value,
                    event: origin.as_ref().map(|origin| origin.0),
                    source: origin.as_ref().map(|origin| origin.1.clone()),
                    received: origin.as_ref().map(|origin| origin.2),
                }
            })
            .collect();
        of_series.sort_by_key(|value| value.measured);
        values.append(&mut of_series);
    }
    values
}

/// The newest event before an assessment that recorded a value at a moment.
fn origin(
    id: &gtp_model::SeriesId,
    at: Time,
    before: u64,
    events: &[Recorded],
) -> Option<(u64, Source, Time)> {
    use gtp_model::SeriesId;
    events.iter().rev().filter(|event| event.number < before).find_map(|event| {
        match (&event.event, id) {
            (Event::ResponseGiven(given), SeriesId::Answer(own, _) | SeriesId::Score(own, _))
                if given.response.questionnaire == *own && given.response.answered == at =>
            {
                let response = &given.response;
                Some((event.number, response.source.clone(), response.received))
            }
            (_, SeriesId::Field(field)) => {
                let observation = observation(event)?;
                (observation.field == *field && observation.measured == at)
                    .then(|| (event.number, observation.source.clone(), observation.received))
            }
            _ => None,
        }
    })
}

fn observation(event: &Recorded) -> Option<&Observation> {
    match &event.event {
        Event::ObservationRecorded(own) => Some(&own.observation),
        Event::ObservationCorrected(own) => Some(&own.observation),
        _ => None,
    }
}

/// The events that tell what happened to an alert and to what it rests on after it was opened.
#[must_use]
pub fn since(
    alert: AlertId,
    opened: &Alert,
    judgements: &[Judgement],
    events: &[Recorded],
) -> Vec<Since> {
    let first = judgements.first().map_or(0, |judgement| judgement.event);
    let used = used_observations(judgements, events);
    let limits: BTreeSet<_> = judgements
        .iter()
        .flat_map(|judgement| judgement.limits.iter().map(|limit| &limit.origin.limit))
        .collect();
    events
        .iter()
        .filter_map(|event| {
            let text = match &event.event {
                Event::AlertJoined(own) if own.alert == alert => {
                    format!("more evidence, now {}", word(&own.severity))
                }
                Event::AlertTaken(own) if own.alert == alert => String::new(),
                Event::AlertNoted(own) if own.alert == alert => own.text.clone(),
                Event::AlertHandedOver(own) if own.alert == alert => {
                    format!("to {}: {}", own.unit, own.note)
                }
                Event::AlertResolved(own) if own.alert == alert => {
                    join(&own.outcome.code, &own.outcome.note)
                }
                Event::AlertReopened(own) if own.alert == alert => own.reason.clone(),
                Event::AlertEscalated(own) if own.alert == alert => {
                    own.unit.as_ref().map_or_else(String::new, |unit| format!("to {unit}"))
                }
                Event::AlertMissedAgain(own) if own.alert == alert => {
                    format!("{} more", own.missed.len())
                }
                Event::ObservationCorrected(own)
                    if event.number > first
                        && own.observation.supersedes.is_some_and(|old| used.contains(&old)) =>
                {
                    let observation = &own.observation;
                    let value = value(&observation.value);
                    join(&format!("{} is {value} now", observation.field), &own.reason)
                }
                Event::LimitSet(own)
                    if event.number > first
                        && own.setting.programme == opened.programme
                        && limits.contains(&own.setting.limit) =>
                {
                    let value = own.setting.value.map_or("not set".to_owned(), |v| v.to_string());
                    join(&format!("{} is {value} now", own.setting.limit), &own.setting.reason)
                }
                Event::ProgrammeActivated(own)
                    if event.number > first && own.programme == opened.programme =>
                {
                    format!("{} {} serves, {}", own.programme, own.version, own.digest)
                }
                _ => return None,
            };
            Some(Since {
                event: event.number,
                at: event.time,
                by: event.actor.clone(),
                what: event.event.name().to_owned(),
                text,
            })
        })
        .collect()
}

/// The observations that a judgement's values are.
fn used_observations(judgements: &[Judgement], events: &[Recorded]) -> BTreeSet<ObservationId> {
    let used: BTreeSet<(FieldId, Time)> = judgements
        .iter()
        .flat_map(|judgement| &judgement.values)
        .filter_map(|value| Some((value.series.parse().ok()?, value.measured)))
        .collect();
    let observations = events.iter().filter_map(observation);
    observations
        .filter(|own| used.contains(&(own.field.clone(), own.measured)))
        .map(|own| own.id)
        .collect()
}

fn join(first: &str, second: &str) -> String {
    if second.is_empty() { first.to_owned() } else { format!("{first}: {second}") }
}

fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Coded { code, .. } => code.clone(),
        Value::Skipped { because } => join("skipped", because),
        other => other.number().map_or_else(String::new, |number| number.to_string()),
    }
}

/// A severity, a role or another such word as it is written in JSON.
#[must_use]
pub fn word(of: &impl Serialize) -> String {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(word)) => word,
        other => other.unwrap_or_default().to_string(),
    }
}
