//! What parent and child say to each other: a line of JSON, then bytes.

use super::{Ask, Told};

/// The line that asks; nothing where it cannot be written, which no asking of ours is.
pub fn head(ask: &Ask) -> Option<Vec<u8>> {
    let mut line = serde_json::to_vec(ask).ok()?;
    line.push(b'\n');
    Some(line)
}

/// What was asked, and the file.
pub fn read_ask(said: &[u8]) -> Option<(Ask, &[u8])> {
    let (line, rest) = cut(said)?;
    Some((serde_json::from_slice(line).ok()?, rest))
}

/// The line that answers.
pub fn told(told: &Told) -> Vec<u8> {
    let mut line = serde_json::to_vec(told).unwrap_or_default();
    line.push(b'\n');
    line
}

/// What was answered, and the picture.
pub fn read_told(said: &[u8]) -> Option<(Told, &[u8])> {
    let (line, rest) = cut(said)?;
    Some((serde_json::from_slice(line).ok()?, rest))
}

fn cut(said: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = said.iter().position(|byte| *byte == b'\n')?;
    Some((&said[..end], &said[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::{drawing::Refusal, media::Media};

    #[test]
    fn what_is_said_is_heard() {
        let ask = Ask {
            media: Media::Pdf,
            draw: None,
        };
        let mut said = head(&ask).expect("a line");
        said.extend_from_slice(b"%PDF-1.7\n%%EOF");
        let (heard, file) = read_ask(&said).expect("an asking");
        assert_eq!(heard.media, Media::Pdf);
        assert_eq!(file, b"%PDF-1.7\n%%EOF");
        let refused = Told::Refused {
            why: Refusal::Encrypted,
        };
        assert_eq!(read_told(&told(&refused)), Some((refused, &b""[..])));
        assert_eq!(read_told(b""), None);
        assert_eq!(read_told(b"half a li"), None);
    }
}
