//! The steps in which people read a period.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::Period;

/// A step through a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Each day.
    Day,
    /// From Monday to Sunday.
    Week,
    /// Each month.
    Month,
}

impl Step {
    /// PostgreSQL's name for it, and people's.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The days of the period that the step beginning on a day covers.
    pub fn covers(self, begins: NaiveDate, of: Period) -> Period {
        let next = match self {
            Self::Day => begins.succ_opt(),
            Self::Week => begins.checked_add_days(Days::new(7)),
            Self::Month => begins.checked_add_months(Months::new(1)),
        };
        let last = next.and_then(|day| day.pred_opt()).unwrap_or(begins);
        Period {
            from: begins.max(of.from),
            to: last.min(of.to),
        }
    }

    /// "Mon 16 Nov", "16 Nov to 22 Nov", "November 2026".
    pub fn words(self, covered: Period) -> String {
        match self {
            Self::Day => covered.from.format("%a %-d %b").to_string(),
            Self::Week => format!(
                "{} to {}",
                covered.from.format("%-d %b"),
                covered.to.format("%-d %b")
            ),
            Self::Month => format!("{} {}", covered.from.format("%B"), covered.from.year()),
        }
    }
}
