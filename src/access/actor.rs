//! Who is at work, for whom, and from where: what every audit entry begins with.

use std::net::IpAddr;

use crate::{
    access::scope::Scope,
    value::{CredentialId, CustomerId, DataKeyId, RequestId, StaffId},
};

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A member of staff on the desk.
    Staff(StaffId),
    /// One of the organisation's own systems, by its key.
    Key(CredentialId),
    /// A customer, by a link of their own.
    Customer(CustomerId),
    /// The clock.
    Clock,
    /// Somebody at the server's command line.
    Console,
    /// Somebody who has not proved who they are.
    Stranger,
}

impl Who {
    /// Kind and id as they are stored.
    pub const fn parts(self) -> (&'static str, Option<uuid::Uuid>) {
        match self {
            Self::Staff(id) => ("staff", Some(id.0)),
            Self::Key(id) => ("key", Some(id.0)),
            Self::Customer(id) => ("customer", Some(id.0)),
            Self::Clock => ("clock", None),
            Self::Console => ("console", None),
            Self::Stranger => ("stranger", None),
        }
    }

    /// Whether it is the one of this kind and id, as they are stored. The clock and the console have none, so they are
    /// nobody in particular.
    pub fn is(self, kind: &str, id: Option<uuid::Uuid>) -> bool {
        let (own_kind, own_id) = self.parts();
        id.is_some() && own_kind == kind && own_id == id
    }

    /// The id as it is stored.
    pub const fn id(self) -> Option<uuid::Uuid> {
        self.parts().1
    }
}

/// Where a request came from. Personal, so it is sealed under the actor's key.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Origin {
    /// The client's address.
    pub address: IpAddr,
    /// What the browser calls itself.
    pub browser: String,
}

/// Somebody, at work on one request.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// What they may touch.
    pub scope: Scope,
    /// One request; all its entries share it.
    pub request: RequestId,
    /// From where; nothing for the clock.
    pub origin: Option<Origin>,
    /// The actor's own data key.
    pub key: Option<DataKeyId>,
}

impl Actor {
    /// The clock or the console at work for one organisation.
    pub const fn system(who: Who, scope: Scope, request: RequestId) -> Self {
        Self {
            who,
            scope,
            request,
            origin: None,
            key: None,
        }
    }

    /// The member of staff, where it is one.
    pub const fn staff(&self) -> Option<StaffId> {
        match self.who {
            Who::Staff(id) => Some(id),
            _ => None,
        }
    }
}
