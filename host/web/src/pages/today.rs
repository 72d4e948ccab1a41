//! What a citizen is expected to measure or answer today, and what of it has come.
//!
//! What is expected and where it stands is told by [`gtp_care::Care::expected`]; here it is put into words.

use super::frame::Words;
use crate::text::moment;
use crate::text::plain::{self, TITLE};
use gtp_care::{ExpectedItem, ExpectedState};
use gtp_model::Time;
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

/// One enrolment's list, in the order in which it opens.
pub fn list<'a>(items: impl Iterator<Item = &'a ExpectedItem>, words: Words<'_>) -> Vec<TodayView> {
    let items: Vec<&ExpectedItem> = items.collect();
    let mut views = vec![];
    let mut shown: Vec<(&str, Time)> = vec![];
    for (index, item) in items.iter().enumerate() {
        let key = |item: &'a ExpectedItem| (item.due.activity.as_str(), item.due.opens);
        // Three times a week is three dues with one beginning: the first that has not come is shown, and
        // when all have come, the last.
        let more = items.iter().skip(index + 1).any(|other| key(other) == key(item));
        if shown.contains(&key(item)) || (item.state == ExpectedState::Done && more) {
            continue;
        }
        shown.push(key(item));
        views.push(view(item, words));
    }
    views
}

fn view(item: &ExpectedItem, words: Words<'_>) -> TodayView {
    let (state, icon, key) = match item.state {
        ExpectedState::Done => ("done", "success", "today-done"),
        ExpectedState::Later => ("later", "time", "today-later"),
        ExpectedState::Now => ("now", "edit", "today-now"),
        ExpectedState::Late | ExpectedState::Missing => ("late", "warning", "today-late"),
    };
    let title = match words.title(&item.title) {
        title if title.is_empty() => plain::line(&item.due.activity, TITLE),
        title => title,
    };
    let when = when(item.due.opens, item.due.closes, words);
    TodayView { title, when, state, icon, words: words.t(key) }
}

/// The first moment of today, and of tomorrow.
pub fn today(words: Words<'_>) -> (Time, Time) {
    let today = words.calendar.zoned(words.now).date();
    let midnight = words.calendar.at_minute(today, 0);
    (midnight, words.calendar.at_minute(today.saturating_add(1.day()), 0))
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
    use gtp_care::schedule::Due;
    use gtp_model::{EnrolmentId, Language, Text};

    fn calendar() -> Calendar {
        Calendar::new("Europe/Copenhagen").unwrap()
    }

    fn item(opens: &str, closes: &str, state: ExpectedState) -> ExpectedItem {
        let at = |text: &str| calendar().moment(text).unwrap();
        ExpectedItem {
            enrolment: EnrolmentId::new(),
            programme: "heart".parse().unwrap(),
            title: Text::from([("da", "Vægt")]),
            due: Due {
                activity: "weigh".into(),
                subjects: vec![],
                opens: at(opens),
                closes: at(closes),
                missing_from: at(closes),
                readings: 1,
                apart: 0,
            },
            state,
        }
    }

    fn shown(items: &[ExpectedItem]) -> Vec<(&'static str, String)> {
        let calendar = calendar();
        let now = calendar.moment("2026-11-21T12:00").unwrap();
        let words = Words { language: Language::Da, calendar: &calendar, now };
        list(items.iter(), words).into_iter().map(|view| (view.state, view.when)).collect()
    }

    #[test]
    fn all_of_a_day_needs_no_time_and_a_slot_tells_its_own() {
        let day = item("2026-11-21T00:00", "2026-11-22T00:00", ExpectedState::Now);
        assert_eq!(shown(&[day]), [("now", String::new())]);
        let slot = item("2026-11-21T07:00", "2026-11-21T10:00", ExpectedState::Missing);
        assert_eq!(shown(&[slot]), [("late", "kl. 07.00–10.00".to_owned())]);
    }

    #[test]
    fn twice_a_week_is_shown_once() {
        let week = |state| item("2026-11-16T00:00", "2026-11-23T00:00", state);
        let by_sunday = "senest 22. nov.".to_owned();
        let (done, now) = (ExpectedState::Done, ExpectedState::Now);
        assert_eq!(shown(&[week(now), week(now)]), [("now", by_sunday.clone())]);
        assert_eq!(shown(&[week(done), week(now)]), [("now", by_sunday.clone())]);
        assert_eq!(shown(&[week(done), week(done)]), [("done", by_sunday)]);
    }

    #[test]
    fn another_day_is_named() {
        let calendar = calendar();
        let at = |text: &str| calendar.moment(text).unwrap();
        let words =
            Words { language: Language::Da, calendar: &calendar, now: at("2026-11-21T12:00") };
        let slot = when_on_its_day(at("2026-11-19T07:00"), at("2026-11-19T10:00"), words);
        assert_eq!(slot, "19. nov. kl. 07.00–10.00");
        let day = when_on_its_day(at("2026-11-19T00:00"), at("2026-11-20T00:00"), words);
        assert_eq!(day, "19. nov.");
        let week = when_on_its_day(at("2026-11-16T00:00"), at("2026-11-23T00:00"), words);
        assert_eq!(week, "senest 22. nov.");
    }
}
