//! Scans, written byte by byte: of several pages, in either order of bytes, and with heads that say what is not so.

/// A page: one strip of pixels, as it stands in the file, and what its head says of it.
pub struct Page {
    /// How wide it says it is.
    pub width: u32,
    /// How high.
    pub height: u32,
    /// Of how many values each pixel is: one for grey, three for colours.
    pub samples: u16,
    /// Of how many bits each value is.
    pub bits: u16,
    /// Whether its pixels are deflated.
    pub deflated: bool,
    /// Its pixels.
    pub strip: Vec<u8>,
}

impl Page {
    /// A page of one grey.
    pub fn plain((width, height): (u32, u32), grey: u8) -> Self {
        let pixels = usize::try_from(width * height).expect("a small page");
        Self {
            width,
            height,
            samples: 1,
            bits: 8,
            deflated: false,
            strip: vec![grey; pixels],
        }
    }
}

/// A file of these pages, in which the larger byte comes first or last.
pub fn file(large_first: bool, pages: &[Page]) -> Vec<u8> {
    let two = |n: u16| {
        if large_first {
            n.to_be_bytes()
        } else {
            n.to_le_bytes()
        }
    };
    let four = |n: u32| {
        if large_first {
            n.to_be_bytes()
        } else {
            n.to_le_bytes()
        }
    };
    let short = |n: u16| {
        let [one, other] = two(n);
        [one, other, 0, 0]
    };
    let place = |file: &[u8]| u32::try_from(file.len()).expect("a small file");
    let mut file = if large_first { b"MM" } else { b"II" }.to_vec();
    file.extend(two(42));
    // Where the next page's head is named: in the file's own, then in that of the page before.
    let mut named = file.len();
    file.extend(four(0));
    for page in pages {
        let strip = place(&file);
        file.extend(&page.strip);
        let length = place(&file) - strip;
        let depths = place(&file);
        for _ in 0..page.samples {
            file.extend(two(page.bits));
        }
        let head = place(&file);
        file[named..named + 4].copy_from_slice(&four(head));
        let depth = if page.samples == 1 {
            short(page.bits)
        } else {
            four(depths)
        };
        let (is_short, is_long) = (3, 4);
        let fields = [
            (256, is_long, 1, four(page.width)),
            (257, is_long, 1, four(page.height)),
            (258, is_short, u32::from(page.samples), depth),
            (259, is_short, 1, short(if page.deflated { 8 } else { 1 })),
            // Black is zero, or red, green and blue.
            (
                262,
                is_short,
                1,
                short(if page.samples == 1 { 1 } else { 2 }),
            ),
            (273, is_long, 1, four(strip)),
            (277, is_short, 1, short(page.samples)),
            (278, is_long, 1, four(page.height)),
            (279, is_long, 1, four(length)),
        ];
        file.extend(two(u16::try_from(fields.len()).expect("few")));
        for (field, kind, count, value) in fields {
            file.extend(two(field));
            file.extend(two(kind));
            file.extend(four(count));
            file.extend(value);
        }
        named = file.len();
        file.extend(four(0));
    }
    file
}
