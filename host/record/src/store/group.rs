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
use crate::view::{Head, Puts, Rows, StreamIndex, View, ending_in, fold, head, keys};

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

/// Checks a commit, and gives its events their places after those of `before`.
pub(crate) fn stage(
    commit: Prepared,
    next: u64,
    vault: &Vault,
    view: &View,
    heads: &mut Heads,
    before: &[Staged],
) -> Result<Staged, (oneshot::Sender<Result<Committed, StoreError>>, StoreError)> {
    let Prepared { parts, absent, reply } = commit;
    match check(&parts, &absent, view, heads, before)
        .and_then(|()| place(parts, next, vault, view, heads, before))
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
    before: &[Staged],
) -> Result<(), StoreError> {
    for part in parts {
        let found = heads.get(view, part.stream)?.version;
        if let Expected::Version(expected) = part.expected
            && expected != found
        {
            return Err(StoreError::Conflict { stream: part.stream, expected, found });
        }
    }
    let rows = Ahead { view, before, own: &Puts::new() };
    for key in absent {
        if rows.row(key)?.is_some() {
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
    before: &[Staged],
) -> Result<Placed, StoreError> {
    let (mut payloads, mut events, mut puts) = (Vec::new(), Vec::new(), Puts::new());
    let mut number = next;
    for part in parts {
        let mut head = heads.get(view, part.stream)?;
        head.key = key_of(part.stream, head, vault)?;
        for event in part.events {
            let sealed = event.seal(number, part.stream, head.version + 1, head.hash);
            let mut own = Puts::new();
            fold(&sealed.recorded, &Ahead { view, before, own: &puts }, &mut own)?;
            puts.append(&mut own);
            let hash = Some(sealed.recorded.hash);
            head = Head { version: head.version + 1, hash, key: head.key };
            let bytes = vault.seal(head.key, number, &sealed.bytes)?;
            payloads.push(Payload { codec: Codec::SEALED, key: head.key, bytes });
            events.push(sealed.recorded);
            number += 1;
        }
        heads.set(part.stream, head);
    }
    Ok((payloads, events, puts))
}

/// The key for what comes next in a stream: a citizen's own, made with the first event that needs it.
fn key_of(stream: StreamId, head: Head, vault: &Vault) -> Result<u64, StoreError> {
    match stream {
        StreamId::Citizen(_) if head.key == 0 => Ok(vault.fresh()?),
        StreamId::Citizen(_) => Ok(head.key),
        _ => Ok(OWN),
    }
}

/// The view with what this group has changed so far over it. A group is small, so looking through it
/// is cheaper than an index of it.
struct Ahead<'a> {
    view: &'a View,
    before: &'a [Staged],
    own: &'a Puts,
}

impl Rows for Ahead<'_> {
    fn row(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let earlier = self.before.iter().map(|staged| &staged.puts);
        for puts in earlier.chain(std::iter::once(self.own)).rev() {
            if let Some((_, value)) = puts.iter().rev().find(|(put, _)| put == key) {
                return Ok(value.clone());
            }
        }
        self.view.row(key)
    }

    fn ending(&self, prefix: &[u8], id: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let earlier = self.before.iter().map(|staged| &staged.puts);
        let ahead = earlier.chain(std::iter::once(self.own)).flatten();
        match ending_in(ahead.map(|(key, value)| (key, value)), prefix, id) {
            Some((key, there)) => Ok(there.then_some(key)),
            None => self.view.ending(prefix, id),
        }
    }
}
