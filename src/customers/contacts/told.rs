//! What customers told of themselves by their own link, so that nobody finds them by it.

use diesel::prelude::*;

use crate::{
    access::actor::Who,
    customers::store::Customer,
    db::{Change, Read},
    error::Result,
    schema::told_contacts,
    value::CustomerId,
};

/// Of these customers, those who told of an e-mail or a phone themselves.
pub(super) fn told(tx: &mut Read<'_>, ids: &[CustomerId]) -> Result<Vec<(CustomerId, bool, bool)>> {
    let tenant = tx.scope().organisation();
    Ok(told_contacts::table
        .filter(told_contacts::organisation_id.eq(tenant))
        .filter(told_contacts::customer_id.eq_any(ids.to_vec()))
        .select((
            told_contacts::customer_id,
            told_contacts::email,
            told_contacts::phone,
        ))
        .load(tx.conn())?)
}

/// Whether another prefix stands before the digits that stood there already. Our ruling: the house says that a number is theirs
/// where it writes the same number, however it spells it, or a number of its own; of what they told, half is not that.
fn readdressed(before: &Customer, after: &Customer) -> bool {
    let prefix = |one: &Customer| digits(one.phone_prefix.as_deref());
    let number = |one: &Customer| digits(one.phone.as_deref());
    number(before) == number(after) && prefix(before) != prefix(after)
}

/// The digits of a prefix or a number, without the zeros in place of a `+` or of a prefix.
fn digits(text: Option<&str>) -> String {
    let all = text.unwrap_or_default().chars();
    let digits: String = all.filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}

/// Keeps, beside what changed of a customer, who said how they are reached: themselves by their link, or the house.
pub(in crate::customers) fn note(
    tx: &mut Change<'_>,
    before: &Customer,
    after: &Customer,
) -> Result<()> {
    let email = before.email != after.email;
    let phone = before.phone != after.phone || before.phone_prefix != after.phone_prefix;
    if !email && !phone {
        return Ok(());
    }
    let themselves = matches!(tx.actor().who, Who::Customer(_));
    let known = told(tx, &[after.id])?.pop();
    if known.is_none() && !themselves {
        return Ok(());
    }
    let (_, was_email, was_phone) = known.unwrap_or((after.id, false, false));
    let kept = (
        told_contacts::email.eq(if email { themselves } else { was_email }),
        told_contacts::phone.eq(if phone {
            themselves || (was_phone && readdressed(before, after))
        } else {
            was_phone
        }),
    );
    let tenant = tx.scope().organisation();
    diesel::insert_into(told_contacts::table)
        .values((
            told_contacts::organisation_id.eq(tenant),
            told_contacts::customer_id.eq(after.id),
            kept,
        ))
        .on_conflict((told_contacts::organisation_id, told_contacts::customer_id))
        .do_update()
        .set(kept)
        .execute(tx.conn())?;
    Ok(())
}
