//! What a citizen needs less often, each with a line that says what it is for.

use super::frame::{Frame, Visitor};
use super::render;
use crate::problem::Problem;
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "more.html")]
struct MorePage {
    frame: Frame,
    links: Vec<(&'static str, &'static str, String, String)>,
}

/// `GET /citizen/more`
pub async fn page(visitor: Visitor) -> Result<Response, Problem> {
    let _ = visitor.citizen()?;
    let words = visitor.words();
    let link = |href, icon, title, text| (href, icon, words.t(title), words.t(text));
    let links = vec![
        link("/citizen/diary", "edit", "diary-title", "more-diary"),
        link("/citizen/relatives", "persons", "relatives-title", "more-relatives"),
        link("/citizen/access-log", "summary", "access-log-title", "more-access-log"),
        link("/citizen/blocks", "lock", "blocks-title", "more-blocks"),
        link("/account", "person", "account-title", "more-account"),
    ];
    Ok(render(&MorePage { frame: visitor.frame(words.t("link-more")), links }))
}
