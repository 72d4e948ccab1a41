//! The passwords that guessing begins with: the list of zxcvbn, made from passwords that were stolen and published.
//!
//! Hardly any of them is long enough to be a password here. What people do then is to write two of them one after
//! the other or to add a year, and that is what guessing does next. So a password is common if at most two of the
//! list cover all but a few of its characters.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The commonest first, in lower case.
const LIST: &str = include_str!("passwords.txt");

/// More characters beside them than a year and a sign, and it is not just those.
const BESIDE: usize = 5;

static KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| LIST.lines().collect());

/// How long the longest is.
static LONGEST: LazyLock<usize> = LazyLock::new(|| LIST.lines().map(str::len).max().unwrap_or(0));

/// Whether a text in lower case is little more than one or two of the list.
pub fn covers(text: &str) -> bool {
    let length = text.chars().count();
    if length > 2 * *LONGEST + BESIDE {
        return false;
    }
    // Where each character begins, and the end: none of the list holds a character of more than one byte.
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    // The longest of the list that ends at or before each place, so that another may follow.
    let mut before = vec![0; places.len()];
    let mut most = 0;
    for (end, to) in places.iter().enumerate().skip(1) {
        let mut here = before.get(end - 1).copied().unwrap_or(0);
        for (begin, from) in places.iter().enumerate().take(end) {
            if text.get(*from..*to).is_some_and(|part| KNOWN.contains(part)) {
                let own = end - begin;
                here = here.max(own);
                most = most.max(own + before.get(begin).copied().unwrap_or(0));
            }
        }
        if let Some(place) = before.get_mut(end) {
            *place = here;
        }
    }
    most > 0 && length - most <= BESIDE
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn the_list_holds_three_thousand_and_more() {
        assert!(KNOWN.len() >= 10_000, "{}", KNOWN.len());
        assert!(LIST.lines().all(|line| line.len() >= 4 && line == line.to_lowercase()));
    }

    #[test]
    fn the_three_thousand_commonest_are_refused_however_they_are_made_long_enough() {
        let words: Vec<&str> = LIST.lines().take(3_001).collect();
        for pair in words.windows(2) {
            for made in [
                format!("{}{}", pair[0], pair[1]),
                format!("{}2026", pair[0]),
                format!("!{}12!", pair[0]),
                format!("{}-{}", pair[1], pair[0]),
            ] {
                assert!(covers(&made), "{made}");
            }
        }
        for long in LIST.lines().filter(|line| line.len() >= 12) {
            assert!(covers(long), "{long}");
        }
    }

    #[test]
    fn several_words_that_belong_to_nobodys_list_are_none() {
        for good in ["korrekt hest batteri", "blåbærgrød på terrassen", "", "æ", "9f2c71d05ab4"]
        {
            assert!(!covers(good), "{good}");
        }
        assert!(!covers(&"dragon".repeat(40)), "that is refused elsewhere");
    }
}
