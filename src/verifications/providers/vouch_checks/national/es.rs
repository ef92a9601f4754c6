//! Spain: the NIF, which is the DNI of citizens, the NIE of foreigners, and what once was the CIF of companies.

use super::Country;
use crate::verifications::providers::vouch_checks::digits::{
    Fault, Verdict, digits, exactly, fits, value,
};

pub const RULES: Country = Country {
    code: "ES",
    vat_prefix: "ES",
    tax_id: nif,
    business_tax_id: None,
    vat: nif,
    company_number,
};

/// The letter for each rest by 23.
const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

fn nif(number: &str) -> Verdict {
    if !number.is_ascii() || number.len() != 9 {
        return Err(Fault::Form);
    }
    let (first, rest) = number.split_at(1);
    match first {
        "Y" => person(&format!("1{rest}")),
        "Z" => person(&format!("2{rest}")),
        // X of a NIE; children, citizens abroad, and foreigners without one.
        "X" | "K" | "L" | "M" => person(&format!("0{rest}")),
        _ if first.as_bytes()[0].is_ascii_digit() => person(number),
        _ => company(number),
    }
}

/// Eight digits and the letter of their rest by 23.
fn person(number: &str) -> Verdict {
    let (number, letter) = number.split_at(8);
    let rest = usize::try_from(value(number)? % 23).map_err(|_| Fault::Form)?;
    if !letter.as_bytes()[0].is_ascii_uppercase() {
        return Err(Fault::Form);
    }
    fits(letter.as_bytes()[0] == LETTERS[rest])
}

/// A letter for the legal form, seven digits, and a digit or letter over them.
fn company(number: &str) -> Verdict {
    let (form, rest) = number.split_at(1);
    let (middle, check) = rest.split_at(7);
    if !"ABCDEFGHJNPQRSUVW".contains(form) {
        return Err(Fault::Form);
    }
    let sum: u32 = digits(middle)?
        .iter()
        .enumerate()
        .map(|(at, digit)| {
            let counted = if at % 2 == 0 { digit * 2 } else { *digit };
            counted / 10 + counted % 10
        })
        .sum();
    let control = (10 - sum % 10) % 10;
    let letter = char::from(b"JABCDEFGHI"[control as usize]);
    let check = check.chars().next().ok_or(Fault::Form)?;
    let as_digit = check.to_digit(10) == Some(control);
    let as_letter = check == letter;
    fits(match form {
        // Public bodies and foreign companies end with a letter, companies with shares with a digit.
        "N" | "P" | "Q" | "R" | "S" | "W" => as_letter,
        "A" | "B" | "E" | "H" => as_digit,
        _ => as_digit || as_letter,
    })
}

/// The company's NIF, or its place in a mercantile register, of which the form differs from province to province.
fn company_number(number: &str) -> Verdict {
    let number = number.strip_prefix("ES").unwrap_or(number);
    if number.len() == 9 && !number.starts_with(|c: char| c.is_ascii_digit()) {
        return nif(number);
    }
    exactly(number, number.len()).and(Err(Fault::Form))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verifications::providers::vouch_checks::digits::tests::holds;

    #[test]
    fn spanish_numbers() {
        // The ministry's example, one of a citizen, of foreigners, and of companies (Telefónica, El Corte Inglés).
        holds(nif, &["12345678Z", "54362315K", "X2482300W", "M1234567L"]);
        holds(nif, &["A28015865", "A28017895", "J99216582"]);
        assert_eq!(nif("12345678A"), Err(Fault::CheckDigit));
        assert_eq!(nif("X2482300X"), Err(Fault::CheckDigit));
        assert_eq!(nif("I28015865"), Err(Fault::Form));
        assert_eq!(company_number("A28015865"), Ok(()));
        assert_eq!(company_number("12345678Z"), Err(Fault::Form));
    }
}
