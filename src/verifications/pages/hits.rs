//! `/hits`: names on lists that are like customers', for officers to say whether they are the same.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        guard::By,
        permissions::{Permission, ReadCustomers, ResolveHits},
    },
    customers::store::Customer,
    error::{Error, Result},
    value::{CustomerId, HitId},
    verifications::hits::{
        actions,
        store::{self, Hit, State},
    },
    web::{
        answer::Answer,
        input::{Form, Id, Query},
        shell::{Flash, Place, Shell, Tone},
    },
};

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    customer: Option<String>,
    #[serde(default)]
    done: String,
}

/// What an officer says.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Saying {
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    reason: String,
}

/// What could not be saved.
struct Refused {
    id: HitId,
    typed: Saying,
    field: String,
    why: String,
}

#[derive(Template)]
#[template(path = "verifications/hits.html")]
struct HitsPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    lines: Vec<(Hit, Customer)>,
    /// Whether there are more than these.
    more: bool,
    may_resolve: bool,
    refused: Option<Refused>,
}

impl HitsPage {
    fn of(&self, id: &HitId) -> Option<&Refused> {
        self.refused.as_ref().filter(|one| one.id == *id)
    }

    fn error(&self, id: &HitId, field: &str) -> Option<&str> {
        let found = self.of(id).filter(|one| one.field == field);
        found.map(|one| one.why.as_str())
    }

    fn reason(&self, id: &HitId) -> &str {
        self.of(id).map_or("", |one| &one.typed.reason)
    }

    fn chosen(&self, id: &HitId, outcome: &str) -> bool {
        self.of(id).is_some_and(|one| one.typed.outcome == outcome)
    }

    /// Errors by the id of the element that mends each.
    fn summary(&self) -> Vec<(String, &str)> {
        let to = |one: &Refused| match one.field.as_str() {
            "outcome" => format!("{}-cleared", one.id),
            _ => format!("{}-reason", one.id),
        };
        let refused = self.refused.iter();
        refused.map(|one| (to(one), one.why.as_str())).collect()
    }
}

fn page<P>(
    by: &mut By<P>,
    of: Option<CustomerId>,
    done: &str,
    refused: Option<Refused>,
) -> Result<Answer> {
    let (lines, more) = by.read(|tx| store::open(tx, of))?;
    let flash = (done == "settled").then(|| Flash {
        tone: Tone::Ok,
        text: "Saved, with your reason in the audit log.".to_owned(),
    });
    let status = if refused.is_some() { 422 } else { 200 };
    let page = HitsPage {
        shell: by
            .shell("Hits", Place::Verifications)
            .failed(refused.is_some())
            .flash(flash),
        zone: by.time_zone,
        may_resolve: ResolveHits::ROLES.contains(&by.role),
        lines,
        more,
        refused,
    };
    Answer::page_with(status, &page)
}

/// What nobody has looked at.
pub(super) fn list(mut by: By<ReadCustomers>, Query(asked): Query<Asked>) -> Result<Answer> {
    let of = match asked.customer.as_deref() {
        None | Some("") => None,
        Some(text) => Some(
            text.parse()
                .map_err(|_| Error::BadRequest("`customer` is the id of a customer".into()))?,
        ),
    };
    page(&mut by, of, &asked.done, None)
}

/// Says whether it is the customer.
pub(super) fn resolve(
    mut by: By<ResolveHits>,
    Id(id): Id<HitId>,
    Form(form): Form<Saying>,
) -> Result<Answer> {
    let to = form.outcome.parse().unwrap_or(State::Open);
    match by.change(|tx| actions::resolve(tx, id, to, &form.reason)) {
        Ok(()) => Ok(Answer::see("/hits?done=settled")),
        Err(Error::Invalid(errors)) => {
            let Some(first) = errors.into_iter().next() else {
                return Err(Error::Invalid(Vec::new()));
            };
            let refused = Refused {
                id,
                typed: form,
                field: first.field.to_string(),
                why: first.message.to_string(),
            };
            page(&mut by, None, "", Some(refused))
        }
        Err(error) => Err(error),
    }
}
