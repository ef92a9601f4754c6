//! `GET|POST /v1/verifications`, `GET /v1/verifications/{id}`, `PATCH|PUT /v1/verifications/{id}/status`.

use std::borrow::Cow;

use super::{
    CreateVerification, OverrideStatus, PREFIX, ReadVerifications,
    errors::REQUIRED,
    query,
    wire::{Create, Many, One, Pagination, SetStatus, Verification},
};
use crate::{
    access::keys::guard::Key,
    audit::store as audit,
    customers::store::{self as customers, Customer},
    db::{Change, Read},
    error::{Error, FieldError, Result},
    faces::{
        json::Body,
        once::{self, Begun, once},
        params::Params,
    },
    reason,
    reviews::{
        as_check,
        overrides::{self, Of, Outcome},
        rules::{HITS_OPEN, State},
        store::{behind, latest, told},
    },
    value::{CustomerId, VerificationId},
    verifications::{
        actions::{self, Asked},
        compared, list as listing,
        rules::{self, Status},
        store::{self, Verification as Check},
    },
    web::{
        input::{Id, Input},
        reply::Reply,
    },
};

/// The longest reason of an override, in characters.
const LONGEST_REASON: usize = 1_000;
/// What the log says where a caller gives none.
const NO_REASON: &str = "no reason given";
/// Said where an override is kept for a second person.
const AWAITING: &str = "awaiting second approval";
/// Said of a check whose customer is another one by now.
const MERGED: &str = "This customer was merged into another.";
/// Said where a customer cannot be validated yet and the reason is for officers.
const NOT_YET: &str = "This customer cannot be validated now. The desk shows why.";

pub(super) fn list(
    mut by: Key<ReadVerifications>,
    Params(asked): Params<query::Asked>,
) -> Result<Reply<Many>> {
    let many = by.read(|tx| {
        let key = audit::organisation_key(tx)?;
        let place = |sealed: &String| {
            let opened = key.open_text(&asked.bound_to, sealed).ok();
            let place = opened.and_then(|text| listing::parsed(&text).ok());
            place.ok_or_else(|| {
                Error::field(
                    "cursor",
                    "Take it from the page before, with the same filters",
                )
            })
        };
        let after = asked.cursor.as_ref().map(place).transpose()?;
        let page = compared::page(tx, &asked.comparisons, after, asked.limit)?;
        let next = page.next(|check| (check.created_at, check.id));
        let cursor = next
            .map(|place| key.seal_text(&asked.bound_to, &listing::written(place)))
            .transpose()?;
        Ok(Many {
            pagination: Pagination {
                has_more: page.more,
                cursor,
            },
            data: shown(tx, page.rows)?,
        })
    })?;
    Ok(Reply::new(&many))
}

/// Checks as the face shows them.
fn shown(tx: &mut Read<'_>, checks: Vec<Check>) -> Result<Vec<Verification>> {
    let organisation = tx.scope().organisation();
    let mut reasons = told::reasons(tx, &checks)?;
    Ok(checks
        .into_iter()
        .map(|check| {
            let reason = reasons.remove(&check.id);
            Verification::of(organisation, check, reason)
        })
        .collect())
}

/// A check as webhooks tell of it, whatever branches whoever changed it may see.
pub fn told(tx: &mut Read<'_>, id: VerificationId) -> Result<Verification> {
    let check = store::of_tenant(tx, id)?;
    shown(tx, vec![check])?.pop().ok_or(Error::NotFound)
}

fn one(tx: &mut Read<'_>, id: VerificationId) -> Result<One> {
    let check = store::find(tx, id)?;
    let data = shown(tx, vec![check])?.pop().ok_or(Error::NotFound)?;
    Ok(One { data })
}

pub(super) fn read(
    mut by: Key<ReadVerifications>,
    Id(id): Id<VerificationId>,
) -> Result<Reply<One>> {
    Ok(Reply::new(&by.read(|tx| one(tx, id))?))
}

/// What is wrong with a body, field by field.
struct Faults(Vec<FieldError>);

impl Faults {
    /// What is said first of a field stands.
    fn say(&mut self, field: &'static str, message: impl Into<Cow<'static, str>>) {
        self.add(FieldError {
            field: field.into(),
            message: message.into(),
        });
    }

    fn add(&mut self, fault: FieldError) {
        if self.0.iter().all(|known| known.field != fault.field) {
            self.0.push(fault);
        }
    }

    /// A text that must be there, trimmed; empty where it is not.
    fn required(&mut self, field: &'static str, text: Option<&str>) -> String {
        let text = text.unwrap_or_default().trim().to_owned();
        if text.is_empty() {
            self.say(field, REQUIRED);
        }
        text
    }

    fn none(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.0))
        }
    }
}

impl Create {
    /// What is asked of whom, where nothing must be mended; `wrong`: what could not be read.
    fn asked(&self, wrong: Vec<FieldError>) -> Result<(CustomerId, Asked)> {
        let mut faults = Faults(wrong);
        let customer = faults.required("customer_id", self.customer_id.as_deref());
        let provider = faults.required("provider", self.provider.as_deref());
        let verification_type =
            faults.required("verification_type", self.verification_type.as_deref());
        let check_type = self.check_type.as_deref().map(str::trim);
        let review = rules::is_review(&provider, &verification_type);
        if check_type == Some("") {
            faults.say("check_type", "Send 1 to 255 characters, or leave it out");
        } else if review && check_type.is_some() {
            faults.say("check_type", "A review has none: leave it out");
        }
        let id: Result<CustomerId, _> = customer.parse();
        if id.is_err() {
            faults.say("customer_id", "Send a UUID");
        }
        let asked = Asked {
            verification_type,
            check_type: check_type.unwrap_or_default().to_owned(),
            provider,
            number: self.number.as_deref().unwrap_or_default().trim().to_owned(),
        };
        // How long each text may be.
        if let (false, Err(Error::Invalid(found))) = (review, asked.clone().checked()) {
            for fault in found {
                faults.add(fault);
            }
        }
        faults.none()?;
        Ok((id.map_err(|_| Error::NotFound)?, asked))
    }
}

/// This face makes no customers: one that is not there, or not in the key's branches, is a fault of the field.
fn there(found: Result<Customer>) -> Result<()> {
    let absent = || Error::field("customer_id", "There is no such customer");
    match found {
        Ok(found) if found.merged_into.is_none() => Ok(()),
        Ok(_) | Err(Error::NotFound) => Err(absent()),
        Err(other) => Err(other),
    }
}

pub(super) fn create(
    mut by: Key<CreateVerification>,
    input: Input,
    Body { read, wrong }: Body<Create>,
) -> Result<Created> {
    let (customer, asked) = read.asked(wrong)?;
    if rules::is_review(&asked.provider, &asked.verification_type) {
        return once(&mut by, &input, |tx| {
            behind::hold(tx, customer)?;
            there(customers::lock_merged_too(tx, customer))?;
            let waits = latest(tx, customer)?.is_some_and(|round| round.state == State::Waiting);
            let id = as_check::request(tx, customer, &asked.verification_type.to_lowercase())?;
            if waits {
                // The round that waited for its customer goes on, with the check that it had.
                return Ok(Created::also(&one(tx, id)?));
            }
            created(tx, id)
        });
    }
    let named = match once::begin(&mut by, &input)? {
        Begun::Answered(answer) => return Ok(Created::kept(answer)),
        Begun::Fresh(named) => named,
    };
    once::settle(&mut by, named, |by, keep| {
        let id = VerificationId(by.new_id());
        let prepared = by.read(|tx| {
            there(customers::find(tx, customer))?;
            let prepared = actions::prepare(tx, &input.providers, id, customer, asked);
            // Between the two somebody may have been merged.
            prepared.map_err(nameless)
        })?;
        let answered = prepared.ask()?;
        by.change(|tx| {
            there(customers::lock_merged_too(tx, customer))?;
            let (id, _) = actions::record(tx, answered)?;
            let created = created(tx, id)?;
            keep(tx, created.answer())?;
            Ok(created)
        })
    })
}

/// A refusal in words that name nobody: the desk's own sentence may say who was merged.
fn nameless(error: Error) -> Error {
    match error {
        Error::Refused(Cow::Owned(_)) => Error::Refused(MERGED.into()),
        other => other,
    }
}

/// A check that was made, or the one with which a round goes on.
type Created = Reply<One, 201, 200>;

fn created(tx: &mut Change<'_>, id: VerificationId) -> Result<Created> {
    let made = one(tx, id)?;
    let place = format!("{PREFIX}/{}", made.data.id());
    Ok(Created::new(&made).with("location", place))
}

impl SetStatus {
    /// The status, and the reason as the log keeps it; `wrong`: what could not be read.
    fn asked(&self, wrong: Vec<FieldError>) -> Result<(Status, String)> {
        let mut faults = Faults(wrong);
        let status = faults.required("status", self.status.as_deref());
        let to: Result<Status, _> = status.parse();
        if to.is_err() {
            faults.say("status", query::statuses());
        }
        let reason = self.reason.as_deref().unwrap_or_default().trim();
        if reason.chars().count() > LONGEST_REASON {
            faults.say("reason", "At most 1,000 characters");
        }
        faults.none()?;
        let told = reason::seen(reason) > 0;
        let reason = if told { reason } else { NO_REASON };
        Ok((to.map_err(|_| Error::NotFound)?, reason.to_owned()))
    }
}

pub(super) fn override_status(
    mut by: Key<OverrideStatus>,
    Id(id): Id<VerificationId>,
    Body { read, wrong }: Body<SetStatus>,
) -> Result<Reply<One>> {
    let (to, reason) = read.asked(wrong)?;
    let (outcome, now) = by
        .change(|tx| {
            let whose = store::find(tx, id)?.customer_id;
            behind::hold(tx, whose)?;
            if customers::lock_merged_too(tx, whose)?.merged_into.is_some() {
                return Err(Error::Refused(MERGED.into()));
            }
            let outcome = overrides::apply_now(tx, Of::Check(id), to.as_str(), &reason)?;
            Ok((outcome, one(tx, id)?))
        })
        .map_err(|error| match error {
            Error::Refused(why) if why == HITS_OPEN => Error::Refused(NOT_YET.into()),
            other => other,
        })?;
    match outcome {
        Outcome::Applied => Ok(Reply::new(&now)),
        Outcome::Proposed => Err(Error::Refused(AWAITING.into())),
    }
}
