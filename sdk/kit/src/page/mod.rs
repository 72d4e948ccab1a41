//! A programme as a page that a clinician can read and sign off: every field, question, rule, limit and source,
//! what is expected when, and who sees what. In Danish or English, as text or as one HTML file.

mod document;
mod forms;
mod html;
mod read;
mod rules;
mod text;

use crate::{Says, pick};
use document::Block;
use gtp_model::Language;
use gtp_model::programme::Programme;
use read::Reader;

/// What the page is made from.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// What its rules may say, where the file is at hand.
    pub says: Option<&'a Says>,
    /// The component's name and SHA-256, where there is one.
    pub component: Option<(&'a str, &'a str)>,
}

/// A programme's page.
#[derive(Clone, Debug)]
pub struct Page {
    language: Language,
    title: String,
    blocks: Vec<Block>,
}

impl Page {
    /// Writes it.
    #[must_use]
    pub fn of(source: &Source<'_>, language: Language) -> Self {
        let programme = source.programme;
        let reader = Reader { programme, language };
        let mut blocks = about(source, reader);
        blocks.extend(forms::fields(reader));
        blocks.extend(forms::questionnaires(reader));
        blocks.extend(rules::limits(reader));
        blocks.extend(rules::rules(reader, source.says));
        blocks.extend(forms::schedule(reader));
        blocks.extend(rules::visibility(reader));
        blocks.extend(rules::scenarios(reader));
        blocks.extend(signature(source, reader));
        Self { language, title: reader.text(&programme.about.title).to_owned(), blocks }
    }

    /// As text, in lines of at most so many characters where that can be.
    #[must_use]
    pub fn text(&self, width: usize) -> String {
        text::render(&self.title, &self.blocks, width)
    }

    /// As a file for a browser, which loads nothing else.
    #[must_use]
    pub fn html(&self) -> String {
        html::render(&self.title, self.language.tag(), &self.blocks)
    }
}

fn about(source: &Source<'_>, reader: Reader<'_>) -> Vec<Block> {
    let about = &source.programme.about;
    let (language, card) = (reader.language, &about.card);
    let mut facts = vec![
        (
            pick(language, "Program", "Programme").to_owned(),
            format!("{} {}", about.id, about.version),
        ),
        (pick(language, "Udgiver", "Publisher").to_owned(), about.publisher.clone()),
        (pick(language, "Licens", "Licence").to_owned(), about.licence.clone()),
        ("Status".to_owned(), reader.status(&card.status)),
        (
            pick(language, "Sektorer", "Sectors").to_owned(),
            card.sectors.iter().map(|sector| reader.sector(*sector)).collect::<Vec<_>>().join(", "),
        ),
        (pick(language, "Regioner", "Regions").to_owned(), card.regions.join(", ")),
        (pick(language, "Kontakt", "Contact").to_owned(), card.contact.clone()),
        (
            pick(language, "Evaluering", "Evaluation").to_owned(),
            reader.text(&card.evaluation).to_owned(),
        ),
        (
            pick(language, "Borgeren læser om svartid", "The citizen reads about answers")
                .to_owned(),
            reader.text(&about.looked_at).to_owned(),
        ),
        (
            pick(language, "Borgeren læser om imens", "The citizen reads about meanwhile")
                .to_owned(),
            reader.text(&about.meanwhile).to_owned(),
        ),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    if let Some((name, sha256)) = source.component {
        facts.push((
            pick(language, "Komponent", "Component").to_owned(),
            format!("{name}, SHA-256 {sha256}"),
        ));
    }
    let warning = pick(
        language,
        "Ikke lægelig rådgivning: en region skal godkende programmet, før det bruges.",
        "Not medical advice: a region must approve the programme before it is used.",
    );
    vec![
        Block::Paragraph(reader.text(&about.summary).to_owned()),
        Block::Note(warning.to_owned()),
        Block::Facts(facts),
    ]
}

/// The lines to be signed. The digest says what exactly was read.
fn signature(source: &Source<'_>, reader: Reader<'_>) -> Vec<Block> {
    let language = reader.language;
    let about = &source.programme.about;
    let what = match source.component {
        Some((_, sha256)) => format!("{} {}, SHA-256 {sha256}", about.id, about.version),
        None => format!("{} {}", about.id, about.version),
    };
    let read = pick(
        language,
        "Jeg har læst programmet og kan stå inde for det, der står her:",
        "I have read the programme and can answer for what stands here:",
    );
    let lines = match language {
        Language::Da => ["Navn", "Stilling og enhed", "Dato", "Underskrift"],
        Language::En => ["Name", "Position and unit", "Date", "Signature"],
    };
    vec![
        Block::Heading(2, pick(language, "Godkendelse", "Sign-off").to_owned()),
        Block::Paragraph(format!("{read} {what}.")),
        Block::Lines(lines.map(str::to_owned).to_vec()),
    ]
}

#[cfg(test)]
mod tests;
