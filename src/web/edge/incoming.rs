//! A request as it comes in: who may send how much, its body read whole, and where its sender came from.

use std::{collections::HashMap, sync::Arc};

use actix_web::{HttpRequest, web};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

use super::{Edge, HEAVY_DEADLINE};
use crate::{
    access::rules,
    error::{Error, Result},
    value::RequestId,
    web::{
        body, headers,
        input::Input,
        router::{FORM_LIMIT, JSON_LIMIT, Route, Sender, Turn},
        same_origin,
    },
};

/// A place for a large body of somebody who is not known yet, kept until they are answered. Who is known needs none.
pub(super) async fn place(
    edge: &Edge,
    route: &Route,
    known: bool,
) -> Result<Option<OwnedSemaphorePermit>> {
    if known || !route.open() || route.limit <= JSON_LIMIT {
        return Ok(None);
    }
    let place = Arc::clone(&edge.strangers).acquire_owned();
    match timeout(HEAVY_DEADLINE, place).await {
        Ok(Ok(place)) => Ok(Some(place)),
        _ => Err(Error::Unavailable("too many papers at once".to_owned())),
    }
}

/// The request as plain data, its body whole.
pub(super) async fn read(
    edge: &Edge,
    route: &Route,
    request: &HttpRequest,
    payload: web::Payload,
    id: RequestId,
    known: bool,
) -> Result<Input> {
    if route.method != "GET" && route.sender == Sender::Page {
        same_origin::check(request, &edge.desk.0).inspect_err(|_| {
            tracing::warn!(request = %id, method = route.method, path = route.path, "sent by another site");
        })?;
    }
    // Where only staff hands papers in, a stranger sends none, so nobody fills the memory who was not let in once.
    let limit = if known || route.open() {
        route.limit
    } else {
        route.limit.min(FORM_LIMIT)
    };
    let drained = route.turn == Turn::Paper && (known || route.guests);
    let (bytes, oversized) = match body::read(payload, limit, drained).await {
        Err(Error::TooLarge) if drained => (Vec::new(), true),
        read => (read?, false),
    };
    let info = request.head();
    let header = |name: &str| {
        info.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    Ok(Input {
        method: info.method.as_str().to_owned(),
        path: request.path().to_owned(),
        params: request
            .match_info()
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        query: request.query_string().to_owned(),
        body: bytes,
        oversized,
        content_type: header("content-type").unwrap_or_default(),
        htmx: headers::is_htmx(request),
        target: header("hx-target"),
        referer: header("referer").and_then(|address| same_origin::own_path(&address, request)),
        origin: headers::origin(request, &edge.config),
        request: id,
        idempotency_keys: info
            .headers
            .get_all("idempotency-key")
            .map(|value| value.as_bytes().to_vec())
            .collect(),
        target_as_received: info
            .uri
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default(),
        headers: if route.sender == Sender::Page {
            HashMap::new()
        } else {
            headers::once(&info.headers)
        },
        signed_within: edge.config.trustist_window,
        demo: edge.demo,
        checkpoints: edge.config.checkpoint_dir(),
        papers: edge.papers.clone(),
        providers: edge.providers.clone(),
        desk: edge.desk.clone(),
    })
}

/// Where whoever must sign in first is led afterwards: the page that was asked for. What is no page (a change, a piece, a
/// file) leads back to the page that it was asked from.
pub(super) fn way_back(route: &Route, request: &HttpRequest, htmx: bool) -> String {
    let file = matches!(route.path.rsplit_once('.'), Some((_, "csv" | "png")));
    let asked = if route.method == "GET" && !htmx && !file {
        request.uri().path_and_query().map(ToString::to_string)
    } else {
        let referer = request.headers().get("referer");
        referer.and_then(|address| same_origin::own_path(address.to_str().ok()?, request))
    };
    rules::own_path(asked.as_deref()).to_owned()
}
