//! `/approvals`: what waits for a second person, and the answer.

use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::waiting::{Line, lines};
use crate::{
    access::{guard::By, permissions::Approve},
    db::page::{Count, Page},
    error::{Error, Result},
    reviews::{
        approvals::{self, Answer as Came},
        store::proposals::{self, After},
    },
    value::ProposalId,
    web::{
        answer::Answer,
        input::{Form, Id, Query},
        shell::{Flash, Place, Shell, Tone},
    },
};

/// How many stand on a page: each is read, not skimmed.
const ROWS: usize = 25;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    after: String,
    #[serde(default)]
    done: String,
}

impl Asked {
    /// Where the page begins.
    fn after(&self) -> Result<Option<After>> {
        if self.after.is_empty() {
            return Ok(None);
        }
        let read = || {
            let (micros, id) = self.after.split_once('.')?;
            let micros = i64::from_str_radix(micros, 16).ok()?;
            Some((
                DateTime::<Utc>::from_timestamp_micros(micros)?,
                id.parse().ok()?,
            ))
        };
        read()
            .map(Some)
            .ok_or_else(|| Error::BadRequest("the page's place".into()))
    }

    /// The sentence for what was just done. It names nobody, since addresses are kept in many places.
    fn flash(&self) -> Option<Flash> {
        let (tone, text) = match self.done.as_str() {
            "approved" => (Tone::Ok, "Approved. It holds, in both your names."),
            "returned" => (
                Tone::Warn,
                "Not approved: the customer’s data changed since it was proposed, so it went back to whoever proposed it.",
            ),
            "sent-back" => (Tone::Ok, "Sent back, with your points."),
            "asked" => (
                Tone::Info,
                "Nothing has changed yet: it waits for a second person.",
            ),
            _ => return None,
        };
        Some(Flash {
            tone,
            text: text.to_owned(),
        })
    }
}

/// What a second person sends back.
#[derive(Debug, Deserialize)]
pub(super) struct Points {
    #[serde(default)]
    points: String,
}

/// Points that were not enough.
struct Refused {
    id: ProposalId,
    points: String,
    error: String,
}

#[derive(Template)]
#[template(path = "reviews/approvals.html")]
struct ApprovalsPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    page: Page<Line>,
    count: Count,
    first: Option<String>,
    next: Option<String>,
    refused: Option<Refused>,
}

impl ApprovalsPage {
    fn points(&self, id: &ProposalId) -> &str {
        self.refused_of(*id).map_or("", |one| &one.points)
    }

    fn error(&self, id: &ProposalId) -> Option<&str> {
        self.refused_of(*id).map(|one| one.error.as_str())
    }

    fn refused_of(&self, id: ProposalId) -> Option<&Refused> {
        self.refused.as_ref().filter(|one| one.id == id)
    }

    /// Errors by the id of the element that mends each.
    fn summary(&self) -> Vec<(String, &str)> {
        self.refused
            .iter()
            .map(|one| (format!("{}-points", one.id), one.error.as_str()))
            .collect()
    }
}

/// What waits for an answer, oldest first.
pub(super) fn show(mut by: By<Approve>, Query(asked): Query<Asked>) -> Result<Answer> {
    let (after, me, now) = (asked.after()?, by.staff.staff, by.now());
    let (page, count) = by.read(|tx| {
        let page = proposals::waiting(tx, after, ROWS)?;
        Ok((lines(tx, page, me, now)?, proposals::count(tx)?))
    })?;
    Answer::page(&ApprovalsPage {
        shell: by.shell("Approvals", Place::Approvals).flash(asked.flash()),
        zone: by.time_zone,
        count,
        first: after.map(|_| "/approvals".to_owned()),
        next: page.next(|line| {
            let (at, id) = (line.proposal.proposed_at, line.proposal.id.0);
            format!("/approvals?after={:x}.{id}", at.timestamp_micros())
        }),
        refused: None,
        page,
    })
}

/// Agrees.
pub(super) fn approve(mut by: By<Approve>, Id(id): Id<ProposalId>) -> Result<Answer> {
    Ok(match by.change(|tx| approvals::approve(tx, id))? {
        Came::Approved => Answer::see("/approvals?done=approved"),
        Came::Returned => Answer::see("/approvals?done=returned"),
    })
}

/// Sends back, with points. Too few words: the one proposal again, with what was typed.
pub(super) fn reject(
    mut by: By<Approve>,
    Id(id): Id<ProposalId>,
    Form(form): Form<Points>,
) -> Result<Answer> {
    let (me, now) = (by.staff.staff, by.now());
    // Whoever may not answer it hears that first, whatever was typed.
    let one = by.read(|tx| {
        let one = proposals::one(tx, id)?;
        if let Some(why) = approvals::hindrance(&one.0, me, now) {
            return Err(Error::Refused(why.into()));
        }
        let page = Page {
            rows: vec![one],
            more: false,
        };
        lines(tx, page, me, now)
    })?;
    match by.change(|tx| approvals::send_back(tx, id, &form.points)) {
        Ok(()) => Ok(Answer::see("/approvals?done=sent-back")),
        Err(Error::Invalid(errors)) => {
            let error = errors.into_iter().map(|one| one.message.into_owned());
            Answer::page_with(
                422,
                &ApprovalsPage {
                    shell: by.shell("Approvals", Place::Approvals).failed(true),
                    zone: by.time_zone,
                    count: Count::exact(1),
                    first: Some("/approvals".to_owned()),
                    next: None,
                    refused: Some(Refused {
                        id,
                        points: form.points,
                        error: error.collect::<Vec<_>>().join(" "),
                    }),
                    page: one,
                },
            )
        }
        Err(error) => Err(error),
    }
}
