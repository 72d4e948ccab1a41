//! The plan in words.

use super::asking::Kind;
use crate::pages::frame::{Moment, Visitor};
use crate::pages::today;
use crate::pages::whose::{called, programme_title};
use crate::problem::Problem;
use crate::text::plain::{self, TITLE};
use crate::text::{moment, range_in_words, unit_in_words};
use gtp_care::{Plan, Preparation};
use gtp_model::programme::{Kind as FieldKind, Range};
use gtp_model::{
    Goal, HOUR, Party, Place, PlanContent, PlanEnding, PlanItem, PlanOutcome, PlannedActivity,
    Target, Time, UnitId,
};
use gtp_record::view::rows::PlanChangeRow;

/// A plan, sorted.
pub struct Shelf {
    pub coming: Vec<Item>,
    pub goals: Vec<Item>,
    pub activities: Vec<Item>,
    /// Appointments that have been and that nobody ended.
    pub past: Vec<Item>,
    pub ended: Vec<Item>,
}

/// Something in the plan.
pub struct Item {
    pub href: String,
    pub icon: &'static str,
    /// What, on one line.
    pub title: String,
    /// When, where it is an appointment.
    pub when: Option<Moment>,
    /// All else in a few words.
    pub lines: Vec<String>,
    /// The address of a video meeting.
    pub video: Option<String>,
    /// What to measure or answer before it.
    pub before: Vec<String>,
    /// How it ended.
    pub outcome: Option<String>,
}

/// One line about an item.
pub struct Detail {
    pub label: String,
    pub value: Vec<String>,
}

/// A line of an item's history.
pub struct Change {
    pub when: Moment,
    pub who: String,
    /// What it was from then on.
    pub what: Vec<String>,
    pub reason: String,
}

/// All of a plan.
pub fn shelf(visitor: &Visitor, plan: &Plan) -> Result<Shelf, Problem> {
    let now = visitor.words().now;
    let mut shelf =
        Shelf { coming: vec![], goals: vec![], activities: vec![], past: vec![], ended: vec![] };
    let mut appointments: Vec<(Time, &PlanItem)> = vec![];
    for own in &plan.items {
        match &own.content {
            PlanContent::Goal(_) => shelf.goals.push(item(visitor, own, &[])?),
            PlanContent::Activity(_) => shelf.activities.push(item(visitor, own, &[])?),
            PlanContent::Appointment(appointment) => appointments.push((appointment.starts, own)),
        }
    }
    appointments.sort_by_key(|(starts, own)| (*starts, own.id));
    for (starts, own) in appointments {
        let shown = item(visitor, own, &plan.preparations)?;
        // Whoever is late looks for the address too.
        if starts.plus(2 * HOUR) > now {
            shelf.coming.push(shown);
        } else {
            shelf.past.push(shown);
        }
    }
    for own in &plan.ended {
        shelf.ended.push(item(visitor, own, &[])?);
    }
    Ok(shelf)
}

/// One item.
pub fn item(
    visitor: &Visitor,
    own: &PlanItem,
    preparations: &[Preparation],
) -> Result<Item, Problem> {
    let words = visitor.words();
    let (mut when, mut video) = (None, None);
    let (icon, title, lines) = match &own.content {
        PlanContent::Goal(goal) => ("flag", goal_title(visitor, goal), goal_lines(visitor, goal)),
        PlanContent::Activity(activity) => {
            let title = plain::line(&activity.text, TITLE);
            ("check", title, activity_lines(visitor, activity)?)
        }
        PlanContent::Appointment(appointment) => {
            when = Some(words.full(appointment.starts));
            let mut lines = vec![unit_name(visitor, &appointment.unit)?];
            match &appointment.place {
                Place::At(place) => lines.push(plain::line(place, 300)),
                Place::Video(link) => video = Some(link.clone()),
            }
            ("calendar-month", plain::line(&appointment.text, TITLE), lines)
        }
    };
    let before = preparations.iter().filter(|own_one| own_one.appointment == own.id);
    Ok(Item {
        href: format!("/plan/{}", own.id),
        icon,
        title,
        when,
        lines,
        video,
        before: before.map(|one| preparation(visitor, one)).collect(),
        outcome: own.ending.as_ref().map(|ending| outcome(visitor, &own.content, ending)),
    })
}

/// All that is known of an item, for its own page.
pub fn details(visitor: &Visitor, own: &PlanItem) -> Result<Vec<Detail>, Problem> {
    let words = visitor.words();
    let mut details = vec![];
    let mut say = |key: &str, value: Vec<String>| {
        if !value.is_empty() {
            details.push(Detail { label: words.t(key), value });
        }
    };
    match &own.content {
        PlanContent::Goal(goal) => {
            say("plan-detail-words", plain::paragraphs(&goal.text));
            say("plan-detail-target", goal.target.iter().map(|own| target(visitor, own)).collect());
            say("plan-by", goal.by.iter().map(|by| day(visitor, *by)).collect());
        }
        PlanContent::Activity(activity) => {
            say("plan-detail-words", plain::paragraphs(&activity.text));
            say("plan-activity-who", vec![party(visitor, &activity.who)?]);
            say("plan-activity-from", activity.from.iter().map(|at| day(visitor, *at)).collect());
            say("plan-activity-until", activity.until.iter().map(|at| day(visitor, *at)).collect());
        }
        PlanContent::Appointment(appointment) => {
            say("plan-detail-words", plain::paragraphs(&appointment.text));
            let mut when = words.full(appointment.starts).words;
            if let Some(ends) = appointment.ends {
                let zoned = words.calendar.zoned(ends);
                when = format!("{when}–{}", moment::time(words.language, &zoned));
            }
            say("plan-detail-when", vec![when]);
            say("plan-appointment-unit", vec![unit_name(visitor, &appointment.unit)?]);
            if let Place::At(place) = &appointment.place {
                say("plan-appointment-place", vec![plain::line(place, 300)]);
            }
        }
    }
    let set = format!("{}, {}", called(visitor, &own.set_by)?, words.full(own.set_at).words);
    say("plan-detail-set", vec![set]);
    if let Some(ending) = &own.ending {
        let mut ended = vec![outcome(visitor, &own.content, ending)];
        ended.extend(plain::paragraphs(&ending.note));
        say("plan-detail-ended", ended);
    }
    Ok(details)
}

/// What an item was, the newest first.
pub fn history(visitor: &Visitor, rows: &[PlanChangeRow]) -> Result<Vec<Change>, Problem> {
    let words = visitor.words();
    let mut changes = vec![];
    for row in rows.iter().rev() {
        let mut what = vec![];
        match (&row.content, &row.ending) {
            (_, Some(ending)) => {
                let content = rows.iter().rev().find_map(|other| other.content.as_ref());
                what.extend(content.map(|content| outcome(visitor, content, ending)));
                what.extend(plain::paragraphs(&ending.note));
            }
            (Some(content), None) => what = in_lines(visitor, content)?,
            (None, None) => {}
        }
        changes.push(Change {
            when: words.full(row.at),
            who: called(visitor, &row.by)?,
            what,
            reason: plain::line(&row.reason, plain::PARAGRAPH),
        });
    }
    Ok(changes)
}

fn in_lines(visitor: &Visitor, content: &PlanContent) -> Result<Vec<String>, Problem> {
    let words = visitor.words();
    Ok(match content {
        PlanContent::Goal(goal) => {
            let mut lines = vec![goal_title(visitor, goal)];
            lines.extend(goal_lines(visitor, goal));
            lines
        }
        PlanContent::Activity(activity) => {
            let mut lines = vec![plain::line(&activity.text, TITLE)];
            lines.extend(activity_lines(visitor, activity)?);
            lines
        }
        PlanContent::Appointment(own) => {
            let place = match &own.place {
                Place::At(place) => plain::line(place, 300),
                Place::Video(_) => words.t("plan-video"),
            };
            let title = plain::line(&own.text, TITLE);
            vec![title, words.full(own.starts).words, unit_name(visitor, &own.unit)?, place]
        }
    })
}

fn goal_title(visitor: &Visitor, goal: &Goal) -> String {
    match (&goal.target, plain::line(&goal.text, TITLE)) {
        (Some(own), text) if text.is_empty() => target(visitor, own),
        (_, text) => text,
    }
}

fn goal_lines(visitor: &Visitor, goal: &Goal) -> Vec<String> {
    let in_title = goal.text.trim().is_empty();
    let own = goal.target.iter().filter(|_| !in_title).map(|own| target(visitor, own));
    let by = goal
        .by
        .map(|by| visitor.words().t_with("plan-by-day", &[("day", day(visitor, by).into())]));
    own.chain(by).collect()
}

/// A target in words: `Vægt: højst 82 kg`.
fn target(visitor: &Visitor, own: &Target) -> String {
    let words = visitor.words();
    let programmes = visitor.state.care.programmes();
    let field = programmes.iter().find_map(|loaded| loaded.definition.field(&own.field));
    let (title, unit, decimals) = match field.map(|field| (field, &field.kind)) {
        Some((field, FieldKind::Quantity(quantity))) => {
            (words.title(&field.title), words.unit(quantity), quantity.decimals)
        }
        Some((field, _)) => (words.title(&field.title), String::new(), 0),
        None => {
            let title = plain::line(own.field.as_str(), TITLE);
            (title, unit_in_words(words.language, &own.unit), 0)
        }
    };
    let range = Range { low: own.low, high: own.high };
    format!("{title}: {}", range_in_words(words.language, &range, decimals, &unit))
}

fn activity_lines(visitor: &Visitor, own: &PlannedActivity) -> Result<Vec<String>, Problem> {
    let words = visitor.words();
    let who = party(visitor, &own.who)?;
    let mut lines = vec![words.t_with("plan-by-whom", &[("who", who.into())])];
    if let Some(from) = own.from.filter(|from| *from > words.now) {
        lines.push(words.t_with("plan-from-day", &[("day", day(visitor, from).into())]));
    }
    if let Some(until) = own.until {
        lines.push(words.t_with("plan-until-day", &[("day", day(visitor, until).into())]));
    }
    Ok(lines)
}

fn party(visitor: &Visitor, who: &Party) -> Result<String, Problem> {
    let own = visitor.actor().role == gtp_model::Role::Citizen;
    Ok(match who {
        Party::Citizen if own => visitor.words().t("you"),
        Party::Citizen => visitor.words().t("plan-who-citizen"),
        Party::Relative => visitor.words().t("plan-who-relative"),
        Party::Unit(unit) => unit_name(visitor, unit)?,
    })
}

fn unit_name(visitor: &Visitor, id: &UnitId) -> Result<String, Problem> {
    let units = visitor.state.care.units()?;
    let unit = units.iter().find(|unit| unit.id == *id);
    Ok(plain::line(unit.map_or(id.as_str(), |unit| &unit.name), TITLE))
}

fn day(visitor: &Visitor, time: Time) -> String {
    moment::day(visitor.language, visitor.state.care.calendar().zoned(time).date())
}

fn outcome(visitor: &Visitor, content: &PlanContent, ending: &PlanEnding) -> String {
    let key = match (Kind::of(content), ending.outcome) {
        (Kind::Goal, PlanOutcome::Done) => "plan-goal-done",
        (Kind::Goal, PlanOutcome::NotDone) => "plan-goal-not-done",
        (Kind::Goal, PlanOutcome::Cancelled) => "plan-goal-cancelled",
        (Kind::Activity, PlanOutcome::Done) => "plan-activity-done",
        (Kind::Activity, PlanOutcome::NotDone) => "plan-activity-not-done",
        (Kind::Activity, PlanOutcome::Cancelled) => "plan-activity-cancelled",
        (Kind::Appointment, PlanOutcome::Done) => "plan-appointment-done",
        (Kind::Appointment, PlanOutcome::NotDone) => "plan-appointment-not-done",
        (Kind::Appointment, PlanOutcome::Cancelled) => "plan-appointment-cancelled",
    };
    let words = visitor.words();
    format!("{} ({})", words.t(key), words.brief(ending.at).words)
}

/// What is expected before an appointment: `Vægt, 16. nov.`
fn preparation(visitor: &Visitor, own: &Preparation) -> String {
    let words = visitor.words();
    let loaded = visitor.state.care.programme(&own.programme);
    let activity = loaded.as_ref().and_then(|loaded| {
        loaded.definition.schedule.iter().find(|activity| activity.id == own.due.activity)
    });
    let title = activity.map(|activity| words.title(&activity.title)).unwrap_or_default();
    let title =
        if title.is_empty() { programme_title(visitor, own.programme.as_str()) } else { title };
    let when = today::when_on_its_day(own.due.opens, own.due.closes, words);
    if when.is_empty() { title } else { format!("{title}, {when}") }
}
