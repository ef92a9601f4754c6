//! Proposals that nobody answered in time.

use super::Swept;
use crate::{
    access::{
        actor::{Actor, Who},
        scope::Scope,
    },
    db::Connection,
    error::Error,
    reviews::{approvals, store::proposals},
    value::RequestId,
};

/// They go back, all of them, each in a change of its own; what another server or a second person answered meanwhile is
/// theirs, and what cannot be given back stops none of the others.
pub(super) fn lapse(conn: &mut Connection, scope: &Scope, swept: &mut Swept) {
    let organisation = scope.organisation();
    let mut after = None;
    loop {
        let due = match conn.read(scope, |tx| proposals::lapsed(tx, after)) {
            Ok(due) => due,
            Err(error) => {
                swept.step(organisation, "proposals", Err(error));
                return;
            }
        };
        let Some(last) = due.last() else {
            return;
        };
        after = Some(*last);
        for (_, id) in due {
            let actor = Actor::system(Who::Clock, scope.clone(), RequestId(conn.new_id()));
            let done = match conn.change(&actor, |tx| approvals::lapse(tx, id)) {
                Ok(()) => Ok(1),
                Err(Error::Conflict(_)) => Ok(0),
                Err(error) => Err(error),
            };
            swept.lapsed += swept.step(organisation, "a proposal", done);
        }
    }
}
