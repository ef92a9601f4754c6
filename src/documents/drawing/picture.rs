//! Pictures: photographs, screens and scans. Their size is read before they are unpacked, and the way up that a camera
//! noted is respected.

use std::{borrow::Cow, io::Cursor};

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Rgb, RgbImage,
    metadata::Orientation,
};

use super::Refusal;
use crate::documents::{
    media::Media,
    rules::{MOST_PAGES, TOO_MANY_PIXELS},
};

/// Unpacked, a picture takes no more than this: 50 megapixels of four bytes, with some to spare.
const MOST_UNPACKED: u64 = 256 * 1024 * 1024;

/// How many pages there are, and one of them, at most so wide.
pub fn page(
    media: Media,
    bytes: &[u8],
    page: u32,
    width: u32,
) -> Result<(u32, DynamicImage), Refusal> {
    let (pages, bytes) = match media {
        Media::Tiff => tiff(bytes, page)?,
        _ if page != 1 => return Err(Refusal::NoSuchPage),
        _ => (1, Cow::Borrowed(bytes)),
    };
    let format = match media {
        Media::Jpeg if cut_off(&bytes) => return Err(Refusal::CutOff),
        Media::Jpeg => ImageFormat::Jpeg,
        Media::Png => ImageFormat::Png,
        Media::Tiff => ImageFormat::Tiff,
        Media::Pdf => return Err(Refusal::Unreadable),
    };
    let mut decoder = measured(format, bytes)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| why(&error))?;
    let mut image = fitted(image, width);
    image.apply_orientation(orientation);
    Ok((pages, image))
}

/// The picture that stands first in the file, if it is no larger than one may be; nothing of it is unpacked yet.
fn measured<'a>(
    format: ImageFormat,
    bytes: impl AsRef<[u8]> + 'a,
) -> Result<impl ImageDecoder + 'a, Refusal> {
    let decoder = ImageReader::with_format(Cursor::new(bytes), format)
        .into_decoder()
        .map_err(|error| why(&error))?;
    let (wide, high) = decoder.dimensions();
    if u64::from(wide) * u64::from(high) >= TOO_MANY_PIXELS || decoder.total_bytes() > MOST_UNPACKED
    {
        return Err(Refusal::TooManyPixels);
    }
    Ok(decoder)
}

/// Refuses a scan of which any page is larger than one may be, by what its directories say: no page is unpacked.
pub fn measure_all(media: Media, bytes: &[u8]) -> Result<(), Refusal> {
    if media != Media::Tiff {
        return Ok(());
    }
    let mut file = bytes.to_vec();
    for place in tiff_pages(bytes)? {
        put_first(&mut file, place);
        measured(ImageFormat::Tiff, file.as_slice())?;
    }
    Ok(())
}

/// No wider than asked, never larger than it was, on white where it was transparent.
fn fitted(image: DynamicImage, width: u32) -> DynamicImage {
    let image = if image.width() > width {
        image.thumbnail(width, width.saturating_mul(4))
    } else {
        image
    };
    if !image.color().has_alpha() {
        return image;
    }
    let image = image.into_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0;
        let on_white = |channel: u8| {
            let mixed = u32::from(channel) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        Rgb([on_white(red), on_white(green), on_white(blue)])
    })
    .into()
}

fn why(error: &ImageError) -> Refusal {
    match error {
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Refusal::CutOff
        }
        ImageError::Limits(_) => Refusal::TooManyPixels,
        _ => Refusal::Unreadable,
    }
}

/// Whether a photograph lacks its end. Decoders fill the missing part with grey; an officer should not.
fn cut_off(bytes: &[u8]) -> bool {
    let Some(pixels) = pixels_of_jpeg(bytes) else {
        return true;
    };
    // Within the pixels the end's mark cannot occur; after it some cameras write more.
    !bytes[pixels..].windows(2).any(|pair| pair == [0xff, 0xd9])
}

/// Where the pixels of a JPEG begin: behind the segments, each of which says its length.
fn pixels_of_jpeg(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let (mark, kind) = (*bytes.get(at)?, *bytes.get(at + 1)?);
        if mark != 0xff {
            return None;
        }
        match kind {
            // Filling.
            0xff => at += 1,
            // Marks without a length.
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => {
                let length = u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]);
                at += 2 + usize::from(length);
                if kind == 0xda {
                    return (at <= bytes.len()).then_some(at);
                }
            }
        }
    }
}

/// How many pages a TIFF has, and the file with the asked page put first, where decoders look.
fn tiff(bytes: &[u8], page: u32) -> Result<(u32, Cow<'_, [u8]>), Refusal> {
    let pages = tiff_pages(bytes)?;
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    let wanted = page
        .checked_sub(1)
        .and_then(|index| pages.get(usize::try_from(index).ok()?))
        .ok_or(Refusal::NoSuchPage)?;
    if page == 1 {
        return Ok((count, Cow::Borrowed(bytes)));
    }
    let mut file = bytes.to_vec();
    put_first(&mut file, *wanted);
    Ok((count, Cow::Owned(file)))
}

/// Makes the page whose directory stands there the file's first. The file is one whose pages were found.
fn put_first(file: &mut [u8], place: u32) {
    let first = if file[0] == b'M' {
        place.to_be_bytes()
    } else {
        place.to_le_bytes()
    };
    file[4..8].copy_from_slice(&first);
}

/// Where each page's directory stands: each names the next, the last names zero.
fn tiff_pages(bytes: &[u8]) -> Result<Vec<u32>, Refusal> {
    let big = bytes.first() == Some(&b'M');
    let four = |at: usize| -> Option<u32> {
        let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if big {
            u32::from_be_bytes(four)
        } else {
            u32::from_le_bytes(four)
        })
    };
    let two = |at: usize| -> Option<u16> {
        let two: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if big {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        })
    };
    let mut pages = Vec::new();
    let mut next = four(4).ok_or(Refusal::CutOff)?;
    while next != 0 {
        if pages.contains(&next) {
            return Err(Refusal::Unreadable);
        }
        if pages.len() >= usize::try_from(MOST_PAGES).unwrap_or(usize::MAX) {
            return Err(Refusal::TooManyPages);
        }
        pages.push(next);
        let at = usize::try_from(next).map_err(|_| Refusal::Unreadable)?;
        let entries = two(at).ok_or(Refusal::CutOff)?;
        next = four(at + 2 + 12 * usize::from(entries)).ok_or(Refusal::CutOff)?;
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photograph_without_its_end_is_cut_off() {
        let head = b"\xff\xd8\xff\xe0\0\x04ab\xff\xda\0\x03c";
        let whole = [&head[..], b"pixels\xff\xd9"].concat();
        assert!(!cut_off(&whole));
        assert!(cut_off(&whole[..whole.len() - 1]));
        assert!(cut_off(b"\xff\xd8\xff"));
        // The mark of the end inside of a segment is a small picture of its own.
        assert!(cut_off(
            b"\xff\xd8\xff\xe1\0\x06\xff\xd9ab\xff\xda\0\x02pixels"
        ));
    }

    #[test]
    fn directories_that_go_in_a_circle_are_no_pages() {
        let circle = b"II*\0\x08\0\0\0\0\0\x08\0\0\0";
        assert_eq!(tiff_pages(circle), Err(Refusal::Unreadable));
        let one = b"MM\0*\0\0\0\x08\0\0\0\0\0\0";
        assert_eq!(tiff_pages(one), Ok(vec![8]));
        assert_eq!(tiff_pages(&one[..9]), Err(Refusal::CutOff));
    }
}
