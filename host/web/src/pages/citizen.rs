//! Where a citizen begins: what to do today, and one large button to it.

use super::frame::{Frame, Visitor};
use super::plan::{self, Item as Appointment};
use super::render;
use super::today::{self, TodayView};
use crate::problem::Problem;
use crate::text;
use askama::Template;
use axum::response::Response;
use gtp_care::{ExpectedItem, FormPart};

#[derive(Template)]
#[template(path = "citizen.html")]
struct CitizenPage {
    frame: Frame,
    name: String,
    programmes: Vec<ProgrammeView>,
    /// Whether all that is expected today has come.
    all_done: bool,
    /// So many messages wait.
    unread: usize,
    /// The next appointment.
    next: Option<Appointment>,
}

struct ProgrammeView {
    title: String,
    today: Vec<TodayView>,
    /// What can be entered, where the programme expects nothing today.
    welcome: Vec<String>,
    /// When it was last measured or noted.
    last: Option<String>,
    looked_at: String,
    meanwhile: String,
}

/// `GET /citizen`
pub async fn page(visitor: Visitor) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    let care = &visitor.state.care;
    let form = care.citizen_form(visitor.actor(), citizen).await?;
    let (today, tomorrow) = today::today(visitor.words());
    let expected = care.expected(visitor.actor(), citizen, today, tomorrow)?;
    let next = plan::next(&visitor, citizen).await?;
    let programmes: Vec<ProgrammeView> = form
        .parts
        .iter()
        .filter(|part| !part.fields.is_empty() || !part.questionnaires.is_empty())
        .map(|part| programme(&visitor, part, &expected))
        .collect();
    let mut expected = programmes.iter().flat_map(|own| &own.today).peekable();
    let page = CitizenPage {
        name: text::plain::line(&form.citizen.name, text::plain::TITLE),
        all_done: expected.peek().is_some() && expected.all(|own| own.state == "done"),
        frame: visitor.frame(text::t(visitor.language, "citizen-title")),
        programmes,
        unread: visitor.unread(),
        next,
    };
    Ok(render(&page))
}

fn programme(visitor: &Visitor, part: &FormPart, expected: &[ExpectedItem]) -> ProgrammeView {
    let words = visitor.words();
    let definition = &part.programme.definition;
    let own = expected.iter().filter(|item| item.enrolment == part.enrolment.id);
    let today = today::list(own, words);
    let fields = part.fields.iter().filter_map(|field| definition.field(&field.id));
    let questionnaires = part.questionnaires.iter().filter_map(|id| definition.questionnaire(id));
    let titles = fields
        .map(|field| words.title(&field.title))
        .chain(questionnaires.map(|own| words.title(&own.title)));
    let newest = part.fields.iter().filter_map(|field| Some(field.last.as_ref()?.measured)).max();
    ProgrammeView {
        title: words.title(&definition.about.title),
        welcome: if today.is_empty() { titles.collect() } else { vec![] },
        today,
        last: newest.map(|newest| {
            words.t_with("citizen-last", &[("when", words.brief(newest).words.into())])
        }),
        looked_at: words.paragraph(&definition.about.looked_at),
        meanwhile: words.paragraph(&definition.about.meanwhile),
    }
}
