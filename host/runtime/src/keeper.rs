//! Keeps the catalogue in step with the folder. One thread, one owner: nobody else changes what serves.

use crate::{
    catalogue::{Catalogue, Change, Standing, State},
    decide::{Decision, Situation, decide},
    examine::{Depth, Examined, Examiner},
    flaw::{Flaw, Flaws},
    folder::{Entry as FolderEntry, Folder, ReadFile, Stamp},
    health::now,
    kept::Kept,
    ledger::{Active, Ledger},
    loaded::Loaded,
};
use arc_swap::ArcSwap;
use gtp_model::{Digest, ProgrammeId, Time};
use semver::Version;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::broadcast;

/// A file that was written less than this many seconds ago and is no valid component may be half copied.
const SETTLING: i64 = 2;

pub struct Keeper {
    pub examiner: Arc<Examiner>,
    pub folder: Folder,
    pub kept: Kept,
    pub ledger_path: PathBuf,
    pub ledger: Ledger,
    /// The ledger as it lies on disk.
    pub written: Ledger,
    pub catalogue: Arc<ArcSwap<Catalogue>>,
    pub changes: broadcast::Sender<Change>,
    pub seen: BTreeMap<String, Seen>,
    /// The component that an operator just went back to.
    pub going_back: Option<Arc<Loaded>>,
}

/// A file as it was when it was last looked at.
pub struct Seen {
    stamps: Option<(Stamp, Option<Stamp>)>,
    outcome: Outcome,
    since: Time,
}

enum Outcome {
    Checked(Arc<Loaded>, Vec<Flaw>),
    Refused { digest: Option<Digest>, programme: Option<(ProgrammeId, Version)>, flaws: Vec<Flaw> },
    Settling,
}

/// An operator's order that cannot be carried out.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrderError {
    /// Nothing of this programme waits.
    #[error("nothing of programme `{0}` waits for approval")]
    NothingWaits(ProgrammeId),
    /// Another component waits than the one that was looked at.
    #[error("of programme `{programme}` another component waits now: {digest}")]
    AnotherWaits {
        /// The programme.
        programme: ProgrammeId,
        /// What waits.
        digest: Digest,
    },
    /// There is no version to go back to.
    #[error("programme `{0}` has no earlier version to go back to")]
    NothingBefore(ProgrammeId),
    /// The earlier version cannot be used any more.
    #[error("the earlier version of programme `{programme}` cannot serve: {reason}")]
    Unusable {
        /// The programme.
        programme: ProgrammeId,
        /// Why.
        reason: String,
    },
    /// The runtime is stopping.
    #[error("the runtime is stopping")]
    Stopping,
}

impl Keeper {
    /// Looks at the folder and brings the catalogue in step. Says whether it should look again soon.
    pub fn look(&mut self) -> bool {
        let entries = match self.folder.list() {
            Ok(entries) => entries,
            Err(error) => {
                tracing::error!(%error, "the programmes folder cannot be read; what serves goes on");
                return true;
            }
        };
        self.look_at(&entries);
        self.settle_catalogue();
        self.seen.values().any(|seen| matches!(seen.outcome, Outcome::Settling))
    }

    /// Examines what is new or changed.
    fn look_at(&mut self, entries: &[FolderEntry]) {
        let names: BTreeSet<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        self.seen.retain(|name, _| names.contains(name.as_str()));
        let changed: Vec<&FolderEntry> = entries
            .iter()
            .filter(|entry| {
                self.seen.get(&entry.name).is_none_or(|seen| {
                    seen.stamps != entry.stamps || matches!(seen.outcome, Outcome::Settling)
                })
            })
            .collect();
        for (name, seen) in self.examine_all(&changed) {
            self.seen.insert(name, seen);
        }
    }

    /// Examines files on several threads: a first start has hundreds of them.
    fn examine_all(&self, entries: &[&FolderEntry]) -> Vec<(String, Seen)> {
        let threads = std::thread::available_parallelism()
            .map_or(1, std::num::NonZero::get)
            .min(entries.len());
        if threads <= 1 {
            return entries.iter().map(|entry| self.examine(entry)).collect();
        }
        let next = Mutex::new(entries.iter());
        let done = Mutex::new(vec![]);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let entry = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                        let Some(entry) = entry else { return };
                        let examined = self.examine(entry);
                        done.lock().unwrap_or_else(PoisonError::into_inner).push(examined);
                    }
                });
            }
        });
        done.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn examine(&self, entry: &FolderEntry) -> (String, Seen) {
        let outcome = self.examine_content(entry);
        (entry.name.clone(), Seen { stamps: entry.stamps, outcome, since: now() })
    }

    fn examine_content(&self, entry: &FolderEntry) -> Outcome {
        let mut flaws = Flaws::default();
        let longest = self.examiner.settings.largest_limits().component;
        let (bytes, signature) = match self.folder.read(&entry.name, longest, &mut flaws) {
            ReadFile::Whole(bytes, signature) => (bytes, signature),
            ReadFile::Changing => return Outcome::Settling,
            ReadFile::Refused => {
                return Outcome::Refused {
                    digest: None,
                    programme: None,
                    flaws: flaws.into_sorted(),
                };
            }
        };
        let Examined { report, loaded } =
            self.examiner.examine(&entry.name, &bytes, signature.as_deref(), Depth::Whole);
        if let Some(loaded) = loaded {
            return match self.kept.keep(loaded.digest, &bytes) {
                Ok(()) => Outcome::Checked(Arc::new(loaded), report.flaws),
                Err(error) => {
                    flaws.error(
                        "keep",
                        "component",
                        format!("it cannot be kept in the data folder: {error}"),
                        "Make room and let the host write there: what serves must be kept",
                    );
                    Outcome::Refused {
                        digest: report.digest,
                        programme: report.programme.map(|own| (own.id, own.version)),
                        flaws: flaws.into_sorted(),
                    }
                }
            };
        }
        let half_copied = ["component-invalid", "not-a-component", "export-missing"];
        let fresh = entry.stamps.is_some_and(|(component, _)| component.is_fresh(SETTLING));
        if fresh && report.errors().all(|flaw| half_copied.contains(&flaw.code)) {
            return Outcome::Settling;
        }
        Outcome::Refused {
            digest: report.digest,
            programme: report.programme.map(|own| (own.id, own.version)),
            flaws: report.flaws,
        }
    }

    /// Decides what serves, writes it down and publishes it.
    fn settle_catalogue(&mut self) {
        let serving = self.serving();
        let candidates: BTreeMap<String, Arc<Loaded>> = self
            .seen
            .iter()
            .filter_map(|(file, seen)| match &seen.outcome {
                Outcome::Checked(loaded, _) => Some((file.clone(), Arc::clone(loaded))),
                _ => None,
            })
            .collect();
        let decision = decide(&Situation {
            ledger: &self.ledger,
            candidates: &candidates,
            files: &self.seen.keys().cloned().collect(),
            serving: &serving,
            activation: self.examiner.settings.activation,
        });
        self.write_down(&decision);
        self.publish(decision);
    }

    /// What serves now: as published, and after a start what the ledger says.
    fn serving(&self) -> BTreeMap<ProgrammeId, Arc<Loaded>> {
        let published = self.catalogue.load();
        let mut serving = BTreeMap::new();
        for (id, entry) in &self.ledger.programmes {
            let Some(active) = &entry.active else { continue };
            let found = published
                .get(id)
                .filter(|loaded| loaded.digest == active.digest)
                .or_else(|| self.going_back.as_ref().filter(|back| back.digest == active.digest))
                .cloned()
                .or_else(|| self.checked(active.digest))
                .or_else(|| self.still_serving(active));
            if let Some(loaded) = found {
                serving.insert(id.clone(), loaded);
            }
        }
        serving
    }

    fn checked(&self, digest: Digest) -> Option<Arc<Loaded>> {
        self.seen.values().find_map(|seen| match &seen.outcome {
            Outcome::Checked(loaded, _) if loaded.digest == digest => Some(Arc::clone(loaded)),
            _ => None,
        })
    }

    /// The component that served before a restart, where its file now holds something that may not serve.
    fn still_serving(&self, active: &Active) -> Option<Arc<Loaded>> {
        if !self.seen.contains_key(&active.file) {
            return None;
        }
        let loaded = load_kept(&self.examiner, &self.kept, active.digest);
        loaded
            .inspect_err(|reason| tracing::error!(digest = %active.digest, %reason, "what served cannot go on"))
            .ok()
    }

    fn write_down(&mut self, decision: &Decision) {
        for (id, (file, loaded)) in &decision.serve {
            let active = Active {
                digest: loaded.digest,
                version: loaded.version().clone(),
                file: file.clone(),
            };
            let entry = self.ledger.programmes.entry(id.clone()).or_default();
            if entry.active.as_ref() != Some(&active) {
                entry.activate(active, &loaded.definition);
            }
        }
        for (id, entry) in &mut self.ledger.programmes {
            if !decision.serve.contains_key(id) {
                entry.withdraw();
            }
        }
        if self.ledger == self.written {
            return;
        }
        match self.ledger.write(&self.ledger_path) {
            Ok(()) => self.written = self.ledger.clone(),
            Err(error) => {
                tracing::error!(%error, "what serves is not written down; a restart may choose otherwise");
            }
        }
    }

    fn publish(&self, decision: Decision) {
        let old = self.catalogue.load_full();
        let Decision { serve, stands } = decision;
        let standings = self.standings(&stands, &serve);
        let active = serve.into_iter().map(|(id, (_, loaded))| (id, loaded)).collect();
        let new = Arc::new(Catalogue::new(active, standings));
        self.catalogue.store(Arc::clone(&new));
        for change in new.changes_since(&old) {
            // Nobody listening is no error.
            let _ = self.changes.send(change);
        }
    }

    fn standings(
        &self,
        stands: &BTreeMap<String, (State, Vec<Flaw>)>,
        serve: &BTreeMap<ProgrammeId, (String, Arc<Loaded>)>,
    ) -> Vec<Standing> {
        let mut standings: Vec<Standing> = self
            .seen
            .iter()
            .map(|(file, seen)| {
                let (programme, digest, state, mut flaws) = match &seen.outcome {
                    Outcome::Checked(loaded, flaws) => {
                        let (state, said) =
                            stands.get(file).cloned().unwrap_or((State::Superseded, vec![]));
                        let all = said.into_iter().chain(flaws.iter().cloned()).collect();
                        (
                            Some((loaded.id().clone(), loaded.version().clone())),
                            Some(loaded.digest),
                            state,
                            all,
                        )
                    }
                    Outcome::Refused { digest, programme, flaws } => {
                        (programme.clone(), *digest, State::Refused, flaws.clone())
                    }
                    Outcome::Settling => (None, None, State::Settling, vec![]),
                };
                flaws.sort_by_key(|flaw| std::cmp::Reverse(flaw.gravity));
                Standing { file: file.clone(), programme, digest, state, flaws, since: seen.since }
            })
            .collect();
        for (id, entry) in &self.ledger.programmes {
            if !serve.contains_key(id)
                && let Some(last) = entry.before.last()
            {
                standings.push(Standing {
                    file: String::new(),
                    programme: Some((id.clone(), last.version.clone())),
                    digest: Some(last.digest),
                    state: State::Withdrawn,
                    flaws: vec![],
                    since: now(),
                });
            }
        }
        standings
    }

    /// An operator says yes to what waits, or to the component that they looked at.
    pub fn approve(
        &mut self,
        programme: &ProgrammeId,
        wanted: Option<Digest>,
    ) -> Result<(), OrderError> {
        let waiting = self.catalogue.load().standings().iter().find_map(|standing| {
            let own = standing.programme.as_ref().is_some_and(|(id, _)| id == programme);
            (own && standing.state == State::Waiting).then_some(standing.digest).flatten()
        });
        let digest = waiting.ok_or_else(|| OrderError::NothingWaits(programme.clone()))?;
        if wanted.is_some_and(|wanted| wanted != digest) {
            return Err(OrderError::AnotherWaits { programme: programme.clone(), digest });
        }
        let entry = self.ledger.programmes.entry(programme.clone()).or_default();
        entry.approved.insert(digest);
        entry.held = false;
        self.look();
        Ok(())
    }

    /// An operator goes back to the version that served before. What is newer waits from then on.
    pub fn go_back(&mut self, programme: &ProgrammeId) -> Result<(), OrderError> {
        let nothing = || OrderError::NothingBefore(programme.clone());
        let entry = self.ledger.programmes.get(programme).ok_or_else(nothing)?;
        let active = entry.active.clone().ok_or_else(nothing)?;
        let earlier = entry.before.iter().rfind(|served| served.version < active.version);
        let target = earlier.cloned().ok_or_else(nothing)?;
        let loaded = load_kept(&self.examiner, &self.kept, target.digest)
            .map_err(|reason| OrderError::Unusable { programme: programme.clone(), reason })?;
        let entry = self.ledger.programmes.entry(programme.clone()).or_default();
        entry.approved.remove(&active.digest);
        entry.held = true;
        let back = Active { digest: target.digest, version: target.version, file: active.file };
        entry.activate(back, &loaded.definition);
        self.going_back = Some(loaded);
        self.look();
        self.going_back = None;
        Ok(())
    }
}

/// Makes a kept component ready again.
pub fn load_kept(examiner: &Examiner, kept: &Kept, digest: Digest) -> Result<Arc<Loaded>, String> {
    let bytes = kept.read(digest).map_err(|error| error.to_string())?;
    let Examined { report, loaded } = examiner.examine("", &bytes, None, Depth::Known);
    let reason = || report.errors().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    loaded.map(Arc::new).ok_or_else(reason)
}
