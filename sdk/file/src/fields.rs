//! What can be measured or noted, and what is measured together.

use crate::catalogue::Catalogue;
use crate::kind::{self, SharedChoices};
use crate::node::{Node, Table};
use crate::text::Languages;
use crate::{code, measure};
use gtp_contract::fields::{Check, Field, Group, Origin};
use gtp_contract::types::Choice;

/// Fields have no answers in common.
struct NoShared;

impl SharedChoices for NoShared {
    fn choices(&self, node: &Node<'_>, _name: &str) -> Vec<Choice> {
        node.problem_help("choices are a list", "[{ code = \"...\", title = { ... } }]");
        vec![]
    }
}

pub(crate) fn read(
    root: &Table<'_>,
    languages: &Languages,
    catalogue: &Catalogue<'_>,
) -> Vec<Field> {
    let mut fields: Vec<Field> = vec![];
    for table in root.tables("fields") {
        let table = catalogue.lay_under(table, "fields");
        let field = field(&table, languages);
        if fields.iter().any(|own| own.id == field.id) {
            table.node.problem(format!("there is a field `{}` already", field.id));
        }
        fields.push(field);
    }
    if fields.is_empty() {
        root.node.problem_help(
            "a programme has at least one field",
            "for example:\n   [[fields]]\n   standard = \"weight\"",
        );
    }
    fields
}

pub(crate) fn field(table: &Table<'_>, languages: &Languages) -> Field {
    let field = Field {
        id: measure::need_id(table),
        title: languages.need(table, "title"),
        help: languages.get(table, "help"),
        kind: kind::read(table, languages, &NoShared),
        origin: if table.bool("derived") { Origin::Derived } else { Origin::Entered },
        codings: code::codings(table),
        annotations: code::annotations(table),
    };
    // Keys of kinds that this field is not of are known all the same: `kind::read` complains better.
    for key in
        ["standard", "decimals", "unit-title", "reject", "confirm", "confirm-change", "coded"]
    {
        table.get(key);
    }
    table.finish();
    field
}

pub(crate) fn groups(
    root: &Table<'_>,
    languages: &Languages,
    catalogue: &Catalogue<'_>,
    fields: &[Field],
) -> Vec<Group> {
    let mut groups: Vec<Group> = vec![];
    for table in root.tables("groups") {
        let table = catalogue.lay_under(table, "groups");
        table.get("standard");
        let members: Vec<String> =
            table.list("fields").iter().filter_map(|node| reference(node, fields)).collect();
        for member in &members {
            if groups.iter().any(|group| group.fields.contains(member)) {
                table.node.problem(format!("`{member}` is in another group already"));
            }
        }
        let checks =
            table.tables("checks").iter().filter_map(|check| less_than(check, fields)).collect();
        let group = Group {
            id: measure::need_id(&table),
            title: languages.need(&table, "title"),
            help: languages.get(&table, "help"),
            fields: members,
            checks,
            codings: code::codings(&table),
            annotations: code::annotations(&table),
        };
        if groups.iter().any(|own| own.id == group.id) {
            table.node.problem(format!("there is a group `{}` already", group.id));
        }
        table.finish();
        groups.push(group);
    }
    groups
}

/// `{ less = "diastolic", than = "systolic" }`.
fn less_than(table: &Table<'_>, fields: &[Field]) -> Option<Check> {
    let less = table.need("less").and_then(|node| reference(&node, fields));
    let than = table.need("than").and_then(|node| reference(&node, fields));
    table.finish();
    Some(Check::LessThan((less?, than?)))
}

/// The id of a field of this programme.
pub(crate) fn reference(node: &Node<'_>, fields: &[Field]) -> Option<String> {
    let id = node.str()?;
    if !fields.iter().any(|field| field.id == id) {
        node.unknown("field", id, fields.iter().map(|field| field.id.as_str()));
        return None;
    }
    Some(id.to_owned())
}
