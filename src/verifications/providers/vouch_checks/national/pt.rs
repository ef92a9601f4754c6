//! Portugal: the NIF, which serves people and companies for tax, VAT and register.

use super::Country;
use crate::verifications::providers::vouch_checks::digits::{
    Fault, Verdict, exactly, fits, weighted,
};

pub const RULES: Country = Country {
    code: "PT",
    vat_prefix: "PT",
    tax_id: nif,
    business_tax_id: None,
    vat: nif,
    company_number,
};

/// Nine digits; the last is 11 less the rest of the weighed others, 0 where that is ten or more. No kind of taxpayer
/// begins with 0.
fn nif(number: &str) -> Verdict {
    let all = exactly(number, 9)?;
    if all[0] == 0 {
        return Err(Fault::Form);
    }
    let check = 11 - weighted(&all, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    fits(all[8] == if check > 9 { 0 } else { check })
}

/// A company's begins with 5, 6, 8 or 9, or with 7 for undivided estates, funds and the like.
fn company_number(number: &str) -> Verdict {
    let number = number.strip_prefix("PT").unwrap_or(number);
    if !number.starts_with(['5', '6', '7', '8', '9']) {
        return Err(Fault::Form);
    }
    nif(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verifications::providers::vouch_checks::digits::tests::holds;

    #[test]
    fn portuguese_numbers() {
        // EDP, Galp, and the number that every form shows.
        for good in ["500697256", "504499777", "123456789"] {
            assert_eq!(nif(good), Ok(()), "{good}");
        }
        holds(nif, &["501964843"]);
        assert_eq!(company_number("501964843"), Ok(()));
        assert_eq!(company_number("123456789"), Err(Fault::Form));
    }
}
