//! The queue's rows for a file.

use diesel::{
    connection::SimpleConnection as _,
    pg::{Pg, PgRowByRowLoadingMode},
    prelude::*,
};

use super::{
    condition::{Place, Wanted, about, narrowed, placed, proposed, rounds},
    rows::{Proposed, Round, Row, Whose},
};
use crate::{
    db::Read,
    error::Result,
    reviews::queue::filter::Tab,
    schema::{proposals, reviews},
};

/// Every row in the order of the list, one at a time and in constant memory.
pub fn each(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    mut each: impl FnMut(Row) -> Result<()>,
) -> Result<()> {
    let (scope, now) = (tx.scope().clone(), tx.now());
    // A file takes as long as its reader does; the limit of a page is not for it.
    tx.conn().batch_execute(
        "SET LOCAL statement_timeout = 0; SET LOCAL plan_cache_mode = force_custom_plan",
    )?;
    let place = match wanted.places(&scope).as_slice() {
        [one] => one.clone(),
        many => Place::Branches(
            many.iter()
                .filter_map(|place| match place {
                    Place::Branch(id) => Some(*id),
                    _ => None,
                })
                .collect(),
        ),
    };
    if wanted.tab == Tab::Second {
        let query = placed!(proposed().into_boxed::<Pg>(), scope, &place, proposals);
        let query = about!(narrowed!(query, wanted, now), &wanted.filter)
            .order((proposals::proposed_at, proposals::id))
            .select((
                Round::as_select(),
                Whose::as_select(),
                Proposed::as_select(),
            ));
        for found in
            query.load_iter::<(Round, Whose, Proposed), PgRowByRowLoadingMode>(tx.conn())?
        {
            each(Row::from(found?))?;
        }
        return Ok(());
    }
    let query = placed!(rounds().into_boxed::<Pg>(), scope, &place, reviews);
    let query = about!(narrowed!(query, wanted, now), &wanted.filter);
    let query = match wanted.tab {
        Tab::Waiting => query.order((reviews::paused_at, reviews::id)),
        Tab::Decided => query.order((reviews::decided_at.desc(), reviews::id.desc())),
        _ => query.order((reviews::due_at, reviews::id)),
    };
    let query = query.select((Round::as_select(), Whose::as_select()));
    for found in query.load_iter::<(Round, Whose), PgRowByRowLoadingMode>(tx.conn())? {
        each(Row::from(found?))?;
    }
    Ok(())
}
