//! The days that a report is about, and the steps in which it goes through them.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::days;

/// A report covers no more days than this.
pub const LONGEST: i64 = 366;
/// Without being asked otherwise it covers these.
const USUAL: u64 = 30;

/// Inclusive days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

/// Why days make no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// This field is no day.
    NoDay(&'static str),
    /// The last comes before the first.
    Backwards,
    /// More days than a report covers.
    TooLong,
}

impl Wrong {
    /// The field that mends it.
    pub const fn field(self) -> &'static str {
        match self {
            Self::NoDay(field) => field,
            Self::Backwards | Self::TooLong => "from",
        }
    }

    /// What to do about it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoDay(_) => "Write a day as YYYY-MM-DD",
            Self::Backwards => "The first day comes after the last",
            Self::TooLong => "A report covers at most 366 days",
        }
    }
}

impl Period {
    /// The thirty days that end today.
    pub fn usual(today: NaiveDate) -> Self {
        let from = today.checked_sub_days(Days::new(USUAL - 1));
        Self {
            from: from.unwrap_or(today),
            to: today,
        }
    }

    /// What an address asks for; what it leaves open is as usual.
    pub fn read(from: &str, to: &str, today: NaiveDate) -> Result<Self, Wrong> {
        let day = |field, text: &str| match text.trim() {
            "" => Ok(None),
            text => days::read(text).map(Some).ok_or(Wrong::NoDay(field)),
        };
        let (from, to) = (day("from", from)?, day("to", to)?);
        let to = to.unwrap_or(today);
        let period = Self {
            from: from.unwrap_or(Self::usual(to).from),
            to,
        };
        match (period.to - period.from).num_days() {
            ..0 => Err(Wrong::Backwards),
            n if n >= LONGEST => Err(Wrong::TooLong),
            _ => Ok(period),
        }
    }

    /// In which steps people read so many days.
    pub fn step(self) -> Step {
        match (self.to - self.from).num_days() {
            ..=31 => Step::Day,
            32..=185 => Step::Week,
            _ => Step::Month,
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn what_is_left_open_is_the_thirty_days_that_end_today() {
        let today = day("2026-11-22");
        let usual = Period::read("", " ", today);
        assert_eq!(usual, Ok(Period::usual(today)));
        assert_eq!(usual.map(|one| one.from), Ok(day("2026-10-24")));
        let read = |from, to| Period::read(from, to, today);
        assert_eq!(read("soon", ""), Err(Wrong::NoDay("from")));
        assert_eq!(read("", "0001-01-01"), Err(Wrong::NoDay("to")));
        assert_eq!(read("2026-11-02", "2026-11-01"), Err(Wrong::Backwards));
        assert_eq!(read("2025-11-21", "2026-11-22"), Err(Wrong::TooLong));
        assert!(read("2025-11-22", "2026-11-22").is_ok(), "a year and a day");
    }

    #[test]
    fn a_step_covers_its_days_within_the_period_and_no_others() {
        let of = Period {
            from: day("2026-11-04"),
            to: day("2026-11-20"),
        };
        assert_eq!(of.step(), Step::Day);
        let week = Step::Week.covers(day("2026-11-02"), of);
        assert_eq!((week.from, week.to), (day("2026-11-04"), day("2026-11-08")));
        assert_eq!(Step::Week.words(week), "4 Nov to 8 Nov");
        let month = Step::Month.covers(day("2026-11-01"), of);
        assert_eq!(month, of);
        assert_eq!(Step::Month.words(month), "November 2026");
    }
}
