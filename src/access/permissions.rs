//! Everything that staff may do, and who may do it: this screen is the whole of it.

use crate::stored_words;

stored_words! {
    /// What a member of staff is on the desk.
    Role {
        /// Reads; decides nothing.
        Auditor = "auditor",
        /// Works on customers and decides.
        Officer = "officer",
        /// Also assigns, revokes, approves as the second person, reports.
        Manager = "manager",
        /// Also overrides, and keeps staff, branches, keys, webhooks, policy.
        Admin = "admin",
    }
}

/// Something that staff may be allowed to do. A handler asks for it by type: `By<OverrideStatus>`.
pub trait Permission: 'static {
    /// Its name, as in the access matrix.
    const NAME: &'static str;
    /// Who holds it.
    const ROLES: &'static [Role];
    /// Held even before a second factor that policy wants has been set up (one's own account alone).
    const BEFORE_CODE: bool = false;
    /// Takes away files that are written while they are read: few at once.
    const STREAMS: bool = false;
}

macro_rules! permissions {
    (@streams) => { true };
    ($($(#[$doc:meta])* $name:ident $([$streams:ident])?: $($role:ident)+;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
            impl Permission for $name {
                const NAME: &'static str = stringify!($name);
                const ROLES: &'static [Role] = &[$(Role::$role),+];
                $(const STREAMS: bool = permissions!(@$streams);)?
            }
        )+
        /// Every permission with its holders, for the access matrix and the documents.
        pub const PERMISSIONS: &[(&str, &[Role])] = &[$(($name::NAME, $name::ROLES)),+];
    };
}

permissions! {
    /// See the overview, customers, their checks and papers, in one's branches.
    ReadCustomers: Auditor Officer Manager Admin;
    /// Add and edit customers.
    EditCustomers: Officer Manager Admin;
    /// Start a check.
    StartVerification: Officer Manager Admin;
    /// Say whether an entry of a watchlist is the customer.
    ResolveHits: Officer Manager Admin;
    /// Ask for a review, and take one back.
    RequestReview: Officer Manager Admin;
    /// Take a review and decide it.
    DecideReview: Officer Manager Admin;
    /// Give reviews to colleagues.
    AssignReview: Manager Admin;
    /// Accept or refuse a customer's papers.
    CheckDocuments: Officer Manager Admin;
    /// Set a check's or a customer's status against the ordinary course.
    OverrideStatus: Admin;
    /// Agree, as the second person, to what a colleague decided, or send it back.
    Approve: Manager Admin;
    /// Take a validation back, and say how closely a customer is watched.
    Revoke: Manager Admin;
    /// Give a customer to another branch.
    MoveCustomers: Manager Admin;
    /// Bring customers in from a file.
    ImportCustomers: Manager Admin;
    /// Say that two customers are one, and take that back.
    MergeCustomers: Manager Admin;
    /// Read the suspicions that colleagues hand over, and say what came of them.
    HandleSuspicions: Manager Admin;
    /// Read the reports on the work: how much was decided, how fast, by whom.
    ReadReports: Manager Admin;
    /// Take what one may read away as a file; logged.
    Export [streams]: Auditor Officer Manager Admin;
    /// Have a file made of what one may export, where that takes longer; logged.
    OrderFiles: Auditor Officer Manager Admin;
    /// Read the audit log: officers their own actions, auditors and managers their branches, admins all.
    ReadAudit: Auditor Officer Manager Admin;
    /// Take audit entries away as a file that proves itself.
    ExportAudit [streams]: Auditor Officer Manager Admin;
    /// Add, change and disable staff.
    KeepStaff: Admin;
    /// Add and rename branches.
    KeepBranches: Admin;
    /// Say what each role sees first in the queue.
    PreferViews: Admin;
    /// Set up who answers checks elsewhere.
    KeepProviders: Admin;
    /// Make and revoke the keys of the organisation's own systems.
    KeepKeys: Admin;
    /// Say where the organisation's own systems are told of what happened, and see what was sent.
    KeepWebhooks: Admin;
    /// Say what holds for all reviews: deadlines, second approval, reasons.
    KeepPolicy: Admin;
}

/// One's own account: everybody's, also before the second factor is set up.
#[derive(Clone, Copy, Debug)]
pub struct UseAccount;

impl Permission for UseAccount {
    const NAME: &'static str = "UseAccount";
    const ROLES: &'static [Role] = Role::ALL;
    const BEFORE_CODE: bool = true;
}
