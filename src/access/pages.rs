//! The pages of this room: signing in and out, and one's own account.

mod login;

use crate::{error::Result, web::router::Router};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/login", login::show)
        .post_hashing("/login", login::sign_in)
        .post("/logout", login::sign_out)
}

/// An address that remembers where to go afterwards; the overview needs no remembering.
fn with_next(address: &str, next: &str) -> Result<String> {
    if next == "/" {
        return Ok(address.to_owned());
    }
    let query = serde_html_form::to_string([("next", next)]).map_err(anyhow::Error::new)?;
    Ok(format!("{address}?{query}"))
}

/// The sentence of a delayed attempt.
fn wait_words(seconds: u64) -> String {
    let unit = if seconds == 1 { "second" } else { "seconds" };
    format!("Too many failed attempts. Wait {seconds} {unit}, then try again.")
}
