//! What a value can be, and the number that rules see in its place.

use crate::code;
use crate::measure;
use crate::node::{Node, Table};
use crate::text::Languages;
use gtp_contract::types::{Choice, Kind, Quantity};

/// Where the answers that several items share are found by name.
pub(crate) trait SharedChoices {
    fn choices(&self, node: &Node<'_>, name: &str) -> Vec<Choice>;
}

/// The kind that a field or a question has: `unit` makes a quantity, `choices` a choice, and `kind` says
/// the rest: "yes-no", "date", "text".
pub(crate) fn read(table: &Table<'_>, languages: &Languages, shared: &dyn SharedChoices) -> Kind {
    let named = table.get("kind");
    let unit = table.get("unit");
    let choices = table.get("choices");
    let max = table.get("max-length");
    let name = named.as_ref().and_then(|node| node.str());
    match (name, &unit, &choices) {
        (None | Some("quantity"), Some(_), None) => Kind::Quantity(quantity(table, languages)),
        (None | Some("choice"), None, Some(list)) => {
            Kind::Choice(choice_list(list, languages, shared))
        }
        (Some("yes-no"), None, None) => Kind::Flag,
        (Some("date"), None, None) => Kind::Date,
        (Some("text"), None, None) => {
            Kind::FreeText(max.and_then(|node| node.whole()).unwrap_or(1000))
        }
        (_, Some(_), Some(list)) => {
            list.problem("a value has a `unit` or `choices`, not both");
            Kind::Flag
        }
        (Some(other), _, _) => {
            if let Some(node) = named {
                let names = ["quantity", "choice", "yes-no", "date", "text"];
                if names.contains(&other) {
                    node.problem_help(
                        format!("`{other}` does not go with the other keys here"),
                        "a quantity has a `unit`, a choice has `choices`, the others have neither",
                    );
                } else {
                    node.unknown("kind", other, names);
                }
            }
            Kind::Flag
        }
        (None, None, None) => {
            if !table.baseless {
                table.node.problem_help(
                    "this says nothing of what a value can be",
                    "give it a `unit`, `choices`, or a `kind`: \"yes-no\", \"date\" or \"text\"",
                );
            }
            Kind::Flag
        }
    }
}

fn quantity(table: &Table<'_>, languages: &Languages) -> Quantity {
    let quantity = Quantity {
        unit: unit(table),
        unit_title: languages.get(table, "unit-title"),
        decimals: decimals(table),
        reject: measure::get_range(table, "reject"),
        confirm: measure::get_range(table, "confirm"),
        confirm_change: table.number("confirm-change"),
        coded: table
            .get("coded")
            .map(|node| choices(&node.list(), languages, node.from_catalogue))
            .unwrap_or_default(),
    };
    for end in [quantity.confirm.low, quantity.confirm.high].into_iter().flatten() {
        if !measure::within(&quantity.reject, end)
            && let Some(node) = table.get("confirm")
        {
            node.problem_help(
                "`confirm` reaches outside `reject`, where values are refused anyway",
                "let `confirm` lie inside `reject`",
            );
        }
    }
    quantity
}

/// The unit of a quantity or a limit, which UCUM must know.
pub(crate) fn unit(table: &Table<'_>) -> String {
    let Some(node) = table.need("unit") else { return String::new() };
    let Some(unit) = node.str() else { return String::new() };
    if let Err(reason) = gtp_ucum::check(unit) {
        let help = gtp_ucum::proposal(unit).map_or_else(
            || "see ucum.org; a number without a unit is \"1\", a score \"{score}\"".to_owned(),
            |right| format!("UCUM calls it \"{right}\""),
        );
        node.problem_help(format!("`{unit}` is no unit in UCUM: {reason}"), help);
    }
    unit.to_owned()
}

/// How many decimals are entered and shown; 0 where nothing is said.
pub(crate) fn decimals(table: &Table<'_>) -> u8 {
    let Some(node) = table.get("decimals") else { return 0 };
    match node.whole() {
        Some(decimals @ 0..=6) => decimals as u8,
        Some(_) => {
            node.problem_help("this is more than can be told apart", "use 0 to 6 decimals");
            0
        }
        None => 0,
    }
}

fn choice_list(node: &Node<'_>, languages: &Languages, shared: &dyn SharedChoices) -> Vec<Choice> {
    match node.as_str() {
        Some(name) => shared.choices(node, name),
        None => choices(&node.list(), languages, node.from_catalogue),
    }
}

/// Choices written out. One without a `value` gets its place in the list, from 0.
pub(crate) fn choices(
    nodes: &[Node<'_>],
    languages: &Languages,
    _from_catalogue: bool,
) -> Vec<Choice> {
    let mut choices: Vec<Choice> = vec![];
    for (index, node) in nodes.iter().enumerate() {
        let Some(table) = node.table() else { continue };
        let code = table.need_str("code");
        let value = table.number("value").unwrap_or(index as f64);
        if let Some(node) = table.get("code") {
            check_code(&node, &code);
            if choices.iter().any(|choice| choice.code == code) {
                node.problem(format!("the code `{code}` stands here twice"));
            }
            if choices.iter().any(|choice| choice.value == value) {
                node.problem_help(
                    format!("another choice has the value {value} too"),
                    "rules see only the value, so each choice needs one of its own",
                );
            }
        }
        let title = languages.need(&table, "title");
        choices.push(Choice { code, value, title, codings: code::codings(&table) });
        table.finish();
    }
    choices
}

fn check_code(node: &Node<'_>, code: &str) {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if code.is_empty() || code.len() > 40 || !code.chars().all(legal) {
        node.problem_help(
            format!("`{code}` is no code for a choice"),
            "use lower-case letters, digits and hyphens",
        );
    }
}

/// The number that rules see for what an author wrote: 80.5, "neg", true, "yes", "2026-03-02".
pub(crate) fn number(kind: &Kind, node: &Node<'_>) -> Option<f64> {
    match kind {
        Kind::Quantity(quantity) => match node.as_str() {
            Some(code) => by_code(&quantity.coded, code, node),
            None => node.number(),
        },
        Kind::Choice(choices) => match node.as_str() {
            Some(code) => by_code(choices, code, node),
            None => {
                let number = node.number()?;
                if !choices.iter().any(|choice| choice.value == number) {
                    node.problem(format!("no choice here has the value {number}"));
                }
                Some(number)
            }
        },
        Kind::Flag => match (node.as_bool(), node.as_str()) {
            (Some(yes), _) => Some(f64::from(u8::from(yes))),
            (_, Some("yes")) => Some(1.0),
            (_, Some("no")) => Some(0.0),
            _ => {
                node.problem("the answer to this is \"yes\" or \"no\"");
                None
            }
        },
        Kind::Date => {
            let date = node.str()?;
            let days = days_since_1970(date);
            if days.is_none() {
                node.problem_help(format!("`{date}` is no date"), "for example \"2026-03-02\"");
            }
            days.map(|days| days as f64 * 86_400_000.0)
        }
        Kind::FreeText(_) | Kind::Other(_) => {
            node.problem("a free text has no number, so no rule and no story can use it");
            None
        }
    }
}

fn by_code(choices: &[Choice], code: &str, node: &Node<'_>) -> Option<f64> {
    let found = choices.iter().find(|choice| choice.code == code);
    if found.is_none() {
        node.unknown("choice", code, choices.iter().map(|choice| choice.code.as_str()));
    }
    found.map(|choice| choice.value)
}

/// Days from 1970-01-01 to a date written `2026-03-02`; nothing where it is no date of the calendar.
pub(crate) fn days_since_1970(date: &str) -> Option<i64> {
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let (year, month, day) =
        (year.parse::<i64>().ok()?, month.parse::<i64>().ok()?, day.parse::<i64>().ok()?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Counted in years that begin in March, so that the leap day is the last of its year.
    let (years, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400);
    Some(years * 365 + leaps + (153 * months + 2) / 5 + day - 1 - 719_468)
}

#[cfg(test)]
mod tests {
    use super::days_since_1970;

    #[test]
    fn dates_are_counted_across_leap_days() {
        assert_eq!(days_since_1970("1970-01-01"), Some(0));
        assert_eq!(days_since_1970("2000-03-01"), Some(11_017));
        assert_eq!(days_since_1970("2024-02-29"), Some(19_782));
        assert_eq!(days_since_1970("2026-03-02"), Some(20_514));
        for wrong in ["2026-02-29", "2026-13-01", "2026-00-10", "26-1-1", "2026-04-31", ""] {
            assert_eq!(days_since_1970(wrong), None, "{wrong}");
        }
    }
}
