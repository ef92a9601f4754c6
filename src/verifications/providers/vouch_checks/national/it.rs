//! Italy: the codice fiscale of people, the partita IVA of companies, and the REA of the chambers of commerce.

use super::Country;
use crate::verifications::providers::vouch_checks::digits::{
    Fault, Verdict, digits, exactly, fits, luhn, value,
};

pub const RULES: Country = Country {
    code: "IT",
    vat_prefix: "IT",
    tax_id,
    business_tax_id: None,
    vat: partita_iva,
    company_number,
};

fn tax_id(number: &str) -> Verdict {
    if number.len() == 11 {
        partita_iva(number)
    } else {
        codice_fiscale(number)
    }
}

/// What a character in an odd place counts: by its place in the alphabet, digits like A to J.
const ODD: [u32; 26] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

/// Where digits stand, which in people with equal codes give way to letters.
const NUMBERS: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];

/// Six letters of the names, year, month and day of birth (women's by 40 higher), the place, and a letter over all.
fn codice_fiscale(number: &str) -> Verdict {
    let bytes = number.as_bytes();
    if bytes.len() != 16 || !number.is_ascii() {
        return Err(Fault::Form);
    }
    let formed = bytes.iter().enumerate().all(|(at, byte)| {
        if NUMBERS.contains(&at) {
            byte.is_ascii_digit() || b"LMNPQRSTUV".contains(byte)
        } else {
            byte.is_ascii_uppercase()
        }
    });
    if !formed || !b"ABCDEHLMPRST".contains(&bytes[8]) {
        return Err(Fault::Form);
    }
    let place = |byte: u8| {
        let from = if byte.is_ascii_digit() { b'0' } else { b'A' };
        u32::from(byte - from)
    };
    let sum: u32 = bytes[..15]
        .iter()
        .enumerate()
        .map(|(at, byte)| match at % 2 {
            0 => ODD[place(*byte) as usize],
            _ => place(*byte),
        })
        .sum();
    fits(place(bytes[15]) == sum % 26)
}

/// Eleven digits: a serial, the province's office, and a check digit.
fn partita_iva(number: &str) -> Verdict {
    let all = exactly(number, 11)?;
    let office = value(&number[7..10])?;
    if value(&number[..7])? == 0 || !matches!(office, 1..=100 | 120 | 121 | 888 | 999) {
        return Err(Fault::Form);
    }
    fits(luhn(&all))
}

/// The REA: the province's two letters and up to seven digits; else the company's tax number.
fn company_number(number: &str) -> Verdict {
    let letters = number.bytes().take_while(u8::is_ascii_uppercase).count();
    if letters == 2 && (3..=9).contains(&number.len()) {
        return digits(&number[2..]).map(|_| ());
    }
    tax_id(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verifications::providers::vouch_checks::digits::tests::holds;

    #[test]
    fn italian_numbers() {
        holds(tax_id, &["RCCMNL83S18D969H", "MRTMTT91D08F205J"]);
        holds(partita_iva, &["00743110157", "07643520567"]);
        assert_eq!(tax_id("RCCMNL83S18D969A"), Err(Fault::CheckDigit));
        // The same person with letters for digits would end otherwise.
        assert_eq!(tax_id("RCCMNL83S18D9SVH"), Err(Fault::CheckDigit));
        assert_eq!(tax_id("RCCMNL83F18D969H"), Err(Fault::Form));
        assert_eq!(
            (company_number("MI1234567"), company_number("00743110157")),
            (Ok(()), Ok(()))
        );
        assert_eq!(company_number("MI12345678"), Err(Fault::Form));
    }
}
