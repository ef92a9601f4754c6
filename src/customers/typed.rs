//! The customer form as it was typed, and what may stand in it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidateEmail as _, ValidationError};

use crate::{countries, customers::rules::Kind, error::FieldError};

/// One field of the form.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name, as in the form, the database and the audit log.
    pub name: &'static str,
    /// Its words.
    pub words: &'static str,
    /// The kinds it is asked of; the others have no such field.
    pub kinds: &'static [Kind],
}

const PERSON: &[Kind] = &[Kind::Natural, Kind::SoleTrader];
const BUSINESS: &[Kind] = &[Kind::SoleTrader, Kind::Legal];
const COMPANY: &[Kind] = &[Kind::Legal];
const ALL: &[Kind] = Kind::ALL;

macro_rules! typed {
    ($($(#[$rule:meta])* $name:ident: $words:literal, $kinds:ident;)+) => {
        /// What somebody typed; an empty text is a value that is not there.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, Validate)]
        #[serde(default)]
        pub struct Typed {
            $(#[doc = $words] $(#[$rule])* pub $name: String,)+
        }

        impl Typed {
            /// Every field, in the order of the form.
            pub const FIELDS: &'static [Field] =
                &[$(Field { name: stringify!($name), words: $words, kinds: $kinds }),+];

            /// What stands in a field.
            pub fn value(&self, field: &str) -> &str {
                match field { $(stringify!($name) => &self.$name,)+ _ => "" }
            }

            /// Writes into a field; false where there is no such field.
            pub fn set(&mut self, field: &str, value: String) -> bool {
                match field { $(stringify!($name) => self.$name = value,)+ _ => return false }
                true
            }

            /// The same without spaces round the values, and without what is not asked of this kind.
            #[must_use]
            pub fn tidied(mut self, kind: Kind) -> Self {
                $(
                    let keep = $kinds.contains(&kind);
                    self.$name = if keep { self.$name.trim().to_owned() } else { String::new() };
                )+
                self
            }
        }
    };
}

// A company has the names of whoever acts for it, as some of its callers send them; its own is the legal one.
typed! {
    branch: "Branch", ALL;
    #[validate(length(max = 20, message = "A title has at most 20 characters"))]
    title: "Title", PERSON;
    #[validate(length(max = 255, message = "A first name has at most 255 characters"))]
    first_name: "First name", ALL;
    #[validate(length(max = 255, message = "A last name has at most 255 characters"))]
    last_name: "Last name", ALL;
    birth_date: "Date of birth", PERSON;
    #[validate(length(max = 255, message = "A place has at most 255 characters"))]
    birth_place: "Place of birth", PERSON;
    #[validate(custom(function = "country"))]
    birth_country: "Country of birth", PERSON;
    #[validate(custom(function = "country"))]
    nationality: "Nationality", PERSON;
    #[validate(length(max = 255, message = "A name has at most 255 characters"))]
    legal_name: "Legal name", BUSINESS;
    #[validate(length(max = 100, message = "A legal form has at most 100 characters"))]
    legal_form: "Legal form", COMPANY;
    legal_type: "Type of organisation", COMPANY;
    #[validate(length(max = 64, message = "A registration number has at most 64 characters"))]
    registration_number: "Registration number", BUSINESS;
    #[validate(length(max = 255, message = "An address line has at most 255 characters"))]
    address_line1: "Address", ALL;
    #[validate(length(max = 255, message = "An address line has at most 255 characters"))]
    address_line2: "Second address line", ALL;
    #[validate(length(max = 255, message = "A postal code has at most 255 characters"))]
    postal_code: "Postal code", ALL;
    #[validate(length(max = 255, message = "A city has at most 255 characters"))]
    city: "City", ALL;
    #[validate(length(max = 255, message = "A state has at most 255 characters"))]
    state: "State or region", ALL;
    #[validate(custom(function = "country"))]
    country: "Country", ALL;
    #[validate(custom(function = "email"))]
    email: "E-mail", ALL;
    #[validate(custom(function = "prefix"))]
    phone_prefix: "Phone prefix", ALL;
    #[validate(custom(function = "phone"))]
    phone: "Phone", ALL;
    #[validate(length(max = 255, message = "A name has at most 255 characters"))]
    representative_name: "Representative", COMPANY;
    #[validate(custom(function = "email"))]
    representative_email: "Representative's e-mail", COMPANY;
    #[validate(custom(function = "phone"))]
    representative_phone: "Representative's phone", COMPANY;
    #[validate(length(max = 255, message = "A tax ID has at most 255 characters"))]
    tax_id: "Tax ID", ALL;
    us_person: "US person", PERSON;
    #[validate(length(max = 255, message = "An occupation has at most 255 characters"))]
    occupation: "Occupation", PERSON;
    income_range: "Yearly income", PERSON;
    #[validate(custom(function = "country"))]
    distribution_country: "Country of distribution", ALL;
    #[validate(length(max = 100, message = "A tag has at most 100 characters"))]
    tag: "Tag", ALL;
}

/// What a ticked box sends.
pub const TICKED: &str = "on";

/// The types of organisation: stored number and words.
pub const LEGAL_TYPES: &[(&str, &str)] = &[
    ("2", "Business"),
    ("3", "Non-profit"),
    ("4", "Public authority"),
];

impl Typed {
    /// What must be mended, in the order of the form. The values are tidied already.
    pub fn errors(&self, kind: Kind, today: NaiveDate) -> Vec<FieldError> {
        let mut found: Vec<FieldError> = Vec::new();
        let rules = self.validate().err();
        for field in Self::FIELDS {
            let by_rule = rules.as_ref().and_then(|errors| {
                let errors = errors.field_errors();
                let first = errors.get(field.name)?.first()?;
                first.message.clone()
            });
            let message = self.own_rule(field.name, kind, today).or(by_rule);
            if let Some(message) = message {
                found.push(FieldError {
                    field: field.name.into(),
                    message,
                });
            }
        }
        found
    }

    fn own_rule(
        &self,
        field: &str,
        kind: Kind,
        today: NaiveDate,
    ) -> Option<std::borrow::Cow<'static, str>> {
        let value = self.value(field);
        if value.chars().any(char::is_control) {
            return Some("Remove the line breaks and control characters".into());
        }
        match field {
            "branch" if value.is_empty() => Some("Choose a branch".into()),
            "last_name"
                if kind != Kind::Legal
                    && self.first_name.is_empty()
                    && value.is_empty()
                    && self.email.is_empty() =>
            {
                Some("Enter a name, or at least an e-mail address".into())
            }
            "legal_name" if kind == Kind::Legal && value.is_empty() => {
                Some("Enter the legal name".into())
            }
            "legal_type"
                if kind == Kind::Legal && LEGAL_TYPES.iter().all(|(known, _)| *known != value) =>
            {
                Some("Choose a type of organisation".into())
            }
            "birth_date" if !value.is_empty() => birth_date(value, today).err().map(Into::into),
            "income_range" if !value.is_empty() => match value.parse::<i64>() {
                Ok(0..) => None,
                _ => Some("Enter a whole number, without separators".into()),
            },
            _ => None,
        }
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, field: &str) -> bool {
        self.value(field) == TICKED
    }
}

/// Nobody alive was born before.
const FIRST_BIRTH: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();

fn birth_date(text: &str, today: NaiveDate) -> Result<NaiveDate, &'static str> {
    const FORM: &str = "Enter a date as YYYY-MM-DD";
    let day: NaiveDate = text.parse().map_err(|_| FORM)?;
    if day.to_string() != text {
        // Read all the same, with a sign before it or a digit left out.
        Err(FORM)
    } else if day > today {
        Err("A date of birth is not in the future")
    } else if day < FIRST_BIRTH {
        Err("Enter a date of birth after 1900")
    } else {
        Ok(day)
    }
}

fn wrong(message: &'static str) -> ValidationError {
    ValidationError::new("form").with_message(message.into())
}

fn country(code: &str) -> Result<(), ValidationError> {
    if code.is_empty() || countries::name(code).is_some() {
        Ok(())
    } else {
        Err(wrong("Choose a country from the list"))
    }
}

fn email(address: &str) -> Result<(), ValidationError> {
    let address = address.to_owned();
    // RFC 5321: what stands before the @ is words parted by single dots. (The validator reads as browsers do, more freely.)
    let dotted = address
        .rsplit_once('@')
        .is_some_and(|(local, _)| local.split('.').all(|word| !word.is_empty()));
    if address.is_empty() || (address.len() <= 254 && dotted && address.validate_email()) {
        Ok(())
    } else {
        Err(wrong("Enter an e-mail address like name@example.com"))
    }
}

fn prefix(prefix: &str) -> Result<(), ValidationError> {
    let digits = prefix.strip_prefix('+').unwrap_or(prefix);
    if prefix.is_empty()
        || ((1..=4).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit()))
    {
        Ok(())
    } else {
        Err(wrong("Enter a country prefix like +44"))
    }
}

fn phone(number: &str) -> Result<(), ValidationError> {
    let allowed = |c: char| c.is_ascii_digit() || " +-()./".contains(c);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if number.is_empty()
        || (number.len() <= 32 && number.chars().all(allowed) && (3..=15).contains(&digits))
    {
        Ok(())
    } else {
        Err(wrong("Enter a phone number: 3 to 15 digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn person() -> Typed {
        Typed {
            branch: "b".to_owned(),
            last_name: " Falcão ".to_owned(),
            ..Typed::default()
        }
    }

    fn wrong_fields(typed: &Typed, kind: Kind) -> Vec<String> {
        typed
            .errors(kind, day("2026-11-22"))
            .into_iter()
            .map(|error| error.field.into_owned())
            .collect()
    }

    #[test]
    fn a_name_and_a_branch_are_enough() {
        assert!(wrong_fields(&person().tidied(Kind::Natural), Kind::Natural).is_empty());
    }

    #[test]
    fn nothing_typed_names_what_is_needed() {
        let none = Typed::default();
        assert_eq!(wrong_fields(&none, Kind::Natural), ["branch", "last_name"]);
        assert_eq!(
            wrong_fields(&none, Kind::Legal),
            ["branch", "legal_name", "legal_type"]
        );
    }

    #[test]
    fn each_field_is_held_to_its_form() {
        let cases: [(&str, &str, bool); 24] = [
            ("first_name", &"x".repeat(255), true),
            ("first_name", &"é".repeat(256), false),
            ("birth_date", "1900-01-01", true),
            ("birth_date", "1899-12-31", false),
            ("birth_date", "2026-11-22", true),
            ("birth_date", "2026-11-23", false),
            ("birth_date", "12/03/1987", false),
            ("birth_date", "1985-3-15", false),
            ("birth_date", "+1985-03-15", false),
            ("email", "a.b@b.de", true),
            ("email", "a..b@b.de", false),
            ("email", ".a@b.de", false),
            ("nationality", "PT", true),
            ("nationality", "XX", false),
            ("nationality", "pt", false),
            ("email", "ines@mail.example", true),
            ("email", "ines@", false),
            ("postal_code", &"1".repeat(256), false),
            ("tax_id", &"1".repeat(256), false),
            ("phone_prefix", "+351", true),
            ("phone_prefix", "abc", false),
            ("phone", "912 345 678", true),
            ("phone", "12", false),
            ("income_range", "-1", false),
        ];
        for (field, value, good) in cases {
            let query = format!("branch=b&last_name=F&{field}=");
            let mut pairs: Vec<(String, String)> =
                serde_html_form::from_str(&query).expect("pairs");
            if let Some((_, last)) = pairs.last_mut() {
                value.clone_into(last);
            }
            pairs.dedup_by_key(|(name, _)| name.clone());
            let text = serde_html_form::to_string(&pairs).expect("a form");
            let typed: Typed = serde_html_form::from_str(&text).expect("typed");
            let wrong = wrong_fields(&typed.tidied(Kind::Natural), Kind::Natural);
            assert_eq!(wrong.is_empty(), good, "{field}={value}: {wrong:?}");
        }
    }

    #[test]
    fn a_line_break_is_refused_in_a_name() {
        let mut typed = person();
        typed.last_name = "Fal\ncão".to_owned();
        assert_eq!(wrong_fields(&typed, Kind::Natural), ["last_name"]);
    }

    #[test]
    fn a_person_keeps_nothing_of_a_company() {
        let mut typed = person();
        typed.legal_form = "Lda".to_owned();
        assert_eq!(typed.tidied(Kind::Natural).legal_form, "");
    }
}
