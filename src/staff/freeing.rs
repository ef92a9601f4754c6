//! What a member no longer may decide does not stay with them: it goes back to the queue in the same change, since what was
//! given to somebody has no end of its own.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    access::scope::Branches,
    audit::event::{Change as Field, CustomerRef, Event, Subject, What},
    db::Change,
    error::Result,
    schema::{customers, reviews},
    value::{BranchId, CustomerId, DataKeyId, ReviewId, StaffId},
};

/// Said of each review that is freed.
const WHY: &str = "The colleague no longer decides reviews of this branch.";

/// A review that somebody holds: its id, whose it is, its branch, and when the claim ends.
type Held = (ReviewId, CustomerId, BranchId, Option<DateTime<Utc>>);

/// Frees the open reviews that this member holds outside of the branches in which they still decide (`Branches::Only` of
/// none, for somebody who decides nowhere). Their own row is held by whoever calls this, so that nothing is given to them
/// meanwhile.
pub(super) fn free(tx: &mut Change<'_>, member: StaffId, still: &Branches) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let held: Vec<Held> = reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::assignee.eq(member.0))
        .filter(sql::<Bool>("reviews.state = 'open'"))
        .order(reviews::id)
        .select((
            reviews::id,
            reviews::customer_id,
            reviews::branch_id,
            reviews::claim_expires_at,
        ))
        .for_update()
        .load(tx.conn())?;
    let lost: Vec<Held> = held
        .into_iter()
        .filter(|(_, _, branch, _)| match still {
            Branches::All => false,
            Branches::Only(list) => !list.contains(branch),
        })
        .collect();
    if lost.is_empty() {
        return Ok(());
    }
    let ids: Vec<ReviewId> = lost.iter().map(|(id, ..)| *id).collect();
    diesel::update(reviews::table)
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::id.eq_any(ids))
        .set((
            reviews::assignee.eq(None::<Uuid>),
            reviews::claim_expires_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.conn())?;
    let whose: Vec<CustomerId> = lost.iter().map(|(_, customer, ..)| *customer).collect();
    let keys: HashMap<CustomerId, DataKeyId> = customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq_any(whose))
        .select((customers::id, customers::data_key))
        .load::<(CustomerId, DataKeyId)>(tx.conn())?
        .into_iter()
        .collect();
    for (id, customer, branch, ends) in lost {
        // A claim that has ended was given back by itself.
        let over = ends.is_some_and(|ends| ends <= now);
        let Some(key) = keys.get(&customer).copied().filter(|_| !over) else {
            continue;
        };
        let about = CustomerRef {
            id: customer,
            branch,
            key,
        };
        tx.say(
            Event::new(What::ReviewReleased, Subject::Review(id, about))
                .changing(vec![Field::plain(
                    "assignee",
                    member.to_string(),
                    Value::Null,
                )])
                .because(WHY),
        );
    }
    Ok(())
}
