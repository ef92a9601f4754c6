//! A picture of a few words, in the place of a page that cannot be shown: a browser draws it where it would otherwise
//! show a broken picture. Made of our own words alone, so it needs no process of its own.

use image::{Rgb, RgbImage};
use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};

use super::{Refusal, encoded};

const HEIGHT: RasterHeight = RasterHeight::Size16;
const WEIGHT: FontWeight = FontWeight::Regular;
/// Pixels of the picture's width, as wide as a page is usually drawn.
const WIDTH: u32 = 1_000;
/// Each dot of a letter is drawn so wide and so high.
const SCALE: u32 = 2;
/// Pixels around the words.
const AROUND: u32 = 60;
/// Pixels from one line to the next.
const STEP: u32 = 44;
const PAPER: Rgb<u8> = Rgb([0xf6, 0xf7, 0xf8]);

/// The words as a PNG, in lines as long as fit.
pub fn picture(words: &str) -> Result<Vec<u8>, Refusal> {
    let letter = u32::try_from(get_raster_width(WEIGHT, HEIGHT)).unwrap_or(8) * SCALE;
    let most = usize::try_from((WIDTH - 2 * AROUND) / letter).unwrap_or(1);
    let lines = lines(words, most);
    let count = u32::try_from(lines.len()).unwrap_or(1).max(1);
    let mut picture = RgbImage::from_pixel(WIDTH, 2 * AROUND + count * STEP, PAPER);
    let mut top = AROUND;
    for line in lines {
        let mut left = AROUND;
        for one in line.chars() {
            draw(&mut picture, one, (left, top));
            left += letter;
        }
        top += STEP;
    }
    encoded(&picture.into())
}

/// Broken between words, and within a word that is longer than a line.
fn lines(words: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        for (at, piece) in letters.chunks(most.max(1)).enumerate() {
            let last = lines.last_mut();
            match last {
                Some(line) if line.is_empty() => line.extend(piece),
                Some(line) if at == 0 && line.chars().count() + 1 + piece.len() <= most => {
                    line.push(' ');
                    line.extend(piece);
                }
                _ => lines.push(piece.iter().collect()),
            }
        }
    }
    lines
}

fn draw(picture: &mut RgbImage, letter: char, (left, top): (u32, u32)) {
    // The font has the straight one alone.
    let letter = if letter == '’' { '\'' } else { letter };
    let Some(raster) =
        get_raster(letter, WEIGHT, HEIGHT).or_else(|| get_raster('?', WEIGHT, HEIGHT))
    else {
        return;
    };
    let (width, height) = picture.dimensions();
    let place = |start: u32, at: usize| start + u32::try_from(at).unwrap_or(0) * SCALE;
    for (row, line) in raster.raster().iter().enumerate() {
        for (column, ink) in line.iter().enumerate() {
            let Rgb(paper) = PAPER;
            let dot = Rgb(paper.map(|ground| ground.saturating_sub(*ink)));
            for y in place(top, row)..(place(top, row) + SCALE).min(height) {
                for x in place(left, column)..(place(left, column) + SCALE).min(width) {
                    picture.put_pixel(x, y, dot);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(lines("one two three", 7), ["one two", "three"]);
        assert_eq!(lines("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(lines("", 3), [""]);
    }

    #[test]
    fn other_words_are_another_picture_and_more_words_a_higher_one() {
        let of = |words: &str| {
            let png = picture(words).expect("a picture");
            image::load_from_memory(&png).expect("a PNG").into_rgb8()
        };
        let (one, other) = (of("It is not here."), of("It is broken."));
        assert_ne!(one, other);
        assert_eq!(one.dimensions(), other.dimensions());
        assert!(of(&"many words ".repeat(30)).height() > one.height());
        // Nothing is cut off at the edges.
        let wide = of(&"m".repeat(200));
        for y in 0..wide.height() {
            assert_eq!(wide.get_pixel(WIDTH - AROUND + 2, y), &PAPER);
        }
    }
}
