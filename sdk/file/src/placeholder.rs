//! Names in braces that a rule fills in: "up {gain} kg".

use crate::node::Node;
use gtp_contract::types::Text;

/// The names in braces of a text, each once, in the order in which they come.
#[must_use]
pub fn placeholders(words: &str) -> Vec<String> {
    let mut names = vec![];
    for part in words.split('{').skip(1) {
        let inside = part.split('}').next().unwrap_or("");
        let name = inside.split(':').next().unwrap_or("").to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Every language has the same names, and each is a name that code can have.
pub(crate) fn check(node: &Node<'_>, text: &Text) {
    let mut first: Option<(&str, Vec<String>)> = None;
    for (language, words) in text {
        if words.matches('{').count() != words.matches('}').count() {
            node.problem(format!("a brace is open or closed without the other in `{language}`"));
            return;
        }
        let mut names = placeholders(words);
        for name in &names {
            let legal =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
            if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(legal) {
                node.problem_help(
                    format!("`{{{name}}}` is no name that a rule can fill in"),
                    "lower-case letters, digits and hyphens: {gain}, {mean:1} for one decimal",
                );
                return;
            }
        }
        names.sort();
        match &first {
            None => first = Some((language, names)),
            Some((other, own)) if *own != names => {
                node.problem(format!(
                    "the text in `{language}` fills in {{{}}}, the one in `{other}` {{{}}}",
                    names.join("}, {"),
                    own.join("}, {")
                ));
            }
            Some(_) => {}
        }
    }
}
