#![allow(clippy::unwrap_used)]
use super::document::Block;
use super::{html, text};

fn blocks() -> Vec<Block> {
    vec![
        Block::Heading(2, "Limits".to_owned()),
        Block::Paragraph("one two three four five six".to_owned()),
        Block::table(["Limit", "Is"], vec![["Fever".to_owned(), "38 < 40".to_owned()]]),
        Block::table(
            ["", "Question", "Answer"],
            vec![["1".to_owned(), "How?".to_owned(), "well".to_owned()]],
        ),
        Block::Lines(vec!["Name".to_owned()]),
    ]
}

#[test]
fn text_is_broken_between_words_and_tables_become_entries() {
    let text = text::render("Heart", &blocks(), 20);
    assert!(
        text.starts_with("Heart\n=====\n\nLimits\n------\none two three four\nfive six\n"),
        "{text}"
    );
    assert!(text.contains("  * Fever\n      Is: 38 < 40\n"), "{text}");
    assert!(text.contains("  1. How?\n      Answer: well\n"), "{text}");
}

#[test]
fn html_is_one_escaped_file_that_loads_nothing() {
    let html = html::render("A <b>", "da", &blocks());
    assert!(html.contains("<html lang=\"da\">") && html.contains("<h1>A &lt;b&gt;</h1>"));
    assert!(html.contains("<td>38 &lt; 40</td>") && html.contains("<th scope=\"col\">Limit</th>"));
    assert!(!html.contains("http") && !html.contains("<script") && !html.contains(" src="));
}
