//! The pages of checks: the list with its file, one check, and starting one.

pub mod export;
mod hits;
mod index;
mod providers;
mod query;

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        guard::By,
        permissions::{OverrideStatus, Permission, ReadCustomers, StartVerification},
    },
    audit::event::What,
    customers::store::{self as customers, Customer},
    error::{Error, FieldError, Result},
    organisations::store as organisations,
    staff::store as staff,
    value::{CustomerId, VerificationId},
    verifications::{
        actions::{self, Asked},
        history::{self, Entry},
        hits::store::count_open,
        providers::{Providers, http::store as configured},
        rules,
        store::{self, Verification},
    },
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Id, Query},
        router::Router,
        shell::{Flash, Place, Shell, Tone},
    },
};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/verifications", index::show)
        .post("/verifications/search", index::search)
        .get("/verifications.csv", export::export)
        .get("/verifications/{id}", show)
        .post_asking("/customers/{id}/verifications", start)
        .post_asking("/verifications/{id}/poll", poll)
        .get("/hits", hits::list)
        .post("/hits/{id}", hits::resolve)
        .get("/settings/providers", providers::list)
        .post("/settings/providers", providers::add)
        .post("/settings/providers/{id}/remove", providers::remove)
        .post_foreign("/callbacks/{provider}/{id}", providers::receive)
}

/// What just happened, said once.
#[derive(Deserialize)]
struct Done {
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "verifications/show.html")]
struct ShowPage {
    shell: Shell,
    check: Verification,
    customer: Customer,
    branch: String,
    whose: String,
    started_by: String,
    moved_by: Option<String>,
    payload: Option<String>,
    moves: Vec<Entry>,
    may_override: bool,
    /// Whether somebody elsewhere can be asked after it.
    may_poll: bool,
    /// Hits that wait for an officer.
    open_hits: i64,
    zone: chrono_tz::Tz,
}

impl ShowPage {
    /// Whether a review owns it and thus decides it.
    const fn of_review(&self) -> bool {
        self.check.review_id.is_some()
    }
}

fn show(
    mut by: By<ReadCustomers>,
    Id(id): Id<VerificationId>,
    Query(done): Query<Done>,
) -> Result<Answer> {
    let seen = by.view(
        What::VerificationViewed,
        |seen: &Seen| seen.check.subject(&seen.customer),
        |tx| {
            let check = store::find(tx, id)?;
            let customer = customers::find(tx, check.customer_id)?;
            let ids = [check.started_by_id, check.actor_id];
            let names = staff::names(tx, ids.into_iter().flatten().collect())?;
            let name = |kind: &str, id: Option<uuid::Uuid>| {
                id.and_then(|id| names.get(&id).cloned())
                    .unwrap_or_else(|| history::who(kind).to_owned())
            };
            Ok(Seen {
                started_by: name(&check.started_by_kind, check.started_by_id),
                moved_by: check
                    .actor_kind
                    .as_deref()
                    .map(|kind| name(kind, check.actor_id)),
                branch: organisations::branch(tx, check.branch_id)?.name,
                moves: history::of_check(tx, &customer, id)?,
                open_hits: count_open(tx, customer.id)?,
                may_poll: check.status == rules::Status::Pending
                    && configured::by_name(tx, &check.provider)?.is_some(),
                check,
                customer,
            })
        },
    )?;
    let title = format!("Check “{}”", seen.check.verification_type);
    let flash = done.done.and_then(|done| said(&done));
    Answer::page(&ShowPage {
        shell: by.shell(title, Place::Verifications).flash(flash),
        payload: seen
            .check
            .result_payload
            .as_ref()
            .and_then(|payload| serde_json::to_string_pretty(payload).ok()),
        may_override: OverrideStatus::ROLES.contains(&by.role)
            && rules::may_be_overridden(seen.check.status),
        may_poll: StartVerification::ROLES.contains(&by.role) && seen.may_poll,
        open_hits: seen.open_hits,
        zone: by.time_zone,
        whose: format!("/customers/{}", seen.customer.id),
        check: seen.check,
        customer: seen.customer,
        branch: seen.branch,
        started_by: seen.started_by,
        moved_by: seen.moved_by,
        moves: seen.moves,
    })
}

/// What one look at a check finds.
struct Seen {
    check: Verification,
    customer: Customer,
    branch: String,
    started_by: String,
    moved_by: Option<String>,
    moves: Vec<Entry>,
    open_hits: i64,
    may_poll: bool,
}

/// The sentence for what an address says was just done. Names nobody, since addresses are kept in many places.
fn said(done: &str) -> Option<Flash> {
    let (tone, text) = match done {
        "overridden" => (
            Tone::Ok,
            "The override is saved, and the audit log has your reason.",
        ),
        "answered" => (Tone::Ok, "The provider has answered."),
        "waiting" => (Tone::Info, "The provider has no answer yet."),
        _ => return None,
    };
    Some(Flash {
        tone,
        text: text.to_owned(),
    })
}

/// Asks the provider of a pending check whether there is an answer by now.
fn poll(
    mut by: By<StartVerification>,
    Id(id): Id<VerificationId>,
    providers: Providers,
) -> Result<Answer> {
    let actor = by.actor().clone();
    let stands = actions::poll(by.connection(), &actor, &providers, id)?;
    let done = match stands {
        rules::Status::Pending => "waiting",
        _ => "answered",
    };
    Ok(Answer::see(format!("/verifications/{id}?done={done}")))
}

/// What the form of a new check sends.
#[derive(Clone, Debug, Default, Deserialize)]
struct NewCheck {
    #[serde(default)]
    verification_type: String,
    #[serde(default)]
    check_type: String,
    #[serde(default)]
    provider: String,
    #[serde(default)]
    number: String,
}

impl From<NewCheck> for Asked {
    fn from(form: NewCheck) -> Self {
        Self {
            verification_type: form.verification_type,
            check_type: form.check_type,
            provider: form.provider,
            number: form.number,
        }
    }
}

#[derive(Template)]
#[template(path = "verifications/start.html")]
struct StartPage {
    shell: Shell,
    customer: Customer,
    whose: String,
    form: NewCheck,
    errors: Vec<FieldError>,
}

fn start(
    mut by: By<StartVerification>,
    Id(id): Id<CustomerId>,
    Form(form): Form<NewCheck>,
    providers: Providers,
) -> Result<Answer> {
    let actor = by.actor().clone();
    let asked = form.clone().into();
    match actions::start(by.connection(), &actor, &providers, id, asked) {
        Ok(_) => Ok(Answer::see(format!("/customers/{id}?done=started"))),
        Err(Error::Invalid(errors)) => {
            let customer = by.read(|tx| customers::find(tx, id))?;
            Answer::page_with(
                422,
                &StartPage {
                    shell: by
                        .shell("Start a verification", Place::Customers)
                        .failed(true),
                    customer,
                    whose: format!("/customers/{id}"),
                    form,
                    errors,
                },
            )
        }
        Err(error) => Err(error),
    }
}
