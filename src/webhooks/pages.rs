//! `/settings/webhooks`: where the organisation's own systems are told of what happened. A secret is shown once, by the
//! answer that makes it.

use askama::Template;
use serde::Deserialize;

use super::{
    actions::{self, Asked},
    rules::{self, Because, CATALOGUE, Kind},
    store::{self, Endpoint},
};
use crate::{
    access::{guard::By, keys::rules::Face, permissions::KeepWebhooks},
    error::{Error, FieldError, Result},
    value::WebhookId,
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Id, Input, Query},
        router::Router,
        shell::{Flash, Place, Shell, Tone},
    },
};

mod delivery;
mod endpoint;

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/settings/webhooks", list)
        .post("/settings/webhooks", add)
        .get("/settings/webhooks/new", new)
        .get("/settings/webhooks/{id}", endpoint::show)
        .post("/settings/webhooks/{id}/disable", disable)
        .post("/settings/webhooks/{id}/enable", enable)
        .post("/settings/webhooks/{id}/rotate", rotate)
        .post("/settings/webhooks/{id}/test", test)
        .post("/settings/webhooks/{id}/remove", remove)
        .get("/settings/deliveries/{id}", delivery::show)
        .post("/settings/deliveries/{id}/again", delivery::again)
}

/// How an endpoint stands: word, colour, icon.
fn standing(endpoint: &Endpoint) -> (&'static str, &'static str, &'static str) {
    match (endpoint.disabled_because, endpoint.failing_since) {
        (Some(Because::Staff), _) => ("Disabled", "tone-mute", "s-canceled"),
        (Some(Because::Gone), _) => ("Disabled: gone", "tone-bad", "s-refused"),
        (Some(Because::Failing), _) => ("Disabled: failing", "tone-bad", "s-refused"),
        (None, Some(_)) => ("Failing", "tone-warn", "s-action"),
        (None, None) => ("Enabled", "tone-ok", "s-approved"),
    }
}

/// An endpoint as typed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct WebhookForm {
    #[serde(default)]
    face: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    event: Vec<String>,
}

/// What the address says was just done.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    done: String,
}

fn done(shell: Shell, what: &str) -> Shell {
    let text = match what {
        "removed" => "The webhook is removed, with the log of its messages.",
        "disabled" => "The webhook is disabled. What waited for it was dropped.",
        "enabled" => "The webhook is enabled. It is told what happens from now on.",
        "tested" => "A test is on its way. Reload the page to see what came of it.",
        "again" => "The message is sent again. Reload the page to see what came of it.",
        _ => return shell,
    };
    shell.flash(Some(Flash {
        tone: Tone::Ok,
        text: text.to_owned(),
    }))
}

#[derive(Template)]
#[template(path = "webhooks/index.html")]
struct IndexPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    endpoints: Vec<Endpoint>,
    faces: Vec<Face>,
}

#[derive(Template)]
#[template(path = "webhooks/new.html")]
struct NewPage {
    shell: Shell,
    face: Face,
    form: WebhookForm,
    errors: Vec<FieldError>,
}

impl NewPage {
    /// What can be told in this language: name, words, whether it is ticked. A new form has all ticked.
    fn events(&self) -> Vec<(&'static str, &'static str, bool)> {
        let chosen = &self.form.event;
        let kinds = CATALOGUE.iter().filter(|kind| kind.face == self.face);
        kinds
            .map(|Kind { name, words, .. }| {
                let ticked = chosen.iter().any(|event| event == name);
                let fresh = chosen.is_empty() && self.errors.is_empty();
                (*name, *words, ticked || fresh)
            })
            .collect()
    }
}

/// Shown once: what both sides sign with.
#[derive(Template)]
#[template(path = "webhooks/secret.html")]
struct SecretPage {
    shell: Shell,
    endpoint: Endpoint,
    secret: String,
    /// The old one signs too, for a day.
    replaced: bool,
}

fn list(mut by: By<KeepWebhooks>, Query(query): Query<Done>) -> Result<Answer> {
    let faces = Face::ALL.iter().copied();
    Answer::page(&IndexPage {
        endpoints: by.read(store::all)?,
        shell: done(by.shell("Webhooks", Place::Settings), &query.done),
        zone: by.time_zone,
        faces: faces
            .filter(|face| rules::names(*face).next().is_some())
            .collect(),
    })
}

fn page(by: &By<KeepWebhooks>, form: WebhookForm) -> NewPage {
    let face = form.face.parse().unwrap_or(Face::Kontorion);
    NewPage {
        shell: by.shell(
            format!("A webhook in {}’s language", face.words()),
            Place::Settings,
        ),
        face,
        form,
        errors: Vec::new(),
    }
}

fn new(by: By<KeepWebhooks>, Query(form): Query<WebhookForm>) -> Result<Answer> {
    Answer::page(&page(&by, form))
}

fn add(mut by: By<KeepWebhooks>, Form(form): Form<WebhookForm>, input: Input) -> Result<Answer> {
    let asked = Asked {
        face: form.face.clone(),
        url: form.url.clone(),
        name: form.name.clone(),
        events: form.event.clone(),
    };
    let made = by.change(|tx| {
        let (id, secret) = actions::add(tx, input.providers.client(), &asked)?;
        Ok((store::find(tx, id)?, secret))
    });
    match made {
        Ok((endpoint, secret)) => Answer::page(&SecretPage {
            shell: by.shell("The new webhook", Place::Settings),
            endpoint,
            secret,
            replaced: false,
        }),
        Err(Error::Invalid(errors)) => {
            let mut page = page(&by, form);
            page.shell.failed = true;
            page.errors = errors;
            Answer::page_with(422, &page)
        }
        Err(other) => Err(other),
    }
}

fn rotate(mut by: By<KeepWebhooks>, Id(id): Id<WebhookId>) -> Result<Answer> {
    let (endpoint, secret) = by.change(|tx| {
        let secret = actions::rotate(tx, id)?;
        Ok((store::find(tx, id)?, secret))
    })?;
    Answer::page(&SecretPage {
        shell: by.shell("The new secret", Place::Settings),
        endpoint,
        secret,
        replaced: true,
    })
}

fn back(id: WebhookId, done: &str) -> Answer {
    Answer::see(format!("/settings/webhooks/{id}?done={done}"))
}

fn disable(mut by: By<KeepWebhooks>, Id(id): Id<WebhookId>) -> Result<Answer> {
    by.change(|tx| actions::disable(tx, id, Because::Staff))?;
    Ok(back(id, "disabled"))
}

fn enable(mut by: By<KeepWebhooks>, Id(id): Id<WebhookId>) -> Result<Answer> {
    by.change(|tx| actions::enable(tx, id))?;
    Ok(back(id, "enabled"))
}

fn test(mut by: By<KeepWebhooks>, Id(id): Id<WebhookId>) -> Result<Answer> {
    by.change(|tx| actions::test(tx, id))?;
    Ok(back(id, "tested"))
}

fn remove(mut by: By<KeepWebhooks>, Id(id): Id<WebhookId>) -> Result<Answer> {
    by.change(|tx| actions::remove(tx, id))?;
    Ok(Answer::see("/settings/webhooks?done=removed"))
}
