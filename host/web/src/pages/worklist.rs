//! A unit's open alerts, the worst first.

use super::frame::{Frame, Moment, Visitor};
use super::render;
use super::severity::SeverityView;
use crate::problem::Problem;
use crate::text::plain::{self, TITLE};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use gtp_care::{AlertFilter, WorklistItem, WorklistQuery};
use serde::Deserialize;

/// More alerts than this do not help anybody to choose one.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "worklist.html")]
struct WorklistPage {
    frame: Frame,
    filters: Vec<Filter>,
    alerts: Vec<Line>,
    count: String,
    full: bool,
}

struct Filter {
    href: &'static str,
    words: String,
    current: bool,
}

struct Line {
    href: String,
    citizen_href: String,
    severity: SeverityView,
    citizen: String,
    programme: String,
    cause: String,
    message: String,
    judged: Moment,
    state: String,
    late: bool,
}

/// What to show.
#[derive(Deserialize)]
pub struct Asked {
    state: Option<String>,
}

const FILTERS: [(&str, AlertFilter, &str); 4] = [
    ("/worklist", AlertFilter::Unresolved, "worklist-unresolved"),
    ("/worklist?state=open", AlertFilter::Open, "worklist-open"),
    ("/worklist?state=taken", AlertFilter::Taken, "worklist-taken"),
    ("/worklist?state=resolved", AlertFilter::Resolved, "worklist-resolved"),
];

/// `GET /worklist?state=open`
pub async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let state = match asked.state.as_deref() {
        Some("open") => AlertFilter::Open,
        Some("taken") => AlertFilter::Taken,
        Some("resolved") => AlertFilter::Resolved,
        _ => AlertFilter::Unresolved,
    };
    let query = WorklistQuery { unit: None, state, limit: MOST };
    let items = visitor.state.care.worklist(visitor.actor(), query).await?;
    let words = visitor.words();
    let filters = FILTERS.map(|(href, filter, key)| Filter {
        href,
        words: words.t(key),
        current: filter == state,
    });
    let page = WorklistPage {
        frame: visitor.frame(words.t("worklist-title")),
        filters: filters.into(),
        count: words.t_with("worklist-count", &[("count", items.len().into())]),
        full: items.len() >= MOST,
        alerts: items.iter().map(|item| line(&visitor, item)).collect(),
    };
    Ok(render(&page))
}

fn line(visitor: &Visitor, item: &WorklistItem) -> Line {
    let (words, alert) = (visitor.words(), &item.alert);
    let loaded = visitor.state.care.programme(&alert.programme);
    let programme = loaded.as_ref().map(|loaded| &loaded.definition);
    Line {
        href: format!("/alerts/{}", alert.id),
        citizen_href: format!("/citizens/{}", alert.citizen),
        severity: words.severity(alert.severity),
        citizen: plain::line(&item.citizen_name, TITLE),
        programme: programme.map_or_else(
            || alert.programme.to_string(),
            |programme| words.title(&programme.about.title),
        ),
        cause: words.cause(&alert.cause, programme),
        message: words.message(alert),
        judged: words.when(alert.judged),
        state: words.state(&alert.state),
        late: alert.late,
    }
}
