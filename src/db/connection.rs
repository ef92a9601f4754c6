//! One checked-out connection and one transaction on it.

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection,
    connection::{
        AnsiTransactionManager, SimpleConnection, TransactionManager, TransactionManagerStatus,
    },
    r2d2::{ConnectionManager, PooledConnection},
};
use uuid::Uuid;

use crate::{
    access::scope::Scope,
    error::{Error, Result},
    keys::Keys,
};

use super::{Db, Waiting};

/// A connection that one request holds from its first look-up to its answer.
pub struct Connection {
    inner: PooledConnection<ConnectionManager<PgConnection>>,
    pub(super) db: Db,
    /// Whether somebody still waits for what is done here; nobody where it is no request's.
    pub(super) waiting: Option<Waiting>,
    /// Goes when the connection has gone back: after it, since fields are dropped in this order.
    kept: Option<Box<dyn Send>>,
}

/// How many dead connections in a row are replaced before the database counts as away: more than a pool holds.
const REPLACEMENTS: usize = 8;

impl Connection {
    pub(super) const fn new(
        inner: PooledConnection<ConnectionManager<PgConnection>>,
        db: Db,
    ) -> Self {
        Self {
            inner,
            db,
            waiting: None,
            kept: None,
        }
    }

    /// Keeps something until the connection goes back to the pool: a turn, for instance.
    pub fn keep(&mut self, turn: impl Send + 'static) {
        self.kept = Some(Box::new(turn));
    }

    /// Works for somebody who waits: once they wait no longer, no door opens for them and none commits.
    #[must_use]
    pub fn waited_for(mut self, waiting: Waiting) -> Self {
        self.waiting = Some(waiting);
        self
    }

    /// The time, from the house's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.db.clock().now()
    }

    /// A new id, which sorts by time.
    pub fn new_id(&self) -> Uuid {
        self.db.clock().new_id()
    }

    /// The keys.
    pub fn keys(&self) -> &Keys {
        self.db.keys()
    }

    /// A second connection, for what is asked while the first one streams.
    pub fn another(&self) -> Result<Self> {
        self.db.connection()
    }

    /// The bare connection outside any transaction, for look-ups that come before a tenant is known.
    pub(crate) fn bare(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    /// Does something that may safely be done twice as the first thing on a connection: the pool does not test its
    /// connections, so one that died with the server is found out here and replaced.
    pub(crate) fn first<T>(
        &mut self,
        mut work: impl FnMut(&mut PgConnection) -> Result<T>,
    ) -> Result<T> {
        let mut replaced = 0;
        loop {
            match work(&mut self.inner) {
                Err(Error::Unavailable(_)) if replaced < REPLACEMENTS => {
                    replaced += 1;
                    discard(&mut self.inner);
                    self.inner = self.db.checkout()?;
                }
                other => return other,
            }
        }
    }

    /// BEGIN and the tenant's settings in one round trip. Ids are written by their type, so nothing needs escaping.
    pub(super) fn begin(&mut self, mode: &str, scope: &Scope) -> Result<Transaction<'_>> {
        let begin = format!(
            "BEGIN {mode}; SELECT set_config('vouch.organisation', '{}', true), set_config('vouch.branches', '{}', true), set_config('vouch.confided', '{}', true)",
            scope.organisation(),
            scope.branches_setting(),
            if scope.confided() { "yes" } else { "" }
        );
        self.first(|conn| Ok(conn.batch_execute(&begin)?))?;
        Ok(Transaction {
            conn: &mut self.inner,
            open: true,
        })
    }
}

/// Marks a connection so that the pool throws it away instead of lending it again.
fn discard(conn: &mut PgConnection) {
    *AnsiTransactionManager::transaction_manager_status_mut(conn) =
        TransactionManagerStatus::InError;
}

/// A transaction that rolls back unless it is committed, also when the closure in it panics.
pub struct Transaction<'a> {
    conn: &'a mut PgConnection,
    open: bool,
}

impl Transaction<'_> {
    /// Fails with [`Error::Unsure`] where nobody knows whether it was done.
    pub(super) fn commit(mut self) -> Result<()> {
        self.open = false;
        let Err(error) = self.conn.batch_execute("COMMIT") else {
            return Ok(());
        };
        // A server that refused is still there, and has rolled back; one that is not may have committed before it went.
        let lost = self.conn.batch_execute("SELECT 1").is_err();
        discard(self.conn);
        Err(if lost {
            // The rest of what the driver says of a connection that ended is advice in several lines.
            let why = error.to_string();
            Error::Unsure(why.lines().next().unwrap_or_default().to_owned())
        } else {
            error.into()
        })
    }

    /// The connection within the transaction.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.conn
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.open && self.conn.batch_execute("ROLLBACK").is_err() {
            discard(self.conn);
        }
    }
}
