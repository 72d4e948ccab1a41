//! What the programme says about itself.

use super::unique;
use crate::flaw::{Flaws, shown};
use gtp_model::programme::About;

pub fn check(about: &About, flaws: &mut Flaws) {
    languages(about, flaws);
    for (what, text) in [("publisher", &about.publisher), ("licence", &about.licence)] {
        if text.trim().is_empty() {
            flaws.error(
                "empty",
                "about",
                format!("the {what} is empty"),
                "Say who publishes it and on what terms",
            );
        }
    }
    address(&about.card.website, "about, card, website", flaws);
}

fn languages(about: &About, flaws: &mut Flaws) {
    if about.languages.is_empty() {
        flaws.error(
            "language-none",
            "about",
            "it names no language",
            "Name those in which its texts are written",
        );
    }
    unique(about.languages.iter(), |tag| format!("about, language `{}`", shown(tag)), flaws);
    for tag in about.languages.iter().filter(|tag| !is_language(tag)) {
        flaws.error(
            "language-invalid",
            "about",
            format!("`{}` is no language", shown(tag)),
            "Write a tag such as da, en or de-AT",
        );
    }
}

fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or("");
    (2..=3).contains(&primary.len())
        && primary.chars().all(|c| c.is_ascii_lowercase())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
        })
}

/// A web address that a page makes a link of. Empty is none.
pub fn address(text: &str, place: &str, flaws: &mut Flaws) {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    let is_plain = text.len() <= 500 && text.chars().all(|c| c.is_ascii_graphic());
    if !text.is_empty() && (!is_web || !is_plain) {
        flaws.error(
            "address-invalid",
            place,
            format!("`{}` is no web address", shown(text)),
            "Write it whole, beginning with https://",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        for (text, good) in [
            ("", true),
            ("https://example.org/a?b=c", true),
            ("javascript:alert(1)", false),
            ("https://example.org/ a", false),
            ("//example.org", false),
        ] {
            let mut flaws = Flaws::default();
            address(text, "x", &mut flaws);
            assert_eq!(!flaws.fatal(), good, "{text}");
        }
    }

    #[test]
    fn a_language_is_a_tag() {
        assert!(is_language("da") && is_language("de-AT") && is_language("kl"));
        assert!(
            !is_language("Danish") && !is_language("") && !is_language("d1") && !is_language("da-")
        );
    }
}
