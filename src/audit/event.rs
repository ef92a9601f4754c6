//! Everything that can happen, said once: the audit log, the timeline and the webhooks read the list in
//! `event/what.rs`. Here is what each of them tells.

use serde_json::{Map, Value, json};

use crate::value::{
    BranchId, CredentialId, CustomerId, DataKeyId, DocumentId, OnboardingId, ReviewId, SessionId,
    StaffId, VerificationId, WebhookId,
};

mod what;

pub use what::What;

/// One field of a thing, before and after. A personal value is written as ciphertext under the subject's key.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The field's name, as in forms and the database.
    pub field: &'static str,
    /// What stood there; null where nothing did.
    pub before: Value,
    /// What stands there now.
    pub after: Value,
    /// Whether it is about a person.
    pub personal: bool,
}

impl Change {
    /// A change of a value that says nothing about a person: a status, a role.
    pub fn plain(field: &'static str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        Self {
            field,
            before: before.into(),
            after: after.into(),
            personal: false,
        }
    }

    /// A change of a value about a person: a name, an address, anything somebody typed.
    pub fn personal(
        field: &'static str,
        before: impl Into<Value>,
        after: impl Into<Value>,
    ) -> Self {
        Self {
            field,
            before: before.into(),
            after: after.into(),
            personal: true,
        }
    }
}

/// A customer as an entry points to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerRef {
    /// Who.
    pub id: CustomerId,
    /// Where, so that the log can be read by branch.
    pub branch: BranchId,
    /// The key under which what is personal in the entry is sealed.
    pub key: DataKeyId,
}

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A customer.
    Customer(CustomerRef),
    /// One of a customer's checks.
    Verification(VerificationId, CustomerRef),
    /// One of a customer's reviews.
    Review(ReviewId, CustomerRef),
    /// One of a customer's papers.
    Document(DocumentId, CustomerRef),
    /// One of a customer's onboarding sessions.
    Onboarding(OnboardingId, CustomerRef),
    /// A member of staff, and the key of that member where it is known.
    Staff(StaffId, Option<DataKeyId>),
    /// A session of the actor's.
    Session(SessionId),
    /// A branch.
    Branch(BranchId),
    /// A key of a company's own systems.
    Key(CredentialId),
    /// An address at which one of their systems is told of what happened.
    Webhook(WebhookId),
    /// A list that was taken away: its name.
    List(&'static str),
    /// The organisation, or the installation.
    Organisation,
}

/// One thing that happened to one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What.
    pub what: What,
    /// To whom.
    pub subject: Subject,
    /// The fields that changed.
    pub changes: Vec<Change>,
    /// Why, in the actor's own words. Free text, so it is sealed.
    pub reason: Option<String>,
}

impl Event {
    /// Something that changed no field.
    pub const fn new(what: What, subject: Subject) -> Self {
        Self {
            what,
            subject,
            changes: Vec::new(),
            reason: None,
        }
    }

    /// With the fields that changed.
    #[must_use]
    pub fn changing(mut self, changes: Vec<Change>) -> Self {
        self.changes = changes;
        self
    }

    /// With the actor's reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// What stands in the log in clear: `{"field": {"before": …, "after": …}}` of what is not personal.
    pub fn plain(&self) -> Value {
        fields(self.changes.iter().filter(|change| !change.personal)).into()
    }

    /// What is sealed: the personal fields under `fields` and the reason under `reason`; nothing where there is neither.
    pub fn personal(&self) -> Option<Value> {
        let mut sealed = Map::new();
        let personal = fields(self.changes.iter().filter(|change| change.personal));
        if !personal.is_empty() {
            sealed.insert("fields".to_owned(), personal.into());
        }
        if let Some(reason) = &self.reason {
            sealed.insert("reason".to_owned(), reason.as_str().into());
        }
        (!sealed.is_empty()).then(|| sealed.into())
    }
}

fn fields<'a>(changes: impl Iterator<Item = &'a Change>) -> Map<String, Value> {
    changes
        .map(|change| {
            (
                change.field.to_owned(),
                json!({ "before": change.before, "after": change.after }),
            )
        })
        .collect()
}

impl Subject {
    /// Kind and id as they stand in the entry.
    pub const fn parts(&self) -> (&'static str, Option<uuid::Uuid>) {
        match self {
            Self::Customer(customer) => ("customer", Some(customer.id.0)),
            Self::Verification(id, _) => ("verification", Some(id.0)),
            Self::Review(id, _) => ("review", Some(id.0)),
            Self::Document(id, _) => ("document", Some(id.0)),
            Self::Onboarding(id, _) => ("onboarding", Some(id.0)),
            Self::Staff(id, _) => ("staff", Some(id.0)),
            Self::Session(id) => ("session", Some(id.0)),
            Self::Branch(id) => ("branch", Some(id.0)),
            Self::Key(id) => ("key", Some(id.0)),
            Self::Webhook(id) => ("webhook", Some(id.0)),
            Self::List(name) => (name, None),
            Self::Organisation => ("organisation", None),
        }
    }

    /// The customer it is about or hangs on.
    pub const fn customer(&self) -> Option<CustomerRef> {
        match self {
            Self::Customer(customer)
            | Self::Verification(_, customer)
            | Self::Review(_, customer)
            | Self::Document(_, customer)
            | Self::Onboarding(_, customer) => Some(*customer),
            _ => None,
        }
    }

    /// The branch under which the log is read.
    pub const fn branch(&self) -> Option<BranchId> {
        match self {
            Self::Customer(customer)
            | Self::Verification(_, customer)
            | Self::Review(_, customer)
            | Self::Document(_, customer)
            | Self::Onboarding(_, customer) => Some(customer.branch),
            Self::Branch(id) => Some(*id),
            _ => None,
        }
    }

    /// The key under which its personal values are sealed; the actor's own where the subject has none.
    pub const fn key(&self) -> Option<DataKeyId> {
        match self {
            Self::Customer(customer)
            | Self::Verification(_, customer)
            | Self::Review(_, customer)
            | Self::Document(_, customer)
            | Self::Onboarding(_, customer) => Some(customer.key),
            Self::Staff(_, key) => *key,
            _ => None,
        }
    }
}
