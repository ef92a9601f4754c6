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

/// A cell that a spreadsheet would run as a formula begins with an apostrophe instead, and so does what follows a `;`
/// within one: where lists are parted by semicolons, a spreadsheet begins a cell there, whatever the quotes say. A tab, at
/// which some do the same, becomes a space.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains('\t') && !text.split(';').any(runs) {
        return text.into();
    }
    let mut guarded = String::with_capacity(text.len() + 1);
    for piece in text.split_inclusive([';', '\t']) {
        if runs(piece) {
            guarded.push('\'');
        }
        guarded.push_str(piece);
    }
    guarded.replace('\t', " ").into()
}

/// The same taken back: what stood in a cell before it was made harmless, but for tabs.
pub fn meant(cell: &str) -> Cow<'_, str> {
    let guarded = |piece: &str| piece.strip_prefix('\'').is_some_and(runs);
    if !cell.split(';').any(guarded) {
        return cell.into();
    }
    let pieces = cell.split_inclusive(';');
    let bare = pieces.map(|piece| {
        let text = piece.strip_prefix('\'');
        text.filter(|text| runs(text)).unwrap_or(piece)
    });
    bare.collect::<String>().into()
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
            "=1+1",
            " +44",
            "-1",
            "＠SUM",
            "Ana",
            "",
            "'tis",
            "O'Hara",
            "'",
            "a;=1;b;-2",
            "a; b;",
        ] {
            assert_eq!(meant(&harmless(text)), text);
        }
    }

    #[test]
    fn what_a_semicolon_or_a_tab_parts_is_no_formula_either() {
        assert_eq!(harmless("a;+cmd|' /C calc'!A0"), "a;'+cmd|' /C calc'!A0");
        assert_eq!(harmless("a; =1;b;;@x"), "a;' =1;b;;'@x");
        assert_eq!(harmless("a\t=1"), "a '=1");
        assert_eq!(harmless("\t=1"), "' '=1");
        assert_eq!(harmless("a;b; c-d"), "a;b; c-d");
    }
}
