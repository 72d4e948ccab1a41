//! What clinicians meet: limits, rules, who sees what, and the stories that prove it.

use super::document::Block;
use super::read::{Reader, unit_of};
use crate::Says;
use gtp_model::programme::{Audience, Fact, Limit, Read, Rule, Scenario, Subject};

pub(crate) fn limits(reader: Reader<'_>) -> Vec<Block> {
    let limits = &reader.programme.limits;
    if limits.is_empty() {
        return vec![];
    }
    let heads = [
        reader.pick("Grænse", "Limit"),
        reader.pick("Er", "Is"),
        reader.pick("Kan sættes", "Can be set"),
        reader.pick("Enhed", "Unit"),
        reader.pick("Kilde", "Source"),
        reader.pick("Bemærk", "Note"),
    ];
    let row = |limit: &Limit| {
        let default = match limit.default {
            Some(default) => reader.number(default),
            None => reader
                .pick(
                    "ikke sat: en læge sætter den for hver borger",
                    "not set: a doctor sets it for each citizen",
                )
                .to_owned(),
        };
        let above: Vec<String> = limit.above.iter().map(|id| reader.limit(id)).collect();
        let above = (!above.is_empty()).then(|| {
            format!("{} {}", reader.pick("Skal være over", "Must stay above"), above.join(", "))
        });
        let notes = [Some(reader.text(&limit.help).to_owned()), above];
        let notes: Vec<String> =
            notes.into_iter().flatten().filter(|note| !note.is_empty()).collect();
        [
            reader.text(&limit.title).to_owned(),
            default,
            reader.range(&limit.bounds),
            unit_of(&limit.unit).to_owned(),
            source(reader, &limit.source),
            notes.join(". "),
        ]
    };
    vec![
        Block::Heading(2, reader.pick("Grænser", "Limits").to_owned()),
        Block::Paragraph(
            reader
                .pick(
                    "En region, en enhed eller en kliniker kan sætte en anden værdi inden for det, der kan sættes.",
                    "A region, a unit or a clinician can set another value within what can be set.",
                )
                .to_owned(),
        ),
        Block::table(heads, limits.iter().map(row).collect()),
    ]
}

/// A source; what no publication fixes says so in words.
fn source(reader: Reader<'_>, source: &str) -> String {
    if source == "[design]" {
        return reader
            .pick(
                "[design] ingen publikation fastlægger den; regionen beslutter",
                "[design] no publication fixes it; the region decides",
            )
            .to_owned();
    }
    source.to_owned()
}

pub(crate) fn rules(reader: Reader<'_>, says: Option<&Says>) -> Vec<Block> {
    let mut blocks = vec![];
    for own in &reader.programme.rules {
        if blocks.is_empty() {
            blocks.push(Block::Heading(2, reader.pick("Regler", "Rules").to_owned()));
            blocks.push(Block::Paragraph(
                reader
                    .pick(
                        "Rød: handl nu. Gul: se på det. Mangler noget, reglen skal bruge, dømmer den ikke, og det vises.",
                        "Red: act now. Yellow: look at it. Where something that a rule needs is missing, it does not judge, and that is shown.",
                    )
                    .to_owned(),
            ));
        }
        blocks.extend(rule(reader, own, says));
    }
    blocks
}

fn rule(reader: Reader<'_>, rule: &Rule, says: Option<&Says>) -> Vec<Block> {
    let reads: Vec<String> = rule.reads.iter().map(|own| read(reader, own)).collect();
    let person = rule.person.iter().map(|fact| match fact {
        Fact::Age => reader.pick("alder", "age").to_owned(),
        Fact::Sex => reader.pick("køn", "sex").to_owned(),
    });
    let reads: Vec<String> = reads.into_iter().chain(person).collect();
    let gives: Vec<&str> = rule.severities.iter().map(|own| reader.severity(*own)).collect();
    let limits: Vec<String> = rule.limits.iter().map(|id| reader.limit(id)).collect();
    let derives: Vec<String> = rule.derives.iter().map(|id| reader.field(id)).collect();
    let mut from = source(reader, &rule.source);
    if !rule.source_url.is_empty() {
        from = format!("{from} {}", rule.source_url);
    }
    let mut facts = vec![
        (reader.pick("Giver", "Gives").to_owned(), gives.join(", ")),
        (reader.pick("Ser på", "Reads").to_owned(), reads.join("; ")),
        (reader.pick("Grænser", "Limits").to_owned(), limits.join(", ")),
        (reader.pick("Beregner", "Computes").to_owned(), derives.join(", ")),
        (reader.pick("Kilde", "Source").to_owned(), from),
    ];
    let said = says.into_iter().flatten().find(|(id, _)| *id == rule.id.to_string());
    for own in said.iter().flat_map(|(_, said)| said) {
        let whom = if own.to_citizen {
            reader.pick("Siger til borgeren", "Tells the citizen")
        } else {
            reader.pick("Siger til klinikeren", "Tells the clinician")
        };
        facts.push((whom.to_owned(), reader.text(&own.text).to_owned()));
    }
    facts.retain(|(_, value)| !value.is_empty());
    vec![
        Block::Heading(3, format!("{} ({})", reader.text(&rule.title), rule.id)),
        Block::Paragraph(reader.text(&rule.description).to_owned()),
        Block::Facts(facts),
    ]
}

fn read(reader: Reader<'_>, read: &Read) -> String {
    let series = reader.series(&read.input);
    let within = read
        .within
        .map(|span| format!("{} {}", reader.pick("de seneste", "the last"), reader.span(span)));
    let newest = read.newest.map(|count| match count {
        1 => reader.pick("den nyeste værdi", "the newest value").to_owned(),
        count => format!(
            "{} {count} {}",
            reader.pick("de", "the"),
            reader.pick("nyeste værdier", "newest values")
        ),
    });
    let how: Vec<String> = within.into_iter().chain(newest).collect();
    if how.is_empty() { series } else { format!("{series} ({})", how.join(", ")) }
}

const AUDIENCES: [Audience; 5] = [
    Audience::Citizen,
    Audience::Relative,
    Audience::Hospital,
    Audience::GeneralPractice,
    Audience::Municipality,
];

pub(crate) fn visibility(reader: Reader<'_>) -> Vec<Block> {
    let programme = reader.programme;
    let fields = programme.fields.iter().map(|field| Subject::Field(field.id.clone()));
    let asked = programme.questionnaires.iter().map(|own| Subject::Questionnaire(own.id.clone()));
    let rules = programme.rules.iter().map(|rule| Subject::Rule(rule.id.clone()));
    let row = |subject: Subject| {
        let mut row = vec![reader.subject(&subject)];
        row.extend(AUDIENCES.map(|audience| reader.sight(&subject, audience)));
        row
    };
    let mut head = vec![String::new()];
    head.extend(AUDIENCES.map(|audience| reader.audience(audience).to_owned()));
    vec![
        Block::Heading(2, reader.pick("Hvem ser hvad", "Who sees what").to_owned()),
        Block::Paragraph(
            reader
                .pick(
                    "Kun dem, der har borgeren i behandling eller har fået lov, og aldrig forbi en spærring.",
                    "Only those who treat the citizen or were let in, and never past a block.",
                )
                .to_owned(),
        ),
        Block::Table { head, rows: fields.chain(asked).chain(rules).map(row).collect() },
    ]
}

pub(crate) fn scenarios(reader: Reader<'_>) -> Vec<Block> {
    let scenarios = &reader.programme.scenarios;
    let story = |scenario: &Scenario| {
        let steps = scenario.steps.len();
        format!(
            "{} ({} {})",
            reader.text(&scenario.title),
            steps,
            match steps {
                1 => reader.pick("trin", "step"),
                _ => reader.pick("trin", "steps"),
            }
        )
    };
    let heading = Block::Heading(
        2,
        reader.pick("Historier, der er prøvet", "Stories that were tried").to_owned(),
    );
    if scenarios.is_empty() {
        let none =
            reader.pick("Ingen: reglerne er ikke prøvet.", "None: the rules were not tried.");
        return vec![heading, Block::Note(none.to_owned())];
    }
    let why = reader.pick(
        "Hver fortæller, hvad der indtastes, og hvad reglerne skal sige. Værten kører dem, før programmet tages i brug; en, der går anderledes, holder det ude.",
        "Each tells what is entered and what the rules must say. The host runs them before the programme is used; one that goes otherwise keeps it out.",
    );
    vec![
        heading,
        Block::Paragraph(why.to_owned()),
        Block::List(scenarios.iter().map(story).collect()),
    ]
}
