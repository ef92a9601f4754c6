//! How each route is called well. The proofs (access matrix, audit coverage, bad input) read this table; a route that
//! is not in it fails them. A new action adds one `Call` here.

use uuid::Uuid;
use vouch::web::router::Sender;

use crate::{
    access::{code, offered, set_up_code},
    jobs, onboard,
    providers::provider,
    support::{Browser, PASSWORD, Persona, Tenant, TestApp, make},
};

/// What `{id}` (or `{token}`) in a path stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// The path has none.
    None,
    /// A customer.
    Customer,
    /// One whom nobody has begun to look at.
    NewCustomer,
    /// A company.
    Company,
    /// A customer's check.
    Verification,
    /// An open review that nobody holds.
    Review,
    /// An open review that the asker holds.
    HeldReview,
    /// A view that the asker keeps.
    View,
    /// A customer's paper, handed in and not checked yet.
    Document,
    /// A job that waits, asked for by the asker.
    Job,
    /// One that is done.
    DoneJob,
    /// A file of customers that the asker handed in.
    Upload,
    /// A member of staff.
    Staff,
    /// A branch.
    Branch,
    /// A key of one of the organisation's own systems.
    Key,
    /// A place where one of the organisation's own systems is told of what happened.
    Webhook,
    /// One that is told nothing.
    DisabledWebhook,
    /// A message to such a place, which says nothing of a customer.
    Delivery,
    /// A revocation that a colleague proposed.
    Proposal,
    /// A suspicion that nobody has closed.
    Suspicion,
    /// An entry of a list that is like a customer, and that nobody has looked at.
    Hit,
    /// A provider that an admin set up.
    Provider,
    /// A check that its provider elsewhere has not answered; the provider is set up, and away.
    Waiting,
    /// The same, and what its provider sends. `{id}` is the organisation, whoever asks.
    Callback,
    /// A customer's own link, of which nothing was used yet. Whoever holds it may use it.
    Onboard,
    /// The same, where all that is asked for is there.
    OnboardDone,
    /// A link by which a member sets their password. Whoever holds it may use it, so it is nobody's in particular.
    Invitation,
    /// A second factor that the asker is about to set up: the sealed secret, a space, and a code of it.
    NewFactor,
    /// A second factor that the asker has, and a code that it has not used.
    Factor,
    /// The same, and the asker has given the password and not the code yet.
    HalfWay,
}

/// One asking of one route.
pub struct Case<'a> {
    /// The server.
    pub app: &'a TestApp,
    /// What the path's `{id}` is, or the owner of what its `{token}` is.
    pub id: Uuid,
    /// The text in the path.
    pub text: String,
    /// Who asks.
    pub by: Persona,
}

/// Where the object is, seen from Acme's london.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Acme, london: everybody's.
    Own,
    /// Acme, paris: neither the manager's nor the officer's.
    OtherBranch,
    /// Another tenant's.
    OtherOrganisation,
    /// Nowhere.
    Absent,
}

/// One route, called well.
pub struct Call {
    /// Upper-case method.
    pub method: &'static str,
    /// As registered.
    pub path: &'static str,
    /// What `{id}` is.
    pub object: Object,
    /// Who does it well.
    pub by: Persona,
    /// The form's fields.
    pub fields: fn(&Case<'_>) -> Fields,
    /// The entries that it adds to the audit log, in order.
    pub says: &'static [&'static str],
}

/// Names and values of a form.
pub type Fields = Vec<(&'static str, String)>;

/// Changes that leave no entry, and why. This list may only shrink.
pub const SILENT: &[(&str, &str, &str)] = &[
    (
        "POST",
        "/customers/search",
        "seals what was searched for into an address; changes nothing",
    ),
    (
        "POST",
        "/verifications/search",
        "seals what was searched for into an address; changes nothing",
    ),
];

const fn read(path: &'static str, object: Object) -> Call {
    Call {
        method: "GET",
        path,
        object,
        by: Persona::Admin,
        fields: |_| Vec::new(),
        says: &[],
    }
}

const fn post(
    path: &'static str,
    object: Object,
    by: Persona,
    fields: fn(&Case<'_>) -> Fields,
    says: &'static [&'static str],
) -> Call {
    Call {
        method: "POST",
        path,
        object,
        by,
        fields,
        says,
    }
}

fn form(fields: &[(&'static str, &str)]) -> Fields {
    fields
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect()
}

const NEW_PASSWORD: &str = "seven-lanterns-over-the-harbour";
const PEOPLE: &str = "Last name,Branch\nFalcão,london\n";
const REASON: &str = "The passport was seen in the branch.";

/// Every route.
pub const CALLS: &[Call] = &[
    read("/", Object::None),
    read("/login", Object::None),
    read("/customers", Object::None),
    read("/customers.csv", Object::None),
    read("/customers/new", Object::None),
    read("/customers/{id}", Object::Customer),
    read("/customers/{id}/edit", Object::Customer),
    read("/customers/{id}/override", Object::Customer),
    read("/reviews", Object::None),
    read("/reviews.csv", Object::None),
    read("/reviews/{id}/decision", Object::Review),
    read("/reviews/{id}/assign", Object::Review),
    read("/reviews/{id}/escalate", Object::Review),
    read("/suspicions", Object::None),
    read("/reports", Object::None),
    read("/verifications", Object::None),
    read("/verifications.csv", Object::None),
    read("/verifications/{id}", Object::Verification),
    read("/verifications/{id}/override", Object::Verification),
    read("/customers/{id}/revoke", Object::Customer),
    read("/customers/{id}/risk", Object::Customer),
    read("/customers/{id}/relations", Object::Company),
    read("/customers/{id}/tax-residences", Object::Customer),
    read("/customers/{id}/duplicates", Object::Customer),
    read("/customers/{id}/sessions", Object::Customer),
    read("/onboard/{token}", Object::Onboard),
    post(
        "/customers/{id}/sessions",
        Object::Customer,
        Persona::Officer,
        |_| form(&[("step", "open"), ("option", "identity_check")]),
        &["onboarding.opened"],
    ),
    post(
        "/onboard/{token}/details",
        Object::Onboard,
        Persona::Officer,
        |_| form(&[("city", "Porto")]),
        // The customer was accepted with another address.
        &[
            "onboarding.begun",
            "customer.edited",
            "customer.moved",
            "onboarding.confirmed",
        ],
    ),
    post(
        "/onboard/{token}/tax",
        Object::Onboard,
        Persona::Officer,
        |_| form(&[("country", "PT"), ("number", "123456789")]),
        &["onboarding.begun", "tax_residence.added"],
    ),
    post(
        "/onboard/{token}/papers",
        Object::Onboard,
        Persona::Officer,
        |_| form(&[("type", "IDENTITY_PROOF"), ("file", &make::pdf(1))]),
        &["onboarding.begun", "document.added"],
    ),
    post(
        "/onboard/{token}/send",
        Object::OnboardDone,
        Persona::Officer,
        |_| Vec::new(),
        &["verification.created", "onboarding.completed"],
    ),
    read("/customers/{id}/branch", Object::Customer),
    read("/approvals", Object::None),
    read("/policy", Object::None),
    read("/settings/policy", Object::None),
    read("/customers/{id}/documents", Object::Customer),
    read("/documents/{id}", Object::Document),
    read("/documents/{id}/fields", Object::Document),
    read("/customers/{id}/fields", Object::Customer),
    read("/documents/{id}/page.png", Object::Document),
    read("/customers/import", Object::None),
    read("/customers/import/{id}", Object::Upload),
    post(
        "/customers/import",
        Object::None,
        Persona::Manager,
        |_| form(&[("file", PEOPLE)]),
        &["customers.handed_in"],
    ),
    post(
        "/customers/import/{id}",
        Object::Upload,
        Persona::Manager,
        |_| form(&[("c0", "last_name"), ("kind", "natural"), ("mode", "check")]),
        &["customers.import_asked"],
    ),
    read("/jobs/{id}", Object::Job),
    read("/jobs/{id}/file", Object::DoneJob),
    post(
        "/jobs/{id}/cancel",
        Object::Job,
        Persona::Officer,
        |_| Vec::new(),
        &["job.canceled"],
    ),
    post(
        "/customers/{id}/casefile",
        Object::Customer,
        Persona::Officer,
        |_| Vec::new(),
        &["job.asked"],
    ),
    read("/mentions", Object::None),
    read("/hits", Object::None),
    read("/settings/providers", Object::None),
    post(
        "/hits/{id}",
        Object::Hit,
        Persona::Officer,
        |_| form(&[("outcome", "cleared"), ("reason", REASON)]),
        &["hit.cleared"],
    ),
    post(
        "/verifications/{id}/poll",
        Object::Waiting,
        Persona::Officer,
        |_| Vec::new(),
        &["verification.answered"],
    ),
    post(
        "/callbacks/{provider}/{id}",
        Object::Callback,
        Persona::Officer,
        |_| Vec::new(),
        &["verification.answered"],
    ),
    post(
        "/settings/providers",
        Object::None,
        Persona::Admin,
        |case| {
            let name = format!("p{}", &case.app.clock.new_id().simple().to_string()[20..]);
            vec![
                ("name", name),
                ("url", "https://id.example/ask".to_owned()),
                ("timeout", "2".to_owned()),
            ]
        },
        &["provider.added"],
    ),
    post(
        "/settings/providers/{id}/remove",
        Object::Provider,
        Persona::Admin,
        |_| Vec::new(),
        &["provider.removed"],
    ),
    read("/audit", Object::None),
    read("/audit.csv", Object::None),
    read("/account", Object::None),
    read("/account/sessions", Object::None),
    read("/account/code", Object::None),
    read("/login/code", Object::None),
    read("/welcome/{token}", Object::Invitation),
    read("/settings/staff/new", Object::None),
    read("/settings/staff/{id}", Object::Staff),
    read("/settings/branches/{id}", Object::Branch),
    read("/settings/branches", Object::None),
    read("/openapi/kontorion.json", Object::None),
    read("/openapi/treezor.json", Object::None),
    read("/openapi/trustist.json", Object::None),
    read("/openapi/truust.json", Object::None),
    read("/settings/keys", Object::None),
    read("/settings/keys/new", Object::None),
    read("/settings/staff", Object::None),
    read("/settings/webhooks", Object::None),
    read("/settings/webhooks/new", Object::None),
    read("/settings/webhooks/{id}", Object::Webhook),
    read("/settings/deliveries/{id}", Object::Delivery),
    post(
        "/settings/webhooks",
        Object::None,
        Persona::Admin,
        |_| {
            form(&[
                ("face", "kontorion"),
                ("url", "https://hooks.example/vouch"),
                ("event", "verification.created"),
            ])
        },
        &["webhook.added"],
    ),
    post(
        "/settings/webhooks/{id}/disable",
        Object::Webhook,
        Persona::Admin,
        |_| Vec::new(),
        &["webhook.disabled"],
    ),
    post(
        "/settings/webhooks/{id}/enable",
        Object::DisabledWebhook,
        Persona::Admin,
        |_| Vec::new(),
        &["webhook.enabled"],
    ),
    post(
        "/settings/webhooks/{id}/rotate",
        Object::Webhook,
        Persona::Admin,
        |_| Vec::new(),
        &["webhook.rotated"],
    ),
    post(
        "/settings/webhooks/{id}/test",
        Object::Webhook,
        Persona::Admin,
        |_| Vec::new(),
        &["webhook.tested"],
    ),
    post(
        "/settings/webhooks/{id}/remove",
        Object::Webhook,
        Persona::Admin,
        |_| Vec::new(),
        &["webhook.removed"],
    ),
    post(
        "/settings/deliveries/{id}/again",
        Object::Delivery,
        Persona::Admin,
        |_| Vec::new(),
        &["webhook.sent_again"],
    ),
    post(
        "/login",
        Object::None,
        Persona::Officer,
        |_| form(&[("email", Persona::Officer.email()), ("password", PASSWORD)]),
        &["session.started"],
    ),
    post(
        "/logout",
        Object::None,
        Persona::Officer,
        |_| Vec::new(),
        &["session.ended"],
    ),
    post(
        "/login/code",
        Object::HalfWay,
        Persona::Officer,
        |case| form(&[("code", &case.text)]),
        &["session.started"],
    ),
    post(
        "/welcome/{token}",
        Object::Invitation,
        Persona::Officer,
        |_| form(&[("password", NEW_PASSWORD)]),
        &["password.changed"],
    ),
    post(
        "/account/password",
        Object::None,
        Persona::Officer,
        |_| form(&[("current", PASSWORD), ("password", NEW_PASSWORD)]),
        &["password.changed"],
    ),
    post(
        "/account/preferences",
        Object::None,
        Persona::Officer,
        |_| form(&[("density", "compact"), ("theme", "dark"), ("keys", "on")]),
        &["preferences.changed"],
    ),
    post(
        "/account/sessions",
        Object::None,
        Persona::Officer,
        |case| vec![("session", other_session(case))],
        &["session.revoked"],
    ),
    post(
        "/account/code",
        Object::NewFactor,
        Persona::Officer,
        |case| {
            let (secret, code) = case.text.split_once(' ').expect("a secret and a code");
            form(&[("secret", secret), ("password", PASSWORD), ("code", code)])
        },
        &["code.added"],
    ),
    post(
        "/account/code/remove",
        Object::Factor,
        Persona::Officer,
        |_| form(&[("password", PASSWORD)]),
        &["code.removed"],
    ),
    post(
        "/settings/staff",
        Object::None,
        Persona::Admin,
        |case| {
            let mut fields = form(&[
                ("name", "Noa Adler"),
                ("role", "officer"),
                ("branch", "all"),
            ]);
            fields.push((
                "email",
                format!("{}@staff.example", case.app.clock.new_id().simple()),
            ));
            fields
        },
        &["staff.added"],
    ),
    post(
        "/settings/staff/{id}",
        Object::Staff,
        Persona::Admin,
        |_| {
            form(&[
                ("name", "Noa Adler"),
                ("role", "manager"),
                ("branch", "all"),
                ("version", "1"),
            ])
        },
        &["staff.changed"],
    ),
    post(
        "/settings/staff/{id}/disable",
        Object::Staff,
        Persona::Admin,
        |_| Vec::new(),
        &["staff.disabled"],
    ),
    post(
        "/settings/staff/{id}/reset",
        Object::Staff,
        Persona::Admin,
        |_| Vec::new(),
        &["staff.reset"],
    ),
    post(
        "/settings/branches",
        Object::None,
        Persona::Admin,
        |case| {
            let code = format!("b{}", &case.app.clock.new_id().simple().to_string()[22..]);
            vec![("code", code), ("name", "Lisbon".to_owned())]
        },
        &["branch.added"],
    ),
    post(
        "/settings/keys",
        Object::None,
        Persona::Admin,
        |_| {
            form(&[
                ("face", "kontorion"),
                ("kind", "test"),
                ("permission", "read"),
            ])
        },
        &["key.added"],
    ),
    post(
        "/settings/keys/{id}/revoke",
        Object::Key,
        Persona::Admin,
        |_| Vec::new(),
        &["key.revoked"],
    ),
    post(
        "/settings/branches/{id}",
        Object::Branch,
        Persona::Admin,
        |_| form(&[("name", "Lisbon")]),
        &["branch.renamed"],
    ),
    post(
        "/customers/new",
        Object::None,
        Persona::Officer,
        |case| {
            let mut fields = form(&[
                ("kind", "natural"),
                ("first_name", "Rui"),
                ("last_name", "Neves"),
                ("confirm", "yes"),
            ]);
            fields.push(("branch", case.app.acme.branch("london").to_string()));
            fields
        },
        &["customer.added"],
    ),
    post(
        "/customers/{id}/edit",
        Object::Customer,
        Persona::Officer,
        |case| {
            let mut fields = form(&[
                ("kind", "natural"),
                ("first_name", "Vera"),
                ("last_name", "Neves"),
                ("confirm", "yes"),
            ]);
            fields.push(("version", version(case.app, case.id)));
            fields
        },
        &["customer.edited", "customer.moved"],
    ),
    post(
        "/customers/{id}/notes",
        Object::Customer,
        Persona::Officer,
        |_| form(&[("body", "Asked for the second page.")]),
        &["note.added"],
    ),
    post(
        "/customers/search",
        Object::None,
        Persona::Officer,
        |_| form(&[("q", "Falcão")]),
        &[],
    ),
    post(
        "/verifications/search",
        Object::None,
        Persona::Officer,
        |_| form(&[("q", "Falcão")]),
        &[],
    ),
    post(
        "/reviews/next",
        Object::None,
        Persona::Officer,
        |case| {
            free_review(case);
            Vec::new()
        },
        &["review.claimed"],
    ),
    post(
        "/customers/{id}/draft",
        Object::NewCustomer,
        Persona::Officer,
        |_| form(&[]),
        &["customer.moved"],
    ),
    post(
        "/customers/{id}/reviews",
        Object::Customer,
        Persona::Officer,
        |_| form(&[("reason", "A new owner stands in the register.")]),
        // Validated, so something happened; and the papers are missing, so it waits for the customer.
        &[
            "customer.moved",
            "verification.created",
            "review.requested",
            "customer.moved",
        ],
    ),
    post(
        "/reviews/{id}/decision",
        Object::HeldReview,
        Persona::Officer,
        |_| {
            form(&[
                ("version", "1"),
                ("decision", "incomplete"),
                ("message", "Send a newer bill."),
            ])
        },
        &["review.decided", "customer.moved"],
    ),
    post(
        "/reviews/{id}/claim",
        Object::Review,
        Persona::Officer,
        |_| Vec::new(),
        &["review.claimed"],
    ),
    post(
        "/reviews/{id}/release",
        Object::HeldReview,
        Persona::Officer,
        |_| Vec::new(),
        &["review.released"],
    ),
    post(
        "/reviews/{id}/assign",
        Object::Review,
        Persona::Manager,
        |case| vec![("staff", case.app.staff(Persona::SecondAdmin).to_string())],
        &["review.assigned"],
    ),
    post(
        "/reviews/assign",
        Object::None,
        Persona::Manager,
        |case| {
            vec![
                ("review", free_review(case)),
                ("review", free_review(case)),
                ("staff", case.app.staff(Persona::SecondAdmin).to_string()),
            ]
        },
        &["review.assigned", "review.assigned"],
    ),
    post(
        "/reviews/{id}/withdraw",
        Object::Review,
        Persona::Officer,
        |_| Vec::new(),
        &["review.withdrawn", "customer.moved", "verification.expired"],
    ),
    post(
        "/reviews/{id}/escalate",
        Object::Review,
        Persona::Officer,
        |_| form(&[("reason", REASON)]),
        &["suspicion.raised"],
    ),
    post(
        "/suspicions/{id}/close",
        Object::Suspicion,
        Persona::Manager,
        |_| form(&[("outcome", "unfounded"), ("reason", REASON)]),
        &["suspicion.closed"],
    ),
    post(
        "/views",
        Object::None,
        Persona::Officer,
        |_| {
            form(&[
                ("name", "Late"),
                ("query", "tab=open&due=overdue"),
                ("scope", "team"),
            ])
        },
        &["view.saved"],
    ),
    post(
        "/views/default",
        Object::None,
        Persona::Admin,
        |case| {
            let (tenant, admin) = (&case.app.acme, case.app.staff(Persona::Admin));
            let view = make::view_of(case.app, tenant, admin, "team", "tab=waiting");
            vec![("role", "officer".to_owned()), ("view", view.to_string())]
        },
        &["view.preferred"],
    ),
    post(
        "/views/{id}/delete",
        Object::View,
        Persona::Officer,
        |_| Vec::new(),
        &["view.removed"],
    ),
    post(
        "/customers/{id}/verifications",
        Object::Customer,
        Persona::Officer,
        |_| {
            form(&[
                ("verification_type", "document"),
                ("check_type", "passport"),
                ("provider", "manual"),
            ])
        },
        &["verification.created"],
    ),
    post(
        "/customers/{id}/override",
        Object::Customer,
        Persona::Admin,
        |case| {
            let mut fields = form(&[("status", "refused"), ("reason", REASON), ("step", "apply")]);
            fields.push(("version", version(case.app, case.id)));
            fields
        },
        &["customer.overridden", "verification.created"],
    ),
    post(
        "/verifications/{id}/override",
        Object::Verification,
        Persona::Admin,
        |case| {
            let mut fields = form(&[
                ("status", "verified"),
                ("reason", REASON),
                ("step", "apply"),
            ]);
            fields.push(("version", version_of_check(case.app, case.id)));
            fields
        },
        &["verification.overridden"],
    ),
    post(
        "/customers/{id}/revoke",
        Object::Customer,
        Persona::Manager,
        |case| {
            let mut fields = form(&[("reason", "data_mismatch"), ("comment", REASON)]);
            fields.push(("version", version(case.app, case.id)));
            fields
        },
        &["customer.revoked", "verification.created"],
    ),
    post(
        "/customers/{id}/risk",
        Object::Customer,
        Persona::Manager,
        |case| {
            let mut fields = form(&[("risk", "medium"), ("reason", REASON)]);
            fields.push(("version", version(case.app, case.id)));
            fields
        },
        &["customer.rated"],
    ),
    post(
        "/customers/{id}/relations",
        Object::Company,
        Persona::Officer,
        |case| {
            let mut fields = form(&[
                ("step", "add"),
                ("first_name", "Rui"),
                ("last_name", "Neves"),
                ("role", "shareholder"),
                ("percent", "60"),
                ("source", "register"),
            ]);
            fields.push(("version", version(case.app, case.id)));
            fields
        },
        // Somebody who was no customer yet; and the company was accepted with other owners.
        &["customer.added", "member.added", "customer.moved"],
    ),
    post(
        "/customers/{id}/tax-residences",
        Object::Customer,
        Persona::Officer,
        |case| {
            let mut fields = form(&[
                ("step", "add"),
                ("country", "PT"),
                ("tax_payer_id", "123456789"),
            ]);
            fields.push(("version", version(case.app, case.id)));
            fields
        },
        &["tax_residence.added"],
    ),
    post(
        "/customers/{id}/duplicates",
        Object::Customer,
        Persona::Officer,
        |case| {
            let other = make::customer(case.app, |_| {}).to_string();
            vec![("other", other), ("answer", "not_same".to_owned())]
        },
        // One under each of the two.
        &["duplicate.not_the_same", "duplicate.not_the_same"],
    ),
    post(
        "/customers/{id}/branch",
        Object::Customer,
        Persona::Admin,
        |case| {
            if case.by == Persona::Manager {
                see_madrid_too(case);
            }
            let to = case.app.acme.branch("madrid").to_string();
            let mut fields = form(&[("reason", REASON)]);
            fields.push(("branch", to));
            fields.push(("version", version(case.app, case.id)));
            fields
        },
        // One under each of the two branches.
        &["customer.branch_changed", "customer.branch_changed"],
    ),
    post(
        "/approvals/{id}/approve",
        Object::Proposal,
        Persona::Manager,
        |_| Vec::new(),
        &["customer.revoked", "verification.created"],
    ),
    post(
        "/approvals/{id}/reject",
        Object::Proposal,
        Persona::Manager,
        |_| form(&[("points", REASON)]),
        &["approval.returned"],
    ),
    post(
        "/settings/policy",
        Object::None,
        Persona::Admin,
        |case| {
            let before = policy_version(case.app);
            let mut fields = form(&[
                ("holidays", "2026-12-25"),
                ("next_review_low", "5"),
                ("next_review_medium", "3"),
                ("next_review_high", "1"),
                ("closed_after_days", "90"),
                ("claim_minutes", "30"),
                ("proposal_days", "14"),
                ("kyc_life_cycle", "new"),
                ("kyc_prerequisites", "ordinary"),
                ("retention_years", "5"),
                ("second_approval_branches", "london"),
                ("reason_code", "data_mismatch"),
                ("reason_text", "What was declared differs"),
                ("reason_en", "Please correct it."),
                ("reason_fr", "Merci de corriger."),
                ("reason_es", "Corríjalo, por favor."),
                ("reason_document", "0:ADDRESS_PROOF"),
            ]);
            // Something else each time, so that it is a change.
            fields.push(("due_hours", (25 + before).to_string()));
            fields.push(("version", before.to_string()));
            fields
        },
        &["policy.changed"],
    ),
    post(
        "/customers/{id}/documents",
        Object::Customer,
        Persona::Officer,
        |_| form(&[("type", "IDENTITY_PROOF"), ("file", &make::pdf(1))]),
        &["document.added"],
    ),
    post(
        "/mentions/read",
        Object::None,
        Persona::Officer,
        |case| {
            let customer = make::customer(case.app, |_| {});
            make::mention(case.app, customer, case.app.staff(case.by));
            Vec::new()
        },
        &["mentions.read"],
    ),
    post(
        "/documents/{id}/fields",
        Object::Document,
        Persona::Officer,
        |case| {
            let mut fields = form(&[("source", "officer"), ("last_name", "Falcão")]);
            fields.push(("version", version_of_paper(case.app, case.id)));
            fields
        },
        &["document.read"],
    ),
    post(
        "/customers/{id}/fields",
        Object::Customer,
        Persona::Officer,
        |case| {
            difference(case);
            let mut fields = form(&[
                ("field", "last_name"),
                ("answer", "accept"),
                ("reason", REASON),
            ]);
            fields.push(("version", version(case.app, case.id)));
            fields
        },
        &["field.accepted"],
    ),
    post(
        "/documents/{id}/check",
        Object::Document,
        Persona::Officer,
        |case| {
            let mut fields = form(&[("status", "refused"), ("reason", "document_not_legible")]);
            fields.push(("version", version_of_paper(case.app, case.id)));
            fields
        },
        &["document.checked", "customer.moved"],
    ),
];

/// The call of a route, or why the proofs cannot go on.
pub fn call(method: &str, path: &str) -> &'static Call {
    CALLS
        .iter()
        .find(|call| call.method == method && call.path == path)
        .unwrap_or_else(|| {
            panic!(
                "{method} {path} is a new route: add how it is called well, by whom and what it says to CALLS in {}, \
                 then look at the new lines of the access matrix (INSTA_UPDATE=always cargo test --test it access_matrix)",
                file!()
            )
        })
}

/// What the server knows, and the proofs must: method, path and guard of each route.
pub fn routes() -> Vec<vouch::web::router::Route> {
    // The faces are asked by machines with keys, in tests of their own.
    let desk = |route: &&vouch::web::router::Route| !matches!(route.sender, Sender::Face(_));
    vouch::routes::all()
        .routes()
        .iter()
        .filter(desk)
        .cloned()
        .collect()
}

/// Whether a member of this role gets past the guard.
pub fn holds(guard: &str, persona: Persona) -> bool {
    use vouch::access::permissions::{PERMISSIONS, Role};
    let role = match persona {
        Persona::Auditor => Role::Auditor,
        Persona::Officer => Role::Officer,
        Persona::Manager => Role::Manager,
        Persona::Admin | Persona::SecondAdmin | Persona::Other => Role::Admin,
    };
    match guard {
        "Anyone" | "HalfSignedIn" | "UseAccount" => true,
        permission => PERMISSIONS
            .iter()
            .find(|(known, _)| *known == permission)
            .unwrap_or_else(|| panic!("the guard {permission} is on no screen"))
            .1
            .contains(&role),
    }
}

impl Object {
    /// Whether it belongs to a branch, so that there is one in another.
    pub const fn has_branch(self) -> bool {
        matches!(
            self,
            Self::Customer
                | Self::NewCustomer
                | Self::Company
                | Self::Verification
                | Self::Review
                | Self::HeldReview
                | Self::Proposal
                | Self::Suspicion
                | Self::Document
                | Self::Hit
                | Self::Waiting
        )
    }

    /// Whether whoever holds it may use it, so that it is nobody's in particular.
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Invitation | Self::Onboard | Self::OnboardDone)
    }

    /// Whether a path names it, so that one may ask for another's.
    pub const fn is_asked_for(self) -> bool {
        !matches!(
            self,
            Self::None | Self::NewFactor | Self::Factor | Self::HalfWay | Self::Callback
        )
    }

    /// A new one, as `by` will ask for it.
    pub fn make(self, app: &TestApp, place: Place, by: Persona) -> Case<'_> {
        let tenant = if place == Place::OtherOrganisation {
            &app.other
        } else {
            &app.acme
        };
        let customer = || {
            make::customer_of(app, tenant, |new| {
                // One that was decided, so that there is something to override.
                new.kyc = "validated";
                if place == Place::OtherBranch {
                    new.branch_id = tenant.branch("paris");
                }
            })
        };
        // Of whose organisation the object is, seen from the asker's.
        let member = if place == Place::OtherOrganisation {
            Persona::Other
        } else {
            by
        };
        let review = |assignee: Option<Uuid>| {
            let customer = make::customer_of(app, tenant, |new| {
                new.kyc = "pending";
                if place == Place::OtherBranch {
                    new.branch_id = tenant.branch("paris");
                }
            });
            make::review_of(app, tenant, customer, |new| new.assignee = assignee).0
        };
        let id = match self {
            Self::Review if place != Place::Absent => review(None),
            Self::HeldReview if place != Place::Absent => review(Some(app.staff(member))),
            Self::View if place != Place::Absent => make::view(app, tenant, app.staff(member)),
            Self::Job if place != Place::Absent => {
                jobs::job(app, tenant, app.staff(member), customer())
            }
            Self::Upload if place != Place::Absent => upload(app, member),
            Self::DoneJob if place != Place::Absent => {
                jobs::present(app);
                let path = jobs::ask(app, member, customer());
                jobs::work(app);
                path.trim_start_matches("/jobs/").parse().expect("an id")
            }
            Self::Customer if place != Place::Absent => customer(),
            Self::NewCustomer if place != Place::Absent => make::customer_of(app, tenant, |new| {
                if place == Place::OtherBranch {
                    new.branch_id = tenant.branch("paris");
                }
            }),
            Self::Company if place != Place::Absent => make::customer_of(app, tenant, |new| {
                make::as_company(new, "Falcão & Filhos");
                new.kyc = "validated";
                if place == Place::OtherBranch {
                    new.branch_id = tenant.branch("paris");
                }
            }),
            Self::Verification if place != Place::Absent => {
                make::verification_of(app, tenant, customer(), |_| {})
            }
            Self::Hit if place != Place::Absent => make::hit(app, tenant, customer()),
            Self::Provider if place != Place::Absent => {
                let name = format!("p{}", &app.clock.new_id().simple().to_string()[20..]);
                make::provider(app, tenant, &name, "https://id.example/ask")
            }
            Self::Waiting if place != Place::Absent => waiting(app, tenant, customer()),
            Self::Callback => waiting(app, tenant, customer()),
            Self::Proposal if place != Place::Absent => make::proposal(app, tenant, customer()),
            Self::Suspicion if place != Place::Absent => make::suspicion(app, tenant, review(None)),
            Self::Document if place != Place::Absent => paper(app, customer(), place),
            Self::Onboard | Self::OnboardDone if place != Place::Absent => {
                onboarding(app, tenant, customer(), self == Self::OnboardDone)
            }
            Self::Staff | Self::Invitation if place != Place::Absent => make::staff(app, tenant),
            Self::Branch if place != Place::Absent => make::branch(app, tenant),
            Self::Key if place != Place::Absent => make::key(app, tenant),
            Self::Webhook if place != Place::Absent => make::webhook(app, tenant, true),
            Self::DisabledWebhook if place != Place::Absent => make::webhook(app, tenant, false),
            Self::Delivery if place != Place::Absent => make::delivery(app, tenant),
            _ => app.clock.new_id(),
        };
        let text = match self {
            Self::Onboard | Self::OnboardDone => onboard::token(app, id),
            Self::Invitation if place == Place::Absent => "0".repeat(160),
            Self::Invitation => invitation(app, id, place),
            Self::NewFactor => new_factor(app, by),
            Self::Factor | Self::HalfWay => factor(app, by),
            Self::Callback => app.acme.id.to_string(),
            _ => id.to_string(),
        };
        Case { app, id, text, by }
    }
}

impl Case<'_> {
    /// A browser as the call finds it: signed in, or half-way there.
    pub fn browser(&self, call: &Call, persona: Persona) -> Browser {
        if call.object != Object::HalfWay {
            return self.app.sign_in(persona);
        }
        let mut browser = self.app.browser();
        let fields = [("email", persona.email()), ("password", PASSWORD)];
        let answer = browser.post("/login", &fields);
        assert_eq!(answer.header("location"), Some("/login/code"));
        browser
    }

    /// The path that is asked for.
    pub fn path(&self, call: &Call) -> String {
        call.path
            .replace("{id}", &self.text)
            .replace("{token}", &self.text)
            .replace("{provider}", PROVIDER)
    }
}

/// The provider that each tenant has, once it was asked for.
const PROVIDER: &str = "acme-id";

/// A pending check of a provider that is there and says yes.
fn waiting(app: &TestApp, tenant: &Tenant, customer: Uuid) -> Uuid {
    use diesel::prelude::*;
    use vouch::schema::providers;
    let there: i64 = providers::table
        .filter(providers::name.eq(PROVIDER))
        .count()
        .get_result(&mut app.owner_of(tenant))
        .expect("a count");
    if there == 0 {
        let yes = vec![(200, r#"{"status":"verified"}"#.to_owned()); 64];
        let (address, _) = provider(yes);
        make::provider(app, tenant, PROVIDER, &format!("http://{address}/"));
    }
    make::verification_of(app, tenant, customer, |new| new.provider = PROVIDER)
}

/// The manager sees a second branch from now on, to which a customer may be moved; always the same, so that pages which
/// say how many there are stay equal.
fn see_madrid_too(case: &Case<'_>) {
    use diesel::prelude::*;
    use vouch::schema::staff_branches;
    diesel::insert_into(staff_branches::table)
        .values((
            staff_branches::organisation_id.eq(case.app.acme.id),
            staff_branches::staff_id.eq(case.app.staff(case.by)),
            staff_branches::branch_id.eq(case.app.acme.branch("madrid")),
        ))
        .on_conflict_do_nothing()
        .execute(&mut case.app.owner())
        .expect("the manager's branch");
}

/// A review that anybody may take.
fn free_review(case: &Case<'_>) -> String {
    let customer = make::customer(case.app, |new| new.kyc = "pending");
    make::review_of(case.app, &case.app.acme, customer, |_| {})
        .0
        .to_string()
}

/// What the page of the second factor offers, in a session that is over when this returns.
fn new_factor(app: &TestApp, by: Persona) -> String {
    without_factor(app, by);
    let mut browser = app.sign_in(by);
    let (secret, sealed) = offered(&mut browser);
    browser.post("/logout", &[]);
    format!("{sealed} {}", code(&secret, app, 0))
}

/// Sets up a second factor; a code that works now and was not used.
fn factor(app: &TestApp, by: Persona) -> String {
    without_factor(app, by);
    let mut browser = app.sign_in(by);
    let (secret, _) = set_up_code(app, &mut browser);
    browser.post("/logout", &[]);
    code(&secret, app, 1)
}

/// Takes away what an earlier call left.
fn without_factor(app: &TestApp, by: Persona) {
    use diesel::prelude::*;
    use vouch::schema::{recovery_codes, staff};
    let (mut owner, id) = (app.owner(), app.staff(by));
    diesel::delete(recovery_codes::table.filter(recovery_codes::staff_id.eq(id)))
        .execute(&mut owner)
        .expect("no recovery codes");
    diesel::update(staff::table.find((app.acme.id, id)))
        .set((
            staff::totp_sealed.eq(None::<Vec<u8>>),
            staff::totp_last_step.eq(None::<i64>),
        ))
        .execute(&mut owner)
        .expect("no second factor");
}

/// A file that a member handed in; an admin, where the member may not.
fn upload(app: &TestApp, by: Persona) -> Uuid {
    let by = match by {
        Persona::Officer | Persona::Auditor => Persona::Admin,
        other => other,
    };
    let answer =
        app.sign_in(by)
            .post_file("/customers/import", &[], "people.csv", PEOPLE.as_bytes());
    let path = answer.header("location").expect("its page");
    path.trim_start_matches("/customers/import/")
        .parse()
        .expect("an id")
}

/// A session of a customer; `done`: begun, with the data confirmed and nothing else asked for.
fn onboarding(app: &TestApp, tenant: &Tenant, customer: Uuid, done: bool) -> Uuid {
    use diesel::prelude::*;
    use vouch::schema::onboard_sessions as rows;
    if !done {
        return onboard::session(app, tenant, customer, &onboard::everything());
    }
    let options = serde_json::json!({"identity": {"amlMonitoring": true}});
    let id = onboard::session(app, tenant, customer, &options);
    diesel::update(rows::table.filter(rows::id.eq(id)))
        .set((
            rows::state.eq("in_progress"),
            rows::confirmed_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner_of(tenant))
        .expect("all of it");
    id
}

/// The link that an admin makes for a member.
fn invitation(app: &TestApp, staff: Uuid, place: Place) -> String {
    let admin = if place == Place::OtherOrganisation {
        Persona::Other
    } else {
        Persona::Admin
    };
    let answer = app
        .sign_in(admin)
        .post(&format!("/settings/staff/{staff}/reset"), &[]);
    let (_, rest) = answer.body.split_once("/welcome/").expect("a link");
    rest.chars()
        .take_while(|c| !matches!(c, '"' | '<') && !c.is_whitespace())
        .collect()
}

/// A paper of the customer, wherever they are, on which another name stands.
fn difference(case: &Case<'_>) {
    use diesel::prelude::*;
    use vouch::schema::customers;
    for tenant in [&case.app.acme, &case.app.other] {
        let here: i64 = customers::table
            .filter(customers::id.eq(case.id))
            .count()
            .get_result(&mut case.app.owner_of(tenant))
            .expect("a count");
        if here > 0 {
            let paper = make::document_of(case.app, tenant, case.id, "IDENTITY_PROOF", |_| {});
            make::extracted(
                case.app,
                tenant,
                (case.id, paper),
                "officer",
                "last_name",
                "Sequeira",
            );
        }
    }
}

/// Another session of whoever asks.
fn other_session(case: &Case<'_>) -> String {
    use diesel::prelude::*;
    use vouch::schema::sessions;
    let staff = case.app.staff(case.by);
    let all = || -> Vec<Uuid> {
        sessions::table
            .filter(sessions::staff_id.eq(staff))
            .select(sessions::id)
            .load(&mut case.app.owner())
            .expect("sessions")
    };
    let before = all();
    drop(case.app.sign_in(case.by));
    let new = all().into_iter().find(|id| !before.contains(id));
    new.expect("a session").to_string()
}

/// A paper of a customer, handed in by whoever sees all branches.
fn paper(app: &TestApp, customer: Uuid, place: Place) -> Uuid {
    let admin = if place == Place::OtherOrganisation {
        Persona::Other
    } else {
        Persona::Admin
    };
    make::paper(
        app,
        admin,
        customer,
        "IDENTITY_PROOF",
        "paper.pdf",
        make::pdf(1).as_bytes(),
    )
}

fn version_of_paper(app: &TestApp, paper: Uuid) -> String {
    use diesel::prelude::*;
    use vouch::schema::documents;
    let customer = [&app.acme, &app.other].into_iter().find_map(|tenant| {
        documents::table
            .filter(documents::id.eq(paper))
            .select(documents::customer_id)
            .first::<Uuid>(&mut app.owner_of(tenant))
            .ok()
    });
    customer.map_or_else(|| "1".to_owned(), |customer| version(app, customer))
}

fn version(app: &TestApp, customer: Uuid) -> String {
    use diesel::prelude::*;
    use vouch::schema::customers;
    [&app.acme, &app.other]
        .into_iter()
        .find_map(|tenant| {
            customers::table
                .filter(customers::id.eq(customer))
                .select(customers::version)
                .first::<i32>(&mut app.owner_of(tenant))
                .ok()
        })
        .unwrap_or(1)
        .to_string()
}

fn version_of_check(app: &TestApp, check: Uuid) -> String {
    use diesel::prelude::*;
    use vouch::schema::verifications;
    let customer = [&app.acme, &app.other].into_iter().find_map(|tenant| {
        verifications::table
            .filter(verifications::id.eq(check))
            .select(verifications::customer_id)
            .first::<Uuid>(&mut app.owner_of(tenant))
            .ok()
    });
    customer.map_or_else(|| "1".to_owned(), |customer| version(app, customer))
}

fn policy_version(app: &TestApp) -> i32 {
    use diesel::prelude::*;
    use vouch::schema::policies;
    let newest: Option<i32> = policies::table
        .select(diesel::dsl::max(policies::version))
        .first(&mut app.owner())
        .expect("a number");
    newest.unwrap_or(0)
}
