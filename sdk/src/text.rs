//! Texts with numbers in them, in every language.
//!
//! The file says `rose = { da = "Steget {gain} kg", en = "Up {gain} kg" }`; the macro makes a type of it
//! with a field `gain`. Here it is filled in. `{gain}` shows as many decimals as the number has, at most
//! two; `{mean:1}` shows one.

use crate::series::Reading;
use crate::{Limit, Number};
use gtp_contract::assess::Urgency;
use gtp_contract::types::Text;

/// Something that can be said to people.
pub trait Say {
    /// The text in each language.
    fn say(&self) -> Text;
}

/// Something that a citizen should do.
pub trait Advise: Say {
    /// How soon.
    fn urgency(&self) -> Urgency;
}

impl Say for Text {
    fn say(&self) -> Text {
        self.clone()
    }
}

/// What fills a name in braces.
#[derive(Clone, Debug)]
pub enum Part {
    /// A number.
    Number(Number),
    /// Another text, in the same language.
    Text(Text),
}

macro_rules! number_parts {
    ($($number:ty),*) => {$(
        impl From<$number> for Part {
            fn from(value: $number) -> Self {
                Self::Number(value.into())
            }
        }
    )*};
}
number_parts!(Number, f64, i32, u8, u16, u32, i64, usize, Limit, &Limit, Reading);

impl From<Text> for Part {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

/// Fills the names in braces of a text in each language.
#[must_use]
pub fn fill(template: &[(&str, &str)], parts: &[(&str, Part)]) -> Text {
    template
        .iter()
        .map(|(language, words)| ((*language).to_owned(), fill_one(words, language, parts)))
        .collect()
}

fn fill_one(words: &str, language: &str, parts: &[(&str, Part)]) -> String {
    let mut text = String::with_capacity(words.len() + 16);
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        let (name, decimals) = match name.split_once(':') {
            Some((name, decimals)) => (name, decimals.parse::<u8>().ok()),
            None => (name, None),
        };
        match parts.iter().find(|(own, _)| *own == name).map(|(_, part)| part) {
            Some(Part::Number(number)) => match decimals {
                Some(decimals) => text.push_str(&number.with_decimals(decimals, language)),
                None => text.push_str(&number.in_words(language)),
            },
            Some(Part::Text(own)) => {
                let in_language = own.iter().find(|(tag, _)| tag == language).or(own.first());
                text.push_str(in_language.map_or("", |(_, words)| words));
            }
            None => {}
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_filled_in_each_language_in_its_own_way() {
        let template = [("da", "Steget {gain} kg ({mean:1})"), ("en", "Up {gain} kg ({mean:1})")];
        let parts = [("gain", Part::from(2.1)), ("mean", Part::from(135.25))];
        let text = fill(&template, &parts);
        let expected = [("da", "Steget 2,1 kg (135,3)"), ("en", "Up 2.1 kg (135.3)")];
        for ((language, words), (tag, own)) in expected.iter().zip(&text) {
            assert_eq!((*language, *words), (tag.as_str(), own.as_str()));
        }
    }
}
