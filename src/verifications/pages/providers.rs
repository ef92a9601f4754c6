//! `/settings/providers`: who answers checks elsewhere; and `/callbacks/…`, where they answer later.

use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    access::{
        actor::{Actor, Who},
        guard::{Anyone, By},
        permissions::KeepProviders,
        scope::Scope,
    },
    error::{Error, FieldError, Result},
    value::OrganisationId,
    verifications::{
        actions,
        providers::{
            Providers, Received,
            http::{
                actions as configured,
                actions::Wanted,
                store::{self, Configured},
            },
        },
    },
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Id, Input, Query},
        shell::{Flash, Place, Shell, Tone},
    },
};

/// A provider as typed.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    timeout: String,
}

/// What the address says was just done.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    done: String,
}

#[derive(Template)]
#[template(path = "verifications/providers.html")]
struct ProvidersPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    providers: Vec<Configured>,
    form: Typed,
    errors: Vec<FieldError>,
    /// Shown once: the name and what both sides sign with.
    secret: Option<(String, String)>,
}

fn page(by: &mut By<KeepProviders>) -> Result<ProvidersPage> {
    Ok(ProvidersPage {
        shell: by.shell("Providers", Place::Settings),
        zone: by.time_zone,
        providers: by.read(store::all)?,
        form: Typed::default(),
        errors: Vec::new(),
        secret: None,
    })
}

/// Those that there are.
pub(super) fn list(mut by: By<KeepProviders>, Query(query): Query<Done>) -> Result<Answer> {
    let mut page = page(&mut by)?;
    page.shell = page.shell.flash((query.done == "removed").then(|| Flash {
        tone: Tone::Ok,
        text: "The provider is removed. Checks that wait for it stay pending.".to_owned(),
    }));
    Answer::page(&page)
}

/// Adds one. The answer shows its secret, once.
pub(super) fn add(
    mut by: By<KeepProviders>,
    Form(typed): Form<Typed>,
    providers: Providers,
) -> Result<Answer> {
    let wanted = Wanted {
        name: typed.name.clone(),
        url: typed.url.clone(),
        timeout: typed.timeout.clone(),
    };
    match by.change(|tx| configured::add(tx, providers.client(), &wanted)) {
        Ok(secret) => {
            let mut page = page(&mut by)?;
            page.secret = Some((typed.name.trim().to_owned(), secret));
            Answer::page(&page)
        }
        Err(Error::Invalid(errors)) => {
            let mut page = page(&mut by)?;
            page.shell.failed = true;
            page.form = typed;
            page.errors = errors;
            Answer::page_with(422, &page)
        }
        Err(other) => Err(other),
    }
}

/// Takes one away.
pub(super) fn remove(mut by: By<KeepProviders>, Id(id): Id<Uuid>) -> Result<Answer> {
    by.change(|tx| configured::disable(tx, id))?;
    Ok(Answer::see("/settings/providers?done=removed"))
}

/// What a provider sends by itself.
pub(super) fn receive(anyone: Anyone, input: Input) -> Result<Answer> {
    let text = |name: &str| input.params.get(name).cloned().unwrap_or_default();
    let header = |name: &str| input.headers.get(name).cloned().unwrap_or_default();
    let organisation: OrganisationId = text("id").parse().map_err(|_| Error::NotFound)?;
    let [id, timestamp, signature] = crate::outgoing::signature::HEADERS;
    let received = Received {
        id: header(id),
        timestamp: header(timestamp),
        signature: header(signature),
        body: input.body.clone(),
    };
    // There is no name for a machine that is no client of ours: what it says is taken by the house itself.
    let actor = Actor::system(Who::Clock, Scope::system(organisation), anyone.request);
    let mut conn = anyone.conn;
    let taken = actions::receive(
        &mut conn,
        &actor,
        &input.providers,
        &text("provider"),
        &received,
    );
    let (status, said) = match taken {
        Ok(()) => (200, "taken"),
        Err(Error::Unauthenticated) => (401, "not signed as agreed"),
        Err(Error::Refused(_)) => (409, "this verification has its answer already"),
        Err(Error::BadRequest(_) | Error::Invalid(_)) => (400, "this was not understood"),
        Err(other) => return Err(other),
    };
    Ok(Answer::new(
        status,
        "text/plain; charset=utf-8",
        format!("{said}\n"),
    ))
}
