//! The diary: what a citizen, or somebody who looks after them, wants to remember, with a number of its own or
//! without.

use super::fields::{self, Control, Field, FieldsForm};
use super::form::Posted;
use super::frame::{Frame, Moment, Visitor};
use super::mending::mended;
use super::render;
use super::whose::{Whose, called};
use crate::problem::Problem;
use crate::text::{number, plain};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{DiaryQuery, NewDiaryNote, Once, Why};
use gtp_model::{CitizenId, DiaryValue};
use gtp_record::view::rows::DiaryRow;

/// So many notes are shown.
const SHOWN: usize = 100;
/// The longest note, the longest name of a value and the longest unit.
const NOTE: usize = 4_000;
const WHAT: usize = 80;
const UNIT: usize = 40;

#[derive(Template)]
#[template(path = "diary.html")]
struct DiaryPage {
    frame: Frame,
    whose: Whose,
    form: FieldsForm,
    notes: Vec<Note>,
    /// Whether there are more.
    full: bool,
}

struct Note {
    when: Moment,
    who: String,
    value: Option<String>,
    text: Vec<String>,
}

/// `GET /citizen/diary`
pub async fn own(visitor: Visitor) -> Result<Response, Problem> {
    let whose = Whose::own(&visitor)?;
    let form = form(&visitor, &whose);
    show(&visitor, whose, form).await
}

/// `GET /citizens/{id}/diary`
pub async fn of_citizen(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
) -> Result<Response, Problem> {
    let whose = Whose::of(&visitor, citizen)?;
    let form = form(&visitor, &whose);
    show(&visitor, whose, form).await
}

/// `POST /citizen/diary`
pub async fn write_own(
    visitor: Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let whose = Whose::own(&visitor)?;
    write(&visitor, whose, Posted::new(pairs)).await
}

/// `POST /citizens/{id}/diary`
pub async fn write_of_citizen(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let whose = Whose::of(&visitor, citizen)?;
    write(&visitor, whose, Posted::new(pairs)).await
}

fn form(visitor: &Visitor, whose: &Whose) -> FieldsForm {
    let words = visitor.words();
    let now = words.calendar.zoned(words.now);
    let number = Control::Number { value: String::new(), unit: String::new() };
    FieldsForm::new(visitor, "note", format!("{}/diary", whose.base), "diary-send")
        .carrying("opened", now.strftime("%Y-%m-%dT%H:%M").to_string())
        .asking(Field::area("text", words.t("diary-text"), NOTE).optional())
        .asking(
            Field::line("what", words.t("diary-what"), WHAT)
                .hint(words.t("diary-what-hint"))
                .optional(),
        )
        .asking(Field::new("number", words.t("diary-number"), number).optional())
        .asking(
            Field::line("unit", words.t("diary-unit"), UNIT)
                .hint(words.t("diary-unit-hint"))
                .optional(),
        )
        .asking(
            Field::date("day", words.t("form-date")).with(&now.strftime("%Y-%m-%d").to_string()),
        )
        .asking(Field::time("time", words.t("form-time")).with(&now.strftime("%H:%M").to_string()))
}

async fn write(visitor: &Visitor, whose: Whose, posted: Posted) -> Result<Response, Problem> {
    visitor.signed.posted(posted.get("csrf"))?;
    let form = form(visitor, &whose).filled(&posted);
    let new = match read(visitor, &posted) {
        Ok(new) => new,
        Err((name, key)) => {
            let form = form.fault(name, visitor.words().t(key));
            return show(visitor, whose, form).await;
        }
    };
    let key = fields::key(&posted);
    let once = Once::under(key.as_ref());
    match visitor.state.care.write_diary(visitor.actor(), whose.citizen, new, once).await {
        Ok(_) => Ok(Redirect::to(&format!("{}/diary?saved", whose.base)).into_response()),
        Err(refused) => {
            let form = mended(form, visitor.language, refused, place)?;
            show(visitor, whose, form).await
        }
    }
}

fn place(pointer: &str) -> &'static str {
    match pointer {
        "/text" => "text",
        "/value/what" => "what",
        "/value/number" => "number",
        "/value/unit" => "unit",
        "/at" => "day",
        _ => "",
    }
}

/// What was written; or the field that must be mended, and the key of what is wrong with it.
fn read(visitor: &Visitor, posted: &Posted) -> Result<NewDiaryNote, (&'static str, &'static str)> {
    let (day, time) = (posted.get("day"), posted.get("time"));
    // Left as the page filled it in: now, to the second.
    let at = if format!("{day}T{time}") == posted.get("opened") {
        None
    } else {
        let calendar = visitor.state.care.calendar();
        fields::moment(day, time, calendar).map_err(|()| ("day", "form-wrong-moment"))?
    };
    let (what, number) = (posted.get("what"), posted.get("number"));
    let value = match (what, number) {
        ("", "") => None,
        (_, "") => return Err(("number", "form-no-number")),
        (what, text) => Some(DiaryValue {
            what: what.to_owned(),
            number: number::parse(text).ok_or(("number", "form-no-number"))?,
            unit: posted.get("unit").to_owned(),
        }),
    };
    Ok(NewDiaryNote { at, text: posted.get("text").to_owned(), value })
}

async fn show(visitor: &Visitor, whose: Whose, form: FieldsForm) -> Result<Response, Problem> {
    let care = &visitor.state.care;
    let query = DiaryQuery { newest: Some(SHOWN), ..DiaryQuery::default() };
    let rows = care.diary(visitor.actor(), whose.citizen, query, &Why::through("page")).await?;
    let key = if whose.own { "diary-title" } else { "diary-title-of" };
    let (status, frame) = form.standing(visitor, &visitor.words().t(key));
    let notes = rows.iter().map(|row| note(visitor, row)).collect::<Result<_, _>>()?;
    let page = DiaryPage { frame, whose, form, notes, full: rows.len() >= SHOWN };
    Ok((status, render(&page)).into_response())
}

fn note(visitor: &Visitor, row: &DiaryRow) -> Result<Note, Problem> {
    let words = visitor.words();
    Ok(Note {
        when: words.brief(row.note.at),
        who: called(visitor, &row.by)?,
        value: row.note.value.as_ref().map(|value| in_words(value, words)),
        text: plain::paragraphs(&row.note.text),
    })
}

/// A value of one's own: `Søvn: 6,5 timer`.
pub fn in_words(value: &DiaryValue, words: super::frame::Words<'_>) -> String {
    let what = plain::line(&value.what, WHAT);
    let unit = plain::line(&value.unit, UNIT);
    format!("{what}: {} {unit}", words.number(value.number, 0)).trim_end().to_owned()
}
