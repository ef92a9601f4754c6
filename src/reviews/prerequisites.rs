//! The checklist: what must be known and shown before a KYC can be decided. A table of requirements by kind, read by
//! the KYC page and later by the automatic review.

use chrono::NaiveDate;

use crate::{
    customers::{
        relations::Relation,
        rules::{Kind, MemberRole},
        store::Customer,
        tax_residences::TaxResidence,
    },
    documents::{
        rules::{DocumentStatus, DocumentType},
        store::Document,
    },
};

/// How a requirement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Met.
    Pass,
    /// Not there.
    Missing,
    /// There, but too old.
    Expired,
    /// There, and at odds with something else.
    Mismatch,
}

/// What is looked at to see whether a requirement is met.
#[derive(Clone, Copy)]
pub enum Need {
    /// Something declared: the form's field, and whether it is there.
    Declared(&'static str, fn(&Customer) -> bool),
    /// One of these papers, neither refused nor past its day.
    Paper(&'static [DocumentType]),
    /// At least one tax residence; a US person's includes the United States.
    TaxResidence,
    /// At least one legal representative.
    Representative,
    /// Owners of a quarter or more, or the statement that there are none.
    Owners,
    /// Every member meets their own list.
    Members,
}

/// One line of the checklist.
pub struct Requirement {
    /// Whom it is asked of.
    pub kinds: &'static [Kind],
    /// Its heading.
    pub group: &'static str,
    /// Its words.
    pub words: &'static str,
    /// What meets it.
    pub need: Need,
}

const PERSON: &[Kind] = &[Kind::Natural, Kind::SoleTrader];
const TRADER: &[Kind] = &[Kind::SoleTrader];
const COMPANY: &[Kind] = &[Kind::Legal];
const ALL: &[Kind] = Kind::ALL;

const fn line(
    kinds: &'static [Kind],
    group: &'static str,
    words: &'static str,
    need: Need,
) -> Requirement {
    Requirement {
        kinds,
        group,
        words,
        need,
    }
}

use DocumentType as Type;
use Need::{Declared, Members, Owners, Paper, Representative, TaxResidence as Tax};

/// Everything that is asked, in the order of the page.
pub const PREREQUISITES: &[Requirement] = &[
    line(
        PERSON,
        "Identity",
        "Names",
        Declared("first_name", |c| {
            c.first_name.is_some() && c.last_name.is_some()
        }),
    ),
    line(
        PERSON,
        "Identity",
        "Date of birth",
        Declared("birth_date", |c| c.birth_date.is_some()),
    ),
    line(
        PERSON,
        "Identity",
        "Place of birth",
        Declared("birth_place", |c| {
            c.birth_place.is_some() && c.birth_country.is_some()
        }),
    ),
    line(
        PERSON,
        "Identity",
        "Nationality",
        Declared("nationality", |c| c.nationality.is_some()),
    ),
    line(
        PERSON,
        "Identity",
        "Identity document",
        Paper(&[Type::IdentityProof]),
    ),
    line(
        COMPANY,
        "Company",
        "Legal name",
        Declared("legal_name", |c| c.legal_name.is_some()),
    ),
    line(
        COMPANY,
        "Company",
        "Legal form",
        Declared("legal_form", |c| c.legal_form.is_some()),
    ),
    line(
        COMPANY,
        "Company",
        "Registration number",
        Declared("registration_number", |c| c.registration_number.is_some()),
    ),
    line(
        COMPANY,
        "Company",
        "Registration proof",
        Paper(&[Type::CompanyRegistrationProof, Type::RegistrationProof]),
    ),
    line(
        COMPANY,
        "Company",
        "Articles of association",
        Paper(&[Type::ArticlesOfAssociation]),
    ),
    line(
        COMPANY,
        "Company",
        "Shareholder declaration",
        Paper(&[Type::ShareholderDeclaration]),
    ),
    line(
        ALL,
        "Address and tax",
        "Address",
        Declared("address_line1", has_address),
    ),
    line(
        PERSON,
        "Address and tax",
        "Proof of address",
        Paper(&[Type::AddressProof]),
    ),
    line(PERSON, "Address and tax", "Tax residence", Tax),
    line(
        TRADER,
        "Business",
        "Registration proof",
        Paper(&[Type::RegistrationProof, Type::CompanyRegistrationProof]),
    ),
    line(COMPANY, "People", "Legal representative", Representative),
    line(COMPANY, "People", "Owners of 25 % or more", Owners),
    line(COMPANY, "People", "Every member complete", Members),
];

fn has_address(customer: &Customer) -> bool {
    customer.address_line1.is_some()
        && customer.city.is_some()
        && customer.postal_code.is_some()
        && customer.country.is_some()
}

/// What there is to judge by. Papers and residences may be those of many customers: only the customer's own count.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// The customer.
    pub customer: &'a Customer,
    /// Papers.
    pub papers: &'a [Document],
    /// Tax residences.
    pub residences: &'a [TaxResidence],
    /// The company's members, each with how many of their own requirements are open; unknown for members elsewhere.
    pub members: &'a [(&'a Relation, Option<usize>)],
    /// Today, where the organisation is.
    pub today: NaiveDate,
}

/// One line of a customer's checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The heading.
    pub group: &'static str,
    /// What is asked.
    pub words: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// The few words beside it: "Declared", "Refused".
    pub detail: String,
    /// Where it is mended.
    pub mend: Mend,
}

/// Where a requirement is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mend {
    /// This field of the customer's form.
    Field(&'static str),
    /// The papers.
    Documents,
    /// The tax residences.
    TaxResidences,
    /// The members.
    Members,
}

/// A customer's checklist.
pub fn checklist(evidence: Evidence<'_>) -> Vec<Line> {
    lines(evidence, |_| true)
}

/// How much of a member's own list is open. A legal representative of a company needs no tax residence; who stands
/// behind a member that is a company itself is that company's affair.
pub fn open_as_member(evidence: Evidence<'_>, role: MemberRole) -> usize {
    let asked = |need: Need| match need {
        Tax => role != MemberRole::LegalRepresentative,
        Representative | Owners | Members => false,
        Declared(..) | Paper(_) => true,
    };
    open(&lines(evidence, asked))
}

/// How many lines are not met.
pub fn open(lines: &[Line]) -> usize {
    lines
        .iter()
        .filter(|line| line.standing != Standing::Pass)
        .count()
}

fn lines(evidence: Evidence<'_>, asked: impl Fn(Need) -> bool) -> Vec<Line> {
    PREREQUISITES
        .iter()
        .filter(|one| one.kinds.contains(&evidence.customer.kind) && asked(one.need))
        .map(|one| {
            let (standing, detail, mend) = judge(one.need, evidence);
            Line {
                group: one.group,
                words: one.words,
                standing,
                detail,
                mend,
            }
        })
        .collect()
}

fn judge(need: Need, evidence: Evidence<'_>) -> (Standing, String, Mend) {
    match need {
        Declared(field, there) => {
            let (standing, words) = if there(evidence.customer) {
                (Standing::Pass, "Declared")
            } else {
                (Standing::Missing, "Missing")
            };
            (standing, words.to_owned(), Mend::Field(field))
        }
        Paper(types) => {
            let (standing, detail) = paper(types, evidence);
            (standing, detail.to_owned(), Mend::Documents)
        }
        Tax => {
            let (standing, detail) = tax_residence(evidence);
            (standing, detail, Mend::TaxResidences)
        }
        Representative => {
            let there = evidence
                .members
                .iter()
                .any(|(member, _)| member.role == MemberRole::LegalRepresentative);
            let (standing, detail) = if there {
                (Standing::Pass, "Named")
            } else {
                (Standing::Missing, "Missing")
            };
            (standing, detail.to_owned(), Mend::Members)
        }
        Owners => {
            let (standing, detail) = owners(evidence);
            (standing, detail.to_owned(), Mend::Members)
        }
        Members => {
            let (standing, detail) = members(evidence);
            (standing, detail, Mend::Members)
        }
    }
}

fn paper(types: &[DocumentType], evidence: Evidence<'_>) -> (Standing, &'static str) {
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

fn tax_residence(evidence: Evidence<'_>) -> (Standing, String) {
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

fn owners(evidence: Evidence<'_>) -> (Standing, &'static str) {
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

fn members(evidence: Evidence<'_>) -> (Standing, String) {
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
