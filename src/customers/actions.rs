//! Adding and editing customers, and notes on them.

use diesel::prelude::*;

use crate::{
    audit::{
        event::{Change as Changed, Event, Subject, What},
        store::new_data_key,
    },
    customers::{
        contacts,
        declared::{Declared, changes},
        duplicates::{self, Likely},
        kinds, mentions,
        ownership::raising,
        short_id::short_id,
        store::{self, Customer},
        typed::Typed,
    },
    db::Change,
    error::{Error, Result},
    organisations::store as organisations,
    schema::{customers, notes},
    seal::SealError,
    value::{CustomerId, DataKeyId, NoteId},
};

/// What a validation rests on: where it changes, a validated customer is looked at again.
const MATERIAL: &[&str] = &[
    "first_name",
    "last_name",
    "birth_date",
    "birth_country",
    "nationality",
    "legal_name",
    "legal_form",
    "legal_type",
    "registration_number",
    "address_line1",
    "address_line2",
    "postal_code",
    "city",
    "state",
    "country",
    "tax_id",
];

/// Why a form was not saved, though nothing in it is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Halt {
    /// Others like it are there, and nobody has said that they are somebody else.
    Alike(Likely),
    /// Somebody else saved in between: the customer as they are now.
    Stale(Box<Customer>),
    /// Nothing is different.
    Unchanged,
    /// It names another branch, to which a customer is moved on a page of its own, with a reason.
    Elsewhere,
}

/// Adds a customer. `confirmed`: the asker has seen who is alike.
pub fn add(
    tx: &mut Change<'_>,
    declared: &Declared,
    confirmed: bool,
) -> Result<Result<CustomerId, Halt>> {
    // A branch out of scope is as unknown as one that never was.
    if organisations::branch(tx, declared.branch_id).is_err() {
        return Err(Error::field("branch", "Choose a branch"));
    }
    if !confirmed {
        let alike = duplicates::of(tx, declared, None)?;
        if !alike.ones.is_empty() {
            return Ok(Err(Halt::Alike(alike)));
        }
    }
    let (id, key) = (CustomerId(tx.new_id()), DataKeyId(tx.new_id()));
    new_data_key(tx, key)?;
    let short = short_id(getrandom::fill)
        .map_err(|_| Error::Internal(anyhow::Error::new(SealError::NoRandomness)))?;
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let (kind, by) = tx.actor().who.parts();
    let customer: Customer = diesel::insert_into(customers::table)
        .values((
            declared,
            customers::organisation_id.eq(tenant),
            customers::id.eq(id),
            customers::short_id.eq(short),
            customers::data_key.eq(key),
            customers::created_by_kind.eq(kind),
            customers::created_by_id.eq(by),
            customers::created_at.eq(now),
            customers::updated_at.eq(now),
        ))
        .returning(Customer::as_returning())
        .get_result(tx.conn())?;
    let said = named(tx, changes(&Typed::default(), &Typed::from(&customer)))?;
    tx.say(Event::new(What::CustomerAdded, Subject::Customer(customer.reference())).changing(said));
    Ok(Ok(id))
}

/// Saves what was declared anew; the branch stays. `version` is the one that the asker saw.
pub fn edit(
    tx: &mut Change<'_>,
    id: CustomerId,
    declared: &Declared,
    version: i32,
    confirmed: bool,
) -> Result<Result<(), Halt>> {
    let present = store::lock(tx, id)?;
    if present.version != version {
        return Ok(Err(Halt::Stale(Box::new(present))));
    }
    let before = Typed::from(&present);
    if declared.branch_id != present.branch_id {
        return Ok(Err(Halt::Elsewhere));
    }
    kinds::may_become(tx, &present, declared.kind)?;
    if !confirmed && identity_changed(&present, declared) {
        let alike = duplicates::of(tx, declared, Some(id))?;
        if !alike.ones.is_empty() {
            return Ok(Err(Halt::Alike(alike)));
        }
    }
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let row = || {
        customers::table
            .filter(customers::organisation_id.eq(tenant))
            .filter(customers::id.eq(id))
    };
    let after: Customer = diesel::update(row())
        .set((
            declared,
            customers::updated_at.eq(now),
            customers::version.eq(customers::version + 1),
        ))
        .returning(Customer::as_returning())
        .get_result(tx.conn())?;
    let mut different = changes(&before, &Typed::from(&after));
    if present.kind != after.kind {
        let (was, is) = (present.kind.as_str(), after.kind.as_str());
        different.push(Changed::plain("kind", was, is));
    }
    if different.is_empty() {
        return Ok(Err(Halt::Unchanged));
    }
    contacts::note(tx, &present, &after)?;
    let material = different
        .iter()
        .any(|change| MATERIAL.contains(&change.field));
    tx.say(
        Event::new(What::CustomerEdited, Subject::Customer(after.reference())).changing(different),
    );
    if material {
        raising::raise(tx, &after, "What was accepted reads otherwise now.")?;
    }
    Ok(Ok(()))
}

/// A branch in an entry goes by its name.
fn named(
    tx: &mut Change<'_>,
    mut said: Vec<crate::audit::event::Change>,
) -> Result<Vec<crate::audit::event::Change>> {
    for change in said.iter_mut().filter(|change| change.field == "branch") {
        for side in [&mut change.before, &mut change.after] {
            if let Some(id) = side.as_str().and_then(|text| text.parse().ok()) {
                *side = organisations::branch(tx, id)?.name.into();
            }
        }
    }
    Ok(said)
}

fn identity_changed(before: &Customer, after: &Declared) -> bool {
    before.email != after.email
        || before.tax_id != after.tax_id
        || before.registration_number != after.registration_number
        || before.birth_date != after.birth_date
        || before.first_name != after.first_name
        || before.last_name != after.last_name
        || before.legal_name != after.legal_name
}

/// Writes a note for colleagues, and calls those whom it names. It changes nothing that a decision rests on, so the
/// version stays.
pub fn write_note(tx: &mut Change<'_>, id: CustomerId, body: &str) -> Result<()> {
    let customer = store::find(tx, id)?;
    let staff = tx.actor().staff().ok_or(Error::Forbidden)?;
    let colleagues = mentions::store::colleagues(tx, customer.branch_id)?;
    let called = mentions::rules::called(body, &colleagues)
        .map_err(|sentence| Error::field("body", sentence))?;
    let (tenant, now, note) = (tx.scope().organisation(), tx.now(), NoteId(tx.new_id()));
    diesel::insert_into(notes::table)
        .values((
            notes::organisation_id.eq(tenant),
            notes::id.eq(note),
            notes::customer_id.eq(id),
            notes::body.eq(body),
            notes::written_by.eq(staff),
            notes::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    let mut event = Event::new(What::NoteWritten, Subject::Customer(customer.reference()));
    if !called.is_empty() {
        mentions::store::insert(tx, id, note, &called)?;
        let names: Vec<&str> = colleagues
            .iter()
            .filter(|one| called.iter().any(|mention| mention.whom == one.id))
            .map(|one| one.name.as_str())
            .collect();
        event = event.changing(vec![Changed::personal("called", (), names.join(", "))]);
    }
    tx.say(event);
    Ok(())
}
