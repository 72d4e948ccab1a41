//! What is wrong with a file, said the way the compiler says it: the place, the line, and a way out.

use crate::source::{Place, Source};
use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where. Absent where a whole file is meant.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Everything that is wrong with a programme's files, in the order in which it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// One problem that has no place in a file.
    #[must_use]
    pub fn one(message: impl Into<String>, help: Option<String>) -> Self {
        Self(vec![Problem { place: None, message: message.into(), help }])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        if let Some(place) = &self.place {
            let number = place.line.to_string();
            let margin = " ".repeat(number.len());
            let tabs: String = place
                .text
                .chars()
                .take(place.column - 1)
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            write!(f, "\n{margin}--> {}:{}:{}", place.file, place.line, place.column)?;
            write!(f, "\n{margin} |\n{number} | {}", place.text)?;
            write!(f, "\n{margin} | {tabs}{}", "^".repeat(place.width))?;
            if let Some(help) = &self.help {
                write!(f, "\n{margin} = {help}")?;
            }
        } else if let Some(help) = &self.help {
            write!(f, "\n = {help}")?;
        }
        Ok(())
    }
}

/// Collects problems while files are read, so that an author sees all of them at once.
#[derive(Debug, Default)]
pub(crate) struct Log(RefCell<Vec<Problem>>);

impl Log {
    pub(crate) fn add(&self, source: &Source, span: &Range<usize>, message: impl Into<String>) {
        self.push(source, span, message.into(), None);
    }

    pub(crate) fn add_help(
        &self,
        source: &Source,
        span: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(source, span, message.into(), Some(help.into()));
    }

    fn push(&self, source: &Source, span: &Range<usize>, message: String, help: Option<String>) {
        let problem = Problem { place: Some(source.place(span)), message, help };
        let mut problems = self.0.borrow_mut();
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    pub(crate) fn into_result<T>(self, value: T) -> Result<T, Problems> {
        let problems = self.0.into_inner();
        if problems.is_empty() { Ok(value) } else { Err(Problems(problems)) }
    }
}
