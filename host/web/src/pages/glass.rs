//! Breaking the glass: opening a record that is closed to somebody, for a while, with a reason that the citizen
//! reads.

use super::fields::{Control, Field, FieldsForm, key};
use super::frame::{Frame, Visitor};
use super::mending::mended;
use super::render;
use crate::problem::{Kind, Problem};
use crate::text;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{CareError, Fault, Once};
use gtp_model::{CitizenId, CitizenNumber, Role};

/// The longest reason, in characters.
const LONGEST: usize = 500;

#[derive(Template)]
#[template(path = "glass.html")]
struct GlassPage {
    frame: Frame,
    /// Whether a citizen's block is why the record is closed.
    blocked: bool,
    form: FieldsForm,
}

/// `GET /citizens/glass`: of somebody of whom only the number is known.
pub async fn page(visitor: Visitor) -> Result<Response, Problem> {
    may(&visitor)?;
    Ok(show(&visitor, by_number(&visitor), false, StatusCode::OK))
}

/// What somebody sees in place of a record that the citizen has blocked.
pub fn blocked(visitor: &Visitor, citizen: CitizenId) -> Result<Response, Problem> {
    may(visitor)?;
    Ok(show(visitor, of(visitor, citizen), true, StatusCode::FORBIDDEN))
}

/// `POST /citizens/glass`
pub async fn send(
    visitor: Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    may(&visitor)?;
    let posted = visitor.posted(pairs)?;
    let mut form = by_number(&visitor).filled(&posted);
    let key = key(&posted);
    let (language, once) = (visitor.language, Once::under(key.as_ref()));
    match posted.get("number").parse::<CitizenNumber>() {
        Err(error) => {
            let words = text::fault_text(language, &Fault::CitizenNumber(error));
            form = form.fault("number", words);
        }
        Ok(number) => {
            let care = &visitor.state.care;
            let reason = posted.get("reason");
            match care.break_glass_by_number(visitor.actor(), &number, reason, once).await {
                Ok(opened) => return Ok(open(opened.citizen)),
                Err(CareError::NotFound(_)) => {
                    form = form.fault("number", text::t(language, "glass-nobody"));
                }
                Err(refused) => form = mended(form, language, refused, place)?,
            }
        }
    }
    Ok(show(&visitor, form, false, StatusCode::UNPROCESSABLE_ENTITY))
}

/// `POST /citizens/{id}/glass`
pub async fn send_of(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    may(&visitor)?;
    let posted = visitor.posted(pairs)?;
    let key = key(&posted);
    let once = Once::under(key.as_ref());
    let care = &visitor.state.care;
    match care.break_glass(visitor.actor(), citizen, posted.get("reason"), once).await {
        Ok(opened) => Ok(open(opened.citizen)),
        Err(refused) => {
            let form = of(&visitor, citizen).filled(&posted);
            let form = mended(form, visitor.language, refused, place)?;
            Ok(show(&visitor, form, true, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

fn may(visitor: &Visitor) -> Result<(), Problem> {
    match visitor.actor().role {
        Role::Clinician => Ok(()),
        _ => Err(Problem::new(Kind::Denied)),
    }
}

fn open(citizen: CitizenId) -> Response {
    Redirect::to(&format!("/citizens/{citizen}")).into_response()
}

fn place(pointer: &str) -> &'static str {
    if pointer == "/reason" { "reason" } else { "" }
}

fn by_number(visitor: &Visitor) -> FieldsForm {
    let words = visitor.words();
    FieldsForm::new(visitor, "glass", "/citizens/glass".to_owned(), "glass-send")
        .asking(Field::line("number", words.t("citizens-number"), 11))
        .asking(reason(visitor))
}

fn of(visitor: &Visitor, citizen: CitizenId) -> FieldsForm {
    FieldsForm::new(visitor, "glass", format!("/citizens/{citizen}/glass"), "glass-send")
        .asking(reason(visitor))
}

fn reason(visitor: &Visitor) -> Field {
    let words = visitor.words();
    Field::area("reason", words.t("glass-reason"), LONGEST).hint(words.t("glass-reason-hint"))
}

fn show(visitor: &Visitor, form: FieldsForm, blocked: bool, status: StatusCode) -> Response {
    let frame = visitor.frame(text::t(visitor.language, "glass-title"));
    (status, render(&GlassPage { frame, blocked, form })).into_response()
}
