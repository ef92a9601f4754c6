//! `POST|GET /v1/taxResidences`, `GET|PUT|DELETE /v1/taxResidences/{id}`.

use super::{
    ReadUsers, WriteUsers,
    list::OfUsers,
    number::Number,
    wire::{
        add, fault,
        shown::Shown,
        tax::{self, TaxResidence, TaxResidenceBody, TaxResidences},
    },
};
use crate::{
    access::keys::guard::Key,
    customers::{
        by_number as users, store as customers,
        tax_residences::{
            actions,
            by_number::{self, Numbered},
        },
    },
    db::Read,
    error::{Error, Result},
    faces::{
        json::{Body, Given},
        once::once,
        params::Params,
    },
    reviews::policy::store as policies,
    web::{input::Input, reply::Reply},
};

type Answer = Reply<Shown<TaxResidences>>;

fn shown(tx: &mut Read<'_>, found: Vec<Numbered>, gone: bool) -> Result<Shown<TaxResidences>> {
    let cycle = policies::current(tx)?.policy.kyc_life_cycle;
    let whose = found.iter().map(|one| one.customer_id).collect();
    let numbers = users::numbers(tx, whose)?;
    let tax_residences = found
        .into_iter()
        .map(|one| {
            let user = numbers.get(&one.customer_id).copied().unwrap_or_default();
            TaxResidence::of(user, one, gone)
        })
        .collect();
    Ok(Shown::of(cycle, TaxResidences { tax_residences }))
}

/// What a residence is refused for, in the face's names.
fn refused(error: Error) -> Error {
    match error {
        Error::Invalid(found) => Error::Invalid(found.into_iter().map(tax::named).collect()),
        other => other,
    }
}

pub(super) fn create(
    mut by: Key<WriteUsers>,
    input: Input,
    Body { read, wrong }: Body<TaxResidenceBody>,
) -> Result<Answer> {
    let user = match read.user() {
        Ok(user) => user,
        Err(fault) => {
            let mut faults = wrong;
            add(&mut faults, fault);
            return Err(Error::Invalid(faults));
        }
    };
    once(&mut by, &input, |tx| {
        let customer = users::hold(tx, user)?;
        let wanted = read.wanted(None, wrong)?;
        actions::add(tx, customer.id, customer.version, &wanted).map_err(refused)?;
        let made = by_number::in_country(tx, customer.id, &wanted.country)?;
        Ok(Reply::new(&shown(tx, vec![made], false)?))
    })
}

pub(super) fn list(
    mut by: Key<ReadUsers>,
    Params(OfUsers(asked)): Params<OfUsers>,
) -> Result<Answer> {
    let shown = by.read(|tx| {
        let found = by_number::page(tx, &asked)?;
        shown(tx, found, false)
    })?;
    Ok(Reply::new(&shown))
}

pub(super) fn read(mut by: Key<ReadUsers>, Number(number): Number) -> Result<Answer> {
    let shown = by.read(|tx| {
        let found = by_number::find(tx, number)?;
        shown(tx, vec![found], false)
    })?;
    Ok(Reply::new(&shown))
}

pub(super) fn update(
    mut by: Key<WriteUsers>,
    Number(number): Number,
    Body { read, mut wrong }: Body<TaxResidenceBody>,
) -> Result<Answer> {
    let mut same = None;
    let changed = by.change(|tx| {
        let before = by_number::find(tx, number)?;
        let customer = customers::lock(tx, before.customer_id)?;
        let before = by_number::find(tx, number)?;
        match read.user_id {
            Given::Value(user) if user.0 != customer.number => {
                wrong.push(fault("userId", "said where the residence is added"));
            }
            _ => {}
        }
        let wanted = read.wanted(Some(&before), wrong)?;
        let unchanged = before.country == wanted.country
            && before.tax_payer_id.as_ref() == wanted.number.as_ref().ok();
        if unchanged {
            same = Some(shown(tx, vec![before], false)?);
            return Err(Error::Conflict("nothing changed".into()));
        }
        actions::change(tx, customer.id, customer.version, before.id, &wanted).map_err(refused)?;
        let after = by_number::find(tx, number)?;
        shown(tx, vec![after], false)
    });
    let shown = match same {
        Some(same) => same,
        None => changed?,
    };
    Ok(Reply::new(&shown))
}

pub(super) fn delete(mut by: Key<WriteUsers>, Number(number): Number) -> Result<Answer> {
    let shown = by.change(|tx| {
        let found = by_number::find(tx, number)?;
        let customer = customers::lock(tx, found.customer_id)?;
        actions::remove(tx, customer.id, customer.version, found.id)?;
        shown(tx, vec![found], true)
    })?;
    Ok(Reply::new(&shown))
}
