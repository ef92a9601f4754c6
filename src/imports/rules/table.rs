//! Comma-separated values (RFC 4180), read row by row with the line in which each row begins: whoever mends a file looks
//! for it there. Also with semicolons or tabs, as spreadsheets write them where the comma is a decimal sign.

use std::io::{self, Read};

/// What separates cells.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// So much of a file is looked at to tell what separates its cells.
const HEAD: usize = 64 * 1024;
/// No cell is longer; where one is, a quote was not closed.
const LONGEST_CELL: usize = 64 * 1024;

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The line of the file in which it begins, from 1.
    pub line: u64,
    /// What stands in it.
    pub cells: Vec<String>,
}

/// Why a file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// It is no table.
    #[error("line {0}: {1}")]
    Malformed(u64, &'static str),
    /// It could not be read at all.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Said of a text in another encoding.
const NOT_UTF8: &str =
    "this is not UTF-8 text. Save the file as “CSV UTF-8” in your spreadsheet, and hand that in";

/// A file, read from its beginning to its end.
pub struct Table<R> {
    input: R,
    buffer: Vec<u8>,
    at: usize,
    line: u64,
    delimiter: u8,
}

impl<R: Read> Table<R> {
    /// Begins: finds out what separates the cells, and skips a byte order mark.
    pub fn open(mut input: R) -> Result<Self, Broken> {
        let mut buffer = Vec::with_capacity(HEAD);
        input.by_ref().take(HEAD as u64).read_to_end(&mut buffer)?;
        if buffer.starts_with(&[0xff, 0xfe]) || buffer.starts_with(&[0xfe, 0xff]) {
            return Err(Broken::Malformed(
                1,
                "this is UTF-16 text. Save the file as “CSV UTF-8” in your spreadsheet, and hand that in",
            ));
        }
        if buffer.starts_with(b"PK\x03\x04") {
            return Err(Broken::Malformed(
                1,
                "this is a spreadsheet or an archive. Save it as “CSV UTF-8”, and hand that in",
            ));
        }
        let at = if buffer.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        let delimiter = delimiter(&buffer[at..]);
        Ok(Self {
            input,
            buffer,
            at,
            line: 1,
            delimiter,
        })
    }

    /// What separates the cells, in words.
    pub const fn separator(&self) -> &'static str {
        match self.delimiter {
            b';' => "semicolons",
            b'\t' => "tabs",
            _ => "commas",
        }
    }

    /// The next row that holds anything; nothing at the end.
    pub fn next_row(&mut self) -> Result<Option<Row>, Broken> {
        while self.peek()?.is_some() {
            let row = self.row()?;
            if row.cells.iter().any(|cell| !cell.trim().is_empty()) {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn row(&mut self) -> Result<Row, Broken> {
        let mut row = Row {
            line: self.line,
            cells: Vec::new(),
        };
        loop {
            let (cell, more) = if self.peek()? == Some(b'"') {
                self.quoted()?
            } else {
                self.plain()?
            };
            row.cells.push(cell);
            if !more {
                return Ok(row);
            }
        }
    }

    /// A cell without quotes round it, and whether another follows in its row.
    fn plain(&mut self) -> Result<(String, bool), Broken> {
        let (line, mut cell) = (self.line, Vec::new());
        let more = loop {
            match self.next()? {
                Some(byte) if byte == self.delimiter => break true,
                None => break false,
                Some(byte @ (b'\n' | b'\r')) => {
                    self.end_line(byte)?;
                    break false;
                }
                Some(byte) => push(&mut cell, byte, line)?,
            }
        };
        Ok((text(cell, line)?, more))
    }

    /// A cell in quotes: it may hold separators, line breaks, and quotes written twice.
    fn quoted(&mut self) -> Result<(String, bool), Broken> {
        let (line, mut cell) = (self.line, Vec::new());
        self.next()?;
        loop {
            match self.next()? {
                None => {
                    return Err(Broken::Malformed(
                        line,
                        "a quote is opened and never closed",
                    ));
                }
                Some(b'"') if self.peek()? == Some(b'"') => {
                    self.next()?;
                    push(&mut cell, b'"', line)?;
                }
                Some(b'"') => break,
                Some(byte) => {
                    push(&mut cell, byte, line)?;
                    let both = byte == b'\r' && self.peek()? == Some(b'\n');
                    if matches!(byte, b'\n' | b'\r') && !both {
                        self.line += 1;
                    }
                }
            }
        }
        let more = match self.next()? {
            Some(byte) if byte == self.delimiter => true,
            None => false,
            Some(byte @ (b'\n' | b'\r')) => {
                self.end_line(byte)?;
                false
            }
            Some(_) => {
                return Err(Broken::Malformed(
                    self.line,
                    "something stands behind a closing quote. A quote within a cell is written twice",
                ));
            }
        };
        Ok((text(cell, line)?, more))
    }

    fn end_line(&mut self, byte: u8) -> Result<(), Broken> {
        if byte == b'\r' && self.peek()? == Some(b'\n') {
            self.next()?;
        }
        self.line += 1;
        Ok(())
    }

    fn peek(&mut self) -> Result<Option<u8>, Broken> {
        if self.at == self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
            self.input
                .by_ref()
                .take(HEAD as u64)
                .read_to_end(&mut self.buffer)?;
        }
        Ok(self.buffer.get(self.at).copied())
    }

    fn next(&mut self) -> Result<Option<u8>, Broken> {
        let byte = self.peek()?;
        self.at += usize::from(byte.is_some());
        Ok(byte)
    }
}

fn push(cell: &mut Vec<u8>, byte: u8, line: u64) -> Result<(), Broken> {
    if byte == 0 {
        return Err(Broken::Malformed(line, "a NUL character is not text"));
    }
    if cell.len() == LONGEST_CELL {
        return Err(Broken::Malformed(
            line,
            "a cell is far too long: a quote is opened here and not closed",
        ));
    }
    cell.push(byte);
    Ok(())
}

fn text(cell: Vec<u8>, line: u64) -> Result<String, Broken> {
    String::from_utf8(cell).map_err(|_| Broken::Malformed(line, NOT_UTF8))
}

/// What separates the cells of the first line: the sign that stands there most often outside quotes.
fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            byte if !quoted => {
                if let Some(at) = DELIMITERS.iter().position(|known| known == byte) {
                    counts[at] += 1;
                }
            }
            _ => {}
        }
    }
    let mut best = 0;
    for (at, count) in counts.iter().enumerate() {
        if *count > counts[best] {
            best = at;
        }
    }
    DELIMITERS[best]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>, String> {
        let mut table = Table::open(text).map_err(|error| error.to_string())?;
        let mut rows = Vec::new();
        while let Some(row) = table.next_row().map_err(|error| error.to_string())? {
            rows.push((row.line, row.cells));
        }
        Ok(rows)
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn a_row_knows_its_line_whatever_ends_the_lines_and_whatever_stands_in_quotes() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,\"x", "y\"", "", ",", "2,\"\"\"q\"\"\"", "3,"].join(end);
            let expected = vec![
                row(1, &["a", "b"]),
                row(2, &["1", &format!("x{end}y")]),
                row(6, &["2", "\"q\""]),
                row(7, &["3", ""]),
            ];
            assert_eq!(rows(text.as_bytes()), Ok(expected.clone()), "{end:?}");
            assert_eq!(rows(format!("{text}{end}").as_bytes()), Ok(expected));
        }
    }

    #[test]
    fn separators_are_told_from_the_first_line() {
        for (text, cells) in [
            ("a;b,c;d\n", vec!["a", "b,c", "d"]),
            ("a\tb\n", vec!["a", "b"]),
            ("\"a;;;\",b\n", vec!["a;;;", "b"]),
            ("\u{feff}a,b\n", vec!["a", "b"]),
            ("alone\n", vec!["alone"]),
        ] {
            assert_eq!(rows(text.as_bytes()), Ok(vec![row(1, &cells)]), "{text}");
        }
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_line() {
        for (text, line) in [
            (&b"a\n\"b\nc\n"[..], 2),
            (b"a\n\"b\"c\n", 2),
            (b"a\nb\nM\xfcller\n", 3),
            (b"a\nb\0\n", 2),
            (b"\xff\xfea\0", 1),
            (b"PK\x03\x04", 1),
        ] {
            let said = rows(text).expect_err("refused");
            assert!(said.starts_with(&format!("line {line}: ")), "{said}");
        }
    }

    #[test]
    fn a_file_is_read_across_the_ends_of_its_pieces() {
        let long = "x".repeat(1_000);
        let text = format!("{long},{long}\r\n").repeat(200);
        let rows = rows(text.as_bytes()).expect("read");
        assert_eq!(rows.len(), 200);
        assert!(
            rows.iter()
                .zip(1_u64..)
                .all(|((line, cells), at)| *line == at && cells[1] == long)
        );
    }
}
