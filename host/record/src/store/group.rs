//! Putting a group of commits together: each is checked against what is there and against those before
//! it in the group, its events get their numbers, and what they change is worked out.

use std::collections::HashMap;

use tokio::sync::oneshot;

use super::commit::Expected;
use super::queue::{Prepared, PreparedPart};
use super::{Committed, StoreError};
use crate::event::{Recorded, StreamId};
use crate::journal::frame::Codec;
use crate::journal::{self, Payload, Place};
use crate::vault::{OWN, Vault};
use crate::view::{Head, Overlay, Puts, Rows as _, StreamIndex, View, fold, head, keys};

/// Streams whose ends are remembered; beyond that all are forgotten and read again.
const REMEMBERED: usize = 100_000;

/// Where streams end, as far as the writer has seen.
#[derive(Default)]
pub(crate) struct Heads(HashMap<StreamId, Head>);

/// A commit that is ready to be written.
pub(crate) struct Staged {
    pub payloads: journal::Commit,
    pub events: Vec<Recorded>,
    pub reply: oneshot::Sender<Result<Committed, StoreError>>,
    /// The key of each event.
    keys: Vec<u64>,
    puts: Puts,
}

impl Heads {
    fn get(&mut self, view: &View, stream: StreamId) -> Result<Head, StoreError> {
        if let Some(head) = self.0.get(&stream) {
            return Ok(*head);
        }
        if let StreamId::Citizen(citizen) = stream
            && view.get(&keys::erased(citizen))?.is_some()
        {
            return Err(StoreError::Erased { stream });
        }
        let head = head(view, stream)?;
        self.set(stream, head);
        Ok(head)
    }

    fn set(&mut self, stream: StreamId, head: Head) {
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        self.0.insert(stream, head);
    }

    /// Forgets everything: after a failure the view knows better.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

/// Checks a commit, and gives its events their places after those of `before`, whose changes `ahead` gathers.
pub(crate) fn stage(
    commit: Prepared,
    next: u64,
    vault: &Vault,
    view: &View,
    heads: &mut Heads,
    before: &[Staged],
    ahead: &mut Overlay<'_>,
) -> Result<Staged, (oneshot::Sender<Result<Committed, StoreError>>, StoreError)> {
    // Only now: mostly a commit is alone, and nobody looks at what the last one changed.
    if let Some(last) = before.last() {
        ahead.put_all(last.puts.iter().cloned());
    }
    let Prepared { parts, absent, reply } = commit;
    match check(&parts, &absent, view, heads, ahead)
        .and_then(|()| place(parts, next, vault, view, heads, ahead))
    {
        Ok((payloads, events, puts)) => {
            let keys = payloads.iter().map(|payload| payload.key).collect();
            Ok(Staged { payloads, events, reply, keys, puts })
        }
        Err(error) => {
            // A commit that failed half way may have moved heads.
            heads.forget();
            for staged in before {
                remember(heads, staged);
            }
            Err((reply, error))
        }
    }
}

impl Staged {
    /// All that changes in the view, now that it is known where the frame stands.
    pub fn into_changes(
        self,
        at: Place,
        view: &View,
        index: &mut StreamIndex,
    ) -> Result<(crate::engine::Changes, Delivered), StoreError> {
        let mut puts = self.puts;
        let keyed = self.events.iter().zip(&self.keys);
        let links: Vec<_> = keyed.map(|(event, key)| event.link().with_key(*key)).collect();
        index.add(&links, at, view)?;
        index.hand_out(&mut puts)?;
        let committed = Committed {
            first: self.events.first().map_or(0, |event| event.number),
            last: self.events.last().map_or(0, |event| event.number),
        };
        let changes = crate::engine::Changes { upto: committed.last, puts };
        Ok((changes, Delivered { committed, events: self.events, reply: self.reply }))
    }
}

/// A commit that is durable and waits to be acknowledged.
pub(crate) struct Delivered {
    pub committed: Committed,
    pub events: Vec<Recorded>,
    pub reply: oneshot::Sender<Result<Committed, StoreError>>,
}

fn remember(heads: &mut Heads, staged: &Staged) {
    for (event, key) in staged.events.iter().zip(&staged.keys) {
        let head = Head { version: event.version, hash: Some(event.hash), key: *key };
        heads.set(event.stream, head);
    }
}

fn check(
    parts: &[PreparedPart],
    absent: &[Vec<u8>],
    view: &View,
    heads: &mut Heads,
    ahead: &Overlay<'_>,
) -> Result<(), StoreError> {
    for part in parts {
        let found = heads.get(view, part.stream)?.version;
        if let Expected::Version(expected) = part.expected
            && expected != found
        {
            return Err(StoreError::Conflict { stream: part.stream, expected, found });
        }
    }
    for key in absent {
        if ahead.row(key)?.is_some() {
            return Err(StoreError::Exists { key: key.clone() });
        }
    }
    Ok(())
}

type Placed = (journal::Commit, Vec<Recorded>, Puts);

fn place(
    parts: Vec<PreparedPart>,
    next: u64,
    vault: &Vault,
    view: &View,
    heads: &mut Heads,
    ahead: &Overlay<'_>,
) -> Result<Placed, StoreError> {
    let (mut payloads, mut events) = (Vec::new(), Vec::new());
    let mut own = Overlay::over(ahead);
    let mut number = next;
    for part in parts {
        let mut head = heads.get(view, part.stream)?;
        head.key = key_of(part.stream, head, vault)?;
        for event in part.events {
            let sealed = event.seal(number, part.stream, head.version + 1, head.hash);
            fold(&sealed.recorded, &mut own)?;
            let hash = Some(sealed.recorded.hash);
            head = Head { version: head.version + 1, hash, key: head.key };
            let bytes = vault.seal(head.key, number, &sealed.bytes)?;
            payloads.push(Payload { codec: Codec::SEALED, key: head.key, bytes });
            events.push(sealed.recorded);
            number += 1;
        }
        heads.set(part.stream, head);
    }
    Ok((payloads, events, own.into_puts()))
}

/// The key for what comes next in a stream: a citizen's own, made with the first event that needs it.
fn key_of(stream: StreamId, head: Head, vault: &Vault) -> Result<u64, StoreError> {
    match stream {
        StreamId::Citizen(_) if head.key == 0 => Ok(vault.fresh()?),
        StreamId::Citizen(_) => Ok(head.key),
        _ => Ok(OWN),
    }
}
