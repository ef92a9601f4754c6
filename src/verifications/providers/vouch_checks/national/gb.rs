//! The United Kingdom: taxpayer references, National Insurance numbers, VAT numbers, and Companies House.

use super::Country;
use crate::verifications::providers::vouch_checks::digits::{
    Fault, Verdict, digits, exactly, fits, value, weighted,
};

pub const RULES: Country = Country {
    code: "GB",
    vat_prefix: "GB",
    tax_id,
    business_tax_id: None,
    vat,
    company_number,
};

/// A unique taxpayer reference (ten digits, a K may stand around them) or a National Insurance number.
fn tax_id(number: &str) -> Verdict {
    let bare = number.trim_matches('K');
    if bare.len() == 10 && bare.bytes().all(|byte| byte.is_ascii_digit()) {
        reference(bare)
    } else {
        insurance(number)
    }
}

/// The first digit follows from the other nine.
fn reference(number: &str) -> Verdict {
    let all = exactly(number, 10)?;
    let sum = weighted(&all[1..], &[6, 7, 8, 9, 10, 5, 4, 3, 2]);
    let first = match 11 - sum % 11 {
        10 => 1,
        11 => 2,
        less => less,
    };
    fits(all[0] == first)
}

/// Two letters, six digits, and A to D. Some letters are not given out; there is no check digit.
fn insurance(number: &str) -> Verdict {
    let good = number.is_ascii()
        && number.len() == 9
        && number[..2].bytes().all(|byte| byte.is_ascii_uppercase())
        && !number[..1].contains(['D', 'F', 'I', 'Q', 'U', 'V'])
        && !number[1..2].contains(['D', 'F', 'I', 'O', 'Q', 'U', 'V'])
        && !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&&number[..2])
        && digits(&number[2..8]).is_ok()
        && number[8..].contains(['A', 'B', 'C', 'D']);
    if good { Ok(()) } else { Err(Fault::Form) }
}

/// Nine digits, or twelve with a branch; government departments (GD) and health authorities (HA) have three. The nine
/// weighed leave 0 by 97; numbers given out since 2009 leave 42 instead.
fn vat(number: &str) -> Verdict {
    if let Some(department) = number.strip_prefix("GD") {
        return match value(department)? {
            0..500 if department.len() == 3 => Ok(()),
            _ => Err(Fault::Form),
        };
    }
    if let Some(authority) = number.strip_prefix("HA") {
        return match value(authority)? {
            500..1000 if authority.len() == 3 => Ok(()),
            _ => Err(Fault::Form),
        };
    }
    let all = match number.len() {
        12 => exactly(number, 12)?,
        _ => exactly(number, 9)?,
    };
    let rest = weighted(&all[..9], &[8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97;
    fits(rest == 0 || (rest == 42 && all[0] > 0))
}

/// Eight characters: digits, or letters for the part of the kingdom or the form and six digits; zeros in front may be
/// left out. There is no check digit.
fn company_number(number: &str) -> Verdict {
    const LETTERS: [&str; 36] = [
        "AC", "BR", "CE", "CS", "ES", "FC", "GE", "GN", "GS", "IC", "IP", "LP", "NA", "NC", "NF",
        "NI", "NL", "NO", "NP", "NR", "NZ", "OC", "OE", "PC", "RC", "RS", "SA", "SC", "SE", "SF",
        "SI", "SL", "SO", "SP", "SR", "ZC",
    ];
    if number.len() <= 8 && number.len() >= 5 && digits(number).is_ok() {
        return exactly(number, number.len()).map(|_| ());
    }
    let good = number.is_ascii()
        && number.len() == 8
        && (LETTERS.contains(&&number[..2]) && digits(&number[2..]).is_ok()
            || number.starts_with('R') && digits(&number[1..]).is_ok());
    if good { Ok(()) } else { Err(Fault::Form) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verifications::providers::vouch_checks::digits::tests::overlooked;

    #[test]
    fn british_numbers() {
        // Two rests share the digits 1 and 2 each, so the scheme overlooks some changes.
        assert_eq!(overlooked(tax_id, "1955839661").len(), 9);
        assert_eq!(tax_id("1955839661K"), Ok(()));
        assert_eq!(tax_id("AB123456C"), Ok(()));
        // The authority's example is one that is never given out.
        assert_eq!(tax_id("QQ123456C"), Err(Fault::Form));
        assert_eq!(tax_id("AB123456E"), Err(Fault::Form));
        // Two rests are good, so the scheme overlooks some changes.
        assert_eq!(overlooked(vat, "980780684").len(), 1);
        assert_eq!(overlooked(vat, "220430231").len(), 2);
        assert_eq!(vat("980780684001"), Ok(()));
        assert_eq!((vat("GD001"), vat("HA501")), (Ok(()), Ok(())));
        assert_eq!(
            (vat("GD501"), vat("HA1")),
            (Err(Fault::Form), Err(Fault::Form))
        );
        for good in [
            "00445790", "445790", "SC083026", "NI012345", "OC301234", "R0000123",
        ] {
            assert_eq!(company_number(good), Ok(()), "{good}");
        }
        for bad in ["004457901", "XX083026", "SC08302", "00000000", "ÉÉ083026"] {
            assert_eq!(company_number(bad), Err(Fault::Form), "{bad}");
        }
    }
}
