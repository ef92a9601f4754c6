//! `GET|POST /2.0/customers`, `GET|PUT /2.0/customers/{uuid}`.

use std::cell::Cell;

use super::{
    ReadKyc, WriteKyc,
    paging::{Asked, Many},
    wire::{CustomerAnswer, CustomerBody},
};
use crate::{
    access::keys::guard::Key,
    customers::{
        actions::{self, Halt},
        by_branch, contacts,
        declared::Declared,
        metadata, numbered,
        rules::Kind,
        store::Customer,
        typed::Typed,
    },
    db::{Change, Read},
    error::{Error, FieldError, Result},
    faces::{
        json::{Body, Given},
        once::once_or_same,
        params::Params,
    },
    value::CustomerId,
    web::{
        input::{Id, Input},
        reply::Reply,
    },
};

pub(super) fn list(
    mut by: Key<ReadKyc>,
    Params(asked): Params<Asked>,
) -> Result<Reply<Many<CustomerAnswer>>> {
    let wanted = asked.wanted(false, by.caller.time_zone);
    let many = by.read(|tx| {
        let found = numbered::page(tx, &wanted)?;
        let ids: Vec<CustomerId> = found.rows.iter().map(|one| one.id).collect();
        let mut kept = metadata::of(tx, &ids)?;
        let rows = found.rows.iter().cloned().map(|customer| {
            let metadata = kept.remove(&customer.id);
            CustomerAnswer::of(customer, metadata)
        });
        Ok(Many::of(&asked, &found, rows.collect()))
    })?;
    Ok(Reply::new(&many))
}

pub(super) fn read(mut by: Key<ReadKyc>, Id(id): Id<CustomerId>) -> Result<Reply<CustomerAnswer>> {
    by.read(|tx| shown(tx, id))
}

fn shown(tx: &mut Read<'_>, id: CustomerId) -> Result<Reply<CustomerAnswer>> {
    let (customer, _) = by_branch::find(tx, &id.to_string())?;
    let metadata = metadata::of(tx, &[id])?.remove(&id);
    Ok(Reply::new(&CustomerAnswer::of(customer, metadata)))
}

/// Whoever has this e-mail, or this phone, is changed; else somebody is added, in the key's first branch. Our ruling: only
/// whom the key may see is found, and of several the one who was there first. A caller who adds somebody says nothing of
/// what they are: a person, until a verification says otherwise.
pub(super) fn upsert(
    mut by: Key<WriteKyc>,
    input: Input,
    Body { read, wrong }: Body<CustomerBody>,
) -> Result<Reply<CustomerAnswer>> {
    let takes_new = by.caller.takes_new;
    let now = by.now();
    let new = || Typed {
        branch: takes_new.to_string(),
        ..Typed::default()
    };
    // What must be mended is said whoever it is; of a company, again below.
    read.put(new(), None, now, &wrong)?;
    let known = Cell::new(None);
    once_or_same(
        &mut by,
        &input,
        |tx| {
            let contact = read.contact().ok_or(Error::NotFound)?;
            contacts::hold(tx, contact)?;
            if let Some(found) = contacts::first(tx, contact)? {
                known.set(Some(found.id));
                let changed = change(tx, found.id, &read.clone().known(), &wrong)?;
                return changed.then(|| shown(tx, found.id)).transpose();
            }
            let typed = read.put(new(), None, now, &wrong)?;
            let declared = Declared::of(&typed, Kind::Natural)?;
            // Whoever else is alike is shown side by side at the desk.
            let id = actions::add(tx, &declared, true)?.map_err(halted)?;
            by_branch::leave_unnamed(tx, id, takes_new)?;
            keep(tx, id, &read)?;
            shown(tx, id).map(Some)
        },
        |tx| shown(tx, known.get().ok_or(Error::NotFound)?),
    )
}

/// Writes what the caller keeps beside a customer, and says whether anything is different.
fn keep(tx: &mut Change<'_>, id: CustomerId, read: &CustomerBody) -> Result<bool> {
    let metadata = match &read.metadata {
        Given::Absent => return Ok(false),
        Given::Null => None,
        Given::Value(object) => Some(object.clone()),
    };
    let (customer, _) = by_branch::find(tx, &id.to_string())?;
    metadata::set(tx, &customer, metadata)
}

/// Changes what was sent of a customer, and says whether anything is different.
fn change(
    tx: &mut Change<'_>,
    id: CustomerId,
    read: &CustomerBody,
    wrong: &[FieldError],
) -> Result<bool> {
    // A caller sends no version, and two who change different fields at once both mean it: the second waits here.
    let customer: Customer = by_branch::hold(tx, &id.to_string())?;
    let typed = read.put(Typed::from(&customer), Some(&customer), tx.now(), wrong)?;
    let declared = Declared::of(&typed, customer.kind)?;
    let kept = keep(tx, id, read)?;
    let version = by_branch::find(tx, &id.to_string())?.0.version;
    match actions::edit(tx, id, &declared, version, true)? {
        Ok(()) => Ok(true),
        Err(Halt::Unchanged) => Ok(kept),
        Err(other) => Err(halted(other)),
    }
}

fn halted(_: Halt) -> Error {
    Error::Conflict("the customer changed meanwhile; read it again".into())
}

pub(super) fn update(
    mut by: Key<WriteKyc>,
    Id(id): Id<CustomerId>,
    Body { read, wrong }: Body<CustomerBody>,
) -> Result<Reply<CustomerAnswer>> {
    let mut unchanged = false;
    let changed = by.change(|tx| {
        unchanged = !change(tx, id, &read, &wrong)?;
        shown(tx, id)
    });
    match changed {
        // Nothing is different: nothing is said, and the customer is answered as it stands.
        Err(_) if unchanged => by.read(|tx| shown(tx, id)),
        changed => changed,
    }
}
