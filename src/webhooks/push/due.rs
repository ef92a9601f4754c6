//! Who is to be told what of something that happened.

use crate::{
    access::keys::rules::Face,
    audit::event::{Event, Subject},
    db::Read,
    error::Result,
    value::WebhookId,
    webhooks::{
        rules::{self, Kind},
        store::{self, Endpoint},
    },
};

/// Something that somebody is to be told. What of it, a face shows.
#[derive(Clone, Debug)]
pub struct Due<'a> {
    /// What.
    pub kind: Kind,
    /// About what.
    pub about: &'a Subject,
    /// Whom.
    pub(super) endpoints: Vec<WebhookId>,
}

/// Who is to be told what of this. Asks the database only where the catalogue knows one of the events.
pub fn due<'a>(tx: &mut Read<'_>, events: &'a [Event]) -> Result<Vec<Due<'a>>> {
    let said: Vec<(Kind, &Subject)> = events
        .iter()
        .flat_map(|event| rules::said(event).map(|kind| (kind, &event.subject)))
        .collect();
    let mut faces: Vec<Face> = said.iter().map(|(kind, _)| kind.face).collect();
    faces.sort_unstable();
    faces.dedup();
    if faces.is_empty() {
        return Ok(Vec::new());
    }
    let listening = store::listening(tx, &faces)?;
    let dues = said.into_iter().map(|(kind, about)| Due {
        endpoints: listening
            .iter()
            .filter(|endpoint| wants(endpoint, kind, about))
            .map(|endpoint| endpoint.id)
            .collect(),
        kind,
        about,
    });
    Ok(dues.filter(|due| !due.endpoints.is_empty()).collect())
}

/// Whether an endpoint asked for it, and may see it.
fn wants(endpoint: &Endpoint, kind: Kind, about: &Subject) -> bool {
    let asked = endpoint.events.iter().any(|name| name == kind.name);
    let seen = match (&endpoint.branches, about.branch()) {
        (None, _) => true,
        (Some(branches), Some(branch)) => branches.contains(&branch),
        (Some(_), None) => false,
    };
    endpoint.face == kind.face && asked && seen
}
