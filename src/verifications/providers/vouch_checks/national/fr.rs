//! France: the tax number of people, SIREN and SIRET of companies, and VAT numbers made of the SIREN.

use super::Country;
use crate::verifications::providers::vouch_checks::digits::{
    Fault, Verdict, exactly, fits, luhn, value,
};

pub const RULES: Country = Country {
    code: "FR",
    vat_prefix: "FR",
    tax_id,
    business_tax_id: None,
    vat,
    company_number,
};

/// A person's number has thirteen digits and begins with 0 to 3; a company is known by its SIREN.
fn tax_id(number: &str) -> Verdict {
    if number.len() != 13 {
        return company_number(number);
    }
    let all = exactly(number, 13)?;
    if all[0] > 3 {
        return Err(Fault::Form);
    }
    let (serial, check) = number.split_at(10);
    fits(value(serial)? % 511 == value(check)?)
}

/// Nine digits of a company, or fourteen of one of its establishments. The post office has more establishments than the
/// formula has room for: theirs add up to a multiple of five.
fn company_number(number: &str) -> Verdict {
    if number.len() != 14 {
        return fits(luhn(&exactly(number, 9)?));
    }
    let all = exactly(number, 14)?;
    let post = number.starts_with("356000000") && all.iter().sum::<u32>().is_multiple_of(5);
    fits(luhn(&all[..9]) && (luhn(&all) || post))
}

/// The signs of a VAT number's key, each worth its place: the digits, and the letters but I and O.
const SIGNS: &str = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// What a sign of a key is worth.
fn worth(sign: char) -> Result<u64, Fault> {
    let found = SIGNS.chars().zip(0..).find(|(known, _)| *known == sign);
    found.map(|(_, worth)| worth).ok_or(Fault::Form)
}

/// Two signs as a key, and the SIREN (of Monaco: 000 and six digits). Where both are digits they are 12 and three times
/// the SIREN, by 97. With a letter they are one number of two places: what it leaves by 11 is what the SIREN, one and the
/// elevenths of that number leave.
fn vat(number: &str) -> Verdict {
    if !number.is_ascii() || number.len() != 11 {
        return Err(Fault::Form);
    }
    let (key, siren) = number.split_at(2);
    let all = exactly(siren, 9)?;
    if !siren.starts_with("000") && !luhn(&all) {
        return Err(Fault::CheckDigit);
    }
    let siren = value(siren)?;
    if let Ok(key) = value(key) {
        return fits(key == (12 + 3 * (siren % 97)) % 97);
    }
    let signs = key.chars().map(worth).collect::<Result<Vec<_>, _>>()?;
    let [first, second] = *signs.as_slice() else {
        return Err(Fault::Form);
    };
    // Behind a digit stands one of 24 letters, behind a letter any of the 34 signs; the least are 0 and 240.
    let key = if first < 10 {
        first * 24 + second - 10
    } else {
        first * 34 + second - 100
    };
    fits((siren + 1 + key / 11) % 11 == key % 11)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verifications::providers::vouch_checks::digits::tests::{holds, overlooked};

    #[test]
    fn french_numbers() {
        holds(tax_id, &["3023217600053"]);
        // INSEE's own example, Danone, and an establishment.
        holds(
            company_number,
            &["732829320", "552032534", "73282932000074"],
        );
        assert_eq!(company_number("35600000049837"), Ok(()));
        holds(vat, &["40303265045", "44732829320", "K7399859412"]);
        // One more before a letter is 24 more: two by 11, and two elevenths. Both sides move alike, so some others pass.
        assert_eq!(overlooked(vat, "4Z123456782").len(), 4);
        assert_eq!(vat("AB732829320"), Err(Fault::CheckDigit));
        assert_eq!(vat("Z4123456782"), Err(Fault::CheckDigit));
        assert_eq!(vat("AO732829320"), Err(Fault::Form));
        assert_eq!(vat("é0303265045"), Err(Fault::Form));
    }
}
