//! A citizen's own values, as charts with the numbers beside them.

use super::frame::{Frame, Visitor};
use super::render;
use super::series::{self, Block};
use crate::problem::Problem;
use askama::Template;
use axum::response::Response;
use gtp_care::Why;
use gtp_model::DAY;

/// The overview's own stretch of time.
const SHOWN: i64 = 28 * DAY;

#[derive(Template)]
#[template(path = "values.html")]
struct ValuesPage {
    frame: Frame,
    blocks: Vec<Block>,
    /// What was not measured at all.
    empty: Vec<String>,
}

/// `GET /citizen/values`
pub async fn page(visitor: Visitor) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    let care = &visitor.state.care;
    let overview = care.overview(visitor.actor(), citizen, &Why::through("page")).await?;
    let words = visitor.words();
    let from = words.now.plus(-SHOWN);
    let (empty, blocks): (Vec<_>, Vec<_>) =
        series::blocks(&overview.fields, &overview.enrolments, from, words)
            .into_iter()
            .partition(Block::empty);
    let page = ValuesPage {
        frame: visitor.frame(words.t("values-title")),
        blocks,
        empty: empty.into_iter().map(|block| block.title).collect(),
    };
    Ok(render(&page))
}
