//! A chart of columns: decisions day by day.

use chrono::NaiveDate;

use super::share;

/// The decisions of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub day: NaiveDate,
    /// In favour.
    pub validated: i64,
    /// Against.
    pub refused: i64,
    /// Any other outcome.
    pub other: i64,
    /// All of them.
    pub total: i64,
}

impl Day {
    /// "Mon 16 Nov".
    pub fn words(&self) -> String {
        self.day.format("%a %-d %b").to_string()
    }
}

/// One column of the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Left edge.
    pub x: String,
    /// Middle, for the words.
    pub middle: String,
    /// Class, top and height of each piece, from the bottom up.
    pub pieces: Vec<(&'static str, String, String)>,
    /// Where the total stands.
    pub above: String,
    /// The total.
    pub total: i64,
    /// "Mon 16".
    pub label: String,
}

/// The line to which columns grow, and how high they may.
const FLOOR: f64 = 178.0;
const HEIGHT: f64 = 150.0;
/// From one column to the next.
const STEP: f64 = 79.3;

/// The columns of the chart of decisions, the highest as high as there is room.
pub fn columns(days: &[Day]) -> Vec<Column> {
    let highest = days.iter().map(|day| day.total).max().unwrap_or_default();
    let mut left = 52.6 - STEP;
    days.iter()
        .map(|day| {
            left += STEP;
            let mut top = FLOOR;
            let parts = [
                ("c-ok", day.validated),
                ("c-more", day.other),
                ("c-bad", day.refused),
            ];
            let pieces = parts
                .into_iter()
                .filter(|(_, n)| *n > 0)
                .map(|(class, n)| {
                    let height = share(n, highest) * HEIGHT;
                    top -= height;
                    (class, format!("{top:.1}"), format!("{height:.1}"))
                })
                .collect();
            Column {
                x: format!("{left:.1}"),
                middle: format!("{:.1}", left + 17.0),
                pieces,
                above: format!("{:.1}", top - 6.0),
                total: day.total,
                label: day.day.format("%a %-d").to_string(),
            }
        })
        .collect()
}
