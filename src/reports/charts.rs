//! Figures as shapes: where each bar stands. The page draws them as SVG by attributes and classes alone.

mod columns;

pub use columns::{Column, Day, columns};

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

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

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
