//! What all commands about one citizen have in common: they wait for their turn, look, decide, and commit; they start
//! over where somebody else was first; and with a key, doing them again does nothing and gives the same answer.

use crate::access::Deed;
use crate::{Care, CareError, Conflict, Record, TRIES};
use gtp_model::{Actor, CitizenId, Digest, IdempotencyKey, Time};
use gtp_record::event::{Event, StreamId, command::CommandDone};
use gtp_record::view::queries;
use gtp_record::{Commit, Expected, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

/// What makes a command the same as an earlier one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Once<'a> {
    /// What its sender calls it. Absent: each time is another time.
    pub key: Option<&'a IdempotencyKey>,
}

impl<'a> Once<'a> {
    /// Under this key, if there is one.
    #[must_use]
    pub const fn under(key: Option<&'a IdempotencyKey>) -> Self {
        Self { key }
    }
}

/// What a command decided.
pub(crate) struct Decided<T> {
    /// What happened. Empty: it is so already.
    pub events: Vec<Event>,
    /// What is answered.
    pub answer: T,
}

impl<T> Decided<T> {
    /// These events, and this answer.
    pub const fn new(events: Vec<Event>, answer: T) -> Self {
        Self { events, answer }
    }
}

impl Care {
    /// Carries out a command about a citizen: `decide` looks at the record as it is now.
    ///
    /// `asked` is what the command was asked to do, in a form that is equal for equal requests.
    pub(crate) async fn command<T: Serialize + DeserializeOwned>(
        &self,
        actor: &Actor,
        deed: Deed,
        citizen: CitizenId,
        once: Once<'_>,
        asked: &(impl Serialize + Sync),
        decide: impl Fn(&Record, Time) -> Result<Decided<T>, CareError>,
    ) -> Result<T, CareError> {
        let stream = StreamId::Citizen(citizen);
        let look = || self.permitted(actor, deed, citizen);
        self.in_turn(actor, stream, once, digest(deed, asked), look, decide).await
    }

    /// Carries out a command that is about no citizen: a limit of a unit or of the region.
    pub(crate) async fn installation_command<T: Serialize + DeserializeOwned>(
        &self,
        actor: &Actor,
        deed: Deed,
        stream: StreamId,
        once: Once<'_>,
        asked: &(impl Serialize + Sync),
        decide: impl Fn(Time) -> Result<Decided<T>, CareError>,
    ) -> Result<T, CareError> {
        let look = || self.require(actor, deed);
        let decide = |(): &(), now| decide(now);
        self.in_turn(actor, stream, once, digest(deed, asked), look, decide).await
    }

    /// Looks, decides and commits, over again where somebody else was first. Looking comes before anything is
    /// answered: it also says whether the actor may.
    pub(crate) async fn in_turn<L, T: Serialize + DeserializeOwned>(
        &self,
        actor: &Actor,
        stream: StreamId,
        once: Once<'_>,
        digest: Digest,
        look: impl Fn() -> Result<L, CareError>,
        decide: impl Fn(&L, Time) -> Result<Decided<T>, CareError>,
    ) -> Result<T, CareError> {
        let _turn = self.turns.of(stream).await;
        for _ in 0..TRIES {
            let version = self.store.version(stream)?;
            let seen = look()?;
            if let Some(answer) = self.answered(stream.citizen(), once, digest)? {
                return Ok(answer);
            }
            let now = self.now();
            let Decided { events, answer } = decide(&seen, now)?;
            if events.is_empty() {
                return Ok(answer);
            }
            let commit = Commit::new(actor.clone(), now).stream(stream, Expected::Version(version));
            match self.store.commit(finished(commit, events, once, digest, &answer)?).await {
                Ok(_) => return Ok(answer),
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Conflict::Race.into())
    }

    /// What was answered to the same command before.
    pub(crate) fn answered<T: DeserializeOwned>(
        &self,
        about: Option<CitizenId>,
        once: Once<'_>,
        digest: Digest,
    ) -> Result<Option<T>, CareError> {
        let Some(key) = once.key else { return Ok(None) };
        let Some(row) = queries::command(&*self.store, about, key)? else { return Ok(None) };
        if row.digest != digest {
            return Err(Conflict::KeyReused.into());
        }
        let answer = serde_json::from_value(row.receipt);
        Ok(Some(answer.map_err(|error| unreadable(&error))?))
    }
}

/// What happened, and that the command was carried out, as one commit.
pub(crate) fn finished<T: Serialize>(
    mut commit: Commit,
    events: Vec<Event>,
    once: Once<'_>,
    digest: Digest,
    answer: &T,
) -> Result<Commit, CareError> {
    for event in events {
        commit.push(event);
    }
    if let Some(key) = once.key {
        let answer = serde_json::to_value(answer).map_err(|error| unreadable(&error))?;
        commit.push(CommandDone { key: key.clone(), digest, answer });
    }
    Ok(commit)
}

/// What tells whether two commands under the same key ask for the same.
pub(crate) fn digest(deed: Deed, asked: &impl Serialize) -> Digest {
    let asked = serde_json::to_vec(&(deed.name(), asked)).unwrap_or_default();
    Digest(Sha256::digest(asked).into())
}

fn unreadable(error: &serde_json::Error) -> CareError {
    StoreError::Row { table: "commands", what: error.to_string() }.into()
}
