//! What is asked of whoever asks for a review in a language that has no words for some of the checklist.

use super::{Line, MEMBERS};

/// The lines of the checklist that a language has no words for. Nobody owes what they cannot say: a review begins without it,
/// and the desk, which sees the line open, reads it off the papers before it accepts anybody.
#[derive(Clone, Copy, Debug)]
pub struct Wordless {
    /// Of the customer.
    pub own: &'static [&'static str],
    /// Of somebody who stands behind a company.
    pub member: &'static [&'static str],
}

impl Wordless {
    /// Of a language that has words for all of it.
    pub const NOTHING: Self = Self {
        own: &[],
        member: &[],
    };

    /// What of this the customer owes.
    pub fn owed(self, mut lines: Vec<Line>) -> Vec<Line> {
        // Each member was looked at by what is asked of members.
        let elsewhere = |words| words == MEMBERS && !self.member.is_empty();
        lines.retain(|line| !self.own.contains(&line.words) && !elsewhere(line.words));
        lines
    }

    /// Whether a member owes any of this.
    pub fn hinders(self, lines: &[Line]) -> bool {
        lines.iter().any(|line| !self.member.contains(&line.words))
    }
}
