//! `Authorization: Hawk id="…", ts="…", nonce="…", mac="…"`: HTTP Holder-Of-Key authentication, version 1.
//!
//! The string that is signed is Hawk's own normalized one: its header, time, nonce, method, target, host, port, payload
//! hash and ext, a line each. The window is 60 seconds; a nonce comes once for a key and time.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Proof, Request, parts};

/// How far the caller's clock may be from ours.
pub const WINDOW: TimeDelta = TimeDelta::seconds(60);

/// What the header says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// The key's id.
    pub id: String,
    ts: String,
    nonce: String,
    mac: String,
    hash: Option<String>,
    ext: Option<String>,
}

impl Claim {
    /// Reads what follows the scheme: `name="value"` parted by commas. Hawk allows neither quotes nor control characters
    /// within a value, each name once, and no other names than `app` and `dlg`, which we do not know.
    pub(super) fn of(parameters: &str) -> Option<Self> {
        let mut claim = Self::default();
        let mut rest = parameters.trim();
        let mut seen = Vec::new();
        while !rest.is_empty() {
            let (name, after) = rest.split_once("=\"")?;
            let (value, after) = after.split_once('"')?;
            let name = name.trim();
            if seen.contains(&name) || value.chars().any(char::is_control) {
                return None;
            }
            seen.push(name);
            match name {
                "id" => value.clone_into(&mut claim.id),
                "ts" => value.clone_into(&mut claim.ts),
                "nonce" => value.clone_into(&mut claim.nonce),
                "mac" => value.clone_into(&mut claim.mac),
                "hash" => claim.hash = Some(value.to_owned()),
                "ext" => claim.ext = Some(value.to_owned()),
                _ => return None,
            }
            let after = after.trim_start();
            rest = match after.strip_prefix(',') {
                Some(next) => next.trim_start(),
                None if after.is_empty() => after,
                None => return None,
            };
        }
        let whole = [&claim.id, &claim.ts, &claim.nonce, &claim.mac];
        whole.iter().all(|value| !value.is_empty()).then_some(claim)
    }

    pub(super) fn proven(
        &self,
        request: &Request<'_>,
        secret: &[u8],
        now: DateTime<Utc>,
    ) -> Option<Proof> {
        let at = DateTime::from_timestamp(self.ts.parse().ok()?, 0)?;
        let (host, port) = authority(request)?;
        let hash = self.hash.as_deref().unwrap_or_default();
        let ext = self.ext.as_deref().unwrap_or_default();
        let text = format!(
            "hawk.1.header\n{}\n{}\n{}\n{}\n{host}\n{port}\n{hash}\n{ext}\n",
            self.ts, self.nonce, request.method, request.target
        );
        let fits = parts::same(&self.mac, &parts::mac(secret, &text));
        // A body that nothing vouches for is nobody's: where there is one, its hash is asked for.
        let payload = match &self.hash {
            Some(hash) => *hash == payload_hash(request),
            None => request.body.is_empty(),
        };
        let timely = (now - at).abs() <= WINDOW;
        (fits & payload & timely).then(|| Proof {
            once: format!("hawk {} {}", self.ts, self.nonce).into_bytes(),
            until: at + WINDOW,
            always: true,
        })
    }
}

/// Host in lower case and port, as the `Host` header says them; without a port, the one of the scheme that the nearest
/// proxy or the listener speaks: 443 unless the header says otherwise.
fn authority<'a>(request: &Request<'a>) -> Option<(String, &'a str)> {
    let host = request.header("host")?;
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|byte| byte.is_ascii_digit()) && !port.is_empty() =>
        {
            (name, port)
        }
        _ => (host, "443"),
    };
    Some((name.to_ascii_lowercase(), port))
}

/// Hawk's hash of a body with its media type, without parameters and in lower case.
fn payload_hash(request: &Request<'_>) -> String {
    let media = request.header("content-type").unwrap_or_default();
    let media = media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let mut text = format!("hawk.1.payload\n{media}\n").into_bytes();
    text.extend_from_slice(request.body);
    text.push(b'\n');
    parts::hash(&text)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{super::Claim, *};

    const SECRET: &[u8] = b"test_secret_do_not_use";
    const MAC: &str = "YXEH3bwmJ6RmHGAwkg7ugYFF0cDnnRinEaI0VPaU4VY=";

    fn get(authorization: &str, target: &str, late: i64) -> Option<Proof> {
        let headers = HashMap::from([
            ("authorization".to_owned(), authorization.to_owned()),
            ("host".to_owned(), "api.example.test".to_owned()),
        ]);
        let request = Request {
            method: "GET",
            target,
            headers: &headers,
            body: b"",
        };
        let now = DateTime::from_timestamp(1_767_225_600 + late, 0).expect("a time");
        Claim::of(&request)?.proven(&request, SECRET, now, TimeDelta::zero())
    }

    const TARGET: &str = "/v1/customers/3kTp9j2mN5xR";

    #[test]
    fn the_vector_holds_and_nothing_beside_it() {
        let header = format!("Hawk id=\"k1\", ts=\"1767225600\", nonce=\"n0nce1\", mac=\"{MAC}\"");
        let proof = get(&header, TARGET, 0).expect("a proof");
        assert!(proof.always, "its nonce comes once");
        assert!(get(&header, TARGET, 60).is_some() && get(&header, TARGET, 61).is_none());
        assert!(get(&header, TARGET, -61).is_none());
        assert!(get(&header, "/v1/customers/3kTp9j2mN5xS", 0).is_none());
        assert!(get(&header.replace("n0nce1", "n0nce2"), TARGET, 0).is_none());
        assert!(get(&header.replace("1767225600", "1767225601"), TARGET, 0).is_none());
    }

    #[test]
    fn what_a_caller_adds_is_signed_too() {
        const EXT: &str = "ext=\"a b\", ";
        const WITH_EXT: &str = "wP3san/0ZP34CZHFrqbcZm2eqF+b/V1RZVXD89ndBvA=";
        let begun = "Hawk id=\"k1\", ts=\"1767225600\", nonce=\"n0nce1\"";
        let header = format!("{begun}, {EXT}mac=\"{WITH_EXT}\"");
        assert!(get(&header, TARGET, 0).is_some());
        for other in ["", "ext=\"\", ", "ext=\"ab\", ", "ext=\"a B\", "] {
            let changed = header.replace(EXT, other);
            assert_eq!(get(&changed, TARGET, 0), None, "{changed}");
        }
        let added = format!("{begun}, {EXT}mac=\"{MAC}\"");
        assert_eq!(get(&added, TARGET, 0), None, "it was signed without");
    }

    #[test]
    fn what_is_no_header_of_hawk_is_no_claim() {
        for bad in [
            "Hawk",
            "Hawk id=\"k1\"",
            "Hawk id=k1, ts=1, nonce=n, mac=m",
            "Hawk id=\"k1\", id=\"k2\", ts=\"1\", nonce=\"n\", mac=\"m\"",
            "Hawk id=\"k1\" ts=\"1\", nonce=\"n\", mac=\"m\"",
            "Hawk id=\"k1\", ts=\"1\", nonce=\"n\", mac=\"m\", app=\"a\"",
            "Hawk id=\"k1\", ts=\"1\", nonce=\"n\", mac=\"",
        ] {
            assert_eq!(get(bad, TARGET, 0), None, "{bad}");
        }
    }

    #[test]
    fn a_body_is_vouched_for_by_its_hash() {
        let body = b"{}";
        let headers = |authorization: String| {
            HashMap::from([
                ("authorization".to_owned(), authorization),
                ("host".to_owned(), "api.example.test:8443".to_owned()),
                (
                    "content-type".to_owned(),
                    "Application/JSON; charset=utf-8".to_owned(),
                ),
            ])
        };
        let hash = parts::hash(b"hawk.1.payload\napplication/json\n{}\n");
        let mac = |hash: &str| {
            use base64::Engine as _;
            let text = format!(
                "hawk.1.header\n1767225600\nn\nPOST\n/v1/customers\napi.example.test\n8443\n{hash}\n\n"
            );
            base64::engine::general_purpose::STANDARD.encode(parts::mac(SECRET, &text))
        };
        let proven = |authorization: String, body: &[u8]| {
            let headers = headers(authorization);
            let request = Request {
                method: "POST",
                target: "/v1/customers",
                headers: &headers,
                body,
            };
            let now = DateTime::from_timestamp(1_767_225_600, 0).expect("a time");
            let zero = TimeDelta::zero();
            Claim::of(&request)
                .is_some_and(|claim| claim.proven(&request, SECRET, now, zero).is_some())
        };
        let with = format!(
            "Hawk id=\"k\", ts=\"1767225600\", nonce=\"n\", hash=\"{hash}\", mac=\"{}\"",
            mac(&hash)
        );
        assert!(proven(with.clone(), body));
        assert!(!proven(with, b"{ }"), "another body");
        let without = format!(
            "Hawk id=\"k\", ts=\"1767225600\", nonce=\"n\", mac=\"{}\"",
            mac("")
        );
        assert!(!proven(without.clone(), body), "nothing vouches for it");
        assert!(proven(without, b""));
    }
}
