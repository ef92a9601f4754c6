//! Adding, changing and removing a tax residence. The customer's version is raised, since decisions rest on it.

use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        store::{self as customers, Customer},
        tax_residences::{
            rules,
            store::{self, Residence, Wanted},
        },
    },
    db::Change,
    error::{Error, Result},
    value::{CustomerId, TaxResidenceId},
};

/// Adds one. `version` is the customer's, as the asker saw it.
pub fn add(tx: &mut Change<'_>, id: CustomerId, version: i32, wanted: &Wanted) -> Result<()> {
    let customer = held(tx, id, version)?;
    numbered(&customer, wanted)?;
    once(tx, id, wanted, None)?;
    store::insert(tx, id, wanted)?;
    said(tx, What::TaxResidenceAdded, &customer, None, Some(wanted))
}

/// Changes one.
pub fn change(
    tx: &mut Change<'_>,
    id: CustomerId,
    version: i32,
    residence: TaxResidenceId,
    wanted: &Wanted,
) -> Result<()> {
    let customer = held(tx, id, version)?;
    let before = store::find(tx, id, residence)?;
    if same(&before, wanted) {
        return Err(Error::Refused("Nothing was changed.".into()));
    }
    numbered(&customer, wanted)?;
    once(tx, id, wanted, Some(residence))?;
    store::update(tx, residence, wanted)?;
    said(
        tx,
        What::TaxResidenceChanged,
        &customer,
        Some(&before),
        Some(wanted),
    )
}

/// Removes one.
pub fn remove(
    tx: &mut Change<'_>,
    id: CustomerId,
    version: i32,
    residence: TaxResidenceId,
) -> Result<()> {
    let customer = held(tx, id, version)?;
    let before = store::find(tx, id, residence)?;
    store::delete(tx, residence)?;
    said(
        tx,
        What::TaxResidenceRemoved,
        &customer,
        Some(&before),
        None,
    )
}

fn held(tx: &mut Change<'_>, id: CustomerId, version: i32) -> Result<Customer> {
    let customer = customers::lock(tx, id)?;
    if customer.version != version {
        return Err(Error::Conflict(
            "the customer changed since you opened the page".into(),
        ));
    }
    Ok(customer)
}

/// Some countries ask for a number whatever is said of it, and some for whoever is served there.
fn numbered(customer: &Customer, wanted: &Wanted) -> Result<()> {
    let served = customer.distribution_country.as_deref();
    if wanted.number.is_err() && rules::number_needed(&wanted.country, served) {
        return Err(Error::field("tax_payer_id", rules::NUMBER_NEEDED));
    }
    Ok(())
}

/// A country stands once: a second number of it would leave open which one counts.
fn once(
    tx: &mut Change<'_>,
    id: CustomerId,
    wanted: &Wanted,
    own: Option<TaxResidenceId>,
) -> Result<()> {
    let others = store::list(tx, id)?;
    let taken = others
        .iter()
        .any(|one| Some(one.id) != own && one.country == wanted.country);
    if taken {
        return Err(Error::field("country", rules::STANDS_ALREADY));
    }
    Ok(())
}

/// Whether a tax residence says what is wanted already.
pub fn same(one: &Residence, wanted: &Wanted) -> bool {
    facts(one) == wanted_facts(wanted)
}

type Facts = [Option<String>; 4];

const NAMES: [&str; 4] = ["country", "tax_payer_id", "waiver_reason", "waiver_note"];

fn facts(one: &Residence) -> Facts {
    [
        Some(one.country.clone()),
        one.tax_payer_id.clone(),
        one.waiver_reason.map(|reason| reason.as_str().to_owned()),
        one.waiver_note.clone(),
    ]
}

fn wanted_facts(wanted: &Wanted) -> Facts {
    let (number, reason, note) = match &wanted.number {
        Ok(number) => (Some(number.clone()), None, None),
        Err((reason, note)) => (None, Some(reason.as_str().to_owned()), note.clone()),
    };
    [Some(wanted.country.clone()), number, reason, note]
}

fn said(
    tx: &mut Change<'_>,
    what: What,
    customer: &Customer,
    before: Option<&Residence>,
    after: Option<&Wanted>,
) -> Result<()> {
    let (was, is) = (before.map(facts), after.map(wanted_facts));
    let side = |facts: &Option<Facts>, at: usize| -> Value {
        facts.as_ref().and_then(|facts| facts[at].clone()).into()
    };
    let mut fields = Vec::new();
    for (at, name) in NAMES.into_iter().enumerate() {
        let (was, is) = (side(&was, at), side(&is, at));
        // The country stays in the entry where another field changed: it says which residence this is about.
        if was != is || (at == 0 && !was.is_null()) {
            fields.push(Field::personal(name, was, is));
        }
    }
    tx.say(Event::new(what, Subject::Customer(customer.reference())).changing(fields));
    customers::touch(tx, customer.id)
}
