//! The Netherlands: BSN and RSIN, btw numbers, and the chamber of commerce.

use super::Country;
use crate::verifications::providers::vouch_checks::digits::{
    Fault, Verdict, exactly, fits, mod_97, weighted,
};

pub const RULES: Country = Country {
    code: "NL",
    vat_prefix: "NL",
    tax_id: bsn,
    business_tax_id: None,
    vat,
    company_number,
};

/// Nine digits (a zero in front may be left out) that pass the eleven test.
fn bsn(number: &str) -> Verdict {
    let all = match number.len() {
        8 => exactly(&format!("0{number}"), 9)?,
        _ => exactly(number, 9)?,
    };
    fits(weighted(&all, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == all[8])
}

/// Nine digits, B, two digits. Companies' nine are an RSIN; since 2020 a trader's tell nothing, and the whole with its
/// letters is of ISO 7064, MOD 97-10.
fn vat(number: &str) -> Verdict {
    let (nine, rest) = number.split_once('B').ok_or(Fault::Form)?;
    exactly(nine, 9)?;
    exactly(rest, 2)?;
    fits(bsn(nine).is_ok() || mod_97(&format!("NL{number}"))? == 1)
}

/// Eight digits without a check digit, or twelve with the branch.
fn company_number(number: &str) -> Verdict {
    match number.len() {
        12 => exactly(number, 12),
        _ => exactly(number, 8),
    }
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verifications::providers::vouch_checks::digits::tests::{holds, overlooked};

    #[test]
    fn dutch_numbers() {
        // The numbers that the government gives out for tests.
        holds(bsn, &["111222333", "123456782"]);
        assert_eq!(bsn("11222333"), Err(Fault::CheckDigit));
        assert_eq!(vat("004495445B01"), Ok(()));
        // A trader's, as the tax authority explains it.
        // Either of two rules makes it good, so together they overlook some changes.
        assert!(overlooked(vat, "000099998B57").len() < 10);
        assert_eq!(vat("123456789B90"), Err(Fault::CheckDigit));
        assert_eq!(vat("004495445B00"), Err(Fault::Form));
        assert_eq!(company_number("33014286"), Ok(()));
        assert_eq!(company_number("3301428"), Err(Fault::Form));
    }
}
