//! Numbers that eight countries give to people and companies: for tax, for VAT, and in the register of companies. Each
//! file is one country's; what a number looks like and how its check digits come about is that country's rule.

mod be;
mod de;
mod es;
mod fr;
mod gb;
mod it;
mod nl;
mod pt;

use super::digits::{Verdict, bare};

/// The rules of one country. Each takes a number in capitals without signs between.
pub struct Country {
    /// ISO 3166-1, two letters.
    pub code: &'static str,
    /// What a VAT number begins with, where it is written in full.
    pub vat_prefix: &'static str,
    /// A person's or a company's tax number.
    pub tax_id: fn(&str) -> Verdict,
    /// A business's tax number, where it may look otherwise than a person's.
    pub business_tax_id: Option<fn(&str) -> Verdict>,
    /// A VAT number without the country's letters.
    pub vat: fn(&str) -> Verdict,
    /// A company's number in the register.
    pub company_number: fn(&str) -> Verdict,
}

/// The countries whose numbers are known here.
pub const COUNTRIES: &[Country] = &[
    be::RULES,
    de::RULES,
    es::RULES,
    fr::RULES,
    gb::RULES,
    it::RULES,
    nl::RULES,
    pt::RULES,
];

/// The rules of a country, by its two letters.
pub fn of(code: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.code == code)
}

/// Countries whose VAT numbers begin with their letters and have no rule here: the letters, and the country. The other
/// members of the Union (Directive 2006/112/EC, article 215; Greece has letters of its own), Norway and Switzerland.
const ELSEWHERE: &[(&str, &str)] = &[
    ("AT", "AT"),
    ("BG", "BG"),
    ("CHE", "CH"),
    ("CY", "CY"),
    ("CZ", "CZ"),
    ("DK", "DK"),
    ("EE", "EE"),
    ("EL", "GR"),
    ("FI", "FI"),
    ("GR", "GR"),
    ("HR", "HR"),
    ("HU", "HU"),
    ("IE", "IE"),
    ("LT", "LT"),
    ("LU", "LU"),
    ("LV", "LV"),
    ("MT", "MT"),
    ("NO", "NO"),
    ("PL", "PL"),
    ("RO", "RO"),
    ("SE", "SE"),
    ("SI", "SI"),
    ("SK", "SK"),
];

/// The country without rules here by whose letters a VAT number begins.
pub fn elsewhere(number: &str) -> Option<&'static str> {
    let bare = bare(number);
    let found = ELSEWHERE.iter().find(|(letters, _)| {
        let rest = bare.strip_prefix(letters);
        rest.is_some_and(|rest| rest.bytes().any(|byte| byte.is_ascii_digit()))
    });
    found.map(|(_, country)| *country)
}

/// The country by whose letters a VAT number begins. `XI` is Northern Ireland, whose numbers are the British ones.
pub fn by_prefix(number: &str) -> Option<&'static Country> {
    let bare = bare(number);
    let prefix = bare.get(..2)?;
    if prefix == "XI" {
        return of("GB");
    }
    COUNTRIES
        .iter()
        .find(|country| country.vat_prefix == prefix)
}

impl Country {
    /// Whether this may be a tax number here.
    pub fn judge_tax_id(&self, number: &str, of_a_business: bool) -> Verdict {
        let bare = bare(number);
        // Companies often give their VAT number for it, with the country's letters.
        match bare.strip_prefix(self.vat_prefix).map(self.vat) {
            Some(Ok(())) => Ok(()),
            _ => match self.business_tax_id.filter(|_| of_a_business) {
                Some(judge) => judge(&bare),
                None => (self.tax_id)(&bare),
            },
        }
    }

    /// Whether this may be a VAT number here, with or without the country's letters.
    pub fn judge_vat(&self, number: &str) -> Verdict {
        let bare = bare(number);
        let rest = bare.strip_prefix(self.vat_prefix);
        let northern = (self.code == "GB")
            .then(|| bare.strip_prefix("XI"))
            .flatten();
        (self.vat)(rest.or(northern).unwrap_or(&bare))
    }

    /// Whether this may be a number in the register of companies here.
    pub fn judge_company_number(&self, number: &str) -> Verdict {
        (self.company_number)(&bare(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_country_is_found_by_its_letters() {
        assert_eq!(by_prefix("fr 40 303265045").map(|one| one.code), Some("FR"));
        assert_eq!(by_prefix("XI980780684").map(|one| one.code), Some("GB"));
        for (number, country) in [
            ("IE 6388047V", "IE"),
            ("el123456783", "GR"),
            ("CHE-1", "CH"),
        ] {
            assert_eq!(
                (by_prefix(number).is_none(), elsewhere(number)),
                (true, Some(country))
            );
        }
        for none in ["FR40303265045", "US123", "IE", "SEVEN", "6388047"] {
            assert_eq!(elsewhere(none), None, "{none}");
        }
        for (letters, country) in ELSEWHERE {
            assert!(
                of(country).is_none() && by_prefix(letters).is_none(),
                "{country}"
            );
        }
        assert!(by_prefix("US1").is_none() && by_prefix("É").is_none());
        for country in COUNTRIES {
            assert!(
                crate::countries::ALL
                    .iter()
                    .any(|(code, _)| *code == country.code)
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,20}", form in "[A-Z0-9]{0,18}") {
            for country in COUNTRIES {
                for text in [&text, &form] {
                    let _ = country.judge_tax_id(text, false);
                    let _ = country.judge_tax_id(text, true);
                    let _ = country.judge_vat(text);
                    let _ = country.judge_company_number(text);
                }
            }
        }
    }
}
