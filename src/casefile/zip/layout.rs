//! The bytes around the files: a header before each, for some a descriptor behind it, and the directory at the end
//! (APPNOTE 6.3.9, sections 4.3.7 to 4.3.16 and 4.5.3).

/// Local file header.
pub(super) const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
/// An entry of the directory.
pub(super) const CENTRAL: u32 = 0x0201_4b50;
/// The end of the directory, and of the archive.
pub(super) const END: u32 = 0x0605_4b50;
/// The same with 64-bit numbers, and what tells where it stands.
pub(super) const END_64: u32 = 0x0606_4b50;
pub(super) const LOCATOR_64: u32 = 0x0706_4b50;

/// A number that stands in a 64-bit field instead.
pub(super) const ELSEWHERE: u32 = u32::MAX;
/// The number of the field of 64-bit sizes.
pub(super) const FIELD_64: u16 = 1;
/// Names are UTF-8.
const UTF_8: u16 = 1 << 11;
/// Size and sum stand behind the file, since they were not known before it.
pub(super) const BEHIND: u16 = 1 << 3;
/// What a reader must know to unpack: 4.5 is 64-bit sizes.
const NEEDS: u16 = 45;
/// Every file is stamped with the first moment that the format knows: when it was made stands in the manifest.
const MOMENT: u32 = 0x0021_0000;

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name, with `/` between folders.
    pub name: String,
    /// Its CRC-32.
    pub crc: u32,
    /// How many bytes it has.
    pub size: u64,
    /// Where its header begins.
    pub offset: u64,
    /// Size and sum stand behind it.
    pub behind: bool,
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn two(mut self, number: u16) -> Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }
    fn four(mut self, number: u32) -> Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }
    fn eight(mut self, number: u64) -> Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }
    fn all(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }
}

const fn bytes() -> Bytes {
    Bytes(Vec::new())
}

/// A number in four bytes, or the sign that it stands elsewhere.
fn short(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(ELSEWHERE)
}

fn length(name: &str) -> u16 {
    u16::try_from(name.len()).unwrap_or(u16::MAX)
}

impl Part {
    fn flags(&self) -> u16 {
        if self.behind { UTF_8 | BEHIND } else { UTF_8 }
    }

    /// What stands before the file.
    pub(super) fn before(&self) -> Vec<u8> {
        let head = bytes()
            .four(LOCAL)
            .two(NEEDS)
            .two(self.flags())
            .two(0)
            .four(MOMENT);
        let sized = if self.behind {
            head.four(0).four(ELSEWHERE).four(ELSEWHERE)
        } else {
            head.four(self.crc)
                .four(short(self.size))
                .four(short(self.size))
        };
        let extra = if self.behind {
            bytes().two(FIELD_64).two(16).eight(0).eight(0)
        } else {
            bytes()
        };
        sized
            .two(length(&self.name))
            .two(u16::try_from(extra.0.len()).unwrap_or_default())
            .all(self.name.as_bytes())
            .all(&extra.0)
            .0
    }

    /// What stands behind it.
    pub(super) fn behind(&self) -> Vec<u8> {
        if !self.behind {
            return Vec::new();
        }
        bytes()
            .four(DESCRIPTOR)
            .four(self.crc)
            .eight(self.size)
            .eight(self.size)
            .0
    }

    /// Its entry in the directory.
    pub(super) fn listed(&self) -> Vec<u8> {
        let mut fields = bytes();
        if short(self.size) == ELSEWHERE {
            fields = fields.eight(self.size).eight(self.size);
        }
        if short(self.offset) == ELSEWHERE {
            fields = fields.eight(self.offset);
        }
        let count = u16::try_from(fields.0.len()).unwrap_or_default();
        let extra = if count == 0 {
            bytes()
        } else {
            bytes().two(FIELD_64).two(count).all(&fields.0)
        };
        bytes()
            .four(CENTRAL)
            .two(NEEDS)
            .two(NEEDS)
            .two(self.flags())
            .two(0)
            .four(MOMENT)
            .four(self.crc)
            .four(short(self.size))
            .four(short(self.size))
            .two(length(&self.name))
            .two(u16::try_from(extra.0.len()).unwrap_or_default())
            .two(0)
            .two(0)
            .two(0)
            .four(0)
            .four(short(self.offset))
            .all(self.name.as_bytes())
            .all(&extra.0)
            .0
    }
}

/// The end of an archive: so many files, whose directory is so long and begins there.
pub(super) fn end(files: u64, size: u64, start: u64) -> Vec<u8> {
    let count = u16::try_from(files).unwrap_or(u16::MAX);
    let large = count == u16::MAX || short(size) == ELSEWHERE || short(start) == ELSEWHERE;
    let wide = if large {
        bytes()
            .four(END_64)
            .eight(44)
            .two(NEEDS)
            .two(NEEDS)
            .four(0)
            .four(0)
            .eight(files)
            .eight(files)
            .eight(size)
            .eight(start)
            .four(LOCATOR_64)
            .four(0)
            .eight(start + size)
            .four(1)
    } else {
        bytes()
    };
    wide.four(END)
        .two(0)
        .two(0)
        .two(count)
        .two(count)
        .four(short(size))
        .four(short(start))
        .two(0)
        .0
}
