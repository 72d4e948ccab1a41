//! Following the record: each submission to the versions in the shadow, each event to the watch over rates.

use super::{Desk, kept, lock};
use gtp_model::Time;
use gtp_record::Subscription;
use gtp_record::event::{Event, Recorded};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// What was counted is written down this often at most.
const WRITTEN: Duration = Duration::from_secs(2);
/// Events of one commit come together: when for so long none comes, it was whole.
const QUIET: Duration = Duration::from_millis(100);

impl Desk {
    /// Follows until the desk ends or the record is closed.
    pub(super) async fn follow(&self) {
        let from = {
            let watched = lock(&self.watched);
            let shadows = watched.shadows.values().map(super::Shadow::position);
            shadows.chain([watched.drift.position]).min().unwrap_or(0) + 1
        };
        let mut events = self.parts.store.subscribe(from);
        let mut group: Vec<Arc<Recorded>> = vec![];
        let (mut position, mut written, mut fresh) =
            (from.saturating_sub(1), Instant::now(), false);
        loop {
            let next = tokio::select! {
                () = self.ended.notified() => break,
                next = next(&mut events, fresh) => next,
            };
            match next {
                Next::Event(event) => {
                    if !belongs(&group, &event) {
                        self.judge(&mut group);
                    }
                    (position, fresh) = (event.number, true);
                    self.count(&event);
                    if !group.is_empty() || matches!(event.event, Event::SubmissionReceived(_)) {
                        group.push(event);
                    }
                }
                Next::Quiet => self.judge(&mut group),
                Next::Closed => break,
            }
            if fresh && group.is_empty() && written.elapsed() >= WRITTEN {
                self.write_down(position);
                (written, fresh) = (Instant::now(), false);
            }
            if self.is_ending() {
                break;
            }
        }
        self.judge(&mut group);
        self.write_down(position);
    }

    fn count(&self, event: &Recorded) {
        let changes = lock(&self.watched).drift.hear(event);
        for changed in changes {
            let [before, after] = changed.rates();
            let [old, new] = &changed.versions;
            tracing::warn!(
                rule = changed.rule,
                old,
                new,
                before,
                after,
                probability = changed.probability,
                "a rule raises alerts at another rate since the version changed"
            );
        }
        // A version that serves has no shadow any more. That it served once, before the shadow began, is another thing.
        if let Event::ProgrammeActivated(activated) = &event.event {
            let mut watched = lock(&self.watched);
            let serves = watched.shadows.get(&activated.programme).is_some_and(|own| {
                own.kept().report.new.digest == activated.digest && event.number > own.position()
            });
            if serves {
                watched.shadows.remove(&activated.programme);
                kept::remove(&self.shadow_file(&activated.programme));
            }
        }
    }

    /// Lets the versions in the shadow judge a submission.
    fn judge(&self, group: &mut Vec<Arc<Recorded>>) {
        let group = std::mem::take(group);
        if group.is_empty() {
            return;
        }
        let (store, calendar) = (&*self.parts.store, self.parts.care.calendar());
        let mut watched = lock(&self.watched);
        for (programme, shadow) in &mut watched.shadows {
            if let Err(error) = shadow.hear(store, calendar, &group, store.last()) {
                tracing::warn!(%programme, %error, "a submission was not judged in the shadow");
            }
        }
    }

    fn write_down(&self, position: u64) {
        let now: Time = self.parts.care.now();
        let mut watched = lock(&self.watched);
        if watched.drift.take_changed() {
            watched.drift.show();
            kept::write(&self.parts.folder.join("drift.json"), &watched.drift);
        }
        for (programme, shadow) in &mut watched.shadows {
            if shadow.reached(position, now) {
                kept::write(&self.shadow_file(programme), shadow.kept());
            }
        }
    }
}

enum Next {
    Event(Arc<Recorded>),
    Quiet,
    Closed,
}

/// The next event. Where something waits to be done, it is not waited for long.
async fn next(events: &mut Subscription, hurry: bool) -> Next {
    let patience = if hurry { QUIET } else { Duration::from_secs(60) };
    match timeout(patience, events.next()).await {
        Ok(Ok(Some(event))) => Next::Event(event),
        Ok(Ok(None)) => Next::Closed,
        Ok(Err(error)) => {
            tracing::error!(%error, "the record cannot be followed any more");
            Next::Closed
        }
        Err(_) => Next::Quiet,
    }
}

/// Whether an event is of the same submission.
fn belongs(group: &[Arc<Recorded>], event: &Recorded) -> bool {
    let same = |first: &Arc<Recorded>| {
        (first.stream, first.time) == (event.stream, event.time)
            && !matches!(event.event, Event::SubmissionReceived(_))
    };
    group.first().is_some_and(same)
}
