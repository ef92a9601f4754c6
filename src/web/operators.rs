//! How this server is doing (`/metrics`), for machines of the operator: on the operator's own listener or for who has
//! the token, and nowhere otherwise.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    config::Config,
    web::{
        edge::{AT_ONCE, EXPORTS, Edge},
        exposition::Page,
        headers,
    },
};

/// Prometheus' text format.
const FIGURES: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Whether a request carries the token that opens `/metrics` on the public listener. Hashes are compared, so that not
/// even the length is told by the time it takes.
pub fn bears_token(request: &HttpRequest, config: &Config) -> bool {
    let shown = request
        .headers()
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    match (shown, &config.metrics_token) {
        (Some(shown), Some(token)) => Sha256::digest(shown).ct_eq(&Sha256::digest(token)).into(),
        _ => false,
    }
}

/// `GET /metrics`, for who may see it. Touches no database.
pub async fn figures(edge: web::Data<Edge>) -> HttpResponse {
    let mut page = Page::default();
    edge.metrics.write(&mut page);
    page.family(
        "vouch_pool_connections",
        "gauge",
        "Connections to the database, by pool.",
    );
    for (pool, db) in [("pages", &edge.db), ("hashing", &edge.hashing_db)] {
        let (all, idle) = db.connections();
        for (state, n) in [("idle", idle), ("busy", all.saturating_sub(idle))] {
            page.sample(
                "vouch_pool_connections",
                &[("pool", pool), ("state", state)],
                n,
            );
        }
    }
    page.gauge(
        "vouch_requests_at_once",
        "How many pages may be answered at once.",
        AT_ONCE,
    );
    page.gauge(
        "vouch_requests_running",
        "How many pages are being answered.",
        AT_ONCE.saturating_sub(edge.permits.available_permits()),
    );
    page.gauge(
        "vouch_exports_running",
        "How many exports are being written.",
        EXPORTS.saturating_sub(edge.exports.available_permits()),
    );
    page.gauge(
        "vouch_hashing_waiting",
        "How many sign-ins wait for their turn to hash.",
        edge.hashers.waiting(),
    );
    let seen = edge.gauges.seen();
    for (name, help, value) in [
        (
            "vouch_audit_unsigned_entries",
            "Audit entries that no signed checkpoint covers yet.",
            seen.unsigned,
        ),
        (
            "vouch_audit_broken_chains",
            "Audit chains that were found broken.",
            seen.broken,
        ),
        (
            "vouch_audit_looked_timestamp_seconds",
            "When all audit chains were last looked at; 0 before the first time.",
            seen.looked_at,
        ),
        (
            "vouch_swept_timestamp_seconds",
            "When what is due by the clock was last done; 0 before the first time.",
            seen.swept_at,
        ),
        (
            "vouch_webhooks_waiting",
            "Webhooks that are due and that no server sends, counted each minute.",
            seen.webhooks_waiting,
        ),
        (
            "vouch_webhooks_late_seconds",
            "For how long the oldest of them has been due.",
            seen.webhooks_late,
        ),
    ] {
        page.gauge(name, help, value);
    }
    page.family(
        "vouch_webhook_attempts_total",
        "counter",
        "Attempts of this server to deliver a webhook.",
    );
    for (result, n) in [
        ("arrived", seen.webhooks_arrived),
        ("failed", seen.webhooks_failed),
    ] {
        page.sample("vouch_webhook_attempts_total", &[("result", result)], n);
    }
    text(200, FIGURES, page.to_string())
}

/// A short answer, with the headers of every other.
pub(super) fn text(status: u16, content_type: &'static str, body: String) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap_or_default());
    headers::secure(&mut response);
    response
        .content_type(content_type)
        .append_header(("cache-control", "no-store"))
        .body(body)
}
