//! Rust names for the names in a file.

/// `weight-3-days` as the name of a function or module: `weight_3_days`.
pub fn snake(id: &str) -> String {
    let name = id.replace('-', "_");
    if KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// `weight-3-days` as the name of a type: `Weight3Days`.
pub fn camel(id: &str) -> String {
    let name: String = id
        .split(['-', '_'])
        .map(|part| {
            let mut letters = part.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_ascii_uppercase().to_string() + letters.as_str()
            })
        })
        .collect();
    if name == "Self" { "Self_".to_owned() } else { name }
}

/// `plus-2` as the name of a constant: `PLUS_2`; one that begins with a digit gets an underscore.
pub fn constant(id: &str) -> String {
    let name = id.replace('-', "_").to_ascii_uppercase();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

const KEYWORDS: [&str; 52] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut",
    "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type",
    "unsafe", "use", "where", "while", "abstract", "become", "box", "do", "final", "macro",
    "override", "priv", "typeof", "unsized", "virtual", "yield", "union",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_rust_customs() {
        assert_eq!(snake("weight-3-days"), "weight_3_days");
        assert_eq!(snake("type"), "type_");
        assert_eq!(camel("weight-3-days"), "Weight3Days");
        assert_eq!(constant("plus-2"), "PLUS_2");
    }
}
