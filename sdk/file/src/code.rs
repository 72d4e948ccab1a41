//! Codes in published systems, and annotations.

use crate::node::Table;
use crate::suggest;
use gtp_contract::types::{Annotations, Coding};

/// Short names for the systems in `codes = { loinc = "29463-7" }`.
pub(crate) const SYSTEMS: &[(&str, &str)] = &[
    ("loinc", "http://loinc.org"),
    ("snomed", "http://snomed.info/sct"),
    ("npu", "urn:oid:1.2.208.176.2.1"),
    ("mcs", "urn:oid:1.2.208.184.100.8"),
    ("sks", "urn:oid:1.2.208.176.2.4"),
];

/// The codes of a table: `codes` by short names, `codings` written out.
pub(crate) fn codings(table: &Table<'_>) -> Vec<Coding> {
    let mut codings = vec![];
    if let Some(codes) = table.get("codes").and_then(|node| node.table()) {
        for (name, key, value) in codes.entries() {
            let Some((_, system)) = SYSTEMS.iter().find(|(short, _)| *short == name) else {
                let names = SYSTEMS.iter().map(|(short, _)| *short);
                let help = suggest::proposal(name, names).unwrap_or_default();
                key.problem_help(
                    format!("`{name}` is no code system that has a short name"),
                    format!("{help}; any other goes into `codings` with its `system`"),
                );
                continue;
            };
            for code in value.one_or_list() {
                let code = code.str().unwrap_or_default().to_owned();
                codings.push(Coding { system: (*system).to_owned(), code, display: String::new() });
            }
        }
    }
    for coding in table.tables("codings") {
        codings.push(Coding {
            system: coding.need_str("system"),
            code: coding.need_str("code"),
            display: coding.str("display").unwrap_or_default(),
        });
        coding.finish();
    }
    codings
}

/// `annotations = { "owner/name" = "..." }`.
pub(crate) fn annotations(table: &Table<'_>) -> Annotations {
    let Some(table) = table.get("annotations").and_then(|node| node.table()) else { return vec![] };
    let mut annotations = vec![];
    for (name, key, value) in table.entries() {
        if !name.contains('/') {
            key.problem_help(
                format!("`{name}` has no owner"),
                "the name of an annotation has the form \"owner/name\"",
            );
        }
        annotations.push((name.to_owned(), value.str().unwrap_or_default().to_owned()));
    }
    annotations
}
