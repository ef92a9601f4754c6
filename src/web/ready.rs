//! Is this server alive (`/healthz`), and can it serve (`/readyz`)? Asked by machines, without a session.

use std::sync::Arc;

use actix_web::{
    HttpResponse,
    http::header::{HeaderValue, RETRY_AFTER},
    web,
};
use tokio::time::timeout;

use crate::{
    db::{
        Db,
        readiness::{self, Readiness},
    },
    error::Result,
    web::{
        edge::{DEADLINE, Edge},
        operators::text,
    },
};

const PLAIN: &str = "text/plain; charset=utf-8";
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
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
    response
}
