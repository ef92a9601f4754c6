//! `POST /2.0/customers/{uuid}/verify`, `GET /2.0/customers/{uuid}/verification`, `GET /2.0/verifications`,
//! `GET|PUT /2.0/verifications/{uuid}`, `POST /2.0/verifications/{uuid}/request`.

use super::{
    ReadKyc, WORDLESS, WriteKyc, on_status,
    paging::{Asked, Many},
    wire::{Verification, VerifyBody},
};
use crate::{
    access::keys::guard::Key,
    customers::{by_branch, declared::Declared, numbered, rules::Kyc, store::Customer},
    db::{Change, Read},
    error::{Error, FieldError, Result},
    faces::{
        json::Body,
        once::{once, once_or_same},
        params::Params,
    },
    reviews::{
        as_check,
        declaration::{self, Declaration},
        store::behind,
    },
    value::CustomerId,
    web::{
        input::{Id, Input},
        reply::Reply,
    },
};

/// Said where a review is asked for of what is not CREATED.
const NOT_CREATED: &str = "Only a CREATED verification can be sent to review.";

pub(super) fn list(
    mut by: Key<ReadKyc>,
    Params(asked): Params<Asked>,
) -> Result<Reply<Many<Verification>>> {
    let wanted = asked.wanted(true, by.caller.time_zone);
    let found = by.read(|tx| numbered::page(tx, &wanted))?;
    let rows = found.rows.iter().filter_map(Verification::of).collect();
    Ok(Reply::new(&Many::of(&asked, &found, rows)))
}

/// By the customer's address and by its own: both name the customer.
pub(super) fn read(mut by: Key<ReadKyc>, Id(id): Id<CustomerId>) -> Result<Reply<Verification>> {
    by.read(|tx| shown(tx, id))
}

fn shown(tx: &mut Read<'_>, id: CustomerId) -> Result<Reply<Verification>> {
    let customer = begun(tx, id)?;
    let shown = Verification::of(&customer).ok_or(Error::NotFound)?;
    Ok(Reply::new(&shown))
}

/// A customer whose KYC has begun: of any other there is no verification.
pub(super) fn begun(tx: &mut Read<'_>, id: CustomerId) -> Result<Customer> {
    let (customer, _) = by_branch::find(tx, &id.to_string())?;
    if customer.kyc == Kyc::None {
        return Err(Error::NotFound);
    }
    Ok(customer)
}

pub(super) fn verify(
    mut by: Key<WriteKyc>,
    Id(id): Id<CustomerId>,
    input: Input,
    Body { read, wrong }: Body<VerifyBody>,
) -> Result<Reply<Verification>> {
    once_or_same(
        &mut by,
        &input,
        |tx| {
            declaration::hold(tx, id, read.of_company())?;
            let changed = declare(tx, id, read, wrong)?;
            changed.then(|| shown(tx, id)).transpose()
        },
        |tx| shown(tx, id),
    )
}

pub(super) fn update(
    mut by: Key<WriteKyc>,
    Id(id): Id<CustomerId>,
    Body { read, wrong }: Body<VerifyBody>,
) -> Result<Reply<Verification>> {
    let mut unchanged = false;
    let changed = by.change(|tx| {
        declaration::hold(tx, id, read.of_company())?;
        begun(tx, id)?;
        unchanged = !declare(tx, id, read, wrong)?;
        shown(tx, id)
    });
    match changed {
        // Nothing is different: nothing is said, and it is answered as it stands.
        Err(_) if unchanged => by.read(|tx| shown(tx, id)),
        changed => changed,
    }
}

fn declare(
    tx: &mut Change<'_>,
    id: CustomerId,
    read: VerifyBody,
    wrong: Vec<FieldError>,
) -> Result<bool> {
    let now = tx.now();
    let declared = |customer: &Customer| {
        let put = read.put(customer, now, wrong)?;
        Ok(Declaration {
            declared: Declared::of(&put.typed, put.kind)?,
            income_sent: put.income_sent,
        })
    };
    declaration::declare(tx, id, declared).map_err(|error| match on_status(error) {
        Error::Invalid(faults) => Error::Invalid(faults.into_iter().map(of_type).collect()),
        other => other,
    })
}

/// What a customer is, is the verification's type.
fn of_type(fault: FieldError) -> FieldError {
    if fault.field == "kind" {
        FieldError {
            field: "type".into(),
            ..fault
        }
    } else {
        fault
    }
}

pub(super) fn request(
    mut by: Key<WriteKyc>,
    Id(id): Id<CustomerId>,
    input: Input,
) -> Result<Reply<Verification>> {
    once(&mut by, &input, |tx| {
        behind::hold(tx, id)?;
        let customer = by_branch::hold(tx, &id.to_string())?;
        match customer.kyc {
            Kyc::None => return Err(Error::NotFound),
            Kyc::Draft | Kyc::Incomplete => {}
            // The desk may ask again of whoever was refused; here a new verify comes first, by the vendor's life.
            _ => return Err(Error::field("status", NOT_CREATED)),
        }
        as_check::begin(tx, &customer, WORDLESS).map_err(on_status)?;
        shown(tx, id)
    })
}
