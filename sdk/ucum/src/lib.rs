//! Whether a text is a unit of the Unified Code for Units of Measure (UCUM, case sensitive).
//!
//! The grammar is the one of the specification (chapter 2): terms of components joined by `.` and `/`, each an
//! atom with an optional metric prefix and exponent, a number or a term in parentheses, each with an optional
//! annotation in braces. The atoms are those of measurement in health care; a unit that is right and missing here
//! is one line to add.
//!
//! Both sides of a programme ask it: the author's kit, and the host that checks a component.

/// Atoms that take no prefix.
const PLAIN: &[&str] = &[
    "%",
    "[ppth]",
    "[ppm]",
    "[ppb]",
    "[pptr]",
    "10*",
    "10^",
    "[pi]",
    "deg",
    "'",
    "''",
    "min",
    "h",
    "d",
    "a",
    "a_t",
    "a_j",
    "a_g",
    "wk",
    "mo",
    "mo_s",
    "mo_j",
    "mo_g",
    "[in_i]",
    "[ft_i]",
    "[yd_i]",
    "[mi_i]",
    "[lb_av]",
    "[oz_av]",
    "[gr]",
    "[stone_av]",
    "[degF]",
    "[degR]",
    "[car_Au]",
    "[Cal]",
    "[cal]",
    "[drp]",
    "[pH]",
    "[diop]",
    "[MET]",
    "[hp'_X]",
    "[kp_C]",
    "[HPF]",
    "[LPF]",
    "[arb'U]",
    "[USP'U]",
    "[GPL'U]",
    "[MPL'U]",
    "[APL'U]",
    "[beth'U]",
    "[anti'Xa'U]",
    "[todd'U]",
    "[dye'U]",
    "[smgy'U]",
    "[bdsk'U]",
    "[ka'U]",
    "[knk'U]",
    "[mclg'U]",
    "[tb'U]",
    "[CCID_50]",
    "[TCID_50]",
    "[EID_50]",
    "[PFU]",
    "[FFU]",
    "[CFU]",
    "[BAU]",
    "[AU]",
    "[Amb'a'1'U]",
    "[PNU]",
    "[Lf]",
    "[D'ag'U]",
    "[FEU]",
    "[ELU]",
    "[EU]",
    "[Ch]",
    "[hnsf'U]",
    "[tsp_us]",
    "[tbs_us]",
    "[foz_us]",
    "[cup_us]",
    "[pt_us]",
    "[qt_us]",
    "[gal_us]",
    "[psi]",
    "[m/s2/Hz^0.5]",
    "bit_s",
    "circ",
    "gon",
    "sph",
    "atm",
    "att",
];

/// Atoms that take a metric prefix.
const METRIC: &[&str] = &[
    "m", "s", "g", "rad", "K", "C", "cd", "mol", "sr", "Hz", "N", "Pa", "J", "W", "A", "V", "F",
    "Ohm", "S", "Wb", "Cel", "T", "H", "lm", "lx", "Bq", "Gy", "Sv", "l", "L", "ar", "t", "bar",
    "u", "eV", "pc", "m[H2O]", "m[Hg]", "eq", "osm", "cal", "cal_th", "cal_IT", "cal_m", "[iU]",
    "[IU]", "U", "kat", "g%", "B", "Np", "dyn", "erg", "P", "St", "Ci", "R", "RAD", "REM", "By",
    "bit", "Bd", "mho", "G", "Ky", "[g]", "st", "B[SPL]", "B[V]", "B[mV]", "B[W]", "B[kW]",
];

const PREFIXES: &[&str] = &[
    "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "da", "d", "c", "m", "u", "n", "p", "f", "a", "z",
    "y", "Ki", "Mi", "Gi", "Ti",
];

/// What people write, and what UCUM calls it.
const COMMON: &[(&str, &str)] = &[
    ("mmHg", "mm[Hg]"),
    ("mmhg", "mm[Hg]"),
    ("bpm", "/min"),
    ("slag/min", "/min"),
    ("°C", "Cel"),
    ("celsius", "Cel"),
    ("Kg", "kg"),
    ("KG", "kg"),
    ("kilos", "kg"),
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
    ("µg", "ug"),
    ("years", "a"),
    ("weeks", "wk"),
];

/// What UCUM most likely calls a unit that it does not know under this name.
#[must_use]
pub fn proposal(unit: &str) -> Option<&'static str> {
    COMMON.iter().find(|(wrong, _)| *wrong == unit).map(|(_, right)| *right)
}

/// Longer than any real unit.
const LONGEST: usize = 60;
/// Parentheses within parentheses.
const DEEPEST: usize = 5;

/// Whether `unit` is a UCUM unit.
///
/// # Errors
///
/// What is wrong with it, in a few words.
pub fn check(unit: &str) -> Result<(), &'static str> {
    if unit.is_empty() {
        return Err(
            "it is empty; a number without a unit is `1` or, better, an annotation such as {score}",
        );
    }
    if unit.len() > LONGEST {
        return Err("it is too long");
    }
    if !unit.chars().all(|c| c.is_ascii_graphic()) {
        return Err("it holds a blank or a character outside ASCII");
    }
    let mut rest = Rest(unit);
    rest.main_term()?;
    if rest.0.is_empty() { Ok(()) } else { Err("something follows where it should end") }
}

/// What is not read yet.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn eat(&mut self, what: char) -> bool {
        let rest = self.0.strip_prefix(what);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn take_while(&mut self, part: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !part(c)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
        self.0 = rest;
        taken
    }

    fn main_term(&mut self) -> Result<(), &'static str> {
        self.eat('/');
        self.term(0)
    }

    fn term(&mut self, depth: usize) -> Result<(), &'static str> {
        self.component(depth)?;
        while self.eat('.') || self.eat('/') {
            self.component(depth)?;
        }
        Ok(())
    }

    fn component(&mut self, depth: usize) -> Result<(), &'static str> {
        if self.eat('(') {
            if depth >= DEEPEST {
                return Err("its parentheses are too deep");
            }
            self.term(depth + 1)?;
            if !self.eat(')') {
                return Err("a parenthesis is not closed");
            }
            return self.annotations();
        }
        if self.0.starts_with('{') {
            return self.annotations();
        }
        // `10*` and `10^` are atoms that begin like a number.
        let is_number = self.0.starts_with(|c: char| c.is_ascii_digit())
            && !self.0.starts_with("10*")
            && !self.0.starts_with("10^");
        if is_number {
            self.take_while(|c| c.is_ascii_digit());
        } else {
            let symbol = self.symbol();
            if !is_unit(symbol) {
                return Err("there is no such unit (capital and small letters differ)");
            }
            self.exponent()?;
        }
        self.annotations()
    }

    /// Letters and everything in square brackets, up to the next operator, exponent or annotation.
    fn symbol(&mut self) -> &'a str {
        let start = self.0;
        if let Some(power) = ["10*", "10^"].iter().find(|power| start.starts_with(**power)) {
            self.0 = start.get(power.len()..).unwrap_or("");
            return start.get(..power.len()).unwrap_or("");
        }
        let mut in_brackets = false;
        self.take_while_mut(|c| {
            match c {
                '[' => in_brackets = true,
                ']' => {
                    in_brackets = false;
                    return true;
                }
                _ => {}
            }
            in_brackets
                || !(c.is_ascii_digit()
                    || matches!(c, '.' | '/' | '(' | ')' | '{' | '}' | '+' | '-'))
        })
    }

    fn take_while_mut(&mut self, mut part: impl FnMut(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !part(c)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
        self.0 = rest;
        taken
    }

    fn exponent(&mut self) -> Result<(), &'static str> {
        let signed = self.eat('+') || self.eat('-');
        let digits = self.take_while(|c| c.is_ascii_digit());
        if signed && digits.is_empty() { Err("a sign stands alone") } else { Ok(()) }
    }

    fn annotations(&mut self) -> Result<(), &'static str> {
        while self.eat('{') {
            let text = self.take_while(|c| c != '}' && c != '{');
            if text.is_empty() {
                return Err("its braces are empty");
            }
            if !self.eat('}') {
                return Err("its braces are not closed");
            }
        }
        Ok(())
    }
}

fn is_unit(symbol: &str) -> bool {
    let is_metric = |symbol: &str| METRIC.contains(&symbol);
    PLAIN.contains(&symbol)
        || is_metric(symbol)
        || PREFIXES.iter().any(|prefix| symbol.strip_prefix(prefix).is_some_and(is_metric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_units_of_the_shipped_programmes_are_units() {
        for unit in [
            "kg",
            "g",
            "cm",
            "mm[Hg]",
            "/min",
            "%",
            "Cel",
            "L",
            "mmol/L",
            "mmol/mol",
            "{count}",
            "{score}",
            "1",
            "d",
            "mL",
            "ug/L",
            "10*9/L",
            "10^9/L",
            "kg/m2",
            "mL/min/{1.73_m2}",
            "{beats}/min",
            "[iU]/L",
            "kat/L",
            "uU/mL",
            "m[iU]/L",
            "g/(24.h)",
            "mm[H2O]",
            "[lb_av]",
            "[degF]",
            "L/min",
            "/h",
            "kPa",
            "mmol/(12.h)",
            "s-1",
            "m+2",
            "{RBC}",
            "ng/mL{FEU}",
            "cm[H2O]",
            "mo",
            "a",
            "mg/dL",
            "[IU]/L",
            "{steps}/d",
            "mg/mmol",
            "{drink}/wk",
        ] {
            assert_eq!(check(unit), Ok(()), "{unit}");
        }
    }

    #[test]
    fn what_only_looks_like_a_unit_is_none() {
        for unit in [
            "",
            "kilos",
            "KG",
            "mmHg",
            "Kg",
            "bpm",
            "mmol/l/",
            "mmol//L",
            "{",
            "{}",
            "{score",
            "kg kg",
            "µg",
            "kg)",
            "(kg",
            "m+",
            "/",
            ".kg",
            "celsius",
            "years",
            "kmin",
            "[unknown]",
            "k%",
            "mmol\\L",
            "((((((((m))))))))",
        ] {
            assert!(check(unit).is_err(), "{unit}");
        }
    }

    #[test]
    fn what_people_write_is_no_unit_and_what_is_proposed_for_it_is_one() {
        for (wrong, right) in COMMON {
            assert!(check(wrong).is_err(), "{wrong}");
            assert_eq!(check(right), Ok(()), "{right}");
            assert_eq!(proposal(wrong), Some(*right));
        }
        assert_eq!(proposal("furlong"), None);
    }

    #[test]
    fn no_text_makes_the_reader_stumble() {
        let parts = [
            "", "[", "]", "{", "}", "(", ")", "/", ".", "10*", "10^", "m", "+", "-", "9", "æ",
            "\u{0}",
        ];
        for a in parts {
            for b in parts {
                for c in parts {
                    let _ = check(&format!("{a}{b}{c}"));
                }
            }
        }
    }
}
