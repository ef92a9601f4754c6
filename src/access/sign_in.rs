//! Signing in with e-mail and password. A stranger learns the same from every failure, in the same words and the same
//! time: whether the e-mail is known, the password wrong or the account disabled stands in the audit log alone.

use crate::{
    access::{
        actor::{Actor, Origin, Who},
        password::{self, Verdict},
        rules::Counted,
        scope::Scope,
        session::{Factor, Token},
        store::{
            credentials::{self, Credentials},
            delays::{self, Subject as Delayed},
            sessions,
        },
    },
    audit::{
        self,
        event::{Change as Field, Event, Subject, What},
    },
    db::{Change, Connection},
    error::Result,
    value::{DataKeyId, OrganisationId, RequestId, SessionId, StaffId},
};

/// Longer than any e-mail address may be (RFC 5321); what is typed beyond it is not kept.
const EMAIL_CHARS: usize = 254;

/// Somebody at the door.
#[derive(Clone, Debug)]
pub struct Attempt<'a> {
    /// As typed.
    pub email: &'a str,
    /// As typed.
    pub password: &'a str,
    /// From where.
    pub origin: &'a Origin,
    /// The request.
    pub request: RequestId,
    /// The session that the browser had, if any: it ends.
    pub replaces: Option<(StaffId, SessionId)>,
}

/// How it went.
pub enum Outcome {
    /// A session began.
    In {
        /// For the cookie.
        token: Token,
        /// What is proved so far.
        factor: Factor,
    },
    /// No such e-mail, another password, or a disabled account.
    Wrong,
    /// Too soon after the last failure: so many seconds to wait.
    Wait(u64),
}

/// Tries. Runs on a hashing thread, of which there are two: guesses at one password queue there.
pub fn with_password(conn: &mut Connection, attempt: &Attempt<'_>) -> Result<Outcome> {
    let email: String = attempt.email.trim().chars().take(EMAIL_CHARS).collect();
    let secret = conn.keys().secret();
    let mine = Delayed::new(secret, Counted::Email, &email);
    let address = Delayed::new(
        secret,
        Counted::Address,
        &attempt.origin.address.to_string(),
    );
    let delays = [mine, address];
    let found = credentials::by_email(conn, &email)?;
    let (organisation, staff) =
        found.unwrap_or((OrganisationId::INSTALLATION, StaffId(uuid::Uuid::nil())));
    let scope = Scope::system(organisation);
    let (wait, member) = conn.read(&scope, |tx| {
        Ok((delays::wait(tx, &delays)?, credentials::of(tx, staff)?))
    })?;
    let stranger = Actor {
        who: Who::Stranger,
        scope: scope.clone(),
        request: attempt.request,
        origin: Some(attempt.origin.clone()),
        key: None,
    };
    if let Some(seconds) = wait {
        conn.change(&stranger, |tx| {
            say_refused(tx, What::SignInDelayed, &email, member.as_ref());
            Ok(())
        })?;
        return Ok(Outcome::Wait(seconds));
    }
    let hash = member
        .as_ref()
        .filter(|member| member.disabled_at.is_none())
        .and_then(Credentials::password);
    let verdict = password::verify(attempt.password, hash.as_deref())?;
    let (Some(member), true) = (&member, verdict != Verdict::Wrong) else {
        conn.change(&stranger, |tx| {
            delays::failed(tx, &delays)?;
            say_refused(tx, What::SignInFailed, &email, member.as_ref());
            Ok(())
        })?;
        return Ok(Outcome::Wrong);
    };
    let rehashed = match verdict {
        Verdict::RightButOld => Some(password::hash(attempt.password)?),
        _ => None,
    };
    let actor = Actor {
        who: Who::Staff(member.id),
        key: Some(member.data_key),
        ..stranger
    };
    let token = Token::random()?;
    let factor = match member.totp_sealed {
        Some(_) => Factor::Password,
        None => Factor::Full,
    };
    conn.change(&actor, |tx| {
        delays::forget(tx, &delays[0])?;
        if let Some(hash) = &rehashed {
            credentials::set_password(tx, member.id, hash)?;
        }
        sessions::sweep(tx, member.id)?;
        begin(tx, attempt, member, &token, factor)
    })?;
    Ok(Outcome::In { token, factor })
}

fn begin(
    tx: &mut Change<'_>,
    attempt: &Attempt<'_>,
    member: &Credentials,
    token: &Token,
    factor: Factor,
) -> Result<()> {
    if let Some((staff, session)) = attempt.replaces {
        sessions::end(tx, staff, session)?;
    }
    let session = sessions::begin(
        tx,
        member.id,
        member.data_key,
        token,
        factor,
        attempt.origin,
    )?;
    let factor = match factor {
        Factor::Password => "password",
        Factor::Full => "full",
    };
    tx.say(
        Event::new(What::SignedIn, Subject::Session(session)).changing(vec![Field::plain(
            "factor",
            serde_json::Value::Null,
            factor,
        )]),
    );
    Ok(())
}

/// Says a refused attempt with the e-mail as it was typed, sealed: people mistype their password into that field.
fn say_refused(tx: &mut Change<'_>, what: What, email: &str, member: Option<&Credentials>) {
    let subject = if let Some(member) = member {
        Subject::Staff(member.id, Some(member.data_key))
    } else {
        // Sealing under a member's key reads it twice (for what was typed and for where it came from). So does nobody's.
        for _ in 0..2 {
            let nobody = DataKeyId(uuid::Uuid::nil());
            let _ = audit::store::data_key(tx, Some(nobody));
        }
        Subject::Organisation
    };
    tx.say(Event::new(what, subject).changing(vec![Field::personal(
        "email",
        serde_json::Value::Null,
        email,
    )]));
}
