//! A signed-in browser: who it belongs to, and for how long.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::{
    access::{
        actor::{Actor, Origin, Who},
        permissions::{HandleSuspicions, Permission, Role},
        scope::{Branches, Scope},
    },
    value::{BranchId, DataKeyId, OrganisationId, RequestId, SessionId, StaffId},
};

/// A session ends after this long without a request.
pub const IDLE: TimeDelta = TimeDelta::minutes(30);
/// A session ends this long after sign-in, whatever happens.
pub const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// The time of the last request is written no more often than this.
pub const TOUCH: TimeDelta = TimeDelta::minutes(1);

/// The random token that the cookie carries. Its hash is what the database knows.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A new one: 256 random bits.
    pub fn random() -> Result<Self, crate::seal::SealError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| crate::seal::SealError::NoRandomness)?;
        Ok(Self(hex::encode(bytes)))
    }

    /// From a cookie; nothing where it cannot be one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .then(|| Self(text.to_owned()))
    }

    /// What stands in the database.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// The text for the cookie.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How much of signing in has been proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// The password; a code is still to come.
    Password,
    /// All that is asked of this member.
    Full,
}

/// A session and its owner, as one look-up finds them.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: SessionId,
    /// How far they came.
    pub factor: Factor,
    /// When the last request was noted.
    pub last_seen_at: DateTime<Utc>,
    /// The member.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// Their e-mail.
    pub email: String,
    /// Their role.
    pub role: Role,
    /// Their organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// Its time zone, in which days begin and dates are shown.
    pub time_zone: chrono_tz::Tz,
    /// Their branches.
    pub branches: Branches,
    /// Density, theme, keys.
    pub preferences: serde_json::Value,
    /// A demo account.
    pub demo: bool,
    /// Whether a second factor is set up.
    pub has_code: bool,
    /// Their data key.
    pub key: DataKeyId,
}

impl SignedIn {
    /// What they may see.
    pub fn scope(&self) -> Scope {
        let confided = HandleSuspicions::ROLES.contains(&self.role);
        Scope::new(self.organisation, self.branches.clone(), confided)
    }

    /// Them at work on one request.
    pub fn actor(&self, request: RequestId, origin: Option<Origin>) -> Actor {
        Actor {
            who: Who::Staff(self.staff),
            scope: self.scope(),
            request,
            origin,
            key: Some(self.key),
        }
    }

    /// Whether policy wants a second factor of them that they have not set up: admins outside the demo.
    pub fn code_missing(&self) -> bool {
        self.role == Role::Admin && !self.demo && !self.has_code
    }
}

/// Whether a session made and last used then still stands now.
pub fn alive(created_at: DateTime<Utc>, last_seen_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - created_at < ABSOLUTE && now - last_seen_at < IDLE
}

/// Branch ids as the database gives them.
pub(in crate::access) fn branches(all: bool, ids: Vec<uuid::Uuid>) -> Branches {
    if all {
        Branches::All
    } else {
        Branches::Only(ids.into_iter().map(BranchId).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_after_thirty_idle_minutes_and_after_twelve_hours() {
        let start = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        assert!(alive(start, start, start + TimeDelta::minutes(29)));
        assert!(!alive(start, start, start + TimeDelta::minutes(30)));
        let late = start + TimeDelta::hours(12);
        assert!(!alive(start, late - TimeDelta::minutes(1), late));
        assert!(alive(
            start,
            late - TimeDelta::minutes(2),
            late - TimeDelta::minutes(1)
        ));
    }

    #[test]
    fn a_token_is_sixty_four_hex_digits_and_nothing_else() {
        let token = Token::random().expect("randomness");
        assert_eq!(
            Token::parse(token.as_str()).map(|t| t.hash()),
            Some(token.hash())
        );
        assert!(Token::parse("short").is_none());
        assert!(Token::parse(&"g".repeat(64)).is_none());
    }
}
