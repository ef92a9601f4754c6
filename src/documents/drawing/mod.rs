//! The child's side: reads one file from standard input, draws a page of it or looks it over, says so on standard
//! output, and ends. Before it reads a byte it gives up the right to open files and to take much memory or time.

pub mod bounds;
pub mod pdf;
pub mod picture;
pub mod protocol;
pub mod watermark;
pub mod words;

use std::{
    io::{self, Read as _, Write as _},
    process::ExitCode,
};

use image::{DynamicImage, ImageEncoder as _, codecs::png};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

use crate::documents::media::Media;

/// What is asked of the child.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ask {
    /// What the file is, by its first bytes.
    pub media: Media,
    /// What to draw; nothing asks only whether every page may be drawn, and how many there are.
    pub draw: Option<Draw>,
}

/// A page to draw.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draw {
    /// From 1.
    pub page: u32,
    /// Clockwise, in degrees: 0, 90, 180 or 270.
    pub turn: u16,
    /// The width in pixels before it is turned.
    pub width: u32,
    /// What is written across it.
    pub mark: String,
}

/// What the child says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// It can be drawn.
    Sound {
        /// How many pages it has.
        pages: u32,
    },
    /// The page follows as a PNG.
    Drawn,
    /// It is not taken.
    Refused {
        /// Why not.
        why: Refusal,
    },
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// 50 megapixels or more.
    TooManyPixels,
    /// A PDF that asks for a password, or says that it does.
    Encrypted,
    /// More pages than anybody looks at.
    TooManyPages,
    /// It has no such page.
    NoSuchPage,
    /// It ends before its end.
    CutOff,
    /// Drawing it took longer than a page may take; a later try on a machine with less to do may serve.
    TooSlow,
    /// It is broken, or asks for more memory than a paper may.
    Unreadable,
}

impl Refusal {
    /// Every one of them.
    pub const ALL: [Self; 7] = [
        Self::TooManyPixels,
        Self::Encrypted,
        Self::TooManyPages,
        Self::NoSuchPage,
        Self::CutOff,
        Self::TooSlow,
        Self::Unreadable,
    ];

    /// For whoever handed it in.
    pub const fn words(self) -> &'static str {
        match self {
            Self::TooManyPixels => {
                "The picture has 50 megapixels or more. Send a smaller one: a sharp photograph of a page needs about 8"
            }
            Self::Encrypted => {
                "The PDF is protected by a password. Save it without one, or send it as a picture"
            }
            Self::TooManyPages => "The file has more than 200 pages. Send only those that matter",
            Self::NoSuchPage => "The document has no such page",
            Self::CutOff => "The file is not complete: it ends too early. Send it again",
            Self::TooSlow => {
                "It took too long to draw, so it cannot be read here now. Try again, or send a smaller file"
            }
            Self::Unreadable => {
                "The file cannot be read: it is damaged, or built in a way that cannot be shown here. Save it anew, or send it as a picture"
            }
        }
    }
}

/// The child's memory. A picture just below the limit, unpacked, and what is drawn of it fit; a bomb does not.
const MEMORY: u64 = 768 * 1024 * 1024;
/// Seconds of computing, for a child whose parent is gone.
const COMPUTING: u64 = 4;
/// What is looked over is drawn this wide.
const GLANCE: u32 = 300;

/// Does what is asked on standard input.
pub fn run() -> ExitCode {
    confine();
    let mut asked = Vec::new();
    if io::stdin().lock().read_to_end(&mut asked).is_err() {
        return ExitCode::FAILURE;
    }
    let Some((ask, bytes)) = protocol::read_ask(&asked) else {
        return ExitCode::FAILURE;
    };
    let (told, png) = match answer(&ask, bytes) {
        Ok((told, png)) => (told, png),
        Err(why) => (Told::Refused { why }, Vec::new()),
    };
    let mut out = io::stdout().lock();
    let said = out
        .write_all(&protocol::told(&told))
        .and_then(|()| out.write_all(&png))
        .and_then(|()| out.flush());
    if said.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Where a system knows one of these limits not, the parent's clock still holds.
fn confine() {
    let limit = |resource, most| {
        let most = Some(most);
        let _ = setrlimit(
            resource,
            Rlimit {
                current: most,
                maximum: most,
            },
        );
    };
    limit(Resource::As, MEMORY);
    limit(Resource::Cpu, COMPUTING);
    limit(Resource::Core, 0);
    limit(Resource::Fsize, 0);
    // Standard input, output and error are open; nothing else will be.
    limit(Resource::Nofile, 3);
}

fn answer(ask: &Ask, bytes: &[u8]) -> Result<(Told, Vec<u8>), Refusal> {
    let page = ask.draw.as_ref().map_or(1, |draw| draw.page);
    let width = ask.draw.as_ref().map_or(GLANCE, |draw| draw.width);
    // Once, when it is handed in: what stands behind the first page is not drawn until somebody looks at it.
    let handed_in = ask.draw.is_none();
    let (pages, image) = match ask.media {
        Media::Pdf => {
            let pdf = pdf::open(bytes)?;
            if handed_in {
                bounds::hold(&pdf)?;
            }
            pdf::page(&pdf, page, width)?
        }
        media => {
            if handed_in {
                picture::measure_all(media, bytes)?;
            }
            picture::page(media, bytes, page, width)?
        }
    };
    let Some(draw) = &ask.draw else {
        return Ok((Told::Sound { pages }, Vec::new()));
    };
    let turned = match draw.turn {
        90 => image.rotate90(),
        180 => image.rotate180(),
        270 => image.rotate270(),
        _ => image,
    };
    let mut drawn = turned.into_rgb8();
    watermark::stamp(&mut drawn, &draw.mark);
    Ok((Told::Drawn, encoded(&drawn.into())?))
}

/// As a PNG: quickly rather than small, since it is looked at once.
fn encoded(image: &DynamicImage) -> Result<Vec<u8>, Refusal> {
    let mut png = Vec::new();
    png::PngEncoder::new_with_quality(&mut png, png::CompressionType::Fast, png::FilterType::Sub)
        .write_image(
            image.as_bytes(),
            image.width(),
            image.height(),
            image.color().into(),
        )
        .map_err(|_| Refusal::Unreadable)?;
    Ok(png)
}
