//! Kinds of files that a paper may be. What a file is, its first bytes say; its name and what a browser says of it are
//! never asked.

use crate::stored_words;

stored_words! {
    /// What a paper's file is.
    Media {
        /// A photograph.
        Jpeg = "image/jpeg",
        /// A picture, often of a screen.
        Png = "image/png",
        /// A scan, perhaps of several pages.
        Tiff = "image/tiff",
        /// A document of pages.
        Pdf = "application/pdf",
    }
}

/// Said of a file that is none of them.
pub const NONE_OF_THEM: &str =
    "Only JPG, PNG, TIFF and PDF files are taken, whatever the file is called";
/// Said of a photograph as Apple's phones keep it.
pub const HEIC: &str = "This photo is in Apple’s HEIC format. Send it as JPG, PNG or PDF";

/// The brands by which such a photograph names itself, behind the word `ftyp`.
const HEIC_BRANDS: [&[u8]; 8] = [
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1",
];

/// Why a file is not taken that is none of them.
pub fn refused(bytes: &[u8]) -> &'static str {
    let brand = bytes
        .get(4..12)
        .and_then(|named| named.strip_prefix(b"ftyp"));
    if brand.is_some_and(|brand| HEIC_BRANDS.contains(&brand)) {
        HEIC
    } else {
        NONE_OF_THEM
    }
}

impl Media {
    /// The word on a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Jpeg => "JPG",
            Self::Png => "PNG",
            Self::Tiff => "TIFF",
            Self::Pdf => "PDF",
        }
    }

    /// By its first bytes; nothing for any other kind of file.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let begins = |magic: &[u8]| bytes.starts_with(magic);
        if begins(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if begins(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if begins(b"II*\0") || begins(b"MM\0*") {
            Some(Self::Tiff)
        } else if begins(b"%PDF-") {
            Some(Self::Pdf)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_say_what_a_file_is() {
        for (bytes, media) in [
            (&b"\xff\xd8\xff\xe0 and so on"[..], Some(Media::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Some(Media::Png)),
            (b"II*\0\x08\0\0\0", Some(Media::Tiff)),
            (b"MM\0*\0\0\0\x08", Some(Media::Tiff)),
            (b"%PDF-1.7\n", Some(Media::Pdf)),
            // A TIFF of more than 4 GB, a picture of markup, a page, nothing.
            (b"II+\0\x08\0\0\0", None),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
            (b"<!doctype html>%PDF-1.7", None),
            (b"GIF89a", None),
            (b"", None),
        ] {
            assert_eq!(Media::of(bytes), media, "{bytes:?}");
        }
    }

    #[test]
    fn a_photograph_of_apples_phones_is_told_from_other_files() {
        for (bytes, said) in [
            (&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], HEIC),
            (b"\0\0\0\x1cftypheix\0\0\0\0", HEIC),
            (b"\0\0\0\x18ftypmif1", HEIC),
            // A film, and less than a name.
            (b"\0\0\0\x18ftypisom\0\0\0\0", NONE_OF_THEM),
            (b"\0\0\0\x18ftyphe", NONE_OF_THEM),
            (b"heic", NONE_OF_THEM),
        ] {
            assert_eq!(refused(bytes), said, "{bytes:?}");
            assert_eq!(Media::of(bytes), None);
        }
    }
}
