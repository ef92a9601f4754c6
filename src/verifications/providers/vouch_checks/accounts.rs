//! Bank accounts and legal entities by their international numbers: IBAN (ISO 13616) and LEI (ISO 17442).

use iban::Iban;

use super::digits::{Fault, Verdict, bare, fits, mod_97};

/// Whether this may be an IBAN: the country's length and form, and the check digits.
pub fn iban(number: &str) -> Verdict {
    match bare(number).parse::<Iban>() {
        Ok(_) => Ok(()),
        Err(iban::ParseIbanError::InvalidBaseIban {
            source: iban::ParseBaseIbanError::InvalidChecksum,
        }) => Err(Fault::CheckDigit),
        Err(_) => Err(Fault::Form),
    }
}

/// Whether this may be an LEI: eighteen letters and digits, and two check digits of ISO 7064, MOD 97-10.
pub fn lei(number: &str) -> Verdict {
    let number = bare(number);
    let formed = number.is_ascii()
        && number.len() == 20
        && number[18..].bytes().all(|byte| byte.is_ascii_digit());
    if !formed {
        return Err(Fault::Form);
    }
    fits(mod_97(&number)? == 1)
}

#[cfg(test)]
mod tests {
    use super::super::digits::tests::holds;
    use super::*;

    #[test]
    fn ibans_of_the_registry_are_good_and_changed_ones_are_not() {
        // The examples of the registry that SWIFT keeps, for the eight countries.
        let examples = [
            "GB29 NWBK 6016 1331 9268 19",
            "ES91 2100 0418 4502 0005 1332",
            "FR14 2004 1010 0505 0001 3M02 606",
            "DE89 3704 0044 0532 0130 00",
            "IT60 X054 2811 1010 0000 0123 456",
            "NL91 ABNA 0417 1643 00",
            "BE68 5390 0754 7034",
            "PT50 0002 0123 1234 5678 9015 4",
        ];
        holds(iban, &examples);
        assert_eq!(iban("GB30NWBK60161331926819"), Err(Fault::CheckDigit));
        for bad in [
            "",
            "GB29",
            "XX29NWBK60161331926819",
            "GB29NWBK6016133192681",
        ] {
            assert!(iban(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn leis_of_known_entities_are_good_and_changed_ones_are_not() {
        // GLEIF itself, Goldman Sachs, Jaguar Land Rover.
        let known = [
            "506700GE1G29325QX363",
            "784F5XWPLTWKTBV3E584",
            "213800WSGIIZCXF1P572",
        ];
        holds(lei, &known);
        assert_eq!(lei("213800WSGIIZCXF1P573"), Err(Fault::CheckDigit));
        for bad in ["", "213800WSGIIZCXF1P57", "213800WSGIIZCXF1P5AA"] {
            assert_eq!(lei(bad), Err(Fault::Form), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,40}") {
            let _ = (iban(&text), lei(&text));
        }
    }
}
