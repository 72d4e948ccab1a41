//! Rules written as conditions.
//!
//! ```toml
//! [[rules.when]]
//! gives = "red"
//! if = { field = "weight", rises-over = "72 h", above = "weight-gain" }
//! says = { da = "...", en = "..." }
//! ```
//!
//! What a rule reads, gives and compares with follows from its conditions, so nobody writes it twice.

use crate::node::{Node, Table};
use crate::rules::{self, Known, RuleEntry};
use crate::text::Languages;
use crate::{code, fields, kind, measure, questionnaires, score, words};
use gtp_contract::condition::{Against, Condition, Level, PlainRule, Test};
use gtp_contract::rules::{Input, Read, Rule};
use gtp_contract::types::Kind;
use std::collections::BTreeMap;

/// How far back a condition looks that does not say it.
const DAY: u64 = 24 * 60 * 60 * 1000;

/// What conditions turn out to read and compare with.
#[derive(Default)]
struct Needs {
    inputs: BTreeMap<String, (Input, u64)>,
    limits: Vec<String>,
}

pub(crate) fn rule(table: &Table<'_>, languages: &Languages, known: &Known<'_>) -> RuleEntry {
    let mut needs = Needs::default();
    let levels: Vec<Level> = table
        .tables("when")
        .iter()
        .filter_map(|entry| level(entry, languages, known, &mut needs))
        .collect();
    for key in ["reads", "limits", "gives", "says", "advises", "figures", "derives", "person"] {
        if let Some(node) = table.get(key) {
            node.problem_help(
                format!("`{key}` does not go with `when`"),
                "what the rule reads, gives and says stands in its conditions",
            );
        }
    }
    let mut severities = vec![];
    for level in &levels {
        if !severities.contains(&level.gives) {
            severities.push(level.gives);
        }
    }
    let id = measure::need_id(table);
    let told = languages.get(table, "fires");
    let description = if told.is_empty() { words::aloud(&levels, languages, known) } else { told };
    let entry = RuleEntry {
        rule: Rule {
            id: id.clone(),
            title: languages.need(table, "title"),
            description,
            reads: needs
                .inputs
                .into_values()
                .map(|(input, within)| Read { input, within: Some(within), newest: None })
                .collect(),
            person: vec![],
            limits: needs.limits,
            derives: vec![],
            severities,
            source: table.need_str("source"),
            source_url: table.str("source-url").unwrap_or_default(),
            codings: code::codings(table),
            annotations: code::annotations(table),
        },
        messages: vec![],
        advice: vec![],
        figures: vec![],
        plain: Some(PlainRule { rule: id, levels }),
    };
    table.finish();
    entry
}

fn level(
    table: &Table<'_>,
    languages: &Languages,
    known: &Known<'_>,
    needs: &mut Needs,
) -> Option<Level> {
    let gives = table.need("gives").and_then(|node| score::severity(&node));
    let when = table.need("if").and_then(|node| condition(&node, known, needs));
    let advises = table.get("advises").and_then(|node| {
        let own = node.table()?;
        Some((rules::urgency(&own)?, languages.beside(&own, &node, &["urgency"])))
    });
    let says = languages.need(table, "says");
    table.finish();
    Some(Level { gives: gives?, when: when?, says, advises })
}

fn condition(node: &Node<'_>, known: &Known<'_>, needs: &mut Needs) -> Option<Condition> {
    let table = node.table()?;
    let parts = |node: Node<'_>, needs: &mut Needs| -> Vec<Condition> {
        node.list().iter().filter_map(|node| condition(node, known, needs)).collect()
    };
    let condition = if let Some(all) = table.get("all") {
        Condition::All(parts(all, needs))
    } else if let Some(any) = table.get("any") {
        Condition::Any(parts(any, needs))
    } else if let Some(not) = table.get("not") {
        Condition::Not(Box::new(condition(&not, known, needs)?))
    } else {
        simple(&table, known, needs)?
    };
    table.finish();
    Some(condition)
}

/// What a condition is about: its series, and what its values can be.
struct Subject {
    id: String,
    input: Input,
    kind: Option<Kind>,
}

fn subject(table: &Table<'_>, known: &Known<'_>) -> Option<Subject> {
    if let Some(node) = table.get("field") {
        let id = fields::reference(&node, known.fields)?;
        let kind = known.fields.iter().find(|field| field.id == id).map(|field| field.kind.clone());
        return Some(Subject { input: Input::Field(id.clone()), id, kind });
    }
    if let Some(node) = table.get("answer") {
        let (questionnaire, item) = rules::answer(&node, known)?;
        let own = known.questionnaires.iter().find(|own| own.id == questionnaire)?;
        let kind = own.items.iter().find(|own| own.id == item);
        let kind = kind.and_then(|item| questionnaires::kind_of(item, known.fields));
        let id = format!("{questionnaire}/{item}");
        return Some(Subject { input: Input::Answer((questionnaire, item)), id, kind });
    }
    if let Some(node) = table.get("score") {
        let (questionnaire, score) = rules::score_input(&node, known)?;
        let id = format!("{questionnaire}/{score}");
        return Some(Subject { input: Input::Score((questionnaire, score)), id, kind: None });
    }
    table.node.problem_help(
        "this condition is about nothing",
        "name a `field`, an `answer` (\"questionnaire/item\") or a `score`; or combine with `all`, `any`, `not`",
    );
    None
}

fn simple(table: &Table<'_>, known: &Known<'_>, needs: &mut Needs) -> Option<Condition> {
    let subject = subject(table, known)?;
    let length = |key: &'static str| table.get(key).and_then(|node| measure::duration(&node));
    let (rises, falls, missing) =
        (length("rises-over"), length("falls-over"), length("missing-for"));
    let within = length("within");
    let span = rises.or(falls).or(missing).or(within).unwrap_or(DAY);
    // A change counts back from the newest value, which may itself be a day old.
    let reach = if rises.or(falls).is_some() { span + DAY } else { span };
    let need = needs.inputs.entry(subject.id.clone()).or_insert((subject.input.clone(), reach));
    need.1 = need.1.max(reach);

    let series = subject.id.clone();
    if let Some(span) = missing {
        // Whoever looks for a gap must be able to see that there is none.
        return Some(Condition::MissingFor { series, span });
    }
    // An amount by which something changed is a plain number, whatever the field's own choices.
    let kind = if rises.or(falls).is_some() { None } else { subject.kind };
    let test = test(table, kind.as_ref(), known, needs)?;
    if let Some(over) = rises {
        return Some(Condition::Rise { series, over, test });
    }
    if let Some(over) = falls {
        return Some(Condition::Fall { series, over, test });
    }
    match table.get("times").and_then(|node| node.whole()) {
        Some(at_least) => {
            let of_last = table.get("of-last").and_then(|node| node.whole()).unwrap_or(at_least);
            if at_least == 0 || of_last < at_least {
                table.node.problem("`times` is at least 1 and not more than `of-last`");
            }
            Some(Condition::Times { series, within: span, test, at_least, of_last })
        }
        None => Some(Condition::Newest { series, within: span, test }),
    }
}

fn test(
    table: &Table<'_>,
    kind: Option<&Kind>,
    known: &Known<'_>,
    needs: &mut Needs,
) -> Option<Test> {
    let mut compare = |key: &'static str| {
        table.get(key).map(|node| against(&node, kind, known, &mut needs.limits))
    };
    let compared = [
        compare("above").map(|than| than.map(Test::Above)),
        compare("at-least").map(|than| than.map(Test::AtLeast)),
        compare("below").map(|than| than.map(Test::Below)),
        compare("at-most").map(|than| than.map(Test::AtMost)),
    ];
    let exact = table.get("is").map(|node| match kind {
        Some(kind) => kind::number(kind, &node).map(Test::Is),
        None => node.number().map(Test::Is),
    });
    let between = match (table.get("from"), table.get("to")) {
        (Some(from), Some(to)) => {
            Some(from.number().zip(to.number()).map(|(from, to)| Test::Between(from, to)))
        }
        (None, None) => None,
        _ => {
            table.node.problem("`from` and `to` go together");
            Some(None)
        }
    };
    let tests: Vec<Option<Test>> = compared.into_iter().chain([exact, between]).flatten().collect();
    match tests.as_slice() {
        [test] => test.clone(),
        _ => {
            table.node.problem_help(
                "a condition asks one thing",
                "`above`, `at-least`, `below`, `at-most`, `is`, `from` with `to`, or `missing-for`",
            );
            None
        }
    }
}

/// A number, a choice's code, or the id of a limit.
fn against(
    node: &Node<'_>,
    kind: Option<&Kind>,
    known: &Known<'_>,
    limits: &mut Vec<String>,
) -> Option<Against> {
    let Some(name) = node.as_str() else { return node.number().map(Against::Number) };
    if known.limits.iter().any(|limit| limit.id == name) {
        if !limits.iter().any(|own| own == name) {
            limits.push(name.to_owned());
        }
        return Some(Against::Limit(name.to_owned()));
    }
    match kind {
        Some(kind @ (Kind::Choice(_) | Kind::Quantity(_))) if is_choice(kind, name) => {
            kind::number(kind, node).map(Against::Number)
        }
        _ => {
            node.unknown("limit", name, known.limits.iter().map(|limit| limit.id.as_str()));
            None
        }
    }
}

fn is_choice(kind: &Kind, code: &str) -> bool {
    match kind {
        Kind::Choice(choices) => choices.iter().any(|choice| choice.code == code),
        Kind::Quantity(quantity) => quantity.coded.iter().any(|choice| choice.code == code),
        _ => false,
    }
}
