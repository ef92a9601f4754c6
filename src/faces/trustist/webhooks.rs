//! `POST /v1/onboard/webhooks`.

use serde::{Deserialize, Serialize};

use super::{ManageWebhooks, wire};
use crate::{
    access::keys::{guard::Key, rules::Face},
    error::{Error, FieldError, Result},
    faces::{
        json::{Given, Json},
        once::once,
    },
    web::{answer::Answer, input::Input},
    webhooks::{
        actions::{self, Asked},
        rules,
        store::{self, Endpoint},
    },
};

/// What a caller sends. Unknown fields are ignored.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Create {
    /// Required: where it is told; https.
    url: Given<String>,
    /// What people call it; at most 100 characters.
    name: Given<String>,
    /// What it is told; all there is where nothing is said.
    events: Given<Vec<String>>,
}

/// A webhook as the face answers.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WebhookAnswer {
    id: String,
    tenant_id: String,
    url: String,
    name: Option<String>,
    events: Vec<String>,
    is_active: bool,
    created: String,
    last_updated: String,
    /// What both sides sign with: in this answer and never again.
    secret: String,
}

impl WebhookAnswer {
    fn of(tenant: &str, endpoint: Endpoint, secret: String) -> Self {
        Self {
            id: endpoint.id.to_string(),
            tenant_id: tenant.to_owned(),
            is_active: endpoint.is_active(),
            url: endpoint.url,
            name: Some(endpoint.name).filter(|name| !name.is_empty()),
            events: endpoint.events,
            created: wire::moment(endpoint.created_at),
            last_updated: wire::moment(endpoint.updated_at),
            secret,
        }
    }
}

fn given<T>(value: Given<T>) -> Option<T> {
    match value {
        Given::Value(value) => Some(value),
        Given::Absent | Given::Null => None,
    }
}

pub(super) fn create(
    mut by: Key<ManageWebhooks>,
    input: Input,
    Json(body): Json<Create>,
) -> Result<Answer> {
    let tenant = by.caller.organisation.to_string();
    let all = || rules::names(Face::Trustist).map(str::to_owned).collect();
    let asked = Asked {
        face: Face::Trustist.as_str().to_owned(),
        url: given(body.url).unwrap_or_default(),
        name: given(body.name).unwrap_or_default(),
        events: given(body.events).unwrap_or_else(all),
    };
    if asked.url.trim().is_empty() {
        return Err(Error::Invalid(vec![FieldError {
            field: "url".into(),
            message: "required".into(),
        }]));
    }
    once(&mut by, &input, |tx| {
        let (id, secret) = actions::add(tx, input.providers.client(), &asked)?;
        let endpoint = store::find(tx, id)?;
        Ok(Answer::json(
            200,
            &WebhookAnswer::of(&tenant, endpoint, secret),
        ))
    })
}
