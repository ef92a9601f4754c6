//! A customer is looked after by another branch: the row moves, and with it all that is listed by branch.

use diesel::prelude::*;

use crate::{
    audit::event::{Change as Field, CustomerRef, Event, Subject, What},
    customers::store as customers,
    db::Change,
    error::{Error, FieldError, Result},
    organisations::store as organisations,
    reason,
    schema::{
        customers as rows, proposals, reviews, staff, staff_branches, suspicions, verifications,
    },
    value::{BranchId, CustomerId, StaffId},
};

/// Moves a customer. `version` is the customer's, as the page showed it; the branch lies in the asker's scope.
pub fn move_to(
    tx: &mut Change<'_>,
    id: CustomerId,
    version: i32,
    branch: Option<BranchId>,
    reason: &str,
) -> Result<()> {
    let to = match branch {
        Some(branch) => match organisations::branch(tx, branch) {
            Ok(branch) => Some(branch),
            Err(Error::NotFound) => None,
            Err(other) => return Err(other),
        },
        None => None,
    };
    let unchosen = || FieldError {
        field: "branch".into(),
        message: "Choose a branch".into(),
    };
    let (to, reason) = match (to, reason::checked("reason", reason, "why")) {
        (Some(to), Ok(reason)) => (to, reason),
        (to, reason) => {
            let errors = to.is_none().then(unchosen).into_iter().chain(reason.err());
            return Err(Error::Invalid(errors.collect()));
        }
    };
    let customer = customers::lock(tx, id)?;
    if customer.version != version {
        return Err(Error::Conflict(
            "the customer changed since you opened the form".into(),
        ));
    }
    if customer.branch_id == to.id {
        return Err(Error::field(
            "branch",
            "This branch looks after them already",
        ));
    }
    let asked = proposals::table
        .filter(proposals::organisation_id.eq(tx.scope().organisation()))
        .filter(proposals::customer_id.eq(id))
        .filter(proposals::state.eq("open"));
    if diesel::select(diesel::dsl::exists(asked)).get_result(tx.conn())? {
        return Err(Error::Refused(
            "A second person is asked about this customer. They are moved once that is answered."
                .into(),
        ));
    }
    let from = organisations::branch(tx, customer.branch_id)?;
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(rows::table.find((tenant.0, id.0)))
        .set((
            rows::branch_id.eq(to.id),
            rows::branch_named.eq(true),
            rows::updated_at.eq(now),
            rows::version.eq(rows::version + 1),
        ))
        .execute(tx.conn())?;
    follow(tx, id, to.id)?;
    // The log is read by branch, so that each of the two is told.
    for branch in [from.id, to.id] {
        let about = CustomerRef {
            branch,
            ..customer.reference()
        };
        tx.say(
            Event::new(What::BranchChanged, Subject::Customer(about))
                .changing(vec![Field::plain(
                    "branch",
                    from.name.as_str(),
                    to.name.as_str(),
                )])
                .because(reason),
        );
    }
    Ok(())
}

/// Moves what is listed by branch: checks, rounds, proposals and suspicions, which only those may see who may move. What
/// was said in the log stays where it was said, and papers, notes and relations are found by their customer alone. Who
/// may not see the new branch holds no round in it.
fn follow(tx: &mut Change<'_>, id: CustomerId, branch: BranchId) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::update(
        verifications::table
            .filter(verifications::organisation_id.eq(tenant))
            .filter(verifications::customer_id.eq(id)),
    )
    .set(verifications::branch_id.eq(branch))
    .execute(tx.conn())?;
    diesel::update(
        proposals::table
            .filter(proposals::organisation_id.eq(tenant))
            .filter(proposals::customer_id.eq(id)),
    )
    .set(proposals::branch_id.eq(branch))
    .execute(tx.conn())?;
    diesel::update(
        suspicions::table
            .filter(suspicions::organisation_id.eq(tenant))
            .filter(suspicions::customer_id.eq(id)),
    )
    .set(suspicions::branch_id.eq(branch))
    .execute(tx.conn())?;
    let of_customer = || {
        reviews::table
            .filter(reviews::organisation_id.eq(tenant))
            .filter(reviews::customer_id.eq(id))
    };
    diesel::update(of_customer())
        .set(reviews::branch_id.eq(branch))
        .execute(tx.conn())?;
    let holders: Vec<StaffId> = of_customer()
        .filter(reviews::state.eq_any(["open", "waiting"]))
        .filter(reviews::assignee.is_not_null())
        .select(reviews::assignee.assume_not_null())
        .load(tx.conn())?;
    for holder in holders {
        if sees(tx, holder, branch)? {
            continue;
        }
        let nobody: Option<uuid::Uuid> = None;
        let never: Option<chrono::DateTime<chrono::Utc>> = None;
        diesel::update(of_customer().filter(reviews::assignee.assume_not_null().eq(holder)))
            .set((
                reviews::assignee.eq(nobody),
                reviews::claim_expires_at.eq(never),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

fn sees(tx: &mut Change<'_>, member: StaffId, branch: BranchId) -> Result<bool> {
    let tenant = tx.scope().organisation();
    let everywhere: bool = staff::table
        .find((tenant.0, member.0))
        .select(staff::all_branches)
        .first(tx.conn())?;
    if everywhere {
        return Ok(true);
    }
    let here = staff_branches::table.find((tenant.0, member.0, branch.0));
    Ok(diesel::select(diesel::dsl::exists(here)).get_result(tx.conn())?)
}
