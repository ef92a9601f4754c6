//! Belgium: the national number of people, and the enterprise number, which serves for tax, VAT and register alike.

use super::Country;
use crate::verifications::providers::vouch_checks::digits::{Fault, Verdict, exactly, fits, value};

pub const RULES: Country = Country {
    code: "BE",
    vat_prefix: "BE",
    tax_id,
    business_tax_id: None,
    vat: enterprise,
    company_number,
};

fn tax_id(number: &str) -> Verdict {
    if number.len() == 11 {
        national(number)
    } else {
        enterprise(number)
    }
}

/// Eleven digits: birth (months of foreigners are higher by 20 or 40), a serial, and 97 less the rest by 97. For births
/// from 2000 on, a 2 stands before the first nine when the rest is taken.
fn national(number: &str) -> Verdict {
    exactly(number, 11)?;
    let (serial, check) = number.split_at(9);
    let month = value(&number[2..4])? % 20;
    if month > 12 {
        return Err(Fault::Form);
    }
    let check = value(check)?;
    let of = |serial: &str| Ok(97 - value(serial)? % 97 == check);
    fits(of(serial)? || of(&format!("2{serial}"))?)
}

/// Ten digits that begin with 0 or 1 (the 0 was not written before 2005); the last two are 97 less the rest by 97.
fn enterprise(number: &str) -> Verdict {
    let padded = if number.len() == 9 {
        format!("0{number}")
    } else {
        number.to_owned()
    };
    exactly(&padded, 10)?;
    if !padded.starts_with(['0', '1']) {
        return Err(Fault::Form);
    }
    let (number, check) = padded.split_at(8);
    fits(97 - value(number)? % 97 == value(check)?)
}

fn company_number(number: &str) -> Verdict {
    enterprise(number.strip_prefix("BE").unwrap_or(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verifications::providers::vouch_checks::digits::tests::holds;

    #[test]
    fn belgian_numbers() {
        // The example of the national register's own instructions, and one of a birth after 2000.
        holds(tax_id, &["85.07.30-033 28", "17 07 30 033 84"]);
        // BNP Paribas Fortis and the National Bank.
        holds(enterprise, &["0403199702", "0203201340"]);
        assert_eq!(company_number("BE0403199702"), Ok(()));
        assert_eq!(enterprise("403199702"), Ok(()));
        assert_eq!(enterprise("4031997020"), Err(Fault::Form));
    }
}
