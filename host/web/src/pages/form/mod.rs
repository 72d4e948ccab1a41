//! The citizen's form: made from the citizen's programmes, sent as it is, and shown again with what must be
//! mended.
//!
//! Everything works without a script. A form carries a key of its own from the moment it is opened, so that
//! sending it twice records it once; what was accepted leads to the receipt under that key.

mod build;
mod condition;
pub mod drafts;
mod part;
mod posted;
pub mod step;
mod view;

use self::part::Part;
pub use self::posted::Posted;
use self::posted::{Draft, Place};
use super::frame::Visitor;
use super::render;
use crate::problem::Problem;
use crate::text::{self, plain};
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{CareError, CitizenForm, Conflict, Fault};
use gtp_model::programme::{Field, Kind};
use gtp_model::{CitizenId, IdempotencyKey, Role};
use serde::Deserialize;
use uuid::Uuid;

/// Something that must be mended or confirmed.
#[derive(Debug, PartialEq, Eq)]
pub struct FormError {
    /// Where.
    pub place: Place,
    /// What, in words.
    pub words: String,
    /// Whether confirming is all it needs.
    pub confirm: bool,
}

/// The id of the control of a path: a dot would need escaping in style sheets.
fn element(path: &str) -> String {
    format!("i-{}", path.replace('.', "--"))
}

/// `GET /citizen/form`: the citizen's own form.
pub async fn own(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    fresh(&visitor, citizen, asked.empty.is_some()).await
}

/// `GET /citizens/{id}/form`: the same for a clinician who fills it in with the citizen.
pub async fn of_citizen(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
) -> Result<Response, Problem> {
    fresh(&visitor, citizen, false).await
}

/// `POST /citizen/form`
pub async fn send_own(
    visitor: Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    send(&visitor, citizen, Posted::new(pairs)).await
}

/// `POST /citizens/{id}/form`
pub async fn send_of_citizen(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    send(&visitor, citizen, Posted::new(pairs)).await
}

/// The form with what was typed before, unless an empty one is asked for.
async fn fresh(visitor: &Visitor, citizen: CitizenId, empty: bool) -> Result<Response, Problem> {
    let care = &visitor.state.care;
    let form = care.citizen_form(visitor.actor(), citizen).await?;
    let account = &visitor.actor().account;
    let draft = visitor.state.drafts.of(account, form.citizen.id, care.now());
    let draft = draft.filter(|_| !empty);
    let resumed = draft.is_some();
    let posted = draft.unwrap_or_default().under(Uuid::new_v4().to_string());
    let key = posted.get("key").to_owned();
    Ok(show(visitor, &form, &posted, &[], key, resumed))
}

/// What an address says besides.
#[derive(Deserialize)]
pub struct Asked {
    empty: Option<String>,
}

/// `POST /citizen/form/draft`: keeps what was typed so far.
pub async fn keep_own(
    visitor: Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    keep(&visitor, citizen, Posted::new(pairs))
}

/// `POST /citizens/{id}/form/draft`
pub async fn keep_of_citizen(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    keep(&visitor, citizen, Posted::new(pairs))
}

fn keep(visitor: &Visitor, citizen: CitizenId, posted: Posted) -> Result<Response, Problem> {
    visitor.signed.posted(posted.get("csrf"))?;
    let (care, account) = (&visitor.state.care, &visitor.actor().account);
    // Whoever may not see the citizen keeps nothing about them.
    let (citizen, _) = care.about(visitor.actor(), citizen)?;
    if !posted.get("forget").is_empty() {
        visitor.state.drafts.forget(account, citizen.id);
        return Ok(Redirect::to(&address(visitor, citizen.id)).into_response());
    }
    let key = IdempotencyKey::parse(posted.get("key"));
    let sent = key.is_some_and(|key| care.receipt(visitor.actor(), citizen.id, &key).is_ok());
    // What is typed may arrive after what was sent.
    if !sent {
        visitor.state.drafts.keep(account, citizen.id, posted, care.now());
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Where the form lies for this reader.
fn address(visitor: &Visitor, citizen: CitizenId) -> String {
    match visitor.actor().role {
        Role::Citizen => "/citizen/form".to_owned(),
        _ => format!("/citizens/{citizen}/form"),
    }
}

async fn send(visitor: &Visitor, citizen: CitizenId, posted: Posted) -> Result<Response, Problem> {
    visitor.signed.posted(posted.get("csrf"))?;
    let care = &visitor.state.care;
    let form = care.citizen_form(visitor.actor(), citizen).await?;
    // A page without a legal key was not made here; a new one makes sending it again a new submission.
    let key = IdempotencyKey::parse(posted.get("key"))
        .or_else(|| IdempotencyKey::parse(&Uuid::new_v4().to_string()));
    let text = key.as_ref().map_or("", IdempotencyKey::as_str).to_owned();
    if !posted.get("later").is_empty() {
        visitor.state.drafts.keep(&visitor.actor().account, citizen, posted, care.now());
        return Ok(Redirect::to(&format!("{}?saved", address(visitor, citizen))).into_response());
    }
    let parts = part::parts(&form);
    let errors = match posted::read(&parts, &posted, care.calendar(), visitor.language) {
        Err(errors) => errors,
        Ok(draft) => {
            match care.submit(visitor.actor(), citizen, &draft.body, key.as_ref()).await {
                Ok(_) => {
                    visitor.state.drafts.forget(&visitor.actor().account, citizen);
                    return Ok(
                        Redirect::to(&receipt_address(visitor, citizen, &text)).into_response()
                    );
                }
                Err(CareError::Invalid(problems) | CareError::Unconfirmed(problems)) => {
                    let errors = problems.iter().map(|own| visitor.error(&parts, &draft, own));
                    each_once(errors)
                }
                Err(CareError::Conflict(Conflict::KeyReused)) => {
                    // Sent before, then changed after going back. What was sent stands; this is a new form.
                    let words = text::t(visitor.language, "form-sent-before");
                    let error = FormError { place: Place::Whole, words, confirm: false };
                    let key = Uuid::new_v4().to_string();
                    return Ok(show(visitor, &form, &posted, &[error], key, false));
                }
                Err(other) => return Err(other.into()),
            }
        }
    };
    Ok(show(visitor, &form, &posted, &errors, text, false))
}

fn receipt_address(visitor: &Visitor, citizen: CitizenId, key: &str) -> String {
    match visitor.actor().role {
        Role::Citizen => format!("/citizen/receipt/{key}"),
        _ => format!("/citizens/{citizen}/receipt/{key}"),
    }
}

fn show(
    visitor: &Visitor,
    form: &CitizenForm,
    posted: &Posted,
    errors: &[FormError],
    key: String,
    resumed: bool,
) -> Response {
    let action = address(visitor, form.citizen.id);
    let others = visitor.actor().role != Role::Citizen;
    let about = others.then_some(&form.citizen.name).map(|name| plain::line(name, plain::TITLE));
    let title = text::t(visitor.language, "form-title");
    let title = if errors.is_empty() {
        title
    } else {
        text::t_with(visitor.language, "form-title-error", &[("title", title.into())])
    };
    let whose = form.citizen.id.to_string();
    let words = visitor.words();
    let asked = view::Asked { words, posted, errors, whose, key, action, about, resumed };
    let page = view::page(visitor.frame(title), &part::parts(form), &asked);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, render(&page)).into_response()
}

impl Visitor {
    /// What care says is wrong, at its place on the page and with the titles that the page shows.
    fn error(&self, parts: &[Part<'_>], draft: &Draft, problem: &gtp_care::Problem) -> FormError {
        let place = match problem.fault {
            // The moment is right, but not for this one.
            Fault::Duplicate => draft.observation(&problem.pointer).map_or_else(
                || draft.place(&problem.pointer),
                |path| Place::Control(path.to_owned()),
            ),
            _ => draft.place(&problem.pointer),
        };
        let words = match (&problem.fault, &place) {
            (Fault::NotLess(lower, higher), _) => {
                let title = |id: &str| {
                    field(parts, id)
                        .map_or_else(|| id.to_owned(), |field| self.words().title(&field.title))
                };
                let blanks = [("lower", title(lower).into()), ("higher", title(higher).into())];
                text::t_with(self.language, "fault-not-less", &blanks)
            }
            (fault, Place::Control(path)) => {
                let quantity = match field(parts, path).map(|field| &field.kind) {
                    Some(Kind::Quantity(quantity)) => Some(quantity),
                    _ => None,
                };
                text::fault_text_of(self.language, fault, quantity)
            }
            (fault, _) => text::fault_text(self.language, fault),
        };
        FormError { place, words, confirm: problem.fault.can_be_confirmed() }
    }
}

fn field<'a>(parts: &[Part<'a>], id: &str) -> Option<&'a Field> {
    let mut fields = parts.iter().flat_map(|part| &part.definition.fields);
    fields.find(|field| field.id.as_str() == id)
}

/// A moment that is wrong is wrong for every value: it is said once.
fn each_once(errors: impl Iterator<Item = FormError>) -> Vec<FormError> {
    let mut kept: Vec<FormError> = vec![];
    for error in errors {
        if !kept.contains(&error) {
            kept.push(error);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
