//! Gathering a bundle from the record.

use super::{About, Bundle, BundleError, FORM, Line, Proofs};
use crate::explain::{self, assessments, component, opening};
use gtp_care::calendar::Calendar;
use gtp_care::replaying::{needed, rebuild};
use gtp_model::programme::Programme;
use gtp_model::{AlertId, CitizenId, Digest, Time};
use gtp_record::Record;
use gtp_record::event::{Event, Recorded, StreamId};
use gtp_record::upkeep::{Audit as _, lines};
use gtp_record::view::queries;
use gtp_runtime::{CheckSettings, read_kept};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The components that were kept, and what they define.
pub struct Components {
    folder: PathBuf,
    known: BTreeMap<Digest, (Vec<u8>, Programme)>,
}

impl Components {
    /// Those that were kept in this data folder for components.
    #[must_use]
    pub const fn kept_in(folder: PathBuf) -> Self {
        Self { folder, known: BTreeMap::new() }
    }

    fn get(&mut self, digest: Digest) -> Result<&(Vec<u8>, Programme), BundleError> {
        if !self.known.contains_key(&digest) {
            let no = |reason: String| BundleError::Component { digest, reason };
            let bytes = read_kept(&self.folder, digest).map_err(|error| no(error.to_string()))?;
            let (report, programme) = gtp_runtime::define("", &bytes, &CheckSettings::default())
                .map_err(|error| no(error.to_string()))?;
            let programme = programme.ok_or_else(|| {
                let flaws: Vec<String> = report.errors().map(ToString::to_string).collect();
                no(flaws.join("; "))
            })?;
            self.known.insert(digest, (bytes, programme));
        }
        self.known.get(&digest).ok_or(BundleError::Component { digest, reason: String::new() })
    }
}

/// Gathers everything that an alert rests on. `zone` is the installation's time zone, for assessments of before
/// it was kept with them.
///
/// # Errors
/// There is no such alert, or the record or a component cannot be read.
pub fn make(
    record: &Record,
    components: &mut Components,
    alert: AlertId,
    zone: &str,
    now: Time,
) -> Result<Bundle, BundleError> {
    let all = events_about(record, alert)?;
    let recorded: Vec<Recorded> = all.iter().map(|line| line.recorded.clone()).collect();
    let (opened, about) = opening(alert, &recorded).ok_or(BundleError::NoAlert(alert))?;
    let mut bundle = Bundle {
        about: About {
            form: FORM,
            made_by: format!("gtp {}", env!("CARGO_PKG_VERSION")),
            made_at: now,
            alert,
            zone: zone.to_owned(),
        },
        events: vec![],
        proofs: Proofs { checkpoint: record.newest_checkpoint(now)?, events: vec![] },
        components: BTreeMap::new(),
        cases: BTreeMap::new(),
        outputs: BTreeMap::new(),
    };
    let mut numbers = BTreeSet::from([opened.number]);
    for assessment in assessments(alert, &recorded) {
        numbers.insert(assessment.number);
        let Some(run) = component(assessment) else { continue };
        let (bytes, programme) = components.get(run.digest)?;
        let (id, zone) = match &assessment.event {
            Event::AssessmentMade(made) => {
                let output = serde_json::to_vec_pretty(&made.output).unwrap_or_default();
                bundle.outputs.insert(made.assessment.to_string(), output);
                (made.assessment, Some(&made.zone).filter(|zone| !zone.is_empty()))
            }
            Event::AssessmentFailed(failed) => (failed.assessment, None),
            _ => continue,
        };
        numbers.extend(activation(&recorded, run.digest, assessment.number));
        let calendar = Calendar::new(zone.unwrap_or(&bundle.about.zone));
        if let Ok(calendar) = calendar
            && let Ok(rebuilt) = rebuild(&recorded, assessment, programme, &calendar)
        {
            let case = serde_json::to_vec(&rebuilt.case).unwrap_or_default();
            bundle.cases.insert(id.to_string(), case);
            numbers.extend(needed(&recorded, assessment, programme, &rebuilt).unwrap_or_default());
        }
        bundle.components.insert(run.digest, bytes.clone());
    }
    // What happened afterwards is told by the same function that will tell it to the reader.
    let definition = |digest| components.known.get(&digest).map(|(_, programme)| programme);
    let calendar = |own: &str| Calendar::new(if own.is_empty() { zone } else { own }).ok();
    let explained = explain::explain(alert, &recorded, definition, calendar);
    numbers.extend(explained.iter().flat_map(|own| &own.since).map(|since| since.event));
    numbers.insert(about_enrolment(&recorded, about.enrolment).unwrap_or(opened.number));
    bundle.events =
        all.into_iter().filter(|line| numbers.contains(&line.recorded.number)).collect();
    prove(record, &mut bundle, now)?;
    Ok(bundle)
}

/// One checkpoint, and for each event the way to it.
fn prove(record: &Record, bundle: &mut Bundle, now: Time) -> Result<(), BundleError> {
    let last = bundle.events.last().map_or(0, |line| line.recorded.number);
    if bundle.proofs.checkpoint.checkpoint.size < last {
        bundle.proofs.checkpoint = record.checkpoint(now)?;
    }
    let size = bundle.proofs.checkpoint.checkpoint.size;
    for line in &bundle.events {
        bundle.proofs.events.push(record.inclusion(line.recorded.number, size)?);
    }
    Ok(())
}

/// The event by which a component began to serve, before a certain event.
fn activation(events: &[Recorded], digest: Digest, before: u64) -> Option<u64> {
    let activated = |event: &&Recorded| {
        event.number < before
            && matches!(&event.event, Event::ProgrammeActivated(own) if own.digest == digest)
    };
    events.iter().rev().find(activated).map(|event| event.number)
}

fn about_enrolment(events: &[Recorded], enrolment: gtp_model::EnrolmentId) -> Option<u64> {
    let started = |event: &&Recorded| matches!(&event.event, Event::EnrolmentStarted(own) if own.enrolment.id == enrolment);
    events.iter().find(started).map(|event| event.number)
}

/// All events that could have to do with an alert: of its citizen's histories, and of the programmes, by number.
fn events_about(record: &Record, alert: AlertId) -> Result<Vec<Line>, BundleError> {
    let found = queries::alert(record, alert)?.ok_or(BundleError::NoAlert(alert))?;
    let mut all = vec![];
    let mut streams: Vec<StreamId> =
        histories(record, found.citizen)?.into_iter().map(StreamId::Citizen).collect();
    streams.push(StreamId::Programmes);
    for stream in streams {
        for line in lines(record, stream)? {
            all.push(Line { recorded: Recorded::decode(&line.bytes)?, bytes: line.bytes });
        }
    }
    all.sort_by_key(|line| line.recorded.number);
    Ok(all)
}

/// The ids under which a person's history lies.
fn histories(record: &Record, citizen: CitizenId) -> Result<Vec<CitizenId>, BundleError> {
    let own = queries::merged_into(record, citizen)?.unwrap_or(citizen);
    let mut ids = vec![own];
    ids.extend(queries::merged(record, own)?);
    Ok(ids)
}
