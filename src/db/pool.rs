//! The pool: a few connections, each with its time-outs and plan mode as connection options.

use std::{sync::Arc, time::Duration};

use diesel::{
    PgConnection,
    r2d2::{self, ConnectionManager, PooledConnection},
};

use crate::{
    clock::Clock,
    error::{Error, Result},
    keys::Keys,
};

use super::Connection;

/// How the pool is built.
#[derive(Clone, Debug)]
pub struct PoolOptions {
    /// The address of the database, as libpq reads it.
    pub url: String,
    /// Connections; also how many requests are answered at once.
    pub size: u32,
    /// How long a request waits for one.
    pub wait: Duration,
    /// Whether prepared statements are kept (off behind a transaction-mode proxy).
    pub statement_cache: bool,
}

/// The database as the server holds it: connections, the clock and the keys.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<ConnectionManager<PgConnection>>,
    clock: Clock,
    keys: Arc<Keys>,
}

#[derive(Debug)]
struct Customise {
    statement_cache: bool,
}

impl r2d2::CustomizeConnection<PgConnection, r2d2::Error> for Customise {
    fn on_acquire(&self, conn: &mut PgConnection) -> Result<(), r2d2::Error> {
        use diesel::connection::{CacheSize, Connection as _};
        if !self.statement_cache {
            conn.set_prepared_statement_cache_size(CacheSize::Disabled);
        }
        Ok(())
    }
}

/// Time-outs and plan mode travel with the connection, since the owner may not set them on another role. A plan that
/// knows no values takes a page for a tenth of its table, and would start workers for it: that alone takes 13 ms.
const OPTIONS: &str = "-c statement_timeout=5s -c lock_timeout=2s -c idle_in_transaction_session_timeout=10s -c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0 -c timezone=UTC";

/// What stands in the address unless the operator wrote something else there.
const USUAL: [(&str, &str); 3] = [
    ("connect_timeout", "3"),
    ("tcp_user_timeout", "10000"),
    ("application_name", "vouch"),
];

/// An address with our connection settings. Of a parameter that is given twice libpq takes the last, so the operator's
/// own `options` and ours become one; ours come last and win where both set the same.
pub fn with_options(url: &str) -> String {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (own, mut parameters): (Vec<&str>, Vec<&str>) = query
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .partition(|parameter| parameter.starts_with("options="));
    let ours = OPTIONS.replace(' ', "%20").replace('=', "%3D");
    let options: Vec<&str> = own
        .iter()
        .filter_map(|parameter| parameter.strip_prefix("options="))
        .chain([ours.as_str()])
        .collect();
    let options = format!("options={}", options.join("%20"));
    parameters.push(&options);
    let usual: Vec<String> = USUAL
        .iter()
        .filter(|(name, _)| {
            !parameters
                .iter()
                .any(|given| given.split('=').next() == Some(name))
        })
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    parameters.extend(usual.iter().map(String::as_str));
    format!("{address}?{}", parameters.join("&"))
}

impl Db {
    /// Opens the pool without waiting for the database: it may come later.
    pub fn open(options: &PoolOptions, clock: Clock, keys: Keys) -> Self {
        let pool = r2d2::Pool::builder()
            .max_size(options.size)
            .min_idle(Some(1))
            .connection_timeout(options.wait)
            .test_on_check_out(false)
            .connection_customizer(Box::new(Customise {
                statement_cache: options.statement_cache,
            }))
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build_unchecked(ConnectionManager::new(with_options(&options.url)));
        Self {
            pool,
            clock,
            keys: Arc::new(keys),
        }
    }

    /// One connection, for one request.
    pub fn connection(&self) -> Result<Connection> {
        Ok(Connection::new(self.checkout()?, self.clone()))
    }

    pub(super) fn checkout(&self) -> Result<PooledConnection<ConnectionManager<PgConnection>>> {
        self.pool
            .get()
            .map_err(|error| Error::Unavailable(format!("no database connection: {error}")))
    }

    /// How many connections there are, and how many of them nobody uses.
    pub fn connections(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections, state.idle_connections)
    }

    /// The clock.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(url: &str) -> Vec<String> {
        let url = with_options(url);
        let (_, query) = url.split_once('?').expect("parameters");
        query.split('&').map(str::to_owned).collect()
    }

    #[test]
    fn an_address_gets_our_options_and_keeps_its_own() {
        let bare = parameters("postgresql://vouch_app@db/vouch");
        assert_eq!(bare.len(), 4);
        assert!(bare[0].starts_with("options=-c%20statement_timeout%3D5s%20-c%20"));
        let own = parameters(
            "postgres://db/vouch?sslmode=verify-full&options=-c%20work_mem%3D5MB&connect_timeout=9",
        );
        assert_eq!(own[0], "sslmode=verify-full");
        assert_eq!(own[1], "connect_timeout=9");
        assert!(own[2].starts_with("options=-c%20work_mem%3D5MB%20-c%20statement_timeout%3D5s"));
        for name in [
            "options",
            "connect_timeout",
            "tcp_user_timeout",
            "application_name",
        ] {
            let given = own.iter().filter(|one| one.split('=').next() == Some(name));
            assert_eq!(given.count(), 1, "{name}");
        }
    }

    #[test]
    fn an_empty_query_is_no_parameter() {
        assert_eq!(parameters("postgresql:///vouch?").len(), 4);
    }
}
