//! Texts that somebody else wrote: a programme, a clinician, a citizen.
//!
//! They are shown as text. Templates escape them, so markup is harmless; here goes what escaping leaves: marks
//! that turn the direction of what follows, control characters, and lengths that push everything else off
//! the page.

/// The longest title or name that a page shows, in characters.
pub const TITLE: usize = 120;
/// The longest paragraph that a page shows, in characters.
pub const PARAGRAPH: usize = 1_500;

/// A text on one line, at most this many characters long.
#[must_use]
pub fn line(text: &str, longest: usize) -> String {
    let mut words = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let mut legal = word.chars().filter(|c| !turns(*c)).peekable();
        if legal.peek().is_some() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.extend(legal);
        }
    }
    shorten(words, longest)
}

/// A text that may have several paragraphs, each at most [`PARAGRAPH`] characters and at most 20 of them.
#[must_use]
pub fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(|own| line(own, PARAGRAPH)).filter(|own| !own.is_empty()).take(20).collect()
}

/// Marks that set or turn the writing direction, and invisible ones that make two texts look the same.
const fn turns(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

fn shorten(text: String, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text,
        Some(_) => {
            let mut short: String = text.chars().take(longest.saturating_sub(1)).collect();
            short.truncate(short.trim_end().len());
            short.push('…');
            short
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_turn_a_text_round_are_taken_out() {
        assert_eq!(line("Væ\u{202E}gt\u{2066} x\u{200F}", TITLE), "Vægt x");
        assert_eq!(line("a\u{0000}b\n\tc  d", TITLE), "a b c d");
        assert_eq!(line("\u{202E}", TITLE), "");
    }

    #[test]
    fn a_long_text_is_cut_with_a_mark() {
        let long = "æ".repeat(10_000);
        let shown = line(&long, TITLE);
        assert_eq!(shown.chars().count(), TITLE);
        assert!(shown.ends_with('…'));
        assert_eq!(line(&"æ".repeat(TITLE), TITLE).chars().count(), TITLE);
        assert!(paragraphs(&"x\n".repeat(1000)).len() <= 20);
    }

    #[test]
    fn other_scripts_are_left_alone() {
        assert_eq!(line("مرحبا Þór", TITLE), "مرحبا Þór");
    }
}
