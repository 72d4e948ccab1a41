//! What the command line says when something is wrong: what happened, to which thing, what to do.

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use std::fmt;

/// Something that keeps a command from doing its work. Shown to a person, then the process ends with its
/// exit code: 2 where the set-up is wrong, 1 where the work itself failed.
#[derive(Debug)]
pub struct Complaint {
    message: String,
    help: Option<String>,
    place: Option<Box<Place>>,
    code: u8,
}

#[derive(Debug)]
struct Place {
    source: NamedSource<String>,
    label: LabeledSpan,
}

impl Complaint {
    /// The set-up is wrong: the configuration, a folder, a port.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, place: None, code: 2 }
    }

    /// The set-up is right, the work failed.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        Self { code: 1, ..Self::new(message) }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Something in a TOML file is wrong.
    #[must_use]
    pub fn in_toml(name: &str, text: &str, error: &toml::de::Error) -> Self {
        let message = error.message();
        let (message, help) = match unknown(message) {
            Some((key, known)) => {
                let message = format!("there is no key “{key}” here");
                let help = nearest(key, &known).map_or_else(
                    || format!("the keys here are {}", known.join(", ")),
                    |near| format!("did you mean “{near}”?"),
                );
                (message, Some(help))
            }
            None => (message.replace('`', "'"), None),
        };
        let place = error.span().map(|span| {
            Box::new(Place {
                source: NamedSource::new(name, text.to_owned()),
                label: LabeledSpan::new_primary_with_span(Some("here".to_owned()), span),
            })
        });
        Self { help, place, ..Self::new(format!("{name}: {message}")) }
    }

    /// The exit code.
    #[must_use]
    pub const fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Complaint {}

impl Diagnostic for Complaint {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| &place.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.place.as_ref().map(|place| {
            Box::new(std::iter::once(place.label.clone())) as Box<dyn Iterator<Item = LabeledSpan>>
        })
    }
}

/// The key and the known ones in serde's message: "unknown field `a`, expected one of `b`, `c`".
fn unknown(message: &str) -> Option<(&str, Vec<&str>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (key, rest) = rest.split_once('`')?;
    let known = rest.split('`').skip(1).step_by(2).collect();
    Some((key, known))
}

/// The known word that somebody most likely meant, if any is near.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |other: &str| edits(word, other);
    let near = known.iter().copied().min_by_key(|other| distance(other))?;
    (distance(near) <= word.len().max(near.len()) / 3 + 1).then_some(near)
}

/// How many letters must be inserted, left out or changed to get from one word to another.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.chars().enumerate() {
        let mut next = vec![index + 1];
        for ((other, pair), left) in to.iter().zip(row.windows(2)).zip(0..) {
            let (diagonal, above) = match pair {
                [diagonal, above] => (*diagonal, *above),
                _ => (0, 0),
            };
            let before = next.get(left).copied().unwrap_or(0);
            let change = diagonal + usize::from(letter != *other);
            next.push(change.min(above + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("listen", "listen"), 0);
        assert_eq!(edits("listne", "listen"), 2);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
    }

    #[test]
    fn a_near_word_is_offered_and_a_far_one_is_not() {
        assert_eq!(nearest("fule", &["fuel", "memory"]), Some("fuel"));
        assert_eq!(nearest("colour", &["level", "format"]), None);
    }
}
