//! What may be wrong with a zone, in sentences that say which field and where.

use std::fmt;

/// Why a zone was not taken: each a sentence that says which field and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Not so many lines, or not so long.
    Shape(Vec<usize>),
    /// A character that no zone has: line and place, from 1.
    Character(usize, usize, char),
    /// A check digit that does not fit: of what, line, place, what stands there, what would fit.
    CheckDigit(&'static str, usize, usize, char, char),
    /// Six characters that are no day: of what, line, the characters.
    Day(&'static str, usize, String),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(lengths) => {
                let lengths: Vec<String> = lengths.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "A passport has two lines of 44 characters, a card three of 30 or two of 36. Here are {}: {}",
                    match lengths.len() {
                        0 => "none".to_owned(),
                        1 => "one line".to_owned(),
                        n => format!("{n} lines"),
                    },
                    lengths.join(", ")
                )
            }
            Self::Character(line, place, found) => write!(
                f,
                "Line {line}, character {place} is “{found}”: only A to Z, 0 to 9 and < stand there"
            ),
            Self::CheckDigit(of, line, place, found, fits) => write!(
                f,
                "The check digit of {of} is wrong: line {line}, character {place} is {found}, and {fits} would fit"
            ),
            Self::Day(of, line, found) => {
                write!(f, "{of} on line {line} is {found}, which is no day")
            }
        }
    }
}
