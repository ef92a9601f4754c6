//! The doors: read, change, view, bookkeep.

use std::ops::{Deref, DerefMut};

use chrono::{DateTime, Utc};
use diesel::{PgConnection, RunQueryDsl as _};
use uuid::Uuid;

use crate::{
    access::{actor::Actor, scope::Scope},
    audit::{
        event::{Event, Subject, What},
        store,
    },
    error::{Error, Result},
    follow::{follow, lead_on},
    keys::Keys,
};

use super::{Connection, Transaction, Waiting};

/// Inside a door: the transaction, the tenant, and the one time at which everything in it happens.
pub struct Read<'a> {
    tx: Transaction<'a>,
    keys: &'a Keys,
    scope: &'a Scope,
    now: DateTime<Utc>,
}

impl Read<'_> {
    /// The connection, for a store's queries.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.tx.conn()
    }

    /// What may be seen.
    pub const fn scope(&self) -> &Scope {
        self.scope
    }

    /// The time of this transaction.
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The keys.
    pub const fn keys(&self) -> &Keys {
        self.keys
    }
}

/// Inside the door of change: all that `Read` can, and saying what happened.
pub struct Change<'a> {
    read: Read<'a>,
    actor: &'a Actor,
    events: Vec<Event>,
    new_id: &'a dyn Fn() -> Uuid,
}

impl<'a> Deref for Change<'a> {
    type Target = Read<'a>;
    fn deref(&self) -> &Self::Target {
        &self.read
    }
}

impl DerefMut for Change<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.read
    }
}

impl Change<'_> {
    /// Says what happened; a change that says nothing does not commit.
    pub fn say(&mut self, event: Event) {
        self.events.push(event);
    }

    /// What was said so far.
    pub fn said(&self) -> &[Event] {
        &self.events
    }

    /// Who is at work.
    pub const fn actor(&self) -> &Actor {
        self.actor
    }

    /// A new id, which sorts by time.
    pub fn new_id(&self) -> Uuid {
        (self.new_id)()
    }
}

/// Long work's own time-outs, for its transaction alone.
const PATIENCE: &str = "SELECT set_config('statement_timeout', '60s', true), set_config('idle_in_transaction_session_timeout', '120s', true)";

/// Ends a transaction that says nothing lasting of its own to its asker: where it is not known whether it was committed, the
/// database is away.
fn end(tx: Transaction<'_>) -> Result<()> {
    tx.commit().map_err(|error| match error {
        Error::Unsure(why) => Error::Unavailable(why),
        other => other,
    })
}

/// Fails where whoever asked waits no longer.
fn look(waiting: Option<&Waiting>) -> Result<()> {
    waiting.map_or(Ok(()), Waiting::look)
}

impl Connection {
    /// A read-only transaction.
    pub fn read<T>(
        &mut self,
        scope: &Scope,
        work: impl FnOnce(&mut Read<'_>) -> Result<T>,
    ) -> Result<T> {
        look(self.waiting.as_ref())?;
        let db = self.db.clone();
        let mut read = Read {
            tx: self.begin("READ ONLY", scope)?,
            keys: db.keys(),
            scope,
            now: db.clock().now(),
        };
        let value = work(&mut read)?;
        end(read.tx)?;
        Ok(value)
    }

    /// The same for long work: everything in it sees one moment, and it may pause while something else is waited for.
    pub fn snapshot<T>(
        &mut self,
        scope: &Scope,
        work: impl FnOnce(&mut Read<'_>) -> Result<T>,
    ) -> Result<T> {
        look(self.waiting.as_ref())?;
        let db = self.db.clone();
        let mut read = Read {
            tx: self.begin("ISOLATION LEVEL REPEATABLE READ READ ONLY", scope)?,
            keys: db.keys(),
            scope,
            now: db.clock().now(),
        };
        diesel::sql_query(PATIENCE).execute(read.conn())?;
        let value = work(&mut read)?;
        end(read.tx)?;
        Ok(value)
    }

    /// A change: commits with its events or not at all, and not once whoever asked for it was told that nothing was done.
    /// Fails with [`Error::Unsure`] where nobody knows whether it was committed, whoever asked: a request, the command line,
    /// a job or the clock.
    pub fn change<T>(
        &mut self,
        actor: &Actor,
        work: impl FnOnce(&mut Change<'_>) -> Result<T>,
    ) -> Result<T> {
        self.change_within(None, actor, work)
    }

    /// The same for long work, such as an import: each statement may take as long as a job's may.
    pub fn change_at_length<T>(
        &mut self,
        actor: &Actor,
        work: impl FnOnce(&mut Change<'_>) -> Result<T>,
    ) -> Result<T> {
        self.change_within(Some(PATIENCE), actor, work)
    }

    fn change_within<T>(
        &mut self,
        patience: Option<&str>,
        actor: &Actor,
        work: impl FnOnce(&mut Change<'_>) -> Result<T>,
    ) -> Result<T> {
        let waiting = self.waiting.clone();
        look(waiting.as_ref())?;
        let db = self.db.clone();
        let new_id = || db.clock().new_id();
        let read = Read {
            tx: self.begin("", &actor.scope)?,
            keys: db.keys(),
            scope: &actor.scope,
            now: db.clock().now(),
        };
        let mut change = Change {
            read,
            actor,
            events: Vec::new(),
            new_id: &new_id,
        };
        if let Some(patience) = patience {
            diesel::sql_query(patience).execute(change.read.conn())?;
        }
        let value = work(&mut change)?;
        lead_on(&mut change)?;
        if change.events.is_empty() {
            return Err(Error::Internal(anyhow::anyhow!(
                "a change that says nothing was not committed"
            )));
        }
        let events = std::mem::take(&mut change.events);
        store::append(&mut change.read, actor, &events, &new_id)?;
        follow(&mut change.read, actor, &events, &new_id)?;
        let tx = change.read.tx;
        match waiting {
            Some(waiting) => waiting.commit(|| tx.commit())?,
            None => tx.commit()?,
        }
        Ok(value)
    }

    /// Opening one customer or paper: the reading, and one entry for each member and subject in 15 minutes, committed
    /// before the answer. If the entry cannot be written, the page is not shown.
    pub fn view<T>(
        &mut self,
        actor: &Actor,
        what: What,
        subject: impl Fn(&T) -> Subject,
        work: impl FnOnce(&mut Read<'_>) -> Result<T>,
    ) -> Result<T> {
        let waiting = self.waiting.clone();
        look(waiting.as_ref())?;
        let db = self.db.clone();
        let mut read = Read {
            tx: self.begin("", &actor.scope)?,
            keys: db.keys(),
            scope: &actor.scope,
            now: db.clock().now(),
        };
        let value = work(&mut read)?;
        let event = [Event::new(what, subject(&value))];
        if !store::viewed_recently(&mut read, actor, what, &event[0].subject)? {
            store::append(&mut read, actor, &event, &|| db.clock().new_id())?;
        }
        follow(&mut read, actor, &event, &|| db.clock().new_id())?;
        look(waiting.as_ref())?;
        end(read.tx)?;
        Ok(value)
    }

    /// Sessions, delays, jobs, deliveries: rows that say nothing about a customer and need no entry. Its callers are
    /// listed in a test. It opens also for whoever waits no longer: what they left half done is tidied by it.
    pub fn bookkeep<T>(
        &mut self,
        scope: &Scope,
        work: impl FnOnce(&mut Read<'_>) -> Result<T>,
    ) -> Result<T> {
        let db = self.db.clone();
        let mut read = Read {
            tx: self.begin("", scope)?,
            keys: db.keys(),
            scope,
            now: db.clock().now(),
        };
        let value = work(&mut read)?;
        end(read.tx)?;
        Ok(value)
    }
}
