//! What a sweep moved, and what of it failed.

use std::fmt;

use crate::{error::Result, value::OrganisationId};

/// What a sweep moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Verified checks that ran out.
    pub expired: usize,
    /// Accepted papers that ran out.
    pub papers: usize,
    /// Validated customers whose next review came near, or whose own check ran out.
    pub fell_due: usize,
    /// Refused customers whose case was closed.
    pub closed: usize,
    /// Proposals that nobody answered in time.
    pub lapsed: usize,
    /// Customers of a sandbox whose names decided.
    pub by_name: usize,
    /// Rows of counters that were folded into others.
    pub folded: usize,
    /// Sessions and failed sign-ins that no longer count and were removed.
    pub forgotten: usize,
    /// What could not be done, each written to the log: the rest was done all the same.
    pub failed: usize,
}

impl Swept {
    /// The same as [`Swept::step`] of something that went on past what failed.
    pub(super) fn steps(
        &mut self,
        organisation: OrganisationId,
        what: &str,
        (moved, rest): (usize, Result<()>),
    ) -> usize {
        moved + self.step(organisation, what, rest.map(|()| 0))
    }

    /// How much a step moved; one that failed is logged and counted, and hinders no other.
    pub(super) fn step(
        &mut self,
        organisation: OrganisationId,
        what: &str,
        done: Result<usize>,
    ) -> usize {
        done.unwrap_or_else(|error| {
            tracing::warn!(%error, %organisation, what, "a part of the sweep failed");
            self.failed += 1;
            0
        })
    }
}

impl std::ops::AddAssign for Swept {
    fn add_assign(&mut self, more: Self) {
        self.expired += more.expired;
        self.papers += more.papers;
        self.fell_due += more.fell_due;
        self.closed += more.closed;
        self.lapsed += more.lapsed;
        self.by_name += more.by_name;
        self.folded += more.folded;
        self.forgotten += more.forgotten;
        self.failed += more.failed;
    }
}

impl fmt::Display for Swept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "checks expired: {}\ndocuments expired: {}\nreviews fallen due: {}\nrefusals closed: {}\nproposals lapsed: {}\nsandbox names decided: {}\ncounter rows folded: {}\nold sessions and delays removed: {}",
            self.expired,
            self.papers,
            self.fell_due,
            self.closed,
            self.lapsed,
            self.by_name,
            self.folded,
            self.forgotten
        )
    }
}
