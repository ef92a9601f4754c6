//! `Authorization: HMAC-SHA256 Credential=…, Signature=…`.
//!
//! The vendor's page gives no string to sign; this one follows the headers that the vendor uses elsewhere: the method, the
//! path and query as received, and the values of the signed headers joined by `;`. The names of the headers are not in it, so
//! only headers whose meaning is fixed may be signed: else whoever saw a request could send it again with one renamed.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::{Proof, Request, parts};

/// What is signed where the caller does not say it; a caller's own list holds each of these, and besides them no other
/// than [`NONCE`] and [`CLIENT`].
const SIGNED: [&str; 3] = [DATE, "host", CONTENT];
const DATE: &str = "x-tr-date";
const CONTENT: &str = "x-tr-content-sha256";
/// Tells two equal requests of one second apart, where it is signed.
const NONCE: &str = "x-tr-nonce";
/// Must name the same key as `Credential`, where it is sent; once at most.
const CLIENT: &str = "x-tr-clientid";
/// The one form of [`DATE`]: RFC 1123's with a year of four digits, in UTC.
const DATED: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// The moment that is written so, and in no other way: not with another zone, an obsolete year or a day of the week that it
/// was not.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let moment = NaiveDateTime::parse_from_str(text, DATED).ok()?.and_utc();
    // Reading forgives spaces and missing digits.
    (moment.format(DATED).to_string() == text).then_some(moment)
}

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The key's id.
    pub credential: String,
    signature: String,
    signed: Vec<String>,
}

impl Claim {
    /// Reads what follows the scheme: parameters parted by `,` or `&`, spaces around them ignored.
    pub(super) fn of(request: &Request<'_>, parameters: &str) -> Option<Self> {
        let (mut credential, mut signature, mut signed) = (None, None, None);
        for parameter in parameters.split([',', '&']) {
            let (name, value) = parameter.trim().split_once('=')?;
            let place = match name.trim().to_ascii_lowercase().as_str() {
                "credential" => &mut credential,
                "signature" => &mut signature,
                "signedheaders" => &mut signed,
                _ => continue,
            };
            if place.replace(value.trim()).is_some() {
                return None;
            }
        }
        let signed: Vec<String> = match signed {
            Some(list) => list
                .split(';')
                .map(|name| name.trim().to_ascii_lowercase())
                .collect(),
            None => SIGNED.map(str::to_owned).to_vec(),
        };
        let credential = credential?.to_owned();
        let whole = SIGNED
            .iter()
            .all(|name| signed.iter().any(|said| said == name));
        let fixed = signed.iter().enumerate().all(|(place, name)| {
            let known = SIGNED.contains(&name.as_str()) || name == NONCE || name == CLIENT;
            known && !signed[..place].contains(name)
        });
        let client = request
            .header(CLIENT)
            .is_none_or(|client| client == credential);
        (whole && fixed && client).then_some(Self {
            credential,
            signature: signature?.to_owned(),
            signed,
        })
    }

    pub(super) fn proven(
        &self,
        request: &Request<'_>,
        secret: &[u8],
        now: DateTime<Utc>,
        window: TimeDelta,
    ) -> Option<Proof> {
        let date = moment(request.header(DATE)?)?;
        let values: Option<Vec<&str>> = self
            .signed
            .iter()
            .map(|name| request.header(name).filter(|value| !value.is_empty()))
            .collect();
        let text = format!(
            "{}\n{}\n{}",
            request.method,
            request.target,
            values?.join(";")
        );
        let fits = parts::same(&self.signature, &parts::mac(secret, &text));
        let content = request.header(CONTENT)? == parts::hash(request.body);
        let timely = (now - date).abs() <= window;
        (fits & content & timely).then(|| Proof {
            once: format!("hmac {}", self.signature).into_bytes(),
            until: date + window,
            always: self.signed.iter().any(|name| name == NONCE),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{super::Claim, *};

    const WINDOW: TimeDelta = TimeDelta::seconds(300);
    const SECRET: &[u8] = b"test_secret_do_not_use";
    const BODY: &[u8] = br#"{"firstName":"Sarah","lastName":"Johnson"}"#;
    const SIGNATURE: &str = "9rgAvzFplQ/evaflZT7saCPIUZLGNmP0RRgjcvjPACI=";

    fn headers(authorization: &str, more: &[(&str, &str)]) -> HashMap<String, String> {
        let fixed = [
            ("authorization", authorization),
            ("host", "api.example.test"),
            (DATE, "Thu, 01 Jan 2026 00:00:00 GMT"),
            (CONTENT, "0YJ2OgPLIpz/y/fj6gIG63MNX7WGmr1qwhrNYqwfEJg="),
        ];
        fixed
            .iter()
            .chain(more)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn proven(
        method: &str,
        target: &str,
        body: &[u8],
        headers: &HashMap<String, String>,
        late: i64,
    ) -> bool {
        let request = Request {
            method,
            target,
            headers,
            body,
        };
        let now = DateTime::from_timestamp(1_767_225_600 + late, 0).expect("a time");
        Claim::of(&request)
            .is_some_and(|claim| claim.proven(&request, SECRET, now, WINDOW).is_some())
    }

    #[test]
    fn the_vector_holds_and_nothing_beside_it() {
        let ours = headers(
            &format!("HMAC-SHA256 Credential=k1, Signature={SIGNATURE}"),
            &[],
        );
        assert!(proven("POST", "/v1/customers", BODY, &ours, 0));
        assert!(proven("POST", "/v1/customers", BODY, &ours, 300));
        assert!(proven("POST", "/v1/customers", BODY, &ours, -300));
        for late in [301, -301] {
            assert!(
                !proven("POST", "/v1/customers", BODY, &ours, late),
                "{late}"
            );
        }
        assert!(!proven("PUT", "/v1/customers", BODY, &ours, 0));
        assert!(!proven("POST", "/v1/customers?x=1", BODY, &ours, 0));
        assert!(!proven("POST", "/v1/customers", b"{}", &ours, 0));
    }

    #[test]
    fn a_date_is_written_in_one_way() {
        let at = |text: &str| moment(text).map(|at| at.timestamp());
        assert_eq!(at("Thu, 01 Jan 2026 00:00:00 GMT"), Some(1_767_225_600));
        for other in [
            "Thu, 01 Jan 2026 02:00:00 +0200",
            "Thu, 01 Jan 2026 00:00:00 +0000",
            "Thu, 01 Jan 2026 00:00:00 -0000",
            "Thu, 01 Jan 2026 00:00:00 UT",
            "Wed, 31 Dec 2025 19:00:00 EST",
            "Thu, 1 Jan 2026 00:00:00 GMT",
            "Thu, 01 Jan 26 00:00:00 GMT",
            "01 Jan 2026 00:00:00 GMT",
            "Fri, 01 Jan 2026 00:00:00 GMT",
            "Thu,  01 Jan 2026 00:00:00 GMT",
            "thu, 01 jan 2026 00:00:00 GMT",
            "Thursday, 01-Jan-26 00:00:00 GMT",
            "Thu Jan  1 00:00:00 2026",
            "2026-01-01T00:00:00Z",
            "",
        ] {
            assert_eq!(at(other), None, "{other}");
        }
    }

    #[test]
    fn parameters_are_parted_by_commas_or_ampersands() {
        for good in [
            format!("HMAC-SHA256 Credential=k1&Signature={SIGNATURE}"),
            format!("hmac-sha256  Signature={SIGNATURE} ,  Credential=k1"),
            format!(
                "HMAC-SHA256 Credential=k1, SignedHeaders=x-tr-date;host;x-tr-content-sha256, Signature={SIGNATURE}"
            ),
        ] {
            assert!(
                proven("POST", "/v1/customers", BODY, &headers(&good, &[]), 0),
                "{good}"
            );
        }
        for bad in [
            format!("HMAC-SHA256 Signature={SIGNATURE}"),
            "HMAC-SHA256 Credential=k1".to_owned(),
            format!("HMAC-SHA256 Credential=k1, Credential=k1, Signature={SIGNATURE}"),
            format!(
                "HMAC-SHA256 Credential=k1, SignedHeaders=x-tr-date;host, Signature={SIGNATURE}"
            ),
            format!(
                "HMAC-SHA256 Credential=k1, SignedHeaders=host;x-tr-date;x-tr-content-sha256, Signature={SIGNATURE}"
            ),
            format!("Bearer {SIGNATURE}"),
            "HMAC-SHA256 Credential=k1, Signature=".to_owned(),
            String::new(),
        ] {
            assert!(
                !proven("POST", "/v1/customers", BODY, &headers(&bad, &[]), 0),
                "{bad}"
            );
        }
    }

    #[test]
    fn another_client_id_is_no_proof() {
        let good = format!("HMAC-SHA256 Credential=k1, Signature={SIGNATURE}");
        let post =
            |more: &[(&str, &str)]| proven("POST", "/v1/customers", BODY, &headers(&good, more), 0);
        assert!(post(&[(CLIENT, "k1")]));
        assert!(!post(&[(CLIENT, "k2")]));
        assert!(!post(&[("host", "api.example.com")]));
    }

    #[test]
    fn a_signed_nonce_makes_the_proof_one_that_comes_once() {
        let text = "POST\n/v1/customers\nThu, 01 Jan 2026 00:00:00 GMT;api.example.test;0YJ2OgPLIpz/y/fj6gIG63MNX7WGmr1qwhrNYqwfEJg=;n1";
        let signature = {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.encode(parts::mac(SECRET, text))
        };
        let header = format!(
            "HMAC-SHA256 Credential=k1, SignedHeaders=x-tr-date;host;x-tr-content-sha256;x-tr-nonce, Signature={signature}"
        );
        let headers = headers(&header, &[(NONCE, "n1")]);
        let request = Request {
            method: "POST",
            target: "/v1/customers",
            headers: &headers,
            body: BODY,
        };
        let now = DateTime::from_timestamp(1_767_225_600, 0).expect("a time");
        let proof = Claim::of(&request)
            .and_then(|claim| claim.proven(&request, SECRET, now, WINDOW))
            .expect("a proof");
        assert!(proof.always && proof.until == now + WINDOW);
    }

    #[test]
    fn no_header_is_signed_whose_name_says_nothing() {
        let claim = |names: &str| {
            let header =
                format!("HMAC-SHA256 Credential=k1, SignedHeaders={names}, Signature={SIGNATURE}");
            let headers = headers(&header, &[(NONCE, "n1"), ("x-other", "n1")]);
            Claim::of(&Request {
                method: "GET",
                target: "/v1/customers",
                headers: &headers,
                body: b"",
            })
        };
        let three = "x-tr-date;host;x-tr-content-sha256";
        assert!(claim(three).is_some());
        assert!(claim(&format!("{three};x-tr-nonce")).is_some());
        assert!(claim(&format!("{three};X-TR-ClientId")).is_some());
        for more in [
            "x-other",
            "content-type",
            "",
            "host",
            "x-tr-nonce;x-tr-nonce",
        ] {
            assert_eq!(claim(&format!("{three};{more}")), None, "{more}");
        }
    }
}
