//! Tax ids and register numbers of eight countries, with their check digits where the country has them.

use chrono::{Datelike, NaiveDate};

use super::chance::Chance;

/// A person's tax id. `town` is the code of the birth place where ids carry one.
pub fn person(
    chance: &mut Chance,
    country: &str,
    name: (&str, &str),
    woman: bool,
    born: NaiveDate,
    town: &str,
) -> String {
    match country {
        "GB" => utr(chance),
        "ES" => dni(chance),
        "FR" => spi(chance),
        "DE" => idnr(chance),
        "IT" => codice_fiscale(name, woman, born, town),
        "NL" => eleven_test(chance),
        "BE" => national_number(chance, born),
        _ => nif_pt(chance, "2"),
    }
}

/// A company's tax id and its number in the register.
pub fn company(chance: &mut Chance, country: &str, town: &str) -> (String, String) {
    match country {
        "GB" => (utr(chance), chance.digits(8)),
        "ES" => {
            let nif = nif_es(chance);
            (nif.clone(), nif)
        }
        "FR" => {
            let siren = with_luhn(chance.digits(8));
            let key = (12 + 3 * (number(&siren) % 97)) % 97;
            (format!("FR{key:02}{siren}"), siren)
        }
        "DE" => {
            let first = chance.between(1, 9);
            let body = format!("{first}{}", chance.digits(7));
            let vat = format!("DE{body}{}", iso7064(&body));
            (vat, format!("HRB {}", chance.between(1_000, 299_999)))
        }
        "IT" => (
            with_luhn(chance.digits(10)),
            format!(
                "{}-{}",
                town.chars().take(2).collect::<String>().to_uppercase(),
                chance.between(100_000, 2_999_999)
            ),
        ),
        "NL" => (
            eleven_test(chance),
            format!("{}{}", chance.between(1, 9), chance.digits(7)),
        ),
        "BE" => {
            let body = format!("0{}{}", chance.between(4, 7), chance.digits(6));
            let whole = format!("{body}{:02}", 97 - number(&body) % 97);
            (format!("BE{whole}"), whole)
        }
        _ => {
            let nif = nif_pt(chance, "5");
            (nif.clone(), nif)
        }
    }
}

fn number(digits: &str) -> u64 {
    digits.parse().unwrap_or_default()
}

fn values(digits: &str) -> impl DoubleEndedIterator<Item = u32> {
    digits.chars().filter_map(|digit| digit.to_digit(10))
}

fn weighted(digits: &str, weights: &[u32]) -> u32 {
    values(digits).zip(weights).map(|(d, w)| d * w).sum()
}

/// United Kingdom: the first digit of a unique taxpayer reference checks the nine that follow.
fn utr(chance: &mut Chance) -> String {
    let body = chance.digits(9);
    let sum = weighted(&body, &[6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
    let check = char::from(b"21987654321"[sum as usize]);
    format!("{check}{body}")
}

/// Spain, people: eight digits and a letter.
fn dni(chance: &mut Chance) -> String {
    let digits = chance.digits(8);
    let letter =
        b"TRWAGMYFPDXBNJZSQVHLCKE"[usize::try_from(number(&digits) % 23).unwrap_or_default()];
    format!("{digits}{}", char::from(letter))
}

/// Spain, companies: B or A, seven digits and a check digit.
fn nif_es(chance: &mut Chance) -> String {
    let digits = chance.digits(7);
    let sum: u32 = values(&digits)
        .enumerate()
        .map(|(place, digit)| {
            if place % 2 == 0 {
                digit * 2 / 10 + digit * 2 % 10
            } else {
                digit
            }
        })
        .sum();
    let form = if chance.percent(85) { 'B' } else { 'A' };
    format!("{form}{digits}{}", (10 - sum % 10) % 10)
}

/// France, people: ten digits, and what is left of them by 511.
fn spi(chance: &mut Chance) -> String {
    let body = format!("{}{}", chance.between(0, 3), chance.digits(9));
    format!("{body}{:03}", number(&body) % 511)
}

/// Germany, people: ten digits of which one stands twice and one not at all, and a check digit.
fn idnr(chance: &mut Chance) -> String {
    let mut digits: Vec<u8> = (b'0'..=b'9').collect();
    for last in (1..digits.len()).rev() {
        digits.swap(last, chance.below(last + 1));
    }
    if digits[0] == b'0' {
        digits.swap(0, 9);
    }
    let twice = digits[chance.below(8)];
    digits[9] = twice;
    let body: String = digits.into_iter().map(char::from).collect();
    let check = iso7064(&body);
    format!("{body}{check}")
}

/// ISO 7064, modulus 11, 10.
fn iso7064(body: &str) -> u32 {
    let mut product = 10;
    for digit in values(body) {
        let sum = match (digit + product) % 10 {
            0 => 10,
            sum => sum,
        };
        product = sum * 2 % 11;
    }
    (11 - product) % 10
}

fn with_luhn(body: String) -> String {
    let sum: u32 = values(&body)
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            if place % 2 == 0 {
                digit * 2 / 10 + digit * 2 % 10
            } else {
                digit
            }
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// The Netherlands: nine digits whose weighted sum divides by eleven.
fn eleven_test(chance: &mut Chance) -> String {
    loop {
        let body = format!("{}{}", chance.between(1, 8), chance.digits(7));
        let check = weighted(&body, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        if check < 10 {
            return format!("{body}{check}");
        }
    }
}

/// Belgium, people: the birth date, a serial, and 97 less what is left by 97.
fn national_number(chance: &mut Chance, born: NaiveDate) -> String {
    let body = format!("{}{:03}", born.format("%y%m%d"), chance.between(1, 997));
    let counted = if born.year() >= 2000 {
        2_000_000_000 + number(&body)
    } else {
        number(&body)
    };
    format!("{body}{:02}", 97 - counted % 97)
}

/// Portugal: eight digits and a check digit; the first says who.
fn nif_pt(chance: &mut Chance, first: &str) -> String {
    let body = format!("{first}{}", chance.digits(7));
    let check = match weighted(&body, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 {
        0 | 1 => 0,
        left => 11 - left,
    };
    format!("{body}{check}")
}

/// What a character in an odd place of a codice fiscale counts.
const ODD: [u32; 26] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

/// Italy, people: consonants of the names, birth date, birth place, and a check letter.
fn codice_fiscale((first, last): (&str, &str), woman: bool, born: NaiveDate, town: &str) -> String {
    let day = born.day() + if woman { 40 } else { 0 };
    let month = char::from(b"ABCDEHLMPRST"[born.month0() as usize]);
    let body = format!(
        "{}{}{}{month}{day:02}{town}",
        three(last, false),
        three(first, true),
        born.format("%y")
    );
    let sum: u32 = body
        .bytes()
        .enumerate()
        .map(|(place, byte)| {
            let value = u32::from(if byte.is_ascii_digit() {
                byte - b'0'
            } else {
                byte.saturating_sub(b'A')
            });
            if place % 2 == 0 {
                ODD.get(value as usize).copied().unwrap_or_default()
            } else {
                value
            }
        })
        .sum();
    let check = char::from(b'A' + u8::try_from(sum % 26).unwrap_or_default());
    format!("{body}{check}")
}

/// Three letters of a name: consonants, then vowels, then X; a first name of four consonants skips the second.
fn three(name: &str, first: bool) -> String {
    let letters: Vec<char> = super::people::plain(name)
        .to_uppercase()
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect();
    let vowel = |letter: &&char| "AEIOU".contains(**letter);
    let mut consonants: Vec<char> = letters
        .iter()
        .filter(|letter| !vowel(letter))
        .copied()
        .collect();
    if first && consonants.len() > 3 {
        consonants.remove(1);
    }
    let vowels = letters.iter().filter(vowel).copied();
    consonants
        .into_iter()
        .chain(vowels)
        .chain("XXX".chars())
        .take(3)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_agree_with_known_numbers() {
        assert_eq!(
            iso7064("8609574271"),
            9,
            "an example of the German tax office"
        );
        assert_eq!(
            with_luhn("73282932".to_owned()),
            "732829320",
            "a well-known SIREN"
        );
        let born = NaiveDate::from_ymd_opt(1980, 1, 1).expect("a day");
        assert_eq!(
            codice_fiscale(("Mario", "Rossi"), false, born, "H501"),
            "RSSMRA80A01H501U"
        );
    }

    #[test]
    fn every_number_has_the_length_of_its_country() {
        let mut chance = Chance::new(7);
        let born = NaiveDate::from_ymd_opt(2001, 2, 28).expect("a day");
        for (country, length) in [
            ("GB", 10),
            ("ES", 9),
            ("FR", 13),
            ("DE", 11),
            ("IT", 16),
            ("NL", 9),
            ("BE", 11),
            ("PT", 9),
        ] {
            for _ in 0..200 {
                let id = person(&mut chance, country, ("Ana", "D'Amico"), true, born, "F205");
                assert_eq!(id.len(), length, "{country} {id}");
            }
        }
    }
}
