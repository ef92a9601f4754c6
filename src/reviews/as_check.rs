//! A review that a machine asks for as if it were a check: its own check, by the provider `manual`, stands for it.

use crate::{
    customers::{
        rules::{Kind, Kyc},
        store::{self as customers, Customer},
    },
    db::Change,
    error::{Error, Result},
    reviews::{
        approvals::says_one_is_asked,
        prerequisites::{says_what_is_missing, wordless::Wordless},
        request::{self, Requested},
        retry, rules,
        store::behind,
    },
    value::{CustomerId, VerificationId},
    verifications::store as checks,
};

/// Said of somebody who is accepted: that something happened to them is for people and for the clock to say.
const ACCEPTED: &str =
    "This customer is validated. A review can be requested once the next one is due.";
/// Said of a company, without the names of those behind it.
const MEMBERS: &str = "Every member of the company must be complete first.";

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

/// Asks for a review in a machine's name: the same, with a refusal that names nobody who stands behind a company.
/// `customer` is held by whoever calls this, together with whoever it takes along ([`behind::hold`]); `wordless`: what the
/// machine's language cannot say.
pub fn begin(tx: &mut Change<'_>, customer: &Customer, wordless: Wordless) -> Result<Requested> {
    retry::allowed(tx, customer)?;
    let waits = customer.kyc != Kyc::Pending;
    request::without_words(tx, customer.id, wordless).map_err(|error| match error {
        Error::Refused(why) if says_what_is_missing(&why) || says_one_is_asked(&why) => {
            Error::Refused(why)
        }
        // Its sentence names them.
        Error::Refused(_) if waits && customer.kind == Kind::Legal => {
            Error::Refused(MEMBERS.into())
        }
        other => other,
    })
}
