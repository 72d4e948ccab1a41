//! What a citizen is expected to measure or answer today, and what of it has come.
//!
//! The schedule says what is expected ([`gtp_care::schedule`]); here it is compared with what the citizen may see
//! of their own record, and put into words.

use super::frame::Words;
use crate::text::moment;
use crate::text::plain::{self, TITLE};
use gtp_care::schedule::{Background, Due, due, met};
use gtp_model::programme::{Activity, Subject};
use gtp_model::{DAY, Time};
use jiff::ToSpan;

/// Something that is expected today.
#[derive(Debug, PartialEq, Eq)]
pub struct TodayView {
    /// What.
    pub title: String,
    /// When, in words.
    pub when: String,
    /// `done`, `now`, `later` or `late`.
    pub state: &'static str,
    /// The state's icon.
    pub icon: &'static str,
    /// The state in words.
    pub words: String,
}

/// What is expected of one enrolment today.
pub struct Expected<'a> {
    /// The programme's schedule.
    pub schedule: &'a [Activity],
    /// When the enrolment started.
    pub start: Time,
    /// The moments at which a subject was measured or answered, in rising order. Nothing where the citizen
    /// cannot see them: then nobody can tell here whether it has come.
    pub moments: &'a dyn Fn(&Subject) -> Option<Vec<Time>>,
}

/// Today's list, in the order in which it opens.
pub fn list(expected: &Expected<'_>, words: Words<'_>) -> Vec<TodayView> {
    let today = words.calendar.zoned(words.now).date();
    let midnight = words.calendar.at_minute(today, 0);
    let tomorrow = words.calendar.at_minute(today.saturating_add(1.day()), 0);
    let background = Background {
        calendar: words.calendar,
        start: expected.start,
        end: None,
        pauses: &[],
        visits: &[],
    };
    let all = due(expected.schedule, &background, midnight.plus(-8 * DAY), tomorrow);
    let mut views = vec![];
    let mut done_or_shown: Vec<(&str, Time)> = vec![];
    let open: Vec<&Due> = all.iter().filter(|due| due.closes > midnight).collect();
    for (index, own) in open.iter().enumerate() {
        let key = (own.activity.as_str(), own.opens);
        let has_come = has_come(own, expected);
        // Three times a week is three dues with one beginning: the first that has not come is shown, and
        // when all have come, the last.
        let more =
            open.iter().skip(index + 1).any(|other| (other.activity.as_str(), other.opens) == key);
        if done_or_shown.contains(&key) || (has_come && more) {
            continue;
        }
        done_or_shown.push(key);
        views.push(view(own, has_come, expected.schedule, words));
    }
    views
}

/// Whether all that can be told of it has come.
fn has_come(due: &Due, expected: &Expected<'_>) -> bool {
    let mut known =
        due.subjects.iter().filter_map(|subject| (expected.moments)(subject)).peekable();
    known.peek().is_some() && known.all(|moments| met(due, &moments))
}

fn view(due: &Due, has_come: bool, schedule: &[Activity], words: Words<'_>) -> TodayView {
    let activity = schedule.iter().find(|own| own.id == due.activity);
    let title = activity
        .map_or_else(|| plain::line(&due.activity, TITLE), |activity| words.title(&activity.title));
    let (state, icon, key) = if has_come {
        ("done", "success", "today-done")
    } else if due.opens > words.now {
        ("later", "time", "today-later")
    } else if due.closes > words.now {
        ("now", "edit", "today-now")
    } else {
        ("late", "warning", "today-late")
    };
    TodayView { title, when: when(due.opens, due.closes, words), state, icon, words: words.t(key) }
}

/// The same for a day that need not be today: `16. nov. kl. 07.00–10.00`.
pub fn when_on_its_day(opens: Time, closes: Time, words: Words<'_>) -> String {
    let first = words.calendar.zoned(opens).date();
    let within = when(opens, closes, words);
    if first != words.calendar.zoned(closes.plus(-1)).date() {
        return within;
    }
    format!("{} {within}", moment::short_day(words.language, first)).trim_end().to_owned()
}

/// The time of something in words: `kl. 07.00–10.00`, `senest 24. nov.`, or nothing where it is all of today.
fn when(opens: Time, closes: Time, words: Words<'_>) -> String {
    let last = words.calendar.zoned(closes.plus(-1)).date();
    let opens = words.calendar.zoned(opens);
    let closes = words.calendar.zoned(closes);
    // What closes at midnight belongs to the day before.
    if opens.date() != last {
        let day = moment::short_day(words.language, last);
        return words.t_with("today-by", &[("day", day.into())]);
    }
    if closes.date() != last && opens.hour() == 0 && opens.minute() == 0 {
        return String::new();
    }
    words.t_with(
        "today-between",
        &[
            ("from", moment::time(words.language, &opens).into()),
            ("to", moment::time(words.language, &closes).into()),
        ],
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use gtp_care::calendar::Calendar;
    use gtp_model::programme::{Pattern, Phase, Slot};
    use gtp_model::{Language, Text};

    fn activity(pattern: Pattern, slots: Vec<Slot>) -> Activity {
        Activity {
            id: "weigh".into(),
            title: Text::from([("da", "Vægt")]),
            subjects: vec![Subject::Field("weight".parse().unwrap())],
            phases: vec![Phase { from_day: 0, days: None, pattern, slots }],
            grace: 0,
            annotations: vec![],
        }
    }

    fn slot(start: u16, end: u16) -> Slot {
        Slot { title: Text::default(), start, end, readings: 1, apart: 0 }
    }

    fn today(activity: Activity, now: &str, measured: &[&str]) -> Vec<TodayView> {
        let calendar = Calendar::new("Europe/Copenhagen").unwrap();
        let at = |text: &str| calendar.moment(text).unwrap();
        let words = Words { language: Language::Da, calendar: &calendar, now: at(now) };
        let measured: Vec<Time> = measured.iter().map(|text| at(text)).collect();
        let moments = |_: &Subject| Some(measured.clone());
        let start = at("2026-11-02T10:00");
        list(&Expected { schedule: &[activity], start, moments: &moments }, words)
    }

    #[test]
    fn a_daily_measurement_is_due_until_it_has_come() {
        let daily = || activity(Pattern::Daily, vec![]);
        let open = today(daily(), "2026-11-21T12:00", &["2026-11-20T08:00"]);
        assert_eq!((open.len(), open[0].state, open[0].when.as_str()), (1, "now", ""));
        let done = today(daily(), "2026-11-21T12:00", &["2026-11-21T08:00"]);
        assert_eq!(done[0].state, "done");
    }

    #[test]
    fn a_slot_is_later_then_now_then_late() {
        let states = ["06:00", "08:00", "11:00"].map(|time| {
            let morning = activity(Pattern::Daily, vec![slot(7 * 60, 10 * 60)]);
            let views = today(morning, &format!("2026-11-21T{time}"), &[]);
            assert_eq!(views[0].when, "kl. 07.00–10.00");
            views[0].state
        });
        assert_eq!(states, ["later", "now", "late"]);
    }

    #[test]
    fn twice_a_week_is_shown_once() {
        // The week began on Monday the 16th.
        let twice = || activity(Pattern::TimesAWeek(2), vec![]);
        let first = today(twice(), "2026-11-17T12:00", &[]);
        assert_eq!(first.len(), 1);
        assert_eq!(first[0].state, "now");
        let second = today(twice(), "2026-11-17T12:00", &["2026-11-16T08:00"]);
        assert_eq!((second.len(), second[0].state), (1, "now"));
        assert_eq!(second[0].when, "senest 22. nov.");
        let both = ["2026-11-16T08:00", "2026-11-17T08:00"];
        assert_eq!(today(twice(), "2026-11-17T12:00", &both)[0].state, "done");
    }

    #[test]
    fn nothing_is_due_where_nothing_is_expected() {
        assert!(today(activity(Pattern::OnDemand, vec![]), "2026-11-21T12:00", &[]).is_empty());
    }
}
