//! An officer's word on a difference: it may stand, or what was declared takes the other value.

use serde_json::Value;

use super::{
    rules::{self, Cell, Row, Verdict},
    store,
};
use crate::{
    audit::event::{Change as Changed, Event, Subject, What},
    customers::{
        actions::{self as customers, Halt},
        declared::Declared,
        store::{self as rows, Customer},
        typed::Typed,
    },
    db::{Change, Read},
    documents::{fields::rules::Field, store as papers},
    error::{Error, Result},
    reason,
    reviews::{rules as reviews, store as rounds},
    value::CustomerId,
};

/// The row of one field, as it stands now; nothing where there is nothing to compare.
pub fn row_of(tx: &mut Read<'_>, customer: &Customer, field: Field) -> Result<Option<Row>> {
    let papers = papers::of(tx, &[customer.id])?;
    let readings = store::readings(tx, &[customer.id], &papers)?;
    let accepted = store::accepted(tx, &[customer.id])?;
    Ok(rules::compare(customer, &readings, &accepted)
        .into_iter()
        .find(|row| row.field == field))
}

/// Lets every open difference of a field stand. It is remembered until either value is another. `version`: the
/// customer's, as the officer saw it.
pub fn accept(
    tx: &mut Change<'_>,
    id: CustomerId,
    field: Field,
    version: i32,
    reason: &str,
) -> Result<()> {
    let customer = rows::lock(tx, id)?;
    let reason = reason::checked("reason", reason, "what you saw")?;
    if customer.version != version {
        return Err(Error::Conflict("the customer changed".into()));
    }
    let open: Vec<Cell> = row_of(tx, &customer, field)?
        .into_iter()
        .flat_map(|row| row.cells)
        .filter(|cell| cell.verdict == Verdict::Differs)
        .collect();
    if open.is_empty() {
        return Err(Error::Refused(
            "There is no difference here any more.".into(),
        ));
    }
    let mut changes = vec![Changed::plain("field", Value::Null, field.as_str())];
    for cell in &open {
        store::accept(tx, id, field, &cell.base, &cell.value)?;
        changes.push(Changed::personal(
            field.as_str(),
            cell.base.as_str(),
            cell.value.as_str(),
        ));
    }
    rows::touch(tx, id)?;
    tx.say(
        Event::new(What::FieldAccepted, Subject::Customer(customer.reference()))
            .changing(changes)
            .because(reason),
    );
    Ok(())
}

/// Corrects what was declared to what a source says, as an edit of the form would: by the same rules, with the same
/// entry, and one that tells the source and the reason. `confirmed`: the officer has seen who else is like that.
pub fn correct(
    tx: &mut Change<'_>,
    id: CustomerId,
    field: Field,
    source: &str,
    version: i32,
    reason: &str,
    confirmed: bool,
) -> Result<Result<(), Halt>> {
    let customer = rows::lock(tx, id)?;
    let reason = reason::checked("reason", reason, "what you saw")?;
    if customer.version != version {
        return Ok(Err(Halt::Stale(Box::new(customer))));
    }
    let row = row_of(tx, &customer, field)?.filter(|row| row.may_be_corrected(customer.kind));
    let Some(row) = row else {
        return Err(Error::Refused(
            "Nothing says otherwise any more, so there is nothing to correct.".into(),
        ));
    };
    let Some(cell) = row.offered().find(|cell| cell.source() == source) else {
        return Err(Error::field("source", "Choose the value that is right"));
    };
    let today = reviews::today(tx.now(), rounds::time_zone(tx)?);
    let typed = with(&Typed::from(&customer), field, &cell.value)?.tidied(customer.kind);
    let wrong = typed
        .errors(customer.kind, today)
        .into_iter()
        .find(|error| error.field == field.as_str());
    if let Some(wrong) = wrong {
        return Err(Error::field("source", wrong.message));
    }
    let declared = Declared::of(&typed, customer.kind)?;
    if let Err(halt) = customers::edit(tx, id, &declared, version, confirmed)? {
        return Ok(Err(halt));
    }
    tx.say(
        Event::new(
            What::FieldCorrected,
            Subject::Customer(customer.reference()),
        )
        .changing(vec![
            Changed::plain("field", Value::Null, field.as_str()),
            Changed::plain("source", Value::Null, source),
        ])
        .because(reason),
    );
    Ok(Ok(()))
}

/// The form as it was, with another value in one field.
fn with(typed: &Typed, field: Field, value: &str) -> Result<Typed> {
    let mut form = serde_json::to_value(typed).map_err(anyhow::Error::new)?;
    form[field.as_str()] = value.into();
    Ok(serde_json::from_value(form).map_err(anyhow::Error::new)?)
}
