//! Which addresses may be called: those of the public internet, and none that lead back into a network of the operator's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::{
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

use super::Failure;

/// Resolves names as `names` does, and refuses where any address that comes of it is not a public one: whoever gives a
/// public and a private address means the private one.
#[derive(Debug)]
pub(super) struct Guarded<R> {
    pub(super) names: R,
    pub(super) loopback: bool,
}

impl<R: Resolver> Resolver for Guarded<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.names.resolve(uri, config, timeout)?;
        let refused = |failure| ureq::Error::Other(Box::new(failure));
        for address in &found {
            let here = judge(address.ip(), self.loopback).map_err(refused)?;
            if !here && uri.scheme_str() != Some("https") {
                return Err(refused(Failure::Refused("only https")));
            }
        }
        Ok(found)
    }
}

/// Whether an address is this machine's own, where that is allowed; refused where it is not public.
pub(super) fn judge(address: IpAddr, loopback: bool) -> Result<bool, Failure> {
    let address = match address {
        IpAddr::V6(six) => within(six).map_or(IpAddr::V6(six), IpAddr::V4),
        four @ IpAddr::V4(_) => four,
    };
    if address.is_loopback() {
        return if loopback {
            Ok(true)
        } else {
            Err(Failure::Refused("it leads to this machine"))
        };
    }
    let public = match address {
        IpAddr::V4(four) => public_v4(four),
        IpAddr::V6(six) => public_v6(six),
    };
    if public {
        Ok(false)
    } else {
        Err(Failure::Refused("it leads into a private network"))
    }
}

/// The IPv4 address that an IPv6 one carries: mapped, translated (NAT64), or 6to4.
fn within(six: Ipv6Addr) -> Option<Ipv4Addr> {
    let pieces = six.segments();
    let four = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match pieces {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(four(high, low))
        }
        [0x2002, high, low, ..] => Some(four(high, low)),
        _ => None,
    }
}

/// By the registry of special addresses (RFC 6890 and what came after it).
fn public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !special
}

/// Only what is given out for the internet (`2000::/3`), less what in it is for documents, tunnels and measurements.
fn public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let special = matches!((a, b), (0x2001, 0..=0x01ff | 0x0db8) | (0x3fff, 0..=0x0fff));
    a & 0xe000 == 0x2000 && !special
}

#[cfg(test)]
mod tests {
    use ureq::unversioned::resolver::DefaultResolver;

    use super::*;

    fn judged(text: &str, loopback: bool) -> Result<bool, Failure> {
        judge(text.parse().expect("an address"), loopback)
    }

    #[test]
    fn what_is_private_is_refused_in_every_way_of_writing_it() {
        for private in [
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:a00:1::1",
            "::10.0.0.1",
        ] {
            for loopback in [true, false] {
                assert!(judged(private, loopback).is_err(), "{private}");
            }
        }
        for public in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "64:ff9b::101:101",
        ] {
            assert_eq!(judged(public, false), Ok(false), "{public}");
        }
        for here in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert!(judged(here, false).is_err(), "{here}");
            assert_eq!(judged(here, true), Ok(true), "{here}");
        }
    }

    /// What comes of a name once it is resolved, whatever was thought of it before.
    fn resolved(url: &str, loopback: bool) -> Result<(), Failure> {
        let uri: Uri = url.parse().expect("an address");
        let names = DefaultResolver::default();
        Guarded { names, loopback }
            .resolve(&uri, &Config::default(), NextTimeout::default())
            .map(drop)
            .map_err(super::super::failed)
    }

    #[test]
    fn a_name_is_judged_by_the_addresses_that_it_leads_to() {
        let here = Err(Failure::Refused("it leads to this machine"));
        for url in ["http://localhost:1/", "https://localhost:1/"] {
            assert_eq!(resolved(url, false), here, "{url}");
            assert_eq!(resolved(url, true), Ok(()), "{url}");
        }
        let within = Err(Failure::Refused("it leads into a private network"));
        for loopback in [true, false] {
            assert_eq!(resolved("https://1.1.1.1/", loopback), Ok(()));
            let open = Err(Failure::Refused("only https"));
            assert_eq!(resolved("http://1.1.1.1/", loopback), open);
            for url in ["https://10.0.0.1/", "https://[fd00::1]/"] {
                assert_eq!(resolved(url, loopback), within, "{url}");
            }
        }
    }
}
