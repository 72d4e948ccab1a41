//! Checking a bundle, with nothing but the bundle.

use super::Bundle;
use crate::difference::differences;
use crate::explain::{assessments, component};
use crate::rerun::{Rerun, rerun};
use gtp_care::calendar::Calendar;
use gtp_care::replaying::{NotRebuilt, rebuild};
use gtp_model::{Case, Digest};
use gtp_record::event::assessment::AssessmentMade;
use gtp_record::event::{Event, Recorded, hash};
use gtp_record::tree::included;
use gtp_runtime::Loaded;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What: `signature`, `proof`, `component`, `case`, `limit`, `output`, `rerun`.
    pub what: &'static str,
    /// Of what in particular.
    pub of: String,
    /// What is wrong with it; empty where it is right.
    pub wrong: Vec<String>,
}

impl Check {
    fn new(what: &'static str, of: impl Into<String>, wrong: Vec<String>) -> Self {
        Self { what, of: of.into(), wrong }
    }

    /// Whether it is right.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// Whose signature is asked for.
#[derive(Clone, Copy, Debug)]
pub enum KeyCheck<'a> {
    /// Whoever reads compares the key by eye.
    Shown,
    /// The key must be this one: the text of a minisign public key file, or its second line.
    MustBe(&'a str),
}

/// Checks everything in a bundle. With `again`, the rules are run again too; `load` makes a component ready.
pub fn verify(
    bundle: &Bundle,
    key: KeyCheck<'_>,
    again: bool,
    mut load: impl FnMut(&[u8]) -> Result<Loaded, String>,
) -> Vec<Check> {
    let mut checks = vec![signature(bundle, key), proofs(bundle)];
    let events = bundle.recorded();
    let mut components: BTreeMap<Digest, Loaded> = BTreeMap::new();
    for (digest, bytes) in &bundle.components {
        let mut wrong = vec![];
        let actual = Digest(Sha256::digest(bytes).into());
        if actual != *digest {
            wrong.push(format!("its bytes have the SHA-256 {actual}"));
        } else {
            match load(bytes) {
                Ok(loaded) => drop(components.insert(*digest, loaded)),
                Err(reason) => wrong.push(format!("it cannot be run: {reason}")),
            }
        }
        checks.push(Check::new("component", digest.to_string(), wrong));
    }
    let assessments = assessments(bundle.about.alert, &events);
    for assessment in assessments {
        let Some(run) = component(assessment) else { continue };
        let Some(loaded) = components.get(&run.digest) else {
            if !bundle.components.contains_key(&run.digest) {
                let wrong = vec!["it is not in the bundle".to_owned()];
                checks.push(Check::new("component", run.digest.to_string(), wrong));
            }
            continue;
        };
        checks.extend(one(bundle, &events, assessment, loaded, again));
    }
    checks
}

fn signature(bundle: &Bundle, key: KeyCheck<'_>) -> Check {
    let signed = &bundle.proofs.checkpoint;
    let mut wrong: Vec<String> =
        signed.verify().err().into_iter().map(|error| error.to_string()).collect();
    let own = last_line(&signed.public_key);
    if let KeyCheck::MustBe(expected) = key
        && last_line(expected) != own
    {
        wrong.push(format!("it is by the key {own}, not by {}", last_line(expected)));
    }
    Check::new("signature", format!("checkpoint over {} events", signed.checkpoint.size), wrong)
}

/// The line of a minisign file that holds the key.
#[must_use]
pub fn last_line(key: &str) -> &str {
    key.trim().lines().last().unwrap_or_default().trim()
}

fn proofs(bundle: &Bundle) -> Check {
    let checkpoint = &bundle.proofs.checkpoint.checkpoint;
    let mut wrong = vec![];
    for line in &bundle.events {
        let number = line.recorded.number;
        let proof = bundle.proofs.events.iter().find(|proof| proof.event == number);
        let Some(proof) = proof else {
            wrong.push(format!("event {number} ({}) has none", line.recorded.event.name()));
            continue;
        };
        let hash = hash(&line.bytes);
        if proof.hash != hash {
            let name = line.recorded.event.name();
            wrong.push(format!(
                "event {number} ({name}) is not the one that is proved: it was changed"
            ));
        } else if proof.size != checkpoint.size
            || !included(&hash, number, checkpoint.size, &proof.path, &checkpoint.root)
        {
            let name = line.recorded.event.name();
            wrong.push(format!(
                "event {number} ({name}) does not lie under the signed root: it or its proof was changed"
            ));
        }
    }
    Check::new("proof", format!("{} events", bundle.events.len()), wrong)
}

/// One assessment: its case, its limits, its output, and whether it comes out the same.
fn one(
    bundle: &Bundle,
    events: &[Recorded],
    assessment: &Recorded,
    loaded: &Loaded,
    again: bool,
) -> Vec<Check> {
    let (id, zone, fingerprint) = match &assessment.event {
        Event::AssessmentMade(made) => (made.assessment, made.zone.as_str(), Some(made.case)),
        Event::AssessmentFailed(failed) => (failed.assessment, "", failed.case),
        _ => return vec![],
    };
    let id = id.to_string();
    let of = format!("assessment {id}");
    let zone = if zone.is_empty() { &bundle.about.zone } else { zone };
    let mut checks = vec![];
    let rebuilt = Calendar::new(zone).map_err(|error| error.to_string()).and_then(|calendar| {
        let rebuilt = rebuild(events, assessment, &loaded.definition, &calendar);
        rebuilt.map_err(|error: NotRebuilt| error.to_string())
    });
    let kept: Option<Case> =
        bundle.cases.get(&id).and_then(|bytes| serde_json::from_slice(bytes).ok());
    let mut wrong = vec![];
    if let Some(fingerprint) = fingerprint {
        match bundle.cases.get(&id) {
            None => wrong.push("it is not in the bundle".to_owned()),
            Some(bytes) if Digest(Sha256::digest(bytes).into()) != fingerprint => {
                wrong.push(format!("it has not the SHA-256 {fingerprint} that was judged"));
                if let (Some(kept), Ok(rebuilt)) = (&kept, &rebuilt) {
                    let found = differences(&rebuilt.case, kept);
                    wrong.extend(found.iter().map(|one| {
                        format!("{}: judged {}, in the bundle {}", one.at, one.kept, one.now)
                    }));
                }
            }
            Some(_) => {}
        }
        match &rebuilt {
            Err(error) => wrong.push(format!("it cannot be cut again from the events: {error}")),
            Ok(rebuilt) if rebuilt.fingerprint != fingerprint => {
                wrong.push("cut again from the events, it is another".to_owned());
                if let Some(kept) = &kept {
                    let found = differences(kept, &rebuilt.case);
                    wrong.extend(found.iter().map(ToString::to_string));
                }
            }
            Ok(_) => {}
        }
    }
    checks.push(Check::new("case", of.clone(), wrong));
    if let Ok(rebuilt) = &rebuilt {
        let faults = rebuilt.faults.iter().map(ToString::to_string).collect();
        checks.push(Check::new("limit", of.clone(), faults));
    }
    if let Event::AssessmentMade(made) = &assessment.event {
        checks.push(output(bundle, &id, made));
        let case = kept.or_else(|| rebuilt.ok().map(|rebuilt| rebuilt.case));
        if let (true, Some(case)) = (again, case) {
            let wrong = match rerun(loaded, &made.rules, &case, &made.output, made.fuel) {
                Rerun::Identical => vec![],
                Rerun::Differs(found) => found.iter().map(ToString::to_string).collect(),
                Rerun::Failed(error) => vec![error],
            };
            checks.push(Check::new("rerun", of, wrong));
        }
    }
    checks
}

fn output(bundle: &Bundle, id: &str, made: &AssessmentMade) -> Check {
    let kept: Option<serde_json::Value> =
        bundle.outputs.get(id).and_then(|bytes| serde_json::from_slice(bytes).ok());
    let wrong = match kept {
        None => vec!["it is not in the bundle".to_owned()],
        Some(kept) => differences(&made.output, &kept)
            .iter()
            .map(|one| format!("{}: recorded {}, in the bundle {}", one.at, one.kept, one.now))
            .collect(),
    };
    Check::new("output", format!("assessment {id}"), wrong)
}
