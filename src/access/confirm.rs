//! Proving again who one is: the password before it is changed or the second factor taken away, and the code after the
//! password. Whoever fails waits, as at the door.

use crate::{
    access::{
        actor::Actor,
        password::{self, Verdict},
        rules::Counted,
        second_factor,
        session::{SignedIn, Token},
        store::{
            credentials,
            delays::{self, Subject as Delayed},
            sessions,
        },
    },
    audit::event::{Change as Field, Event, Subject, What},
    db::{Change, Connection},
    error::{Error, Result},
};

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// It is them.
    Yes,
    /// Another password or code, or a code that was used before.
    No,
    /// Too soon after the last failure: so many seconds to wait.
    Wait(u64),
}

/// Whether this is the member's password.
pub fn password(
    conn: &mut Connection,
    actor: &Actor,
    staff: &SignedIn,
    typed: &str,
) -> Result<Confirmed> {
    let delay = [Delayed::new(
        conn.keys().secret(),
        Counted::Email,
        &staff.email,
    )];
    let (wait, member) = conn.read(&actor.scope, |tx| {
        Ok((delays::wait(tx, &delay)?, credentials::of(tx, staff.staff)?))
    })?;
    if let Some(seconds) = wait {
        conn.change(actor, |tx| {
            tx.say(Event::new(What::SignInDelayed, subject(staff)));
            Ok(())
        })?;
        return Ok(Confirmed::Wait(seconds));
    }
    let hash = member.and_then(|member| member.password());
    if password::verify(typed, hash.as_deref())? != Verdict::Wrong {
        return Ok(Confirmed::Yes);
    }
    conn.change(actor, |tx| {
        delays::failed(tx, &delay)?;
        tx.say(Event::new(What::SignInFailed, subject(staff)));
        Ok(())
    })?;
    Ok(Confirmed::No)
}

/// Checks the code after the password and, if it is right, gives the session its new token. Guesses at one member's
/// codes queue at their row.
pub fn code(
    conn: &mut Connection,
    actor: &Actor,
    staff: &SignedIn,
    typed: &str,
    token: &Token,
) -> Result<Confirmed> {
    let delay = [Delayed::new(
        conn.keys().secret(),
        Counted::Code,
        &staff.staff.to_string(),
    )];
    conn.change(actor, |tx| {
        let member = credentials::locked(tx, staff.staff)?;
        if let Some(seconds) = delays::wait(tx, &delay)? {
            tx.say(Event::new(What::SignInDelayed, subject(staff)));
            return Ok(Confirmed::Wait(seconds));
        }
        let secret = credentials::totp_secret(tx, &member)?.ok_or(Error::Unauthenticated)?;
        let what = if let Some(step) = second_factor::step(&secret, typed, tx.now())? {
            credentials::use_step(tx, staff.staff, step)?.then_some(What::SignedIn)
        } else {
            let hash = second_factor::recovery_hash(typed);
            credentials::use_recovery(tx, staff.staff, &hash)?.then_some(What::RecoveryCodeUsed)
        };
        let Some(what) = what else {
            delays::failed(tx, &delay)?;
            tx.say(Event::new(What::SignInFailed, subject(staff)));
            return Ok(Confirmed::No);
        };
        delays::forget(tx, &delay[0])?;
        sessions::complete(tx, staff.session, token)?;
        say_full(tx, staff, what);
        Ok(Confirmed::Yes)
    })
}

/// Says that the second step was done: signed in, and by a recovery code if it was one.
fn say_full(tx: &mut Change<'_>, staff: &SignedIn, what: What) {
    if what == What::RecoveryCodeUsed {
        tx.say(Event::new(what, subject(staff)));
    }
    tx.say(
        Event::new(What::SignedIn, Subject::Session(staff.session))
            .changing(vec![Field::plain("factor", "password", "full")]),
    );
}

const fn subject(staff: &SignedIn) -> Subject {
    Subject::Staff(staff.staff, Some(staff.key))
}
