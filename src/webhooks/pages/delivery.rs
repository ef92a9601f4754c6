//! `/settings/deliveries/{id}`: one message, what was sent, and what came of each attempt.

use askama::Template;

use super::{Done, back, done};
use crate::{
    access::{guard::By, permissions::KeepWebhooks},
    audit::event::{CustomerRef, Subject, What},
    db::Read,
    error::Result,
    value::DeliveryId,
    web::{
        answer::Answer,
        input::{Id, Query},
        shell::{Place, Shell},
    },
    webhooks::{
        actions,
        headers::{self, Holds},
        store::{
            self, Endpoint,
            deliveries::{self, Attempt, Delivery},
        },
    },
};

/// A message, opened.
struct Opened {
    endpoint: Endpoint,
    delivery: Delivery,
    /// The body, one value a line; nothing where the customer was erased.
    body: Option<String>,
    attempts: Vec<(Attempt, String)>,
}

#[derive(Template)]
#[template(path = "webhooks/delivery.html")]
struct DeliveryPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    opened: Opened,
}

impl DeliveryPage {
    /// The pages of what it is about, wherever there is one: the thing itself first, then whose it is. A round of review has
    /// none of its own, it stands on the customer's.
    fn about(&self) -> Vec<(String, &'static str)> {
        let delivery = &self.opened.delivery;
        let customer = delivery.customer_id.map(|id| format!("/customers/{id}"));
        let thing = match (delivery.subject_kind.as_deref(), delivery.subject_id) {
            (Some("verification"), Some(id)) => {
                Some((format!("/verifications/{id}"), "the verification"))
            }
            (Some("onboarding"), Some(_)) => customer
                .as_ref()
                .map(|of| (format!("{of}/sessions"), "the onboarding session")),
            _ => None,
        };
        let whose = customer.map(|page| (page, "the customer"));
        thing.into_iter().chain(whose).collect()
    }

    /// The headers that attempts carry.
    fn headers(&self) -> Vec<(&'static str, Holds)> {
        headers::of(self.opened.endpoint.face, self.opened.delivery.id)
    }

    /// The header that names the second of an attempt, where there is one.
    fn timed(&self) -> Option<&'static str> {
        let mut headers = self.headers().into_iter();
        headers
            .find(|(_, holds)| *holds == Holds::Time)
            .map(|(name, _)| name)
    }

    /// Where in the body its signature is, where no header has it.
    fn enclosed(&self) -> Option<&'static str> {
        headers::in_body(self.opened.endpoint.face)
    }
}

fn open(tx: &mut Read<'_>, id: DeliveryId) -> Result<Opened> {
    let delivery = deliveries::find(tx, id)?;
    let endpoint = store::find(tx, delivery.endpoint_id)?;
    let body = delivery.body(tx)?.map(|body| {
        let value: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
        let pretty = value.and_then(|value| serde_json::to_string_pretty(&value).ok());
        pretty.unwrap_or_else(|| String::from_utf8_lossy(&body).into_owned())
    });
    let attempts = deliveries::attempts_at(tx, &delivery)?
        .into_iter()
        .map(|(attempt, said)| (attempt, String::from_utf8_lossy(&said).into_owned()))
        .collect();
    Ok(Opened {
        endpoint,
        delivery,
        body,
        attempts,
    })
}

/// The customer of a message, as an entry of the log points to one.
fn customer(delivery: &Delivery) -> Option<CustomerRef> {
    Some(CustomerRef {
        id: delivery.customer_id?,
        branch: delivery.branch_id?,
        key: delivery.data_key?,
    })
}

pub(super) fn show(
    mut by: By<KeepWebhooks>,
    Id(id): Id<DeliveryId>,
    Query(query): Query<Done>,
) -> Result<Answer> {
    let found = by.read(|tx| Ok(customer(&deliveries::find(tx, id)?)))?;
    // What was said of a customer is read as their page is: written down.
    let opened = match found {
        Some(about) => by.view(
            What::WebhookRead,
            |_| Subject::Customer(about),
            |tx| open(tx, id),
        )?,
        None => by.read(|tx| open(tx, id))?,
    };
    Answer::page(&DeliveryPage {
        shell: done(
            by.shell(opened.delivery.event.clone(), Place::Settings),
            &query.done,
        ),
        zone: by.time_zone,
        opened,
    })
}

pub(super) fn again(mut by: By<KeepWebhooks>, Id(id): Id<DeliveryId>) -> Result<Answer> {
    let endpoint = by.change(|tx| actions::again(tx, id))?;
    Ok(back(endpoint, "again"))
}
