//! Whom a citizen lets in: a relative, to the data of one programme, to read or also to enter, until a day or
//! until it is withdrawn.

use super::fields::{self, Choosable, Control, Field, FieldsForm};
use super::frame::{Frame, Visitor};
use super::mending::mended;
use super::render;
use super::whose::{Whose, programme_title};
use crate::problem::Problem;
use crate::text::{moment, plain};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{NewGrant, Once};
use gtp_model::{GrantId, RelativeGrant};

/// The longest name of an account.
const ACCOUNT: usize = 200;

#[derive(Template)]
#[template(path = "relatives.html")]
struct RelativesPage {
    frame: Frame,
    csrf: String,
    grants: Vec<GrantView>,
    form: FieldsForm,
}

/// A grant in words.
pub struct GrantView {
    pub id: String,
    pub relative: String,
    pub programme: String,
    pub what: String,
    pub until: String,
    /// Whether it has run out.
    pub over: bool,
}

/// `GET /citizen/relatives`
pub async fn page(visitor: Visitor) -> Result<Response, Problem> {
    let whose = Whose::own(&visitor)?;
    let form = form(&visitor, &whose);
    show(&visitor, &whose, form)
}

/// `POST /citizen/relatives`
pub async fn let_in(
    visitor: Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = visitor.posted(pairs)?;
    let whose = Whose::own(&visitor)?;
    let mut form = form(&visitor, &whose).filled(&posted);
    let (words, care) = (visitor.words(), &visitor.state.care);
    let programme = posted.get("programme").parse();
    if programme.is_err() {
        form = form.fault("programme", words.t("form-no-choice"));
    }
    let may_enter = match posted.get("may") {
        "read" => Some(false),
        "enter" => Some(true),
        _ => None,
    };
    if may_enter.is_none() {
        form = form.fault("may", words.t("form-no-choice"));
    }
    // To the end of the day that was named.
    let until = fields::through(posted.get("until"), care.calendar());
    if until.is_err() {
        form = form.fault("until", words.t("form-wrong-moment"));
    }
    let (Ok(programme), Some(may_enter), Ok(until)) = (programme, may_enter, until) else {
        return show(&visitor, &whose, form);
    };
    let relative = posted.get("relative").to_owned();
    let new = NewGrant { relative, programme, may_enter, until };
    let key = fields::key(&posted);
    match care.let_in(visitor.actor(), whose.citizen, &new, Once::under(key.as_ref())).await {
        Ok(_) => Ok(Redirect::to("/citizen/relatives?saved").into_response()),
        Err(refused) => {
            let place = |pointer: &str| match pointer {
                "/relative" => "relative",
                "/programme" => "programme",
                "/until" => "until",
                _ => "",
            };
            show(&visitor, &whose, mended(form, visitor.language, refused, place)?)
        }
    }
}

/// `POST /citizen/relatives/{id}/withdraw`
pub async fn withdraw(
    visitor: Visitor,
    Path(grant): Path<GrantId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let _ = visitor.posted(pairs)?;
    let citizen = visitor.citizen()?;
    visitor.state.care.withdraw_grant(visitor.actor(), citizen, grant).await?;
    Ok(Redirect::to("/citizen/relatives?saved").into_response())
}

fn form(visitor: &Visitor, whose: &Whose) -> FieldsForm {
    let words = visitor.words();
    let mut programmes: Vec<Choosable> = whose
        .programmes(visitor)
        .into_iter()
        .map(|(id, title)| Choosable::new(id, title))
        .collect();
    if let [only] = programmes.as_mut_slice() {
        only.chosen = true;
    }
    let may = vec![
        Choosable::new("read", words.t("grant-read")).meaning(words.t("grant-read-means")),
        Choosable::new("enter", words.t("grant-enter")).meaning(words.t("grant-enter-means")),
    ];
    FieldsForm::new(visitor, "grant", "/citizen/relatives".to_owned(), "grant-send")
        .asking(
            Field::line("relative", words.t("grant-relative"), ACCOUNT)
                .hint(words.t("grant-relative-hint")),
        )
        .asking(Field::new("programme", words.t("grant-programme"), Control::Choice(programmes)))
        .asking(Field::new("may", words.t("grant-may"), Control::Choice(may)))
        .asking(
            Field::date("until", words.t("grant-until"))
                .hint(words.t("grant-until-hint"))
                .optional(),
        )
}

fn show(visitor: &Visitor, whose: &Whose, form: FieldsForm) -> Result<Response, Problem> {
    let rows = visitor.state.care.grants(visitor.actor(), whose.citizen)?;
    let (status, frame) = form.standing(visitor, &visitor.words().t("relatives-title"));
    let page = RelativesPage {
        frame,
        csrf: visitor.signed.session.csrf.clone(),
        grants: rows.iter().map(|row| view(visitor, &row.grant)).collect(),
        form,
    };
    Ok((status, render(&page)).into_response())
}

/// A grant in words.
pub fn view(visitor: &Visitor, grant: &RelativeGrant) -> GrantView {
    let words = visitor.words();
    let until = grant.until.map_or_else(
        || words.t("grant-no-end"),
        |until| {
            // It holds to the end of the day before.
            let last = words.calendar.zoned(until.plus(-1)).date();
            let day = moment::day(words.language, last);
            words.t_with("grant-through", &[("day", day.into())])
        },
    );
    GrantView {
        id: grant.id.to_string(),
        relative: plain::line(&grant.relative, ACCOUNT),
        programme: programme_title(visitor, grant.programme.as_str()),
        what: words.t(if grant.may_enter { "grant-enter" } else { "grant-read" }),
        until,
        over: !grant.holds(words.now),
    }
}
