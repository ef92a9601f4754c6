//! Values that settings are made of: networks of addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A network of addresses: `10.0.0.0/8`, `fd00::/8`, or one address alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The address, as 128 bits: version 4 is mapped into version 6, as the sockets do it.
    bits: u128,
    /// How many leading bits of the 128 count.
    prefix: u32,
}

impl Network {
    /// Whether `address` lies inside.
    pub fn contains(&self, address: IpAddr) -> bool {
        let unlike = mapped(address) ^ self.bits;
        unlike.leading_zeros() >= self.prefix
    }
}

fn mapped(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => Ipv4Addr::to_ipv6_mapped(&address),
        IpAddr::V6(address) => address,
    }
    .to_bits()
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().map_err(drop)?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(drop)?;
        let width = match address {
            IpAddr::V4(_) => Ipv4Addr::BITS,
            IpAddr::V6(_) => Ipv6Addr::BITS,
        };
        let prefix = prefix.unwrap_or(width);
        if prefix > width {
            return Err(());
        }
        Ok(Self {
            bits: mapped(address),
            prefix: prefix + Ipv6Addr::BITS - width,
        })
    }
}
