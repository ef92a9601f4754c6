//! PDF pages. Nothing in a PDF is run or fetched: it is drawn, and where it cannot be drawn it is refused.

use hayro::{
    PixmapSettings, RenderCache, RenderSettings,
    hayro_interpret::InterpreterSettings,
    hayro_syntax::{LoadPdfError, Pdf},
    render,
    vello_cpu::color::palette::css::WHITE,
};
use image::{DynamicImage, RgbaImage};

use super::Refusal;
use crate::documents::rules::MOST_PAGES;

/// A page is drawn at most this high, however narrow it is.
const MOST_HIGH: f32 = 6_000.0;

/// A file that can be read, asks for no password and has so many pages as one may have.
pub fn open(bytes: &[u8]) -> Result<Pdf, Refusal> {
    if says_encrypted(bytes) {
        return Err(Refusal::Encrypted);
    }
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Refusal::Encrypted,
        LoadPdfError::Invalid => Refusal::Unreadable,
    })?;
    match count(&pdf) {
        0 => Err(Refusal::Unreadable),
        1..=MOST_PAGES => Ok(pdf),
        _ => Err(Refusal::TooManyPages),
    }
}

fn count(pdf: &Pdf) -> u32 {
    u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX)
}

/// How many pages there are, and one of them, so wide.
pub fn page(pdf: &Pdf, page: u32, width: u32) -> Result<(u32, DynamicImage), Refusal> {
    let pages = pdf.pages();
    let shown = page
        .checked_sub(1)
        .and_then(|index| pages.get(usize::try_from(index).ok()?))
        .ok_or(Refusal::NoSuchPage)?;
    let (wide, high) = shown.render_dimensions();
    if !(wide >= 1.0 && high >= 1.0 && wide.is_finite() && high.is_finite()) {
        return Err(Refusal::Unreadable);
    }
    let wanted = f32::from(u16::try_from(width).unwrap_or(u16::MAX));
    let scale = (wanted / wide).min(MOST_HIGH / high);
    let drawn = render(
        shown,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings {
            x_scale: scale,
            y_scale: scale,
            bg_color: WHITE,
        },
    );
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    // On white nothing is transparent, so premultiplied is plain.
    let picture = RgbaImage::from_raw(width, height, drawn.data_as_u8_slice().to_vec())
        .filter(|picture| !picture.is_empty())
        .ok_or(Refusal::Unreadable)?;
    Ok((count(pdf), picture.into()))
}

/// Whether a PDF says that it is encrypted, also with an empty password: the key stands in the trailer or in the
/// dictionary of a table of references, both of which are never packed.
fn says_encrypted(bytes: &[u8]) -> bool {
    const KEY: &[u8] = b"/Encrypt";
    let mut rest = bytes;
    while let Some(at) = rest.windows(KEY.len()).position(|window| window == KEY) {
        rest = &rest[at + KEY.len()..];
        let value = rest.iter().find(|byte| !byte.is_ascii_whitespace());
        if value.is_some_and(|byte| byte.is_ascii_digit() || *byte == b'<') {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_seen_wherever_it_is_said() {
        for said in [
            "/Encrypt 9 0 R",
            "/Encrypt<</Filter/Standard>>",
            "/Encrypt\r\n12 0 R",
        ] {
            assert!(
                says_encrypted(format!("%PDF-1.7 trailer << {said} >>").as_bytes()),
                "{said}"
            );
        }
        for not in [
            "/EncryptMetadata true",
            "/Encrypted 1",
            "(/Encrypt)",
            "/Encrypt",
        ] {
            assert!(
                !says_encrypted(format!("%PDF-1.7 << {not} >>").as_bytes()),
                "{not}"
            );
        }
    }
}
