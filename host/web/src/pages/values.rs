//! A citizen's values, as charts with goals and notes in them and the numbers beside them: for the citizen, and for a
//! relative whom they let in.

use super::diary;
use super::frame::{Frame, Moment, Visitor};
use super::period::{AskedPeriod, Period, PeriodLink};
use super::render;
use super::series::{self, Besides, Block};
use crate::problem::Problem;
use crate::text::plain;
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use gtp_care::{DiaryQuery, Why};
use gtp_model::{CitizenId, PlanContent};
use gtp_record::view::rows::DiaryRow;

/// So many notes are marked in charts.
const NOTES: usize = 100;
/// A note in a chart is no longer than this.
const NOTE: usize = 200;

#[derive(Template)]
#[template(path = "values.html")]
struct ValuesPage {
    frame: Frame,
    /// Whom the reader helps. Nothing for the citizen.
    about: Option<(String, String)>,
    periods: Vec<PeriodLink>,
    blocks: Vec<Block>,
    /// What was not measured at all.
    empty: Vec<String>,
    notes: Vec<(Moment, String)>,
}

/// `GET /citizen/values?days=28`
pub async fn page(visitor: Visitor, Query(asked): Query<AskedPeriod>) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    let period = asked.period();
    let care = &visitor.state.care;
    let why = Why::through("page");
    let plan = care.plan(visitor.actor(), citizen, false, &why).await?;
    let targets = plan.items.into_iter().filter_map(|item| match item.content {
        PlanContent::Goal(goal) => goal.target,
        _ => None,
    });
    let query = DiaryQuery {
        from: Some(period.from(visitor.words())),
        newest: Some(NOTES),
        ..DiaryQuery::default()
    };
    let notes = care.diary(visitor.actor(), citizen, query, &why).await?;
    let notes = notes.iter().map(|row| (row.note.at, in_words(&visitor, row))).collect();
    let besides = Besides { targets: targets.collect(), notes };
    show(&visitor, citizen, None, period, &besides).await
}

/// The same for a relative: what programmes measure, and nothing of plan and diary.
pub async fn of_helped(
    visitor: &Visitor,
    citizen: CitizenId,
    name: &str,
    asked: &AskedPeriod,
) -> Result<Response, Problem> {
    let about = (format!("/relative/{citizen}"), name.to_owned());
    show(visitor, citizen, Some(about), asked.period(), &Besides::default()).await
}

fn in_words(visitor: &Visitor, row: &DiaryRow) -> String {
    let value = row.note.value.as_ref().map(|value| diary::in_words(value, visitor.words()));
    let text = Some(&row.note.text).filter(|text| !text.trim().is_empty()).cloned();
    let both: Vec<String> = value.into_iter().chain(text).collect();
    plain::line(&both.join(". "), NOTE)
}

async fn show(
    visitor: &Visitor,
    citizen: CitizenId,
    about: Option<(String, String)>,
    period: Period,
    besides: &Besides,
) -> Result<Response, Problem> {
    let care = &visitor.state.care;
    let mut overview = care.overview(visitor.actor(), citizen, &Why::through("page")).await?;
    period.fill(visitor, citizen, &mut overview.fields).await?;
    let (words, from) = (visitor.words(), period.from(visitor.words()));
    let (empty, blocks): (Vec<_>, Vec<_>) =
        series::blocks_with(&overview.fields, &overview.enrolments, besides, from, words)
            .into_iter()
            .partition(Block::empty);
    let (path, title) = match &about {
        None => ("/citizen/values".to_owned(), "values-title"),
        Some((start, _)) => (format!("{start}/values"), "values-title-of"),
    };
    let notes = besides.notes.iter().map(|(at, text)| (words.brief(*at), text.clone()));
    let page = ValuesPage {
        frame: visitor.frame(words.t(title)),
        about,
        periods: period.links(&path, words),
        blocks,
        empty: empty.into_iter().map(|block| block.title).collect(),
        notes: notes.collect(),
    };
    Ok(render(&page))
}
