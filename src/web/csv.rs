//! Cells of the files that people open in a spreadsheet.

use std::{borrow::Cow, io::Write};

use chrono::{DateTime, Utc};

/// A cell that a spreadsheet would run as a formula begins with an apostrophe instead, and so does what follows a `;`
/// within one: where lists are parted by semicolons, a spreadsheet begins a cell there, whatever the quotes say. A tab, at
/// which some do the same, becomes a space.
/// (OWASP, "CSV injection"; with the full-width signs that some programs read as the plain ones.)
pub fn harmless(text: &str) -> Cow<'_, str> {
    let begins = |letter: char| {
        matches!(
            letter,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    let runs = |piece: &str| piece.trim_start_matches(' ').starts_with(begins);
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

/// A writer of such cells, which quotes those that hold a `;` as it does those that hold a comma.
pub fn writer<W: Write>(out: W) -> csv::Writer<W> {
    // What a reader might take for a comment is quoted wherever it stands. No reader of ours has comments.
    csv::WriterBuilder::new()
        .comment(Some(b';'))
        .from_writer(out)
}

/// A moment in UTC, to the second; nothing where there is none.
pub fn moment(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{harmless, writer};

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
    fn nor_is_what_a_semicolon_or_a_tab_parts_from_it() {
        assert_eq!(harmless("a;+cmd|' /C calc'!A0"), "a;'+cmd|' /C calc'!A0");
        assert_eq!(harmless("a; =1;b;;@x"), "a;' =1;b;;'@x");
        assert_eq!(harmless("a\t=1"), "a '=1");
        assert_eq!(harmless("\t=1"), "' '=1");
        assert_eq!(harmless("a;b; c-d"), "a;b; c-d");
        let mut csv = writer(Vec::new());
        csv.write_record(["a;b", "c", "d,e"]).expect("a row");
        let file = csv.into_inner().expect("a file");
        assert_eq!(String::from_utf8_lossy(&file), "\"a;b\",c,\"d,e\"\n");
    }
}
