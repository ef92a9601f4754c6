//! What may stand where a tax number is asked for: of countries whose rule is simple and well known the form and the
//! check digit, of others anything short.

use crate::{customers::us_persons::UNITED_STATES, stored_words};

stored_words! {
    /// Why there is no tax number.
    WaiverReason {
        /// The country gives none to its residents.
        NotIssued = "not_issued",
        /// The country gives them out and does not ask for them here.
        NotRequired = "not_required",
        /// The customer could not get one, and says why.
        NotObtained = "not_obtained",
    }
}

impl WaiverReason {
    /// The words on a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotIssued => "The country gives out no numbers",
            Self::NotRequired => "The country does not ask for the number",
            Self::NotObtained => "The customer could not get one",
        }
    }
}

/// Said where a country is told a second time.
pub const STANDS_ALREADY: &str = "This country stands here already";
/// Said where a number must be given.
pub const NUMBER_NEEDED: &str = "Enter the number: it is needed here";

/// Whether a number must be given: the United States ask for it of everybody, and Italy of whoever is served there.
pub fn number_needed(country: &str, distribution_country: Option<&str>) -> bool {
    country == UNITED_STATES || distribution_country == Some("IT")
}

/// The longest number that is kept, in characters.
pub const LONGEST: usize = 64;

/// Why this is no tax number of the country; nothing where it may be one.
pub fn wrong_number(country: &str, number: &str) -> Option<&'static str> {
    if number.chars().count() > LONGEST || number.chars().any(char::is_control) {
        return Some("A tax number has at most 64 characters, in one line");
    }
    let bare: String = number
        .chars()
        .filter(|c| !matches!(c, ' ' | '.' | '-' | '/'))
        .flat_map(char::to_uppercase)
        .collect();
    let digits = digits(&bare);
    let n = digits.as_ref().map_or(0, Vec::len);
    let digits = digits.unwrap_or_default();
    let (good, sentence) = match country {
        "PT" => (
            n == 9 && portugal(&digits),
            "A Portuguese NIF has nine digits, the last of which checks the others",
        ),
        "ES" => (
            spain(&bare),
            "A Spanish NIF has eight digits and a letter, a NIE begins with X, Y or Z, a company’s with a letter",
        ),
        "NL" => (
            n == 9 && netherlands(&digits),
            "A Dutch BSN or RSIN has nine digits, the last of which checks the others",
        ),
        "BE" => (
            belgium(&bare, n),
            "A Belgian number has eleven digits, a company’s ten, the last two of which check the others",
        ),
        "FR" => (
            matches!(n, 9 | 13 | 14),
            "A French number has thirteen digits, a company’s nine or fourteen",
        ),
        "DE" => (
            (10..=13).contains(&n),
            "A German tax number has ten to thirteen digits",
        ),
        "IT" => (
            n == 11 || (bare.len() == 16 && bare.bytes().all(|c| c.is_ascii_alphanumeric())),
            "An Italian tax code has sixteen letters and digits, a company’s eleven digits",
        ),
        "GB" => (
            n == 10 || national_insurance(&bare),
            "A British UTR has ten digits, a National Insurance number two letters, six digits and a letter",
        ),
        "US" => (n == 9, "A number of the United States has nine digits"),
        _ => (true, ""),
    };
    (!good).then_some(sentence)
}

/// The digits of what is made of digits alone.
fn digits(bare: &str) -> Option<Vec<u32>> {
    bare.chars().map(|c| c.to_digit(10)).collect()
}

/// Nine digits weighted from 9 down; what is left of eleven gives the last, and 10 is written 0.
fn portugal(digits: &[u32]) -> bool {
    let sum: u32 = digits.iter().zip((2..=9).rev()).map(|(d, w)| d * w).sum();
    let check = match 11 - sum % 11 {
        10 | 11 => 0,
        check => check,
    };
    digits.last() == Some(&check)
}

/// Nine digits weighted from 9 down, the last taken away: nothing is left of eleven.
fn netherlands(digits: &[u32]) -> bool {
    let Some((last, first)) = digits.split_last() else {
        return false;
    };
    let sum: u32 = first.iter().zip((2..=9).rev()).map(|(d, w)| d * w).sum();
    sum > 0 && sum % 11 == *last
}

/// The letter is the rest of 23 in a list of letters.
fn spain(bare: &str) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    if bare.len() != 9 || !bare.is_ascii() {
        return false;
    }
    let (first, rest) = bare.split_at(1);
    let (middle, last) = rest.split_at(7);
    let number = match first {
        "X" => format!("0{middle}"),
        "Y" => format!("1{middle}"),
        "Z" => format!("2{middle}"),
        other if other.bytes().all(|c| c.is_ascii_alphabetic()) => {
            // A company: a letter for its form, seven digits, a sign whose rule depends on the form.
            return middle.bytes().all(|c| c.is_ascii_digit());
        }
        digit => format!("{digit}{middle}"),
    };
    number
        .parse::<usize>()
        .is_ok_and(|number| last.as_bytes() == &LETTERS[number % 23..=number % 23])
}

/// The last two digits fill the others up to a multiple of 97; of whoever was born after 1999, with a 2 before them.
fn belgium(bare: &str, n: usize) -> bool {
    if !matches!(n, 10 | 11) {
        return false;
    }
    let (first, check) = bare.split_at(n - 2);
    let (Ok(first), Ok(check)) = (first.parse::<u64>(), check.parse::<u64>()) else {
        return false;
    };
    let fills = |number: u64| 97 - number % 97 == check;
    fills(first) || (n == 11 && fills(2_000_000_000 + first))
}

fn national_insurance(bare: &str) -> bool {
    let bytes = bare.as_bytes();
    bytes.len() == 9
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..8].iter().all(u8::is_ascii_digit)
        && (b'A'..=b'D').contains(&bytes[8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_held_to_the_rule_of_their_country() {
        for (country, good, wrong) in [
            ("PT", "123 456 789", "123456788"),
            ("PT", "501442600", "50144260"),
            ("ES", "12345678Z", "12345678A"),
            ("ES", "X1234567L", "X1234567A"),
            ("ES", "B12345674", "B1234567"),
            ("NL", "111222333", "111222334"),
            ("BE", "85.07.30-033.28", "85.07.30-033.29"),
            ("BE", "0403.170.701", "0403.170.702"),
            ("FR", "30 23 217 600 053", "30 23 217 600 05"),
            ("DE", "86095742719", "860957427"),
            ("IT", "RSSMRA85T10A562S", "RSSMRA85T10A562"),
            ("GB", "QQ 12 34 56 C", "QQ123456E"),
            ("GB", "1234567890", "123456789"),
            ("US", "123-45-6789", "12-345"),
        ] {
            assert_eq!(wrong_number(country, good), None, "{country} {good}");
            assert!(wrong_number(country, wrong).is_some(), "{country} {wrong}");
        }
    }

    #[test]
    fn some_ask_for_a_number_whatever_is_said() {
        assert!(number_needed("US", Some("FR")) && number_needed("FR", Some("IT")));
        assert!(!number_needed("FR", Some("FR")) && !number_needed("IT", None));
    }

    #[test]
    fn of_other_countries_anything_short_may_be_one() {
        assert_eq!(wrong_number("JP", "1-2345-6789-012"), None);
        assert!(wrong_number("JP", &"1".repeat(65)).is_some());
        assert!(wrong_number("JP", "1\n2").is_some());
        // Letters of another script are no digits, and end nothing in the middle of a letter.
        assert!(wrong_number("ES", "éééé1").is_some());
        assert!(wrong_number("BE", "١٢٣٤٥٦٧٨٩٠").is_some());
    }
}
