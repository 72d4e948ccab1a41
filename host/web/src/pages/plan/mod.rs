//! The plan that a citizen shares with all who look after them: goals, who does what, and when they meet.
//!
//! A citizen sets and changes goals of their own, in their own words; clinicians put in all of it. An item has a
//! page of its own with everything that it ever was.

mod asking;
mod view;

use self::asking::Kind;
pub use self::view::Item;
use self::view::{Change, Detail, Shelf};
use super::fields::{self, Control, FieldsForm};
use super::form::Posted;
use super::frame::{Frame, Visitor};
use super::mending::mended;
use super::render;
use super::whose::Whose;
use crate::problem::{Kind as ProblemKind, Problem};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{Once, PlanChange, PlanEnd, PlanItemView, Why};
use gtp_model::{CitizenId, PlanContent, PlanItemId, PlanOutcome, Role};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    frame: Frame,
    whose: Whose,
    shelf: Shelf,
    /// Whether what has ended is shown too.
    ended: bool,
    /// What can be put into it: address and words.
    more: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "plan_new.html")]
struct NewPage {
    frame: Frame,
    whose: Whose,
    title: String,
    form: FieldsForm,
}

#[derive(Template)]
#[template(path = "plan_item.html")]
struct ItemPage {
    frame: Frame,
    whose: Whose,
    item: Item,
    details: Vec<Detail>,
    history: Vec<Change>,
    /// Where the reader may change it.
    change: Option<FieldsForm>,
    end: Option<FieldsForm>,
    form: Errors,
}

/// What is wrong with whatever was posted, for the list on top.
struct Errors {
    errors: Vec<fields::FormFault>,
}

/// What an address says besides.
#[derive(Deserialize)]
pub struct Asked {
    ended: Option<String>,
    kind: Option<String>,
}

/// `GET /citizen/plan`
pub async fn own(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let whose = Whose::own(&visitor)?;
    page(&visitor, whose, asked.ended.is_some()).await
}

/// `GET /citizens/{id}/plan`
pub async fn of_citizen(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let whose = Whose::of(&visitor, citizen)?;
    page(&visitor, whose, asked.ended.is_some()).await
}

async fn page(visitor: &Visitor, whose: Whose, ended: bool) -> Result<Response, Problem> {
    let care = &visitor.state.care;
    let plan = care.plan(visitor.actor(), whose.citizen, ended, &Why::through("page")).await?;
    let words = visitor.words();
    let kinds: &[Kind] = match visitor.actor().role {
        Role::Citizen => &[Kind::Goal],
        _ => &[Kind::Appointment, Kind::Activity, Kind::Goal],
    };
    let more = kinds.iter().map(|kind| {
        (format!("{}/plan/new?kind={}", whose.base, kind.slug()), words.t(kind.title()))
    });
    let key = if whose.own { "plan-title" } else { "plan-title-of" };
    Ok(render(&PlanPage {
        frame: visitor.frame(words.t(key)),
        shelf: view::shelf(visitor, &plan)?,
        more: more.collect(),
        whose,
        ended,
    }))
}

/// The appointment that comes next, with what to do before it.
///
/// # Errors
/// As for the plan itself.
pub async fn next(visitor: &Visitor, citizen: CitizenId) -> Result<Option<Item>, Problem> {
    let care = &visitor.state.care;
    let plan = care.plan(visitor.actor(), citizen, false, &Why::through("page")).await?;
    Ok(view::shelf(visitor, &plan)?.coming.into_iter().next())
}

/// `GET /citizen/plan/new`
pub async fn new_own(visitor: Visitor) -> Result<Response, Problem> {
    let whose = Whose::own(&visitor)?;
    let form = Kind::Goal.form(&visitor, &whose)?;
    Ok(show_new(&visitor, whose, Kind::Goal, form))
}

/// `GET /citizens/{id}/plan/new?kind=goal`
pub async fn new_of_citizen(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let whose = Whose::of(&visitor, citizen)?;
    let kind = Kind::named(asked.kind.as_deref().unwrap_or("goal"));
    let kind = kind.ok_or(Problem::new(ProblemKind::NotFound))?;
    let form = kind.form(&visitor, &whose)?;
    Ok(show_new(&visitor, whose, kind, form))
}

fn show_new(visitor: &Visitor, whose: Whose, kind: Kind, form: FieldsForm) -> Response {
    let title = visitor.words().t(kind.title());
    let (status, frame) = form.standing(visitor, &title);
    let page = NewPage { frame, whose, title, form };
    (status, render(&page)).into_response()
}

/// `POST /citizen/plan`
pub async fn add_own(
    visitor: Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let whose = Whose::own(&visitor)?;
    add(&visitor, whose, Posted::new(pairs)).await
}

/// `POST /citizens/{id}/plan`
pub async fn add_to_citizen(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let whose = Whose::of(&visitor, citizen)?;
    add(&visitor, whose, Posted::new(pairs)).await
}

async fn add(visitor: &Visitor, whose: Whose, posted: Posted) -> Result<Response, Problem> {
    visitor.signed.posted(posted.get("csrf"))?;
    let kind = Kind::named(posted.get("kind")).ok_or(Problem::new(ProblemKind::ForeignForm))?;
    let form = kind.form(visitor, &whose)?.filled(&posted);
    let content = match kind.read(visitor, &posted) {
        Ok(content) => content,
        Err(wrong) => return Ok(show_new(visitor, whose, kind, with(form, wrong))),
    };
    let key = fields::key(&posted);
    let care = &visitor.state.care;
    let once = Once::under(key.as_ref());
    match care.add_to_plan(visitor.actor(), whose.citizen, content, once).await {
        Ok(_) => Ok(Redirect::to(&format!("{}/plan?saved", whose.base)).into_response()),
        Err(refused) => {
            let form = mended(form, visitor.language, refused, asking::place)?;
            Ok(show_new(visitor, whose, kind, form))
        }
    }
}

/// Puts what cannot be read beside its fields.
fn with(form: FieldsForm, wrong: Vec<(&'static str, String)>) -> FieldsForm {
    wrong.into_iter().fold(form, |form, (name, words)| form.fault(name, words))
}

/// `GET /plan/{id}`
pub async fn item(visitor: Visitor, Path(id): Path<PlanItemId>) -> Result<Response, Problem> {
    let view = visitor.state.care.plan_item(visitor.actor(), id, &Why::through("page")).await?;
    let whose = Whose::of(&visitor, view.item.citizen)?;
    let forms = forms(&visitor, &whose, &view)?;
    show_item(&visitor, whose, &view, forms)
}

/// The forms to change and to end an item, where the reader may.
fn forms(
    visitor: &Visitor,
    whose: &Whose,
    view: &PlanItemView,
) -> Result<Option<(FieldsForm, FieldsForm)>, Problem> {
    let item = &view.item;
    let own_goal = matches!(item.content, PlanContent::Goal(_))
        && item.set_by.role == Role::Citizen
        && item.set_by.citizen == visitor.actor().citizen;
    let may = match visitor.actor().role {
        Role::Citizen => own_goal,
        Role::Clinician => true,
        _ => false,
    };
    if item.ending.is_some() || !may {
        return Ok(None);
    }
    let change = asking::change(visitor, whose, item)?;
    Ok(Some((change, asking::end(visitor, item))))
}

fn show_item(
    visitor: &Visitor,
    whose: Whose,
    view: &PlanItemView,
    forms: Option<(FieldsForm, FieldsForm)>,
) -> Result<Response, Problem> {
    let item = view::item(visitor, &view.item, &[])?;
    let (mut change, mut end) = match forms {
        Some((change, end)) => (Some(change), Some(end)),
        None => (None, None),
    };
    let mut errors = vec![];
    for form in [&mut change, &mut end].into_iter().flatten() {
        errors.append(&mut form.errors);
    }
    let (status, frame) = fields::standing(visitor, &item.title, errors.is_empty());
    let page = ItemPage {
        frame,
        details: view::details(visitor, &view.item)?,
        history: view::history(visitor, &view.history)?,
        whose,
        item,
        change,
        end,
        form: Errors { errors },
    };
    Ok((status, render(&page)).into_response())
}

/// `POST /plan/{id}`: changes an item.
pub async fn change(
    visitor: Visitor,
    Path(id): Path<PlanItemId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = visitor.posted(pairs)?;
    let care = &visitor.state.care;
    let view = care.plan_item(visitor.actor(), id, &Why::through("page")).await?;
    let whose = Whose::of(&visitor, view.item.citizen)?;
    let kind = Kind::of(&view.item.content);
    let forms = forms(&visitor, &whose, &view)?;
    let (change, end) = forms.ok_or(Problem::new(ProblemKind::PlanItemEnded))?;
    let change = change.filled(&posted);
    let content = match kind.read(&visitor, &posted) {
        Ok(content) => content,
        Err(wrong) => return show_item(&visitor, whose, &view, Some((with(change, wrong), end))),
    };
    let wish = PlanChange {
        content,
        reason: posted.get("reason").to_owned(),
        revision: posted.get("revision").parse().ok(),
    };
    let key = fields::key(&posted);
    match care.change_plan_item(visitor.actor(), id, wish, Once::under(key.as_ref())).await {
        Ok(_) => Ok(Redirect::to(&format!("/plan/{id}?saved")).into_response()),
        Err(refused) => {
            let change = mended(change, visitor.language, refused, asking::place)?;
            show_item(&visitor, whose, &view, Some((change, end)))
        }
    }
}

/// `POST /plan/{id}/end`
pub async fn end(
    visitor: Visitor,
    Path(id): Path<PlanItemId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = visitor.posted(pairs)?;
    let care = &visitor.state.care;
    let view = care.plan_item(visitor.actor(), id, &Why::through("page")).await?;
    let whose = Whose::of(&visitor, view.item.citizen)?;
    let forms = forms(&visitor, &whose, &view)?;
    let (change, end) = forms.ok_or(Problem::new(ProblemKind::PlanItemEnded))?;
    let end = end.filled(&posted);
    let outcome = match posted.get("outcome") {
        "done" => PlanOutcome::Done,
        "not-done" => PlanOutcome::NotDone,
        "cancelled" => PlanOutcome::Cancelled,
        _ => {
            let end = end.fault("outcome", visitor.words().t("form-no-choice"));
            return show_item(&visitor, whose, &view, Some((change, end)));
        }
    };
    let note = posted.get("note").to_owned();
    let wish = PlanEnd { outcome, note, revision: posted.get("revision").parse().ok() };
    let key = fields::key(&posted);
    match care.end_plan_item(visitor.actor(), id, wish, Once::under(key.as_ref())).await {
        Ok(_) => Ok(Redirect::to(&format!("/plan/{id}?saved")).into_response()),
        Err(refused) => {
            let end = mended(end, visitor.language, refused, asking::place)?;
            show_item(&visitor, whose, &view, Some((change, end)))
        }
    }
}
