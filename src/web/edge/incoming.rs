//! A request as it comes in: who may send how much, its body read whole, and where its sender came from.

use std::collections::HashMap;

use actix_web::{HttpRequest, web};

use super::Edge;
use crate::{
    access::rules,
    error::{Error, Result},
    onboarding::pages::Visited,
    value::RequestId,
    web::{
        body, headers,
        input::Input,
        router::{FORM_LIMIT, Route, Sender, Turn},
        same_origin,
    },
};

/// Whether what changes something comes from a page of ours.
pub(super) fn from_ours(
    edge: &Edge,
    route: &Route,
    request: &HttpRequest,
    id: RequestId,
) -> Result<()> {
    if route.method != "GET" && matches!(route.sender, Sender::Page | Sender::Guest) {
        same_origin::check(request, &edge.desk.0).inspect_err(|_| {
            tracing::warn!(request = %id, method = route.method, path = route.path, "sent by another site");
        })?;
    }
    Ok(())
}

/// The request's body, whole, into what is known of it already. `placed`: it holds one of the few places for large ones.
pub(super) async fn read(
    route: &Route,
    payload: web::Payload,
    known: bool,
    placed: bool,
    input: Input,
) -> Result<Input> {
    // Where only staff hands papers in, a stranger sends none, so nobody fills the memory who was not let in once.
    let limit = if known || route.open() {
        route.limit
    } else {
        route.limit.min(FORM_LIMIT)
    };
    let drained = route.turn == Turn::Paper && (known || route.sender == Sender::Guest);
    let (bytes, oversized) = match body::read(payload, limit, drained, placed).await {
        Err(Error::TooLarge) if drained => (Vec::new(), true),
        read => (read?, false),
    };
    Ok(Input {
        body: bytes,
        oversized,
        ..input
    })
}

/// The request as plain data, its body not come yet.
pub(super) fn heard(edge: &Edge, route: &Route, request: &HttpRequest, id: RequestId) -> Input {
    let info = request.head();
    let header = |name: &str| {
        info.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    Input {
        method: info.method.as_str().to_owned(),
        path: request.path().to_owned(),
        params: request
            .match_info()
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        query: request.query_string().to_owned(),
        body: Vec::new(),
        oversized: false,
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
        languages: header("accept-language").unwrap_or_default(),
        headers: if matches!(route.sender, Sender::Page | Sender::Guest) {
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
    }
}

/// What is known of a customer's visit by their link.
pub fn visited(request: &HttpRequest) -> Visited<'_> {
    let header = request.headers().get("accept-language");
    // Where no route is, the path alone says which link it was.
    let below = request.path().strip_prefix("/onboard/").unwrap_or_default();
    Visited {
        token: below.split('/').next().unwrap_or_default(),
        query: request.query_string(),
        languages: header
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default(),
    }
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
