//! A yearly income as a machine sends it: any number that is not negative. It is kept whole, as the desk's form has it.

use serde_json::Number;

/// What is kept of a number, and what was sent where that is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Income {
    /// The nearest whole number in digits; from a half on, the higher one.
    pub whole: String,
    /// The number as it was sent, where it was no whole one: whoever keeps the other says so.
    pub sent: Option<String>,
}

/// Said of what nobody earns.
const NEGATIVE: &str = "A number from 0";
/// Said of what cannot be kept.
const TOO_LARGE: &str = "At most 9223372036854775807";
/// The first number that the column cannot keep.
const FIRST_TOO_LARGE: f64 = 9_223_372_036_854_775_808.0;

impl Income {
    /// What is kept of a number; the error is a sentence about it.
    pub fn of(number: &Number) -> Result<Self, &'static str> {
        if let Some(whole) = number.as_i64() {
            return if whole < 0 {
                Err(NEGATIVE)
            } else {
                Ok(Self {
                    whole: whole.to_string(),
                    sent: None,
                })
            };
        }
        let Some(float) = number.as_f64() else {
            return Err(TOO_LARGE);
        };
        let nearest = float.round();
        if float < 0.0 {
            Err(NEGATIVE)
        } else if nearest >= FIRST_TOO_LARGE {
            Err(TOO_LARGE)
        } else {
            Ok(Self {
                // Of what is nearly nothing below zero no sign stays.
                whole: format!("{:.0}", nearest.abs()),
                sent: (float.fract() != 0.0).then(|| number.to_string()),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_whole_and_what_was_sent_is_told() {
        for (sent, whole, told) in [
            ("0", Ok("0"), None),
            ("-0.0", Ok("0"), None),
            ("25000", Ok("25000"), None),
            ("25000.0", Ok("25000"), None),
            ("30000.50", Ok("30001"), Some("30000.5")),
            ("30000.49", Ok("30000"), Some("30000.49")),
            ("0.1", Ok("0"), Some("0.1")),
            ("1e3", Ok("1000"), None),
            ("9223372036854775807", Ok("9223372036854775807"), None),
            ("9223372036854775808", Err(TOO_LARGE), None),
            ("1e30", Err(TOO_LARGE), None),
            ("-1", Err(NEGATIVE), None),
            ("-0.1", Err(NEGATIVE), None),
        ] {
            let number: Number = serde_json::from_str(sent).expect("a number");
            let income = Income::of(&number);
            let kept = income.as_ref().map(|one| one.whole.as_str());
            assert_eq!(kept, whole.as_ref().copied(), "{sent}");
            let sent_otherwise = income.ok().and_then(|one| one.sent);
            assert_eq!(sent_otherwise.as_deref(), told, "{sent}");
        }
    }
}
