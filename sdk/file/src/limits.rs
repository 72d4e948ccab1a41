//! The numbers that rules compare with.

use crate::catalogue::Catalogue;
use crate::node::Table;
use crate::text::Languages;
use crate::{code, fields, kind, measure};
use gtp_contract::fields::Field;
use gtp_contract::limits::Limit;
use gtp_contract::types::Kind;

pub(crate) fn read(
    root: &Table<'_>,
    languages: &Languages,
    catalogue: &Catalogue<'_>,
    fields: &[Field],
) -> Vec<Limit> {
    let tables: Vec<Table<'_>> = root
        .tables("limits")
        .into_iter()
        .map(|table| catalogue.lay_under(table, "limits"))
        .collect();
    let ids: Vec<String> = tables.iter().filter_map(|table| table.str("id")).collect();
    let mut limits: Vec<Limit> = vec![];
    for table in &tables {
        let limit = limit(table, languages, fields, &ids);
        if limits.iter().any(|own| own.id == limit.id) {
            table.node.problem(format!("there is a limit `{}` already", limit.id));
        }
        limits.push(limit);
    }
    for (table, limit) in tables.iter().zip(&limits) {
        check_order(table, limit, &limits);
    }
    limits
}

fn limit(table: &Table<'_>, languages: &Languages, fields: &[Field], ids: &[String]) -> Limit {
    table.get("standard");
    let field = table.get("field").and_then(|node| fields::reference(&node, fields));
    let quantity =
        fields.iter().find(|own| Some(&own.id) == field.as_ref()).and_then(|own| match &own.kind {
            Kind::Quantity(quantity) => Some(quantity),
            _ => None,
        });
    let (unit, decimals) = match quantity {
        Some(quantity) => (
            table.get("unit").map_or_else(|| quantity.unit.clone(), |_| kind::unit(table)),
            table.get("decimals").map_or(quantity.decimals, |_| kind::decimals(table)),
        ),
        None => (kind::unit(table), kind::decimals(table)),
    };
    let above = table.list("above");
    let limit = Limit {
        id: measure::need_id(table),
        title: languages.need(table, "title"),
        help: languages.get(table, "help"),
        field,
        unit,
        decimals,
        default: table.number("default"),
        bounds: table.need("bounds").map_or_else(measure::open, |node| measure::range(&node)),
        above: above
            .iter()
            .filter_map(|node| {
                let id = node.str()?;
                if !ids.iter().any(|own| own == id) {
                    node.unknown("limit", id, ids.iter().map(String::as_str));
                }
                Some(id.to_owned())
            })
            .collect(),
        source: table.need_str("source"),
        codings: code::codings(table),
        annotations: code::annotations(table),
    };
    if let (Some(default), Some(node)) = (limit.default, table.get("default"))
        && !measure::within(&limit.bounds, default)
    {
        node.problem_help(
            format!("the default {default} lies outside `bounds`"),
            "nobody could set this limit back to its own default",
        );
    }
    table.finish();
    limit
}

/// A limit's default lies above those of the limits that it must be above.
fn check_order(table: &Table<'_>, limit: &Limit, limits: &[Limit]) {
    for below in limits.iter().filter(|other| limit.above.contains(&other.id)) {
        if let (Some(high), Some(low)) = (limit.default, below.default)
            && high <= low
            && let Some(node) = table.get("above")
        {
            node.problem(format!(
                "`{}` is said to lie above `{}`, but its default {high} does not lie above {low}",
                limit.id, below.id
            ));
        }
    }
}
