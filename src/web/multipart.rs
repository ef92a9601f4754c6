//! Forms with a file (`multipart/form-data`, RFC 7578), read from a body that is there whole.

use std::collections::HashMap;

use crate::{
    error::{Error, Result},
    web::input::{FromInput, Input},
};

/// A file of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// The field it stands in.
    pub field: String,
    /// What its owner called it: text of a stranger's, without any folder.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What a form with a file sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upload {
    /// The plain fields; none is there twice.
    pub fields: HashMap<String, String>,
    /// The files, also those that are empty because none was chosen.
    pub files: Vec<File>,
    /// The body was larger than this form takes, and is not here.
    pub oversized: bool,
}

/// No form of ours has more parts.
const MOST_PARTS: usize = 20;

impl Upload {
    /// A plain field, trimmed; empty where it was not sent.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.trim())
    }
}

impl FromInput for Upload {
    fn from_input(input: &Input) -> Result<Self> {
        if input.oversized {
            return Ok(Self {
                oversized: true,
                ..Self::default()
            });
        }
        let boundary = boundary(&input.content_type)
            .ok_or_else(|| unreadable("a form with a file is `multipart/form-data`"))?;
        parse(&input.body, boundary)
    }
}

fn unreadable(why: &'static str) -> Error {
    Error::BadRequest(why.into())
}

/// What separates the parts, from the header that names it.
fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("boundary")
            .then(|| value.trim().trim_matches('"'))
    })?;
    (1..=70).contains(&boundary.len()).then_some(boundary)
}

fn parse(body: &[u8], boundary: &str) -> Result<Upload> {
    let dashes = [b"--", boundary.as_bytes()].concat();
    let separator = [b"\r\n", &dashes[..]].concat();
    let mut upload = Upload::default();
    let mut parts = 0;
    let mut rest = body
        .strip_prefix(&dashes[..])
        .or_else(|| after(body, &separator))
        .ok_or_else(|| unreadable("the form has no parts"))?;
    while !rest.starts_with(b"--") {
        parts += 1;
        if parts > MOST_PARTS {
            return Err(unreadable("the form has too many parts"));
        }
        let part = rest
            .strip_prefix(b"\r\n")
            .ok_or_else(|| unreadable("the form's parts are not separated"))?;
        let end = find(part, &separator).ok_or_else(|| unreadable("the form ends too early"))?;
        read(&part[..end], &mut upload)?;
        rest = &part[end + separator.len()..];
    }
    Ok(upload)
}

/// One part: headers, an empty line, and what it holds.
fn read(part: &[u8], upload: &mut Upload) -> Result<()> {
    let end = find(part, b"\r\n\r\n").ok_or_else(|| unreadable("a part has no headers"))?;
    let headers = text(&part[..end])?;
    let (name, file) =
        disposition(headers).ok_or_else(|| unreadable("a part does not say which field it is"))?;
    let held = &part[end + 4..];
    match file {
        Some(file) => upload.files.push(File {
            field: name,
            name: file,
            bytes: held.to_vec(),
        }),
        None => {
            // Which of two values was meant is for whoever sends them to say.
            if upload.fields.insert(name, text(held)?.to_owned()).is_some() {
                return Err(unreadable("a field of the form is there twice"));
            }
        }
    }
    Ok(())
}

fn text(bytes: &[u8]) -> Result<&str> {
    if bytes.contains(&0) {
        return Err(unreadable("a NUL character is not text"));
    }
    std::str::from_utf8(bytes).map_err(|_| unreadable("a field is not UTF-8"))
}

/// The field's name, and the file's where the part is one.
fn disposition(headers: &str) -> Option<(String, Option<String>)> {
    let value = headers.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    })?;
    let name = parameter(value, "name")?;
    Some((name, parameter(value, "filename").map(|name| bare(&name))))
}

/// A quoted parameter. Browsers write `"`, CR and LF within as `%22`, `%0D`, `%0A`.
fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut rest = value;
    while let Some((_, behind)) = rest.split_once(';') {
        let behind = behind.trim_start();
        if let Some(quoted) = behind
            .strip_prefix(wanted)
            .and_then(|behind| behind.strip_prefix("=\""))
        {
            let (quoted, _) = quoted.split_once('"')?;
            return Some(
                quoted
                    .replace("%22", "\"")
                    .replace("%0D", "")
                    .replace("%0A", ""),
            );
        }
        // Whatever stands in quotes is no parameter.
        rest = match behind.split_once("=\"") {
            Some((name, quoted)) if !name.contains(';') => quoted.split_once('"')?.1,
            _ => behind,
        };
    }
    None
}

/// A file's name without folders and without characters that are no text.
fn bare(name: &str) -> String {
    name.rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .collect::<String>()
        .trim()
        .to_owned()
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        let at = from + at;
        if bytes[at..].starts_with(what) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

fn after<'a>(bytes: &'a [u8], what: &[u8]) -> Option<&'a [u8]> {
    find(bytes, what).map(|at| &bytes[at + what.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"--XX\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nIDENTITY_PROOF\r\n\
        --XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\fake\\Pass%22port; x=\xc3\xa9.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\
        \xff\xd8\r\n--X\0\r\n--XX--\r\n";

    #[test]
    fn fields_and_files_are_told_apart() {
        let upload = parse(BODY, "XX").expect("a form");
        assert_eq!(upload.field("type"), "IDENTITY_PROOF");
        assert_eq!(upload.field("absent"), "");
        let [file] = &upload.files[..] else {
            panic!("one file, not {:?}", upload.files)
        };
        assert_eq!(file.field, "file");
        assert_eq!(file.name, "Pass\"port; x=é.jpg");
        // What looks like a boundary and is none belongs to the file.
        assert_eq!(file.bytes, b"\xff\xd8\r\n--X\0");
    }

    #[test]
    fn a_field_that_is_there_twice_is_not_guessed_at() {
        let twice = b"--XX\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nA\r\n\
            --XX\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nB\r\n--XX--\r\n";
        assert!(matches!(parse(twice, "XX"), Err(Error::BadRequest(_))));
    }

    #[test]
    fn the_boundary_is_named_by_the_header() {
        for (header, named) in [
            ("multipart/form-data; boundary=XX", Some("XX")),
            (
                "Multipart/Form-Data; charset=utf-8; boundary=\"X X\"",
                Some("X X"),
            ),
            ("multipart/form-data; boundary=", None),
            ("multipart/form-data", None),
            ("application/x-www-form-urlencoded", None),
            ("", None),
        ] {
            assert_eq!(boundary(header), named, "{header}");
        }
    }

    #[test]
    fn a_broken_form_is_refused_wherever_it_breaks() {
        let whole = BODY.len() - b"--\r\n".len();
        for end in 0..whole {
            assert!(parse(&BODY[..end], "XX").is_err(), "cut at {end}");
        }
        for broken in [
            &b"--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XX--"[..],
            b"--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\0\r\n--XX--",
            b"--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--XX--",
            b"--XX\r\n\r\n\r\n--XX--",
            b"--XXX",
        ] {
            assert!(parse(broken, "XX").is_err(), "{broken:?}");
        }
        let many =
            "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n".repeat(30) + "--XX--";
        assert!(parse(many.as_bytes(), "XX").is_err());
    }
}
