//! What became of what somebody sent: what to do now, when somebody looks, and what was received.
//!
//! The receipt is in the record under the form's key, so this page can be opened again, from a bookmark or
//! after a lost connection, and says the same.

use super::frame::{Frame, Moment, Visitor, Words};
use super::render;
use crate::problem::{Kind, Problem};
use crate::text::plain::{self, TITLE};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use gtp_care::{ObservationQuery, Receipt, Why};
use gtp_model::{Advice, CitizenId, IdempotencyKey, ProgrammeId, Role, Text, Urgency};
use std::collections::HashSet;

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage {
    frame: Frame,
    /// Where a clinician goes on from here; nothing for the citizen.
    record: Option<String>,
    received: Moment,
    advice: Vec<AdviceView>,
    assessed: bool,
    looked_at: Vec<String>,
    meanwhile: Vec<String>,
    values: Vec<ValueView>,
    responses: usize,
}

struct AdviceView {
    /// `error`, `warning` or `info`: the alert's look.
    look: &'static str,
    icon: &'static str,
    heading: String,
    text: String,
}

struct ValueView {
    title: String,
    value: String,
}

/// `GET /citizen/receipt/{key}`
pub async fn own(visitor: Visitor, Path(key): Path<String>) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    page(&visitor, citizen, &key, None).await
}

/// `GET /citizens/{id}/receipt/{key}`: for whoever sent it for the citizen.
pub async fn of_citizen(
    visitor: Visitor,
    Path((citizen, key)): Path<(CitizenId, String)>,
) -> Result<Response, Problem> {
    let start = match visitor.actor().role {
        Role::Relative => format!("/relative/{citizen}"),
        _ => format!("/citizens/{citizen}"),
    };
    page(&visitor, citizen, &key, Some(start)).await
}

async fn page(
    visitor: &Visitor,
    citizen: CitizenId,
    key: &str,
    record: Option<String>,
) -> Result<Response, Problem> {
    let key = IdempotencyKey::parse(key).ok_or(Problem::new(Kind::NotFound))?;
    let care = &visitor.state.care;
    let receipt = care.receipt(visitor.actor(), citizen, &key)?;
    let words = visitor.words();
    let values = values(visitor, citizen, &receipt, words).await?;
    let page = ReceiptPage {
        frame: visitor.frame(words.t("receipt-title")),
        record,
        received: words.full(receipt.received),
        advice: advice(&receipt.advice, words),
        assessed: receipt.assessed,
        looked_at: texts(&receipt.looked_at, words),
        meanwhile: texts(&receipt.meanwhile, words),
        values,
        responses: receipt.responses.len(),
    };
    Ok(render(&page))
}

/// What was received, as far as the reader may see it.
async fn values(
    visitor: &Visitor,
    citizen: CitizenId,
    receipt: &Receipt,
    words: Words<'_>,
) -> Result<Vec<ValueView>, Problem> {
    let care = &visitor.state.care;
    let query = ObservationQuery { newest: Some(20), ..ObservationQuery::default() };
    let sent: HashSet<_> = receipt.observations.iter().collect();
    let observations =
        care.observations(visitor.actor(), citizen, query, &Why::through("page")).await?;
    let programmes = care.programmes();
    Ok(observations
        .iter()
        .filter(|observation| sent.contains(&observation.id))
        .map(|observation| {
            let mut definitions = programmes.iter().map(|loaded| &loaded.definition);
            let field = definitions.find_map(|definition| definition.field(&observation.field));
            ValueView {
                title: field.map_or_else(
                    || plain::line(observation.field.as_str(), TITLE),
                    |field| words.title(&field.title),
                ),
                value: words.observation(observation, field),
            }
        })
        .collect())
}

/// Each text once: programmes of one unit often say the same.
fn texts(pairs: &[(ProgrammeId, Text)], words: Words<'_>) -> Vec<String> {
    let mut texts: Vec<String> = vec![];
    for (_, text) in pairs {
        let text = words.paragraph(text);
        if !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// What to do, the most urgent first. Two rules that advise the same are one advice.
fn advice(given: &[Advice], words: Words<'_>) -> Vec<AdviceView> {
    let mut seen: Vec<(&Urgency, &Text)> = vec![];
    let mut views = vec![];
    for advice in given {
        if !seen.contains(&(&advice.urgency, &advice.message)) {
            seen.push((&advice.urgency, &advice.message));
            views.push(advice_view(advice, words));
        }
    }
    views
}

fn advice_view(advice: &Advice, words: Words<'_>) -> AdviceView {
    let (look, icon, heading) = match &advice.urgency {
        Urgency::Emergency => ("error", "error", words.t("advice-emergency")),
        Urgency::Now => ("error", "error", words.t("advice-now")),
        Urgency::Today => ("warning", "warning", words.t("advice-today")),
        Urgency::Note | Urgency::Other(_) => ("info", "info", words.t("advice-note")),
    };
    AdviceView { look, icon, heading, text: words.paragraph(&advice.message) }
}
