//! How far a job is, said at short intervals over a connection of its own: with it the server says that it is alive, and
//! learns whether the job is still its own.

use std::cell::RefCell;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    db::Connection,
    error::{Error, Result},
    jobs::{
        queue::{self, Job},
        rules::percent,
    },
};

/// It is said no more often than this, unless a percent was added.
const EVERY: TimeDelta = TimeDelta::seconds(1);

/// How far a job is.
pub struct Progress<'a> {
    job: &'a Job,
    inner: RefCell<Inner>,
}

struct Inner {
    conn: Connection,
    done: i64,
    total: i64,
    said: Option<(DateTime<Utc>, Option<i64>)>,
}

impl<'a> Progress<'a> {
    /// Of a job that was just taken.
    pub const fn new(conn: Connection, job: &'a Job) -> Self {
        Self {
            job,
            inner: RefCell::new(Inner {
                conn,
                done: 0,
                total: 0,
                said: None,
            }),
        }
    }

    /// How much there will be.
    pub fn expect(&self, total: i64) -> Result<()> {
        self.inner.borrow_mut().total = total;
        self.alive()
    }

    /// How much there is.
    pub fn at(&self, done: i64) -> Result<()> {
        self.inner.borrow_mut().done = done;
        self.alive()
    }

    /// Says that the server is alive. Fails with `Conflict` where the job is another's, or canceled.
    pub fn alive(&self) -> Result<()> {
        let mut inner = self.inner.borrow_mut();
        let Inner {
            conn,
            done,
            total,
            said,
        } = &mut *inner;
        let (now, share) = (conn.now(), percent(*done, *total));
        if said.is_some_and(|(at, before)| now - at < EVERY && before == share) {
            return Ok(());
        }
        // What is written may turn out more than was expected: it is all there is only at its end.
        if !queue::beat(conn, self.job, (*done).min(*total), *total)? {
            return Err(Error::Conflict("it is no longer this server’s".into()));
        }
        *said = Some((now, share));
        Ok(())
    }
}
