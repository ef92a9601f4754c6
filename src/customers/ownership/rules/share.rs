//! A share of a company: as it is typed, stored, read by people, and reckoned with.

use std::fmt;

use crate::stored_words;

/// The whole of a company as the arithmetic has it: exact for a chain of four companies, and rounded after that to a
/// ten-thousandth of a millionth of a millionth.
pub const WHOLE: u64 = 10_000_000_000_000_000;

/// Hundredths of a percent, from 0 to 10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u16);

impl Percent {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// All of it.
    pub const ALL: Self = Self(10_000);

    /// From hundredths of a percent; nothing where there are more than 10,000.
    pub const fn new(hundredths: u16) -> Option<Self> {
        if hundredths <= Self::ALL.0 {
            Some(Self(hundredths))
        } else {
            None
        }
    }

    /// As the database keeps it.
    pub fn of(stored: i32) -> Option<Self> {
        u16::try_from(stored).ok().and_then(Self::new)
    }

    /// Hundredths of a percent.
    pub const fn hundredths(self) -> u16 {
        self.0
    }

    /// As people type it: "37.5", "37,5 %". Nothing for what is no percent or finer than a hundredth of one.
    pub fn typed(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('%').trim_end();
        let (whole, rest) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
        if !digits(whole) || !digits(rest) || whole.len() > 3 || rest.len() > 2 {
            return None;
        }
        let rest: u16 = format!("{rest:0<2}").parse().ok()?;
        Self::new(whole.parse::<u16>().ok()? * 100 + rest)
    }
}

/// As a form has it: "37.5".
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, rest) if rest % 10 == 0 => write!(f, "{whole}.{}", rest / 10),
            (whole, rest) => write!(f, "{whole}.{rest:02}"),
        }
    }
}

stored_words! {
    /// What a register says of a share where it gives no percent.
    Band {
        /// From a quarter to a half.
        Quarter = "25-50",
        /// From a half to three quarters.
        Half = "50-75",
        /// From three quarters to all.
        Most = "75-100",
    }
}

impl Band {
    const fn bounds(self) -> (Percent, Percent) {
        match self {
            Self::Quarter => (Percent(2_500), Percent(5_000)),
            Self::Half => (Percent(5_000), Percent(7_500)),
            Self::Most => (Percent(7_500), Percent::ALL),
        }
    }

    /// The words on a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Quarter => "25 to 50 %",
            Self::Half => "50 to 75 %",
            Self::Most => "75 to 100 %",
        }
    }
}

stored_words! {
    /// Who says so.
    Source {
        /// The customer.
        Declared = "declared",
        /// A public register.
        Register = "register",
        /// A paper that somebody read.
        Document = "document",
    }
}

impl Source {
    /// The words on a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Declared => "Declared",
            Self::Register => "Register",
            Self::Document => "Document",
        }
    }
}

/// A share as somebody said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// So much.
    Exactly(Percent),
    /// Somewhere within.
    Within(Band),
}

impl Share {
    /// The least that it can be.
    pub const fn least(self) -> Percent {
        match self {
            Self::Exactly(percent) => percent,
            Self::Within(band) => band.bounds().0,
        }
    }

    /// The most that it can be.
    pub const fn most(self) -> Percent {
        match self {
            Self::Exactly(percent) => percent,
            Self::Within(band) => band.bounds().1,
        }
    }
}

/// For people: "37.5 %", "25 to 50 %".
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(percent) => write!(f, "{percent} %"),
            Self::Within(band) => f.write_str(band.words()),
        }
    }
}

/// A share as the arithmetic has it, in parts of [`WHOLE`]: never less than the one, never more than the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The least that it can be.
    pub least: u64,
    /// The most that it can be.
    pub most: u64,
}

impl Range {
    /// Nothing.
    pub const NONE: Self = Self { least: 0, most: 0 };
    /// All of it.
    pub const ALL: Self = Self {
        least: WHOLE,
        most: WHOLE,
    };
    /// Nobody knows how much.
    pub const UNKNOWN: Self = Self {
        least: 0,
        most: WHOLE,
    };

    /// Of a share that was said or not.
    pub fn of(share: Option<Share>) -> Self {
        share.map_or(Self::UNKNOWN, |share| Self {
            least: u64::from(share.least().0) * HUNDREDTH,
            most: u64::from(share.most().0) * HUNDREDTH,
        })
    }

    /// This share of that share: a path goes on. What cannot be written is rounded away from the middle.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
        let whole = u128::from(WHOLE);
        let part = |parts: u128| u64::try_from(parts).unwrap_or(WHOLE).min(WHOLE);
        Self {
            least: part(product(self.least, other.least) / whole),
            most: part(product(self.most, other.most).div_ceil(whole)),
        }
    }

    /// Both together: another path to the same holder. Nobody holds more than all of it.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            least: self.least.saturating_add(other.least).min(WHOLE),
            most: self.most.saturating_add(other.most).min(WHOLE),
        }
    }
}

const HUNDREDTH: u64 = WHOLE / 10_000;

/// For people, to a hundredth of a percent: "12.5 %", "12.5 to 37.5 %".
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let round =
            |parts: u64| Percent(u16::try_from((parts + HUNDREDTH / 2) / HUNDREDTH).unwrap_or(0));
        let (least, most) = (round(self.least), round(self.most));
        if least == most {
            write!(f, "{least} %")
        } else {
            write!(f, "{least} to {most} %")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_is_read_as_people_type_it_and_no_finer() {
        let typed = |text| Percent::typed(text).map(Percent::hundredths);
        assert_eq!(typed("25"), Some(2_500));
        assert_eq!(typed(" 37,5 % "), Some(3_750));
        assert_eq!(typed("33.33"), Some(3_333));
        assert_eq!(typed("0.05"), Some(5));
        assert_eq!(typed("100"), Some(10_000));
        for wrong in [
            "", "-1", "100.01", "101", "33.333", "a", "1e2", "1.", ".5", "1 000",
        ] {
            assert_eq!(typed(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn shares_are_read_by_people() {
        let exactly = |hundredths| Share::Exactly(Percent(hundredths)).to_string();
        assert_eq!(exactly(2_500), "25 %");
        assert_eq!(exactly(3_750), "37.5 %");
        assert_eq!(exactly(3_305), "33.05 %");
        assert_eq!(Share::Within(Band::Half).to_string(), "50 to 75 %");
        let quarter = Range::of(Some(Share::Within(Band::Quarter)));
        let half = Range::of(Some(Share::Within(Band::Half)));
        assert_eq!(quarter.times(half).to_string(), "12.5 to 37.5 %");
        assert_eq!(Range::UNKNOWN.to_string(), "0 to 100 %");
    }
}
