//! Texts for people, in more than one language.

use serde::{Deserialize, Serialize};

/// The languages that the host speaks itself. A programme may bring more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Danish, where nothing else is asked for.
    #[default]
    Da,
    /// English.
    En,
}

impl Language {
    /// Every language of the host, the default first.
    pub const ALL: [Self; 2] = [Self::Da, Self::En];

    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Da => "da",
            Self::En => "en",
        }
    }

    /// The language of a tag such as `da`, `en` or `en-GB`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or(tag);
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

/// A text in one or more languages: pairs of a language tag and the text, the programme's own language
/// first. Plain text: whoever shows it escapes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub Vec<(String, String)>);

impl Text {
    /// The text in this language, else in its first language, else empty.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        self.exact(language.tag())
            .or_else(|| self.0.first().map(|(_, text)| text.as_str()))
            .unwrap_or("")
    }

    /// The text under exactly this language tag.
    #[must_use]
    pub fn exact(&self, tag: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == tag).map(|(_, text)| text.as_str())
    }

    /// Whether there is no text in any language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, text)| text.is_empty())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Text {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(tag, text)| (tag.to_owned(), text.to_owned())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_language_falls_back_on_the_first() {
        let text = Text::from([("da", "Vægt"), ("de", "Gewicht")]);
        assert_eq!(text.get(Language::Da), "Vægt");
        assert_eq!(text.get(Language::En), "Vægt");
        assert_eq!(Text::default().get(Language::En), "");
    }

    #[test]
    fn a_regional_tag_is_its_language() {
        assert_eq!(Language::from_tag("EN-gb"), Some(Language::En));
        assert_eq!(Language::from_tag("sv"), None);
    }
}
