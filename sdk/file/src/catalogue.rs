//! What comes with the kit: standard fields and groups, shared questionnaires, and the limits and rules that
//! belong to them, written like an author's own.
//!
//! `standard = "weight"` lays the catalogue's `weight` under what the author wrote, key by key. So a
//! programme that changes the help text still means the same weight.

use crate::node::{Node, Table};
use crate::problem::Log;
use crate::source::Source;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const FILES: &[(&str, &str)] = &[
    ("fields.toml", include_str!("../../catalogue/fields.toml")),
    ("limits.toml", include_str!("../../catalogue/limits.toml")),
    ("phq-9.toml", include_str!("../../catalogue/questionnaires/phq-9.toml")),
    ("phq-2.toml", include_str!("../../catalogue/questionnaires/phq-2.toml")),
    ("gad-7.toml", include_str!("../../catalogue/questionnaires/gad-7.toml")),
    ("who-5.toml", include_str!("../../catalogue/questionnaires/who-5.toml")),
    ("mmrc.toml", include_str!("../../catalogue/questionnaires/mmrc.toml")),
];

/// The kit's files, read but not yet looked at.
pub(crate) struct Shelf {
    sources: Vec<Source>,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        let sources = FILES
            .iter()
            .map(|(name, text)| Source {
                name: format!("the kit's {name}"),
                text: (*text).to_owned(),
            })
            .collect();
        Self { sources }
    }

    /// Each file with its outermost table.
    pub(crate) fn parsed(&self) -> Vec<(&Source, Spanned<DeValue<'_>>)> {
        self.sources.iter().filter_map(|source| Some((source, parse(&source.text).ok()?))).collect()
    }
}

/// A file's outermost table as a value.
pub(crate) fn parse(text: &str) -> Result<Spanned<DeValue<'_>>, toml::de::Error> {
    let table = DeTable::parse(text)?;
    let span = table.span();
    Ok(Spanned::new(span, DeValue::Table(table.into_inner())))
}

/// The kit's tables.
pub(crate) struct Catalogue<'a> {
    roots: Vec<Table<'a>>,
}

impl<'a> Catalogue<'a> {
    pub(crate) fn new(parsed: &'a [(&'a Source, Spanned<DeValue<'a>>)], log: &'a Log) -> Self {
        let roots =
            parsed.iter().filter_map(|(source, value)| Table::root(source, value, log)).collect();
        Self { roots }
    }

    /// Lays the standard entry that `table` names under it.
    pub(crate) fn lay_under(&self, table: Table<'a>, list: &'static str) -> Table<'a> {
        let Some(standard) = table.get("standard") else { return table };
        let Some(name) = standard.str() else { return table };
        let entries: Vec<(String, Node<'a>)> = self
            .roots
            .iter()
            .flat_map(|root| root.list(list))
            .filter_map(|node| Some((node.as_table()?.str("id")?, node)))
            .collect();
        match entries.iter().find(|(id, _)| id == name) {
            Some((_, base)) => table.on(base),
            None => {
                let ids = entries.iter().map(|(id, _)| id.as_str());
                standard.unknown("standard", name, ids);
                table.without_base()
            }
        }
    }

    /// The rules that a shared questionnaire may not be asked without.
    pub(crate) fn comes_with(&self, questionnaire: &str) -> Vec<String> {
        self.roots
            .iter()
            .flat_map(|root| root.tables("questionnaires"))
            .filter(|table| table.str("id").as_deref() == Some(questionnaire))
            .flat_map(|table| table.list("comes-with"))
            .filter_map(|node| node.str().map(str::to_owned))
            .collect()
    }

    /// The ids of the standard entries of one kind: `fields`, `groups`, `questionnaires`, `limits`, `rules`.
    pub(crate) fn ids(&self, list: &'static str) -> Vec<String> {
        self.roots
            .iter()
            .flat_map(|root| root.tables(list))
            .filter_map(|table| table.str("id"))
            .collect()
    }
}
