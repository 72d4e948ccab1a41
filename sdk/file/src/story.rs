//! Scenarios: small stories, one file each, that prove the rules.

use crate::measure;
use crate::node::{Node, Table};
use crate::rules::{Known, RuleEntry};
use crate::text::Languages;
use crate::{kind, questionnaires, score, visibility};
use gtp_contract::questionnaires::{ItemKind, Questionnaire};
use gtp_contract::scenarios::{Entry, Expectation, Outcome, Scenario, Step};
use gtp_contract::types::Sex;

/// What a story can refer to.
pub(crate) struct World<'k> {
    pub(crate) known: &'k Known<'k>,
    pub(crate) rules: &'k [RuleEntry],
    pub(crate) languages: &'k Languages,
}

/// The story of one file; its id is the file's name unless it says otherwise.
pub(crate) fn read(root: &Table<'_>, name: &str, world: &World<'_>) -> Scenario {
    let starts = root.need_str("starts");
    if let Some(node) = root.get("starts")
        && kind::days_since_1970(&starts).is_none()
    {
        node.problem_help(format!("`{starts}` is no date"), "for example \"2026-03-02\"");
    }
    let mut steps: Vec<Step> =
        root.tables("steps").iter().flat_map(|table| step(table, world)).collect();
    if steps.is_empty() {
        root.node.problem("a story has at least one step");
    }
    steps.sort_by_key(|step| (step.day, step.minute));
    let scenario = Scenario {
        id: root.str("id").unwrap_or_else(|| name.to_owned()),
        title: world.languages.need(root, "title"),
        starts,
        zone: root.str("zone").unwrap_or_else(|| "Europe/Copenhagen".to_owned()),
        age: root.get("age").and_then(|node| node.whole()).and_then(|age| u16::try_from(age).ok()),
        sex: root.get("sex").and_then(|node| sex(&node)),
        limits: root
            .get("limits")
            .and_then(|node| node.table())
            .map(|table| limits(&table, world))
            .unwrap_or_default(),
        steps,
    };
    root.finish();
    scenario
}

fn sex(node: &Node<'_>) -> Option<Sex> {
    match node.str()? {
        "female" => Some(Sex::Female),
        "male" => Some(Sex::Male),
        other => {
            node.unknown("sex", other, ["female", "male"]);
            None
        }
    }
}

fn limits(table: &Table<'_>, world: &World<'_>) -> Vec<(String, f64)> {
    let mut set = vec![];
    for (id, key, value) in table.entries() {
        match world.known.limits.iter().find(|limit| limit.id == id) {
            None => {
                key.unknown("limit", id, world.known.limits.iter().map(|limit| limit.id.as_str()))
            }
            Some(limit) => {
                let Some(number) = value.number() else { continue };
                if !measure::within(&limit.bounds, number) {
                    value.problem(format!("{number} lies outside the bounds of `{id}`"));
                }
                set.push((id.to_owned(), number));
            }
        }
    }
    set
}

/// `day = 4`, or `days = [1, 2, 3]` for the same thing on several days.
fn step(table: &Table<'_>, world: &World<'_>) -> Vec<Step> {
    let mut days: Vec<u32> = table.list("days").iter().filter_map(Node::whole).collect();
    days.extend(table.get("day").and_then(|node| node.whole()));
    if days.is_empty() || days.contains(&0) {
        table.node.problem_help(
            "this step has no day",
            "`day = 1` is the first; `days = [1, 2, 3]` repeats it",
        );
    }
    let minute = table.need("at").and_then(|node| measure::time_of_day(&node)).unwrap_or(0);
    let mut entries = vec![];
    if let Some(values) = table.get("values").and_then(|node| node.table()) {
        entries.extend(self::values(&values, world));
    }
    for node in table.list("skipped") {
        entries.extend(crate::fields::reference(&node, world.known.fields).map(Entry::Skipped));
    }
    if let Some(answers) = table.get("answers").and_then(|node| node.table()) {
        entries.extend(answers_of(&answers, world));
    }
    if entries.is_empty() {
        table
            .node
            .problem("nothing is sent in this step: it needs `values`, `skipped` or `answers`");
    }
    let expect = table.get("expect").and_then(|node| node.table());
    let expect = expect.map(|table| expectations(&table, world)).unwrap_or_default();
    let advice = table.get("advice").map(|node| {
        node.list().iter().filter_map(|node| visibility::rule(node, world.rules)).collect()
    });
    table.finish();
    days.into_iter()
        .map(|day| Step {
            day,
            minute,
            entries: entries.clone(),
            expect: expect.clone(),
            advice: advice.clone(),
        })
        .collect()
}

fn values(table: &Table<'_>, world: &World<'_>) -> Vec<Entry> {
    let mut entries = vec![];
    for (id, key, value) in table.entries() {
        match world.known.fields.iter().find(|field| field.id == id) {
            None => {
                key.unknown("field", id, world.known.fields.iter().map(|field| field.id.as_str()))
            }
            Some(field) => entries.extend(
                kind::number(&field.kind, &value)
                    .map(|number| Entry::Value((id.to_owned(), number))),
            ),
        }
    }
    entries
}

/// `symptoms = { dizzy = "yes", rest = "no" }`: `rest` answers every required question that is not named.
fn answers_of(table: &Table<'_>, world: &World<'_>) -> Vec<Entry> {
    let mut entries = vec![];
    for (id, key, node) in table.entries() {
        let all = world.known.questionnaires;
        let Some(questionnaire) = all.iter().find(|own| own.id == id) else {
            key.unknown("questionnaire", id, all.iter().map(|own| own.id.as_str()));
            continue;
        };
        if let Some(answers) = node.table() {
            entries
                .push(Entry::Response((id.to_owned(), response(&answers, questionnaire, world))));
        }
    }
    entries
}

fn response(
    table: &Table<'_>,
    questionnaire: &Questionnaire,
    world: &World<'_>,
) -> Vec<(String, f64)> {
    let entries = table.entries();
    let rest = entries.iter().find(|(id, _, _)| *id == "rest").map(|(_, _, node)| node);
    for (id, key, _) in &entries {
        let names = questionnaire.items.iter().map(|item| item.id.as_str());
        if *id != "rest" && !names.clone().any(|own| own == *id) {
            key.unknown("item", id, names);
        }
    }
    let mut answers = vec![];
    for item in &questionnaire.items {
        let own = entries.iter().find(|(id, _, _)| *id == item.id).map(|(_, _, node)| node);
        let asked =
            item.required && item.shown_when.is_empty() && !matches!(item.kind, ItemKind::Heading);
        let Some(node) = own.or(rest.filter(|_| asked)) else { continue };
        if node.as_str() == Some("unanswered") {
            continue;
        }
        let Some(kind) = questionnaires::kind_of(item, world.known.fields) else {
            node.problem(format!("`{}` is a heading and has no answer", item.id));
            continue;
        };
        answers.extend(kind::number(&kind, node).map(|number| (item.id.clone(), number)));
    }
    answers
}

fn expectations(table: &Table<'_>, world: &World<'_>) -> Vec<Expectation> {
    let mut expectations = vec![];
    for (id, key, node) in table.entries() {
        let Some(entry) = world.rules.iter().find(|entry| entry.rule.id == id) else {
            key.unknown("rule", id, world.rules.iter().map(|entry| entry.rule.id.as_str()));
            continue;
        };
        let outcome = match node.str() {
            Some("not judged") => Outcome::NotJudged,
            Some("not run") => Outcome::NotRun,
            Some("green" | "yellow" | "red") => match score::severity(&node) {
                Some(severity) => {
                    use gtp_contract::types::Severity;
                    if severity != Severity::Green && !entry.rule.severities.contains(&severity) {
                        node.problem(format!(
                            "`gives` of the rule `{id}` does not name this severity"
                        ));
                    }
                    Outcome::Judged(severity)
                }
                None => continue,
            },
            Some(other) => {
                node.unknown("outcome", other, ["green", "yellow", "red", "not judged", "not run"]);
                continue;
            }
            None => continue,
        };
        expectations.push(Expectation { rule: id.to_owned(), outcome });
    }
    expectations
}
