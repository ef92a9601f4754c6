//! Sessions whose time is over. Run by every server each minute and by `vouch sweep`; of two at once each session is taken
//! by one.

use crate::{
    access::{
        actor::{Actor, Who},
        scope::Scope,
    },
    audit::event::What,
    db::{Change, Db},
    error::{Error, Result},
    onboarding::{
        actions,
        rules::{self, State},
        store,
    },
    reviews::deadlines,
    value::{OnboardingId, RequestId},
};

/// How many are looked for at once.
const BATCH: i64 = 100;

/// Ends what is over, of every organisation; how many there were.
pub fn sweep(db: &Db) -> Result<usize> {
    let mut conn = db.connection()?;
    let mut moved = 0;
    for organisation in deadlines::organisations(&mut conn)? {
        let scope = Scope::system(organisation);
        loop {
            let found = conn.read(&scope, |tx| store::due(tx, BATCH))?;
            let mut done = 0;
            for id in &found {
                let actor = Actor::system(Who::Clock, scope.clone(), RequestId(conn.new_id()));
                match conn.change(&actor, |tx| expire(tx, *id)) {
                    Ok(()) => done += 1,
                    // Somebody was faster.
                    Err(Error::Conflict(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            moved += done;
            if done == 0 {
                break;
            }
        }
    }
    Ok(moved)
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
