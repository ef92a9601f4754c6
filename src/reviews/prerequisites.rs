//! The checklist: what must be known and shown before a KYC can be decided. A table of requirements by kind, read by
//! the KYC page and later by the automatic review.

mod judges;
pub mod wordless;

use chrono::NaiveDate;

use crate::{
    customers::{
        relations::Relation,
        rules::{Kind, MemberRole},
        store::Customer,
        tax_residences::TaxResidence,
    },
    documents::{fields::rules::Field, rules::DocumentType, store::Document},
    reviews::compare::rules::{self as compare, Accepted, Reading},
    value::CustomerId,
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
    /// At least one tax residence; a US person's includes the United States. None of whoever only represents a company.
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
    line(COMPANY, "People", OWNERS, Owners),
    line(COMPANY, "People", MEMBERS, Members),
];

/// The line that says whether owners are named.
const OWNERS: &str = "Owners of 25 % or more";
/// The line that stands for all that is asked of members.
pub const MEMBERS: &str = "Every member complete";

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
    /// Papers of companies that prove who acts for them, beside whom the company's own system named so.
    pub administrators: &'a [(CustomerId, Document)],
    /// Tax residences.
    pub residences: &'a [TaxResidence],
    /// Whether the customer represents a company and owns a part of none: then no tax residence is asked for.
    pub only_represents: bool,
    /// What stands on papers and in registers.
    pub readings: &'a [Reading],
    /// Differences that somebody let stand.
    pub accepted: &'a [Accepted],
    /// The company's members.
    pub members: &'a [Relation],
    /// They, and who stands behind them, each once with how many of their own requirements are open; unknown for whoever is
    /// elsewhere.
    pub together: &'a [(CustomerId, Option<usize>)],
    /// There are more of them than are read at once.
    pub more: bool,
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
    /// The comparison: an officer says which value is right.
    Compare,
}

/// A customer's checklist.
pub fn checklist(evidence: Evidence<'_>) -> Vec<Line> {
    lines(evidence, |_| true)
}

/// The line of owners again, where somebody owns a quarter or more through other companies: they are named behind these, and a
/// statement that there is none does not hold. Owners among the company's own members were judged already.
pub fn owned_through_others(lines: &mut [Line], stated: bool) {
    for line in lines.iter_mut().filter(|line| line.words == OWNERS) {
        let detail = match (line.standing, stated) {
            (Standing::Missing, _) => {
                line.standing = Standing::Pass;
                "Named behind other companies"
            }
            (Standing::Pass, true) => {
                line.standing = Standing::Mismatch;
                "Owned through other companies, and stated that there are none"
            }
            _ => continue,
        };
        detail.clone_into(&mut line.detail);
    }
}

/// How much of a member's own list is open. Who has to be named behind a member that is a company itself is that company's
/// affair.
pub fn open_as_member(evidence: Evidence<'_>) -> usize {
    owed_as_member(evidence).len()
}

/// The same, line by line.
pub fn owed_as_member(evidence: Evidence<'_>) -> Vec<Line> {
    let asked = |need: Need| match need {
        Representative | Owners | Members => false,
        Tax | Declared(..) | Paper(_) => true,
    };
    let mut lines = lines(evidence, asked);
    lines.retain(|line| line.standing != Standing::Pass);
    lines
}

/// What is not met, in a sentence that the customer may read.
pub fn what_is_missing(lines: &[Line]) -> String {
    let open: Vec<&str> = lines
        .iter()
        .filter(|line| line.standing != Standing::Pass)
        .map(|line| line.words)
        .collect();
    format!("{MISSING}{}.", open.join("; "))
}

/// How such a sentence begins.
const MISSING: &str = "Missing or to be mended: ";

/// Whether a sentence says what is missing: it names requirements and nobody.
pub fn says_what_is_missing(sentence: &str) -> bool {
    sentence.starts_with(MISSING)
}

/// What of the checklist the customer owes: all that is not met but what an officer has to say of a difference.
pub fn owed(lines: &[Line]) -> Vec<Line> {
    lines
        .iter()
        .filter(|line| line.standing != Standing::Pass && line.mend != Mend::Compare)
        .cloned()
        .collect()
}

/// How many lines are not met.
pub fn open(lines: &[Line]) -> usize {
    lines
        .iter()
        .filter(|line| line.standing != Standing::Pass)
        .count()
}

fn lines(evidence: Evidence<'_>, asked: impl Fn(Need) -> bool) -> Vec<Line> {
    let differs = compare::open(evidence.customer, evidence.readings, evidence.accepted);
    PREREQUISITES
        .iter()
        .filter(|one| one.kinds.contains(&evidence.customer.kind) && asked(one.need))
        .map(|one| {
            let (standing, detail, mend) = judge(one.need, evidence, &differs);
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

fn judge(need: Need, evidence: Evidence<'_>, differs: &[Field]) -> (Standing, String, Mend) {
    match need {
        Declared(field, there) if !there(evidence.customer) => {
            (Standing::Missing, "Missing".to_owned(), Mend::Field(field))
        }
        Declared(field, _) => judges::compared(judges::fields_of(field), differs)
            .unwrap_or_else(|| (Standing::Pass, "Declared".to_owned(), Mend::Field(field))),
        Paper(types) => {
            let (standing, detail) = judges::paper(types, evidence);
            judges::compared(judges::on_papers(types), differs)
                .filter(|_| standing == Standing::Pass)
                .unwrap_or_else(|| (standing, detail.to_owned(), Mend::Documents))
        }
        Tax => {
            if let Some(open) = judges::compared(&[Field::TaxId], differs) {
                return open;
            }
            judges::tax_residence(evidence)
        }
        Representative => {
            let there = evidence
                .members
                .iter()
                .any(|member| member.role == MemberRole::LegalRepresentative);
            let (standing, detail) = if there {
                (Standing::Pass, "Named")
            } else {
                (Standing::Missing, "Missing")
            };
            (standing, detail.to_owned(), Mend::Members)
        }
        Owners => {
            let (standing, detail) = judges::owners(evidence);
            (standing, detail.to_owned(), Mend::Members)
        }
        Members => {
            let (standing, detail) = judges::members(evidence);
            (standing, detail, Mend::Members)
        }
    }
}
