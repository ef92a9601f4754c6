//! What the page says after something was done: a form's answer leads here, and its address says what it was.

use serde::Deserialize;

use crate::{
    access::guard::By,
    customers::store as customers,
    error::{Error, Result},
    value::CustomerId,
    web::shell::{Flash, Tone},
};

/// What the address says was just done.
#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
    /// To whom, where that is somebody else than whose page it is said on.
    of: Option<String>,
}

/// What was just done to the customer before, said on the page of the next.
pub struct Before {
    /// Their page.
    pub href: String,
    /// Their name.
    pub name: String,
    /// What came of it: "validated".
    pub word: &'static str,
}

impl Done {
    /// The message for it; nothing for an address that says nothing, or nothing known.
    pub fn flash(&self) -> Option<Flash> {
        self.done.as_deref().and_then(said)
    }

    /// What was done to another customer than this one, whose review came after theirs. Nothing where the address names
    /// nobody else, or nobody in scope.
    pub fn before<P>(&self, by: &mut By<P>, here: CustomerId) -> Result<Option<Before>> {
        let word = match self.done.as_deref() {
            Some("validated") => "validated",
            Some("refused") => "refused",
            Some("asked") => "asked for more",
            Some("proposed") => "waits for a second person",
            _ => return Ok(None),
        };
        let of = self.of.as_deref().and_then(|id| id.parse().ok());
        let Some(of) = of.filter(|of| *of != here) else {
            return Ok(None);
        };
        match by.read(|tx| customers::find(tx, of)) {
            Ok(customer) => Ok(Some(Before {
                href: format!("/customers/{of}"),
                name: customer.name,
                word,
            })),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
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
