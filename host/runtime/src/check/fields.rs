//! Fields and groups.

use super::{dangling, places, unique};
use crate::flaw::{Flaws, shown};
use gtp_model::{
    FieldId,
    programme::{Choice, Group, GroupCheck, Kind, Origin, Programme, Quantity, Range},
};
use std::collections::BTreeMap;

/// More decimals than any form or chart shows.
const DECIMALS: u8 = 6;
/// The longest free text.
const FREE_TEXT: u32 = 10_000;

pub fn check(programme: &Programme, flaws: &mut Flaws) {
    if programme.fields.is_empty() && programme.questionnaires.is_empty() {
        flaws.error(
            "nothing",
            "component",
            "it has no field and no questionnaire",
            "Define what it collects",
        );
    }
    unique(programme.fields.iter().map(|field| &field.id), |id| places::field(id), flaws);
    unique(programme.groups.iter().map(|group| &group.id), |id| places::group(id), flaws);
    for field in &programme.fields {
        let place = places::field(&field.id);
        kind(&field.kind, &place, flaws);
        let derived_by = programme.rules.iter().any(|rule| rule.derives.contains(&field.id));
        if field.origin == Origin::Derived && !derived_by {
            flaws.warning(
                "field-not-derived",
                &place,
                "it is derived, and no rule derives it: it never has a value",
                "Name it in the rule's `derives`",
            );
        }
    }
    groups(programme, flaws);
}

/// What a value can be, of a field or a question.
pub fn kind(kind: &Kind, place: &str, flaws: &mut Flaws) {
    match kind {
        Kind::Quantity(own) => quantity(own, place, flaws),
        Kind::Choice(choices) => {
            if choices.is_empty() {
                flaws.error(
                    "choice-none",
                    place,
                    "there is nothing to choose from",
                    "Give it choices",
                );
            }
            self::choices(choices, place, flaws);
        }
        Kind::FreeText(longest) if *longest == 0 || *longest > FREE_TEXT => {
            let what = format!("a free text of at most {longest} characters is of no use");
            flaws.error("free-text-length", place, what, format!("Allow 1 to {FREE_TEXT}"));
        }
        Kind::Flag | Kind::Date | Kind::FreeText(_) => {}
    }
}

fn quantity(quantity: &Quantity, place: &str, flaws: &mut Flaws) {
    unit(&quantity.unit, place, flaws);
    decimals(quantity.decimals, place, flaws);
    range(&quantity.reject, "reject", place, flaws);
    range(&quantity.confirm, "confirm", place, flaws);
    let pointless = |confirm: Option<f64>, reject: Option<f64>, beyond: fn(f64, f64) -> bool| matches!((confirm, reject), (Some(confirm), Some(reject)) if beyond(confirm, reject));
    if pointless(quantity.confirm.low, quantity.reject.low, |confirm, reject| confirm < reject)
        || pointless(quantity.confirm.high, quantity.reject.high, |confirm, reject| {
            confirm > reject
        })
    {
        flaws.warning(
            "confirm-beyond-reject",
            place,
            "it asks to confirm values that it refuses anyway",
            "Make `confirm` the narrower range",
        );
    }
    if quantity.confirm_change.is_some_and(|change| !(change.is_finite() && change > 0.0)) {
        flaws.error(
            "confirm-change",
            place,
            "`confirm-change` is no positive number",
            "Give a positive one",
        );
    }
    choices(&quantity.coded, place, flaws);
}

pub fn unit(unit: &str, place: &str, flaws: &mut Flaws) {
    if let Err(reason) = gtp_ucum::check(unit) {
        let mend = gtp_ucum::proposal(unit).map_or_else(
            || "Write it as ucum.org does: kg, mm[Hg], /min, mmol/L, %, {score}".to_owned(),
            |right| format!("UCUM calls it `{right}`"),
        );
        let what = format!("`{}` is no UCUM unit: {reason}", shown(unit));
        flaws.error("unit-unknown", place, what, mend);
    }
}

pub fn decimals(decimals: u8, place: &str, flaws: &mut Flaws) {
    if decimals > DECIMALS {
        let what = format!("nobody reads {decimals} decimals");
        flaws.error("decimals", place, what, format!("Allow at most {DECIMALS}"));
    }
}

pub fn range(range: &Range, name: &str, place: &str, flaws: &mut Flaws) {
    let ends = [range.low, range.high];
    if ends.iter().flatten().any(|end| !end.is_finite()) {
        flaws.error(
            "range-invalid",
            place,
            format!("an end of `{name}` is no number"),
            "Leave an open end out",
        );
    } else if matches!((range.low, range.high), (Some(low), Some(high)) if low > high) {
        flaws.error(
            "range-invalid",
            place,
            format!("`{name}` ends before it begins"),
            "Swap its ends",
        );
    }
}

fn choices(choices: &[Choice], place: &str, flaws: &mut Flaws) {
    const MOST: usize = 200;
    if choices.len() > MOST {
        flaws.error(
            "too-many",
            place,
            format!("it has {} choices", choices.len()),
            format!("Allow at most {MOST}"),
        );
        return;
    }
    unique(choices.iter().map(|choice| shown(&choice.code)), |_| place.to_owned(), flaws);
    let mut values: BTreeMap<u64, &str> = BTreeMap::new();
    for choice in choices {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if choice.code.is_empty() || choice.code.len() > 40 || !choice.code.chars().all(legal) {
            flaws.error(
                "choice-code",
                place,
                format!("`{}` is no choice's code", shown(&choice.code)),
                "Use at most 40 lower-case letters, digits and hyphens",
            );
        }
        if !choice.value.is_finite() {
            flaws.error(
                "choice-value",
                place,
                "a choice's value is no number",
                "Give it one that rules can compare",
            );
        }
        if let Some(other) = values.insert((choice.value + 0.0).to_bits(), &choice.code) {
            flaws.warning(
                "choice-value-twice",
                place,
                format!(
                    "rules cannot tell `{}` from `{}`: both are {}",
                    shown(&choice.code),
                    shown(other),
                    choice.value
                ),
                "Give each choice a value of its own",
            );
        }
    }
}

fn groups(programme: &Programme, flaws: &mut Flaws) {
    let mut member_of: BTreeMap<&FieldId, &Group> = BTreeMap::new();
    for group in &programme.groups {
        let place = places::group(&group.id);
        if group.fields.is_empty() {
            flaws.error(
                "group-empty",
                &place,
                "it has no fields",
                "Name the fields that are measured together",
            );
        }
        for id in &group.fields {
            match programme.field(id) {
                None => dangling(&place, "field", id, flaws),
                Some(field) if field.origin == Origin::Derived => {
                    let what = format!("field `{id}` is derived and cannot be measured");
                    flaws.error("group-derived", &place, what, "Take it out of the group");
                }
                Some(_) => {}
            }
            if let Some(other) = member_of.insert(id, group) {
                let what = format!("field `{id}` is in group `{}` too", other.id);
                flaws.error("group-twice", &place, what, "A field belongs to at most one group");
            }
        }
        for check in &group.checks {
            group_check(check, group, programme, &place, flaws);
        }
    }
}

fn group_check(
    check: &GroupCheck,
    group: &Group,
    programme: &Programme,
    place: &str,
    flaws: &mut Flaws,
) {
    let GroupCheck::LessThan(less, more) = check;
    for id in [less, more] {
        if !group.fields.contains(id) {
            dangling(place, "a field of this group", id, flaws);
        }
    }
    let quantity = |id| programme.field(id).map(|field| &field.kind);
    match (quantity(less), quantity(more)) {
        (Some(Kind::Quantity(a)), Some(Kind::Quantity(b))) if a.unit == b.unit && less != more => {}
        (None, _) | (_, None) => {}
        _ => flaws.error(
            "group-check",
            place,
            format!("`{less}` and `{more}` cannot be compared"),
            "Compare two quantities of one unit",
        ),
    }
}
