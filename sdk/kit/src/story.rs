//! How a story went otherwise than it tells, laid out for reading: by step, the expected above what came.

use gtp_model::programme::{Entry, Scenario, Step};
use std::fmt;

/// A step of a story that went otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The step as the host names it: `step 2 (day 3, 07:30)`. Empty where the whole story is meant.
    pub place: String,
    /// What was sent in it.
    pub sent: String,
    /// What went otherwise: expected, and got; or a sentence.
    pub lines: Vec<Line>,
}

/// One thing that went otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A verdict, or whose advice came.
    Other {
        /// Of what.
        what: String,
        /// What the story says.
        expected: String,
        /// What came.
        got: String,
    },
    /// Anything else that the host said.
    Said(String),
}

/// The host's words about one story, by step.
#[must_use]
pub fn differences(scenario: Option<&Scenario>, failures: &[String]) -> Vec<Difference> {
    let mut differences: Vec<Difference> = vec![];
    for failure in failures {
        let (place, what) = match failure.split_once("): ") {
            Some((place, what)) if place.starts_with("step ") => (format!("{place})"), what),
            _ => (String::new(), failure.as_str()),
        };
        let line = line(what);
        match differences.last_mut() {
            Some(last) if last.place == place => last.lines.push(line),
            _ => {
                let sent = step(scenario, &place).map(sent).unwrap_or_default();
                differences.push(Difference { place, sent, lines: vec![line] });
            }
        }
    }
    differences
}

/// ``rule `weight` should be green and is red``, or ``advice should come from `a` and comes from no rule``.
fn line(what: &str) -> Line {
    let verdict = what.strip_prefix("rule `").and_then(|rest| {
        let (rule, rest) = rest.split_once("` should be ")?;
        let (expected, got) = rest.split_once(" and is ")?;
        Some((rule, expected, got))
    });
    let advice = || {
        let rest = what.strip_prefix("advice should come from ")?;
        let (expected, got) = rest.split_once(" and comes from ")?;
        Some(("advice", expected, got))
    };
    match verdict.or_else(advice) {
        Some((what, expected, got)) => Line::Other {
            what: what.to_owned(),
            expected: expected.to_owned(),
            got: got.to_owned(),
        },
        None => Line::Said(what.to_owned()),
    }
}

fn step<'s>(scenario: Option<&'s Scenario>, place: &str) -> Option<&'s Step> {
    let number: usize = place.strip_prefix("step ")?.split(' ').next()?.parse().ok()?;
    scenario?.steps.get(number.checked_sub(1)?)
}

/// What a step sends, in a line.
fn sent(step: &Step) -> String {
    let entry = |entry: &Entry| match entry {
        Entry::Value(field, value) => format!("{field} {value}"),
        Entry::Skipped(field) => format!("{field} skipped"),
        Entry::Response(questionnaire, answers) => {
            let answers: Vec<String> =
                answers.iter().map(|(item, value)| format!("{item} {value}")).collect();
            format!("{questionnaire} ({})", answers.join(", "))
        }
    };
    step.entries.iter().map(entry).collect::<Vec<_>>().join("; ")
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}", self.place)?;
            if !self.sent.is_empty() {
                write!(f, ": {}", self.sent)?;
            }
            writeln!(f)?;
        }
        for line in &self.lines {
            match line {
                Line::Other { what, expected, got } => {
                    writeln!(f, "  - {what}: {expected}")?;
                    writeln!(f, "  + {what}: {got}")?;
                }
                Line::Said(text) => writeln!(f, "  ! {text}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_says_is_laid_out_by_step() {
        let failures = [
            "step 2 (day 3, 07:30): rule `weight` should be green and is red".to_owned(),
            "step 2 (day 3, 07:30): advice should come from no rule and comes from `weight`"
                .to_owned(),
            "step 3 (day 4, 07:30): it ran out of fuel".to_owned(),
        ];
        let text: String = differences(None, &failures).iter().map(ToString::to_string).collect();
        assert_eq!(
            text,
            "step 2 (day 3, 07:30)\n  - weight: green\n  + weight: red\n  - advice: no rule\n  + advice: `weight`\n\
             step 3 (day 4, 07:30)\n  ! it ran out of fuel\n"
        );
    }
}
