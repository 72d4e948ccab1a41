//! Days and moments as people write them, in local time.

use super::{t, t_with};
use gtp_model::Language;
use jiff::Zoned;
use jiff::civil::Date;

/// A day: `21. november 2026`.
#[must_use]
pub fn day(language: Language, date: Date) -> String {
    t_with(
        language,
        "date-long",
        &[
            ("day", date.day().to_string().into()),
            ("month", month(language, date, "").into()),
            ("year", date.year().to_string().into()),
        ],
    )
}

/// A day without its year: `21. nov.`.
#[must_use]
pub fn short_day(language: Language, date: Date) -> String {
    t_with(
        language,
        "date-short",
        &[
            ("day", date.day().to_string().into()),
            ("month", month(language, date, "-short").into()),
        ],
    )
}

/// A time of day: `22.04` in Danish, `22:04` in English.
#[must_use]
pub fn time(language: Language, moment: &Zoned) -> String {
    let separator = match language {
        Language::Da => '.',
        Language::En => ':',
    };
    format!("{:02}{separator}{:02}", moment.hour(), moment.minute())
}

/// A day and a time: `21. november 2026 kl. 22.04`.
#[must_use]
pub fn full(language: Language, moment: &Zoned) -> String {
    let words =
        [("day", day(language, moment.date()).into()), ("time", time(language, moment).into())];
    t_with(language, "date-time", &words)
}

/// A day and a time, as short as is clear at this moment: `i dag kl. 7.30`, `i går kl. 21.15`,
/// `3. nov. kl. 8.00`, and with the year where it is another one.
#[must_use]
pub fn brief(language: Language, moment: &Zoned, now: &Zoned) -> String {
    let (date, today) = (moment.date(), now.date());
    let day = if date == today {
        t(language, "date-today")
    } else if date.tomorrow().is_ok_and(|tomorrow| tomorrow == today) {
        t(language, "date-yesterday")
    } else if date.year() == today.year() {
        short_day(language, date)
    } else {
        day(language, date)
    };
    t_with(language, "date-time", &[("day", day.into()), ("time", time(language, moment).into())])
}

/// What `<time datetime>` wants.
#[must_use]
pub fn machine(moment: &Zoned) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn month(language: Language, date: Date, form: &str) -> String {
    t(language, &format!("month{form}-{}", date.month()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(text: &str) -> Zoned {
        text.parse::<jiff::civil::DateTime>().unwrap().in_tz("Europe/Copenhagen").unwrap()
    }

    #[test]
    fn a_moment_is_written_in_the_language_s_way() {
        let moment = at("2026-11-21T07:04");
        assert_eq!(full(Language::Da, &moment), "21. november 2026 kl. 07.04");
        assert_eq!(full(Language::En, &moment), "21 November 2026 at 07:04");
        assert_eq!(machine(&moment), "2026-11-21T07:04:00+01:00");
    }

    #[test]
    fn a_near_moment_is_written_shortly() {
        let now = at("2026-03-01T12:00");
        let brief = |text| super::brief(Language::Da, &at(text), &now);
        assert_eq!(brief("2026-03-01T00:00"), "i dag kl. 00.00");
        assert_eq!(brief("2026-02-28T23:59"), "i går kl. 23.59");
        assert_eq!(brief("2026-02-27T08:00"), "27. feb. kl. 08.00");
        assert_eq!(brief("2025-12-31T08:00"), "31. december 2025 kl. 08.00");
    }
}
