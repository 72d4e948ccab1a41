//! What the programme is and who answers for it.

use crate::code;
use crate::measure;
use crate::node::{Node, Table};
use crate::text::Languages;
use gtp_contract::about::{Card, Programme, Sector, Status};

pub(crate) fn read(root: &Table<'_>) -> (Programme, Languages) {
    let Some(table) = root.need("about").and_then(|node| node.table()) else {
        return (empty(), Languages(vec!["da".to_owned()]));
    };
    let languages = languages(&table);
    let programme = Programme {
        id: measure::need_id(&table),
        version: version(&table),
        title: languages.need(&table, "title"),
        summary: languages.need(&table, "summary"),
        languages: languages.0.clone(),
        publisher: table.need_str("publisher"),
        licence: table.need_str("licence"),
        looked_at: languages.need(&table, "looked-at"),
        meanwhile: languages.need(&table, "meanwhile"),
        card: card(root, &languages),
        codings: code::codings(&table),
        annotations: code::annotations(&table),
    };
    table.finish();
    (programme, languages)
}

fn languages(table: &Table<'_>) -> Languages {
    let Some(node) = table.need("languages") else { return Languages(vec!["da".to_owned()]) };
    let mut tags: Vec<String> = vec![];
    for tag in node.list() {
        let Some(name) = tag.str() else { continue };
        let legal = (2..=12).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && name.starts_with(|c: char| c.is_ascii_lowercase());
        if !legal {
            tag.problem_help(
                format!("`{name}` is no language tag"),
                "for example \"da\" or \"en\"",
            );
        } else if tags.iter().any(|own| own == name) {
            tag.problem(format!("`{name}` stands here twice"));
        }
        tags.push(name.to_owned());
    }
    if tags.is_empty() {
        node.problem_help(
            "a programme speaks at least one language",
            "languages = [\"da\", \"en\"]",
        );
        tags.push("da".to_owned());
    }
    Languages(tags)
}

fn version(table: &Table<'_>) -> String {
    let Some(node) = table.need("version") else { return String::new() };
    let version = node.str().unwrap_or_default();
    check_version(&node, version);
    version.to_owned()
}

/// Three numbers with dots, perhaps with a pre-release after a hyphen.
pub(crate) fn check_version(node: &Node<'_>, version: &str) {
    let core = version.split(['-', '+']).next().unwrap_or("");
    let parts: Vec<&str> = core.split('.').collect();
    let number =
        |part: &&str| part.parse::<u32>().is_ok() && (part.len() == 1 || !part.starts_with('0'));
    if parts.len() != 3 || !parts.iter().all(number) {
        node.problem_help(
            format!("`{version}` is no version"),
            "three numbers with dots, as in \"1.0.0\" (semver.org)",
        );
    }
}

fn card(root: &Table<'_>, languages: &Languages) -> Card {
    let Some(table) = root.need("card").and_then(|node| node.table()) else { return empty().card };
    let card = Card {
        status: table.need("status").map_or(Status::Project, |node| status(&node)),
        sectors: table.list("sectors").iter().filter_map(sector).collect(),
        regions: table
            .list("regions")
            .iter()
            .filter_map(|node| node.str().map(str::to_owned))
            .collect(),
        contact: table.need_str("contact"),
        evaluation: languages.need(&table, "evaluation"),
        website: table.str("website").unwrap_or_default(),
    };
    table.finish();
    card
}

fn status(node: &Node<'_>) -> Status {
    match node.str().unwrap_or_default() {
        "project" => Status::Project,
        "spreading" => Status::Spreading,
        "in-operation" => Status::InOperation,
        "ended" => Status::Ended,
        other => {
            node.unknown("status", other, ["project", "spreading", "in-operation", "ended"]);
            Status::Project
        }
    }
}

fn sector(node: &Node<'_>) -> Option<Sector> {
    match node.str()? {
        "hospital" => Some(Sector::Hospital),
        "general-practice" => Some(Sector::GeneralPractice),
        "municipality" => Some(Sector::Municipality),
        other => {
            node.unknown("sector", other, ["hospital", "general-practice", "municipality"]);
            None
        }
    }
}

pub(crate) fn empty() -> Programme {
    Programme {
        id: String::new(),
        version: String::new(),
        title: vec![],
        summary: vec![],
        languages: vec![],
        publisher: String::new(),
        licence: String::new(),
        looked_at: vec![],
        meanwhile: vec![],
        card: Card {
            status: Status::Project,
            sectors: vec![],
            regions: vec![],
            contact: String::new(),
            evaluation: vec![],
            website: String::new(),
        },
        codings: vec![],
        annotations: vec![],
    }
}
