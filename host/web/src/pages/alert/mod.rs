//! One alert: what the rule found, on what it rests, by which limits, and what is done about it.

mod view;

pub use self::view::{evidence_in_words, layer, web_address};

use super::frame::Visitor;
use super::render;
use crate::problem::Problem;
use crate::text;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{AlertAction, CareError, Once, Why};
use gtp_model::{AlertId, AlertOutcome, UnitId};
use serde::Deserialize;

/// `GET /alerts/{id}`
pub async fn page(visitor: Visitor, Path(id): Path<AlertId>) -> Result<Response, Problem> {
    show(&visitor, id, vec![]).await
}

/// What the forms of an alert send.
#[derive(Deserialize)]
pub struct Posted {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    unit: String,
}

/// `POST /alerts/{id}/take`
pub async fn take(
    visitor: Visitor,
    Path(id): Path<AlertId>,
    Form(form): Form<Posted>,
) -> Result<Response, Problem> {
    visitor.signed.posted(&form.csrf)?;
    act(&visitor, id, AlertAction::Take).await
}

/// `POST /alerts/{id}/note`
pub async fn note(
    visitor: Visitor,
    Path(id): Path<AlertId>,
    Form(form): Form<Posted>,
) -> Result<Response, Problem> {
    visitor.signed.posted(&form.csrf)?;
    act(&visitor, id, AlertAction::Note(form.text)).await
}

/// `POST /alerts/{id}/resolve`
pub async fn resolve(
    visitor: Visitor,
    Path(id): Path<AlertId>,
    Form(form): Form<Posted>,
) -> Result<Response, Problem> {
    visitor.signed.posted(&form.csrf)?;
    let outcome = AlertOutcome { code: form.outcome, note: form.text.trim().to_owned() };
    act(&visitor, id, AlertAction::Resolve(outcome)).await
}

/// `POST /alerts/{id}/handover`: to another unit of the care team.
pub async fn hand_over(
    visitor: Visitor,
    Path(id): Path<AlertId>,
    Form(form): Form<Posted>,
) -> Result<Response, Problem> {
    visitor.signed.posted(&form.csrf)?;
    let Ok(unit) = form.unit.parse::<UnitId>() else {
        let words = text::t(visitor.language, "alert-hand-over-no-unit");
        let page = show(&visitor, id, vec![words]).await?;
        return Ok((StatusCode::CONFLICT, page).into_response());
    };
    act(&visitor, id, AlertAction::HandOver { unit, note: form.text }).await
}

/// `POST /alerts/{id}/reopen`: gives back what was taken, or opens again what was resolved by mistake.
pub async fn reopen(
    visitor: Visitor,
    Path(id): Path<AlertId>,
    Form(form): Form<Posted>,
) -> Result<Response, Problem> {
    visitor.signed.posted(&form.csrf)?;
    act(&visitor, id, AlertAction::Reopen(form.text)).await
}

/// Does it and goes back to the alert; where it did not work, with what is wrong.
async fn act(visitor: &Visitor, id: AlertId, action: AlertAction) -> Result<Response, Problem> {
    let language = visitor.language;
    let care = &visitor.state.care;
    let errors = match care.act_on_alert(visitor.actor(), id, &action, Once::default()).await {
        Ok(_) => return Ok(Redirect::to(&format!("/alerts/{id}")).into_response()),
        Err(CareError::Invalid(problems)) => {
            problems.iter().map(|problem| text::fault_text(language, &problem.fault)).collect()
        }
        Err(CareError::Conflict(conflict)) => {
            vec![super::mending::conflict_in_words(language, conflict)]
        }
        Err(other) => return Err(other.into()),
    };
    let page = show(visitor, id, errors).await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

async fn show(visitor: &Visitor, id: AlertId, errors: Vec<String>) -> Result<Response, Problem> {
    let care = &visitor.state.care;
    let view = care.alert(visitor.actor(), id, &Why::through("page")).await?;
    let enrolment = care.enrolment(visitor.actor(), view.alert.enrolment)?.enrolment;
    let units = care.units()?;
    Ok(render(&view::page(visitor, &view, &enrolment, &units, errors)))
}
