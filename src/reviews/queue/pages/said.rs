//! What the queue says was just done.

use crate::{
    reviews::queue::filter::Filter,
    web::shell::{Flash, Tone},
};

/// The sentence for what the address says was just done. It names nobody, since addresses are kept in many places.
pub(super) fn said(filter: &Filter) -> Option<Flash> {
    let (tone, text) = match filter.done.as_deref()? {
        "none" => (
            Tone::Info,
            "No open review of your branches is free: each is held by a colleague, was submitted by you, or there is none.",
        ),
        "handed" => (
            Tone::Ok,
            "It is handed to the managers. Tell nobody else of it.",
        ),
        "released" => (Tone::Ok, "The review is free again."),
        "assigned" => (Tone::Ok, "The reviews are assigned."),
        "saved" => (Tone::Ok, "The view is saved."),
        "removed" => (Tone::Ok, "The view is removed."),
        "preferred" => (
            Tone::Ok,
            "Saved. It is what the role sees first from now on.",
        ),
        _ => return None,
    };
    Some(Flash {
        tone,
        text: text.to_owned(),
    })
}
