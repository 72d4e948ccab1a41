//! What is wrong with a value, in words that say what to do.

use super::{Arg, number, plain, t, t_with};
use gtp_care::Fault;
use gtp_model::programme::{Quantity, Range};
use gtp_model::{InvalidCitizenNumber, Language};

/// The stable code of a fault, in documents and in the keys of its messages.
#[must_use]
pub const fn fault_key(fault: &Fault) -> &'static str {
    match fault {
        Fault::Absent(_) => "absent",
        Fault::Unexpected(_) => "unexpected",
        Fault::Form(_) => "form",
        Fault::UnknownField => "unknown-field",
        Fault::UnknownQuestionnaire => "unknown-questionnaire",
        Fault::WrongUnit(_) => "wrong-unit",
        Fault::OutOfRange(..) => "out-of-range",
        Fault::NoSuchChoice => "no-such-choice",
        Fault::TooLong(_) => "too-long",
        Fault::Empty => "empty",
        Fault::InTheFuture => "in-the-future",
        Fault::TooOld => "too-old",
        Fault::NotEnrolledThen => "not-enrolled-then",
        Fault::Duplicate => "duplicate",
        Fault::NotLess(..) => "not-less",
        Fault::MayNotEnter => "may-not-enter",
        Fault::NothingToCorrect => "nothing-to-correct",
        Fault::NoReason => "no-reason",
        Fault::Unanswered => "unanswered",
        Fault::NotShown => "not-shown",
        Fault::Unusual(..) => "unusual",
        Fault::UnusualChange(..) => "unusual-change",
        Fault::CitizenNumber(_) => "citizen-number",
        Fault::Unknown(_) => "unknown",
        Fault::TooFarAhead => "too-far-ahead",
        Fault::NotHttps => "not-https",
        Fault::InThePast => "in-the-past",
        Fault::EndsBeforeItBegins => "ends-before-it-begins",
        Fault::NotInCareTeam => "not-in-care-team",
        Fault::NotCpr => "not-cpr",
        Fault::HasCpr => "has-cpr",
        Fault::NoBaseline => "no-baseline",
        Fault::OneOrTheOther => "one-or-the-other",
        // The list may grow there before it grows here.
        _ => "other",
    }
}

/// A fault in words, where nothing is known of the value but the fault.
#[must_use]
pub fn fault_text(language: Language, fault: &Fault) -> String {
    fault_text_of(language, fault, None)
}

/// A fault of a value of this quantity: with its decimals, and its range and unit in people's words.
#[must_use]
pub fn fault_text_of(language: Language, fault: &Fault, quantity: Option<&Quantity>) -> String {
    let say = |args: &[(&'static str, Arg<'_>)]| {
        t_with(language, &format!("fault-{}", fault_key(fault)), args)
    };
    let unit = |code: &str| match quantity {
        Some(quantity) => unit_of(language, quantity),
        None => unit_in_words(language, code),
    };
    let decimals = quantity.map_or(0, |quantity| quantity.decimals);
    let range = |range: &Range, code: &str| range_in_words(language, range, decimals, &unit(code));
    match fault {
        Fault::Absent(name) | Fault::Unexpected(name) => {
            say(&[("name", plain::line(name, 60).into())])
        }
        Fault::Form(expected) => form(language, expected),
        Fault::WrongUnit(code) => say(&[("unit", plain::line(code, 40).into())]),
        Fault::OutOfRange(possible, code) => {
            let possible = quantity.map_or(possible, |quantity| &quantity.reject);
            if *possible == Range::default() {
                return t(language, "fault-out-of-range-unknown");
            }
            say(&[("range", range(possible, code).into())])
        }
        Fault::TooLong(longest) => say(&[("most", longest.to_string().into())]),
        Fault::NotLess(lower, higher) => {
            say(&[("lower", lower.as_str().into()), ("higher", higher.as_str().into())])
        }
        Fault::Unusual(usual, code) => say(&[("range", range(usual, code).into())]),
        Fault::UnusualChange(largest, code, _) => say(&[
            ("change", number::decimal(language, *largest, decimals).into()),
            ("unit", unit(code).into()),
        ]),
        Fault::CitizenNumber(why) => t(
            language,
            match why {
                InvalidCitizenNumber::Length => "fault-citizen-number-length",
                InvalidCitizenNumber::DateDigits => "fault-citizen-number-digits",
                InvalidCitizenNumber::Date => "fault-citizen-number-date",
                InvalidCitizenNumber::Form => "fault-citizen-number-form",
            },
        ),
        _ => say(&[]),
    }
}

/// What is expected of a value whose form is wrong.
fn form(language: Language, expected: &str) -> String {
    t(
        language,
        match expected {
            "date-time" => "fault-form-date-time",
            "date" => "fault-form-date",
            "boolean" => "fault-form-boolean",
            "list" => "fault-form-list",
            "object" => "fault-form-object",
            "text" => "fault-form-text",
            "uuid" => "fault-form-uuid",
            "number" => "fault-form-number",
            "value" => "fault-form-value",
            _ => "fault-form-other",
        },
    )
}

/// Where some JSON stops being JSON.
#[must_use]
pub fn problem_place(language: Language, line: usize, column: usize) -> String {
    let place = [("line", line.to_string().into()), ("column", column.to_string().into())];
    t_with(language, "problem-malformed-place", &place)
}

/// A range: `mellem 25 og 350 kg`, `mindst 25 kg`, `højst 350 kg`.
#[must_use]
pub fn range_in_words(language: Language, range: &Range, decimals: u8, unit: &str) -> String {
    let end = |value: f64| number::decimal(language, value, decimals.min(trailing(value)));
    let text = match (range.low, range.high) {
        (Some(low), Some(high)) => t_with(
            language,
            "range-between",
            &[("low", end(low).into()), ("high", end(high).into()), ("unit", unit.into())],
        ),
        (Some(low), None) => {
            t_with(language, "range-least", &[("low", end(low).into()), ("unit", unit.into())])
        }
        (None, Some(high)) => {
            t_with(language, "range-most", &[("high", end(high).into()), ("unit", unit.into())])
        }
        (None, None) => String::new(),
    };
    text.trim_end().to_owned()
}

/// A whole number is written without decimals, also where the field has some.
fn trailing(value: f64) -> u8 {
    if value.fract() == 0.0 { 0 } else { u8::MAX }
}

/// The unit of a quantity as people read it.
pub(super) fn unit_of(language: Language, quantity: &Quantity) -> String {
    let title = plain::line(quantity.unit_title.get(language), 40);
    if title.is_empty() { unit_in_words(language, &quantity.unit) } else { title }
}

/// A UCUM code as people read it, where the programme says nothing.
#[must_use]
pub fn unit_in_words(language: Language, code: &str) -> String {
    match code {
        "mm[Hg]" => "mmHg".to_owned(),
        "Cel" => "°C".to_owned(),
        "1" => String::new(),
        "/min" => t(language, "unit-per-minute"),
        "d" => t(language, "unit-days"),
        "{score}" => t(language, "unit-score"),
        "{count}" => t(language, "unit-count"),
        other => plain::line(&other.replace(['{', '}', '[', ']'], ""), 40),
    }
}
