//! A page as text for a terminal or a mail. Tables become one entry for each row: columns of prose do not fit.

use super::document::Block;
use std::fmt::Write as _;

pub(crate) fn render(title: &str, blocks: &[Block], width: usize) -> String {
    let mut out = String::new();
    underlined(&mut out, title, '=');
    for block in blocks {
        match block {
            Block::Heading(2, text) => {
                out.push('\n');
                underlined(&mut out, text, '-');
            }
            Block::Heading(_, text) => {
                let _ = writeln!(out, "\n{text}");
            }
            Block::Paragraph(text) => paragraph(&mut out, text, "", width),
            Block::Note(text) => paragraph(&mut out, &format!("! {text}"), "  ", width),
            Block::Facts(facts) => {
                for (name, value) in facts {
                    paragraph(&mut out, &format!("  {name}: {value}"), "    ", width);
                }
            }
            Block::List(items) => {
                for item in items {
                    paragraph(&mut out, &format!("  * {item}"), "    ", width);
                }
            }
            Block::Table { head, rows } => {
                rows.iter().for_each(|row| entry(&mut out, head, row, width))
            }
            Block::Lines(lines) => {
                for line in lines {
                    let _ = writeln!(out, "\n  {line:<20} ______________________________");
                }
            }
        }
    }
    out
}

/// A row of a table: its first cell, and below it what else there is.
fn entry(out: &mut String, head: &[String], row: &[String], width: usize) {
    let (first, rest) = match row {
        // A number before a question.
        [number, question, rest @ ..]
            if head.first().is_some_and(String::is_empty) && is_number(number) =>
        {
            (format!("  {number}. {question}"), rest)
        }
        [first, rest @ ..] => (format!("  * {first}"), rest),
        [] => return,
    };
    paragraph(out, &first, "    ", width);
    let skipped = row.len() - rest.len();
    for (name, cell) in head.iter().skip(skipped).zip(rest) {
        if !cell.is_empty() {
            paragraph(out, &format!("      {name}: {cell}"), "        ", width);
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

fn underlined(out: &mut String, text: &str, with: char) {
    let _ = writeln!(out, "{text}\n{}", with.to_string().repeat(text.chars().count()));
}

/// Breaks a text between words; the second and further lines begin with `indent`.
fn paragraph(out: &mut String, text: &str, indent: &str, width: usize) {
    let start = text.len() - text.trim_start().len();
    let mut line = text.get(..start).unwrap_or_default().to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > width {
            let _ = writeln!(out, "{line}");
            line = indent.to_owned();
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    let _ = writeln!(out, "{line}");
}
