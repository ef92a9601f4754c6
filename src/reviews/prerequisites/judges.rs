//! How each need of the checklist is judged by what a customer has.

use super::{Evidence, Standing};
use crate::{
    customers::{relations::Relation, rules::MemberRole},
    documents::rules::{DocumentStatus, DocumentType},
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

/// How this need stands, with the few words beside it.
pub fn tax_residence(evidence: Evidence<'_>) -> (Standing, String) {
    let customer = evidence.customer;
    let own = || {
        evidence
            .residences
            .iter()
            .filter(|one| one.customer_id == customer.id)
    };
    let n = own().count();
    if n == 0 {
        return (Standing::Missing, "Missing".to_owned());
    }
    if customer.us_person && !own().any(|one| one.country == "US") {
        return (
            Standing::Mismatch,
            "US person without the United States".to_owned(),
        );
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
    let named = evidence.members.iter().any(|(member, _)| owns(member));
    match (named, evidence.customer.no_beneficial_owner) {
        (true, true) => (Standing::Mismatch, "Named, and stated that there are none"),
        (true, false) => (Standing::Pass, "Named"),
        (false, true) => (Standing::Pass, "Stated that there are none"),
        (false, false) => (Standing::Missing, "Missing"),
    }
}

/// How this need stands, with the few words beside it.
pub fn members(evidence: Evidence<'_>) -> (Standing, String) {
    let mut people: Vec<_> = evidence
        .members
        .iter()
        .map(|(member, open)| (member.child_id, *open))
        .collect();
    people.sort_unstable();
    people.dedup_by_key(|(id, _)| *id);
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
