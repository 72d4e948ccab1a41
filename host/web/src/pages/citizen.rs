//! Where a citizen begins: what to do today, and one large button to it.

use super::frame::{Frame, Visitor};
use super::render;
use crate::problem::Problem;
use crate::text;
use askama::Template;
use axum::response::Response;
use gtp_care::FormPart;

#[derive(Template)]
#[template(path = "citizen.html")]
struct CitizenPage {
    frame: Frame,
    name: String,
    programmes: Vec<ProgrammeView>,
}

struct ProgrammeView {
    title: String,
    fields: Vec<String>,
    questionnaires: Vec<String>,
    /// When it was last measured or noted.
    last: Option<String>,
    looked_at: String,
    meanwhile: String,
}

/// `GET /citizen`
pub async fn page(visitor: Visitor) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    let form = visitor.state.care.citizen_form(visitor.actor(), citizen).await?;
    let words = visitor.words();
    let asking = |part: &&FormPart| !part.fields.is_empty() || !part.questionnaires.is_empty();
    let programmes = form.parts.iter().filter(asking).map(|part| {
        let definition = &part.programme.definition;
        let titles = part.fields.iter().filter_map(|field| definition.field(&field.id));
        let questionnaires =
            part.questionnaires.iter().filter_map(|id| definition.questionnaire(id));
        let newest =
            part.fields.iter().filter_map(|field| Some(field.last.as_ref()?.measured)).max();
        ProgrammeView {
            title: words.title(&definition.about.title),
            fields: titles.map(|field| words.title(&field.title)).collect(),
            questionnaires: questionnaires.map(|own| words.title(&own.title)).collect(),
            last: newest.map(|newest| {
                words.t_with("citizen-last", &[("when", words.brief(newest).words.into())])
            }),
            looked_at: words.paragraph(&definition.about.looked_at),
            meanwhile: words.paragraph(&definition.about.meanwhile),
        }
    });
    let page = CitizenPage {
        name: text::plain::line(&form.citizen.name, text::plain::TITLE),
        programmes: programmes.collect(),
        frame: visitor.frame(words.t("citizen-title")),
    };
    Ok(render(&page))
}
