//! What machines of the operator ask: is this server ready (`/readyz`), and how is it doing (`/metrics`). Neither needs
//! a session; the figures are shown on the operator's own listener or to who has the token, and are nowhere otherwise.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::time::timeout;

use crate::{
    config::Config,
    db::{
        Db,
        readiness::{self, Readiness},
    },
    error::Result,
    web::{
        edge::{AT_ONCE, DEADLINE, EXPORTS, Edge},
        headers,
        metrics::Page,
    },
};

const PLAIN: &str = "text/plain; charset=utf-8";
/// Prometheus' text format.
const FIGURES: &str = "text/plain; version=0.0.4; charset=utf-8";
const AWAY: &str = "the database does not answer";

/// `GET /healthz` answers without the pool: a server whose database is away is still alive.
pub async fn health() -> HttpResponse {
    text(200, PLAIN, "ok\n".to_owned())
}

/// `GET /readyz`: 200 when this server can serve, 503 with the reason when it cannot. One is answered at a time, with the
/// pages' own pool, and as little waits for it as for a page.
pub async fn ready(edge: web::Data<Edge>) -> HttpResponse {
    let looked = timeout(DEADLINE, async {
        let turn = Arc::clone(&edge.readiness).acquire_owned().await.ok()?;
        let db = edge.db.clone();
        web::block(move || {
            // Held by the thread: one that hangs on a frozen database takes no second along.
            let _turn = turn;
            look(&db)
        })
        .await
        .ok()
    });
    match looked.await {
        Ok(Some(Ok(readiness))) => said(&readiness),
        Ok(Some(Err(error))) => {
            tracing::debug!(%error, "not ready");
            not_ready(AWAY)
        }
        Ok(None) | Err(_) => not_ready(AWAY),
    }
}

fn look(db: &Db) -> Result<Readiness> {
    readiness::look(&mut db.connection()?)
}

fn said(readiness: &Readiness) -> HttpResponse {
    if let Some(trouble) = readiness.trouble {
        return not_ready(trouble);
    }
    let length = &readiness.log_parameter_max_length;
    let advice = if length == "0" {
        ""
    } else {
        " (PostgreSQL may write personal data into its log: a superuser sets this to 0)"
    };
    text(
        200,
        PLAIN,
        format!("ready\nlog_parameter_max_length: {length}{advice}\n"),
    )
}

fn not_ready(why: &str) -> HttpResponse {
    let mut response = text(503, PLAIN, format!("not ready: {why}\n"));
    response.headers_mut().insert(
        actix_web::http::header::RETRY_AFTER,
        actix_web::http::header::HeaderValue::from_static("2"),
    );
    response
}

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
    ] {
        page.gauge(name, help, value);
    }
    text(200, FIGURES, page.to_string())
}

fn text(status: u16, content_type: &'static str, body: String) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap_or_default());
    headers::secure(&mut response);
    response
        .content_type(content_type)
        .append_header(("cache-control", "no-store"))
        .body(body)
}
