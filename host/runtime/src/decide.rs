//! Which component of each programme serves, given what lies in the folder and what served before.
//!
//! A pure function, so that every odd case can be tried in a test:
//! - Of several versions, the highest serves.
//! - A lower version than the one that serves is refused: going back is an operator's command.
//! - Bytes that differ under a version that already serves from another file are refused. An author who
//!   replaces the file itself may keep the version; it is said so.
//! - A field may never change its kind or unit, neither between versions nor between two programmes.
//! - A field that is gone from a new version is only noted: its data stays.
//! - Where nothing in the folder may serve, what served goes on, as long as its file is there.

use crate::{
    catalogue::State,
    flaw::{Flaw, Gravity},
    ledger::{Ledger, Shape},
    loaded::Loaded,
    settings::Activation,
};
use gtp_model::ProgrammeId;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What lies in the folder and what serves.
pub struct Situation<'a> {
    pub ledger: &'a Ledger,
    /// Files that passed their checks.
    pub candidates: &'a BTreeMap<String, Arc<Loaded>>,
    /// Every file's name, passed or not.
    pub files: &'a BTreeSet<String>,
    /// What serves now.
    pub serving: &'a BTreeMap<ProgrammeId, Arc<Loaded>>,
    pub activation: Activation,
}

/// What follows.
#[derive(Default)]
pub struct Decision {
    /// What serves, and the file that it counts as coming from.
    pub serve: BTreeMap<ProgrammeId, (String, Arc<Loaded>)>,
    /// Where each candidate stands, and what is to be said about it.
    pub stands: BTreeMap<String, (State, Vec<Flaw>)>,
}

/// Decides.
pub fn decide(situation: &Situation<'_>) -> Decision {
    let mut decision = Decision::default();
    // What serves decides first, so that a newcomer cannot push it out by claiming a field.
    let serving = situation.serving.keys();
    let newcomers = situation.candidates.values().map(|loaded| loaded.id());
    for id in serving.chain(newcomers) {
        if !decision.serve.contains_key(id) {
            decide_programme(id, situation, &mut decision);
        }
    }
    decision
}

fn decide_programme(id: &ProgrammeId, situation: &Situation<'_>, decision: &mut Decision) {
    let candidates = candidates_of(id, situation);
    let serving = serving_file(id, situation, &candidates);
    let mut chosen: Option<(String, Arc<Loaded>)> = None;
    for (file, candidate) in &candidates {
        let (state, flaws) = match &chosen {
            Some((other_file, other)) => beside(candidate, other_file, other),
            None => match verdict(candidate, file, serving.as_ref(), situation, decision) {
                Verdict::Serve(flaws) => {
                    chosen = Some((file.clone(), Arc::clone(candidate)));
                    (State::Active, flaws)
                }
                Verdict::Wait(flaw) => (State::Waiting, vec![flaw]),
                Verdict::Refuse(flaws) => (State::Refused, flaws),
            },
        };
        decision.stands.insert(file.clone(), (state, flaws));
    }
    if let Some(chosen) = chosen.or(serving) {
        decision.serve.insert(id.clone(), chosen);
    }
}

/// The programme's candidates, the highest version first; of equal ones the one that serves already.
fn candidates_of(id: &ProgrammeId, situation: &Situation<'_>) -> Vec<(String, Arc<Loaded>)> {
    let serving = situation.serving.get(id).map(|loaded| loaded.digest);
    let mut candidates: Vec<(String, Arc<Loaded>)> = situation
        .candidates
        .iter()
        .filter(|(_, loaded)| loaded.id() == id)
        .map(|(file, loaded)| (file.clone(), Arc::clone(loaded)))
        .collect();
    candidates.sort_by(|(_, a), (_, b)| {
        b.version()
            .cmp(a.version())
            .then_with(|| (Some(b.digest) == serving).cmp(&(Some(a.digest) == serving)))
    });
    candidates
}

/// What serves now and goes on unless something better is there: its file still lies in the folder, whatever
/// became of the file's content, as long as it did not become another programme.
fn serving_file(
    id: &ProgrammeId,
    situation: &Situation<'_>,
    candidates: &[(String, Arc<Loaded>)],
) -> Option<(String, Arc<Loaded>)> {
    let serving = situation.serving.get(id)?;
    if let Some((file, _)) =
        candidates.iter().find(|(_, candidate)| candidate.digest == serving.digest)
    {
        return Some((file.clone(), Arc::clone(serving)));
    }
    let file = &situation.ledger.programmes.get(id)?.active.as_ref()?.file;
    let became_another = situation.candidates.get(file).is_some_and(|now| now.id() != id);
    (situation.files.contains(file) && !became_another).then(|| (file.clone(), Arc::clone(serving)))
}

enum Verdict {
    Serve(Vec<Flaw>),
    Wait(Flaw),
    Refuse(Vec<Flaw>),
}

fn verdict(
    candidate: &Arc<Loaded>,
    file: &str,
    serving: Option<&(String, Arc<Loaded>)>,
    situation: &Situation<'_>,
    decision: &Decision,
) -> Verdict {
    let mut said = vec![];
    if let Some((serving_file, serving)) = serving {
        if serving.digest == candidate.digest {
            return Verdict::Serve(vec![]);
        }
        if candidate.version() < serving.version() {
            return Verdict::Refuse(vec![lower(candidate, serving)]);
        }
        if candidate.version() == serving.version() {
            let still_there = situation
                .candidates
                .get(serving_file)
                .is_some_and(|now| now.digest == serving.digest);
            if still_there && serving_file != file {
                return Verdict::Refuse(vec![taken(candidate, serving_file)]);
            }
            said.push(same_version(candidate));
        }
    }
    let clashes = clashes(candidate, situation, decision);
    if !clashes.is_empty() {
        return Verdict::Refuse(clashes);
    }
    let entry = situation.ledger.programmes.get(candidate.id());
    let approved = entry.is_some_and(|entry| entry.approved.contains(&candidate.digest));
    let held = entry.is_some_and(|entry| entry.held);
    if !approved && (held || situation.activation == Activation::Approval) {
        return Verdict::Wait(waits(candidate, held));
    }
    said.extend(gone(candidate, serving.map(|(_, loaded)| loaded)));
    Verdict::Serve(said)
}

/// Fields that mean something else than before or elsewhere.
fn clashes(candidate: &Loaded, situation: &Situation<'_>, decision: &Decision) -> Vec<Flaw> {
    let mut flaws = vec![];
    let before = situation.ledger.programmes.get(candidate.id()).map(|entry| &entry.fields);
    for field in &candidate.definition.fields {
        let own = Shape::of(field);
        if let Some(old) = before.and_then(|fields| fields.get(&field.id))
            && *old != own
        {
            flaws.push(error(
                "field-changed",
                format!("field `{}`", field.id),
                format!("it is {}, and was {} in a version that served", own.words(), old.words()),
                "Values are stored in the old unit: give the changed field a new id",
            ));
        }
        let others = situation
            .serving
            .values()
            .chain(decision.serve.values().map(|(_, loaded)| loaded))
            .filter(|other| other.id() != candidate.id());
        for other in others {
            let theirs = other.definition.field(&field.id).map(Shape::of);
            if let Some(theirs) = theirs
                && theirs != own
            {
                flaws.push(error(
                    "field-disagrees",
                    format!("field `{}`", field.id),
                    format!("it is {}; for `{}` it is {}", own.words(), other.id(), theirs.words()),
                    "A field id means the same in every programme: agree on one, or choose another id",
                ));
                break;
            }
        }
    }
    flaws
}

/// A second candidate of a programme that already has one that serves.
fn beside(candidate: &Loaded, other_file: &str, other: &Loaded) -> (State, Vec<Flaw>) {
    if candidate.digest == other.digest {
        let flaw = note(
            "duplicate",
            format!("the same component as {other_file}"),
            "One of the two files is enough",
        );
        (State::Superseded, vec![flaw])
    } else if candidate.version() == other.version() {
        (State::Refused, vec![taken(candidate, other_file)])
    } else {
        let what =
            format!("{} serves, which is newer than {}", other.version(), candidate.version());
        (State::Superseded, vec![note("superseded", what, "It may be removed")])
    }
}

fn lower(candidate: &Loaded, serving: &Loaded) -> Flaw {
    error(
        "version-lower",
        "about".to_owned(),
        format!(
            "version {} is lower than {}, which serves and goes on",
            candidate.version(),
            serving.version()
        ),
        "To go back to an earlier version, use the command for it, so that nobody goes back by mistake",
    )
}

fn taken(candidate: &Loaded, other_file: &str) -> Flaw {
    error(
        "version-taken",
        "about".to_owned(),
        format!(
            "version {} of `{}` is other bytes in {other_file}",
            candidate.version(),
            candidate.id()
        ),
        "Give it a version of its own, or remove one of the two files",
    )
}

fn same_version(candidate: &Loaded) -> Flaw {
    Flaw {
        gravity: Gravity::Warning,
        code: "version-same",
        item: "about".to_owned(),
        what: format!("other bytes than before under the same version {}", candidate.version()),
        mend: "The record tells them apart by digest; people do it by version, so raise it"
            .to_owned(),
    }
}

fn waits(candidate: &Loaded, held: bool) -> Flaw {
    let why = if held {
        "an operator went back to the version before"
    } else {
        "components need approval"
    };
    note(
        "waiting",
        format!("version {} waits: {why}", candidate.version()),
        "Approve it to let it serve",
    )
}

fn gone(candidate: &Loaded, serving: Option<&Arc<Loaded>>) -> Vec<Flaw> {
    let Some(serving) = serving else { return vec![] };
    let fields = serving.definition.fields.iter();
    fields
        .filter(|field| candidate.definition.field(&field.id).is_none())
        .map(|field| Flaw {
            gravity: Gravity::Warning,
            code: "field-gone",
            item: format!("field `{}`", field.id),
            what: format!("version {} had it and this one has not", serving.version()),
            mend: "What was recorded stays and is shown as before; nothing new can be entered"
                .to_owned(),
        })
        .collect()
}

fn error(code: &'static str, item: String, what: String, mend: &str) -> Flaw {
    Flaw { gravity: Gravity::Error, code, item, what, mend: mend.to_owned() }
}

fn note(code: &'static str, what: String, mend: &str) -> Flaw {
    Flaw { gravity: Gravity::Note, code, item: "file".to_owned(), what, mend: mend.to_owned() }
}
