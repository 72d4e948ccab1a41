//! Whether a unit is one that UCUM knows.
//!
//! Not all of UCUM: the grammar, and the atoms that health data is written in. A unit that is right and
//! missing here is one line to add.

/// Atoms that take metric prefixes.
const METRIC: &[&str] = &[
    "g", "m", "s", "L", "l", "mol", "Pa", "J", "W", "Hz", "K", "Cel", "cal", "[IU]", "U", "eq",
    "V", "A", "N", "m[H2O]", "m[Hg]", "bar", "kat", "osm", "Ohm", "lm", "lx", "Bq", "Gy", "Sv",
    "t", "B", "bit", "By",
];
/// Atoms that take none.
const PLAIN: &[&str] = &[
    "%", "1", "10*", "10^", "min", "h", "d", "wk", "mo", "a", "[pH]", "deg", "[degF]", "[lb_av]",
    "[in_i]", "[ft_i]", "[drp]", "[arb'U]", "[ppth]", "[ppm]", "[kn_i]", "[HPF]", "Torr", "[diop]",
    "[iU]",
];
const PREFIXES: &[&str] = &[
    "da", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f", "a", "z",
    "y",
];

/// What people write, and what UCUM calls it.
const COMMON: &[(&str, &str)] = &[
    ("mmHg", "mm[Hg]"),
    ("mmhg", "mm[Hg]"),
    ("bpm", "/min"),
    ("1/min", "/min"),
    ("slag/min", "/min"),
    ("°C", "Cel"),
    ("C", "Cel"),
    ("celsius", "Cel"),
    ("Kg", "kg"),
    ("KG", "kg"),
    ("percent", "%"),
    ("pct", "%"),
    ("liter", "L"),
    ("score", "{score}"),
    ("point", "{score}"),
    ("points", "{score}"),
    ("count", "{count}"),
    ("hour", "h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
    ("minutes", "min"),
    ("mmol/mL", "mmol/L"),
    ("µg", "ug"),
    ("years", "a"),
    ("weeks", "wk"),
];

/// Why a unit is none, with a proposal where there is one.
pub(crate) fn fault(unit: &str) -> Option<Option<&'static str>> {
    if is_unit(unit) {
        return None;
    }
    Some(COMMON.iter().find(|(wrong, _)| *wrong == unit).map(|(_, right)| *right))
}

/// Units are terms joined by `.` and `/`; a unit may begin with `/`.
fn is_unit(unit: &str) -> bool {
    if unit.is_empty() || !unit.is_ascii() || unit.contains(char::is_whitespace) {
        return false;
    }
    let unit = unit.strip_prefix('/').unwrap_or(unit);
    split(unit).into_iter().all(is_term)
}

/// Cuts at `.` and `/` outside brackets and braces.
fn split(unit: &str) -> Vec<&str> {
    let (mut terms, mut start, mut depth) = (vec![], 0, 0_i32);
    for (index, c) in unit.char_indices() {
        match c {
            '[' | '{' | '(' => depth += 1,
            ']' | '}' | ')' => depth -= 1,
            '.' | '/' if depth == 0 => {
                terms.push(unit.get(start..index).unwrap_or(""));
                start = index + 1;
            }
            _ => {}
        }
    }
    terms.push(unit.get(start..).unwrap_or(""));
    terms
}

fn is_term(term: &str) -> bool {
    if let Some(inner) = term.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return is_unit(inner);
    }
    let (term, note) = match term.split_once('{') {
        Some((term, note)) => (term, Some(note)),
        None => (term, None),
    };
    let note_is_whole =
        note.is_none_or(|note| note.len() > 1 && note.find('}') == Some(note.len() - 1));
    if !note_is_whole {
        return false;
    }
    if term.is_empty() {
        return note.is_some();
    }
    is_atom(term)
        || is_atom(term.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '+']))
        || term.chars().all(|c| c.is_ascii_digit())
}

fn is_atom(atom: &str) -> bool {
    let metric = |atom: &str| METRIC.contains(&atom);
    PLAIN.contains(&atom)
        || metric(atom)
        || PREFIXES.iter().any(|prefix| atom.strip_prefix(prefix).is_some_and(metric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_the_clinic_are_units() {
        for unit in [
            "kg",
            "g",
            "mm[Hg]",
            "/min",
            "%",
            "cm",
            "Cel",
            "L",
            "mL",
            "mmol/L",
            "mmol/mol",
            "{score}",
            "{count}",
            "L/min",
            "kg/m2",
            "mg/dL",
            "10*9/L",
            "[IU]/L",
            "ug/L",
            "h",
            "d",
            "wk",
            "min",
            "1",
            "mL/min/{1.73_m2}",
            "{steps}/d",
            "g/d",
            "mm",
            "cm[H2O]",
            "kPa",
            "[degF]",
            "mg/mmol",
            "{drink}/wk",
        ] {
            assert_eq!(fault(unit), None, "{unit}");
        }
    }

    #[test]
    fn what_people_write_is_proposed_right() {
        assert_eq!(fault("mmHg"), Some(Some("mm[Hg]")));
        assert_eq!(fault("bpm"), Some(Some("/min")));
        assert_eq!(fault("°C"), Some(Some("Cel")));
        for nonsense in ["", "kgs", "k g", "foo", "/", "{", "mm[Hg", "kg//m"] {
            assert_eq!(fault(nonsense), Some(None), "{nonsense}");
        }
    }
}
