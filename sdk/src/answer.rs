//! Yes, no, and nobody knows.
//!
//! A question that was not answered is not a "no". [`Answer`] keeps the three apart, and "any of these
//! symptoms" is only a no when every one of them was answered with no.

use crate::NotJudged;
use crate::series::{Reading, Series};

/// The answer to a question that is answered with yes or no.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Yes, by these readings.
    Yes(Vec<Reading>),
    /// No.
    No,
    /// These inputs are missing or were skipped.
    Unknown(Vec<&'static str>),
}

impl Answer {
    /// Whether it is a yes.
    #[must_use]
    pub const fn is_yes(&self) -> bool {
        matches!(self, Self::Yes(_))
    }

    /// Whether it is a no. What is unknown is not.
    #[must_use]
    pub const fn is_no(&self) -> bool {
        matches!(self, Self::No)
    }

    /// Whether nobody knows.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Yes or no.
    ///
    /// # Errors
    ///
    /// Not enough data, where it is unknown.
    pub fn known(&self) -> Result<bool, NotJudged> {
        match self {
            Self::Yes(_) => Ok(true),
            Self::No => Ok(false),
            Self::Unknown(ids) => Err(NotJudged::not_enough(ids)),
        }
    }

    /// The readings that say yes.
    #[must_use]
    pub fn readings(&self) -> Vec<Reading> {
        match self {
            Self::Yes(readings) => readings.clone(),
            Self::No | Self::Unknown(_) => vec![],
        }
    }
}

/// Whether the newest answer of any of these is a yes. One yes is enough; a no takes a no from all.
#[must_use]
pub fn any_yes(questions: impl IntoIterator<Item = Series>) -> Answer {
    combine(questions, |reading| reading.value != 0.0)
}

/// Whether any of these newest readings meets a condition; see [`any_yes`].
#[must_use]
pub fn combine(
    questions: impl IntoIterator<Item = Series>,
    meets: impl Fn(&Reading) -> bool,
) -> Answer {
    let (mut yes, mut unknown) = (vec![], vec![]);
    for question in questions {
        match question.newest() {
            Ok(reading) if meets(&reading) => yes.push(reading),
            Ok(_) => {}
            Err(_) => unknown.push(question.id()),
        }
    }
    if !yes.is_empty() {
        Answer::Yes(yes)
    } else if !unknown.is_empty() {
        Answer::Unknown(unknown)
    } else {
        Answer::No
    }
}
