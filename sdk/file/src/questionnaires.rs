//! Questionnaires: items, when they are shown, and how they are scored.

use crate::catalogue::Catalogue;
use crate::kind::{self, SharedChoices};
use crate::node::{Node, Table};
use crate::text::Languages;
use crate::{about, code, fields, measure, score};
use gtp_contract::fields::Field;
use gtp_contract::questionnaires::{Combine, Condition, Item, ItemKind, Questionnaire, Test};
use gtp_contract::types::{Choice, Kind};

pub(crate) fn read(
    root: &Table<'_>,
    languages: &Languages,
    catalogue: &Catalogue<'_>,
    fields: &[Field],
) -> Vec<Questionnaire> {
    let mut all: Vec<Questionnaire> = vec![];
    for table in root.tables("questionnaires") {
        let table = catalogue.lay_under(table, "questionnaires");
        let questionnaire = questionnaire(&table, languages, fields);
        if all.iter().any(|own| own.id == questionnaire.id) {
            table.node.problem(format!("there is a questionnaire `{}` already", questionnaire.id));
        }
        all.push(questionnaire);
    }
    all
}

fn questionnaire(table: &Table<'_>, languages: &Languages, fields: &[Field]) -> Questionnaire {
    table.get("standard");
    let shared = Answers(
        table
            .get("answers")
            .and_then(|node| node.table())
            .map(|answers| {
                let named = answers.entries().into_iter();
                named
                    .map(|(name, _, node)| {
                        let choices = kind::choices(&node.list(), languages, node.from_catalogue);
                        (name.to_owned(), choices)
                    })
                    .collect()
            })
            .unwrap_or_default(),
    );
    let version = table.need("version");
    if let Some(node) = &version
        && let Some(text) = node.str()
    {
        about::check_version(node, text);
    }
    let mut items: Vec<Item> = vec![];
    for entry in table.tables("items") {
        let item = item(&entry, languages, fields, &shared, &items);
        if items.iter().any(|own| own.id == item.id) {
            entry.node.problem(format!("there is an item `{}` already", item.id));
        }
        items.push(item);
    }
    if items.is_empty() && !table.baseless {
        table.node.problem("a questionnaire has at least one item");
    }
    let scores = score::read(table, languages, &items);
    let questionnaire = Questionnaire {
        id: measure::need_id(table),
        version: version.and_then(|node| node.as_str()).unwrap_or_default().to_owned(),
        title: languages.need(table, "title"),
        introduction: languages.get(table, "introduction"),
        items,
        scores,
        licence: table.need_str("licence"),
        attribution: table.str("attribution").unwrap_or_default(),
        codings: code::codings(table),
        annotations: code::annotations(table),
    };
    table.finish();
    questionnaire
}

fn item(
    table: &Table<'_>,
    languages: &Languages,
    fields: &[Field],
    shared: &Answers,
    earlier: &[Item],
) -> Item {
    let kind = if table.bool("heading") {
        ItemKind::Heading
    } else if let Some(node) = table.get("field") {
        ItemKind::Field(fields::reference(&node, fields).unwrap_or_default())
    } else {
        ItemKind::Question(kind::read(table, languages, shared))
    };
    let conditions = table.tables("shown-when");
    let item = Item {
        id: measure::need_id(table),
        text: languages.need(table, "text"),
        help: languages.get(table, "help"),
        required: !matches!(kind, ItemKind::Heading) && !table.bool("optional"),
        kind,
        shown_when: conditions
            .iter()
            .filter_map(|entry| condition(entry, fields, earlier))
            .collect(),
        shown_if: match table.get("shown-if") {
            None => Combine::All,
            Some(node) => match node.str() {
                Some("any") => Combine::Any,
                Some("all") | None => Combine::All,
                Some(other) => {
                    node.unknown("way to combine", other, ["all", "any"]);
                    Combine::All
                }
            },
        },
        codings: code::codings(table),
        annotations: code::annotations(table),
    };
    for key in ["decimals", "unit-title", "reject", "confirm", "confirm-change", "coded"] {
        table.get(key);
    }
    table.finish();
    item
}

/// `{ item = "more-sputum", is = "yes" }`, or `at-least`, `at-most`, `answered`.
fn condition(table: &Table<'_>, fields: &[Field], earlier: &[Item]) -> Option<Condition> {
    let node = table.need("item")?;
    let id = node.str()?;
    let Some(item) = earlier.iter().find(|item| item.id == id) else {
        let names = earlier.iter().map(|item| item.id.as_str());
        node.unknown("earlier item", id, names);
        return None;
    };
    let Some(kind) = kind_of(item, fields) else {
        node.problem(format!("`{id}` is a heading and has no answer"));
        return None;
    };
    let number = |key: &'static str| table.get(key).map(|node| kind::number(&kind, &node));
    let tests: Vec<Option<Test>> = [
        number("is").map(|value| value.map(Test::Equals)),
        number("at-least").map(|value| value.map(Test::AtLeast)),
        number("at-most").map(|value| value.map(Test::AtMost)),
        table.get("answered").map(|node| node.bool().filter(|yes| *yes).map(|_| Test::Answered)),
    ]
    .into_iter()
    .flatten()
    .collect();
    table.finish();
    match tests.as_slice() {
        [test] => Some(Condition { item: id.to_owned(), test: test.clone()? }),
        _ => {
            table.node.problem_help(
                "a condition asks one thing of an earlier item",
                "`is`, `at-least`, `at-most` or `answered = true`",
            );
            None
        }
    }
}

/// What the answer to an item can be; a heading has none.
pub(crate) fn kind_of(item: &Item, fields: &[Field]) -> Option<Kind> {
    match &item.kind {
        ItemKind::Question(kind) => Some(kind.clone()),
        ItemKind::Field(id) => {
            fields.iter().find(|field| field.id == *id).map(|field| field.kind.clone())
        }
        ItemKind::Heading | ItemKind::Other(_) => None,
    }
}

/// Answers that several items share: `[questionnaires.answers]`.
struct Answers(Vec<(String, Vec<Choice>)>);

impl SharedChoices for Answers {
    fn choices(&self, node: &Node<'_>, name: &str) -> Vec<Choice> {
        if let Some((_, choices)) = self.0.iter().find(|(own, _)| own == name) {
            return choices.clone();
        }
        node.unknown("list of answers", name, self.0.iter().map(|(own, _)| own.as_str()));
        vec![]
    }
}
