//! What those who run the installation see of it: how many citizens take part in what, what became of a programme,
//! and how the host itself fares. Nothing of any citizen is in it.

use crate::access::Deed;
use crate::{Care, CareError};
use gtp_model::{Actor, EnrolmentState, MINUTE, ProgrammeId, Time, UnitId};
use gtp_record::upkeep::{LastBackup, SignedCheckpoint};
use gtp_record::view::queries;
use gtp_record::view::rows::ProgrammeRow;
use gtp_runtime::SignaturePolicy;
use gtp_runtime::measures::{self, Fares};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Enrolments are counted again when the last count is older than this.
const COUNTED_FOR: i64 = MINUTE;
/// So many are read at a time.
const CHUNK: usize = 2_000;
/// At most so many lines of a programme's history.
const MOST_HISTORY: usize = 50;

/// How many enrolments there are, by where they are in their life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enrolled {
    /// Not begun.
    pub planned: usize,
    /// Going on.
    pub active: usize,
    /// Paused.
    pub paused: usize,
    /// Over.
    pub ended: usize,
}

impl Enrolled {
    const fn count(&mut self, state: EnrolmentState) {
        match state {
            EnrolmentState::Planned => self.planned += 1,
            EnrolmentState::Active => self.active += 1,
            EnrolmentState::Paused => self.paused += 1,
            EnrolmentState::Ended => self.ended += 1,
        }
    }

    /// Those that are not over.
    #[must_use]
    pub const fn going_on(self) -> usize {
        self.planned + self.active + self.paused
    }
}

/// How many take part in what, and who looks after how many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// By programme.
    pub programmes: BTreeMap<ProgrammeId, Enrolled>,
    /// By the unit that looks after them.
    pub units: BTreeMap<UnitId, Enrolled>,
    /// When they were counted: a minute ago at most.
    pub at: Time,
}

/// The last count.
#[derive(Default)]
pub(crate) struct Counted(Mutex<Option<Counts>>);

/// How the host fares.
#[derive(Clone, Debug)]
pub struct HostState {
    /// The number of the last event of the record.
    pub events: u64,
    /// The newest checkpoint; none where it could not be made, which the log explains.
    pub checkpoint: Option<SignedCheckpoint>,
    /// The backup that was taken last, where one was.
    pub backup: Option<LastBackup>,
    /// What a missing or wrong signature of a component means here.
    pub signatures: SignaturePolicy,
}

impl Care {
    /// How many enrolments there are. For operators.
    ///
    /// # Errors
    /// [`CareError::Denied`] where the actor is no operator.
    pub async fn counts(&self, actor: &Actor) -> Result<Counts, CareError> {
        self.require(actor, Deed::Operate)?;
        let now = self.now();
        let kept = self.counted.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(counts) = kept.filter(|counts| (0..COUNTED_FOR).contains(&now.since(counts.at)))
        {
            return Ok(counts);
        }
        let store = self.store.clone();
        // It reads every enrolment there is, which must not hold up other requests.
        let counting = tokio::task::spawn_blocking(move || -> Result<Counts, CareError> {
            let (mut counts, mut after) = (Counts { at: now, ..Counts::default() }, None);
            loop {
                let rows = queries::enrolments(&*store, after, CHUNK)?;
                let Some(last) = rows.last() else { return Ok(counts) };
                after = Some((last.enrolment.citizen, last.enrolment.id));
                for row in rows {
                    let own = row.enrolment;
                    counts.programmes.entry(own.programme).or_default().count(own.state);
                    counts.units.entry(own.unit).or_default().count(own.state);
                }
            }
        });
        let counts = counting.await.map_err(|_| CareError::Busy)??;
        *self.counted.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(counts.clone());
        Ok(counts)
    }

    /// What happened to a programme, the newest first. For operators.
    ///
    /// # Errors
    /// [`CareError::Denied`] where the actor is no operator.
    pub fn history_of(
        &self,
        actor: &Actor,
        programme: &ProgrammeId,
    ) -> Result<Vec<ProgrammeRow>, CareError> {
        self.require(actor, Deed::Operate)?;
        Ok(queries::programme_history(&*self.store, programme, MOST_HISTORY)?)
    }

    /// What was counted of a programme's runs since the host was started. For operators.
    ///
    /// # Errors
    /// [`CareError::Denied`] where the actor is no operator.
    pub fn fares(&self, actor: &Actor, programme: &ProgrammeId) -> Result<Fares, CareError> {
        self.require(actor, Deed::Operate)?;
        Ok(measures::of_programme(programme))
    }

    /// How the host fares. For operators.
    ///
    /// # Errors
    /// [`CareError::Denied`] where the actor is no operator.
    pub async fn host_state(&self, actor: &Actor) -> Result<HostState, CareError> {
        self.require(actor, Deed::Operate)?;
        let backup = self.audited(|audit| audit.last_backup()).await;
        Ok(HostState {
            events: self.store.last(),
            checkpoint: self.checkpoint().await.ok(),
            backup: backup.ok().flatten(),
            signatures: self.runtime.signature_policy(),
        })
    }
}
