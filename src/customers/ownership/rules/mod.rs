//! The arithmetic of ownership. A share is a percent, a band of a register, or unknown; along a path shares are
//! multiplied, over all paths added, and what is not exactly known is a range from the least to the most.

mod paths;
mod share;

pub use paths::{Held, Holding, Statement, Structure, leads};
pub use share::{Band, Percent, Range, Share, Source, WHOLE};

/// Whether somebody owns a quarter or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owns {
    /// Certainly less.
    Less,
    /// It depends on what is not exactly known.
    Perhaps,
    /// A quarter or more.
    Yes,
}

/// A quarter of the whole: whoever holds as much is an owner.
pub const QUARTER: u64 = WHOLE / 4;

/// Whether this range reaches a quarter.
pub const fn owns(range: Range) -> Owns {
    if range.least >= QUARTER {
        Owns::Yes
    } else if range.most >= QUARTER {
        Owns::Perhaps
    } else {
        Owns::Less
    }
}

/// What the shareholders of one company hold at least, together, in hundredths of a percent.
pub fn together(shares: impl IntoIterator<Item = Option<Share>>) -> u32 {
    shares
        .into_iter()
        .flatten()
        .map(|share| u32::from(share.least().hundredths()))
        .sum()
}

/// Whether the shareholders of one company hold more than there is.
pub fn too_much(shares: impl IntoIterator<Item = Option<Share>>) -> bool {
    together(shares) > u32::from(Percent::ALL.hundredths())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_an_owner_and_a_band_may_be() {
        let range = |least, most| Range {
            least: least * (WHOLE / 10_000),
            most: most * (WHOLE / 10_000),
        };
        assert_eq!(owns(range(2_500, 2_500)), Owns::Yes);
        assert_eq!(owns(range(2_499, 2_499)), Owns::Less);
        assert_eq!(owns(range(1_250, 3_750)), Owns::Perhaps);
        assert_eq!(owns(range(0, 2_500)), Owns::Perhaps);
    }

    #[test]
    fn shareholders_hold_at_most_all_of_it() {
        let exactly = |hundredths| Percent::new(hundredths).map(Share::Exactly);
        assert!(!too_much([exactly(6_000), exactly(4_000), None]));
        assert!(too_much([exactly(6_000), exactly(4_001)]));
        // Of a band only the least is certain.
        assert!(!too_much([
            exactly(5_000),
            Some(Share::Within(Band::Quarter)),
            Some(Share::Within(Band::Quarter))
        ]));
        assert!(too_much([exactly(5_001), Some(Share::Within(Band::Half))]));
    }
}
