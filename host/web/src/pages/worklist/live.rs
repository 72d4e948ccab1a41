//! That a worklist changed, told to the page that shows it: server-sent events, resumable by the number of the
//! record's event. They say that something changed and nothing of what: the page looks again, and that look goes
//! through everything that a look goes through.

use crate::pages::frame::Visitor;
use crate::problem::Problem;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use gtp_care::WorklistFollower;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::Instant;

/// A comment is sent this often where nothing happens, so that nobody in between hangs up.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A page is told for this long. Then its browser asks anew, and is told only if somebody is still logged in.
const LONGEST: Duration = Duration::from_secs(300);

/// `GET /worklist/live`
pub async fn follow(
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    let follower = visitor.state.care.follow_worklist(visitor.actor(), last)?;
    let over = Instant::now() + LONGEST;
    let events = stream::unfold(follower, move |mut follower| async move {
        let event = next(&mut follower, over).await?;
        Some((Ok(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

/// The next change; none once the page was told for long enough, or the record is over.
async fn next(follower: &mut WorklistFollower, over: Instant) -> Option<Event> {
    match tokio::time::timeout_at(over, follower.next()).await.ok()? {
        Ok(change) => {
            let (number, _) = change?;
            Some(Event::default().id(number.to_string()).event("changed").data("{}"))
        }
        Err(error) => {
            tracing::warn!(%error, "a worklist cannot be followed any more");
            None
        }
    }
}
