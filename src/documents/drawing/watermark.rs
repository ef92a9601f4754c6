//! The viewer's name and the time, written across every page that is shown: who photographs a screen or keeps a
//! picture keeps their own name with it.

use image::{Rgb, RgbImage};
use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};

const HEIGHT: RasterHeight = RasterHeight::Size16;
const WEIGHT: FontWeight = FontWeight::Regular;
/// Pixels between two rows of writing.
const BETWEEN: u32 = 120;
/// How much of the writing's colour is seen, of 255: read on any ground, in nobody's way.
const STRENGTH: u32 = 90;
/// Dark rows and light rows take turns, so that one of them stands out on any ground.
const COLOURS: [u8; 2] = [0x20, 0xe8];

/// Writes `mark` across the picture, again and again. A letter that the font does not have is written as `?`.
pub fn stamp(picture: &mut RgbImage, mark: &str) {
    let mark = format!("{mark}     ");
    let step = u32::try_from(get_raster_width(WEIGHT, HEIGHT)).unwrap_or(8);
    let length = u32::try_from(mark.chars().count()).unwrap_or(u32::MAX);
    let (width, height) = picture.dimensions();
    let mut row = 0;
    let mut top = BETWEEN / 4;
    while top < height {
        let colour = COLOURS[row % COLOURS.len()];
        // Each row begins elsewhere, so that no column of the page is free of it.
        let shift = u32::try_from(row).unwrap_or(0).wrapping_mul(7) % length.max(1);
        let letters = mark
            .chars()
            .cycle()
            .skip(usize::try_from(shift).unwrap_or(0));
        let mut left = 0;
        for letter in letters {
            if left >= width {
                break;
            }
            draw(picture, letter, (left, top), colour);
            left += step;
        }
        row += 1;
        top += BETWEEN / 2;
    }
}

fn draw(picture: &mut RgbImage, letter: char, (left, top): (u32, u32), colour: u8) {
    let Some(raster) =
        get_raster(letter, WEIGHT, HEIGHT).or_else(|| get_raster('?', WEIGHT, HEIGHT))
    else {
        return;
    };
    let (width, height) = picture.dimensions();
    for (y, line) in (top..height).zip(raster.raster()) {
        for (x, ink) in (left..width).zip(*line) {
            let Rgb(pixel) = picture.get_pixel_mut(x, y);
            let ink = u32::from(*ink) * STRENGTH / 255;
            for channel in pixel {
                let mixed = u32::from(*channel) * (255 - ink) + u32::from(colour) * ink;
                *channel = u8::try_from(mixed / 255).unwrap_or(u8::MAX);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ground: u8, mark: &str) -> RgbImage {
        let mut page = RgbImage::from_pixel(400, 300, Rgb([ground; 3]));
        stamp(&mut page, mark);
        page
    }

    #[test]
    fn every_viewer_has_pages_of_their_own_on_any_ground() {
        for ground in [0, 0x80, 0xff] {
            assert_ne!(page(ground, "Aoife Nolan"), page(ground, "Henrik Lund"));
            assert_ne!(
                page(ground, "Aoife Nolan"),
                RgbImage::from_pixel(400, 300, Rgb([ground; 3]))
            );
        }
    }

    #[test]
    fn no_name_and_no_size_breaks_it() {
        for mark in ["", "Иван", "日本", "\u{202e}abc"] {
            for (width, height) in [(1, 1), (3, 2000), (2000, 3)] {
                let mut page = RgbImage::new(width, height);
                stamp(&mut page, mark);
                assert_eq!(page.dimensions(), (width, height), "{mark:?}");
            }
        }
        // A name in letters that the font lacks still leaves a mark.
        for mark in ["Иван", "日本"] {
            assert_ne!(
                page(0xff, mark),
                RgbImage::from_pixel(400, 300, Rgb([0xff; 3])),
                "{mark}"
            );
        }
    }
}
