//! How each need of the checklist is judged by what a customer has.

use super::{Evidence, Mend, Standing};
use crate::{
    customers::{
        relations::Relation, rules::MemberRole, tax_residences::rules::number_needed, us_persons,
    },
    documents::{
        fields::rules::Field,
        rules::{DocumentStatus, DocumentType},
    },
    reviews::rules::MOST_BEHIND,
};

/// How this need stands, with the few words beside it.
pub fn paper(types: &[DocumentType], evidence: Evidence<'_>) -> (Standing, &'static str) {
    let mut found = (Standing::Missing, "Missing");
    for paper in evidence.papers.iter().filter(|paper| {
        paper.customer_id == evidence.customer.id && types.contains(&paper.document_type)
    }) {
        let past = paper.expires_on.is_some_and(|day| day < evidence.today);
        match paper.status {
            DocumentStatus::Validated if !past => return (Standing::Pass, "Accepted"),
            DocumentStatus::Pending if !past => found = (Standing::Pass, "To be checked"),
            DocumentStatus::Validated | DocumentStatus::Pending if found.0 != Standing::Pass => {
                found = (Standing::Expired, "Expired");
            }
            DocumentStatus::Refused if found == (Standing::Missing, "Missing") => {
                found = (Standing::Missing, "Refused");
            }
            _ => {}
        }
    }
    found
}

/// Said where no tax residence is asked for.
const REPRESENTS: &str = "Not asked of a legal representative";

/// How this need stands, with the few words beside it.
pub fn tax_residence(evidence: Evidence<'_>) -> (Standing, String, Mend) {
    let (standing, detail) = residences(evidence);
    // The statement is made on the form; which residence then is needed follows from it.
    if standing == Standing::Pass
        && !evidence.only_represents
        && us_persons::unstated(evidence.customer)
    {
        let detail = "Points to the United States, not stated".to_owned();
        return (Standing::Mismatch, detail, Mend::Field("us_person"));
    }
    (standing, detail, Mend::TaxResidences)
}

fn residences(evidence: Evidence<'_>) -> (Standing, String) {
    let customer = evidence.customer;
    let own = || {
        evidence
            .residences
            .iter()
            .filter(|one| one.customer_id == customer.id)
    };
    let n = own().count();
    if n == 0 && evidence.only_represents {
        return (Standing::Pass, REPRESENTS.to_owned());
    }
    if n == 0 {
        return (Standing::Missing, "Missing".to_owned());
    }
    if customer.us_person && !evidence.only_represents && !own().any(us_persons::residence) {
        return (
            Standing::Mismatch,
            "US person without the United States".to_owned(),
        );
    }
    let served = customer.distribution_country.as_deref();
    if own().any(|one| one.tax_payer_id.is_none() && number_needed(&one.country, served)) {
        return (Standing::Mismatch, "A number is needed".to_owned());
    }
    let differs = own().any(|one| {
        customer.country.as_deref() == Some(&one.country)
            && match (&customer.tax_id, &one.tax_payer_id) {
                (Some(here), Some(there)) => bare(here) != bare(there),
                _ => false,
            }
    });
    if differs {
        return (Standing::Mismatch, "Differs from the tax ID".to_owned());
    }
    (Standing::Pass, format!("{n} declared"))
}

/// A number without the signs that people write into it.
fn bare(number: &str) -> String {
    number
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// A quarter, in hundredths of a percent: whoever holds as much is an owner.
const QUARTER: i32 = 2500;

/// How this need stands, with the few words beside it.
pub fn owners(evidence: Evidence<'_>) -> (Standing, &'static str) {
    let owns = |member: &Relation| match member.role {
        MemberRole::BeneficialOwner => true,
        MemberRole::Shareholder => {
            member.band.is_some() || member.percent.is_some_and(|percent| percent >= QUARTER)
        }
        _ => false,
    };
    let named = evidence.members.iter().any(owns);
    match (named, evidence.customer.no_beneficial_owner) {
        (true, true) => (Standing::Mismatch, "Named, and stated that there are none"),
        (true, false) => (Standing::Pass, "Named"),
        (false, true) => (Standing::Pass, "Stated that there are none"),
        (false, false) => (Standing::Missing, "Missing"),
    }
}

/// How this need stands, with the few words beside it.
pub fn members(evidence: Evidence<'_>) -> (Standing, String) {
    if evidence.more {
        return (Standing::Missing, format!("More than {MOST_BEHIND}"));
    }
    let people = evidence.together;
    let unknown = people.iter().filter(|(_, open)| open.is_none()).count();
    let incomplete = people
        .iter()
        .filter(|(_, open)| open.is_some_and(|open| open > 0))
        .count();
    match (people.len(), incomplete, unknown) {
        (0, _, _) => (Standing::Missing, "No members".to_owned()),
        (all, 0, 0) => (Standing::Pass, format!("{all} of {all}")),
        (_, 0, elsewhere) => (
            Standing::Missing,
            format!("{elsewhere} outside of your branches"),
        ),
        (all, incomplete, _) => (Standing::Missing, format!("{incomplete} of {all} open")),
    }
}

/// That one of these fields differs from another source, and nobody has said what to make of it.
pub fn compared(fields: &[Field], differs: &[Field]) -> Option<(Standing, String, Mend)> {
    let open: Vec<&str> = fields
        .iter()
        .filter(|field| differs.contains(field))
        .map(|field| field.words())
        .collect();
    (!open.is_empty()).then(|| {
        let detail = match &open[..] {
            [_] if fields.len() == 1 => "Differs".to_owned(),
            several => format!("Differs: {}", several.join(", ").to_lowercase()),
        };
        (Standing::Mismatch, detail, Mend::Compare)
    })
}

/// What the requirement that begins with this field of the form is about.
pub fn fields_of(field: &str) -> &'static [Field] {
    match field {
        "first_name" => &[Field::LastName, Field::FirstName],
        "birth_date" => &[Field::BirthDate],
        "birth_place" => &[Field::BirthPlace],
        "nationality" => &[Field::Nationality],
        "legal_name" => &[Field::LegalName],
        "legal_form" => &[Field::LegalForm],
        "registration_number" => &[Field::RegistrationNumber],
        "address_line1" => &[
            Field::AddressLine1,
            Field::AddressLine2,
            Field::PostalCode,
            Field::City,
            Field::Country,
        ],
        _ => &[],
    }
}

/// What only papers say, of which page and zone may contradict each other.
pub fn on_papers(types: &[DocumentType]) -> &'static [Field] {
    if types.contains(&DocumentType::IdentityProof) {
        &[
            Field::DocumentNumber,
            Field::IssuingCountry,
            Field::Sex,
            Field::PersonalNumber,
            Field::ExpiresOn,
        ]
    } else {
        &[]
    }
}
