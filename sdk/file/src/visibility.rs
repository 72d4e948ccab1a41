//! Who sees what and who may enter it, one row for all that is treated alike.
//!
//! A row names `fields`, `questionnaires` or `rules`, each as a list or `"all"`, and what every audience
//! may do. A row that names a subject goes before one that says `"all"`.

use crate::node::{Node, Table};
use crate::rules::{Known, RuleEntry};
use crate::{fields, schedule};
use gtp_contract::types::Subject;
use gtp_contract::visibility::{Audience, Grant, Sight};

const AUDIENCES: [(&str, Audience); 5] = [
    ("citizen", Audience::Citizen),
    ("relative", Audience::Relative),
    ("hospital", Audience::Hospital),
    ("general-practice", Audience::GeneralPractice),
    ("municipality", Audience::Municipality),
];

/// A grant and whether its row named the subject itself.
struct Row {
    grant: Grant,
    named: bool,
}

pub(crate) fn read(root: &Table<'_>, known: &Known<'_>, rules: &[RuleEntry]) -> Vec<Grant> {
    let mut rows: Vec<Row> = vec![];
    for table in root.tables("visibility") {
        let subjects = subjects(&table, known, rules);
        for (name, audience) in &AUDIENCES {
            let Some(node) = table.get(name) else { continue };
            let Some((sees, may_enter)) = sight(&node) else { continue };
            for (subject, named) in &subjects {
                let grant =
                    Grant { subject: subject.clone(), audience: audience.clone(), sees, may_enter };
                let same = |row: &&mut Row| {
                    row.grant.subject == grant.subject && row.grant.audience == grant.audience
                };
                match rows.iter_mut().find(same) {
                    None => rows.push(Row { grant, named: *named }),
                    Some(row) if row.named == *named => {
                        node.problem(format!(
                            "another row says already what the {name} may do here"
                        ));
                    }
                    Some(row) if *named => *row = Row { grant, named: true },
                    Some(_) => {}
                }
            }
        }
        table.finish();
    }
    rows.into_iter().map(|row| row.grant).collect()
}

fn subjects(table: &Table<'_>, known: &Known<'_>, rules: &[RuleEntry]) -> Vec<(Subject, bool)> {
    let mut subjects = vec![];
    if let Some(node) = table.get("fields") {
        let all = known.fields.iter().map(|field| field.id.clone()).collect();
        let named = pick(&node, all, |node| fields::reference(node, known.fields));
        subjects.extend(named.into_iter().map(|(id, named)| (Subject::Field(id), named)));
    }
    if let Some(node) = table.get("questionnaires") {
        let all = known.questionnaires.iter().map(|own| own.id.clone()).collect();
        let named = pick(&node, all, |node| schedule::questionnaire(node, known));
        subjects.extend(named.into_iter().map(|(id, named)| (Subject::Questionnaire(id), named)));
    }
    if let Some(node) = table.get("rules") {
        let all = rules.iter().map(|entry| entry.rule.id.clone()).collect();
        let named = pick(&node, all, |node| rule(node, rules));
        subjects.extend(named.into_iter().map(|(id, named)| (Subject::Rule(id), named)));
    }
    if subjects.is_empty() {
        table.node.problem_help(
            "this row is about nothing",
            "name `fields`, `questionnaires` or `rules`: a list, or \"all\"",
        );
    }
    subjects
}

fn pick(
    node: &Node<'_>,
    all: Vec<String>,
    named: impl Fn(&Node<'_>) -> Option<String>,
) -> Vec<(String, bool)> {
    if node.as_str() == Some("all") {
        return all.into_iter().map(|id| (id, false)).collect();
    }
    node.list().iter().filter_map(|node| named(node).map(|id| (id, true))).collect()
}

pub(crate) fn rule(node: &Node<'_>, rules: &[RuleEntry]) -> Option<String> {
    let id = node.str()?;
    if !rules.iter().any(|entry| entry.rule.id == id) {
        node.unknown("rule", id, rules.iter().map(|entry| entry.rule.id.as_str()));
        return None;
    }
    Some(id.to_owned())
}

/// `"sees"`, `"sees after review"`, `"enters"`, `"sees and enters"`, `"sees after review and enters"`,
/// `"never"`.
fn sight(node: &Node<'_>) -> Option<(Sight, bool)> {
    const WAYS: [(&str, Sight, bool); 6] = [
        ("sees", Sight::Always, false),
        ("sees and enters", Sight::Always, true),
        ("sees after review", Sight::AfterReview, false),
        ("sees after review and enters", Sight::AfterReview, true),
        ("enters", Sight::Never, true),
        ("never", Sight::Never, false),
    ];
    let words = node.str()?;
    let found = WAYS.iter().find(|(own, _, _)| *own == words);
    if found.is_none() {
        node.unknown("way to see", words, WAYS.iter().map(|(own, _, _)| *own));
    }
    found.map(|(_, sees, enters)| (*sees, *enters))
}
