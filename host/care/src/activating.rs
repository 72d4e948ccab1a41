//! Operators decide which version of a programme serves. The record says who did.

use crate::access::Deed;
use crate::{Care, CareError};
use gtp_model::{Actor, CitizenId, Digest, ProgrammeId, Role};
use gtp_record::event::programme::{Reading, ReportRead};
use gtp_record::event::{Event, StreamId};
use gtp_record::{Commit, Expected};
use gtp_runtime::{OrderError, Standing, State};
use std::sync::Arc;
use thiserror::Error;

/// What an operator wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// What waits serves from now on; with a digest, only if it is this component that waits.
    Activate(Option<Digest>),
    /// The version that served before serves again. What is newer waits from then on.
    GoBack,
}

/// It was not done.
#[derive(Debug, Error)]
pub enum ActivationError {
    /// The actor may not, or the record does not take it.
    #[error(transparent)]
    Care(#[from] CareError),
    /// There is nothing to activate or to go back to.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// Whoever says yes must have read what the version would have done, and has not.
    #[error("the report on {0} was not read by whoever says yes; read it first, then say yes")]
    Unread(Digest),
}

impl Care {
    /// Every component that the host has looked at, and where it stands.
    ///
    /// # Errors
    /// The actor is no operator.
    pub fn standings(&self, actor: &Actor) -> Result<Vec<Standing>, CareError> {
        self.require(actor, Deed::Operate)?;
        Ok(self.catalogue().standings().to_vec())
    }

    /// Carries out an operator's decision and writes into the record who made it.
    ///
    /// # Errors
    /// The actor is no operator, nothing waits or there is nothing to go back to, or the record does not
    /// take it. In the last case the version serves all the same, and the record is brought in step later.
    pub async fn activate(
        self: &Arc<Self>,
        actor: &Actor,
        programme: &ProgrammeId,
        wanted: Activation,
    ) -> Result<(), ActivationError> {
        self.require(actor, Deed::Operate)?;
        let wanted = match wanted {
            Activation::Activate(digest) if self.reports_required => {
                Activation::Activate(self.was_read(actor, programme, digest)?)
            }
            other => other,
        };
        // Held until it is recorded, so that nobody else records it as the host's own doing.
        let recording = self.recording.lock().await;
        let (runtime, id) = (self.runtime.clone(), programme.clone());
        // Checking a component takes a while, which must not hold up other requests.
        let carried_out = tokio::task::spawn_blocking(move || match wanted {
            Activation::Activate(digest) => runtime.approve(&id, digest),
            Activation::GoBack => runtime.go_back(&id),
        });
        carried_out.await.unwrap_or(Err(OrderError::Stopping))?;
        self.record_programmes_by(actor, &recording).await?;
        tracing::info!(%programme, account = %actor.account, "an operator chose what serves");
        Ok(())
    }

    /// The component that an operator says yes to, where they have read the report on it. Of the first version of a
    /// programme there is none: nothing serves that it could be compared with.
    fn was_read(
        &self,
        actor: &Actor,
        programme: &ProgrammeId,
        digest: Option<Digest>,
    ) -> Result<Option<Digest>, ActivationError> {
        let waiting = self.version_waiting(programme);
        let Some(digest) = digest.or(waiting) else { return Ok(None) };
        let first = self.programme(programme).is_none();
        let read = || -> Result<bool, CareError> {
            Ok(self.readings(digest)?.iter().any(|reading| reading.by == actor.account))
        };
        if first || read()? { Ok(Some(digest)) } else { Err(ActivationError::Unread(digest)) }
    }

    /// The component of a programme that waits for a yes.
    #[must_use]
    pub fn version_waiting(&self, programme: &ProgrammeId) -> Option<Digest> {
        let catalogue = self.catalogue();
        let waits = |own: &&Standing| {
            own.state == State::Waiting
                && own.programme.as_ref().is_some_and(|(id, _)| id == programme)
        };
        catalogue.standings().iter().find(waits).and_then(|own| own.digest)
    }

    /// Whether an operator must have read the report on a version before they say yes to it.
    #[must_use]
    pub const fn requires_reports(&self) -> bool {
        self.reports_required
    }

    /// Refuses whoever does not look after the installation.
    ///
    /// # Errors
    /// The actor is no operator.
    pub fn require_operator(&self, actor: &Actor) -> Result<(), CareError> {
        self.require(actor, Deed::Operate)
    }

    /// Refuses whoever may not read what versions of programmes would have done: counts without names, for
    /// operators and for those who work with the programmes.
    ///
    /// # Errors
    /// The actor is neither.
    pub fn require_report_reader(&self, actor: &Actor) -> Result<(), CareError> {
        let deed = if actor.role == Role::Operator { Deed::Operate } else { Deed::Worklist };
        self.require(actor, deed)
    }

    /// Whether the actor may see a citizen's record: only then is the citizen named as an example.
    #[must_use]
    pub fn may_view(&self, actor: &Actor, citizen: CitizenId) -> bool {
        self.permitted(actor, Deed::View, citizen).is_ok()
    }

    /// Writes down that somebody read the report on a component. Read again by the same person, it says nothing new.
    ///
    /// # Errors
    /// The record does not take it.
    pub async fn report_read(&self, actor: &Actor, read: ReportRead) -> Result<(), CareError> {
        let again = self
            .readings(read.digest)?
            .iter()
            .any(|own| own.by == actor.account && own.report == read.report);
        if again {
            return Ok(());
        }
        let commit = Commit::new(actor.clone(), self.now())
            .stream(StreamId::Programmes, Expected::Any)
            .event(read);
        self.store.commit(commit).await?;
        Ok(())
    }

    /// Who read a report on a component, the first first.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn readings(&self, digest: Digest) -> Result<Vec<Reading>, CareError> {
        let events = self.store.events_named(StreamId::Programmes, &["report-read"])?;
        let readings = events.into_iter().filter_map(|recorded| match recorded.event {
            Event::ReportRead(read) if read.digest == digest => {
                Some(Reading { by: recorded.actor.account, at: recorded.time, report: read.report })
            }
            _ => None,
        });
        Ok(readings.collect())
    }
}
