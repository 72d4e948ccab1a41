//! What went well: the enrolments with new measurements and nothing to act on, acknowledged at once, with a few
//! words to the citizens or without.

use crate::pages::frame::{Frame, Visitor};
use crate::pages::render;
use crate::problem::Problem;
use crate::text::plain::{self, TITLE};
use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{CareError, Green, Seen};
use gtp_model::ProgrammeId;
use serde::Deserialize;

/// So many are listed, and acknowledged, at a time.
const MOST: usize = 200;
/// The longest words to the citizens, in characters.
const LONGEST: usize = 500;

#[derive(Template)]
#[template(path = "green.html")]
struct GreenPage {
    frame: Frame,
    count: String,
    full: bool,
    done: Option<String>,
    error: Option<String>,
    receipt: String,
    longest: usize,
    groups: Vec<Group>,
}

/// One programme's.
struct Group {
    programme: String,
    lines: Vec<Line>,
}

struct Line {
    /// What is acknowledged: the enrolment, and how far it was seen.
    value: String,
    citizen: String,
    href: String,
}

/// What the address says.
#[derive(Deserialize)]
pub struct Asked {
    done: Option<usize>,
}

/// `GET /worklist/green`
pub async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let done = asked
        .done
        .map(|count| visitor.words().t_with("green-done", &[("count", count.min(MOST).into())]));
    Ok(render(&made(&visitor, done, None, String::new()).await?))
}

/// `POST /worklist/green`
pub async fn acknowledge(
    visitor: Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let value = |name: &str| pairs.iter().find(|(own, _)| own == name).map_or("", |(_, own)| own);
    visitor.signed.posted(value("csrf"))?;
    let seen: Vec<Seen> = pairs
        .iter()
        .filter(|(name, _)| name == "seen")
        .filter_map(|(_, value)| seen(value))
        .take(MOST)
        .collect();
    let receipt = value("receipt").trim();
    let error = if seen.is_empty() {
        visitor.words().t("green-none-chosen")
    } else {
        match visitor.state.care.acknowledge_green(visitor.actor(), &seen, receipt).await {
            Ok(done) => {
                let address = format!("/worklist/green?done={}", done.len());
                return Ok(Redirect::to(&address).into_response());
            }
            Err(CareError::Invalid(problems)) => problems
                .iter()
                .map(|own| crate::text::fault_text(visitor.language, &own.fault))
                .collect::<Vec<_>>()
                .join(" "),
            Err(other) => return Err(other.into()),
        }
    };
    let page = made(&visitor, None, Some(error), receipt.to_owned()).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)).into_response())
}

fn seen(value: &str) -> Option<Seen> {
    let (enrolment, through) = value.split_once('/')?;
    Some(Seen { enrolment: enrolment.parse().ok()?, through: through.parse().ok()? })
}

async fn made(
    visitor: &Visitor,
    done: Option<String>,
    error: Option<String>,
    receipt: String,
) -> Result<GreenPage, Problem> {
    let words = visitor.words();
    let mut green = visitor.state.care.green_list(visitor.actor(), MOST).await?;
    green.sort_by(|one, other| {
        (&one.programme, &one.citizen_name).cmp(&(&other.programme, &other.citizen_name))
    });
    let mut groups: Vec<(ProgrammeId, Group)> = vec![];
    for own in &green {
        let there = groups.iter_mut().find(|(id, _)| *id == own.programme);
        match there {
            Some((_, group)) => group.lines.push(line(own)),
            None => {
                let loaded = visitor.state.care.programme(&own.programme);
                let programme = loaded.map_or_else(
                    || own.programme.to_string(),
                    |loaded| words.title(&loaded.definition.about.title),
                );
                groups.push((own.programme.clone(), Group { programme, lines: vec![line(own)] }));
            }
        }
    }
    Ok(GreenPage {
        frame: visitor.frame(words.t("green-title")),
        count: words.t_with("green-count", &[("count", green.len().into())]),
        full: green.len() >= MOST,
        done,
        error,
        receipt,
        longest: LONGEST,
        groups: groups.into_iter().map(|(_, group)| group).collect(),
    })
}

fn line(own: &Green) -> Line {
    Line {
        value: format!("{}/{}", own.enrolment, own.through),
        citizen: plain::line(&own.citizen_name, TITLE),
        href: format!("/citizens/{}", own.citizen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_acknowledged_is_read_from_the_form_and_nothing_else_is() {
        let value = "0199f3c4-7777-7a31-8c58-0a7f0d6b2a11/4711";
        assert_eq!(seen(value).map(|own| own.through), Some(4711));
        for bad in [
            "",
            "x/1",
            "0199f3c4-7777-7a31-8c58-0a7f0d6b2a11",
            "0199f3c4-7777-7a31-8c58-0a7f0d6b2a11/x",
        ] {
            assert_eq!(seen(bad), None, "{bad}");
        }
    }
}
