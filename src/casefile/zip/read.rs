//! Reading an archive that nobody need have written well. The directory is read in bounded memory, and then everything
//! around the files is compared with what the writer would have put there.

use std::{
    fmt,
    io::{self, Read, Seek, SeekFrom},
};

use super::layout::{BEHIND, CENTRAL, ELSEWHERE, END, END_64, FIELD_64, LOCATOR_64, Part, end};

/// The longest directory that is read: some hundred thousand files.
const LONGEST: u64 = 16 * 1024 * 1024;
/// The longest name.
const LONGEST_NAME: usize = 200;

/// Why an archive is not looked into.
#[derive(Debug)]
pub enum Unreadable {
    /// It cannot be read at all: the disk, say.
    Io(io::Error),
    /// It is not what a case file is, in a sentence.
    Not(String),
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Not("it ends too early".to_owned()),
            _ => Self::Io(error),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "it cannot be read: {error}"),
            Self::Not(why) => f.write_str(why),
        }
    }
}

/// The files of an archive.
#[derive(Debug)]
pub struct Contents {
    /// In the order of the archive.
    pub parts: Vec<Part>,
    /// Where each file's bytes begin, beside `parts`.
    pub starts: Vec<u64>,
}

fn not<T>(why: impl Into<String>) -> Result<T, Unreadable> {
    Err(Unreadable::Not(why.into()))
}

/// Looks into an archive.
pub fn open(file: &mut (impl Read + Seek)) -> Result<Contents, Unreadable> {
    let length = file.seek(SeekFrom::End(0))?;
    let (files, size, start, tail) = directory(file, length)?;
    if size > LONGEST {
        return not("its directory is larger than any case file's");
    }
    let listed = at(file, start, size)?;
    let parts = parts(&listed, files)?;
    let mut starts = Vec::with_capacity(parts.len());
    // Everything between the files, from the first byte to the last, is known from the directory: nothing can be hidden
    // between them, and no two can share a byte.
    let mut here = 0_u64;
    for part in &parts {
        if part.offset != here {
            return not(format!(
                "something lies before {:?} that is no file",
                part.name
            ));
        }
        let before = part.before();
        if at(file, here, before.len() as u64)? != before {
            return not(format!(
                "the header of {:?} is not what a case file has (was it packed anew?)",
                part.name
            ));
        }
        here += before.len() as u64;
        starts.push(here);
        here = match here.checked_add(part.size) {
            Some(past) if past <= start => past,
            _ => return not(format!("{:?} is longer than the archive", part.name)),
        };
        let behind = part.behind();
        if at(file, here, behind.len() as u64)? != behind {
            return not(format!("what follows {:?} is not its own sum", part.name));
        }
        here += behind.len() as u64;
    }
    let again: Vec<u8> = parts.iter().flat_map(Part::listed).collect();
    if here != start || again != listed {
        return not("its directory is not what a case file has (was it packed anew?)");
    }
    if tail != end(files, size, start) {
        return not("its end is not what a case file has (was it packed anew?)");
    }
    Ok(Contents { parts, starts })
}

fn at(file: &mut (impl Read + Seek), start: u64, length: u64) -> Result<Vec<u8>, Unreadable> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length {
        Ok(bytes)
    } else {
        not("it ends too early")
    }
}

/// How many files the directory lists, how long it is, where it begins, and what follows it.
fn directory(
    file: &mut (impl Read + Seek),
    length: u64,
) -> Result<(u64, u64, u64, Vec<u8>), Unreadable> {
    const MISSING: &str = "the list of its files is not at its end: it was cut, or is no archive";
    let last = at(file, length.saturating_sub(22), length.min(22))?;
    if last.len() < 22 || number(&last, 0, 4) != u64::from(END) {
        return not(MISSING);
    }
    let (mut files, mut size, mut start) = (
        number(&last, 10, 2),
        number(&last, 12, 4),
        number(&last, 16, 4),
    );
    let mut tail = last;
    // The wide end and its locator stand directly before the short one, where there are any.
    if length >= 98 {
        let wide = at(file, length - 98, 76)?;
        if number(&wide, 0, 4) == u64::from(END_64) && number(&wide, 56, 4) == u64::from(LOCATOR_64)
        {
            files = number(&wide, 32, 8);
            size = number(&wide, 40, 8);
            start = number(&wide, 48, 8);
            tail = [wide, tail].concat();
        }
    }
    let past = start.checked_add(size);
    if past.and_then(|past| past.checked_add(tail.len() as u64)) != Some(length) {
        return not(MISSING);
    }
    Ok((files, size, start, tail))
}

/// The files that a directory lists.
fn parts(mut listed: &[u8], files: u64) -> Result<Vec<Part>, Unreadable> {
    const TORN: &str = "its directory cannot be read";
    let mut parts = Vec::new();
    while !listed.is_empty() {
        if listed.len() < 46 || number(listed, 0, 4) != u64::from(CENTRAL) {
            return not(TORN);
        }
        let length = |place| usize::try_from(number(listed, place, 2)).unwrap_or(usize::MAX);
        let (name, extra, comment) = (length(28), length(30), length(32));
        let (Some(text), Some(fields)) = (
            listed.get(46..46 + name),
            listed.get(46 + name..46 + name + extra),
        ) else {
            return not(TORN);
        };
        let Ok(text) = std::str::from_utf8(text) else {
            return not("a file's name is no text");
        };
        if !harmless(text) {
            return not(format!("{text:?} is no name of a case file's"));
        }
        if number(listed, 10, 2) != 0 {
            return not(format!(
                "{text:?} is compressed, which nothing in a case file is: it is not unpacked"
            ));
        }
        let mut wide = wide(fields);
        let mut either = |place| match number(listed, place, 4) {
            short if short == u64::from(ELSEWHERE) => wide.next().unwrap_or(short),
            short => short,
        };
        let (size, _, offset) = (either(24), either(20), either(42));
        parts.push(Part {
            name: text.to_owned(),
            crc: u32::try_from(number(listed, 16, 4)).unwrap_or_default(),
            size,
            offset,
            behind: number(listed, 8, 2) & u64::from(BEHIND) != 0,
        });
        listed = listed
            .get(46 + name + extra + comment..)
            .unwrap_or_default();
    }
    if parts.len() as u64 != files {
        return not("its directory lists another number of files than it says");
    }
    Ok(parts)
}

/// The numbers of the field of 64-bit sizes, in their order.
fn wide(fields: &[u8]) -> impl Iterator<Item = u64> {
    let is_wide = fields.len() >= 4 && number(fields, 0, 2) == u64::from(FIELD_64);
    let numbers = if is_wide { &fields[4..] } else { &[][..] };
    numbers.chunks_exact(8).map(|bytes| number(bytes, 0, 8))
}

/// A name that cannot lead out of a folder, or anywhere but to a file.
fn harmless(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    name.len() <= LONGEST_NAME
        && name
            .split('/')
            .all(|piece| !piece.is_empty() && !piece.starts_with('.') && piece.bytes().all(allowed))
}

/// A little-endian number of so many bytes; the caller has seen that they are there.
fn number(bytes: &[u8], start: usize, length: usize) -> u64 {
    let mut number = [0; 8];
    if let Some(found) = bytes.get(start..start + length) {
        number[..length].copy_from_slice(found);
    }
    u64::from_le_bytes(number)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::super::Writer;
    use super::*;

    fn archive() -> Vec<u8> {
        let mut archive = Writer::new(Vec::new());
        archive.file("a.txt", b"one").expect("memory");
        let mut streamed = archive.stream("folder/b.txt").expect("memory");
        streamed.write_all(b"two and").expect("memory");
        streamed.write_all(b" three").expect("memory");
        streamed.end().expect("memory");
        archive.finish().expect("memory")
    }

    fn read(bytes: &[u8]) -> Result<Contents, Unreadable> {
        open(&mut Cursor::new(bytes))
    }

    #[test]
    fn what_was_written_is_read_and_lies_where_it_says() {
        let bytes = archive();
        let contents = read(&bytes).expect("an archive");
        let files: Vec<(&str, &[u8])> = contents
            .parts
            .iter()
            .zip(&contents.starts)
            .map(|(part, start)| {
                let start = usize::try_from(*start).expect("small");
                let size = usize::try_from(part.size).expect("small");
                (part.name.as_str(), &bytes[start..start + size])
            })
            .collect();
        assert_eq!(
            files,
            [("a.txt", &b"one"[..]), ("folder/b.txt", b"two and three")]
        );
    }

    #[test]
    fn every_byte_that_is_no_file_s_is_held() {
        let bytes = archive();
        let contents = read(&bytes).expect("an archive");
        let within = |at: usize| {
            contents
                .parts
                .iter()
                .zip(&contents.starts)
                .any(|(part, start)| {
                    let at = at as u64;
                    at >= *start && at < *start + part.size
                })
        };
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            // A name's letter may become another letter, in the directory alone: then header and directory differ.
            assert_eq!(read(&altered).is_ok(), within(at), "byte {at}");
        }
        for cut in 0..bytes.len() {
            assert!(read(&bytes[..cut]).is_err(), "cut to {cut}");
        }
        assert!(read(&[&bytes[..], b"x"].concat()).is_err());
        assert!(read(&[b"x", &bytes[..]].concat()).is_err());
    }

    #[test]
    fn names_lead_nowhere_else() {
        for name in ["index.html", "documents/1-a_b.pdf"] {
            assert!(harmless(name), "{name}");
        }
        for name in [
            "",
            "/etc/passwd",
            "../x",
            "a//b",
            "a/",
            "a\\b",
            ".x",
            "a\u{1b}[2J",
        ] {
            assert!(!harmless(name), "{name:?}");
        }
    }

    #[test]
    fn large_archives_say_their_numbers_in_full() {
        let tail = end(70_000, 5_000_000_000, 6_000_000_000);
        assert_eq!(tail.len(), 98);
        let part = Part {
            name: "chain.bin".to_owned(),
            crc: 1,
            size: 5_000_000_000,
            offset: 6_000_000_000,
            behind: true,
        };
        assert_eq!(parts(&part.listed(), 1).expect("a part"), [part]);
    }
}
