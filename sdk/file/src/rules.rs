//! The rules, described: what each reads, gives and says.

use crate::catalogue::Catalogue;
use crate::node::{Node, Table};
use crate::text::Languages;
use crate::{code, fields, kind, measure, placeholder, score, when};
use gtp_contract::assess::Urgency;
use gtp_contract::condition::PlainRule;
use gtp_contract::fields::{Field, Origin};
use gtp_contract::limits::Limit;
use gtp_contract::questionnaires::{ItemKind, Questionnaire};
use gtp_contract::rules::{Fact, Input, Read, Rule};
use gtp_contract::types::{Severity, Text};

/// What a rule may say to a clinician, and the names in braces that are filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its name in the file.
    pub name: String,
    /// The text in each language.
    pub text: Text,
}

/// What a rule may tell the citizen to do.
#[derive(Clone, Debug, PartialEq)]
pub struct AdviceText {
    /// Its name in the file.
    pub name: String,
    /// How urgent it is.
    pub urgency: Urgency,
    /// The text in each language.
    pub text: Text,
}

/// A number that a rule shows with its finding.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureText {
    /// Its name in the file.
    pub name: String,
    /// What the number is.
    pub title: Text,
    /// UCUM code.
    pub unit: String,
    /// How many decimals are shown.
    pub decimals: u8,
    /// The limit that it is compared with.
    pub limit: Option<String>,
}

/// A rule with all that it can say.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleEntry {
    /// The rule as the host sees it.
    pub rule: Rule,
    /// What it may say to a clinician.
    pub messages: Vec<Message>,
    /// What it may tell the citizen to do.
    pub advice: Vec<AdviceText>,
    /// The numbers that it may show.
    pub figures: Vec<FigureText>,
    /// What it judges by, where it is written as conditions and not as code.
    pub plain: Option<PlainRule>,
}

/// What rules can refer to.
pub(crate) struct Known<'k> {
    pub(crate) fields: &'k [Field],
    pub(crate) questionnaires: &'k [Questionnaire],
    pub(crate) limits: &'k [Limit],
}

pub(crate) fn read(
    root: &Table<'_>,
    languages: &Languages,
    catalogue: &Catalogue<'_>,
    known: &Known<'_>,
) -> Vec<RuleEntry> {
    let mut rules: Vec<RuleEntry> = vec![];
    for table in root.tables("rules") {
        let table = catalogue.lay_under(table, "rules");
        table.get("standard");
        let entry = rule(&table, languages, known);
        if rules.iter().any(|own| own.rule.id == entry.rule.id) {
            table.node.problem(format!("there is a rule `{}` already", entry.rule.id));
        }
        rules.push(entry);
    }
    for questionnaire in known.questionnaires {
        for id in catalogue.comes_with(&questionnaire.id) {
            if !rules.iter().any(|own| own.rule.id == id) {
                root.node.problem_help(
                    format!("`{}` must not be asked without the rule `{id}`", questionnaire.id),
                    format!("add\n   [[rules]]\n   standard = \"{id}\""),
                );
            }
        }
    }
    rules
}

fn rule(table: &Table<'_>, languages: &Languages, known: &Known<'_>) -> RuleEntry {
    if table.get("when").is_some() {
        return when::rule(table, languages, known);
    }
    let reads = table.need("reads").map(|node| node.list()).unwrap_or_default();
    let limits = table.list("limits").iter().filter_map(|node| limit(node, known)).collect();
    let entry = RuleEntry {
        rule: Rule {
            id: measure::need_id(table),
            title: languages.need(table, "title"),
            description: languages.need(table, "fires"),
            reads: reads.iter().flat_map(|node| read_input(node, known)).collect(),
            person: table.list("person").iter().filter_map(fact).collect(),
            limits,
            derives: table.list("derives").iter().filter_map(|node| derived(node, known)).collect(),
            severities: severities(table),
            source: table.need_str("source"),
            source_url: table.str("source-url").unwrap_or_default(),
            codings: code::codings(table),
            annotations: code::annotations(table),
        },
        messages: named(table, "says")
            .into_iter()
            .map(|(name, node)| {
                let text = languages.read(&node);
                placeholder::check(&node, &text);
                Message { name, text }
            })
            .collect(),
        advice: named(table, "advises")
            .into_iter()
            .filter_map(|(name, node)| advice(name, &node, languages))
            .collect(),
        figures: named(table, "figures")
            .into_iter()
            .filter_map(|(name, node)| figure(name, &node, languages, known))
            .collect(),
        plain: None,
    };
    table.finish();
    entry
}

fn severities(table: &Table<'_>) -> Vec<Severity> {
    let Some(node) = table.need("gives") else { return vec![] };
    let severities: Vec<Severity> = node.one_or_list().iter().filter_map(score::severity).collect();
    if severities.contains(&Severity::Green) {
        node.problem_help("every rule can give green", "name only \"yellow\" and \"red\" here");
    }
    severities
}

/// `{ field = "weight", within = "72 h", newest = 10 }`; also `fields = [..]`, `answer = "q/item"`,
/// `answers = "q"` for all its items, and `score = "q/total"`.
fn read_input(node: &Node<'_>, known: &Known<'_>) -> Vec<Read> {
    let Some(table) = node.table() else { return vec![] };
    let mut inputs = vec![];
    if let Some(field) = table.get("field").and_then(|node| fields::reference(&node, known.fields))
    {
        inputs.push(Input::Field(field));
    }
    for field in table.list("fields") {
        inputs.extend(fields::reference(&field, known.fields).map(Input::Field));
    }
    if let Some(node) = table.get("answer") {
        inputs.extend(answer(&node, known).map(Input::Answer));
    }
    if let Some(node) = table.get("answers") {
        inputs.extend(all_answers(&node, known));
    }
    if let Some(node) = table.get("score") {
        inputs.extend(score_input(&node, known).map(Input::Score));
    }
    let within = table.get("within").and_then(|node| measure::duration(&node));
    let newest = table.get("newest").and_then(|node| node.whole());
    if within.is_none() && newest.is_none() {
        table.node.problem_help(
            "this does not say how far back the rule reads",
            "add within = \"72 h\", or newest = 1, or both",
        );
    }
    table.finish();
    if inputs.is_empty() {
        table.node.problem_help(
            "this reads nothing",
            "name a `field`, `fields`, an `answer` (\"questionnaire/item\"), `answers` or a `score`",
        );
    }
    inputs.into_iter().map(|input| Read { input, within, newest }).collect()
}

fn questionnaire<'k>(node: &Node<'_>, id: &str, known: &'k Known<'_>) -> Option<&'k Questionnaire> {
    let found = known.questionnaires.iter().find(|own| own.id == id);
    if found.is_none() {
        node.unknown("questionnaire", id, known.questionnaires.iter().map(|own| own.id.as_str()));
    }
    found
}

fn path<'n, 'k>(node: &'n Node<'_>, known: &'k Known<'_>) -> Option<(&'k Questionnaire, &'n str)> {
    let path = node.str()?;
    let Some((id, part)) = path.split_once('/') else {
        node.problem_help(format!("`{path}` names no part"), "write \"questionnaire/item\"");
        return None;
    };
    Some((questionnaire(node, id, known)?, part))
}

pub(crate) fn answer(node: &Node<'_>, known: &Known<'_>) -> Option<(String, String)> {
    let (questionnaire, id) = path(node, known)?;
    let questions =
        questionnaire.items.iter().filter(|item| matches!(item.kind, ItemKind::Question(_)));
    if !questions.clone().any(|item| item.id == id) {
        node.unknown("question", id, questions.map(|item| item.id.as_str()));
        return None;
    }
    Some((questionnaire.id.clone(), id.to_owned()))
}

fn all_answers(node: &Node<'_>, known: &Known<'_>) -> Vec<Input> {
    let Some(found) = node.str().and_then(|id| questionnaire(node, id, known)) else {
        return vec![];
    };
    let questions = found.items.iter().filter(|item| {
        matches!(&item.kind, ItemKind::Question(kind) if !matches!(kind, gtp_contract::types::Kind::FreeText(_)))
    });
    questions.map(|item| Input::Answer((found.id.clone(), item.id.clone()))).collect()
}

pub(crate) fn score_input(node: &Node<'_>, known: &Known<'_>) -> Option<(String, String)> {
    let (questionnaire, id) = path(node, known)?;
    if !questionnaire.scores.iter().any(|score| score.id == id) {
        node.unknown("score", id, questionnaire.scores.iter().map(|score| score.id.as_str()));
        return None;
    }
    Some((questionnaire.id.clone(), id.to_owned()))
}

fn limit(node: &Node<'_>, known: &Known<'_>) -> Option<String> {
    let id = node.str()?;
    if !known.limits.iter().any(|limit| limit.id == id) {
        node.unknown("limit", id, known.limits.iter().map(|limit| limit.id.as_str()));
        return None;
    }
    Some(id.to_owned())
}

fn derived(node: &Node<'_>, known: &Known<'_>) -> Option<String> {
    let id = fields::reference(node, known.fields)?;
    let field = known.fields.iter().find(|field| field.id == id)?;
    if !matches!(field.origin, Origin::Derived) {
        node.problem_help(
            format!("`{id}` is entered by people, so no rule may compute it"),
            "give the field `derived = true`, or a field of its own to the rule",
        );
    }
    Some(id)
}

fn fact(node: &Node<'_>) -> Option<Fact> {
    match node.str()? {
        "age" => Some(Fact::Age),
        "sex" => Some(Fact::Sex),
        other => {
            node.unknown("fact of a person", other, ["age", "sex"]);
            None
        }
    }
}

/// The named members of a table, names checked to be usable in code.
fn named<'a>(table: &Table<'a>, key: &'static str) -> Vec<(String, Node<'a>)> {
    let Some(table) = table.get(key).and_then(|node| node.table()) else { return vec![] };
    let entries = table.entries().into_iter();
    entries
        .map(|(name, key, node)| {
            measure::check_id(&key, name);
            (name.to_owned(), node)
        })
        .collect()
}

fn advice(name: String, node: &Node<'_>, languages: &Languages) -> Option<AdviceText> {
    let table = node.table()?;
    let urgency = urgency(&table)?;
    let text = languages.beside(&table, node, &["urgency"]);
    placeholder::check(node, &text);
    Some(AdviceText { name, urgency, text })
}

/// How urgent a piece of advice is.
pub(crate) fn urgency(table: &Table<'_>) -> Option<Urgency> {
    let urgency = table.need("urgency")?;
    Some(match urgency.str()? {
        "emergency" => Urgency::Emergency,
        "now" => Urgency::Now,
        "today" => Urgency::Today,
        "note" => Urgency::Note,
        other => {
            urgency.unknown("urgency", other, ["emergency", "now", "today", "note"]);
            Urgency::Now
        }
    })
}

fn figure(
    name: String,
    node: &Node<'_>,
    languages: &Languages,
    known: &Known<'_>,
) -> Option<FigureText> {
    let table = node.table()?;
    let limit = table.get("limit").and_then(|node| limit(&node, known));
    let of_limit = known.limits.iter().find(|own| Some(&own.id) == limit.as_ref());
    let figure = FigureText {
        name,
        title: languages.need(&table, "title"),
        unit: match (table.get("unit"), of_limit) {
            (None, Some(limit)) => limit.unit.clone(),
            _ => kind::unit(&table),
        },
        decimals: match (table.get("decimals"), of_limit) {
            (None, Some(limit)) => limit.decimals,
            _ => kind::decimals(&table),
        },
        limit,
    };
    table.finish();
    Some(figure)
}
