//! How often one key may ask: so many requests a second, and twice as many at once. Counted in this server's memory, so
//! two servers allow twice as much; what is protected is the server.

use std::{num::NonZeroU32, sync::Arc};

use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock as _, DefaultClock},
};

use crate::{
    error::{Error, Result},
    value::CredentialId,
};

/// So many keys may be remembered before those that have rested long enough are forgotten.
const REMEMBERED: usize = 10_000;

/// What each key has used of its allowance.
#[derive(Clone)]
pub struct Limits(Option<Arc<DefaultKeyedRateLimiter<CredentialId>>>);

impl Limits {
    /// `rate`: requests a second; nothing limits where it is zero.
    pub fn new(rate: u32) -> Self {
        Self(NonZeroU32::new(rate).map(|rate| {
            let burst = rate.saturating_add(rate.get());
            Arc::new(DefaultKeyedRateLimiter::keyed(
                Quota::per_second(rate).allow_burst(burst),
            ))
        }))
    }

    /// Counts one request of a key; refused with the seconds to wait, at least one, where it has asked too often.
    pub fn count(&self, key: CredentialId) -> Result<()> {
        let Some(limiter) = &self.0 else {
            return Ok(());
        };
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        limiter.check_key(&key).map_err(|again| {
            let wait = again.wait_time_from(DefaultClock::default().now());
            Error::TooMany(wait.as_secs() + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_held_to_its_own_allowance() {
        let limits = Limits::new(2);
        let [one, other] = [1, 2].map(|id| CredentialId(uuid::Uuid::from_u128(id)));
        for _ in 0..4 {
            limits.count(one).expect("twice the rate at once");
        }
        assert!(matches!(limits.count(one), Err(Error::TooMany(1))));
        limits.count(other).expect("another key has its own");
        let none = Limits::new(0);
        for _ in 0..1_000 {
            none.count(one).expect("no limit");
        }
    }
}
