//! Figures as shapes: where each bar stands. The page draws them as SVG by attributes and classes alone.

use chrono::NaiveDate;

/// A piece of a bar, in hundredths of its track.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// The class that colours it.
    pub class: &'static str,
    /// Where it begins.
    pub x: String,
    /// How long it is.
    pub width: String,
}

/// Pieces side by side, whose lengths are shares of the whole.
pub fn stacked(parts: &[(&'static str, i64)], whole: i64) -> Vec<Piece> {
    let mut x = 0.0;
    let mut pieces = Vec::new();
    for (class, n) in parts {
        let width = share(*n, whole) * 100.0;
        if width > 0.0 {
            pieces.push(Piece {
                class,
                x: format!("{x:.2}"),
                width: format!("{width:.2}"),
            });
        }
        x += width;
    }
    pieces
}

/// A part of a whole, between nothing and one.
pub fn share(n: i64, whole: i64) -> f64 {
    if whole <= 0 || n <= 0 {
        return 0.0;
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "a bar of a hundred pixels needs no 53 bits"
    )]
    let share = n as f64 / whole as f64;
    share.min(1.0)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_stand_side_by_side_and_fill_their_share() {
        let pieces = stacked(&[("c-ok", 30), ("c-more", 0), ("c-bad", 10)], 80);
        assert_eq!(pieces.len(), 2);
        assert_eq!(
            (pieces[0].x.as_str(), pieces[0].width.as_str()),
            ("0.00", "37.50")
        );
        assert_eq!(
            (pieces[1].x.as_str(), pieces[1].width.as_str()),
            ("37.50", "12.50")
        );
        assert!(stacked(&[("c-ok", 3)], 0).is_empty());
    }

    #[test]
    fn the_highest_column_takes_the_whole_height_and_an_empty_day_none() {
        let day = |n, validated, refused| Day {
            day: NaiveDate::from_ymd_opt(2026, 11, n).expect("a day"),
            validated,
            refused,
            other: 0,
            total: validated + refused,
        };
        let columns = columns(&[day(15, 0, 0), day(16, 3, 1), day(17, 1, 1)]);
        assert!(columns[0].pieces.is_empty());
        assert_eq!(columns[1].above, "22.0");
        assert_eq!(
            columns[1].pieces[1],
            ("c-bad", "28.0".to_owned(), "37.5".to_owned())
        );
        assert_eq!(columns[2].total, 2);
        assert_eq!(columns[1].label, "Mon 16");
    }
}
