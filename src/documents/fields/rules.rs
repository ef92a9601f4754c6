//! Which fields a paper has, and what may stand in them.

use chrono::NaiveDate;

use crate::{countries, customers::rules::Kind, documents::rules::DocumentType, stored_words};

stored_words! {
    /// Something that stands on a paper. What is declared too goes by the same name there.
    Field {
        /// The number of the paper.
        DocumentNumber = "document_number",
        /// Who issued it: a country's two letters, or the three of a zone.
        IssuingCountry = "issuing_country",
        /// Surnames.
        LastName = "last_name",
        /// Given names.
        FirstName = "first_name",
        /// Date of birth.
        BirthDate = "birth_date",
        /// Place of birth.
        BirthPlace = "birth_place",
        /// F, M or X.
        Sex = "sex",
        /// Nationality, as the issuing country.
        Nationality = "nationality",
        /// A personal number, or what else the issuer prints into the zone.
        PersonalNumber = "personal_number",
        /// The day it was issued.
        IssuedOn = "issued_on",
        /// The day after which it no longer serves.
        ExpiresOn = "expires_on",
        /// Street and number.
        AddressLine1 = "address_line1",
        /// The rest of it.
        AddressLine2 = "address_line2",
        /// Postal code.
        PostalCode = "postal_code",
        /// City.
        City = "city",
        /// Country of the address.
        Country = "country",
        /// Tax number.
        TaxId = "tax_id",
        /// A company's name.
        LegalName = "legal_name",
        /// Its form.
        LegalForm = "legal_form",
        /// Its number in the register.
        RegistrationNumber = "registration_number",
        /// The lines of the machine-readable zone themselves.
        Mrz = "mrz",
    }
}

stored_words! {
    /// How a value was read off.
    Source {
        /// Typed from the page by whoever looked at it.
        Officer = "officer",
        /// From the machine-readable zone.
        Mrz = "mrz",
    }
}

/// What kind of value a field holds, which says how two of them are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Words: accents, case and the way of transcribing are spelling.
    Words,
    /// Letters and digits: spaces and signs between them are spelling.
    Number,
    /// A day, `YYYY-MM-DD`.
    Day,
    /// A country's code.
    Country,
    /// One of few letters.
    Letter,
}

impl Field {
    /// The words on a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::DocumentNumber => "Document number",
            Self::IssuingCountry => "Issuing country",
            Self::LastName => "Last name",
            Self::FirstName => "First name",
            Self::BirthDate => "Date of birth",
            Self::BirthPlace => "Place of birth",
            Self::Sex => "Sex",
            Self::Nationality => "Nationality",
            Self::PersonalNumber => "Personal number",
            Self::IssuedOn => "Issued on",
            Self::ExpiresOn => "Valid until",
            Self::AddressLine1 => "Address",
            Self::AddressLine2 => "Second address line",
            Self::PostalCode => "Postal code",
            Self::City => "City",
            Self::Country => "Country",
            Self::TaxId => "Tax ID",
            Self::LegalName => "Legal name",
            Self::LegalForm => "Legal form",
            Self::RegistrationNumber => "Registration number",
            Self::Mrz => "Machine-readable zone",
        }
    }

    /// What it holds.
    pub const fn shape(self) -> Shape {
        match self {
            Self::DocumentNumber
            | Self::PersonalNumber
            | Self::PostalCode
            | Self::TaxId
            | Self::RegistrationNumber
            | Self::Mrz => Shape::Number,
            Self::BirthDate | Self::IssuedOn | Self::ExpiresOn => Shape::Day,
            Self::IssuingCountry | Self::Nationality | Self::Country => Shape::Country,
            Self::Sex => Shape::Letter,
            _ => Shape::Words,
        }
    }
}

const PERSON: &[Field] = &[Field::LastName, Field::FirstName];
const COMPANY: &[Field] = &[Field::LegalName];
const IDENTITY: &[Field] = &[
    Field::DocumentNumber,
    Field::IssuingCountry,
    Field::LastName,
    Field::FirstName,
    Field::BirthDate,
    Field::BirthPlace,
    Field::Sex,
    Field::Nationality,
    Field::IssuedOn,
    Field::ExpiresOn,
];
const ADDRESS: &[Field] = &[
    Field::AddressLine1,
    Field::AddressLine2,
    Field::PostalCode,
    Field::City,
    Field::Country,
];
const REGISTER: &[Field] = &[Field::LegalForm, Field::RegistrationNumber];

/// What may be read off this kind of paper of this kind of customer, in the order of the form.
pub fn asked(document: DocumentType, customer: Kind) -> Vec<Field> {
    let whose = if customer == Kind::Legal {
        COMPANY
    } else {
        PERSON
    };
    let pieces: &[&[Field]] = match document {
        DocumentType::IdentityProof | DocumentType::BusinessAdministratorId => &[IDENTITY],
        DocumentType::AddressProof => &[whose, ADDRESS, &[Field::IssuedOn]],
        DocumentType::RegistrationProof | DocumentType::CompanyRegistrationProof => {
            &[COMPANY, REGISTER, ADDRESS, &[Field::IssuedOn]]
        }
        DocumentType::ArticlesOfAssociation => &[COMPANY, REGISTER, &[Field::IssuedOn]],
        DocumentType::ShareholderDeclaration => {
            &[COMPANY, &[Field::RegistrationNumber, Field::IssuedOn]]
        }
        DocumentType::TaxVerification => &[whose, &[Field::TaxId, Field::IssuedOn]],
        DocumentType::BankVerification => &[whose, &[Field::IssuedOn]],
    };
    pieces.concat()
}

/// Whether such papers have a machine-readable zone.
pub const fn has_zone(document: DocumentType) -> bool {
    matches!(
        document,
        DocumentType::IdentityProof | DocumentType::BusinessAdministratorId
    )
}

/// What was typed as it is stored, nothing where nothing was, or what is wrong with it.
pub fn tidied(field: Field, typed: &str) -> Result<Option<String>, &'static str> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if typed.chars().count() > 255 {
        return Err("At most 255 characters");
    }
    if typed.chars().any(char::is_control) {
        return Err("Remove the line breaks and control characters");
    }
    let fits = match field.shape() {
        Shape::Day => match typed.parse::<NaiveDate>() {
            Ok(day) if (FIRST..=LAST).contains(&day) => true,
            _ => return Err("Enter a date as YYYY-MM-DD"),
        },
        Shape::Country => {
            // A zone may name who is no country: the United Nations, a stateless person.
            countries::name(typed).is_some()
                || (typed.len() == 3 && typed.bytes().all(|byte| byte.is_ascii_uppercase()))
        }
        Shape::Letter => ["F", "M", "X"].contains(&typed),
        Shape::Words | Shape::Number => true,
    };
    if fits {
        Ok(Some(typed.to_owned()))
    } else {
        Err("Choose one of the list")
    }
}

const FIRST: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
const LAST: NaiveDate = NaiveDate::from_ymd_opt(2199, 12, 31).unwrap();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_held_to_their_shape() {
        for (field, typed, stored) in [
            (Field::LastName, " Falcão ", Ok(Some("Falcão"))),
            (Field::LastName, " ", Ok(None)),
            (Field::LastName, "a\nb", Err(())),
            (Field::BirthDate, "1987-03-09", Ok(Some("1987-03-09"))),
            (Field::BirthDate, "9.3.1987", Err(())),
            (Field::BirthDate, "1887-03-09", Err(())),
            (Field::Nationality, "PT", Ok(Some("PT"))),
            (Field::Nationality, "UTO", Ok(Some("UTO"))),
            (Field::Nationality, "XX", Err(())),
            (Field::Sex, "F", Ok(Some("F"))),
            (Field::Sex, "female", Err(())),
        ] {
            let read = tidied(field, typed);
            assert_eq!(
                read.as_ref().map(Option::as_deref).map_err(|_| ()),
                stored,
                "{field} {typed}"
            );
        }
    }

    #[test]
    fn a_companys_papers_are_asked_no_persons_names() {
        for document in DocumentType::ALL {
            let asked = asked(*document, Kind::Legal);
            assert_eq!(
                asked.contains(&Field::LastName),
                has_zone(*document),
                "{document}"
            );
            let mut once = asked.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), asked.len(), "{document}");
        }
    }
}
