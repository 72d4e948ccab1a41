//! The form one question at a time: a page for each, kept as it goes, and the whole form at the end to look through
//! and send.
//!
//! What was answered lies among the drafts. A question whose condition does not hold is passed over.

use super::part::{self, Part};
use super::posted::{self, Posted};
use super::view::{self, Control, Input, ItemView, PartView, Section};
use super::{FormError, address};
use crate::pages::frame::{Frame, Visitor};
use crate::pages::{fields, render};
use crate::problem::{Kind, Problem};
use crate::text::plain;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::CitizenForm;
use gtp_model::{CitizenId, Role};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "form_step.html")]
struct StepPage {
    frame: Frame,
    action: String,
    about: Option<String>,
    csrf: String,
    step: Step,
    number: usize,
    /// The how manyth of how many that are asked with the answers so far.
    place: String,
    back: Option<String>,
    form: Errors,
}

struct Errors {
    errors: Vec<fields::FormFault>,
}

/// What one page asks.
struct Step {
    /// The programme or the questionnaire.
    chapter: String,
    /// Of several that belong together.
    title: Option<String>,
    words: Vec<String>,
    inputs: Vec<Input>,
    attribution: String,
}

impl Step {
    fn paths(&self) -> Vec<String> {
        self.inputs.iter().map(|input| input.path.clone()).collect()
    }
}

/// `GET /citizen/form/step/{n}`
pub async fn own(visitor: Visitor, Path(number): Path<usize>) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    page(&visitor, citizen, number).await
}

/// `GET /citizens/{id}/form/step/{n}`
pub async fn of_citizen(
    visitor: Visitor,
    Path((citizen, number)): Path<(CitizenId, usize)>,
) -> Result<Response, Problem> {
    page(&visitor, citizen, number).await
}

/// `POST /citizen/form/step/{n}`
pub async fn send_own(
    visitor: Visitor,
    Path(number): Path<usize>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    send(&visitor, citizen, number, &Posted::new(pairs)).await
}

/// `POST /citizens/{id}/form/step/{n}`
pub async fn send_of_citizen(
    visitor: Visitor,
    Path((citizen, number)): Path<(CitizenId, usize)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    send(&visitor, citizen, number, &Posted::new(pairs)).await
}

fn draft(visitor: &Visitor, citizen: CitizenId) -> Posted {
    let now = visitor.state.care.now();
    let draft = visitor.state.drafts.of(&visitor.actor().account, citizen, now);
    draft.unwrap_or_default()
}

async fn page(visitor: &Visitor, citizen: CitizenId, number: usize) -> Result<Response, Problem> {
    let form = visitor.state.care.citizen_form(visitor.actor(), citizen).await?;
    let draft = draft(visitor, form.citizen.id);
    show(visitor, &form, &draft, number, &[])
}

async fn send(
    visitor: &Visitor,
    citizen: CitizenId,
    number: usize,
    posted: &Posted,
) -> Result<Response, Problem> {
    visitor.signed.posted(posted.get("csrf"))?;
    let care = &visitor.state.care;
    let form = care.citizen_form(visitor.actor(), citizen).await?;
    let parts = part::parts(&form);
    let draft = draft(visitor, form.citizen.id);
    let step = steps(visitor, &parts, &draft, &[]).into_iter().nth(number.wrapping_sub(1));
    let paths = step.ok_or(Problem::new(Kind::NotFound))?.paths();
    let draft = draft.over(posted, &paths).under(Uuid::new_v4().to_string());
    let errors = posted::faults(&parts, &draft, &paths, visitor.language);
    if !errors.is_empty() {
        return show(visitor, &form, &draft, number, &errors);
    }
    let next = shown(visitor, &parts, &draft).into_iter().find(|other| *other > number);
    visitor.state.drafts.keep(&visitor.actor().account, form.citizen.id, draft, care.now());
    let address = address(visitor, form.citizen.id);
    let to =
        next.map_or_else(|| format!("{address}#look"), |next| format!("{address}/step/{next}"));
    Ok(Redirect::to(&to).into_response())
}

/// The numbers of the steps that are asked with the answers so far.
fn shown(visitor: &Visitor, parts: &[Part<'_>], draft: &Posted) -> Vec<usize> {
    let hidden = posted::not_shown(parts, draft, visitor.language);
    let all = steps(visitor, parts, draft, &[]);
    let asked = all
        .iter()
        .enumerate()
        .filter(|(_, step)| step.inputs.iter().any(|input| !hidden.contains(&input.path)));
    asked.map(|(index, _)| index + 1).collect()
}

fn steps(visitor: &Visitor, parts: &[Part<'_>], draft: &Posted, errors: &[FormError]) -> Vec<Step> {
    let asked = view::Asked {
        words: visitor.words(),
        posted: draft,
        errors,
        whose: String::new(),
        key: String::new(),
        action: String::new(),
        about: None,
        resumed: false,
    };
    view::parts(parts, &asked).into_iter().flat_map(of_part).collect()
}

fn of_part(part: PartView) -> Vec<Step> {
    let mut steps = vec![];
    let alone = |chapter: &str, input: Input| Step {
        chapter: chapter.to_owned(),
        title: None,
        words: vec![],
        // Only what is to be answered is asked.
        inputs: vec![Input { condition: None, when: None, ..input }],
        attribution: String::new(),
    };
    for section in part.sections {
        match section {
            Section::Input(input) => steps.push(alone(&part.title, input)),
            Section::Group(group) => steps.push(Step {
                chapter: part.title.clone(),
                title: Some(group.title),
                words: group.help,
                inputs: group.inputs,
                attribution: String::new(),
            }),
            Section::Questionnaire(own) => {
                let mut words = own.introduction;
                for item in own.items {
                    match item {
                        ItemView::Heading(heading) => words.push(heading),
                        ItemView::Question(input) => steps.push(Step {
                            words: std::mem::take(&mut words),
                            attribution: own.attribution.clone(),
                            ..alone(&own.title, *input)
                        }),
                    }
                }
            }
        }
    }
    steps
}

fn show(
    visitor: &Visitor,
    form: &CitizenForm,
    draft: &Posted,
    number: usize,
    errors: &[FormError],
) -> Result<Response, Problem> {
    let parts = part::parts(form);
    let shown = shown(visitor, &parts, draft);
    let step = steps(visitor, &parts, draft, errors).into_iter().nth(number.wrapping_sub(1));
    let step = step.ok_or(Problem::new(Kind::NotFound))?;
    let address = address(visitor, form.citizen.id);
    let before = shown.iter().rev().find(|other| **other < number);
    let (words, others) = (visitor.words(), visitor.actor().role != Role::Citizen);
    let place = shown.iter().filter(|other| **other <= number).count().max(1);
    let faults = errors.iter().map(|error| fields::FormFault {
        place: step.inputs.first().map(|input| (input.first(), input.label.clone())),
        words: error.words.clone(),
    });
    let (status, frame) = fields::standing(visitor, &words.t("form-title"), errors.is_empty());
    let page = StepPage {
        frame,
        about: others.then(|| plain::line(&form.citizen.name, plain::TITLE)),
        csrf: visitor.signed.session.csrf.clone(),
        number,
        place: words.t_with(
            "form-step",
            &[("number", place.to_string().into()), ("count", shown.len().to_string().into())],
        ),
        back: before.map(|before| format!("{address}/step/{before}")),
        action: address,
        form: Errors { errors: faults.collect() },
        step,
    };
    Ok((status, render(&page)).into_response())
}
