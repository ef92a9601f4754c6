//! The pages of this room: signing in and out, and one's own account.

mod account;
mod code;
mod login;
mod second_factor;
mod sessions;
mod welcome;

use crate::{
    access::confirm::Confirmed,
    web::{answer::Answer, router::Router},
};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/login", login::show)
        .post_hashing("/login", login::sign_in)
        .get("/login/code", code::show)
        .post("/login/code", code::check)
        .post("/logout", login::sign_out)
        .get("/welcome/{token}", welcome::show)
        .post_hashing("/welcome/{token}", welcome::accept)
        .get("/account", account::show)
        .post_hashing("/account/password", account::change_password)
        .post("/account/preferences", account::save_preferences)
        .get("/account/sessions", sessions::list)
        .post("/account/sessions", sessions::end)
        .get("/account/code", second_factor::show)
        .post_hashing("/account/code", second_factor::set_up)
        .post_hashing("/account/code/remove", second_factor::remove)
}

/// An address that remembers where to go afterwards; the overview needs no remembering.
pub fn with_next(address: &str, next: &str) -> String {
    match serde_html_form::to_string([("next", next)]) {
        Ok(query) if next != "/" => format!("{address}?{query}"),
        _ => address.to_owned(),
    }
}

/// The sentence of a delayed attempt.
fn wait_words(seconds: u64) -> String {
    let unit = if seconds == 1 { "second" } else { "seconds" };
    format!("Too many failed attempts. Wait {seconds} {unit}, then try again.")
}

/// Status, sentence and wait where a password was not confirmed.
fn refusal(confirmed: Confirmed) -> Option<(u16, String, Option<u64>)> {
    match confirmed {
        Confirmed::Yes => None,
        Confirmed::No => Some((422, "This is not your password.".to_owned(), None)),
        Confirmed::Wait(seconds) => Some((429, wait_words(seconds), Some(seconds))),
    }
}

fn with_wait(answer: Answer, wait: Option<u64>) -> Answer {
    match wait {
        Some(seconds) => answer.with("retry-after", seconds.to_string()),
        None => answer,
    }
}
