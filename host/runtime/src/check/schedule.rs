//! Schedules: something is expected, now and then, and only once at a time.

use super::{dangling, places, unique};
use crate::flaw::{Flaws, shown};
use gtp_model::{
    FieldId,
    programme::{Activity, Origin, Pattern, Phase, Programme, Slot, Subject},
};

/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// Longest grace: a month.
const GRACE: u32 = 31 * 24 * 60;

pub fn check(programme: &Programme, flaws: &mut Flaws) {
    unique(programme.schedule.iter().map(|own| shown(&own.id)), |id| places::activity(id), flaws);
    for activity in &programme.schedule {
        let place = places::activity(&activity.id);
        if activity.id.parse::<FieldId>().is_err() {
            let mend = "Use lower-case letters, digits and hyphens, at most 40";
            flaws.error("id-invalid", &place, "that is no id", mend);
        }
        subjects(activity, programme, &place, flaws);
        if activity.grace > GRACE {
            flaws.error(
                "schedule-grace",
                &place,
                "its grace is longer than a month",
                "Give minutes",
            );
        }
        phases(activity, &place, flaws);
    }
}

fn subjects(activity: &Activity, programme: &Programme, place: &str, flaws: &mut Flaws) {
    if activity.subjects.is_empty() {
        flaws.error(
            "schedule-empty",
            place,
            "there is nothing to do in it",
            "Name fields or questionnaires",
        );
    }
    for subject in &activity.subjects {
        match subject {
            Subject::Field(id) => match programme.field(id) {
                None => dangling(place, "field", id, flaws),
                Some(field) if field.origin == Origin::Derived => {
                    let what = format!("field `{id}` is derived and cannot be measured");
                    flaws.error(
                        "schedule-derived",
                        place,
                        what,
                        "Expect a field that people enter",
                    );
                }
                Some(_) => {}
            },
            Subject::Questionnaire(id) => {
                if programme.questionnaire(id).is_none() {
                    dangling(place, "questionnaire", id, flaws);
                }
            }
            Subject::Rule(id) => {
                let what = format!("rule `{id}` is nothing that people can do");
                flaws.error("schedule-rule", place, what, "Expect fields and questionnaires");
            }
        }
    }
}

fn phases(activity: &Activity, place: &str, flaws: &mut Flaws) {
    if activity.phases.is_empty() {
        flaws.error("schedule-never", place, "it has no phase, so it never comes", "Give it one");
    }
    for phase in &activity.phases {
        if let Some(why) = never_comes(phase) {
            let what = format!("the phase from day {} never comes: {why}", phase.from_day);
            flaws.error(
                "schedule-never",
                place,
                what,
                "Give it a day on which something is expected",
            );
        }
        slots(phase, place, flaws);
    }
    let mut phases: Vec<&Phase> = activity.phases.iter().collect();
    phases.sort_by_key(|phase| phase.from_day);
    for pair in phases.windows(2) {
        let [phase, next] = pair else { continue };
        let end = phase.days.map(|days| phase.from_day.saturating_add(days));
        match end {
            Some(end) if end == next.from_day => {}
            Some(end) if end < next.from_day => {
                let what = format!("nothing is said about days {end} to {}", next.from_day - 1);
                flaws.error(
                    "schedule-gap",
                    place,
                    what,
                    "Let each phase begin where the one before ends",
                );
            }
            _ => {
                let what = format!(
                    "the phases from day {} and day {} overlap",
                    phase.from_day, next.from_day
                );
                flaws.error(
                    "schedule-overlap",
                    place,
                    what,
                    "Let each phase end where the next begins",
                );
            }
        }
    }
}

/// Why nothing is ever expected in a phase.
fn never_comes(phase: &Phase) -> Option<&'static str> {
    if phase.days == Some(0) {
        return Some("it has no days");
    }
    match &phase.pattern {
        Pattern::EveryDays(0) => Some("every 0 days is never"),
        Pattern::Weekdays(days) if days.is_empty() => Some("it names no weekday"),
        Pattern::TimesAWeek(0) => Some("0 times a week is never"),
        Pattern::TimesAWeek(times) if *times > 7 => {
            Some("a week has 7 days; use slots for several times a day")
        }
        Pattern::BeforeVisit(days) if *days > 366 => Some("nobody plans a visit so early"),
        _ => None,
    }
}

fn slots(phase: &Phase, place: &str, flaws: &mut Flaws) {
    let mut slots: Vec<&Slot> = phase.slots.iter().collect();
    slots.sort_by_key(|slot| slot.start);
    for slot in &slots {
        let length = slot.end.saturating_sub(slot.start);
        let needed = u32::from(slot.apart) * u32::from(slot.readings.saturating_sub(1));
        let why = if slot.start >= slot.end || slot.end > DAY {
            "it does not lie within one day"
        } else if slot.readings == 0 {
            "no reading is expected in it"
        } else if needed >= u32::from(length) {
            "its readings do not fit in it so far apart"
        } else {
            continue;
        };
        let what = format!("the slot from minute {} to {}: {why}", slot.start, slot.end);
        flaws.error(
            "schedule-slot",
            place,
            what,
            "Give minutes after local midnight, the end not included",
        );
    }
    for pair in slots.windows(2) {
        if let [slot, next] = pair
            && next.start < slot.end
        {
            let what = format!("the slots from minute {} and {} overlap", slot.start, next.start);
            flaws.error("schedule-slot", place, what, "Let each slot end before the next begins");
        }
    }
}
