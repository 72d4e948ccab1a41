//! Limits: within their bounds, and in order.

use super::{dangling, fields, places, unique};
use crate::flaw::Flaws;
use gtp_model::{
    LimitId,
    programme::{Kind, Limit, Programme},
};
use std::collections::BTreeSet;

pub fn check(programme: &Programme, flaws: &mut Flaws) {
    unique(programme.limits.iter().map(|limit| &limit.id), |id| places::limit(id), flaws);
    for limit in &programme.limits {
        let place = places::limit(&limit.id);
        fields::unit(&limit.unit, &place, flaws);
        fields::decimals(limit.decimals, &place, flaws);
        fields::range(&limit.bounds, "bounds", &place, flaws);
        default(limit, &place, flaws);
        field(limit, programme, &place, flaws);
        order(limit, programme, &place, flaws);
        if limit.source.trim().is_empty() {
            let mend = "Name the publication, or write [design] where none fixes it";
            flaws.error(
                "source-missing",
                &place,
                "nobody knows where its default comes from",
                mend,
            );
        }
        if !programme.rules.iter().any(|rule| rule.limits.contains(&limit.id)) {
            let mend = "Name it in the rule's `limits`, or leave it out";
            flaws.warning("limit-unused", &place, "no rule compares with it", mend);
        }
    }
}

fn default(limit: &Limit, place: &str, flaws: &mut Flaws) {
    let Some(default) = limit.default else { return };
    if !limit.bounds.contains(default) {
        flaws.error(
            "limit-outside-bounds",
            place,
            format!("its default {default} lies outside its bounds"),
            "Widen the bounds, or choose another default",
        );
    }
}

fn field(limit: &Limit, programme: &Programme, place: &str, flaws: &mut Flaws) {
    let Some(id) = &limit.field else { return };
    let Some(field) = programme.field(id) else { return dangling(place, "field", id, flaws) };
    // Choices have numbers and no unit: a limit on them may say what it counts.
    if let Kind::Quantity(quantity) = &field.kind
        && quantity.unit != limit.unit
    {
        flaws.error(
            "limit-unit",
            place,
            format!("it is in `{}` and field `{id}` in `{}`", limit.unit, quantity.unit),
            "Give both the same unit, or name no field",
        );
    }
}

fn order(limit: &Limit, programme: &Programme, place: &str, flaws: &mut Flaws) {
    for id in &limit.above {
        let Some(lower) = programme.limit(id) else {
            dangling(place, "limit", id, flaws);
            continue;
        };
        if lower.unit != limit.unit {
            let what = format!("it is in `{}` and `{id}` below it in `{}`", limit.unit, lower.unit);
            flaws.error("limit-unit", place, what, "Compare limits of one unit");
        }
        if matches!((lower.default, limit.default), (Some(lower), Some(own)) if lower >= own) {
            flaws.error(
                "limit-order",
                place,
                format!("it must lie above `{id}`, and its default does not"),
                "Choose other defaults, or take it out of `above`",
            );
        }
    }
    if is_above_itself(limit, programme) {
        flaws.error(
            "limit-circle",
            place,
            "by way of `above` it must lie above itself",
            "Break the circle",
        );
    }
}

fn is_above_itself(limit: &Limit, programme: &Programme) -> bool {
    let mut seen: BTreeSet<&LimitId> = BTreeSet::new();
    let mut next: Vec<&LimitId> = limit.above.iter().collect();
    while let Some(id) = next.pop() {
        if *id == limit.id {
            return true;
        }
        if seen.insert(id)
            && let Some(lower) = programme.limit(id)
        {
            next.extend(&lower.above);
        }
    }
    false
}
