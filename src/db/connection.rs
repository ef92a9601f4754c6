//! One checked-out connection and one transaction on it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection,
    connection::SimpleConnection,
    r2d2::{ConnectionManager, PooledConnection},
};
use uuid::Uuid;

use crate::{access::scope::Scope, clock::Clock, error::Result, keys::Keys};

/// A connection that one request holds from its first look-up to its answer.
pub struct Connection {
    inner: PooledConnection<ConnectionManager<PgConnection>>,
    pub(super) clock: Clock,
    pub(super) keys: Arc<Keys>,
}

impl Connection {
    pub(super) const fn new(inner: PooledConnection<ConnectionManager<PgConnection>>, clock: Clock, keys: Arc<Keys>) -> Self {
        Self { inner, clock, keys }
    }

    /// The time, from the house's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new id, which sorts by time.
    pub fn new_id(&self) -> Uuid {
        self.clock.new_id()
    }

    /// The keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The bare connection outside any transaction, for look-ups that come before a tenant is known.
    pub(crate) fn bare(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    /// BEGIN and the tenant's settings in one round trip. Ids are written by their type, so nothing needs escaping.
    pub(super) fn begin(&mut self, mode: &str, scope: &Scope) -> Result<Transaction<'_>> {
        self.inner.batch_execute(&format!(
            "BEGIN {mode}; SELECT set_config('vouch.organisation', '{}', true), set_config('vouch.branches', '{}', true)",
            scope.organisation(),
            scope.branches_setting()
        ))?;
        Ok(Transaction { conn: &mut self.inner, open: true })
    }
}

/// A transaction that rolls back unless it is committed, also when the closure in it panics.
pub struct Transaction<'a> {
    conn: &'a mut PgConnection,
    open: bool,
}

impl Transaction<'_> {
    pub(super) fn commit(mut self) -> Result<()> {
        self.open = false;
        self.conn.batch_execute("COMMIT")?;
        Ok(())
    }

    /// The connection within the transaction.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.conn
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.open {
            // A connection that cannot even roll back is thrown away by the pool at its next use.
            let _ = self.conn.batch_execute("ROLLBACK");
        }
    }
}
