//! Numbers as people write them: a decimal comma in Danish, a point in English; both are read.

use gtp_model::Language;

/// A value is never shown with more decimals than this.
const MOST_DECIMALS: usize = 4;

/// Writes a number with at least this many decimals. Further ones are shown where the value has them, so
/// that a value just above a limit never looks equal to it.
#[must_use]
pub fn decimal(language: Language, value: f64, decimals: u8) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let least = usize::from(decimals).min(MOST_DECIMALS);
    let mut text = format!("{value:.MOST_DECIMALS$}");
    while text.len() - text.find('.').unwrap_or(text.len()) > least + 1 && text.ends_with('0') {
        text.pop();
    }
    let text = text.strip_suffix('.').unwrap_or(&text);
    let text = if text.trim_start_matches('-').chars().all(|c| matches!(c, '0' | '.')) {
        text.trim_start_matches('-')
    } else {
        text
    };
    match language {
        Language::Da => text.replace('.', ",").replace('-', "−"),
        Language::En => text.replace('-', "−"),
    }
}

/// Reads a number as somebody typed it. A comma and a point both stand before the decimals, so a text with
/// two of them could mean two numbers and is none.
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.replace(',', ".").replace('−', "-");
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    let legal = digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.matches('.').count() <= 1
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit());
    legal.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_danish_number_has_a_comma() {
        assert_eq!(decimal(Language::Da, 82.3, 1), "82,3");
        assert_eq!(decimal(Language::En, 82.3, 1), "82.3");
        assert_eq!(decimal(Language::Da, 82.0, 1), "82,0");
        assert_eq!(decimal(Language::Da, 120.0, 0), "120");
        assert_eq!(decimal(Language::Da, -0.5, 1), "−0,5");
        assert_eq!(decimal(Language::Da, -0.000_001, 1), "0,0");
        assert_eq!(decimal(Language::Da, 1000.0, 0), "1000");
    }

    #[test]
    fn a_value_just_above_a_limit_does_not_look_equal_to_it() {
        assert_eq!(decimal(Language::En, 2.04, 1), "2.04");
        assert_eq!(decimal(Language::En, 83.1 - 81.0, 1), "2.1");
        assert_eq!(decimal(Language::En, 99.999_999, 0), "100");
    }

    #[test]
    fn comma_and_point_are_both_read_and_never_both_in_one_number() {
        assert_eq!(parse("82,5"), Some(82.5));
        assert_eq!(parse(" 82.5 "), Some(82.5));
        assert_eq!(parse("1 000"), Some(1000.0));
        assert_eq!(parse("−2"), Some(-2.0));
        for wrong in
            ["", "abc", "1.234,5", "1,2,3", "1e5", "NaN", "inf", ",5", "5,", "-", "82,5 kg"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
