//! What a member does to their own account. Whatever changes how they sign in gives this session a new token and ends
//! their others.

use serde_json::Value;

use crate::{
    access::{
        session::{SignedIn, Token},
        store::{credentials, sessions},
    },
    audit::event::{Change as Field, Event, Subject, What},
    db::Change,
    error::{Error, Result},
    staff,
    value::SessionId,
};

/// Sets a new password by its hash, which is made before the transaction.
pub fn change_password(
    tx: &mut Change<'_>,
    staff: &SignedIn,
    hash: &str,
    token: &Token,
) -> Result<()> {
    credentials::set_password(tx, staff.staff, hash)?;
    tx.say(Event::new(What::PasswordChanged, subject(staff)));
    renew(tx, staff, token)
}

/// Sets up a second factor that a code has confirmed.
pub fn set_up_code(
    tx: &mut Change<'_>,
    staff: &SignedIn,
    secret: &[u8],
    step: i64,
    recovery: &[Vec<u8>],
    token: &Token,
) -> Result<()> {
    let member = credentials::locked(tx, staff.staff)?;
    if member.totp_sealed.is_some() {
        return Err(Error::Refused(
            "A second factor is set up already. Remove it first.".into(),
        ));
    }
    credentials::set_totp(tx, staff.staff, staff.key, secret, step, recovery)?;
    tx.say(Event::new(What::CodeSetUp, subject(staff)));
    renew(tx, staff, token)
}

/// Takes the second factor away.
pub fn remove_code(tx: &mut Change<'_>, staff: &SignedIn, token: &Token) -> Result<()> {
    credentials::clear_totp(tx, staff.staff)?;
    tx.say(Event::new(What::CodeRemoved, subject(staff)));
    renew(tx, staff, token)
}

fn renew(tx: &mut Change<'_>, staff: &SignedIn, token: &Token) -> Result<()> {
    sessions::complete(tx, staff.session, token)?;
    for ended in sessions::end_others(tx, staff.staff, Some(staff.session))? {
        tx.say(Event::new(What::SessionEnded, Subject::Session(ended)));
    }
    Ok(())
}

/// Ends one of the member's sessions; one that is gone or another's is no such thing.
pub fn end_session(tx: &mut Change<'_>, staff: &SignedIn, session: SessionId) -> Result<()> {
    if !sessions::end(tx, staff.staff, session)? {
        return Err(Error::NotFound);
    }
    tx.say(Event::new(What::SessionEnded, Subject::Session(session)));
    Ok(())
}

/// Ends all of the member's sessions but this one.
pub fn end_other_sessions(tx: &mut Change<'_>, staff: &SignedIn) -> Result<()> {
    for ended in sessions::end_others(tx, staff.staff, Some(staff.session))? {
        tx.say(Event::new(What::SessionEnded, Subject::Session(ended)));
    }
    // Where there were none, that is what is written: the member asked, and the log shows the answer.
    tx.say(
        Event::new(What::SessionEnded, Subject::Session(staff.session))
            .changing(vec![Field::plain("others", Value::Null, "all ended")]),
    );
    Ok(())
}

/// Stores how the member wants the desk to look.
pub fn save_preferences(tx: &mut Change<'_>, staff: &SignedIn, preferences: &Value) -> Result<()> {
    staff::store::set_preferences(tx, staff.staff, preferences)?;
    tx.say(
        Event::new(What::PreferencesSaved, subject(staff)).changing(vec![Field::plain(
            "preferences",
            staff.preferences.clone(),
            preferences.clone(),
        )]),
    );
    Ok(())
}

const fn subject(staff: &SignedIn) -> Subject {
    Subject::Staff(staff.staff, Some(staff.key))
}
