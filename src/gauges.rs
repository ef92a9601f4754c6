//! What the threads behind the server saw last, for whoever watches it from outside: how far the audit log's signed
//! checkpoints lag behind its entries, whether a chain is broken, when the clock's work was last done. Numbers alone.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use chrono::{DateTime, Utc};

/// Shared by the threads that set them and the page that shows them.
#[derive(Debug, Default)]
pub struct Gauges {
    unsigned: AtomicI64,
    broken: AtomicI64,
    looked_at: AtomicI64,
    swept_at: AtomicI64,
    webhooks_arrived: AtomicI64,
    webhooks_failed: AtomicI64,
    webhooks_waiting: AtomicI64,
    webhooks_late: AtomicI64,
}

/// How they stand. A time is in seconds since 1970, zero before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Audit entries of all organisations that no signed checkpoint covers yet.
    pub unsigned: i64,
    /// Audit chains that were found broken.
    pub broken: i64,
    /// When all chains were last looked at.
    pub looked_at: i64,
    /// When the clock's work was last done.
    pub swept_at: i64,
    /// Attempts to deliver a webhook that this server made and that arrived.
    pub webhooks_arrived: i64,
    /// Those that did not.
    pub webhooks_failed: i64,
    /// Webhooks of all servers that are due and that nobody sends, when this one last counted them.
    pub webhooks_waiting: i64,
    /// For how many seconds the oldest of them has been due.
    pub webhooks_late: i64,
}

impl Gauges {
    /// All chains were looked at.
    pub fn looked(&self, now: DateTime<Utc>, unsigned: i64, broken: i64) {
        self.unsigned.store(unsigned, Relaxed);
        self.broken.store(broken, Relaxed);
        self.looked_at.store(now.timestamp(), Relaxed);
    }

    /// The clock's work was done.
    pub fn swept(&self, now: DateTime<Utc>) {
        self.swept_at.store(now.timestamp(), Relaxed);
    }

    /// An attempt to deliver a webhook was made.
    pub fn webhook(&self, arrived: bool) {
        let counted = if arrived {
            &self.webhooks_arrived
        } else {
            &self.webhooks_failed
        };
        counted.fetch_add(1, Relaxed);
    }

    /// So many webhooks are due and wait, the oldest for so many seconds.
    pub fn behind(&self, waiting: i64, seconds: i64) {
        self.webhooks_waiting.store(waiting, Relaxed);
        self.webhooks_late.store(seconds, Relaxed);
    }

    /// How they stand.
    pub fn seen(&self) -> Seen {
        Seen {
            unsigned: self.unsigned.load(Relaxed),
            broken: self.broken.load(Relaxed),
            looked_at: self.looked_at.load(Relaxed),
            swept_at: self.swept_at.load(Relaxed),
            webhooks_arrived: self.webhooks_arrived.load(Relaxed),
            webhooks_failed: self.webhooks_failed.load(Relaxed),
            webhooks_waiting: self.webhooks_waiting.load(Relaxed),
            webhooks_late: self.webhooks_late.load(Relaxed),
        }
    }
}
