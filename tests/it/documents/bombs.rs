//! Files that are built to harm: small, and far larger once they are unpacked, or so they say.

use std::io::Write as _;

use image::ImageFormat;

use super::{file, picture};
use crate::support::{
    make,
    tiff::{self, Page},
};

/// A PNG that says it is so large, and holds next to nothing.
pub fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut png = file(&picture(8, 8), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let mut sum = flate2::Crc::new();
    sum.update(&png[12..29]);
    png[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    png
}

/// A photograph that says the same of itself.
pub fn jpeg_claiming(width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = file(&picture(8, 8), ImageFormat::Jpeg);
    // The segment of the frame: its mark, its length, the depth of a value, then how high and how wide it is.
    let frame = jpeg
        .windows(2)
        .position(|mark| mark == [0xff, 0xc0])
        .expect("a frame");
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

/// A scan that does.
pub fn tiff_claiming(width: u32, height: u32) -> Vec<u8> {
    tiff::file(false, &[claiming(width, height)])
}

/// A scan whose first page is what it says, and whose second says that it is so large.
pub fn second_page_claiming(width: u32, height: u32) -> Vec<u8> {
    let first = Page::plain((8, 8), 0);
    tiff::file(false, &[first, claiming(width, height)])
}

fn claiming(width: u32, height: u32) -> Page {
    Page {
        width,
        height,
        ..Page::plain((8, 8), 0)
    }
}

/// A scan below 50 megapixels whose pixels, of so many bits a colour, are all there: a thousandth of what they unpack to.
pub fn deflated_tiff(bits: u16) -> Vec<u8> {
    tiff::file(true, &[unpacking(bits)])
}

/// The same page behind one that is what it says.
pub fn second_page_deflated(bits: u16) -> Vec<u8> {
    tiff::file(true, &[Page::plain((8, 8), 0), unpacking(bits)])
}

fn unpacking(bits: u16) -> Page {
    let (width, height) = (9_990, 5_000);
    let row = vec![0; usize::from(bits / 8) * 3 * 9_990];
    let mut strip = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..height {
        strip.write_all(&row).expect("bytes");
    }
    Page {
        width,
        height,
        samples: 3,
        bits,
        deflated: true,
        strip: strip.finish().expect("bytes"),
    }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("bytes");
    encoder.finish().expect("bytes")
}

/// A page that unpacks to far more than it is: two layers, in hexadecimal digits so that the file is text.
pub fn pdf() -> Vec<u8> {
    make::pdf_of(vec![strokes()], "").into_bytes()
}

/// The same behind a page without anything on it.
pub fn second_page_pdf() -> Vec<u8> {
    make::pdf_of(vec![stream("", ""), strokes()], "").into_bytes()
}

fn strokes() -> String {
    let strokes = b"0 0 m 9 9 l S ".repeat(8 * 1024 * 1024);
    let packed = hex::encode(deflated(&deflated(&strokes))) + ">";
    stream(
        "/Filter [/ASCIIHexDecode /FlateDecode /FlateDecode]",
        &packed,
    )
}

fn stream(said: &str, content: &str) -> String {
    let length = content.len();
    format!("<< /Length {length} {said} >>\nstream\n{content}\nendstream")
}

/// Two pages, of which the second is more than 35 metres wide.
pub fn second_page_wide() -> Vec<u8> {
    in_last(make::pdf(2), "[0 0 595 842]", "[0 0 99999 9]")
}

/// Two pages, of which the second may draw this: an object that is said to be so.
pub fn second_page_drawing(said: &str) -> Vec<u8> {
    let pages = make::pdf_of(vec![stream("", ""), stream(said, "")], "");
    // The second page's content stands as the seventh object.
    in_last(
        pages,
        "/Resources << /Font << /F1 3 0 R >> >>",
        "/Resources << /XObject <</I 7 0 R>> >>",
    )
}

/// Writes over the last place where this stands: what is as long leaves all else in its place.
fn in_last(file: String, what: &str, instead: &str) -> Vec<u8> {
    assert_eq!(what.len(), instead.len());
    let at = file.rfind(what).expect("the place");
    let mut file = file.into_bytes();
    file[at..at + instead.len()].copy_from_slice(instead.as_bytes());
    file
}
