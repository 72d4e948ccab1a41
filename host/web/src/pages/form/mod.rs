//! The citizen's form: made from the citizen's programmes, sent as it is, and shown again with what must be
//! mended.
//!
//! Everything works without a script. A form carries a key of its own from the moment it is opened, so that
//! sending it twice records it once; what was accepted leads to the receipt under that key.

mod build;
mod condition;
mod part;
mod posted;
mod view;

use self::part::Part;
pub use self::posted::Posted;
use self::posted::{Draft, Place};
use super::frame::Visitor;
use super::render;
use crate::problem::Problem;
use crate::text::{self, plain};
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{CareError, CitizenForm, Conflict, Fault};
use gtp_model::programme::{Field, Kind};
use gtp_model::{CitizenId, IdempotencyKey, Role};
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
pub async fn own(visitor: Visitor) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    fresh(&visitor, citizen).await
}

/// `GET /citizens/{id}/form`: the same for a clinician who fills it in with the citizen.
pub async fn of_citizen(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
) -> Result<Response, Problem> {
    fresh(&visitor, citizen).await
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

async fn fresh(visitor: &Visitor, citizen: CitizenId) -> Result<Response, Problem> {
    let form = visitor.state.care.citizen_form(visitor.actor(), citizen).await?;
    let posted = Posted::default();
    Ok(show(visitor, &form, &posted, &[], Uuid::new_v4().to_string()))
}

async fn send(visitor: &Visitor, citizen: CitizenId, posted: Posted) -> Result<Response, Problem> {
    visitor.signed.posted(posted.get("csrf"))?;
    let care = &visitor.state.care;
    let form = care.citizen_form(visitor.actor(), citizen).await?;
    // A page without a legal key was not made here; a new one makes sending it again a new submission.
    let key = IdempotencyKey::parse(posted.get("key"))
        .or_else(|| IdempotencyKey::parse(&Uuid::new_v4().to_string()));
    let text = key.as_ref().map_or("", IdempotencyKey::as_str).to_owned();
    let parts = part::parts(&form);
    let errors = match posted::read(&parts, &posted, care.calendar(), visitor.language) {
        Err(errors) => errors,
        Ok(draft) => {
            match care.submit(visitor.actor(), citizen, &draft.body, key.as_ref()).await {
                Ok(_) => {
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
                    return Ok(show(visitor, &form, &posted, &[error], Uuid::new_v4().to_string()));
                }
                Err(other) => return Err(other.into()),
            }
        }
    };
    Ok(show(visitor, &form, &posted, &errors, text))
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
) -> Response {
    let (action, about) = match visitor.actor().role {
        Role::Citizen => ("/citizen/form".to_owned(), None),
        _ => (format!("/citizens/{}/form", form.citizen.id), Some(&form.citizen.name)),
    };
    let about = about.map(|name| plain::line(name, plain::TITLE));
    let title = text::t(visitor.language, "form-title");
    let title = if errors.is_empty() {
        title
    } else {
        text::t_with(visitor.language, "form-title-error", &[("title", title.into())])
    };
    let whose = form.citizen.id.to_string();
    let words = visitor.words();
    let asked = view::Asked { words, posted, errors, whose, key, action, about };
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
