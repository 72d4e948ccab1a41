//! What people read, in their language.
//!
//! Every text of ours is a message in `locales/`, Danish first, English complete. Code names a message by its
//! key and never holds a sentence. Numbers and dates are written as the language writes them: [`number`],
//! [`moment`]. What a programme or a person wrote goes through [`plain`] on its way to a page.

mod access;
pub mod csv;
mod fault;
pub mod moment;
pub mod number;
pub mod plain;

pub use access::{access_role_key, access_under, access_what, access_who};
pub use fault::{
    fault_key, fault_text, fault_text_of, problem_place, range_in_words, unit_in_words,
};

use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid};
use gtp_model::Language;
use std::borrow::Cow;
use std::collections::HashMap;

fluent_templates::static_loader! {
    static MESSAGES = {
        locales: "./locales",
        fallback_language: "da",
        // Isolating marks are characters, and these texts also go into attributes, JSON and tests. Pages
        // isolate with `<bdi>`, and `plain` takes the marks out that could turn a sentence round.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const DANISH: LanguageIdentifier = langid!("da");
const ENGLISH: LanguageIdentifier = langid!("en");

/// What a message is filled in with.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg<'a> {
    /// A text, shown as it is.
    Text(Cow<'a, str>),
    /// A number of things: the message may choose singular or plural by it.
    Count(usize),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<usize> for Arg<'_> {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

/// The message of this key.
#[must_use]
pub fn t(language: Language, key: &str) -> String {
    find(language, key, None)
}

/// The message of this key, filled in.
#[must_use]
pub fn t_with(language: Language, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
    let values: HashMap<Cow<'static, str>, FluentValue<'_>> = args
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Arg::Text(text) => FluentValue::from(text.as_ref()),
                Arg::Count(count) => FluentValue::from(*count),
            };
            (Cow::Borrowed(*name), value)
        })
        .collect();
    find(language, key, Some(&values))
}

/// A key without a message is shown as it is: an ugly page tells more than an empty one. The tests below
/// keep it from happening.
fn find(
    language: Language,
    key: &str,
    values: Option<&HashMap<Cow<'static, str>, FluentValue<'_>>>,
) -> String {
    let tag = match language {
        Language::Da => &DANISH,
        Language::En => &ENGLISH,
    };
    MESSAGES.try_lookup_complete(tag, key, values).unwrap_or_else(|| key.to_owned())
}

#[cfg(test)]
mod tests;
