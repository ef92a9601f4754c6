//! `/settings/webhooks/{id}`: one endpoint, and the log of what it was told.

use askama::Template;
use chrono::DateTime;
use serde::Deserialize;

use super::{done, standing};
use crate::{
    access::{guard::By, permissions::KeepWebhooks},
    db::page::Page,
    error::{Error, Result},
    organisations::store as organisations,
    value::WebhookId,
    web::{
        answer::Answer,
        input::{Id, Input, Query},
        shell::{Place, Shell},
    },
    webhooks::{
        rules::State,
        store::{
            self, Endpoint,
            deliveries::Delivery,
            log::{self, Place as At},
        },
    },
};

const ROWS: usize = 50;

/// The log's filter and place.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LogQuery {
    state: String,
    after: String,
    done: String,
}

impl LogQuery {
    fn state(&self) -> Result<Option<State>> {
        match self.state.as_str() {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| Error::BadRequest("there is no such state".into())),
        }
    }

    /// Microseconds since 1970, a point, an id.
    fn after(&self) -> Result<Option<At>> {
        if self.after.is_empty() {
            return Ok(None);
        }
        let place = self.after.split_once('.').and_then(|(at, id)| {
            let at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
            Some((at, id.parse().ok()?))
        });
        let unreadable = || Error::BadRequest("this place in the list cannot be read".into());
        place.map(Some).ok_or_else(unreadable)
    }
}

#[derive(Template)]
#[template(path = "webhooks/show.html", blocks = ["log"])]
struct ShowPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    endpoint: Endpoint,
    /// Of which branches it is told; empty for all.
    branches: String,
    page: Page<Delivery>,
    state: Option<State>,
    first: Option<String>,
    next: Option<String>,
}

impl ShowPage {
    fn standing(&self) -> (&'static str, &'static str, &'static str) {
        standing(&self.endpoint)
    }

    /// The log by state: word, address, whether it is the chosen one.
    fn filters(&self) -> Vec<(&'static str, String, bool)> {
        let here = address(self.endpoint.id, None, None);
        let all = ("All", here, self.state.is_none());
        let states = State::ALL.iter().map(|state| {
            let address = address(self.endpoint.id, Some(*state), None);
            (state.standing().0, address, self.state == Some(*state))
        });
        std::iter::once(all).chain(states).collect()
    }
}

fn address(id: WebhookId, state: Option<State>, after: Option<At>) -> String {
    let mut pairs = Vec::new();
    if let Some(state) = state {
        pairs.push(format!("state={state}"));
    }
    if let Some((at, id)) = after {
        pairs.push(format!("after={}.{id}", at.timestamp_micros()));
    }
    let query = if pairs.is_empty() { "" } else { "?" };
    format!("/settings/webhooks/{id}{query}{}", pairs.join("&"))
}

pub(super) fn show(
    mut by: By<KeepWebhooks>,
    Id(id): Id<WebhookId>,
    Query(query): Query<LogQuery>,
    input: Input,
) -> Result<Answer> {
    let (state, after) = (query.state()?, query.after()?);
    let (endpoint, page, branches) = by.read(|tx| {
        let endpoint = store::find(tx, id)?;
        let page = log::page(tx, id, state, after, ROWS)?;
        let seen = endpoint.branches.clone().unwrap_or_default();
        let all = organisations::branches(tx)?;
        let told = all.into_iter().filter(|branch| seen.contains(&branch.id));
        let branches: Vec<String> = told.map(|branch| branch.name).collect();
        Ok((endpoint, page, branches.join(", ")))
    })?;
    let title = endpoint.words().to_owned();
    let shown = ShowPage {
        shell: done(by.shell(title, Place::Settings), &query.done),
        zone: by.time_zone,
        first: after.map(|_| address(id, state, None)),
        next: page
            .next(|row| (row.created_at, row.id))
            .map(|place| address(id, state, Some(place))),
        endpoint,
        branches,
        page,
        state,
    };
    if input.htmx && input.target.as_deref() == Some("log") {
        let fragment = shown.as_log().render().map_err(anyhow::Error::new)?;
        return Ok(Answer::new(200, "text/html; charset=utf-8", fragment));
    }
    Answer::page(&shown)
}
