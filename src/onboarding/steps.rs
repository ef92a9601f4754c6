//! How far a customer is with what their link asks for: read from what is there, so nothing is lost with a page.

use chrono::NaiveDate;

use crate::{
    customers::{
        rules::{Kind, Kyc},
        store::Customer,
        tax_residences::store::{self as residence_rows, Residence},
        typed::Typed,
    },
    db::Read,
    documents::{
        rules::{DocumentStatus, DocumentType},
        store::Document,
    },
    error::{Error, Result},
    onboarding::{
        rules::{self, Options},
        shown,
        store::{self, Session},
    },
    reviews::{
        evidence::Gathered,
        owners,
        policy::{
            rules::{Policy, Wording},
            store as policies,
        },
        prerequisites::{self, Line, Mend, Need, PREREQUISITES},
        rules as rounds,
        store::{
            self as reviews,
            asked::{self, Asked},
            proposals,
        },
    },
    value::OnboardingId,
};

/// The data that a customer sees and may mend, in the order of the page; of each kind what it has.
pub const ASKED: &[&str] = &[
    "first_name",
    "last_name",
    "legal_name",
    "legal_form",
    "registration_number",
    "birth_date",
    "birth_place",
    "birth_country",
    "nationality",
    "address_line1",
    "address_line2",
    "postal_code",
    "city",
    "country",
    "email",
    "phone_prefix",
    "phone",
];

/// What of it is asked of a customer of this kind. Who acts for a company was said by whoever declared it.
pub fn asked_of(kind: Kind) -> impl Iterator<Item = &'static str> {
    let has = move |name: &&str| {
        let mut all = Typed::FIELDS.iter();
        all.any(|field| field.name == *name && field.kinds.contains(&kind))
            && !(kind == Kind::Legal && matches!(*name, "first_name" | "last_name"))
    };
    ASKED.iter().copied().filter(has)
}

/// Said while what was sent is looked at.
pub const LOOKED_AT: &str = "What was sent is being looked at";
/// Said where a link has taken all the changes that it takes.
pub const TOO_OFTEN: &str = "This link takes no more changes";
/// Said where somebody names all the countries in which the page lets them pay tax.
pub const TOO_MANY_COUNTRIES: &str = "This page takes no more countries";
/// Said where the identity checks need a field.
pub const NEEDED_HERE: &str = "This is needed";
/// Said where a link has taken all the papers that it takes.
pub const TOO_MANY: &str = "This link takes no more documents";
/// Said where something is still to be done before everything can be sent off.
pub const NOT_YET: &str = "Something is still to be done first";

/// A paper that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// What it is.
    pub document_type: DocumentType,
    /// Whether the session's options need it; else the review will.
    pub required: bool,
    /// Whether one is there and may serve.
    pub there: bool,
    /// What its owner called the file.
    pub name: Option<String>,
    /// Why the last one does not serve, where none is there.
    pub unfit: Option<Wording>,
}

/// Where a customer stands: all that the page is drawn from.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The session, whose link works.
    pub session: Session,
    /// Whose it is.
    pub customer: Customer,
    /// What stands for their data as the page shows it.
    pub shown: String,
    /// Who asks.
    pub house: String,
    /// Where they are.
    pub zone: chrono_tz::Tz,
    /// Today, there.
    pub today: NaiveDate,
    /// What is asked for.
    pub options: Options,
    /// The papers that are asked for.
    pub papers: Vec<Paper>,
    /// Papers that are there, of any kind.
    handed_in: Vec<Document>,
    /// Where they pay tax.
    pub residences: Vec<Residence>,
    /// What the checklist of the desk still asks of them.
    pub owed: Vec<Line>,
    /// What an officer asked them for, where this session is about who they are.
    pub asked: Option<Asked>,
    /// Whether what was sent is being looked at, so that nothing is saved.
    pub looked_at: bool,
}

impl Standing {
    /// Whether the data was confirmed as it stands now.
    pub fn confirmed(&self) -> bool {
        self.session.confirmed(&self.shown)
    }

    /// Whether it is asked where they pay tax: where a review will be asked for.
    pub fn asks_tax(&self) -> bool {
        let owed = self
            .owed
            .iter()
            .any(|line| line.mend == Mend::TaxResidences);
        self.options.identity.any() && (owed || !self.residences.is_empty())
    }

    /// What they told of a country in which they pay tax.
    pub fn pays_tax_in(&self, country: &str) -> Option<&Residence> {
        self.residences.iter().find(|one| one.country == country)
    }

    /// Whether everything can be sent off.
    pub fn ready(&self) -> bool {
        let papers = self.papers.iter().filter(|one| one.required);
        self.confirmed() && papers.into_iter().all(|one| one.there)
    }

    /// Whether this very file is there already: a browser that lost the answer sends it again.
    pub fn has(&self, document_type: DocumentType, sha256: &[u8]) -> bool {
        self.handed_in.iter().any(|one| {
            one.document_type == document_type
                && one.sha256 == sha256
                && one.status == DocumentStatus::Pending
        })
    }

    /// Whether a paper of this kind is asked for.
    pub fn asks(&self, document_type: DocumentType) -> bool {
        let mut papers = self.papers.iter();
        papers.any(|one| one.document_type == document_type)
    }
}

/// Reads where a customer stands. A session that is over, or of somebody who was merged into another, is not found.
pub fn read(tx: &mut Read<'_>, id: OnboardingId) -> Result<Standing> {
    let (session, customer) = open(tx, id)?;
    let zone = reviews::time_zone(tx)?;
    let today = rounds::today(tx.now(), zone);
    let mut gathered = Gathered::of(tx, &customer)?;
    let looked_at = looked_at(tx, &customer)?;
    if looked_at {
        // What an officer finds meanwhile is told when the review ends, and not one paper at a time.
        for paper in &mut gathered.papers {
            if paper.status == DocumentStatus::Refused {
                paper.status = DocumentStatus::Pending;
            }
        }
    }
    let owed = prerequisites::owed(&owners::checklist(tx, &gathered, &customer, today)?);
    let handed_in: Vec<Document> = gathered
        .papers
        .into_iter()
        .filter(|paper| paper.customer_id == customer.id)
        .collect();
    let options = session.options();
    let policy = policies::current(tx)?.policy;
    let asked = if looked_at || !options.identity.any() {
        None
    } else {
        asked::of(tx, &customer, &policy)?
    };
    Ok(Standing {
        papers: papers(options, &customer, &handed_in, &owed, (today, &policy)),
        asked,
        house: store::organisation_name(tx)?,
        residences: residence_rows::list(tx, customer.id)?,
        shown: shown::of(tx.keys(), id, &customer),
        session,
        customer,
        zone,
        today,
        options,
        handed_in,
        owed,
        looked_at,
    })
}

/// A session whose link works, and whose it is; not found otherwise.
pub fn open(tx: &mut Read<'_>, id: OnboardingId) -> Result<(Session, Customer)> {
    let (session, customer) = store::find(tx, id)?;
    works(&session, &customer, tx)?;
    Ok((session, customer))
}

/// Whether a review of what was sent waits for an officer, or for a second person: data that changes under their eyes would
/// hinder their decision again and again.
pub(super) fn looked_at(tx: &mut Read<'_>, customer: &Customer) -> Result<bool> {
    Ok(customer.kyc == Kyc::Pending || proposals::open_of(tx, customer.id)?.is_some())
}

pub(super) fn works(session: &Session, customer: &Customer, tx: &Read<'_>) -> Result<()> {
    if session.state(tx.now()).is_open() && customer.merged_into.is_none() {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// The papers of the options, and, where a review will be asked for, those that its checklist misses.
fn papers(
    options: Options,
    customer: &Customer,
    handed_in: &[Document],
    owed: &[Line],
    (today, policy): (NaiveDate, &Policy),
) -> Vec<Paper> {
    let required = rules::papers(options.identity);
    let missed = PREREQUISITES.iter().filter(|one| {
        options.identity.any()
            && one.kinds.contains(&customer.kind)
            && owed
                .iter()
                .any(|line| line.mend == Mend::Documents && line.words == one.words)
    });
    let missed = missed.filter_map(|one| match one.need {
        Need::Paper(types) => types.first().copied(),
        _ => None,
    });
    let mut all: Vec<DocumentType> = required.clone();
    for one in missed {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    let serves = |one: &&Document| {
        matches!(
            one.status,
            DocumentStatus::Pending | DocumentStatus::Validated
        ) && one.expires_on.is_none_or(|day| day >= today)
    };
    all.into_iter()
        .map(|document_type| {
            let there = handed_in
                .iter()
                .filter(serves)
                .find(|one| one.document_type == document_type);
            // The newest stands first.
            let last = handed_in
                .iter()
                .find(|one| one.document_type == document_type);
            let unfit = last.filter(|one| one.status == DocumentStatus::Refused);
            Paper {
                document_type,
                required: required.contains(&document_type),
                there: there.is_some(),
                name: there.and_then(Document::name_outside).map(str::to_owned),
                unfit: unfit.and_then(|one| asked::of_paper(one, policy)),
            }
        })
        .collect()
}
