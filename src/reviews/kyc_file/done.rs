//! What the page says after something was done: a form's answer leads here, and its address says what it was.

use serde::Deserialize;

use crate::web::shell::{Flash, Tone};

/// What the address says was just done.
#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

impl Done {
    /// The message for it; nothing for an address that says nothing, or nothing known.
    pub fn flash(&self) -> Option<Flash> {
        self.done.as_deref().and_then(said)
    }
}

/// The sentence for it. It names nobody, since addresses are kept in many places.
fn said(done: &str) -> Option<Flash> {
    let text = match done {
        "added" => "The customer is added.",
        "saved" => "The changes are saved.",
        "noted" => "The note is saved.",
        "document" => "The document is added.",
        "corrected" => "The declared value is corrected.",
        "accepted" => "The difference stands, with your reason.",
        "started" => "The verification is started.",
        "requested" => "The review is requested and waits for an officer.",
        "incomplete" => {
            "The review is requested, but something is missing: the customer is asked for it."
        }
        "taken" => "The review is yours.",
        "released" => "The review is free again.",
        "withdrawn" => "The review is withdrawn.",
        "validated" => "The customer is validated.",
        "refused" => "The customer is refused.",
        "asked" => "The customer is asked for more.",
        "proposed" => "Your decision waits for a second person.",
        "assigned" => "The review is assigned.",
        "revoked" => "The validation is revoked.",
        "rated" => "The risk is set.",
        "branch" => "The customer is moved to the other branch.",
        "draft" => "The customer is a draft now.",
        "overridden" => "The override is saved, and the audit log has your reason.",
        _ => return None,
    };
    Some(Flash {
        tone: Tone::Ok,
        text: text.to_owned(),
    })
}
