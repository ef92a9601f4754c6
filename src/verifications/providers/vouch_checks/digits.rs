//! Check digits: what most numbers of the field end in, so that a mistyped one is found without asking anybody.

use serde::Serialize;

/// What is wrong with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Too long, too short, or with signs that have no place there.
    Form,
    /// Its check digits do not fit the others.
    CheckDigit,
}

/// Whether a number may be one.
pub type Verdict = Result<(), Fault>;

/// A number without the signs that people write into it, in capitals.
pub fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// The values of a text of digits alone.
pub fn digits(text: &str) -> Result<Vec<u32>, Fault> {
    text.chars()
        .map(|c| c.to_digit(10).ok_or(Fault::Form))
        .collect()
}

/// The same where there must be so many.
pub fn exactly(text: &str, count: usize) -> Result<Vec<u32>, Fault> {
    let all = digits(text)?;
    if all.len() == count && all.iter().any(|digit| *digit != 0) {
        Ok(all)
    } else {
        Err(Fault::Form)
    }
}

/// A text of digits as the number it is.
pub fn value(text: &str) -> Result<u64, Fault> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Form);
    }
    text.parse().map_err(|_| Fault::Form)
}

/// Fits, or the check digit is wrong.
pub const fn fits(fits: bool) -> Verdict {
    if fits { Ok(()) } else { Err(Fault::CheckDigit) }
}

/// The sum of digits, each by its weight.
pub fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(a, b)| a * b).sum()
}

/// The formula of Luhn (ISO/IEC 7812-1, annex B): every second digit from the right but one counts twice.
pub fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let counted = if at % 2 == 1 { digit * 2 } else { *digit };
            counted / 10 + counted % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// ISO 7064, MOD 11,10.
pub fn mod_11_10(digits: &[u32]) -> bool {
    let Some((last, all)) = digits.split_last() else {
        return false;
    };
    let product = all.iter().fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (product + last) % 10 == 1
}

/// ISO 7064, MOD 97-10: digits and letters (A is 10) as one number, by 97. Good numbers leave 1.
pub fn mod_97(text: &str) -> Result<u32, Fault> {
    text.chars().try_fold(0, |rest, c| {
        let value = c.to_digit(36).filter(|_| c.is_ascii()).ok_or(Fault::Form)?;
        let shift = if value < 10 { 10 } else { 100 };
        Ok((rest * shift + value) % 97)
    })
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// That these are good, and that no other digit in any one place of them is: what a check digit is for.
    pub fn holds(rule: fn(&str) -> Verdict, good: &[&str]) {
        for number in good {
            assert_eq!(overlooked(rule, number), Vec::<String>::new(), "{number}");
        }
    }

    /// That this is good; and what it becomes by one changed digit that the scheme does not see.
    pub fn overlooked(rule: fn(&str) -> Verdict, number: &str) -> Vec<String> {
        let bare: Vec<char> = bare(number).chars().collect();
        let whole: String = bare.iter().collect();
        assert_eq!(rule(&whole), Ok(()), "{number}");
        let mut found = Vec::new();
        for at in (0..bare.len()).filter(|at| bare[*at].is_ascii_digit()) {
            for other in ('0'..='9').filter(|other| *other != bare[at]) {
                let mut changed = bare.clone();
                changed[at] = other;
                let changed: String = changed.into_iter().collect();
                if rule(&changed).is_ok() {
                    found.push(changed);
                }
            }
        }
        found
    }

    #[test]
    fn the_formulas_are_those_of_their_standards() {
        assert!(luhn(&digits("79927398713").expect("digits")));
        assert!(!luhn(&digits("79927398710").expect("digits")));
        // The example of ISO 7064 for MOD 11,10: 0794 takes the digit 5.
        assert!(mod_11_10(&digits("07945").expect("digits")));
        assert!(!mod_11_10(&digits("07954").expect("digits")));
        // And for MOD 97-10: 794 takes the digits 44.
        assert_eq!(mod_97("79444"), Ok(1));
        assert_eq!(mod_97("7944!"), Err(Fault::Form));
        assert_eq!(bare(" es-b 123.45/6 "), "ESB123456");
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,40}") {
            let bare = bare(&text);
            let _ = (digits(&bare), exactly(&bare, 9), value(&bare), mod_97(&bare));
        }
    }
}
