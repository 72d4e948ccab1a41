//! A unit's open alerts, the worst first.

pub mod green;
pub mod live;

use super::frame::{Frame, Moment, Visitor};
use super::render;
use super::severity::SeverityView;
use crate::problem::Problem;
use crate::text::plain::{self, TITLE};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use gtp_care::{AlertFilter, WorklistItem, WorklistQuery};
use gtp_model::{Alert, AlertState, ProgrammeId, Unit, UnitId};
use serde::Deserialize;

/// More alerts than this do not help anybody to choose one.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "worklist.html")]
struct WorklistPage {
    frame: Frame,
    filters: Vec<Filter>,
    programmes: Vec<Choice>,
    units: Vec<Choice>,
    /// The state that is shown, to keep it when a programme or a unit is chosen.
    state: &'static str,
    /// Whether it is the list of another unit, of whose citizens the reader's unit cares for some.
    anothers: bool,
    alerts: Vec<Line>,
    count: String,
    full: bool,
}

struct Choice {
    id: String,
    title: String,
    chosen: bool,
}

struct Filter {
    href: String,
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
    escalated: bool,
    /// Where it is taken, while nobody has.
    take: Option<String>,
}

/// What to show.
#[derive(Deserialize)]
pub struct Asked {
    state: Option<String>,
    programme: Option<String>,
    unit: Option<UnitId>,
}

/// The states to choose from: as the address says it, what care is asked for, and the key of the words.
const FILTERS: [(&str, AlertFilter, &str); 5] = [
    ("unresolved", AlertFilter::Unresolved, "worklist-unresolved"),
    ("open", AlertFilter::Open, "worklist-open"),
    ("mine", AlertFilter::Taken, "worklist-mine"),
    ("taken", AlertFilter::Taken, "worklist-taken"),
    ("resolved", AlertFilter::Resolved, "worklist-resolved"),
];

/// `GET /worklist?state=open&programme=heart&unit=cardiology`
pub async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let wanted = asked.state.as_deref().unwrap_or("unresolved");
    let [standard, ..] = FILTERS;
    let (state, filter, _) =
        FILTERS.into_iter().find(|(name, ..)| *name == wanted).unwrap_or(standard);
    let own = visitor.actor().unit.clone();
    let unit = asked.unit.filter(|unit| Some(unit) != own.as_ref());
    let query = WorklistQuery { unit: unit.clone(), state: filter, limit: MOST };
    let mut items = visitor.state.care.worklist(visitor.actor(), query).await?;
    let full = items.len() >= MOST;
    let programme = asked.programme.unwrap_or_default();
    if state == "mine" {
        items.retain(|item| taken_by(&item.alert, &visitor.actor().account));
    }
    if !programme.is_empty() {
        items.retain(|item| item.alert.programme.as_str() == programme);
    }
    let words = visitor.words();
    let filters = FILTERS.map(|(name, _, key)| Filter {
        href: format!(
            "/worklist?state={name}{}{}",
            with_programme(&programme),
            with_unit(unit.as_ref())
        ),
        words: words.t(key),
        current: name == state,
    });
    let programmes = visitor.state.care.programmes();
    let page = WorklistPage {
        frame: visitor.frame(words.t("worklist-title")),
        filters: filters.into(),
        programmes: programmes
            .iter()
            .map(|loaded| Choice {
                id: loaded.id().to_string(),
                title: words.title(&loaded.definition.about.title),
                chosen: loaded.id().as_str() == programme,
            })
            .collect(),
        units: care_units(&visitor, unit.as_ref().or(own.as_ref()))?,
        anothers: unit.is_some(),
        state,
        count: words.t_with("worklist-count", &[("count", items.len().into())]),
        full,
        alerts: items.iter().map(|item| line(&visitor, item)).collect(),
    };
    Ok(render(&page))
}

/// The part of an address that keeps the chosen programme. What is no programme's id is dropped.
fn with_programme(programme: &str) -> String {
    match programme.parse::<ProgrammeId>() {
        Ok(id) => format!("&programme={id}"),
        Err(_) => String::new(),
    }
}

/// The part of an address that keeps the chosen unit.
fn with_unit(unit: Option<&UnitId>) -> String {
    unit.map_or_else(String::new, |unit| format!("&unit={unit}"))
}

/// The units whose lists can be looked at: one's own first.
fn care_units(visitor: &Visitor, chosen: Option<&UnitId>) -> Result<Vec<Choice>, Problem> {
    let own = visitor.actor().unit.as_ref();
    let mut units = visitor.state.care.units()?;
    units.sort_by_key(|unit| (Some(&unit.id) != own, unit.name.clone()));
    let choice = |unit: &Unit| Choice {
        id: unit.id.to_string(),
        title: plain::line(&unit.name, TITLE),
        chosen: Some(&unit.id) == chosen,
    };
    Ok(units.iter().map(choice).collect())
}

fn taken_by(alert: &Alert, account: &str) -> bool {
    matches!(&alert.state, AlertState::Taken { by, .. } if by.account == account)
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
        escalated: alert.escalated.is_some(),
        take: (alert.state == AlertState::Open).then(|| format!("/alerts/{}/take", alert.id)),
    }
}
