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

/// Time-outs and plan mode travel with the connection, since the owner may not set them on another role.
const OPTIONS: &str = "-c statement_timeout=5s -c lock_timeout=2s -c idle_in_transaction_session_timeout=10s -c plan_cache_mode=force_generic_plan -c timezone=UTC";

/// Appends connection settings to a libpq address in either form, URL or `key=value`.
pub fn with_options(url: &str) -> String {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let separator = if url.contains('?') { '&' } else { '?' };
        let options = OPTIONS.replace(' ', "%20").replace('=', "%3D");
        format!(
            "{url}{separator}options={options}&connect_timeout=3&tcp_user_timeout=10000&application_name=vouch"
        )
    } else {
        format!(
            "{url} options='{OPTIONS}' connect_timeout=3 tcp_user_timeout=10000 application_name=vouch"
        )
    }
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
