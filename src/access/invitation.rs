//! A link by which a member sets their own first or next password: made by an admin or at the console, works once and
//! for three days. While it waits, its hash stands where the password's would, so that no password is right meanwhile
//! and a newer link ends an older one.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{
    access::{
        scope::Scope,
        store::credentials::{self, Credentials},
    },
    audit::event::{Event, Subject, What},
    db::{Change, Connection},
    error::{Error, Result},
    keys::Keys,
    seal::SealError,
    value::{OrganisationId, StaffId},
};

/// A link works this long.
const VALID: TimeDelta = TimeDelta::days(3);
/// What the stored hash of a link begins with; no password's does.
const MARK: &str = "link:";
const PURPOSE: &str = "invitation";

/// Whose link it is, read from its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Their organisation.
    pub organisation: OrganisationId,
    /// Who.
    pub staff: StaffId,
    random: [u8; 16],
}

/// A stored hash of a password, not of a link.
pub fn is_password(stored: &str) -> bool {
    !stored.starts_with(MARK)
}

/// Makes a link for a member: their password no longer works. Returns the path of the link. Says nothing in the log:
/// its callers say why they made it.
pub fn invite(tx: &mut Change<'_>, staff: StaffId) -> Result<String> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| SealError::NoRandomness)?;
    let until = (tx.now() + VALID).timestamp();
    let stored = format!("{MARK}{until}:{}", hex::encode(Sha256::digest(random)));
    credentials::set_password(tx, staff, &stored)?;
    let text = format!(
        "{}{}{}",
        tx.scope().organisation().0.simple(),
        staff.0.simple(),
        hex::encode(random)
    );
    let token = tx
        .keys()
        .secret()
        .purpose(PURPOSE)
        .seal_text(PURPOSE, &text)?;
    Ok(format!("/welcome/{token}"))
}

/// Reads a token; one that was not made here is no such thing.
pub fn read(keys: &Keys, token: &str) -> Result<Invitation> {
    let opened = keys.secret().purpose(PURPOSE).open_text(PURPOSE, token);
    opened
        .ok()
        .and_then(|text| parse(&text))
        .ok_or(Error::NotFound)
}

/// An id as it stands in a link: its digits alone.
fn id(digits: &str) -> Option<Uuid> {
    let id = digits.parse::<uuid::fmt::Simple>();
    id.ok().map(uuid::fmt::Simple::into_uuid)
}

fn parse(text: &str) -> Option<Invitation> {
    let mut random = [0; 16];
    hex::decode_to_slice(text.get(64..)?, &mut random).ok()?;
    Some(Invitation {
        organisation: OrganisationId(id(text.get(..32)?)?),
        staff: StaffId(id(text.get(32..64)?)?),
        random,
    })
}

/// Whose e-mail a link that still works belongs to. Used, replaced or late ones are no such thing.
pub fn open(conn: &mut Connection, invitation: &Invitation) -> Result<String> {
    let scope = Scope::system(invitation.organisation);
    conn.read(&scope, |tx| {
        let found = credentials::of(tx, invitation.staff)?;
        match found {
            Some(member) if stands(&member, invitation, tx.now()) => Ok(member.email),
            _ => Err(Error::NotFound),
        }
    })
}

/// Sets the password of a link that still works; of two at once one does. The hash is made before.
pub fn accept(tx: &mut Change<'_>, invitation: &Invitation, password_hash: &str) -> Result<()> {
    let member = credentials::locked(tx, invitation.staff)?;
    if !stands(&member, invitation, tx.now()) {
        return Err(Error::NotFound);
    }
    credentials::set_password(tx, member.id, password_hash)?;
    let subject = Subject::Staff(member.id, Some(member.data_key));
    tx.say(Event::new(What::PasswordChanged, subject));
    Ok(())
}

fn stands(member: &Credentials, invitation: &Invitation, now: DateTime<Utc>) -> bool {
    member.disabled_at.is_none()
        && member
            .password_hash
            .as_deref()
            .is_some_and(|stored| matches(stored, invitation, now))
}

fn matches(stored: &str, invitation: &Invitation, now: DateTime<Utc>) -> bool {
    let Some((until, hash)) = stored
        .strip_prefix(MARK)
        .and_then(|rest| rest.split_once(':'))
    else {
        return false;
    };
    let expected = hex::encode(Sha256::digest(invitation.random));
    until
        .parse()
        .is_ok_and(|until: i64| now.timestamp() < until)
        && bool::from(hash.as_bytes().ct_eq(expected.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_works_until_its_time_and_for_its_own_hash() {
        let link = Invitation {
            organisation: OrganisationId(uuid::Uuid::from_u128(1)),
            staff: StaffId(uuid::Uuid::from_u128(2)),
            random: [7; 16],
        };
        let stored = format!("link:1000:{}", hex::encode(Sha256::digest([7; 16])));
        let at = |second| DateTime::from_timestamp(second, 0).expect("a time");
        assert!(matches(&stored, &link, at(999)) && !matches(&stored, &link, at(1000)));
        let other = Invitation {
            random: [8; 16],
            ..link
        };
        assert!(!matches(&stored, &other, at(1)) && !matches("$argon2id$x", &link, at(1)));
        assert!(!is_password(&stored) && is_password("$argon2id$x"));
        let text = format!(
            "{}{}{}",
            link.organisation.0.simple(),
            link.staff.0.simple(),
            hex::encode(link.random)
        );
        assert_eq!(parse(&text), Some(link));
        assert!(parse("").is_none() && parse(&text[..70]).is_none());
    }
}
