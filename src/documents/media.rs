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
}
