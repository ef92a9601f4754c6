//! `POST /settings/hooks`: where the organisation's own system is told of reviews.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    ManageHooks,
    errors::REQUIRED,
    wire::{fault, kyc::moment},
};
use crate::{
    access::keys::{guard::Key, rules::Face},
    error::{Error, Result},
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
#[schemars(rename = "HookBody", extend("required" = ["url"]))]
pub(super) struct Create {
    /// Where it is told: an address outside of our own networks, https.
    #[schemars(with = "String", extend("format" = "uri"), regex(pattern = "^https://"))]
    url: Given<String>,
}

/// A hook as the face answers: our ruling, since the page shows no answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hook {
    /// Its id.
    #[schemars(extend("format" = "uuid"))]
    id: String,
    /// Where it is told.
    url: String,
    /// What it is told.
    events: Vec<String>,
    /// ACTIVE or DISABLED.
    status: &'static str,
    /// What `object_payload_signature` is keyed with, as this very text: in this answer and never again.
    secret: String,
    /// When it was added; UTC.
    #[schemars(extend("format" = "date-time"))]
    created_date: String,
}

impl Hook {
    fn of(endpoint: Endpoint, secret: String) -> Self {
        Self {
            id: endpoint.id.to_string(),
            status: if endpoint.is_active() {
                "ACTIVE"
            } else {
                "DISABLED"
            },
            url: endpoint.url,
            events: endpoint.events,
            secret,
            created_date: moment(endpoint.created_at),
        }
    }
}

pub(super) fn create(
    mut by: Key<ManageHooks>,
    input: Input,
    Json(body): Json<Create>,
) -> Result<Reply<Hook>> {
    let url = match body.url {
        Given::Value(url) if !url.trim().is_empty() => url,
        _ => return Err(fault("url", REQUIRED).into()),
    };
    let asked = Asked {
        face: Face::Treezor.as_str().to_owned(),
        url,
        name: String::new(),
        events: rules::names(Face::Treezor).map(str::to_owned).collect(),
    };
    once(&mut by, &input, |tx| {
        let (id, secret) = actions::add(tx, input.providers.client(), &asked)?;
        let endpoint = store::find(tx, id)?;
        Ok::<_, Error>(Reply::new(&Hook::of(endpoint, secret)))
    })
}
