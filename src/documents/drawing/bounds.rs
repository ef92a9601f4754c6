//! Whether every page of a PDF may be looked at, by what it says of itself. Pages are measured and what they are told to
//! draw is unpacked; none is drawn, since a file has up to 200 of them.

use std::collections::HashSet;

use hayro::hayro_syntax::{
    Pdf,
    object::{
        Dict, Name, Stream,
        dict::keys::{HEIGHT, IMAGE, RESOURCES, SMASK, SUBTYPE, WIDTH},
    },
    page::Resources,
};

use super::Refusal;
use crate::documents::rules::TOO_MANY_PIXELS;

/// Points of a page's longer side: 200 inches, the most that the standard of PDF knows readers to show (ISO 32000-1, annex C).
const LONGEST: f32 = 14_400.0;
/// Bytes of instructions of all pages together. Two hundred pages of dense text need a tenth of it.
const MOST_TOLD: usize = 64 * 1024 * 1024;

/// Refuses a file of which any page is built to harm.
pub fn hold(pdf: &Pdf) -> Result<(), Refusal> {
    let mut told = 0;
    // Pages share what they draw, and what is drawn may name itself.
    let mut seen = HashSet::new();
    for page in pdf.pages().iter() {
        let (wide, high) = page.render_dimensions();
        // What is no number is neither.
        if !(wide <= LONGEST && high <= LONGEST) {
            return Err(Refusal::Unreadable);
        }
        told = add(told, page.page_stream().map_or(0, <[u8]>::len))?;
        let mut drawn = things(page.resources());
        while let Some(thing) = drawn.pop() {
            if !seen.insert(thing.obj_id()) {
                continue;
            }
            let said = thing.dict();
            if said.get::<Name<'_>>(SUBTYPE).as_deref() == Some(IMAGE) {
                measure(said)?;
                drawn.extend(said.get::<Stream<'_>>(SMASK));
            } else {
                told = add(told, thing.decoded().map_or(0, |bytes| bytes.len()))?;
                let own = said.get::<Dict<'_>>(RESOURCES).unwrap_or_default();
                drawn.extend(things(&Resources::new(own)));
            }
        }
    }
    Ok(())
}

fn add(told: usize, more: usize) -> Result<usize, Refusal> {
    let all = told.saturating_add(more);
    if all > MOST_TOLD {
        return Err(Refusal::Unreadable);
    }
    Ok(all)
}

/// The pictures and forms that may be drawn.
fn things<'a>(resources: &Resources<'a>) -> Vec<Stream<'a>> {
    let named = &resources.x_objects;
    named
        .keys()
        .filter_map(|name| named.get::<Stream<'a>>(name))
        .collect()
}

/// A picture is unpacked as large as it is said to be here, whatever stands in it.
fn measure(picture: &Dict<'_>) -> Result<(), Refusal> {
    let side = |key: &[u8]| u64::from(picture.get::<u32>(key).unwrap_or(0));
    if side(WIDTH).saturating_mul(side(HEIGHT)) >= TOO_MANY_PIXELS {
        return Err(Refusal::TooManyPixels);
    }
    Ok(())
}
