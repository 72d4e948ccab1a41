//! Texts for people, in every language that the programme promises.

use crate::node::{Node, Table};
use gtp_contract::types::Text;

/// The languages in which each text must be complete, the first to fall back on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Languages(pub(crate) Vec<String>);

impl Languages {
    /// A text that must be there.
    pub(crate) fn need(&self, table: &Table<'_>, key: &'static str) -> Text {
        table.need(key).map(|node| self.read(&node)).unwrap_or_default()
    }

    /// A text that may be left out.
    pub(crate) fn get(&self, table: &Table<'_>, key: &'static str) -> Text {
        table.get(key).map(|node| self.read(&node)).unwrap_or_default()
    }

    /// `{ da = "...", en = "..." }`, or one text in quotes that is the same in every language: `"SpO2"`.
    pub(crate) fn read(&self, node: &Node<'_>) -> Text {
        if let Some(same) = node.as_str() {
            return self.0.iter().map(|language| (language.clone(), same.to_owned())).collect();
        }
        let Some(table) = node.as_table() else {
            node.problem_help(
                "this must be a text",
                r#"write it in each language: { da = "...", en = "..." }"#,
            );
            return vec![];
        };
        let entries = table.entries();
        self.pick(&entries, node)
    }

    /// The languages among the entries of a table that holds other keys too.
    pub(crate) fn beside(&self, table: &Table<'_>, node: &Node<'_>, others: &[&str]) -> Text {
        let mut entries = table.entries();
        entries.retain(|(key, _, _)| !others.contains(key));
        self.pick(&entries, node)
    }

    fn pick(&self, entries: &[(&str, Node<'_>, Node<'_>)], node: &Node<'_>) -> Text {
        for (language, key, _) in entries {
            if !self.0.iter().any(|own| own == language) && !node.from_catalogue {
                key.problem_help(
                    format!("`{language}` is not one of this programme's languages"),
                    format!("its `languages` are {}", self.0.join(", ")),
                );
            }
        }
        let mut text = vec![];
        for language in &self.0 {
            match entries.iter().find(|(key, _, _)| key == language) {
                Some((_, _, value)) => {
                    let words = value.str().unwrap_or_default();
                    if words.trim().is_empty() && value.as_str().is_some() {
                        value.problem(format!("the text in `{language}` is empty"));
                    }
                    text.push((language.clone(), words.to_owned()));
                }
                None => node.problem_help(
                    format!("the text in `{language}` is missing"),
                    format!("add {language} = \"...\", or take `{language}` out of `languages`"),
                ),
            }
        }
        text
    }
}
