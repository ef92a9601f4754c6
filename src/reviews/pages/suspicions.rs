//! The form that hands a suspicion to the managers, and the managers' list.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        guard::By,
        permissions::{DecideReview, HandleSuspicions},
    },
    customers::store::{self as customers, Customer},
    error::{Error, Result},
    reviews::{
        store::{
            rounds,
            suspicions::{self as rows, State, Suspicion},
        },
        suspicions,
    },
    staff::store as staff,
    value::{ReviewId, SuspicionId},
    web::{
        answer::Answer,
        input::{Form, Id, Query},
        shell::{Flash, Place, Shell, Tone},
    },
};

/// What was seen.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Seen {
    #[serde(default)]
    reason: String,
}

#[derive(Template)]
#[template(path = "reviews/escalate.html")]
struct EscalatePage {
    shell: Shell,
    review: ReviewId,
    customer: Customer,
    typed: String,
    error: Option<String>,
    refusal: Option<String>,
}

impl EscalatePage {
    fn href(&self) -> String {
        format!("/customers/{}", self.customer.id)
    }

    fn summary(&self) -> Vec<(&'static str, String)> {
        let error = self.error.iter();
        error.map(|error| ("reason", error.clone())).collect()
    }
}

fn escalate_page(
    by: &mut By<DecideReview>,
    id: ReviewId,
    typed: String,
    wrong: Option<Error>,
) -> Result<Answer> {
    let customer = by.read(|tx| {
        let whose = rounds::find(tx, id)?.customer_id;
        customers::find(tx, whose)
    })?;
    let status = wrong.as_ref().map_or(200, Error::status);
    let (error, refusal) = match wrong {
        None => (None, None),
        Some(Error::Invalid(errors)) => (
            errors.into_iter().next().map(|one| one.message.to_string()),
            None,
        ),
        Some(Error::Refused(why)) => (None, Some(why.into_owned())),
        Some(other) => return Err(other),
    };
    let page = EscalatePage {
        shell: by
            .shell("Hand a suspicion to the managers", Place::Reviews)
            .failed(status != 200),
        review: id,
        customer,
        typed,
        error,
        refusal,
    };
    Answer::page_with(status, &page)
}

/// The form.
pub(super) fn escalate_form(mut by: By<DecideReview>, Id(id): Id<ReviewId>) -> Result<Answer> {
    escalate_page(&mut by, id, String::new(), None)
}

/// Hands it over. The answer's address names nobody.
pub(super) fn escalate(
    mut by: By<DecideReview>,
    Id(id): Id<ReviewId>,
    Form(form): Form<Seen>,
) -> Result<Answer> {
    match by.change(|tx| suspicions::raise(tx, id, &form.reason)) {
        Ok(()) => Ok(Answer::see("/reviews?done=handed")),
        Err(error) => escalate_page(&mut by, id, form.reason, Some(error)),
    }
}

/// One line of the managers' list.
struct Line {
    suspicion: Suspicion,
    customer: Customer,
    text: Option<String>,
    by: String,
}

/// What came of one.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Closing {
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    reason: String,
}

/// A closing that could not be saved.
struct Refused {
    id: SuspicionId,
    typed: Closing,
    field: String,
    why: String,
}

#[derive(Template)]
#[template(path = "reviews/suspicions.html")]
struct SuspicionsPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    lines: Vec<Line>,
    refused: Option<Refused>,
}

impl SuspicionsPage {
    fn of(&self, id: &SuspicionId) -> Option<&Refused> {
        self.refused.as_ref().filter(|one| one.id == *id)
    }

    fn error(&self, id: &SuspicionId, field: &str) -> Option<&str> {
        let found = self.of(id).filter(|one| one.field == field);
        found.map(|one| one.why.as_str())
    }

    fn reason(&self, id: &SuspicionId) -> &str {
        self.of(id).map_or("", |one| &one.typed.reason)
    }

    fn chosen(&self, id: &SuspicionId, outcome: &str) -> bool {
        self.of(id).is_some_and(|one| one.typed.outcome == outcome)
    }

    /// Errors by the id of the element that mends each.
    fn summary(&self) -> Vec<(String, &str)> {
        let to = |one: &Refused| match one.field.as_str() {
            "outcome" => format!("{}-reported", one.id),
            _ => format!("{}-reason", one.id),
        };
        let refused = self.refused.iter();
        refused.map(|one| (to(one), one.why.as_str())).collect()
    }
}

/// What the address says was just done.
#[derive(Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    done: String,
}

fn list_page(
    by: &mut By<HandleSuspicions>,
    done: &str,
    refused: Option<Refused>,
) -> Result<Answer> {
    let lines = by.read(|tx| {
        let open = rows::open(tx)?;
        let names = staff::names(tx, open.iter().map(|one| one.raised_by.0).collect())?;
        let mut lines = Vec::with_capacity(open.len());
        for suspicion in open {
            let customer = customers::find(tx, suspicion.customer_id)?;
            lines.push(Line {
                text: suspicion.text(tx, &customer)?,
                by: names
                    .get(&suspicion.raised_by.0)
                    .map_or_else(|| "A former colleague".to_owned(), Clone::clone),
                customer,
                suspicion,
            });
        }
        Ok(lines)
    })?;
    let status = if refused.is_some() { 422 } else { 200 };
    let flash = (done == "closed").then(|| Flash {
        tone: Tone::Ok,
        text: "Closed, with your reason in the audit log.".to_owned(),
    });
    let page = SuspicionsPage {
        shell: by
            .shell("Suspicions", Place::Approvals)
            .failed(refused.is_some())
            .flash(flash),
        zone: by.time_zone,
        lines,
        refused,
    };
    Answer::page_with(status, &page)
}

/// What colleagues handed over and nobody has closed.
pub(super) fn list(mut by: By<HandleSuspicions>, Query(query): Query<Done>) -> Result<Answer> {
    list_page(&mut by, &query.done, None)
}

/// Says what came of one.
pub(super) fn close(
    mut by: By<HandleSuspicions>,
    Id(id): Id<SuspicionId>,
    Form(form): Form<Closing>,
) -> Result<Answer> {
    let to = form.outcome.parse().unwrap_or(State::Open);
    match by.change(|tx| suspicions::close(tx, id, to, &form.reason)) {
        Ok(()) => Ok(Answer::see("/suspicions?done=closed")),
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
            list_page(&mut by, "", Some(refused))
        }
        Err(error) => Err(error),
    }
}
