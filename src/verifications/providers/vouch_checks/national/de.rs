//! Germany: the identification number of people, tax office numbers, VAT numbers, and entries in the registers of courts.

use super::Country;
use crate::verifications::providers::vouch_checks::digits::{
    Fault, Verdict, digits, exactly, fits, mod_11_10,
};

pub const RULES: Country = Country {
    code: "DE",
    vat_prefix: "DE",
    tax_id,
    business_tax_id: Some(office),
    vat,
    company_number,
};

/// The identification number that every person has, of eleven digits; or a tax office's.
fn tax_id(number: &str) -> Verdict {
    match number.len() {
        11 => identification(number),
        _ => office(number),
    }
}

/// A tax office's number has ten or eleven digits, by state, or, in full, thirteen. How those end differs by state, so only
/// their form is looked at. A trader may give the number that they have as a person.
fn office(number: &str) -> Verdict {
    match number.len() {
        10 | 11 | 13 => exactly(number, number.len()).map(|_| ()),
        _ => Err(Fault::Form),
    }
}

/// Among the first ten digits exactly one stands two or three times; the last is of ISO 7064, MOD 11,10.
fn identification(number: &str) -> Verdict {
    let all = exactly(number, 11)?;
    let mut counts = [0_u8; 10];
    for digit in &all[..10] {
        counts[*digit as usize] += 1;
    }
    let again: Vec<u8> = counts.into_iter().filter(|count| *count > 1).collect();
    if all[0] == 0 || !matches!(again[..], [2 | 3]) {
        return Err(Fault::Form);
    }
    fits(mod_11_10(&all))
}

fn vat(number: &str) -> Verdict {
    let all = exactly(number, 9)?;
    if all[0] == 0 {
        return Err(Fault::Form);
    }
    fits(mod_11_10(&all))
}

/// A register's letters and a number of up to six digits, with the court before or after it or not at all. There is no
/// check digit.
fn company_number(number: &str) -> Verdict {
    const REGISTERS: [&str; 6] = ["HRA", "HRB", "GNR", "GSR", "PR", "VR"];
    let found = REGISTERS.iter().find_map(|register| {
        let (_, rest) = number.split_once(register)?;
        let count = rest.chars().take_while(char::is_ascii_digit).count();
        (1..=6).contains(&count).then(|| digits(&rest[..count]))
    });
    found.ok_or(Fault::Form)?.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verifications::providers::vouch_checks::digits::tests::holds;

    #[test]
    fn german_numbers() {
        // The tax authority's own examples.
        holds(tax_id, &["86095742719", "47036892816", "65929970489"]);
        assert_eq!(tax_id("86095742718"), Err(Fault::CheckDigit));
        // Tax offices' numbers of Bavaria, of North Rhine-Westphalia, and in full.
        assert_eq!(office("18181508155"), Ok(()));
        assert_eq!(office("13381508159"), Ok(()));
        assert_eq!(tax_id("18181508155"), Err(Fault::Form), "of no person");
        assert_eq!(office("1234567890A"), Err(Fault::Form));
        assert_eq!(tax_id("2893081508152"), Ok(()));
        holds(vat, &["136695976", "129273398"]);
        for good in ["HRB42243", "MÜNCHENHRB6684", "HRA12345AMTSGERICHTKÖLN"] {
            assert_eq!(company_number(good), Ok(()), "{good}");
        }
        for bad in ["42243", "HRB", "HRB1234567"] {
            assert_eq!(company_number(bad), Err(Fault::Form), "{bad}");
        }
    }
}
