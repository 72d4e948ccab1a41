//! The one thread that writes.
//!
//! It takes everything that waits, writes it, syncs once, applies it to the view and only then answers.
//! There is no timer: while one group is synced the next gathers, so a busy host makes large groups and a
//! quiet one answers at once.

use std::sync::Arc;

use tokio::sync::broadcast;

use super::StoreError;
use super::group::{Delivered, Heads, Staged, stage};
use super::queue::{Prepared, Queue, Request};
use super::reserve::Reserve;
use super::subscription::Group;
use crate::journal::Journal;
use crate::vault::Vault;
use crate::view::{Built, Overlay, StreamIndex, View, ViewHome};

/// A group is at most this many commits, so that the first of them does not wait too long.
const GROUP: usize = 512;

/// Called once when the record can accept nothing any more, with the reason.
pub type OnStop = Arc<dyn Fn(&str) + Send + Sync>;

pub(crate) struct Writer {
    pub journal: Journal,
    pub vault: Arc<Vault>,
    pub view: Arc<View>,
    pub home: ViewHome,
    pub reserve: Reserve,
    pub live: broadcast::Sender<Group>,
    pub heads: Heads,
    pub on_stop: OnStop,
    pub stopped: Option<String>,
}

impl Writer {
    pub fn run(mut self, queue: &Queue) {
        while let Some(requests) = queue.take() {
            let mut commits = Vec::with_capacity(requests.len());
            for request in requests {
                match request {
                    Request::Commit(commit) => commits.push(commit),
                    Request::Task(task) => {
                        self.record(std::mem::take(&mut commits));
                        task(&mut self);
                    }
                }
            }
            self.record(commits);
        }
        if self.stopped.is_none()
            && let Err(error) = self.home.close(&*self.view.engine())
        {
            tracing::warn!(%error, "the view could not be closed; it may be rebuilt at the next start");
        }
    }

    /// Says that nothing more is accepted.
    pub fn stop(&mut self, why: &str) {
        if self.stopped.is_some() {
            return;
        }
        tracing::error!(reason = why, "the record accepts nothing any more");
        self.stopped = Some(why.to_owned());
        self.journal.stop(why.to_owned());
        (self.on_stop)(why);
    }

    fn record(&mut self, commits: Vec<Prepared>) {
        let mut commits = commits.into_iter().peekable();
        while commits.peek().is_some() {
            let group: Vec<_> = commits.by_ref().take(GROUP).collect();
            self.record_group(group);
        }
    }

    /// On a full disk nobody writes any more but those who read: whoever looks at a citizen's record is noted,
    /// and the segment has room for that.
    fn record_group(&mut self, mut group: Vec<Prepared>) {
        let full = !self.journal.has_room();
        if full {
            self.give_back_reserve();
            let (looking, writing) = group.into_iter().partition(Prepared::only_looks);
            group = looking;
            for commit in writing {
                let _ = commit.reply.send(Err(StoreError::Full));
            }
        } else if self.reserve.renew() {
            tracing::info!("there is room on the disk again: the reserve is set aside once more");
            self.journal.keep_free(self.reserve.keep_free());
        }
        let mut next = self.journal.next();
        let mut staged: Vec<Staged> = Vec::with_capacity(group.len());
        let mut refused = Vec::new();
        let view = Arc::clone(&self.view);
        let mut ahead = Overlay::over(&*view);
        for commit in group {
            let heads = &mut self.heads;
            match stage(commit, next, &self.vault, &view, heads, &staged, &mut ahead) {
                Ok(commit) => {
                    next += commit.events.len() as u64;
                    staged.push(commit);
                }
                Err(refusal) => refused.push(refusal),
            }
        }
        self.keep(staged, full);
        // Only now: what the others lost against is durable and can be read.
        for (reply, error) in refused {
            let _ = reply.send(Err(error));
        }
    }

    fn keep(&mut self, mut staged: Vec<Staged>, full: bool) {
        let mut payloads: Vec<_> =
            staged.iter_mut().map(|commit| std::mem::take(&mut commit.payloads)).collect();
        let mut staged = staged.into_iter();
        while !payloads.is_empty() {
            let kept = if full {
                self.journal.append_in_place(&payloads)
            } else {
                self.journal.append(&payloads)
            };
            let kept = match kept {
                Ok(places) => places,
                Err(error) => return self.refuse(staged, error.into()),
            };
            payloads.drain(..kept.len());
            let written = staged.by_ref().take(kept.len()).zip(kept);
            let mut changes = Vec::with_capacity(written.len());
            let mut delivered = Vec::with_capacity(written.len());
            let mut broken = None;
            let mut index = StreamIndex::default();
            for (commit, place) in written {
                match commit.into_changes(place, &self.view, &mut index) {
                    Ok((change, delivery)) => {
                        changes.push(change);
                        delivered.push(delivery);
                    }
                    Err(error) => broken = Some(error),
                }
            }
            let applied = match broken {
                Some(error) => Err(error),
                None => self.view.apply(&changes).map_err(StoreError::from),
            };
            match applied.or_else(|error| self.renew_view(&error)) {
                Ok(()) => self.acknowledge(delivered),
                Err(error) => {
                    self.stop(&format!("the view failed and could not be rebuilt: {error}"));
                    return;
                }
            }
        }
    }

    fn acknowledge(&mut self, delivered: Vec<Delivered>) {
        // Followers are woken once for all of it.
        let followed = self.live.receiver_count() > 0;
        let mut group = Vec::new();
        for commit in delivered {
            if followed {
                group.extend(commit.events.into_iter().map(Arc::new));
            }
            let _ = commit.reply.send(Ok(commit.committed));
        }
        if !group.is_empty() {
            let _ = self.live.send(Arc::new(group));
        }
    }

    /// Nothing of these commits was kept, or the journal does not know.
    fn refuse(&mut self, staged: impl Iterator<Item = Staged>, error: StoreError) {
        self.heads.forget();
        match &error {
            StoreError::Stopped { why } => self.stop(&why.clone()),
            StoreError::Full => self.give_back_reserve(),
            _ => {}
        }
        for commit in staged {
            let _ = commit.reply.send(Err(error.clone()));
        }
    }

    /// The view's engine needs some room even to be read. The journal leaves that room to it.
    fn give_back_reserve(&mut self) {
        if self.reserve.give_back() {
            tracing::warn!(
                "the disk is full: the reserve is given back, and writing waits for more room"
            );
            self.journal.keep_free(self.reserve.keep_free());
        }
    }

    /// The events are safe in the journal, only the view failed: see to it and go on. On a full disk there is
    /// no room for another, and the same files are opened again.
    pub fn renew_view(&mut self, why: &StoreError) -> Result<(), StoreError> {
        self.heads.forget();
        if !self.journal.has_room() {
            tracing::error!(reason = %why, "the view failed on a full disk and is opened again");
            self.give_back_reserve();
            return self.home.reopen(&self.view, &self.journal.reader());
        }
        tracing::error!(reason = %why, "the view failed and is rebuilt from the journal");
        let (engine, applied) = self.home.rebuild(&self.journal.reader(), &|_| {})?;
        self.view.exchange(engine, applied);
        Ok(())
    }

    /// Puts a view that was built beside the one in service in its place.
    pub fn adopt_view(&mut self, built: Built) -> Result<(), StoreError> {
        self.heads.forget();
        let (engine, applied) = self.home.adopt(built, &self.journal.reader())?;
        drop(self.view.exchange(engine, applied));
        self.home.clear_away();
        Ok(())
    }
}
