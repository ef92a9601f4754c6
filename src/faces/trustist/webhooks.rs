//! `POST /v1/onboard/webhooks`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ManageWebhooks, wire};
use crate::{
    access::keys::{guard::Key, rules::Face},
    error::{Error, FieldError, Result},
    faces::{
        json::{Given, Json},
        once::once,
    },
    web::{input::Input, reply::Reply},
    webhooks::{
        actions::{self, Asked},
        rules,
        store::{self, Endpoint},
    },
};

/// What a caller sends. Unknown fields are ignored.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "WebhookBody", extend("required" = ["url"]))]
pub(super) struct Create {
    /// Where it is told: an address outside of our own networks, https.
    #[schemars(with = "String", extend("format" = "uri"), regex(pattern = "^https://"))]
    url: Given<String>,
    /// What people call it.
    #[schemars(length(max = 100))]
    name: Given<String>,
    /// What it is told; all there is where nothing is said.
    #[schemars(
        length(min = 1),
        inner(regex(pattern = r"^onboard\.session\.(completed|failed)$"))
    )]
    events: Given<Vec<String>>,
}

/// A webhook as the face answers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WebhookAnswer {
    /// Its id.
    #[schemars(extend("format" = "uuid"))]
    id: String,
    /// The tenant that the key belongs to.
    #[schemars(extend("format" = "uuid"))]
    tenant_id: String,
    /// Where it is told.
    url: String,
    /// What people call it.
    name: Option<String>,
    /// What it is told.
    events: Vec<String>,
    /// Whether it is told anything now.
    is_active: bool,
    /// When it was added; UTC.
    #[schemars(extend("format" = "date-time"))]
    created: String,
    /// When it changed last; UTC.
    #[schemars(extend("format" = "date-time"))]
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
) -> Result<Reply<WebhookAnswer>> {
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
        Ok(Reply::new(&WebhookAnswer::of(&tenant, endpoint, secret)))
    })
}
