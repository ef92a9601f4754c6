//! Cells of the files that people open in a spreadsheet.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

/// A cell that a spreadsheet would run as a formula begins with an apostrophe instead.
/// (OWASP, "CSV injection"; with the full-width signs that some programs read as the plain ones.)
pub fn harmless(text: &str) -> Cow<'_, str> {
    let begins = |letter: char| {
        matches!(
            letter,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    if text.trim_start_matches(' ').starts_with(begins) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

/// A moment in UTC, to the second; nothing where there is none.
pub fn moment(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(harmless("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless(" +44"), "' +44");
        assert_eq!(harmless("-1"), "'-1");
        assert_eq!(harmless("＠SUM"), "'＠SUM");
        assert_eq!(harmless("Ana-María"), "Ana-María");
        assert_eq!(harmless("Ana=Bo"), "Ana=Bo");
        assert_eq!(harmless(""), "");
    }
}
