//! A review that a machine asks for as if it were a check: its own check, by the provider `manual`, stands for it.

use crate::{
    customers::{
        ownership::store as structure,
        rules::{Kind, Kyc},
        store::{self as customers, Customer},
    },
    db::{Change, Read},
    documents::rules::DocumentType,
    error::{Error, Result},
    reviews::{
        approvals::says_one_is_asked,
        evidence::Gathered,
        prerequisites::{self, Line, says_what_is_missing, what_is_missing, wordless::Wordless},
        request::{self, Requested},
        retry, rules,
        store::{self, behind},
    },
    value::{CustomerId, VerificationId},
    verifications::store as checks,
};

/// Said of somebody who is accepted: that something happened to them is for people and for the clock to say.
const ACCEPTED: &str =
    "This customer is validated. A review can be requested once the next one is due.";
/// Said of a company, without the names of those behind it.
const MEMBERS: &str = "Every member of the company must be complete first.";
/// What may be open of whom a company's own system named as acting for it, and what of the company mends it.
const OF_THE_NAMED: &[(&str, &str)] = &[
    ("Names", "First and last name of the representative"),
    (
        "Identity document",
        DocumentType::BusinessAdministratorId.words(),
    ),
];

/// Asks for a review of a customer by one of their organisation's own systems. Returns the review's own check, which is
/// pending; where something is missing it stays so until the customer has mended it and a review is asked for again.
/// `Error::Refused` where a review is open or none may be asked for, `Error::Invalid` where the type is that of a company
/// and the customer is a person, or the reverse.
pub fn request(tx: &mut Change<'_>, id: CustomerId, asked_type: &str) -> Result<VerificationId> {
    behind::hold(tx, id)?;
    let customer = customers::lock(tx, id)?;
    if asked_type != rules::own_type(customer.kind) {
        return Err(Error::field(
            "verification_type",
            match customer.kind {
                Kind::Legal => "This customer is a company: kyb",
                Kind::Natural | Kind::SoleTrader => "This customer is a person: kyc",
            },
        ));
    }
    if customer.kyc == Kyc::Validated {
        return Err(Error::Refused(ACCEPTED.into()));
    }
    let requested = begin(tx, &customer, Wordless::NOTHING)?;
    let own = checks::of_review(tx, requested.review)?;
    own.map(|check| check.id).ok_or(Error::NotFound)
}

/// Asks for a review in a machine's name: the same, with a refusal that names nobody who stands behind a company, and what the
/// company itself owes meanwhile.
/// `customer` is held by whoever calls this, together with whoever it takes along ([`behind::hold`]); `wordless`: what the
/// machine's language cannot say.
pub fn begin(tx: &mut Change<'_>, customer: &Customer, wordless: Wordless) -> Result<Requested> {
    retry::allowed(tx, customer)?;
    let waits = customer.kyc != Kyc::Pending;
    match request::without_words(tx, customer.id, wordless) {
        Err(Error::Refused(why)) if says_what_is_missing(&why) || says_one_is_asked(&why) => {
            Err(Error::Refused(why))
        }
        // Its sentence names them.
        Err(Error::Refused(_)) if waits && customer.kind == Kind::Legal => {
            Err(Error::Refused(of_company(tx, customer, wordless)?.into()))
        }
        other => other,
    }
}

/// That a company waits for its members, with what its own system can mend: else nothing of a first refusal could be acted on.
fn of_company(tx: &mut Read<'_>, company: &Customer, wordless: Wordless) -> Result<String> {
    let gathered = Gathered::of(tx, company)?;
    let mut open = wordless.owed(request::owed(tx, company, &gathered)?);
    open.retain(|line| line.words != prerequisites::MEMBERS);
    open.extend(of_the_named(tx, company, &gathered)?);
    Ok(if open.is_empty() {
        MEMBERS.to_owned()
    } else {
        format!("{MEMBERS} {}", what_is_missing(&open))
    })
}

/// What is open of whom the company's own system named, in words of the company. Whom an officer named, the officer completes.
fn of_the_named(tx: &mut Read<'_>, company: &Customer, gathered: &Gathered) -> Result<Vec<Line>> {
    let Some(named) = structure::named(tx, company.id)? else {
        return Ok(Vec::new());
    };
    let today = rules::today(tx.now(), store::time_zone(tx)?);
    let behind = gathered.behind(today).into_iter();
    let theirs = behind.filter(|(id, _)| *id == named.child_id);
    let lines = theirs.filter_map(|(_, lines)| lines).flatten();
    Ok(lines
        .filter_map(|line| {
            let of = OF_THE_NAMED
                .iter()
                .find(|(theirs, _)| *theirs == line.words);
            of.map(|&(_, words)| Line { words, ..line })
        })
        .collect())
}
