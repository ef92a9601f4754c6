//! Customers moved a hundred at a time, until every one that is due was tried: who cannot be moved, or is held by somebody
//! else, is passed over and stops nobody.

use diesel::prelude::*;

use crate::{
    access::{
        actor::{Actor, Who},
        scope::Scope,
    },
    customers::store::Customer,
    db::{Change, Connection, Read},
    error::{Error, Result},
    schema::customers,
    value::{CustomerId, RequestId},
};

/// Finds some that are due, none of those who were passed over.
type Look = fn(&mut Read<'_>, &[CustomerId]) -> Result<Vec<CustomerId>>;
/// Moves one, held until the end of the change; says how much it moved.
type Act = fn(&mut Change<'_>, &Customer) -> Result<usize>;
/// How much was moved, and what failed of the rest.
pub(super) type Done = (usize, Result<()>);

/// What came of some customers.
#[derive(Default)]
pub(super) struct Tried {
    /// How much was moved.
    pub(super) moved: usize,
    /// Those of whom nothing was.
    left: Vec<CustomerId>,
    /// The first failure.
    pub(super) failed: Option<Error>,
}

/// Looks for customers, then moves those of them that nobody else holds, until none is left but those who were tried.
pub(super) fn all(conn: &mut Connection, scope: &Scope, look: Look, act: Act) -> Done {
    let (mut moved, mut failed) = (0, None);
    let mut passed: Vec<CustomerId> = Vec::new();
    loop {
        let tried = conn
            .read(scope, |tx| look(tx, &passed))
            .map(|mut found| {
                found.sort_unstable();
                found.dedup();
                found
            })
            .and_then(|found| match &found[..] {
                [] => Ok(None),
                found => of(conn, scope, found, act).map(Some),
            });
        match tried {
            Ok(Some(tried)) => {
                moved += tried.moved;
                passed.extend(tried.left);
                failed = failed.or(tried.failed);
            }
            Ok(None) => return (moved, failed.map_or(Ok(()), Err)),
            Err(error) => return (moved, Err(error)),
        }
    }
}

/// Moves those of these customers that nobody else holds. What fails of one is told and the others are moved without it;
/// an error is answered where the database is away.
pub(super) fn of(
    conn: &mut Connection,
    scope: &Scope,
    found: &[CustomerId],
    act: Act,
) -> Result<Tried> {
    let actor = Actor::system(Who::Clock, scope.clone(), RequestId(conn.new_id()));
    let mut nothing = false;
    let done = conn.change(&actor, |tx| {
        let mut tried = Tried {
            left: found.to_vec(),
            ..Tried::default()
        };
        for customer in unheld(tx, found)? {
            let moved = act(tx, &customer)?;
            if moved > 0 {
                tried.moved += moved;
                tried.left.retain(|one| *one != customer.id);
            }
        }
        nothing = tried.moved == 0;
        // Nothing happened, so nothing is committed: another server has them all in hand.
        if nothing {
            Err(Error::Conflict("held".into()))
        } else {
            Ok(tried)
        }
    });
    let left = |failed| Tried {
        moved: 0,
        left: found.to_vec(),
        failed,
    };
    match done {
        Ok(tried) => Ok(tried),
        Err(_) if nothing => Ok(left(None)),
        Err(error @ (Error::Unavailable(_) | Error::Unsure(_))) => Err(error),
        // Somebody is at work on a company that one of them leads to, or one of them cannot be moved.
        Err(_) if found.len() > 1 => each_alone(conn, scope, found, act),
        Err(Error::Conflict(_) | Error::Busy(_)) => Ok(left(None)),
        Err(error) => {
            tracing::warn!(%error, customer = ?found, "the clock could not move a customer");
            Ok(left(Some(error)))
        }
    }
}

fn each_alone(
    conn: &mut Connection,
    scope: &Scope,
    found: &[CustomerId],
    act: Act,
) -> Result<Tried> {
    let mut all = Tried::default();
    for one in found {
        let tried = of(conn, scope, &[*one], act)?;
        all.moved += tried.moved;
        all.left.extend(tried.left);
        all.failed = all.failed.or(tried.failed);
    }
    Ok(all)
}

/// The customers among these that nobody else holds, locked, as they are now.
fn unheld(tx: &mut Read<'_>, ids: &[CustomerId]) -> Result<Vec<Customer>> {
    let tenant = tx.scope().organisation();
    Ok(customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq_any(ids))
        .order(customers::id)
        .select(Customer::as_select())
        .for_update()
        .skip_locked()
        .load(tx.conn())?)
}
