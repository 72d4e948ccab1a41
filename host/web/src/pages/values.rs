//! A citizen's own values, as charts with the numbers beside them.

use super::frame::{Frame, Visitor};
use super::period::{AskedPeriod, PeriodLink};
use super::render;
use super::series::{self, Block};
use crate::problem::Problem;
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use gtp_care::Why;

#[derive(Template)]
#[template(path = "values.html")]
struct ValuesPage {
    frame: Frame,
    periods: Vec<PeriodLink>,
    blocks: Vec<Block>,
    /// What was not measured at all.
    empty: Vec<String>,
}

/// `GET /citizen/values?days=28`
pub async fn page(visitor: Visitor, Query(asked): Query<AskedPeriod>) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    let care = &visitor.state.care;
    let period = asked.period();
    let mut overview = care.overview(visitor.actor(), citizen, &Why::through("page")).await?;
    period.fill(&visitor, citizen, &mut overview.fields).await?;
    let words = visitor.words();
    let (empty, blocks): (Vec<_>, Vec<_>) =
        series::blocks(&overview.fields, &overview.enrolments, period.from(words), words)
            .into_iter()
            .partition(Block::empty);
    let page = ValuesPage {
        frame: visitor.frame(words.t("values-title")),
        periods: period.links("/citizen/values", words),
        blocks,
        empty: empty.into_iter().map(|block| block.title).collect(),
    };
    Ok(render(&page))
}
