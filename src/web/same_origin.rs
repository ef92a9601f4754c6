//! The same-origin rule: what changes something must come from a page of ours. The browser says so itself in
//! `Sec-Fetch-Site`; older ones say it with `Origin`; who says neither is refused.

use actix_web::HttpRequest;

use crate::error::{Error, Result};

/// Refuses an unsafe request that does not come from our own pages.
pub fn check(request: &HttpRequest, public_url: &str) -> Result<()> {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let own = match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => is_own(origin, public_url, header("host")),
        (None, None) => false,
    };
    if own { Ok(()) } else { Err(Error::Forbidden) }
}

/// The origin of the public address, or, where none other is configured than the loopback default, of the very host
/// that was asked.
fn is_own(origin: &str, public_url: &str, host: Option<&str>) -> bool {
    let public = public_url.trim_end_matches('/');
    origin == public
        || (public.starts_with("http://127.0.0.1")
            && host.is_some_and(|host| origin == format!("http://{host}")))
}

/// A referring page of ours, as path and query; nothing for others.
pub fn own_path(referer: &str, request: &HttpRequest) -> Option<String> {
    let host = request.headers().get("host")?.to_str().ok()?;
    let rest = referer
        .strip_prefix("http://")
        .or_else(|| referer.strip_prefix("https://"))?
        .strip_prefix(host)?;
    (rest.starts_with('/') && !rest.starts_with("//")).then(|| rest.to_owned())
}
