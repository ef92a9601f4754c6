//! Cells of the files that people open in a spreadsheet.

use std::io::Write;

use chrono::{DateTime, Utc};

pub use crate::spreadsheet::harmless;

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
    use super::writer;

    #[test]
    fn a_cell_with_a_semicolon_is_quoted() {
        let mut csv = writer(Vec::new());
        csv.write_record(["a;b", "c", "d,e"]).expect("a row");
        let file = csv.into_inner().expect("a file");
        assert_eq!(String::from_utf8_lossy(&file), "\"a;b\",c,\"d,e\"\n");
    }
}
