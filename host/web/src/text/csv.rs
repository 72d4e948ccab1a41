//! Files that people open in a spreadsheet.

/// A line of CSV (RFC 4180): no cell of it breaks out, and none is a formula.
#[must_use]
pub fn row(cells: &[String]) -> String {
    let cell = |text: &String| {
        let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let guard = if formula { "'" } else { "" };
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    };
    cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_taken_for_a_formula_and_none_breaks_out() {
        let cells = ["=1+1".to_owned(), "a \"b\", c".to_owned(), "@x".to_owned(), "ok".to_owned()];
        assert_eq!(row(&cells), "\"'=1+1\",\"a \"\"b\"\", c\",\"'@x\",\"ok\"\r\n");
    }
}
