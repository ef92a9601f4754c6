//! The list of everything that can happen.

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $action:literal, $sentence:literal;)+) => {
        /// What happened. Its name stands in the log as `action`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum What { $($(#[$doc])* $variant),+ }

        impl What {
            /// All of them, in the order of the filter's list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stored name.
            pub const fn action(self) -> &'static str {
                match self { $(Self::$variant => $action),+ }
            }

            /// The words on the page.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$variant => $sentence),+ }
            }

            /// The one with this stored name.
            pub fn by_action(action: &str) -> Option<Self> {
                match action { $($action => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

events! {
    /// Password, and the code where one is set up.
    SignedIn = "session.started", "Signed in";
    /// Wrong e-mail, password or code, or a disabled account.
    SignInFailed = "session.refused", "Sign-in failed";
    /// Too many failures: had to wait.
    SignInDelayed = "session.delayed", "Sign-in delayed";
    /// Ended by its owner.
    SignedOut = "session.ended", "Signed out";
    /// One of a member's other sessions, ended from the account page.
    SessionEnded = "session.revoked", "Ended a session";
    /// A second factor was set up.
    CodeSetUp = "code.added", "Set up a second factor";
    /// A second factor was taken away.
    CodeRemoved = "code.removed", "Removed a second factor";
    /// A single-use recovery code served as the second factor.
    RecoveryCodeUsed = "code.recovery_used", "Used a recovery code";
    /// A new password.
    PasswordChanged = "password.changed", "Changed the password";
    /// Density, theme, keys.
    PreferencesSaved = "preferences.changed", "Changed preferences";
    /// The KYC page was opened.
    CustomerViewed = "customer.viewed", "Opened the customer";
    /// A new customer.
    CustomerAdded = "customer.added", "Added the customer";
    /// Declared data changed.
    CustomerEdited = "customer.edited", "Edited the customer";
    /// An admin set the KYC status.
    KycOverridden = "customer.overridden", "Overrode the KYC status";
    /// A manager took a validation back.
    KycRevoked = "customer.revoked", "Revoked the validation";
    /// A manager set how closely a customer is watched.
    RiskSet = "customer.rated", "Set the risk";
    /// The KYC status moved with a check, a review or the clock.
    KycMoved = "customer.moved", "KYC status changed";
    /// A review was asked for, or went on after the customer had been asked for more.
    ReviewRequested = "review.requested", "Requested a review";
    /// A review was taken back.
    ReviewWithdrawn = "review.withdrawn", "Withdrew the review";
    /// Somebody took a review, to work on it.
    ReviewClaimed = "review.claimed", "Took the review";
    /// It was given back.
    ReviewReleased = "review.released", "Gave the review back";
    /// It was given to somebody.
    ReviewAssigned = "review.assigned", "Assigned the review";
    /// It was decided, or the customer was asked for more.
    ReviewDecided = "review.decided", "Decided the review";
    /// The queue as a file.
    ReviewsExported = "reviews.exported", "Exported reviews";
    /// A list with its filters was kept under a name.
    ViewSaved = "view.saved", "Saved a view";
    /// It was removed.
    ViewRemoved = "view.removed", "Removed a view";
    /// One of the team's views became what a role sees first, or no longer is.
    ViewPreferred = "view.preferred", "Chose what a role sees first";
    /// A second person was asked to agree to a decision.
    ApprovalAsked = "approval.asked", "Asked for a second approval";
    /// A proposal was sent back, lapsed, or was overtaken by a change of the data.
    ApprovalRefused = "approval.returned", "Returned the decision";
    /// A suspicion was handed to the managers. What begins with `suspicion.` is read by managers and admins alone.
    SuspicionRaised = "suspicion.raised", "Handed a suspicion to the managers";
    /// A manager said what came of it.
    SuspicionClosed = "suspicion.closed", "Closed a suspicion";
    /// The customer list as a file.
    CustomersExported = "customers.exported", "Exported customers";
    /// A file of customers was handed in, to be imported.
    CustomersHandedIn = "customers.handed_in", "Handed in a file of customers";
    /// It was asked that such a file be checked, or imported.
    ImportAsked = "customers.import_asked", "Asked for an import of customers";
    /// Its rows became customers, each with an entry of its own.
    CustomersImported = "customers.imported", "Imported customers";
    /// A check was started.
    VerificationStarted = "verification.created", "Started a verification";
    /// Its provider, or the review that owns it, gave an answer.
    VerificationAnswered = "verification.answered", "Verification answered";
    /// A check was opened.
    VerificationViewed = "verification.viewed", "Opened the verification";
    /// An admin set a check's status.
    VerificationOverridden = "verification.overridden", "Overrode the verification";
    /// A customer's name is like one on a list.
    HitFound = "hit.found", "Found a name on a list";
    /// An officer said that it is somebody else.
    HitCleared = "hit.cleared", "Cleared a hit";
    /// An officer said that it is them.
    HitConfirmed = "hit.confirmed", "Confirmed a hit";
    /// A provider elsewhere was set up.
    ProviderAdded = "provider.added", "Added a provider of checks";
    /// It was taken away.
    ProviderRemoved = "provider.removed", "Removed a provider of checks";
    /// The operator loaded a list of names.
    WatchlistLoaded = "watchlist.loaded", "Loaded a watchlist";
    /// A check ran out.
    VerificationExpired = "verification.expired", "Verification expired";
    /// The list of checks as a file.
    VerificationsExported = "verifications.exported", "Exported verifications";
    /// Audit entries as a file.
    AuditExported = "audit.exported", "Exported the audit log";
    /// A paper was handed in.
    DocumentAdded = "document.added", "Added a document";
    /// Its sender put another file in its place before anybody had checked it.
    DocumentReplaced = "document.replaced", "Replaced the document’s file";
    /// A paper was opened.
    DocumentViewed = "document.viewed", "Opened the document";
    /// A paper was accepted, refused, or taken back.
    DocumentChecked = "document.checked", "Checked the document";
    /// A customer was given a way in of their own.
    OnboardingOpened = "onboarding.opened", "Opened an onboarding session";
    /// The customer saved the first thing by it.
    OnboardingBegun = "onboarding.begun", "Began the onboarding";
    /// The customer said that what is declared is right.
    OnboardingConfirmed = "onboarding.confirmed", "Confirmed their data";
    /// The customer sent off what was asked for.
    OnboardingCompleted = "onboarding.completed", "Completed the onboarding";
    /// The same, and a check that it started said no at once.
    OnboardingFailed = "onboarding.failed", "The onboarding failed";
    /// Its time was over.
    OnboardingExpired = "onboarding.expired", "The onboarding session expired";
    /// It was taken back.
    OnboardingCancelled = "onboarding.cancelled", "Cancelled the onboarding session";
    /// Something that takes longer was asked for, to be made into a file.
    JobAsked = "job.asked", "Asked for a file";
    /// It is wanted no more.
    JobCanceled = "job.canceled", "Canceled a file";
    /// The file was taken away.
    JobFetched = "job.fetched", "Took a file away";
    /// Somebody stands behind a company.
    MemberAdded = "member.added", "Added a member";
    /// What somebody is to a company, or how much of it is theirs.
    MemberChanged = "member.changed", "Changed a member";
    /// Somebody no longer stands behind a company.
    MemberRemoved = "member.removed", "Removed a member";
    /// The company stated that nobody owns a quarter or more of it.
    NoOwnerStated = "no_owner.stated", "Noted that there is no beneficial owner";
    /// That statement no longer stands.
    NoOwnerTakenBack = "no_owner.taken_back", "Took back that there is no beneficial owner";
    /// A country in which a customer pays tax.
    TaxResidenceAdded = "tax_residence.added", "Added a tax residence";
    /// Its number or waiver.
    TaxResidenceChanged = "tax_residence.changed", "Changed a tax residence";
    /// No longer a country in which they pay tax.
    TaxResidenceRemoved = "tax_residence.removed", "Removed a tax residence";
    /// Another branch looks after the customer.
    BranchChanged = "customer.branch_changed", "Moved the customer to another branch";
    /// Two customers who look alike are two.
    NotTheSame = "duplicate.not_the_same", "Said that they are not the same";
    /// That two are not the same was forgotten again.
    SamenessOpen = "duplicate.reopened", "Took back that they are not the same";
    /// A customer was found to be another.
    Merged = "customer.merged", "Merged two customers";
    /// They are two after all.
    Unmerged = "customer.unmerged", "Undid a merge";
    /// What stands on a paper was read off it.
    DocumentRead = "document.read", "Read the document off";
    /// A paper ran out.
    DocumentExpired = "document.expired", "Document expired";
    /// A declared value took what a paper or a register says.
    FieldCorrected = "field.corrected", "Corrected a field";
    /// A difference between sources was looked at and let stand.
    FieldAccepted = "field.accepted", "Let a difference stand";
    /// A note for colleagues.
    NoteWritten = "note.added", "Wrote a note";
    /// A member has seen where colleagues called them.
    MentionsRead = "mentions.read", "Marked mentions as read";
    /// A member was added.
    StaffAdded = "staff.added", "Added a member of staff";
    /// Name, role or branches changed.
    StaffChanged = "staff.changed", "Changed a member of staff";
    /// May no longer sign in.
    StaffDisabled = "staff.disabled", "Disabled a member of staff";
    /// Password and second factor were reset.
    StaffReset = "staff.reset", "Reset a member's sign-in";
    /// A branch was added.
    BranchAdded = "branch.added", "Added a branch";
    /// A branch was renamed.
    BranchRenamed = "branch.renamed", "Renamed a branch";
    /// A key was made for one of the organisation's own systems.
    KeyAdded = "key.added", "Made a key";
    /// It no longer opens anything.
    KeyRevoked = "key.revoked", "Revoked a key";
    /// An address was given at which one of the organisation's own systems is told of what happened.
    WebhookAdded = "webhook.added", "Added a webhook";
    /// It is told nothing from now on.
    WebhookDisabled = "webhook.disabled", "Disabled a webhook";
    /// It is told again.
    WebhookEnabled = "webhook.enabled", "Enabled a webhook";
    /// What both sides sign with was replaced.
    WebhookRotated = "webhook.rotated", "Replaced a webhook’s secret";
    /// A message that says nothing was sent to it.
    WebhookTested = "webhook.tested", "Tested a webhook";
    /// Somebody sent a message again.
    WebhookSentAgain = "webhook.sent_again", "Sent a webhook’s message again";
    /// A message about a customer was opened.
    WebhookRead = "webhook.viewed", "Opened a webhook’s message";
    /// It was taken away, with the log of its messages.
    WebhookRemoved = "webhook.removed", "Removed a webhook";
    /// Deadlines, second approval, reasons: a new version of the policy.
    PolicyChanged = "policy.changed", "Changed the policy";
    /// A tenant was added.
    OrganisationAdded = "organisation.added", "Added the organisation";
    /// The schema moved on.
    Migrated = "schema.migrated", "Migrated the schema";
    /// The demo was filled in.
    DemoFilled = "demo.filled", "Filled the demo";
}
