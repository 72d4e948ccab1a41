//! The telemedicine map: the card of every programme of this host, with statistics, as a page and as CSV.
//!
//! Nobody keeps it up: each card is what its component says of itself, so the map is right as soon as a programme
//! serves.

use super::alert::web_address;
use super::frame::{Frame, Visitor, Words};
use super::render;
use crate::problem::{Kind, Problem};
use crate::text::csv::row;
use crate::text::plain::{self, TITLE};
use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use gtp_model::programme::{Card, CardStatus, Programme};
use gtp_model::{Role, Sector};

#[derive(Template)]
#[template(path = "map.html")]
struct MapPage {
    frame: Frame,
    count: String,
    figures: Vec<Figures>,
    cards: Vec<CardView>,
}

/// One table of the statistics: what is counted, and how many of each.
struct Figures {
    title: String,
    rows: Vec<(String, usize, String)>,
}

/// A programme's card.
pub struct CardView {
    pub id: String,
    pub href: String,
    pub title: String,
    pub summary: String,
    pub status: String,
    pub facts: Vec<(String, String)>,
    pub website: Option<String>,
}

/// `GET /map`
pub async fn page(visitor: Visitor) -> Result<Response, Problem> {
    may(&visitor)?;
    let words = visitor.words();
    let programmes = visitor.state.care.programmes();
    let all: Vec<&Programme> = programmes.iter().map(|loaded| &loaded.definition).collect();
    let page = MapPage {
        frame: visitor.frame(words.t("map-title")),
        count: words.t_with("map-count", &[("count", all.len().into())]),
        figures: figures(&all, words),
        cards: all.iter().map(|own| card(own, words)).collect(),
    };
    Ok(render(&page))
}

/// `GET /map.csv`
pub async fn csv(visitor: Visitor) -> Result<Response, Problem> {
    may(&visitor)?;
    let words = visitor.words();
    let heads = [
        "map-csv-id",
        "map-csv-title",
        "programme-version",
        "programme-status",
        "programme-sectors",
        "programme-regions",
        "programme-contact",
        "programme-evaluation",
        "programme-website",
        "programme-publisher",
        "programme-licence",
    ];
    let mut text = row(&heads.map(|head| words.t(head)));
    for loaded in visitor.state.care.programmes() {
        let about = &loaded.definition.about;
        let card = &about.card;
        text += &row(&[
            about.id.to_string(),
            words.title(&about.title),
            about.version.to_string(),
            status(&card.status, words),
            sectors(card, words),
            regions(card),
            plain::line(&card.contact, TITLE),
            words.paragraph(&card.evaluation),
            web_address(&card.website).unwrap_or_default(),
            plain::line(&about.publisher, TITLE),
            plain::line(&about.licence, TITLE),
        ]);
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"telemedicine-map.csv\""),
    ];
    Ok((headers, text).into_response())
}

/// The map is for those who work with programmes.
fn may(visitor: &Visitor) -> Result<(), Problem> {
    match visitor.actor().role {
        Role::Clinician | Role::Operator | Role::Host => Ok(()),
        _ => Err(Problem::new(Kind::Denied)),
    }
}

/// How many programmes are in which state, in how many sectors, and whether anybody has evaluated them.
fn figures(all: &[&Programme], words: Words<'_>) -> Vec<Figures> {
    let cards = || all.iter().map(|own| &own.about.card);
    let table = |title: &str, rows: Vec<(String, usize)>| Figures {
        title: words.t(title),
        rows: rows
            .into_iter()
            .map(|(name, count)| (name, count, share(count, all.len(), words)))
            .collect(),
    };
    let statuses =
        [CardStatus::Project, CardStatus::Spreading, CardStatus::InOperation, CardStatus::Ended];
    let mut by_status: Vec<(String, usize)> = statuses
        .iter()
        .map(|own| (status(own, words), cards().filter(|card| card.status == *own).count()))
        .collect();
    let others = cards().filter(|card| matches!(card.status, CardStatus::Other(_))).count();
    if others > 0 {
        by_status.push((words.t("card-other"), others));
    }
    let sectors = [Sector::Hospital, Sector::GeneralPractice, Sector::Municipality];
    let by_sector = sectors.map(|own| {
        (
            super::record::sector(own, words),
            cards().filter(|card| card.sectors.contains(&own)).count(),
        )
    });
    let spread = |most: usize| cards().filter(|card| card.sectors.len().min(3) == most).count();
    let across = vec![
        (words.t("map-one-sector"), spread(1)),
        (words.t("map-two-sectors"), spread(2)),
        (words.t("map-all-sectors"), spread(3)),
    ];
    vec![
        table("map-by-status", by_status),
        table("map-by-sector", by_sector.into()),
        table("map-across", across),
    ]
}

fn share(count: usize, all: usize, words: Words<'_>) -> String {
    #[allow(clippy::cast_precision_loss, reason = "a share for people to read")]
    let share = if all == 0 { 0.0 } else { (count as f64 / all as f64 * 100.0).round() };
    format!("{} %", words.number(share, 0))
}

/// A programme's card.
pub fn card(programme: &Programme, words: Words<'_>) -> CardView {
    let about = &programme.about;
    let card = &about.card;
    let facts = [
        ("programme-sectors", sectors(card, words)),
        ("programme-regions", regions(card)),
        ("programme-contact", plain::line(&card.contact, TITLE)),
        ("programme-evaluation", words.paragraph(&card.evaluation)),
        ("programme-publisher", plain::line(&about.publisher, TITLE)),
        ("programme-version", about.version.to_string()),
    ];
    let said = facts.into_iter().filter(|(_, value)| !value.is_empty());
    CardView {
        id: about.id.to_string(),
        href: format!("/programmes/{}", about.id),
        title: words.title(&about.title),
        summary: words.paragraph(&about.summary),
        status: status(&card.status, words),
        facts: said.map(|(key, value)| (words.t(key), value)).collect(),
        website: web_address(&card.website),
    }
}

/// How far a programme has come.
pub fn status(status: &CardStatus, words: Words<'_>) -> String {
    match status {
        CardStatus::Project => words.t("card-project"),
        CardStatus::Spreading => words.t("card-spreading"),
        CardStatus::InOperation => words.t("card-in-operation"),
        CardStatus::Ended => words.t("card-ended"),
        CardStatus::Other(other) => plain::line(other, TITLE),
    }
}

/// The sectors that a programme reaches.
pub fn sectors(card: &Card, words: Words<'_>) -> String {
    let names = card.sectors.iter().map(|own| super::record::sector(*own, words));
    names.collect::<Vec<_>>().join(", ")
}

/// Where a programme runs.
pub fn regions(card: &Card) -> String {
    card.regions.iter().map(|own| plain::line(own, TITLE)).collect::<Vec<_>>().join(", ")
}
