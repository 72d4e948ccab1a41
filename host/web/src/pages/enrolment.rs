//! One enrolment and its life: when it begins, pauses, goes on and ends, each with its reason.

use super::fields::{self, Choosable, Control, Field, FieldsForm};
use super::frame::{Frame, Visitor, Words};
use super::mending::mended;
use super::render;
use crate::problem::Problem;
use crate::text::plain::{self, TITLE};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{CareError, ENDINGS, NewEnding, NewPause, Once, Why};
use gtp_model::{EnrolmentId, EnrolmentState, Time, Unit, UnitId};
use gtp_record::view::rows::{EnrolmentRow, Pause};

/// The longest reason, in characters.
const LONGEST: usize = 500;

#[derive(Template)]
#[template(path = "enrolment.html")]
struct EnrolmentPage {
    frame: Frame,
    citizen: String,
    citizen_href: String,
    programme: String,
    programme_href: Option<String>,
    limits_href: String,
    state: StateView,
    facts: Vec<(String, String)>,
    pauses: Vec<String>,
    parts: Vec<Part>,
}

/// A form with what it is for.
struct Part {
    title: String,
    text: String,
    form: FieldsForm,
}

/// Where an enrolment is in its life: a word and an icon.
pub struct StateView {
    pub class: &'static str,
    pub icon: &'static str,
    pub word: String,
}

impl Words<'_> {
    /// Where an enrolment is in its life.
    pub fn enrolment_state(&self, state: EnrolmentState) -> StateView {
        let (class, icon, word) = match state {
            EnrolmentState::Planned => ("planned", "time", self.t("enrolment-planned")),
            EnrolmentState::Active => ("active", "check", self.t("enrolment-active")),
            EnrolmentState::Paused => ("paused", "hourglass", self.t("enrolment-paused")),
            EnrolmentState::Ended => ("ended", "close", self.t("enrolment-ended")),
        };
        StateView { class, icon, word }
    }

    /// How an enrolment ended.
    fn ending(&self, outcome: &str) -> String {
        if ENDINGS.contains(&outcome) {
            self.t(&format!("ending-{outcome}"))
        } else {
            plain::line(outcome, TITLE)
        }
    }
}

/// The name of a unit, or its id where it is not known any more.
pub fn unit_name(units: &[Unit], id: &UnitId) -> String {
    let unit = units.iter().find(|unit| unit.id == *id);
    unit.map_or_else(|| id.to_string(), |unit| plain::line(&unit.name, TITLE))
}

/// `GET /enrolments/{id}`
pub async fn page(visitor: Visitor, Path(id): Path<EnrolmentId>) -> Result<Response, Problem> {
    let row = visitor.state.care.enrolment(visitor.actor(), id)?;
    show(&visitor, &row, None).await
}

/// `POST /enrolments/{id}/pause`
pub async fn pause(
    visitor: Visitor,
    Path(id): Path<EnrolmentId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = visitor.posted(pairs)?;
    let care = &visitor.state.care;
    let row = care.enrolment(visitor.actor(), id)?;
    let mut form = pause_form(&visitor, id).filled(&posted);
    let from = match posted.get("from") {
        "" => Ok(None),
        // From today means from now.
        day if day == today(&visitor) => Ok(None),
        day => fields::moment(day, "", care.calendar()),
    };
    let until = fields::moment(posted.get("until"), "", care.calendar());
    for (name, moment) in [("from", &from), ("until", &until)] {
        if moment.is_err() {
            form = form.fault(name, visitor.words().t("enrol-no-date"));
        }
    }
    if let (Ok(from), Ok(until)) = (from, until) {
        let new = NewPause { from, until, reason: posted.get("reason").to_owned() };
        let key = fields::key(&posted);
        match care.pause(visitor.actor(), id, new, Once::under(key.as_ref())).await {
            Ok(_) => return Ok(back(id)),
            Err(refused) => form = mended(form, visitor.language, refused, place)?,
        }
    }
    show(&visitor, &row, Some(form)).await
}

/// `POST /enrolments/{id}/resume`
pub async fn resume(
    visitor: Visitor,
    Path(id): Path<EnrolmentId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = visitor.posted(pairs)?;
    let care = &visitor.state.care;
    let row = care.enrolment(visitor.actor(), id)?;
    let key = fields::key(&posted);
    let once = Once::under(key.as_ref());
    match care.resume(visitor.actor(), id, posted.get("reason"), once).await {
        Ok(_) => Ok(back(id)),
        Err(refused) => {
            let form = resume_form(&visitor, id).filled(&posted);
            let form = mended(form, visitor.language, refused, place)?;
            show(&visitor, &row, Some(form)).await
        }
    }
}

/// `POST /enrolments/{id}/end`
pub async fn end(
    visitor: Visitor,
    Path(id): Path<EnrolmentId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = visitor.posted(pairs)?;
    let care = &visitor.state.care;
    let row = care.enrolment(visitor.actor(), id)?;
    let new = NewEnding {
        outcome: posted.get("outcome").to_owned(),
        reason: posted.get("reason").to_owned(),
        resolve_alerts: !posted.get("resolve").is_empty(),
    };
    let key = fields::key(&posted);
    match care.end(visitor.actor(), id, new, Once::under(key.as_ref())).await {
        // With the last enrolment the relation to the citizen ends too.
        Ok(_) if care.enrolment(visitor.actor(), id).is_err() => {
            Ok(Redirect::to("/worklist").into_response())
        }
        Ok(_) => Ok(back(id)),
        Err(refused) => {
            let asks = matches!(refused, CareError::Conflict(gtp_care::Conflict::OpenAlerts(_)));
            let form = end_form(&visitor, id, asks).filled(&posted);
            let form = mended(form, visitor.language, refused, place)?;
            show(&visitor, &row, Some(form)).await
        }
    }
}

fn back(id: EnrolmentId) -> Response {
    Redirect::to(&format!("/enrolments/{id}")).into_response()
}

/// The field that a JSON pointer of care's means.
fn place(pointer: &str) -> &'static str {
    match pointer {
        "/from" => "from",
        "/until" => "until",
        "/outcome" => "outcome",
        "/reason" => "reason",
        _ => "",
    }
}

fn today(visitor: &Visitor) -> String {
    let care = &visitor.state.care;
    care.calendar().zoned(care.now()).date().to_string()
}

fn pause_form(visitor: &Visitor, id: EnrolmentId) -> FieldsForm {
    let words = visitor.words();
    let action = format!("/enrolments/{id}/pause");
    FieldsForm::new(visitor, "pause", action, "enrolment-pause-send")
        .secondary()
        .asking(
            Field::date("from", words.t("enrolment-pause-from")).optional().with(&today(visitor)),
        )
        .asking(
            Field::date("until", words.t("enrolment-pause-until"))
                .hint(words.t("enrolment-pause-until-hint"))
                .optional(),
        )
        .asking(Field::line("reason", words.t("reason-why"), LONGEST))
}

fn resume_form(visitor: &Visitor, id: EnrolmentId) -> FieldsForm {
    let action = format!("/enrolments/{id}/resume");
    FieldsForm::new(visitor, "resume", action, "enrolment-resume-send")
        .asking(Field::line("reason", visitor.words().t("reason-why"), LONGEST).optional())
}

/// `asks`: whether alerts that are not resolved stand in the way.
fn end_form(visitor: &Visitor, id: EnrolmentId, asks: bool) -> FieldsForm {
    let words = visitor.words();
    let outcomes = ENDINGS.iter().map(|code| Choosable::new(*code, words.ending(code))).collect();
    let action = format!("/enrolments/{id}/end");
    let form = FieldsForm::new(visitor, "end", action, "enrolment-end-send")
        .secondary()
        .asking(Field::new("outcome", words.t("enrolment-end-outcome"), Control::Choice(outcomes)))
        .asking(Field::line("reason", words.t("reason-why"), LONGEST));
    if asks {
        let label = words.t("enrolment-end-resolve");
        form.asking(Field::new("resolve", label, Control::Check(false)).optional())
    } else {
        form
    }
}

/// The page; where a form was refused, with that form as it was sent.
async fn show(
    visitor: &Visitor,
    row: &EnrolmentRow,
    refused: Option<FieldsForm>,
) -> Result<Response, Problem> {
    let (care, words, own) = (&visitor.state.care, visitor.words(), &row.enrolment);
    let why = Why::through("page");
    let citizen = care.citizen(visitor.actor(), own.citizen, "enrolment", &why).await?;
    let loaded = care.programme(&own.programme);
    let units = care.units()?;
    let programme = loaded
        .as_ref()
        .map_or_else(|| own.programme.to_string(), |own| words.title(&own.definition.about.title));
    let failed = refused.is_some();
    let page = EnrolmentPage {
        frame: visitor.frame(format!("{programme}: {}", plain::line(&citizen.name, TITLE))),
        citizen: plain::line(&citizen.name, TITLE),
        citizen_href: format!("/citizens/{}", own.citizen),
        programme_href: loaded.map(|own| format!("/programmes/{}", own.id())),
        programme,
        limits_href: format!("/enrolments/{}/limits", own.id),
        state: words.enrolment_state(own.state),
        facts: facts(row, &units, words),
        pauses: row.pauses.iter().map(|own| pause_in_words(own, words)).collect(),
        parts: parts(visitor, row, refused),
    };
    let status = if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, render(&page)).into_response())
}

fn facts(row: &EnrolmentRow, units: &[Unit], words: Words<'_>) -> Vec<(String, String)> {
    let own = &row.enrolment;
    let team: Vec<String> = own.care_team.iter().map(|unit| unit_name(units, unit)).collect();
    let ended = row.ended.as_ref().map(|ended| {
        let (when, how) = (words.full(ended.at).words, words.ending(&ended.outcome));
        format!("{when}: {how}. {}", plain::line(&ended.reason, LONGEST))
    });
    let facts = [
        ("enrolment-start", words.full(own.start).words),
        ("enrolment-unit", unit_name(units, &own.unit)),
        ("enrolment-team", team.join(", ")),
        ("enrolment-end", ended.unwrap_or_default()),
    ];
    let said = facts.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(key, value)| (words.t(key), value)).collect()
}

fn pause_in_words(pause: &Pause, words: Words<'_>) -> String {
    let from = words.full(pause.from).words;
    match pause.until {
        Some(until) => words.t_with(
            "enrolment-paused-between",
            &[("from", from.into()), ("until", words.full(until).words.into())],
        ),
        None => words.t_with("enrolment-paused-from", &[("from", from.into())]),
    }
}

/// What may be done now. The form that was refused stands in the place of its own.
fn parts(visitor: &Visitor, row: &EnrolmentRow, mut refused: Option<FieldsForm>) -> Vec<Part> {
    let (words, id, now) = (visitor.words(), row.enrolment.id, visitor.words().now);
    let may = |name: &str| match name {
        "pause" => row.enrolment.state != EnrolmentState::Ended,
        "resume" => row.enrolment.state == EnrolmentState::Paused || agreed(row, now),
        _ => row.enrolment.state != EnrolmentState::Ended,
    };
    let mut parts = vec![];
    for name in ["resume", "pause", "end"] {
        let form = match refused.take_if(|form| form.id == name) {
            Some(form) => form,
            None if !may(name) => continue,
            None if name == "pause" => pause_form(visitor, id),
            None if name == "resume" => resume_form(visitor, id),
            None => end_form(visitor, id, false),
        };
        let (title, text) = match name {
            "pause" => ("enrolment-pause", "enrolment-pause-text"),
            "resume" => ("enrolment-resume", "enrolment-resume-text"),
            _ => ("enrolment-ending", "enrolment-ending-text"),
        };
        parts.push(Part { title: words.t(title), text: words.t(text), form });
    }
    parts
}

/// Whether a pause is agreed that has not begun.
fn agreed(row: &EnrolmentRow, now: Time) -> bool {
    row.enrolment.state == EnrolmentState::Active
        && row.pauses.iter().any(|pause| pause.until.is_none_or(|until| until > now))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use gtp_care::calendar::Calendar;
    use gtp_model::Language;

    #[test]
    fn every_ending_has_words() {
        let calendar = Calendar::new("Europe/Copenhagen").unwrap();
        for language in Language::ALL {
            let words = Words { language, calendar: &calendar, now: Time(0) };
            for outcome in ENDINGS {
                assert!(!words.ending(outcome).starts_with("ending-"), "{outcome}");
            }
        }
    }
}
