//! Who is to be told what of something that happened.

use crate::{
    access::{keys::rules::Face, scope::Branches},
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
    /// The branches of whoever is told, who may be told of nothing else.
    pub branches: Branches,
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
    let mut dues: Vec<Due<'_>> = Vec::new();
    for (kind, about) in said {
        let own = dues.len();
        for endpoint in listening.iter().filter(|one| wants(one, kind, about)) {
            let branches = match &endpoint.branches {
                None => Branches::All,
                Some(list) => Branches::Only(list.clone()),
            };
            let mut alike = dues.iter_mut().skip(own);
            if let Some(due) = alike.find(|due| due.branches == branches) {
                due.endpoints.push(endpoint.id);
            } else {
                dues.push(Due {
                    kind,
                    about,
                    branches,
                    endpoints: vec![endpoint.id],
                });
            }
        }
    }
    Ok(dues)
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
