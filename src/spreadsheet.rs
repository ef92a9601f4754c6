//! Cells of the files that people open in a spreadsheet, and send back.

use std::borrow::Cow;

/// Whether a spreadsheet would run this as a formula.
/// (OWASP, "CSV injection"; with the full-width signs that some programs read as the plain ones.)
fn runs(text: &str) -> bool {
    let begins = |letter: char| {
        matches!(
            letter,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    text.trim_start_matches(' ').starts_with(begins)
}

/// A cell that a spreadsheet would run as a formula begins with an apostrophe instead.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if runs(text) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

/// The same taken back: what stood in a cell before it was made harmless.
pub fn meant(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if runs(text) => text,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn what_was_made_harmless_is_read_as_it_was() {
        for text in [
            "=1+1", " +44", "-1", "＠SUM", "Ana", "", "'tis", "O'Hara", "'",
        ] {
            assert_eq!(meant(&harmless(text)), text);
        }
    }
}
