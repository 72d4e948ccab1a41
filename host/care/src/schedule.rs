//! What is expected when: a pure function of a programme's schedule, an enrolment and the calendar.
//!
//! Days are local days: one on which the clock is changed has 23 or 25 hours, and a slot from 7 to 10 is from 7
//! to 10 on the wall all the same. Nothing here asks what time it is.

use crate::calendar::Calendar;
use gtp_model::programme::{Activity, Pattern, Phase, Slot, Subject, Weekday};
use gtp_model::{DAY, MINUTE, Time};
use jiff::civil::{self, Date};
use jiff::{Span, ToSpan};

/// Something that is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The activity of the programme's schedule.
    pub activity: String,
    /// What to measure or answer, together.
    pub subjects: Vec<Subject>,
    /// The first moment that counts.
    pub opens: Time,
    /// The first moment that is too late to be in time.
    pub closes: Time,
    /// From this moment on, what has not come is missing.
    pub missing_from: Time,
    /// How many readings are expected.
    pub readings: u8,
    /// At least this many milliseconds apart.
    pub apart: i64,
}

/// When nothing is expected: a pause of the enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The first moment of it.
    pub from: Time,
    /// The first moment after it. Absent: it goes on.
    pub until: Option<Time>,
}

/// An appointment of the citizen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// When it begins.
    pub starts: Time,
    /// Since when it is known: what would have been over by then is not expected.
    pub known: Time,
}

/// What a schedule is unrolled against.
#[derive(Clone, Copy, Debug)]
pub struct Background<'a> {
    /// Where the citizen lives.
    pub calendar: &'a Calendar,
    /// When the enrolment started. Its local day is day 0 of every phase.
    pub start: Time,
    /// When it ended, if it did.
    pub end: Option<Time>,
    /// When nothing is expected.
    pub pauses: &'a [Pause],
    /// The citizen's appointments.
    pub visits: &'a [Visit],
}

/// Everything that is expected and whose time begins in `from..until`, in the order in which it opens.
#[must_use]
pub fn due(
    activities: &[Activity],
    background: &Background<'_>,
    from: Time,
    until: Time,
) -> Vec<Due> {
    let mut due = vec![];
    if from >= until {
        return due;
    }
    let first_day = background.calendar.zoned(background.start).date();
    // A day earlier and a week earlier than asked: the day and the week may have begun before `from`.
    let earliest = background.calendar.zoned(from).date().saturating_sub(8.days());
    let last = background.calendar.zoned(until).date();
    for activity in activities {
        for phase in &activity.phases {
            let begins = first_day.saturating_add(days(phase.from_day));
            let ends = phase.days.map(|length| begins.saturating_add(days(length)));
            let mut day = begins.max(earliest);
            while day <= last && ends.is_none_or(|ends| day < ends) {
                if let Some(since) = expected(phase, begins, day, background) {
                    let first = due.len();
                    on_day(activity, phase, begins, ends, day, background, &mut due);
                    let known = due.split_off(first).into_iter().filter(|due| due.closes > since);
                    due.extend(known);
                }
                let Ok(next) = day.tomorrow() else { break };
                day = next;
            }
        }
    }
    due.retain(|due| {
        due.opens >= from
            && due.opens < until
            && due.closes > background.start
            && background.end.is_none_or(|end| due.closes <= end)
            && !background.pauses.iter().any(|pause| pause.covers(due))
    });
    due.sort_by(|a, b| (a.opens, &a.activity).cmp(&(b.opens, &b.activity)));
    due
}

impl Pause {
    /// A pause that takes any part of something's time takes it all: nobody is asked to measure in a hurry
    /// on the morning before it begins.
    fn covers(&self, due: &Due) -> bool {
        due.closes > self.from && self.until.is_none_or(|until| due.opens < until)
    }
}

fn days(number: u32) -> Span {
    // A span holds fewer days than a number: what lies beyond is beyond every calendar.
    Span::new().try_days(i64::from(number)).unwrap_or_else(|_| 7_000_000.days())
}

/// The longest that anything in a schedule is open, in milliseconds: a week, or the days before a visit.
#[must_use]
pub fn longest(activities: &[Activity]) -> i64 {
    let days =
        activities.iter().flat_map(|activity| &activity.phases).map(|phase| match phase.pattern {
            Pattern::BeforeVisit(ahead) => i64::from(ahead),
            _ => 7,
        });
    // A day more, for those that the clock makes longer.
    (days.max().unwrap_or(0) + 1) * DAY
}

/// Whether a phase expects something that begins on this day, and since when that is known.
fn expected(phase: &Phase, begins: Date, day: Date, background: &Background<'_>) -> Option<Time> {
    let since = day.duration_since(begins).as_hours() / 24;
    let always = |is: bool| is.then_some(Time(i64::MIN));
    match &phase.pattern {
        Pattern::Daily => always(true),
        Pattern::EveryDays(every) => always(since % i64::from((*every).max(1)) == 0),
        Pattern::Weekdays(weekdays) => always(weekdays.contains(&weekday(day))),
        // A week counts from the phase's first day, so that the first one is a whole one.
        Pattern::TimesAWeek(_) => always(since % 7 == 0),
        Pattern::BeforeVisit(ahead) => {
            let before = |visit: &&Visit| {
                let date = background.calendar.zoned(visit.starts).date();
                let first = date.saturating_sub(days(*ahead));
                // Times of the day are meant for each day; what has none is expected once in all of them.
                if phase.slots.is_empty() { first == day } else { (first..date).contains(&day) }
            };
            background.visits.iter().filter(before).map(|visit| visit.known).min()
        }
        Pattern::OnDemand => None,
    }
}

fn weekday(day: Date) -> Weekday {
    match day.weekday() {
        civil::Weekday::Monday => Weekday::Monday,
        civil::Weekday::Tuesday => Weekday::Tuesday,
        civil::Weekday::Wednesday => Weekday::Wednesday,
        civil::Weekday::Thursday => Weekday::Thursday,
        civil::Weekday::Friday => Weekday::Friday,
        civil::Weekday::Saturday => Weekday::Saturday,
        civil::Weekday::Sunday => Weekday::Sunday,
    }
}

/// What is expected on a day, or in the week that begins on it.
fn on_day(
    activity: &Activity,
    phase: &Phase,
    begins: Date,
    ends: Option<Date>,
    day: Date,
    background: &Background<'_>,
    due: &mut Vec<Due>,
) {
    let midnight = |day: Date| background.calendar.at_minute(day, 0);
    let mut push = |opens: Time, closes: Time, readings: u8, apart: u16| {
        due.push(Due {
            activity: activity.id.clone(),
            subjects: activity.subjects.clone(),
            opens,
            closes,
            missing_from: closes.plus(i64::from(activity.grace) * MINUTE),
            readings,
            apart: i64::from(apart) * MINUTE,
        });
    };
    if let Pattern::TimesAWeek(times) = phase.pattern {
        let week_ends = day.saturating_add(7.days());
        let closes = ends.map_or(week_ends, |ends| ends.min(week_ends));
        // The k-th of n is due when k n-ths of the week are over, so that a silent citizen is noticed before
        // the week has gone, and one who measures early owes nothing.
        let length = closes.duration_since(day).as_hours() / 24;
        for k in 1..=i64::from(times) {
            let by =
                day.saturating_add((length * k).div_euclid(i64::from(times.max(1))).max(1).days());
            let readings = u8::try_from(k).unwrap_or(u8::MAX);
            push(midnight(day), midnight(by), readings, 0);
        }
        return;
    }
    if phase.slots.is_empty() {
        let length = match phase.pattern {
            Pattern::BeforeVisit(ahead) => days(ahead.max(1)),
            _ => 1.day(),
        };
        push(midnight(day), midnight(day.saturating_add(length)), 1, 0);
    }
    for Slot { title: _, start, end, readings, apart } in &phase.slots {
        let at = |minute: u16| background.calendar.at_minute(day, minute);
        push(at(*start), at(*end), *readings, *apart);
    }
    debug_assert!(day >= begins, "a phase expects nothing before it begins");
}

/// Whether something that is expected has come, given the moments at which all of its subjects were
/// measured or answered, in rising order.
///
/// What comes late but within the grace counts; what was done early, before its time opened, does not.
#[must_use]
pub fn met(due: &Due, measured: &[Time]) -> bool {
    let mut counted = 0_u8;
    let mut last: Option<Time> = None;
    for moment in measured {
        let in_time = *moment >= due.opens && *moment < due.missing_from;
        if in_time && last.is_none_or(|last| moment.since(last) >= due.apart) {
            counted = counted.saturating_add(1);
            last = Some(*moment);
        }
    }
    counted >= due.readings
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use gtp_model::{HOUR, Text};

    fn copenhagen() -> Calendar {
        Calendar::new("Europe/Copenhagen").unwrap()
    }

    fn phase(from_day: u32, length: Option<u32>, pattern: Pattern) -> Phase {
        Phase { from_day, days: length, pattern, slots: vec![] }
    }

    fn activity(phases: Vec<Phase>) -> Activity {
        Activity {
            id: "weigh".into(),
            title: Text::default(),
            subjects: vec![Subject::Field("weight".parse().unwrap())],
            phases,
            grace: 12 * 60,
            annotations: vec![],
        }
    }

    fn at(text: &str) -> Time {
        copenhagen().moment(text).unwrap()
    }

    fn unroll(
        activity: Activity,
        from: &str,
        until: &str,
        pauses: &[Pause],
        visits: &[Visit],
    ) -> Vec<Due> {
        let calendar = copenhagen();
        let background = Background {
            calendar: &calendar,
            start: at("2026-01-01T10:00"),
            end: None,
            pauses,
            visits,
        };
        due(&[activity], &background, at(from), at(until))
    }

    #[test]
    fn a_year_of_daily_measuring_has_every_local_day_once_whatever_the_clock_does() {
        let due = unroll(
            activity(vec![phase(0, None, Pattern::Daily)]),
            "2026-01-01T00:00",
            "2027-01-01T00:00",
            &[],
            &[],
        );
        assert_eq!(due.len(), 365);
        let lengths: Vec<i64> = due.iter().map(|due| due.closes.since(due.opens) / HOUR).collect();
        assert_eq!(lengths.iter().filter(|hours| **hours == 23).count(), 1);
        assert_eq!(lengths.iter().filter(|hours| **hours == 25).count(), 1);
        assert!(due.windows(2).all(|pair| pair[0].closes == pair[1].opens));
    }

    #[test]
    fn an_intro_fortnight_gives_way_to_twice_a_week_without_gap_or_overlap() {
        let phases =
            vec![phase(0, Some(14), Pattern::Daily), phase(14, None, Pattern::TimesAWeek(2))];
        let due = unroll(activity(phases), "2026-01-01T00:00", "2026-01-29T00:00", &[], &[]);
        assert_eq!(due.len(), 14 + 2 * 2);
        let weekly = &due[14..];
        assert_eq!(weekly[0].opens, at("2026-01-15T00:00"));
        assert_eq!(weekly[0].closes, at("2026-01-18T00:00"), "half of the week, rounded down");
        assert_eq!((weekly[1].readings, weekly[1].closes), (2, at("2026-01-22T00:00")));
    }

    #[test]
    fn slots_are_times_on_the_wall_on_the_day_that_the_clock_is_changed_too() {
        let morning =
            Slot { title: Text::default(), start: 7 * 60, end: 10 * 60, readings: 2, apart: 1 };
        let mut phase = phase(0, None, Pattern::Daily);
        phase.slots = vec![morning];
        let due = unroll(activity(vec![phase]), "2026-03-28T00:00", "2026-03-31T00:00", &[], &[]);
        let opens: Vec<Time> = due.iter().map(|due| due.opens).collect();
        assert_eq!(opens, [at("2026-03-28T07:00"), at("2026-03-29T07:00"), at("2026-03-30T07:00")]);
        assert_eq!(opens[1].since(opens[0]), DAY - HOUR);
    }

    #[test]
    fn weekdays_every_n_days_and_before_a_visit_fall_on_their_days() {
        let days_of = |pattern| -> Vec<String> {
            let visits = [Visit { starts: at("2026-01-20T13:00"), known: at("2026-01-01T00:00") }];
            let activity = activity(vec![phase(0, None, pattern)]);
            unroll(activity, "2026-01-01T00:00", "2026-01-22T00:00", &[], &visits)
                .iter()
                .map(|due| copenhagen().zoned(due.opens).date().to_string())
                .collect()
        };
        let mondays = days_of(Pattern::Weekdays(vec![Weekday::Monday]));
        assert_eq!(mondays, ["2026-01-05", "2026-01-12", "2026-01-19"]);
        let ninth = days_of(Pattern::EveryDays(9));
        assert_eq!(ninth, ["2026-01-01", "2026-01-10", "2026-01-19"]);
        assert_eq!(days_of(Pattern::BeforeVisit(3)), ["2026-01-17"]);
        assert!(days_of(Pattern::OnDemand).is_empty());
    }

    #[test]
    fn what_was_over_when_an_appointment_was_made_is_not_expected_before_it() {
        let slot = |start: u16, end: u16| Slot {
            title: Text::default(),
            start: start * 60,
            end: end * 60,
            readings: 1,
            apart: 0,
        };
        let mut third = phase(0, None, Pattern::BeforeVisit(3));
        third.slots = vec![slot(7, 10), slot(18, 21)];
        let activity = activity(vec![phase(0, None, Pattern::BeforeVisit(5)), third]);
        let made = |known: &str| {
            let visits = [Visit { starts: at("2026-01-20T13:00"), known: at(known) }];
            let due =
                unroll(activity.clone(), "2026-01-01T00:00", "2026-01-22T00:00", &[], &visits);
            due.iter().map(|due| due.opens).collect::<Vec<Time>>()
        };
        let (fifth, morning, evening) =
            (at("2026-01-15T00:00"), at("2026-01-17T07:00"), at("2026-01-17T18:00"));
        let later =
            ["18T07", "18T18", "19T07", "19T18"].map(|day| at(&format!("2026-01-{day}:00")));
        let with = |first: &[Time]| [first, &later].concat();
        assert_eq!(made("2026-01-01T00:00"), with(&[fifth, morning, evening]));
        // What is expected once may still be done as long as the visit has not come.
        assert_eq!(made("2026-01-16T09:00"), with(&[fifth, morning, evening]));
        assert_eq!(made("2026-01-17T12:00"), with(&[fifth, evening]));
        assert_eq!(made("2026-01-19T12:00"), [fifth, later[3]]);
        assert_eq!(made("2026-01-20T12:00"), []);
    }

    #[test]
    fn a_pause_expects_nothing_and_what_it_cuts_into_is_not_expected_either() {
        let pause = Pause { from: at("2026-01-05T12:00"), until: Some(at("2026-01-08T00:00")) };
        let due = unroll(
            activity(vec![phase(0, None, Pattern::Daily)]),
            "2026-01-04T00:00",
            "2026-01-10T00:00",
            &[pause],
            &[],
        );
        let opens: Vec<Time> = due.iter().map(|due| due.opens).collect();
        assert_eq!(opens, [at("2026-01-04T00:00"), at("2026-01-08T00:00"), at("2026-01-09T00:00")]);
    }

    #[test]
    fn an_ended_enrolment_expects_nothing_more() {
        let calendar = copenhagen();
        let background = Background {
            calendar: &calendar,
            start: at("2026-01-01T10:00"),
            end: Some(at("2026-01-03T15:00")),
            pauses: &[],
            visits: &[],
        };
        let activity = activity(vec![phase(0, None, Pattern::Daily)]);
        let due = due(&[activity], &background, at("2026-01-01T00:00"), at("2026-02-01T00:00"));
        assert_eq!(due.len(), 2, "the day that was not over is not held against the citizen");
    }

    #[test]
    fn readings_count_when_they_are_in_time_and_far_enough_apart() {
        let due = Due {
            activity: "weigh".into(),
            subjects: vec![],
            opens: Time(0),
            closes: Time(HOUR),
            missing_from: Time(2 * HOUR),
            readings: 2,
            apart: MINUTE,
        };
        assert!(met(&due, &[Time(0), Time(MINUTE)]));
        assert!(!met(&due, &[Time(0), Time(MINUTE - 1)]), "too close together");
        assert!(!met(&due, &[Time(-1), Time(MINUTE)]), "one too early");
        assert!(met(&due, &[Time(MINUTE), Time(2 * HOUR - 1)]), "late, within the grace");
        assert!(!met(&due, &[Time(MINUTE), Time(2 * HOUR)]), "after the grace");
    }
}
