//! Passwords: argon2id, as slow as is bearable and with as much memory as is bearable, so that a stolen table of hashes
//! is worth little. Only the hashing threads call this; each keeps its memory for the next hash.

use std::cell::RefCell;

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt},
};
use subtle::ConstantTimeEq;

use crate::{
    access::common,
    error::{Error, Result},
};

/// A password may have this many bytes: more is no safer, and hashing it is work that a stranger could ask for.
pub const MAX_BYTES: usize = 1024;
/// A new password has at least this many characters (OWASP ASVS 5.0, 6.2.1, wants 8 and recommends 15).
pub const MIN_CHARS: usize = 12;
/// Bytes of salt.
const SALT: usize = 16;
/// Bytes of output.
const OUT: usize = 32;

thread_local! {
    /// 19 MiB that a thread asks for once.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// What comparing a password with a stored hash gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another password, or nobody to compare with.
    Wrong,
    /// The one.
    Right,
    /// The one, hashed with yesterday's parameters: hash it again.
    RightButOld,
}

/// Today's parameters: 19 MiB, two passes, one lane (OWASP's first choice for argon2id).
const fn today() -> Params {
    Params::DEFAULT
}

/// Hashes a new password with a salt of its own.
pub fn hash(password: &str) -> Result<String> {
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt).map_err(|_| crate::seal::SealError::NoRandomness)?;
    stored(password, &salt, &today())
}

/// Compares a password with a stored hash. Without one (nobody has that e-mail, or they may not sign in) it takes as
/// long and is wrong.
pub fn verify(password: &str, stored: Option<&str>) -> Result<Verdict> {
    let Some(stored) = stored else {
        let mut out = [0; OUT];
        digest(password, &[0; SALT], &today(), &mut out)?;
        return Ok(Verdict::Wrong);
    };
    let hash = PasswordHash::new(stored).map_err(unreadable)?;
    let params = Params::try_from(&hash).map_err(unreadable)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Err(unreadable("no salt or no hash"));
    };
    if hash.algorithm.as_str() != Algorithm::Argon2id.as_str() {
        return Err(unreadable("another algorithm"));
    }
    let mut out = vec![0; expected.len()];
    digest(password, salt.as_ref(), &params, &mut out)?;
    if !bool::from(out.ct_eq(expected.as_ref())) {
        return Ok(Verdict::Wrong);
    }
    let current = costs(&params) == costs(&today()) && out.len() == OUT;
    Ok(if current {
        Verdict::Right
    } else {
        Verdict::RightButOld
    })
}

/// Why a new password will not do, as a sentence for beside its field. No rules about its letters: length is what
/// helps, unless it is among the first guesses of anybody.
pub fn objection(password: &str, email: &str) -> Option<&'static str> {
    let lower = password.to_lowercase();
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    if password.chars().count() < MIN_CHARS {
        Some("Use at least 12 characters.")
    } else if password.len() > MAX_BYTES {
        Some("Use at most 1,024 bytes.")
    } else if lower == email.to_lowercase()
        || (local.len() > 3 && lower.trim_matches(char::is_numeric) == local)
    {
        Some("Use something other than your e-mail address.")
    } else if common::is_common(password) {
        Some("This password is among the first that are tried. Use another.")
    } else {
        None
    }
}

const fn costs(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

fn stored(password: &str, salt: &[u8], params: &Params) -> Result<String> {
    let mut out = [0; OUT];
    digest(password, salt, params, &mut out)?;
    let hash = PasswordHash {
        algorithm: Ident::new(Algorithm::Argon2id.as_str()).map_err(unreadable)?,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).map_err(unreadable)?,
        salt: Some(Salt::new(salt).map_err(unreadable)?),
        hash: Some(Output::new(&out).map_err(unreadable)?),
    };
    Ok(hash.to_string())
}

fn digest(password: &str, salt: &[u8], params: &Params, out: &mut [u8]) -> Result<()> {
    // Longer ones are never stored, so what is cut off cannot have mattered.
    let password = &password.as_bytes()[..password.len().min(MAX_BYTES)];
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    MEMORY
        .with_borrow_mut(|memory| {
            if memory.len() < params.block_count() {
                memory.resize(params.block_count(), Block::default());
            }
            argon.hash_password_into_with_memory(password, salt, out, memory.as_mut_slice())
        })
        .map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::Internal(anyhow::anyhow!("a password hash: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

    #[test]
    fn a_password_matches_its_own_hash_alone() {
        let stored = hash("correct horse battery").expect("a hash");
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert_eq!(
            verify("correct horse battery", Some(&stored)).expect("a verdict"),
            Verdict::Right
        );
        assert_eq!(
            verify("correct horse batterz", Some(&stored)).expect("a verdict"),
            Verdict::Wrong
        );
        assert_eq!(
            verify("", Some(&stored)).expect("a verdict"),
            Verdict::Wrong
        );
        assert_ne!(
            stored,
            hash("correct horse battery").expect("a hash"),
            "each has its salt"
        );
    }

    #[test]
    fn nobody_has_no_password() {
        assert_eq!(verify("anything", None).expect("a verdict"), Verdict::Wrong);
    }

    #[test]
    fn the_library_reads_our_hashes_and_we_read_its() {
        let ours = hash("correct horse battery").expect("a hash");
        let parsed = PasswordHash::new(&ours).expect("a PHC string");
        assert!(
            Argon2::default()
                .verify_password(b"correct horse battery", &parsed)
                .is_ok()
        );
        let theirs = Argon2::default()
            .hash_password(b"correct horse battery")
            .expect("a hash")
            .to_string();
        assert_eq!(
            verify("correct horse battery", Some(&theirs)).expect("a verdict"),
            Verdict::Right
        );
    }

    #[test]
    fn cheaper_parameters_are_told_and_unreadable_hashes_are_our_fault() {
        let cheap = Params::new(8 * 1024, 1, 1, None).expect("parameters");
        let old = stored("correct horse battery", &[7; SALT], &cheap).expect("a hash");
        assert_eq!(
            verify("correct horse battery", Some(&old)).expect("a verdict"),
            Verdict::RightButOld
        );
        assert_eq!(
            verify("another", Some(&old)).expect("a verdict"),
            Verdict::Wrong
        );
        assert!(matches!(
            verify("x", Some("$2b$12$abc")),
            Err(Error::Internal(_))
        ));
    }

    #[test]
    fn a_new_password_is_long_and_not_the_obvious() {
        let objects = |password: &str| objection(password, "rita.andrade@vouch.test").is_some();
        assert!(objects("short") && objects(&"x".repeat(40)) && objects(&"ab".repeat(600)));
        assert!(objects("Rita.Andrade@vouch.test") && objects("rita.andrade2026"));
        assert!(objects("vouch-demo-2026") && objects("Password1234"));
        // 64 characters and more, spaces and any letters are allowed.
        assert!(!objects(&"ten lanterns ".repeat(6)) && !objects("köttbullar med sås"));
    }
}
