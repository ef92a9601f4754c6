//! The things of the field that have an id.

use crate::ids;

ids! {
    /// A tenant.
    OrganisationId,
    /// A branch of an organisation.
    BranchId,
    /// A person who works on the desk.
    StaffId,
    /// A key of a company's own systems.
    CredentialId,
    /// A browser that signed in.
    SessionId,
    /// A person or company that must be known.
    CustomerId,
    /// One round of a customer's KYC.
    ReviewId,
    /// A decision that waits for a second person.
    ProposalId,
    /// A suspicion that was handed to the managers.
    SuspicionId,
    /// A list with its filters, under a name.
    ViewId,
    /// One check by one provider.
    VerificationId,
    /// A name on a list that is like a customer's.
    HitId,
    /// A paper.
    DocumentId,
    /// A customer's own way in.
    OnboardingId,
    /// Work that takes longer than a page may take.
    JobId,
    /// A file of customers that somebody handed in.
    UploadId,
    /// Where an organisation's own system is told of what happened.
    WebhookId,
    /// One message to such a place.
    DeliveryId,
    /// What somebody is to a company.
    RelationId,
    /// A country in which a customer pays tax.
    TaxResidenceId,
    /// What somebody wrote for colleagues.
    NoteId,
    /// The key under which one customer's or member's personal values are encrypted.
    DataKeyId,
    /// One request, from the edge to the audit log.
    RequestId,
}

impl OrganisationId {
    /// The installation itself: the tenant of events that belong to none.
    pub const INSTALLATION: Self = Self(uuid::Uuid::nil());
}
