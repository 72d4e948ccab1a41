//! Names, numbers, spans and kinds in words.

use crate::pick;
use gtp_model::programme::{
    Audience, CardStatus, Choice, ItemKind, Kind, Programme, Range, Severity, Sight, Subject,
    Weekday,
};
use gtp_model::{FieldId, ItemId, Language, LimitId, QuestionnaireId, Sector, SeriesId, Text};

/// A unit of UCUM for people: what it writes in braces is a word.
pub(crate) fn unit_of(unit: &str) -> &str {
    unit.strip_prefix('{').and_then(|word| word.strip_suffix('}')).unwrap_or(unit)
}

/// Somebody who reads a programme aloud.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'p> {
    pub(crate) programme: &'p Programme,
    pub(crate) language: Language,
}

impl<'p> Reader<'p> {
    pub(crate) fn text<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.language)
    }

    pub(crate) const fn pick<'t>(&self, danish: &'t str, english: &'t str) -> &'t str {
        pick(self.language, danish, english)
    }

    pub(crate) fn number(&self, number: f64) -> String {
        let text = number.to_string();
        match self.language {
            Language::Da => text.replace('.', ","),
            Language::En => text,
        }
    }

    pub(crate) fn field(&self, id: &FieldId) -> String {
        let field = self.programme.field(id);
        field.map_or_else(|| id.to_string(), |field| self.text(&field.title).to_owned())
    }

    pub(crate) fn questionnaire(&self, id: &QuestionnaireId) -> String {
        let own = self.programme.questionnaire(id);
        own.map_or_else(|| id.to_string(), |own| self.text(&own.title).to_owned())
    }

    pub(crate) fn item(&self, questionnaire: &QuestionnaireId, id: &ItemId) -> String {
        let own = self.programme.questionnaire(questionnaire);
        match own.and_then(|own| own.item(id)) {
            Some(item) if item.text.is_empty() => match &item.kind {
                ItemKind::Field(field) => self.field(field),
                _ => id.to_string(),
            },
            Some(item) => self.text(&item.text).to_owned(),
            None => id.to_string(),
        }
    }

    pub(crate) fn limit(&self, id: &LimitId) -> String {
        let own = self.programme.limit(id);
        own.map_or_else(|| id.to_string(), |own| self.text(&own.title).to_owned())
    }

    pub(crate) fn series(&self, id: &SeriesId) -> String {
        match id {
            SeriesId::Field(field) => self.field(field),
            SeriesId::Answer(questionnaire, item) => {
                format!("“{}”", self.item(questionnaire, item))
            }
            SeriesId::Score(questionnaire, score) => {
                let own = self.programme.questionnaire(questionnaire);
                let score_of = own.and_then(|own| own.scores.iter().find(|own| own.id == *score));
                let title = score_of
                    .map_or_else(|| score.to_string(), |own| self.text(&own.title).to_owned());
                format!("{}: {title}", self.questionnaire(questionnaire))
            }
        }
    }

    pub(crate) fn subject(&self, subject: &Subject) -> String {
        match subject {
            Subject::Field(id) => self.field(id),
            Subject::Questionnaire(id) => self.questionnaire(id),
            Subject::Rule(id) => {
                let own = self.programme.rule(id);
                let title =
                    own.map_or_else(|| id.to_string(), |own| self.text(&own.title).to_owned());
                format!("{}: {title}", self.pick("Regel", "Rule"))
            }
        }
    }

    pub(crate) fn range(&self, range: &Range) -> String {
        match (range.low, range.high) {
            (None, None) => String::new(),
            (Some(low), Some(high)) => format!("{}–{}", self.number(low), self.number(high)),
            (Some(low), None) => {
                format!("{} {}", self.pick("mindst", "at least"), self.number(low))
            }
            (None, Some(high)) => {
                format!("{} {}", self.pick("højst", "at most"), self.number(high))
            }
        }
    }

    /// A unit as people write it.
    pub(crate) fn unit(&self, kind: &Kind) -> String {
        match kind {
            Kind::Quantity(quantity) if !quantity.unit_title.is_empty() => {
                self.text(&quantity.unit_title).to_owned()
            }
            kind => unit_of(kind.unit()).to_owned(),
        }
    }

    /// What can be answered.
    pub(crate) fn answers(&self, kind: &Kind) -> String {
        match kind {
            Kind::Quantity(quantity) => {
                let decimals = match quantity.decimals {
                    0 => self.pick("helt tal", "whole number").to_owned(),
                    1 => self.pick("1 decimal", "1 decimal").to_owned(),
                    more => format!("{more} {}", self.pick("decimaler", "decimals")),
                };
                let coded = quantity.coded.iter().map(|choice| self.choice(choice));
                let parts = [self.unit(kind), decimals].into_iter().chain(coded);
                parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
            }
            Kind::Choice(choices) => {
                choices.iter().map(|choice| self.choice(choice)).collect::<Vec<_>>().join("; ")
            }
            Kind::Flag => self.pick("ja eller nej", "yes or no").to_owned(),
            Kind::Date => self.pick("dato", "date").to_owned(),
            Kind::FreeText(length) => {
                format!(
                    "{} {length} {}",
                    self.pick("tekst, højst", "text, at most"),
                    self.pick("tegn", "characters")
                )
            }
        }
    }

    fn choice(&self, choice: &Choice) -> String {
        format!("{} ({})", self.text(&choice.title), self.number(choice.value))
    }

    /// A value of a question as people know it.
    pub(crate) fn value(&self, kind: Option<&Kind>, value: f64) -> String {
        match kind {
            Some(Kind::Flag) if value == 0.0 => self.pick("nej", "no").to_owned(),
            Some(Kind::Flag) => self.pick("ja", "yes").to_owned(),
            Some(Kind::Choice(choices)) => {
                let own = choices.iter().find(|choice| choice.value == value);
                own.map_or_else(|| self.number(value), |own| format!("“{}”", self.text(&own.title)))
            }
            _ => self.number(value),
        }
    }

    /// A span of milliseconds.
    pub(crate) fn span(&self, milliseconds: u64) -> String {
        self.minutes(milliseconds / 60_000)
    }

    /// A span of minutes, as long as people say it.
    pub(crate) fn minutes(&self, minutes: u64) -> String {
        match minutes {
            m if m > 72 * 60 && m.is_multiple_of(24 * 60) => {
                format!("{} {}", m / (24 * 60), self.pick("døgn", "days"))
            }
            60 => self.pick("1 time", "1 hour").to_owned(),
            m if m > 0 && m.is_multiple_of(60) => {
                format!("{} {}", m / 60, self.pick("timer", "hours"))
            }
            1 => self.pick("1 minut", "1 minute").to_owned(),
            m => format!("{m} {}", self.pick("minutter", "minutes")),
        }
    }

    pub(crate) const fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Green => pick(self.language, "grøn", "green"),
            Severity::Yellow => pick(self.language, "gul", "yellow"),
            Severity::Red => pick(self.language, "rød", "red"),
        }
    }

    pub(crate) const fn weekday(&self, day: Weekday) -> &'static str {
        match day {
            Weekday::Monday => pick(self.language, "mandag", "Monday"),
            Weekday::Tuesday => pick(self.language, "tirsdag", "Tuesday"),
            Weekday::Wednesday => pick(self.language, "onsdag", "Wednesday"),
            Weekday::Thursday => pick(self.language, "torsdag", "Thursday"),
            Weekday::Friday => pick(self.language, "fredag", "Friday"),
            Weekday::Saturday => pick(self.language, "lørdag", "Saturday"),
            Weekday::Sunday => pick(self.language, "søndag", "Sunday"),
        }
    }

    pub(crate) const fn audience(&self, audience: Audience) -> &'static str {
        match audience {
            Audience::Citizen => pick(self.language, "Borger", "Citizen"),
            Audience::Relative => pick(self.language, "Pårørende", "Relative"),
            Audience::Hospital => pick(self.language, "Sygehus", "Hospital"),
            Audience::GeneralPractice => pick(self.language, "Almen praksis", "General practice"),
            Audience::Municipality => pick(self.language, "Kommune", "Municipality"),
        }
    }

    pub(crate) fn sector(&self, sector: Sector) -> String {
        let audience = match sector {
            Sector::Hospital => Audience::Hospital,
            Sector::GeneralPractice => Audience::GeneralPractice,
            Sector::Municipality => Audience::Municipality,
        };
        self.audience(audience).to_lowercase()
    }

    /// What somebody sees of a subject and may enter.
    pub(crate) fn sight(&self, subject: &Subject, audience: Audience) -> String {
        let sees = match self.programme.sight(subject, &audience) {
            Sight::Never => None,
            Sight::AfterReview => Some(self.pick("ser efter gennemsyn", "sees after review")),
            Sight::Always => Some(self.pick("ser", "sees")),
        };
        let enters =
            self.programme.may_enter(subject, &audience).then(|| self.pick("indtaster", "enters"));
        let both: Vec<&str> = sees.into_iter().chain(enters).collect();
        if both.is_empty() { "–".to_owned() } else { both.join(", ") }
    }

    pub(crate) fn status(&self, status: &CardStatus) -> String {
        match status {
            CardStatus::Project => self.pick("projekt", "project").to_owned(),
            CardStatus::Spreading => self.pick("under udbredelse", "spreading").to_owned(),
            CardStatus::InOperation => self.pick("i drift", "in operation").to_owned(),
            CardStatus::Ended => self.pick("afsluttet", "ended").to_owned(),
            CardStatus::Other(other) => other.clone(),
        }
    }
}
