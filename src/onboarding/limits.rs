//! How often one client address may ask for pages without an account. A token has 256 bits and is not guessed; what is
//! protected is the server. Counted in this server's memory.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Arc,
};

use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock as _, DefaultClock},
};

use crate::error::{Error, Result};

/// Requests a second, in the long run. A family behind one address fills in a page each.
const RATE: NonZeroU32 = NonZeroU32::new(2).unwrap();
/// So many at once.
pub const AT_ONCE: u32 = 120;
/// So many addresses may be remembered before those that have rested long enough are forgotten.
const REMEMBERED: usize = 10_000;

/// What each address has used of its allowance.
#[derive(Clone, Debug)]
pub struct Guests(Arc<DefaultKeyedRateLimiter<IpAddr>>);

impl Default for Guests {
    fn default() -> Self {
        let at_once = NonZeroU32::new(AT_ONCE).unwrap_or(RATE);
        let quota = Quota::per_second(RATE).allow_burst(at_once);
        Self(Arc::new(DefaultKeyedRateLimiter::keyed(quota)))
    }
}

impl Guests {
    /// Counts one request; refused with the seconds to wait, at least one, where an address has asked too often.
    pub fn count(&self, address: IpAddr) -> Result<()> {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(&network(address)).map_err(|again| {
            let wait = again.wait_time_from(DefaultClock::default().now());
            Error::TooMany(wait.as_secs() + 1)
        })
    }
}

/// What one sender has: whoever has one address of version 6 has 2⁶⁴ of them.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        short @ IpAddr::V4(_) => short,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_held_to_its_own_allowance() {
        let guests = Guests::default();
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        for _ in 0..AT_ONCE {
            guests.count(address("192.0.2.1")).expect("at once");
        }
        let refused = guests.count(address("::ffff:192.0.2.1"));
        assert!(matches!(refused, Err(Error::TooMany(1))));
        guests.count(address("192.0.2.2")).expect("another's own");
        for host in 0..AT_ONCE {
            let one = address(&format!("2001:db8::{host:x}"));
            guests.count(one).expect("at once");
        }
        assert!(guests.count(address("2001:db8::ffff:1")).is_err());
        guests
            .count(address("2001:db8:0:1::1"))
            .expect("another network");
    }
}
