//! Identifiers, each a type of its own so that one can never be passed for another.
//!
//! What the host creates (a citizen, an alert) has a UUID that rises with time (version 7), so that rows
//! lie in the order in which they came. What people name (a programme, a field, a rule) has a *slug*:
//! lower-case letters, digits and hyphens. A slug cannot hold a path, markup or a control character,
//! whatever a component says.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use thiserror::Error;
use uuid::Uuid;

macro_rules! created {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier, different from every other and later than those made before it.
            #[must_use]
            #[allow(clippy::new_without_default, reason = "each call gives another value")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

created! {
    /// A citizen, independent of any civil registration number.
    CitizenId;
    /// One citizen in one programme.
    EnrolmentId;
    /// One observation.
    ObservationId;
    /// One filled-in questionnaire.
    ResponseId;
    /// One run of one programme's rules.
    AssessmentId;
    /// One alert.
    AlertId;
    /// One item of a plan: a goal, an activity or an appointment.
    PlanItemId;
    /// One note in a diary.
    DiaryNoteId;
    /// One message.
    MessageId;
    /// One thing that a citizen lets a relative do.
    GrantId;
    /// One refusal of a citizen's.
    BlockId;
    /// One opening of a record that was closed.
    GlassId;
}

/// A name that is not a slug.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "an id has 1 to {max} characters, lower-case letters, digits and hyphens, and starts with a letter"
)]
pub struct InvalidSlug {
    /// How long the id may be.
    pub max: usize,
}

/// The longest slug.
const MAX_SLUG: usize = 40;

fn check_slug(text: &str) -> Result<(), InvalidSlug> {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.len() <= MAX_SLUG
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(legal)
    {
        Ok(())
    } else {
        Err(InvalidSlug { max: MAX_SLUG })
    }
}

macro_rules! named {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidSlug;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                check_slug(text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidSlug;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                check_slug(&text)?;
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

named! {
    /// A programme, through all its versions.
    ProgrammeId;
    /// A field, in the vocabulary that all programmes share.
    FieldId;
    /// A questionnaire of one programme.
    QuestionnaireId;
    /// An item or a score of one questionnaire.
    ItemId;
    /// A rule of one programme.
    RuleId;
    /// A limit of one programme.
    LimitId;
    /// An organisational unit. A SOR number is written `sor-` and the digits.
    UnitId;
}

/// What a caller chose to mark one command, so that a retry is harmless: 1 to 128 visible ASCII
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key, or nothing where the text is no legal key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        ((1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()))
            .then(|| Self(text.to_owned()))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_slug_holds_no_path_markup_or_control_character() {
        for bad in ["", "../x", "a/b", "A", "1a", "-a", "a b", "a\n", "<b>", "æ", &"a".repeat(41)]
        {
            assert!(bad.parse::<FieldId>().is_err(), "{bad:?}");
        }
        assert_eq!("weight-2".parse::<FieldId>().unwrap().as_str(), "weight-2");
    }

    #[test]
    fn a_slug_is_checked_when_it_is_read() {
        assert!(serde_json::from_str::<ProgrammeId>("\"../../etc\"").is_err());
    }

    #[test]
    fn an_idempotency_key_is_visible_and_bounded() {
        assert!(IdempotencyKey::parse("a-1").is_some());
        for bad in ["", "a b", "a\n", &"x".repeat(129)] {
            assert!(IdempotencyKey::parse(bad).is_none(), "{bad:?}");
        }
    }
}
