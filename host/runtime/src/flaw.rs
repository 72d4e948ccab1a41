//! What is wrong with a component: one flaw is one thing, says where it is and how to mend it.

use serde::Serialize;
use std::fmt;

/// How much a flaw matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gravity {
    /// Good to know.
    Note,
    /// It serves, but somebody should look.
    Warning,
    /// It does not serve.
    Error,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flaw {
    /// How much it matters.
    pub gravity: Gravity,
    /// Short and stable, for tests and links: `unit-unknown`.
    pub code: &'static str,
    /// Which item: ``field `weight` ``, ``questionnaire `phq-9`, item `q3` ``.
    pub item: String,
    /// What is wrong with it.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}. {}", self.item, self.what, self.mend)
    }
}

/// Flaws as they are found. A component with thousands of them names the first few hundred.
#[derive(Debug, Default)]
pub struct Flaws {
    found: Vec<Flaw>,
    left_out: usize,
}

/// More flaws than this help nobody.
const MOST: usize = 500;

impl Flaws {
    /// An error: the component does not serve.
    pub fn error(
        &mut self,
        code: &'static str,
        item: impl Into<String>,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.push(Gravity::Error, code, item.into(), what.into(), mend.into());
    }

    /// A warning: it serves, but somebody should look.
    pub fn warning(
        &mut self,
        code: &'static str,
        item: impl Into<String>,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.push(Gravity::Warning, code, item.into(), what.into(), mend.into());
    }

    /// Good to know.
    pub fn note(
        &mut self,
        code: &'static str,
        item: impl Into<String>,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.push(Gravity::Note, code, item.into(), what.into(), mend.into());
    }

    /// Adds what another check found.
    pub fn extend(&mut self, flaws: impl IntoIterator<Item = Flaw>) {
        for flaw in flaws {
            self.push(flaw.gravity, flaw.code, flaw.item, flaw.what, flaw.mend);
        }
    }

    /// Whether there is an error among them.
    pub fn fatal(&self) -> bool {
        self.found.iter().any(|flaw| flaw.gravity == Gravity::Error)
    }

    /// All of them, the gravest first, otherwise in the order in which they were found.
    pub fn into_sorted(mut self) -> Vec<Flaw> {
        self.found.sort_by_key(|flaw| std::cmp::Reverse(flaw.gravity));
        if self.left_out > 0 {
            self.found.push(Flaw {
                gravity: Gravity::Note,
                code: "more",
                item: "component".to_owned(),
                what: format!("{} more flaws are not listed", self.left_out),
                mend: "Mend these first".to_owned(),
            });
        }
        self.found
    }

    fn push(
        &mut self,
        gravity: Gravity,
        code: &'static str,
        item: String,
        what: String,
        mend: String,
    ) {
        let room = self.found.len() < MOST;
        let first_error = gravity == Gravity::Error && !self.fatal();
        if room || first_error {
            self.found.push(Flaw { gravity, code, item, what, mend });
        } else {
            self.left_out += 1;
        }
    }
}

/// A text from a component as it may be shown in a message: short, and visible characters only.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut out: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() || is_invisible(c) { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

/// Characters that reorder or hide text.
pub const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_error_is_kept_however_many_warnings_came_before() {
        let mut flaws = Flaws::default();
        for _ in 0..2 * MOST {
            flaws.warning("w", "x", "y", "z");
        }
        flaws.error("e", "x", "y", "z");
        assert!(flaws.fatal());
        let sorted = flaws.into_sorted();
        assert_eq!(sorted.first().unwrap().code, "e");
        assert!(sorted.last().unwrap().what.starts_with(&MOST.to_string()));
    }

    #[test]
    fn a_shown_text_is_short_and_visible() {
        assert_eq!(shown("a\u{1b}[31m\u{202e}"), "a\u{fffd}[31m\u{fffd}");
        assert_eq!(shown(&"x".repeat(1000)).chars().count(), 61);
    }
}
