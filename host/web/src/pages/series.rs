//! A citizen's fields as pages show them: a chart with its limits, and the numbers in a table beside it.
//!
//! Fields that are measured together stand in one chart and one table.

use super::alert::layer;
use super::chart::{self, Drawing, Limit, Plot, Point, Series};
use super::frame::{Moment, Words};
use gtp_care::{EnrolmentView, FieldView, LimitView};
use gtp_model::programme::{Group, Kind, Programme};
use gtp_model::{DAY, FieldId, Observation, ProgrammeId, Target, Time, Value};
use std::collections::{BTreeMap, HashSet};

/// So many rows stand beside the chart; the rest is one click away.
const ROWS: usize = 7;

/// A table shows no more rows than this.
const MOST_ROWS: usize = 200;

/// One chart with its table.
pub struct Block {
    pub id: String,
    pub title: String,
    /// The newest value, and when.
    pub newest: Option<(String, Moment)>,
    pub drawing: Option<Drawing>,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
    pub older: Vec<Row>,
    /// Whether there are more values than rows.
    pub cut: bool,
    pub limits: Vec<LimitRow>,
}

impl Block {
    /// Whether there is anything to see.
    pub const fn empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Values of one moment.
pub struct Row {
    pub when: Moment,
    pub cells: Vec<String>,
    pub source: String,
}

/// A limit.
pub struct LimitRow {
    pub title: String,
    pub value: String,
    pub layer: String,
    pub set: bool,
}

/// What charts show besides values and limits.
#[derive(Default)]
pub struct Besides {
    /// What the citizen's goals aim at.
    pub targets: Vec<Target>,
    /// What was noted in the diary, and when.
    pub notes: Vec<(Time, String)>,
}

/// The blocks of an overview, in the programmes' order, with goals and notes in the charts.
pub fn blocks_with(
    fields: &[FieldView],
    enrolments: &[EnrolmentView],
    besides: &Besides,
    from: Time,
    words: Words<'_>,
) -> Vec<Block> {
    let definition = |id: &ProgrammeId| -> Option<&Programme> {
        let loaded = enrolments.iter().filter_map(|own| own.programme.as_ref());
        loaded.map(|loaded| &loaded.definition).find(|own| own.id() == id)
    };
    let mut done: HashSet<&FieldId> = HashSet::new();
    let mut blocks = vec![];
    for field in fields {
        if !done.insert(&field.field.id) {
            continue;
        }
        let group = definition(&field.programme).and_then(|own| own.group_of(&field.field.id));
        let members: Vec<&FieldView> = match group {
            None => vec![field],
            Some(group) => {
                let of_group = |own: &&FieldView| group.fields.contains(&own.field.id);
                let members: Vec<_> = fields.iter().filter(of_group).collect();
                done.extend(members.iter().map(|own| &own.field.id));
                members
            }
        };
        blocks.push(block(&members, group, besides, from, words));
    }
    blocks
}

fn block(
    members: &[&FieldView],
    group: Option<&Group>,
    besides: &Besides,
    from: Time,
    words: Words<'_>,
) -> Block {
    let titles: Vec<String> = members.iter().map(|own| words.title(&own.field.title)).collect();
    let title = match (group, titles.first()) {
        (Some(group), _) if members.len() > 1 => words.title(&group.title),
        (_, Some(title)) => title.clone(),
        _ => String::new(),
    };
    let id = members.first().map_or_else(String::new, |own| own.field.id.to_string());
    let moments = moments(members);
    let newest =
        moments.first().map(|(when, cells)| (joined(cells, members, words), words.brief(*when)));
    let mut rows: Vec<Row> = moments
        .iter()
        .take(MOST_ROWS)
        .map(|(when, cells)| row(*when, cells, members, words))
        .collect();
    let older = rows.split_off(ROWS.min(rows.len()));
    Block {
        drawing: plot(members, &titles, &id, &title, from, words)
            .map(|plot| with(plot, members, besides, words))
            .and_then(|plot| chart::draw(&plot, words)),
        id,
        title,
        newest,
        columns: titles
            .into_iter()
            .zip(members)
            .map(|(title, own)| match unit(own, words) {
                Some(unit) => format!("{title} ({unit})"),
                None => title,
            })
            .collect(),
        rows,
        older,
        cut: moments.len() > MOST_ROWS,
        limits: members
            .iter()
            .flat_map(|own| &own.limits)
            .map(|limit| limit_row(limit, words))
            .collect(),
    }
}

/// The unit that stands over a field's column.
fn unit(own: &FieldView, words: Words<'_>) -> Option<String> {
    match &own.field.kind {
        Kind::Quantity(quantity) => Some(words.unit(quantity)).filter(|unit| !unit.is_empty()),
        _ => None,
    }
}

/// Values of one moment with their units: `118/76 mmHg`.
fn joined(cells: &[Option<&Observation>], members: &[&FieldView], words: Words<'_>) -> String {
    let given = || cells.iter().zip(members).filter_map(|(cell, own)| Some(((*cell)?, *own)));
    let units: HashSet<Option<String>> = given().map(|(_, own)| unit(own, words)).collect();
    let numbers = given().all(|(cell, _)| matches!(cell.value, Value::Number(_)));
    let mut units = units.into_iter();
    match (units.next(), units.next()) {
        (Some(Some(unit)), None) if numbers => {
            let values: Vec<String> = given().map(|(one, own)| cell(one, own, words)).collect();
            format!("{} {unit}", values.join("/"))
        }
        _ => {
            let values = given().map(|(one, own)| words.observation(one, Some(&own.field)));
            values.collect::<Vec<_>>().join(", ")
        }
    }
}

/// A value as it stands in a column that names its unit.
fn cell(observation: &Observation, own: &FieldView, words: Words<'_>) -> String {
    match (&observation.value, &own.field.kind) {
        (Value::Number(number), Kind::Quantity(quantity)) => {
            words.number(*number, quantity.decimals)
        }
        (value, kind) => words.value(value, Some(kind)),
    }
}

/// What there is of each moment, the newest first.
fn moments<'a>(members: &[&'a FieldView]) -> Vec<(Time, Vec<Option<&'a Observation>>)> {
    let mut moments: BTreeMap<Time, Vec<Option<&Observation>>> = BTreeMap::new();
    for (column, member) in members.iter().enumerate() {
        for observation in &member.observations {
            let row =
                moments.entry(observation.measured).or_insert_with(|| vec![None; members.len()]);
            if let Some(place) = row.get_mut(column) {
                *place = Some(observation);
            }
        }
    }
    moments.into_iter().rev().collect()
}

fn row(
    when: Time,
    cells: &[Option<&Observation>],
    members: &[&FieldView],
    words: Words<'_>,
) -> Row {
    let source = cells.iter().flatten().next().map(|one| words.source(&one.source));
    let cells = cells
        .iter()
        .zip(members)
        .map(|(one, own)| one.map_or_else(String::new, |one| cell(one, own, words)));
    Row { when: words.brief(when), cells: cells.collect(), source: source.unwrap_or_default() }
}

/// The chart of fields that are numbers of one unit.
fn plot(
    members: &[&FieldView],
    titles: &[String],
    id: &str,
    title: &str,
    from: Time,
    words: Words<'_>,
) -> Option<Plot> {
    let quantities: Option<Vec<_>> = members
        .iter()
        .map(|own| match &own.field.kind {
            Kind::Quantity(quantity) => Some(quantity),
            _ => None,
        })
        .collect();
    let quantities = quantities?;
    let first = quantities.first()?;
    if quantities.iter().any(|other| other.unit != first.unit) {
        return None;
    }
    let series = members.iter().zip(titles).map(|(own, label)| series(own, label, from)).collect();
    let limits = members
        .iter()
        .enumerate()
        .flat_map(|(series, own)| own.limits.iter().map(move |limit| (series, limit)));
    Some(Plot {
        id: format!("chart-{id}"),
        title: title.to_owned(),
        unit: words.unit(first),
        decimals: first.decimals,
        series,
        limits: limits
            .filter_map(|(series, own)| {
                Some(Limit { series, label: words.title(&own.limit.title), value: own.value? })
            })
            .collect(),
        goals: vec![],
        notes: vec![],
        from,
        // Room for what comes today.
        to: words.now.plus(DAY / 4),
    })
}

/// With the goals of these fields, and the notes.
fn with(plot: Plot, members: &[&FieldView], besides: &Besides, words: Words<'_>) -> Plot {
    let mut goals = vec![];
    for (series, own) in members.iter().enumerate() {
        for target in besides.targets.iter().filter(|target| target.field == own.field.id) {
            let ends = [target.low, target.high].into_iter().flatten();
            let label = words.title(&own.field.title);
            goals.extend(ends.map(|value| Limit { series, label: label.clone(), value }));
        }
    }
    Plot { goals, notes: besides.notes.clone(), ..plot }
}

fn series(own: &FieldView, label: &str, from: Time) -> Series {
    let superseded: HashSet<_> =
        own.observations.iter().filter_map(|observation| observation.supersedes).collect();
    let shown = || own.observations.iter().filter(|observation| observation.measured >= from);
    Series {
        label: label.to_owned(),
        points: shown()
            .filter_map(|observation| {
                Some(Point {
                    at: observation.measured,
                    value: observation.value.number()?,
                    superseded: superseded.contains(&observation.id),
                })
            })
            .collect(),
        skipped: shown()
            .filter(|observation| matches!(observation.value, Value::Skipped { .. }))
            .map(|observation| observation.measured)
            .collect(),
    }
}

fn limit_row(own: &LimitView, words: Words<'_>) -> LimitRow {
    let unit = crate::text::unit_in_words(words.language, &own.limit.unit);
    let value = own.value.map_or_else(
        || words.t("limit-not-set"),
        |value| format!("{} {unit}", words.number(value, own.limit.decimals)).trim_end().to_owned(),
    );
    LimitRow {
        title: words.title(&own.limit.title),
        value,
        layer: layer(own.layer, words),
        set: own.value.is_some(),
    }
}
