//! Finding a citizen by number, registering one, and enrolling one in a programme.
//!
//! A number is only ever posted, so that it stands in no address, history or log.

use super::frame::{Frame, Visitor};
use super::render;
use crate::problem::{Kind, Problem};
use crate::text;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{CareError, Conflict, NewEnrolment, Once};
use gtp_model::{CitizenId, CitizenNumber, Role, UnitId};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "citizens.html")]
struct CitizensPage {
    frame: Frame,
    /// What is wrong with the number looked for.
    find_error: Option<String>,
    /// What was typed to register somebody, and what is wrong with it.
    number: String,
    name: String,
    number_error: Option<String>,
    name_error: Option<String>,
}

/// What the two forms send.
#[derive(Deserialize)]
pub struct Posted {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    name: String,
}

/// `GET /citizens`
pub async fn page(visitor: Visitor) -> Result<Response, Problem> {
    only_clinicians(&visitor)?;
    Ok(render(&fresh(&visitor)))
}

fn only_clinicians(visitor: &Visitor) -> Result<(), Problem> {
    match visitor.actor().role {
        Role::Clinician => Ok(()),
        _ => Err(Problem::new(Kind::Denied)),
    }
}

fn fresh(visitor: &Visitor) -> CitizensPage {
    CitizensPage {
        frame: visitor.frame(text::t(visitor.language, "citizens-title")),
        find_error: None,
        number: String::new(),
        name: String::new(),
        number_error: None,
        name_error: None,
    }
}

/// `POST /citizens/find`
pub async fn find(visitor: Visitor, Form(form): Form<Posted>) -> Result<Response, Problem> {
    only_clinicians(&visitor)?;
    visitor.signed.posted(&form.csrf)?;
    let number: Result<CitizenNumber, _> = form.number.trim().parse();
    let error = match number {
        Err(error) => text::fault_text(visitor.language, &gtp_care::Fault::CitizenNumber(error)),
        Ok(number) => match visitor.state.care.citizen_by_number(visitor.actor(), &number) {
            Ok(citizen) => {
                return Ok(Redirect::to(&format!("/citizens/{}", citizen.id)).into_response());
            }
            Err(CareError::NotFound(_)) => text::t(visitor.language, "citizens-not-found"),
            Err(other) => return Err(other.into()),
        },
    };
    Ok(wrong(&CitizensPage { find_error: Some(error), ..fresh(&visitor) }))
}

/// `POST /citizens`: registers, then goes on to enrolling.
pub async fn register(visitor: Visitor, Form(form): Form<Posted>) -> Result<Response, Problem> {
    only_clinicians(&visitor)?;
    visitor.signed.posted(&form.csrf)?;
    let care = &visitor.state.care;
    let (number, name) = (form.number.trim().to_owned(), form.name.trim().to_owned());
    let mut page = CitizensPage { number, name, ..fresh(&visitor) };
    match care.register_citizen(visitor.actor(), &page.number, &page.name, Once::default()).await {
        Ok(citizen) => {
            return Ok(Redirect::to(&format!("/citizens/{}/enrol", citizen.id)).into_response());
        }
        Err(CareError::Invalid(problems)) => {
            for problem in problems {
                let words = text::fault_text(visitor.language, &problem.fault);
                let place = match problem.pointer.as_str() {
                    "/name" => &mut page.name_error,
                    _ => &mut page.number_error,
                };
                *place = Some(words);
            }
        }
        Err(CareError::Conflict(Conflict::AlreadyRegistered)) => {
            let words = text::t(visitor.language, "problem-already-registered-detail");
            page.number_error = Some(words);
        }
        Err(other) => return Err(other.into()),
    }
    Ok(wrong(&page))
}

fn wrong(page: &impl Template) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, render(page)).into_response()
}

#[derive(Template)]
#[template(path = "enrol.html")]
struct EnrolPage {
    frame: Frame,
    id: CitizenId,
    errors: Vec<String>,
    programmes: Vec<Choosable>,
    own_unit: String,
    units: Vec<Choosable>,
    start: String,
}

struct Choosable {
    value: String,
    words: String,
    more: String,
    chosen: bool,
}

/// `GET /citizens/{id}/enrol`
pub async fn enrol_page(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
) -> Result<Response, Problem> {
    only_clinicians(&visitor)?;
    Ok(render(&enrol_form(&visitor, citizen, &[], vec![])?))
}

/// `POST /citizens/{id}/enrol`
pub async fn enrol(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    only_clinicians(&visitor)?;
    let value = |name: &str| {
        pairs.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.trim())
    };
    visitor.signed.posted(value("csrf"))?;
    let care = &visitor.state.care;
    let unit = visitor.actor().unit.clone().ok_or(Problem::new(Kind::Denied))?;
    let (mut errors, language) = (vec![], visitor.language);
    let start = match value("start") {
        "" => None,
        // Today means now: what is measured from here on counts.
        day if day == today(&visitor) => None,
        day => {
            let moment = care.calendar().moment(&format!("{day}T00:00"));
            if moment.is_none() {
                errors.push(text::t(language, "enrol-no-date"));
            }
            moment
        }
    };
    let Ok(programme) = value("programme").parse() else {
        errors.push(text::t(language, "enrol-no-programme"));
        return Ok(wrong(&enrol_form(&visitor, citizen, &pairs, errors)?));
    };
    let care_team: Vec<UnitId> = pairs
        .iter()
        .filter(|(name, _)| name == "team")
        .filter_map(|(_, unit)| unit.parse().ok())
        .collect();
    if errors.is_empty() {
        let new = NewEnrolment { programme, unit, care_team, start };
        match care.enrol(visitor.actor(), citizen, new, Once::default()).await {
            Ok(_) => return Ok(Redirect::to(&format!("/citizens/{citizen}")).into_response()),
            Err(CareError::Invalid(problems)) => {
                let faults = problems.iter().map(|own| text::fault_text(language, &own.fault));
                errors.extend(faults);
            }
            Err(CareError::Conflict(Conflict::AlreadyEnrolled)) => {
                errors.push(text::t(language, "problem-already-enrolled-detail"));
            }
            Err(other) => return Err(other.into()),
        }
    }
    Ok(wrong(&enrol_form(&visitor, citizen, &pairs, errors)?))
}

fn today(visitor: &Visitor) -> String {
    let care = &visitor.state.care;
    care.calendar().zoned(care.now()).date().to_string()
}

fn enrol_form(
    visitor: &Visitor,
    id: CitizenId,
    pairs: &[(String, String)],
    errors: Vec<String>,
) -> Result<EnrolPage, Problem> {
    let (words, care) = (visitor.words(), &visitor.state.care);
    let chosen =
        |name: &str, value: &str| pairs.iter().any(|(own, posted)| own == name && posted == value);
    let programmes = care.programmes();
    let own = visitor.actor().unit.as_ref();
    let units = care.units()?;
    let own_unit = units.iter().find(|unit| Some(&unit.id) == own);
    let start = pairs.iter().find(|(name, _)| name == "start");
    Ok(EnrolPage {
        frame: visitor.frame(words.t("enrol-title")),
        id,
        errors,
        own_unit: own_unit.map_or_else(String::new, |unit| text::plain::line(&unit.name, 200)),
        programmes: programmes
            .iter()
            .map(|loaded| Choosable {
                value: loaded.id().to_string(),
                words: words.title(&loaded.definition.about.title),
                more: words.paragraph(&loaded.definition.about.summary),
                chosen: chosen("programme", loaded.id().as_str()),
            })
            .collect(),
        units: units
            .iter()
            .filter(|unit| Some(&unit.id) != own)
            .map(|unit| Choosable {
                value: unit.id.to_string(),
                words: text::plain::line(&unit.name, 200),
                more: String::new(),
                chosen: chosen("team", unit.id.as_str()),
            })
            .collect(),
        start: start.map_or_else(|| today(visitor), |(_, day)| day.clone()),
    })
}
