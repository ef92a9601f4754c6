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

    /// How they stand.
    pub fn seen(&self) -> Seen {
        Seen {
            unsigned: self.unsigned.load(Relaxed),
            broken: self.broken.load(Relaxed),
            looked_at: self.looked_at.load(Relaxed),
            swept_at: self.swept_at.load(Relaxed),
        }
    }
}
