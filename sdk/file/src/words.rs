//! Conditions read aloud, in Danish and English; any other language gets the English words.

use crate::rules::Known;
use crate::text::Languages;
use gtp_contract::condition::{Against, Condition, Level, Test};
use gtp_contract::questionnaires::ItemKind;
use gtp_contract::types::{Kind, Severity, Text};

/// What a rule's levels say, as prose in each language.
pub(crate) fn aloud(levels: &[Level], languages: &Languages, known: &Known<'_>) -> Text {
    let in_language = |language: &String| {
        let reader = Reader { language, danish: language.starts_with("da"), known };
        let sentences: Vec<String> = levels.iter().map(|level| reader.level(level)).collect();
        (language.clone(), sentences.join(" "))
    };
    languages.0.iter().map(in_language).collect()
}

struct Reader<'k> {
    language: &'k str,
    danish: bool,
    known: &'k Known<'k>,
}

impl Reader<'_> {
    const fn pick(&self, danish: &'static str, english: &'static str) -> &'static str {
        if self.danish { danish } else { english }
    }

    fn level(&self, level: &Level) -> String {
        let colour = match level.gives {
            Severity::Green => self.pick("Grøn", "Green"),
            Severity::Yellow => self.pick("Gul", "Yellow"),
            Severity::Red => self.pick("Rød", "Red"),
        };
        format!("{colour}{} {}.", self.pick(", når", " when"), self.condition(&level.when))
    }

    fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::All(all) => self.join(all, self.pick(" og ", " and ")),
            Condition::Any(any) => self.join(any, self.pick(" eller ", " or ")),
            Condition::Not(inner) => {
                format!(
                    "{} ({})",
                    self.pick("det ikke gælder, at", "it is not so that"),
                    self.condition(inner)
                )
            }
            Condition::Newest { series, within, test } => format!(
                "{} {} {}",
                self.name(series),
                self.test(series, test),
                self.within(*within)
            ),
            Condition::Times { series, within, test, at_least, of_last } if at_least == of_last => {
                format!(
                    "{} {} {at_least} {} {}",
                    self.name(series),
                    self.test(series, test),
                    self.pick("gange i træk", "times in a row"),
                    self.within(*within)
                )
            }
            Condition::Times { series, within, test, at_least, of_last } => format!(
                "{} {} {} {at_least} {} {of_last} {} {}",
                self.name(series),
                self.test(series, test),
                self.pick("i mindst", "in at least"),
                self.pick("af de seneste", "of the newest"),
                self.pick("målinger", "readings"),
                self.within(*within)
            ),
            Condition::Rise { series, over, test } => {
                self.change(series, *over, test, "er steget", "has risen")
            }
            Condition::Fall { series, over, test } => {
                self.change(series, *over, test, "er faldet", "has fallen")
            }
            Condition::MissingFor { series, span } => format!(
                "{} {} {}",
                self.name(series),
                self.pick("ikke er målt eller besvaret i", "has not been measured or answered for"),
                self.length(*span)
            ),
        }
    }

    fn join(&self, conditions: &[Condition], word: &str) -> String {
        let parts: Vec<String> = conditions
            .iter()
            .map(|own| match own {
                Condition::All(inner) | Condition::Any(inner) if inner.len() > 1 => {
                    format!("({})", self.condition(own))
                }
                _ => self.condition(own),
            })
            .collect();
        parts.join(word)
    }

    fn change(
        &self,
        series: &str,
        over: u64,
        test: &Test,
        danish: &'static str,
        english: &'static str,
    ) -> String {
        let amount = match test {
            Test::Above(than) => {
                format!("{} {}", self.pick("mere end", "by more than"), self.against(than))
            }
            Test::AtLeast(than) => {
                format!("{} {}", self.pick("mindst", "by at least"), self.against(than))
            }
            Test::Below(than) => {
                format!("{} {}", self.pick("mindre end", "by less than"), self.against(than))
            }
            Test::AtMost(than) => {
                format!("{} {}", self.pick("højst", "by at most"), self.against(than))
            }
            Test::Is(own) => format!("{} {}", self.pick("præcis", "by exactly"), self.number(*own)),
            Test::Between(from, to) => format!(
                "{} {} {} {}",
                self.pick("mellem", "by between"),
                self.number(*from),
                self.pick("og", "and"),
                self.number(*to)
            ),
        };
        let verb = self.pick(danish, english);
        format!(
            "{} {verb} {amount} {} {}",
            self.name(series),
            self.pick("på", "within"),
            self.length(over)
        )
    }

    fn test(&self, series: &str, test: &Test) -> String {
        match test {
            Test::Above(than) => {
                format!("{} {}", self.pick("er over", "is above"), self.against(than))
            }
            Test::AtLeast(than) => {
                format!("{} {}", self.pick("er mindst", "is at least"), self.against(than))
            }
            Test::Below(than) => {
                format!("{} {}", self.pick("er under", "is below"), self.against(than))
            }
            Test::AtMost(than) => {
                format!("{} {}", self.pick("er højst", "is at most"), self.against(than))
            }
            Test::Is(own) => format!("{} {}", self.pick("er", "is"), self.exactly(series, *own)),
            Test::Between(from, to) => format!(
                "{} {} {} {}",
                self.pick("er fra", "is from"),
                self.number(*from),
                self.pick("til", "to"),
                self.number(*to)
            ),
        }
    }

    fn within(&self, span: u64) -> String {
        format!("({} {})", self.pick("inden for", "within"), self.length(span))
    }

    fn against(&self, than: &Against) -> String {
        match than {
            Against::Number(number) => self.number(*number),
            Against::Limit(id) => {
                let limit = self.known.limits.iter().find(|limit| limit.id == *id);
                let name = limit.map_or(id.as_str(), |limit| self.of(&limit.title));
                match limit.and_then(|limit| limit.default) {
                    Some(default) => format!("\"{name}\" ({})", self.number(default)),
                    None => format!("\"{name}\" ({})", self.pick("ikke sat", "not set")),
                }
            }
        }
    }

    fn number(&self, number: f64) -> String {
        let text = number.to_string();
        if self.danish { text.replace('.', ",") } else { text }
    }

    fn length(&self, span: u64) -> String {
        const HOUR: u64 = 3_600_000;
        match span {
            _ if span.is_multiple_of(24 * HOUR) && span > 72 * HOUR => {
                format!("{} {}", span / (24 * HOUR), self.pick("døgn", "days"))
            }
            _ if span.is_multiple_of(HOUR) => {
                format!("{} {}", span / HOUR, self.pick("timer", "hours"))
            }
            _ => format!("{} {}", span / 60_000, self.pick("minutter", "minutes")),
        }
    }

    fn of<'t>(&self, text: &'t Text) -> &'t str {
        let own = text.iter().find(|(language, _)| language == self.language).or(text.first());
        own.map_or("", |(_, words)| words)
    }

    /// What a series is called: a field's or score's title, or the question itself.
    fn name(&self, series: &str) -> String {
        let quoted = |text: &Text| format!("\"{}\"", self.of(text));
        if let Some(field) = self.known.fields.iter().find(|field| field.id == series) {
            return quoted(&field.title);
        }
        let Some((id, part)) = series.split_once('/') else { return series.to_owned() };
        let Some(own) = self.known.questionnaires.iter().find(|own| own.id == id) else {
            return series.to_owned();
        };
        if let Some(score) = own.scores.iter().find(|score| score.id == part) {
            return quoted(&score.title);
        }
        own.items
            .iter()
            .find(|item| item.id == part)
            .map_or_else(|| series.to_owned(), |item| quoted(&item.text))
    }

    /// A value as people know it: yes, no, or a choice's title.
    fn exactly(&self, series: &str, value: f64) -> String {
        let of_field =
            self.known.fields.iter().find(|field| field.id == series).map(|field| &field.kind);
        let of_item = || {
            let (id, part) = series.split_once('/')?;
            let own = self.known.questionnaires.iter().find(|own| own.id == id)?;
            match &own.items.iter().find(|item| item.id == part)?.kind {
                ItemKind::Question(kind) => Some(kind),
                _ => None,
            }
        };
        match of_field.or_else(of_item) {
            Some(Kind::Flag) if value == 0.0 => self.pick("nej", "no").to_owned(),
            Some(Kind::Flag) => self.pick("ja", "yes").to_owned(),
            Some(Kind::Choice(choices)) => {
                choices.iter().find(|choice| choice.value == value).map_or_else(
                    || self.number(value),
                    |choice| format!("\"{}\"", self.of(&choice.title)),
                )
            }
            _ => self.number(value),
        }
    }
}
