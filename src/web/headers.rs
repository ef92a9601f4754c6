//! The headers that every answer carries, and the ones that are read.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponseBuilder, http::header::HeaderMap};

use crate::{access::actor::Origin, config::Config};

/// What a page may load and where it may send: only this server, and no script that is not a file of ours.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; worker-src 'none'";

/// On every answer, errors and static files included.
pub const SECURITY: &[(&str, &str)] = &[
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=()",
    ),
    (
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    ),
    ("x-robots-tag", "noindex"),
];

/// Adds the security headers.
pub fn secure(response: &mut HttpResponseBuilder) {
    for header in SECURITY {
        response.insert_header(*header);
    }
}

/// Whether htmx asks for a fragment. A boosted or restored page is a whole page.
pub fn is_htmx(request: &HttpRequest) -> bool {
    request.headers().contains_key("hx-request")
        && !request.headers().contains_key("hx-history-restore-request")
}

/// Where the request came from. A forwarded address counts only when a trusted proxy says so.
pub fn origin(request: &HttpRequest, config: &Config) -> Origin {
    let peer = request.peer_addr().map_or(
        std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED),
        |peer| peer.ip(),
    );
    let forwarded = || {
        let header = request.headers().get("x-forwarded-for")?.to_str().ok()?;
        // The nearest proxy writes last: walk back over the trusted ones.
        header
            .rsplit(',')
            .filter_map(|hop| hop.trim().parse().ok())
            .find(|hop| !config.trusts(*hop))
    };
    let address = if config.trusts(peer) {
        forwarded().unwrap_or(peer)
    } else {
        peer
    };
    let browser = request
        .headers()
        .get("user-agent")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    Origin {
        address,
        browser: browser.chars().take(255).collect(),
    }
}

/// All headers by their lower-case names. Of what came twice, or is no text, nobody can say what was meant: it stands there
/// as an empty value, which is no header's, so that whoever must refuse it sees that something came.
pub fn once(headers: &HeaderMap) -> HashMap<String, String> {
    headers
        .keys()
        .map(|name| {
            let mut values = headers.get_all(name);
            let value = values.next().and_then(|value| value.to_str().ok());
            let value = value.filter(|_| values.next().is_none());
            (
                name.as_str().to_owned(),
                value.unwrap_or_default().to_owned(),
            )
        })
        .collect()
}
