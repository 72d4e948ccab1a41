//! Writes into the record which component served when.
//!
//! The record is compared with what serves, at the start and after every change, so that a change that came
//! while the host was down or busy is not missed either.

use crate::{Care, CareError};
use gtp_model::Actor;
use gtp_record::event::programme::{ProgrammeActivated, ProgrammeLoaded, ProgrammeWithdrawn};
use gtp_record::event::{Event, StreamId};
use gtp_record::view::{queries, rows::ProgrammeChange};
use gtp_record::{Commit, Expected};
use std::sync::Arc;
use tokio::sync::{MutexGuard, broadcast::error::RecvError};

impl Care {
    /// Keeps the record's history of programmes true for as long as the runtime lives. Spawn it once.
    pub async fn follow_programmes(self: Arc<Self>) {
        let mut changes = self.runtime.subscribe();
        loop {
            if let Err(error) = self.record_programmes().await {
                tracing::error!(%error, "which programmes serve could not be recorded");
            }
            // Having missed some is no matter: it is the state that is compared.
            if let Err(RecvError::Closed) = changes.recv().await {
                return;
            }
        }
    }

    /// Records what serves now, where the record says otherwise.
    ///
    /// # Errors
    /// The record cannot be read or written.
    pub async fn record_programmes(&self) -> Result<(), CareError> {
        let recording = self.recording.lock().await;
        self.record_programmes_by(&Actor::host(), &recording).await
    }

    /// Records what serves now as this actor's doing.
    pub(crate) async fn record_programmes_by(
        &self,
        actor: &Actor,
        _recording: &MutexGuard<'_, ()>,
    ) -> Result<(), CareError> {
        let recorded = queries::active_programmes(&*self.store)?;
        let catalogue = self.catalogue();
        let mut events: Vec<Event> = vec![];
        for loaded in catalogue.active() {
            let programme = loaded.definition.id().clone();
            let digest = loaded.digest;
            let same = recorded.get(&programme).is_some_and(|row| {
                matches!(&row.what, ProgrammeChange::Activated { digest: own, .. } if *own == digest)
            });
            if !same {
                let version = loaded.definition.about.version.to_string();
                events.push(
                    ProgrammeLoaded {
                        programme: programme.clone(),
                        version: version.clone(),
                        digest,
                    }
                    .into(),
                );
                let readings = self.readings(digest)?;
                events.push(ProgrammeActivated { programme, version, digest, readings }.into());
            }
        }
        for programme in recorded.into_keys().filter(|id| catalogue.get(id).is_none()) {
            let reason = "its component no longer serves".to_owned();
            events.push(ProgrammeWithdrawn { programme, reason }.into());
        }
        if events.is_empty() {
            return Ok(());
        }
        let mut commit =
            Commit::new(actor.clone(), self.now()).stream(StreamId::Programmes, Expected::Any);
        for event in events {
            commit.push(event);
        }
        self.store.commit(commit).await?;
        Ok(())
    }
}
