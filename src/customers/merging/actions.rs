//! What is said about two customers who are alike: that they are two, that they are one, and both taken back. Each is
//! an entry under both of them.

use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        merging::{rules, store},
        ownership::raising,
        store::{self as customers, Customer},
    },
    db::Change,
    error::{Error, Result},
    reason,
    value::CustomerId,
};

/// Remembers that two are two, whatever they share.
pub fn not_the_same(tx: &mut Change<'_>, id: CustomerId, other: CustomerId) -> Result<()> {
    let staff = tx.actor().staff().ok_or(Error::Forbidden)?;
    let (one, other) = both(tx, id, other)?;
    if one.id == other.id {
        return Err(Error::Refused("They are one and the same row.".into()));
    }
    if !store::distinguish(tx, one.id, other.id, staff)? {
        return Err(Error::Refused("Somebody said so already.".into()));
    }
    said(tx, What::NotTheSame, &one, &other, None);
    Ok(())
}

/// Takes that back: they may be the same after all.
pub fn open_again(tx: &mut Change<'_>, id: CustomerId, other: CustomerId) -> Result<()> {
    let (one, other) = both(tx, id, other)?;
    if !store::forget(tx, one.id, other.id)? {
        return Err(Error::Refused(
            "Nobody said that they are not the same.".into(),
        ));
    }
    said(tx, What::SamenessOpen, &one, &other, None);
    Ok(())
}

/// The versions of the two as the asker saw them; nothing where they saw none.
pub type Seen = (Option<i32>, Option<i32>);

/// Said where what hangs on the other was not weighed when this one was accepted.
const LOOK_AGAIN: &str =
    "Another customer was merged into this one, with something that is to be looked at together.";

/// Merges the other into this one. No row is moved: what hangs on the other stays on it.
pub fn merge(
    tx: &mut Change<'_>,
    id: CustomerId,
    other: CustomerId,
    seen: Seen,
    reason: &str,
) -> Result<()> {
    let reason = reason::checked("reason", reason, "why")?;
    let (survivor, merged) = both(tx, id, other)?;
    let stale = |seen: Option<i32>, now: i32| seen.is_some_and(|seen| seen != now);
    if stale(seen.0, survivor.version) || stale(seen.1, merged.version) {
        return Err(Error::Conflict(
            "one of the two changed since you opened the page".into(),
        ));
    }
    let hanging = store::hanging(tx, merged.id, survivor.id)?;
    if let Some(why) = rules::hindrance(&survivor, &merged, hanging) {
        return Err(Error::Refused(why.into()));
    }
    let heavy = store::weighs(tx, merged.id)?;
    store::set_merged(tx, merged.id, Some(survivor.id))?;
    if !heavy || !raising::raise(tx, &survivor, LOOK_AGAIN)? {
        customers::touch(tx, survivor.id)?;
    }
    said(tx, What::Merged, &survivor, &merged, Some(reason));
    Ok(())
}

/// Undoes a merge, seen from either of the two.
pub fn unmerge(tx: &mut Change<'_>, id: CustomerId, other: CustomerId, reason: &str) -> Result<()> {
    let reason = reason::checked("reason", reason, "why")?;
    let (one, other) = both(tx, id, other)?;
    let (survivor, merged) = if other.merged_into == Some(one.id) {
        (one, other)
    } else if one.merged_into == Some(other.id) {
        (other, one)
    } else {
        return Err(Error::Refused(
            "Neither of the two was merged into the other.".into(),
        ));
    };
    store::set_merged(tx, merged.id, None)?;
    customers::touch(tx, survivor.id)?;
    said(tx, What::Unmerged, &survivor, &merged, Some(reason));
    Ok(())
}

/// Both, held until the end of the change; the smaller id first, so that two who ask at once wait for each other.
fn both(tx: &mut Change<'_>, id: CustomerId, other: CustomerId) -> Result<(Customer, Customer)> {
    let (first, second) = rules::pair(id, other);
    let first = customers::lock_merged_too(tx, first)?;
    let second = customers::lock_merged_too(tx, second)?;
    Ok(if first.id == id {
        (first, second)
    } else {
        (second, first)
    })
}

/// An entry under each, which names the other.
fn said(tx: &mut Change<'_>, what: What, one: &Customer, other: &Customer, reason: Option<&str>) {
    let sides = match what {
        What::Merged | What::Unmerged => [(other, "merged_into", one), (one, "merged_here", other)],
        _ => [(one, "other", other), (other, "other", one)],
    };
    for (about, field, names) in sides {
        let name = Value::from(names.short_id.as_str());
        let (before, after) = match what {
            What::Unmerged | What::SamenessOpen => (name, Value::Null),
            _ => (Value::Null, name),
        };
        let event = Event::new(what, Subject::Customer(about.reference()))
            .changing(vec![Field::plain(field, before, after)]);
        tx.say(match reason {
            Some(reason) => event.because(reason),
            None => event,
        });
    }
}
