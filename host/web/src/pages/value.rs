//! Values, units and sources as people read them.

use super::frame::Words;
use crate::text::plain::{self, TITLE};
use crate::text::{moment, unit_in_words};
use gtp_model::programme::{Choice, Field, Kind, Quantity};
use gtp_model::{Observation, Source, Text, Value};

/// The reasons for not measuring that forms offer. What is stored is the code.
pub const SKIP_REASONS: [&str; 5] = ["forgot", "no-device", "device-failed", "unwell", "other"];

impl Words<'_> {
    /// A title of a programme in the reader's language.
    pub fn title(&self, text: &Text) -> String {
        plain::line(text.get(self.language), TITLE)
    }

    /// A longer text of a programme.
    pub fn paragraph(&self, text: &Text) -> String {
        plain::line(text.get(self.language), plain::PARAGRAPH)
    }

    /// The unit of a quantity.
    pub fn unit(&self, quantity: &Quantity) -> String {
        let title = plain::line(quantity.unit_title.get(self.language), 40);
        if title.is_empty() { unit_in_words(self.language, &quantity.unit) } else { title }
    }

    /// A value with its unit: `82,3 kg`, `Ja`, `Ikke målt: Jeg glemte det`.
    pub fn value(&self, value: &Value, kind: Option<&Kind>) -> String {
        match (value, kind) {
            (Value::Number(number), Some(Kind::Quantity(quantity))) => {
                let unit = self.unit(quantity);
                format!("{} {unit}", self.number(*number, quantity.decimals)).trim_end().to_owned()
            }
            (Value::Number(number), _) => self.number(*number, 0),
            (Value::Coded { code, .. }, Some(Kind::Quantity(quantity))) => {
                self.choice(&quantity.coded, code)
            }
            (Value::Coded { code, .. }, Some(Kind::Choice(choices))) => self.choice(choices, code),
            (Value::Coded { code, .. }, _) => plain::line(code, TITLE),
            (Value::Flag(true), _) => self.t("yes"),
            (Value::Flag(false), _) => self.t("no"),
            (Value::Date(day), _) => {
                // A date is kept as its midnight in UTC, wherever the reader is.
                let utc = jiff::Timestamp::from_millisecond(day.0).unwrap_or_default();
                moment::day(self.language, utc.to_zoned(jiff::tz::TimeZone::UTC).date())
            }
            (Value::Text(text), _) => plain::line(text, plain::PARAGRAPH),
            (Value::Skipped { because }, _) => self.skipped(because),
            _ => self.t("value-other"),
        }
    }

    /// That something was not measured, and why.
    pub fn skipped(&self, because: &str) -> String {
        let because = if SKIP_REASONS.contains(&because) {
            self.t(&format!("skip-reason-{because}"))
        } else {
            plain::line(because, 200)
        };
        if because.is_empty() {
            self.t("value-skipped")
        } else {
            self.t_with("value-skipped-because", &[("reason", because.into())])
        }
    }

    fn choice(&self, choices: &[Choice], code: &str) -> String {
        let found = choices.iter().find(|choice| choice.code == code);
        found.map_or_else(|| plain::line(code, TITLE), |choice| self.title(&choice.title))
    }

    /// An observation's value with its unit.
    pub fn observation(&self, observation: &Observation, field: Option<&Field>) -> String {
        match (field.map(|field| &field.kind), &observation.value) {
            // The programme that described the unit is gone: the observation still knows its code.
            (None, Value::Number(number)) => {
                let unit = unit_in_words(self.language, &observation.unit);
                format!("{} {unit}", self.number(*number, 0)).trim_end().to_owned()
            }
            (kind, value) => self.value(value, kind),
        }
    }

    /// Where a value comes from.
    pub fn source(&self, source: &Source) -> String {
        match source {
            Source::Citizen => self.t("source-citizen"),
            Source::Relative => self.t("source-relative"),
            Source::Clinician => self.t("source-clinician"),
            Source::Device(name) => {
                self.t_with("source-device", &[("device", plain::line(name, 80).into())])
            }
            Source::Derived => self.t("source-derived"),
            _ => self.t("value-other"),
        }
    }
}
