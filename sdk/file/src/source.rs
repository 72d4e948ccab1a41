//! A file that was read, and where in it something stands.

use std::ops::Range;

/// One file's name and text.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// Where in a file something stands, for people: lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's name as it was given.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// How many characters are meant, at least 1, all on this line.
    pub width: usize,
    /// The whole line.
    pub text: String,
}

impl Source {
    pub(crate) fn place(&self, span: &Range<usize>) -> Place {
        let start = self.boundary(span.start);
        let before = self.text.get(..start).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text.get(line_start..).unwrap_or("").lines().next().unwrap_or("");
        let column = before.get(line_start..).unwrap_or("").chars().count() + 1;
        let meant = self.text.get(start..self.boundary(span.end)).unwrap_or("");
        let width = meant.lines().next().unwrap_or("").chars().count().max(1);
        Place {
            file: self.name.clone(),
            line: before.matches('\n').count() + 1,
            column,
            width,
            text: line.to_owned(),
        }
    }

    /// The nearest start of a character at or before `offset`.
    fn boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_not_bytes() {
        let source = Source { name: "a.toml".into(), text: "x = 1\næø = \"å\"\n".into() };
        let start = source.text.find('å').map_or(0, |offset| offset);
        let place = source.place(&(start..start + 'å'.len_utf8()));
        assert_eq!((place.line, place.column, place.width), (2, 7, 1));
        assert_eq!(place.text, "æø = \"å\"");
    }
}
