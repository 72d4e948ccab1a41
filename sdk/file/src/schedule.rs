//! What is expected when.

use crate::node::{Node, Table};
use crate::rules::Known;
use crate::text::Languages;
use crate::{code, fields, measure};
use gtp_contract::schedule::{Activity, Pattern, Phase, Slot, Weekday};
use gtp_contract::types::Subject;

pub(crate) fn read(root: &Table<'_>, languages: &Languages, known: &Known<'_>) -> Vec<Activity> {
    let mut activities: Vec<Activity> = vec![];
    for table in root.tables("schedule") {
        let activity = activity(&table, languages, known);
        if activities.iter().any(|own| own.id == activity.id) {
            table.node.problem(format!("there is an activity `{}` already", activity.id));
        }
        activities.push(activity);
    }
    activities
}

fn activity(table: &Table<'_>, languages: &Languages, known: &Known<'_>) -> Activity {
    let mut subjects = vec![];
    for node in table.list("fields") {
        subjects.extend(fields::reference(&node, known.fields).map(Subject::Field));
    }
    for node in table.list("questionnaires") {
        subjects.extend(questionnaire(&node, known).map(Subject::Questionnaire));
    }
    if subjects.is_empty() {
        table
            .node
            .problem("an activity names the `fields` to measure or the `questionnaires` to answer");
    }
    let activity = Activity {
        id: measure::need_id(table),
        title: languages.need(table, "title"),
        subjects,
        phases: phases(table, languages),
        grace: table.get("grace").and_then(|node| measure::minutes(&node)).unwrap_or(0),
        annotations: code::annotations(table),
    };
    table.finish();
    activity
}

pub(crate) fn questionnaire(node: &Node<'_>, known: &Known<'_>) -> Option<String> {
    let id = node.str()?;
    if !known.questionnaires.iter().any(|own| own.id == id) {
        node.unknown("questionnaire", id, known.questionnaires.iter().map(|own| own.id.as_str()));
        return None;
    }
    Some(id.to_owned())
}

/// Phases follow one another; only the last may be without a length.
fn phases(table: &Table<'_>, languages: &Languages) -> Vec<Phase> {
    let entries = table.tables("phases");
    if entries.is_empty() {
        table
            .node
            .problem_help("an activity has at least one phase", "phases = [{ when = \"daily\" }]");
    }
    let mut from_day = 0;
    let mut phases = vec![];
    let count = entries.len();
    for (index, entry) in entries.into_iter().enumerate() {
        let days = entry.get("days").and_then(|node| node.whole());
        if days.is_none() && index + 1 < count {
            entry
                .node
                .problem_help("no phase can follow one without end", "give this one its `days`");
        }
        let slots = entry.tables("slots");
        phases.push(Phase {
            from_day,
            days,
            pattern: entry.need("when").map_or(Pattern::Daily, |node| pattern(&node)),
            slots: slots.iter().map(|slot| read_slot(slot, languages)).collect(),
        });
        from_day += days.unwrap_or(0);
        entry.finish();
    }
    phases
}

/// `"daily"`, `"on-demand"`, `{ every-days = 2 }`, `{ times-a-week = 2 }`, `{ weekdays = ["monday"] }`,
/// `{ before-visit = 3 }`.
fn pattern(node: &Node<'_>) -> Pattern {
    const NAMES: [&str; 6] =
        ["daily", "on-demand", "every-days", "times-a-week", "weekdays", "before-visit"];
    if let Some(name) = node.as_str() {
        return match name {
            "daily" => Pattern::Daily,
            "on-demand" => Pattern::OnDemand,
            other => {
                node.unknown("pattern", other, NAMES);
                Pattern::Daily
            }
        };
    }
    let Some(table) = node.table() else { return Pattern::Daily };
    let number =
        |key: &'static str| table.get(key).and_then(|node| node.whole().filter(|n| *n > 0));
    let pattern = if let Some(days) = number("every-days") {
        Pattern::EveryDays(days)
    } else if let Some(times) = number("times-a-week") {
        if times > 7 {
            table.node.problem("a week has 7 days; for more than once a day use `slots`");
        }
        Pattern::TimesAWeek(times)
    } else if let Some(days) = number("before-visit") {
        Pattern::BeforeVisit(days)
    } else if let Some(days) = table.get("weekdays") {
        Pattern::Weekdays(days.list().iter().filter_map(weekday).collect())
    } else {
        table.node.problem(format!("a pattern is one of {}", NAMES.join(", ")));
        Pattern::Daily
    };
    table.finish();
    pattern
}

fn weekday(node: &Node<'_>) -> Option<Weekday> {
    const DAYS: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let name = node.str()?;
    let found = DAYS.iter().find(|(own, _)| *own == name);
    if found.is_none() {
        node.unknown("weekday", name, DAYS.iter().map(|(own, _)| *own));
    }
    found.map(|(_, day)| *day)
}

fn read_slot(table: &Table<'_>, languages: &Languages) -> Slot {
    let slot = Slot {
        title: languages.need(table, "title"),
        start: table.need("from").and_then(|node| measure::time_of_day(&node)).unwrap_or(0),
        end: table.need("to").and_then(|node| measure::time_of_day(&node)).unwrap_or(24 * 60),
        readings: table
            .get("readings")
            .and_then(|node| node.whole())
            .map_or(1, |n| n.clamp(1, 50) as u8),
        apart: table
            .get("apart")
            .and_then(|node| measure::minutes(&node))
            .map_or(0, |minutes| minutes.min(1440) as u16),
    };
    if slot.end <= slot.start {
        table.node.problem("this slot ends before it begins");
    }
    table.finish();
    slot
}
