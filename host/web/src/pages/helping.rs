//! What a relative sees: for whom they may do something, what they were let in to, and that citizen's day.

use super::frame::{Frame, Visitor};
use super::period::AskedPeriod;
use super::relatives::{self, GrantView};
use super::render;
use super::today::{self, TodayView};
use super::values;
use crate::problem::{Kind, Problem};
use crate::text::plain::{self, TITLE};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use gtp_care::LetIn;
use gtp_model::{CitizenId, Role};

#[derive(Template)]
#[template(path = "relative.html")]
struct ChoosePage {
    frame: Frame,
    citizens: Vec<Helped>,
}

#[derive(Template)]
#[template(path = "relative_citizen.html")]
struct CitizenPage {
    frame: Frame,
    helped: Helped,
    today: Vec<TodayView>,
}

/// Somebody whom the reader helps.
struct Helped {
    id: String,
    name: String,
    grants: Vec<GrantView>,
    /// Whether the reader may enter something.
    may_enter: bool,
}

/// `GET /relative`: for whom.
pub async fn choose(visitor: Visitor) -> Result<Response, Problem> {
    let citizens = let_in_by(&visitor)?;
    let citizens = citizens.iter().map(|own| helped(&visitor, own)).collect();
    let title = visitor.words().t("link-relative");
    Ok(render(&ChoosePage { frame: visitor.frame(title), citizens }))
}

fn let_in_by(visitor: &Visitor) -> Result<Vec<LetIn>, Problem> {
    match visitor.actor().role {
        Role::Relative => Ok(visitor.state.care.let_in_by(visitor.actor())?),
        _ => Err(Problem::new(Kind::Denied)),
    }
}

fn helped(visitor: &Visitor, own: &LetIn) -> Helped {
    Helped {
        id: own.citizen.id.to_string(),
        name: plain::line(&own.citizen.name, TITLE),
        grants: own.grants.iter().map(|grant| relatives::view(visitor, grant)).collect(),
        may_enter: own.grants.iter().any(|grant| grant.may_enter),
    }
}

fn of(visitor: &Visitor, citizen: CitizenId) -> Result<Helped, Problem> {
    let all = let_in_by(visitor)?;
    let own = all.iter().find(|own| own.citizen.id == citizen);
    own.map(|own| helped(visitor, own)).ok_or(Problem::new(Kind::NotFound))
}

/// `GET /relative/{id}`
pub async fn page(visitor: Visitor, Path(citizen): Path<CitizenId>) -> Result<Response, Problem> {
    let helped = of(&visitor, citizen)?;
    let words = visitor.words();
    let (from, until) = today::today(words);
    let expected = visitor.state.care.expected(visitor.actor(), citizen, from, until)?;
    Ok(render(&CitizenPage {
        frame: visitor.frame(helped.name.clone()),
        today: today::list(expected.iter(), words),
        helped,
    }))
}

/// `GET /relative/{id}/values?days=28`
pub async fn values(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Query(asked): Query<AskedPeriod>,
) -> Result<Response, Problem> {
    let helped = of(&visitor, citizen)?;
    values::of_helped(&visitor, citizen, &helped.name, &asked).await
}
