//! A unit's worklist as it changes: server-sent events, resumable by the number of the record's event.

use super::caller::Caller;
use super::wire::AlertShape;
use crate::AppState;
use crate::problem::{Problem, ProblemDocument};
use crate::session::Speaks;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use gtp_care::{WorklistChange, WorklistFollower};
use gtp_model::Language;
use serde_json::json;
use std::convert::Infallible;
use std::time::Duration;

/// A comment is sent this often where nothing happens, so that nobody in between hangs up; and whether the
/// session still holds is looked at this often.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Follow the worklist
///
/// `alert`: an alert of the caller's unit is new or different; its data is the alert. `gone`: an alert is not on
/// this list any more; its data has the `id`. `reset`: too much happened since; read the list again. Each has
/// the number of the record's event as its id: send the last one as `Last-Event-ID` to go on after it.
#[utoipa::path(
    get, path = "/api/v1/alerts/live", tag = "alerts", operation_id = "followAlerts",
    params(("Last-Event-ID" = Option<u64>, Header, description = "Go on after this event; absent: from now on")),
    responses(
        (status = 200, body = String, content_type = "text/event-stream"),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
         description = "The caller has no worklist"),
    ),
    security(("bearer" = [])),
)]
pub async fn follow(
    State(state): State<AppState>,
    caller: Caller,
    Speaks(language): Speaks,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    let follower = state.care.follow_worklist(caller.actor(), last)?;
    let following = Following { state, token: caller.token, follower, language };
    let events = stream::unfold(following, |mut following| async move {
        let event = following.next().await?;
        Some((Ok(event), following))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

struct Following {
    state: AppState,
    token: String,
    follower: WorklistFollower,
    language: Language,
}

impl Following {
    /// The next event; none when the session or the record is over.
    async fn next(&mut self) -> Option<Event> {
        let mut look = tokio::time::interval(HEARTBEAT);
        loop {
            tokio::select! {
                change = self.follower.next() => {
                    // Looked at again: somebody who logged out meanwhile sees nothing more.
                    self.state.care.session(&self.token)?;
                    return match change {
                        Ok(Some((number, change))) => Some(self.event(number, &change)),
                        Ok(None) => None,
                        Err(error) => {
                            tracing::warn!(%error, "a worklist cannot be followed any more");
                            None
                        }
                    };
                }
                _ = look.tick() => { self.state.care.session(&self.token)?; }
            }
        }
    }

    fn event(&self, number: u64, change: &WorklistChange) -> Event {
        let event = Event::default().id(number.to_string());
        match change {
            WorklistChange::Reset => event.event("reset").data("{}"),
            WorklistChange::Gone(id) => event.event("gone").data(json!({ "id": id }).to_string()),
            WorklistChange::Alert(item) => {
                let alert = super::alerts::ListedAlert {
                    citizen_name: item.citizen_name.clone(),
                    alert: AlertShape::new(&item.alert, self.language),
                };
                let data = serde_json::to_string(&alert).unwrap_or_default();
                event.event("alert").data(data)
            }
        }
    }
}
