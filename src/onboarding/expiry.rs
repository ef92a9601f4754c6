//! Sessions whose time is over. Run by every server each minute and by `vouch sweep`; of two at once each session is taken
//! by one.

use crate::{
    access::{
        actor::{Actor, Who},
        scope::Scope,
    },
    audit::event::What,
    db::{Change, Connection, Db},
    error::{Error, Result},
    onboarding::{
        actions,
        rules::{self, State},
        store,
    },
    reviews::deadlines,
    value::{OnboardingId, OrganisationId, RequestId},
};

/// How many are looked for at once.
const BATCH: i64 = 100;

/// Ends what is over, of every organisation; how many there were. What fails hinders no other: the first error is answered
/// once the rest is done.
pub fn sweep(db: &Db) -> Result<usize> {
    let (mut moved, mut failed) = (0, None);
    let all = deadlines::organisations(&mut db.connection()?)?;
    for organisation in all {
        // One that is lost is lost for this organisation alone.
        let mut conn = db.connection()?;
        if let Err(error) = of_organisation(&mut conn, organisation, &mut moved) {
            failed.get_or_insert(error);
        }
    }
    failed.map_or(Ok(moved), Err)
}

fn of_organisation(
    conn: &mut Connection,
    organisation: OrganisationId,
    moved: &mut usize,
) -> Result<()> {
    let scope = Scope::system(organisation);
    let mut failed = None;
    loop {
        let found = conn.read(&scope, |tx| store::due(tx, BATCH))?;
        let mut done = 0;
        for id in &found {
            let actor = Actor::system(Who::Clock, scope.clone(), RequestId(conn.new_id()));
            match conn.change(&actor, |tx| expire(tx, *id)) {
                Ok(()) => done += 1,
                // Somebody was faster.
                Err(Error::Conflict(_)) => {}
                Err(error) => {
                    failed.get_or_insert(error);
                }
            }
        }
        *moved += done;
        if done == 0 {
            return failed.map_or(Ok(()), Err);
        }
    }
}

fn expire(tx: &mut Change<'_>, id: OnboardingId) -> Result<()> {
    let (session, customer) = store::lock(tx, id)?;
    let due = session.expires_at <= tx.now();
    if !due || !rules::lawful(session.stored(), State::Expired) {
        return Err(Error::Conflict("over already".into()));
    }
    actions::end(
        tx,
        &session,
        &customer,
        State::Expired,
        What::OnboardingExpired,
    )
}
