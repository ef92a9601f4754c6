//! What an actor may see: one organisation, and of it all branches or some. A scope comes from a guard, or from the
//! system acting by the clock; nothing else can make one.

use crate::value::{BranchId, OrganisationId};

/// All branches or a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Branches {
    /// Every branch, also those to come.
    All,
    /// These and no other; an empty list sees nothing.
    Only(Vec<BranchId>),
}

/// The organisation and branches that a read or a change may touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    organisation: OrganisationId,
    branches: Branches,
    confided: bool,
}

impl Scope {
    /// For guards, and for `Actor::system`. `confided`: sees the suspicions that colleagues hand over.
    pub(in crate::access) const fn new(
        organisation: OrganisationId,
        branches: Branches,
        confided: bool,
    ) -> Self {
        Self {
            organisation,
            branches,
            confided,
        }
    }

    /// The system at work for one organisation: migrations, the clock, the console.
    pub const fn system(organisation: OrganisationId) -> Self {
        Self {
            organisation,
            branches: Branches::All,
            confided: true,
        }
    }

    /// The tenant.
    pub const fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// The branches.
    pub const fn branches(&self) -> &Branches {
        &self.branches
    }

    /// Whether suspicions, and what the log says of them, lie within. Row-level security holds it.
    pub const fn confided(&self) -> bool {
        self.confided
    }

    /// Whether a branch lies within.
    pub fn covers(&self, branch: BranchId) -> bool {
        match &self.branches {
            Branches::All => true,
            Branches::Only(list) => list.contains(&branch),
        }
    }

    /// Whether all branches that [`Self::branches_setting`] once wrote lie within.
    pub fn spans(&self, setting: &str) -> bool {
        match &self.branches {
            Branches::All => true,
            Branches::Only(list) => setting
                .split(',')
                .filter(|id| !id.is_empty())
                .all(|id| list.iter().any(|branch| branch.to_string() == id)),
        }
    }

    /// The branches as the setting `vouch.branches` carries them to the search function: `*` or ids by comma.
    pub fn branches_setting(&self) -> String {
        match &self.branches {
            Branches::All => "*".to_owned(),
            Branches::Only(list) => list
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(","),
        }
    }
}
