//! Makes what a test needs, straight in the database, with plausible defaults. Change what matters by a closure:
//! `make::customer(&app, |c| c.kyc = "validated")`.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::{
    branches, credentials, customers, documents, extracted_fields, hits, mentions, notes,
    proposals, providers, relations, reviews, saved_views, staff, suspicions, tax_residences,
    verifications, webhook_deliveries, webhook_endpoints, webhook_lanes,
};

use super::app::{Persona, Tenant, TestApp, data_key};

/// A customer to be made.
#[derive(Insertable)]
#[diesel(table_name = customers)]
pub struct NewCustomer {
    pub organisation_id: Uuid,
    pub id: Uuid,
    pub short_id: String,
    pub branch_id: Uuid,
    pub kind: &'static str,
    pub legal_type: Option<i16>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub nationality: Option<&'static str>,
    pub country: Option<&'static str>,
    pub tax_id: Option<String>,
    pub legal_name: Option<String>,
    pub registration_number: Option<String>,
    pub kyc: &'static str,
    pub risk: Option<&'static str>,
    pub next_review_on: Option<NaiveDate>,
    pub refused_at: Option<DateTime<Utc>>,
    pub data_key: Uuid,
    pub created_by_kind: &'static str,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A customer of Acme in london: Inês Falcão, a person, not started.
pub fn customer(app: &TestApp, change: impl FnOnce(&mut NewCustomer)) -> Uuid {
    customer_of(app, &app.acme, change)
}

/// The same of any tenant, in its first branch.
pub fn customer_of(app: &TestApp, tenant: &Tenant, change: impl FnOnce(&mut NewCustomer)) -> Uuid {
    let mut owner = app.owner_of(tenant);
    let id = app.clock.new_id();
    let now = app.clock.now();
    let mut new = NewCustomer {
        organisation_id: tenant.id,
        id,
        short_id: id.simple().to_string()[20..].to_owned(),
        branch_id: tenant.branches[0].1,
        kind: "natural",
        legal_type: None,
        first_name: Some("Inês".to_owned()),
        last_name: Some("Falcão".to_owned()),
        email: Some(format!(
            "ines.{}@mail.example",
            &id.simple().to_string()[24..]
        )),
        birth_date: NaiveDate::from_ymd_opt(1987, 3, 9),
        nationality: Some("PT"),
        country: Some("PT"),
        tax_id: None,
        legal_name: None,
        registration_number: None,
        kyc: "none",
        risk: None,
        next_review_on: None,
        refused_at: None,
        data_key: data_key(&mut owner, &app.clock, tenant.id, &tenant.key),
        created_by_kind: "console",
        created_at: now,
        updated_at: now,
    };
    change(&mut new);
    diesel::insert_into(customers::table)
        .values(&new)
        .execute(&mut owner)
        .expect("a customer");
    id
}

/// So many more customers like the first of Acme's, in one statement.
pub fn many(app: &TestApp, n: i32) {
    diesel::sql_query(
        "INSERT INTO customers (organisation_id, id, number, short_id, branch_id, kind, first_name, last_name, country, data_key, created_by_kind, created_at, updated_at)
         SELECT organisation_id, gen_random_uuid(), start.number + n, 'm' || lpad((start.number + n)::text, 11, '0'), branch_id, 'natural', 'Many', 'Of ' || md5(n::text), 'PT', data_key, 'console', created_at, updated_at
           FROM (SELECT * FROM customers ORDER BY customers.number LIMIT 1) first, (SELECT max(number) + 100 AS number FROM customers) start, generate_series(1, $1) n",
    )
    .bind::<diesel::sql_types::Integer, _>(n)
    .execute(&mut app.owner())
    .expect("many customers");
}

/// An open review for each of Acme's customers, in one statement.
pub fn many_reviews(app: &TestApp) {
    diesel::sql_query(
        "INSERT INTO reviews (organisation_id, id, number, customer_id, branch_id, round, type, state, submitted_kind, submitted_at, snapshot, due_at)
         SELECT organisation_id, gen_random_uuid(), number, id, branch_id, 1, 'ONBOARDING', 'open', 'console', created_at, '{}', created_at + interval '1 day' FROM customers",
    )
    .execute(&mut app.owner())
    .expect("many reviews");
}

/// A company: its own kind, with a legal name.
pub fn company(app: &TestApp, name: &str) -> Uuid {
    customer(app, |new| as_company(new, name))
}

/// Makes a company of what would be a person.
pub fn as_company(new: &mut NewCustomer, name: &str) {
    new.kind = "legal";
    new.legal_type = Some(2);
    new.legal_name = Some(name.to_owned());
    (
        new.first_name,
        new.last_name,
        new.birth_date,
        new.nationality,
    ) = (None, None, None, None);
}

/// A verification to be made.
#[derive(Insertable)]
#[diesel(table_name = verifications)]
pub struct NewVerification {
    pub organisation_id: Uuid,
    pub id: Uuid,
    pub customer_id: Uuid,
    pub branch_id: Uuid,
    pub review_id: Option<Uuid>,
    pub verification_type: &'static str,
    pub provider: &'static str,
    pub status: &'static str,
    pub reason: Option<&'static str>,
    pub started_by_kind: &'static str,
    pub started_by_id: Option<Uuid>,
    pub verified_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A pending document check of a customer of Acme, started by the officer.
pub fn verification(
    app: &TestApp,
    customer: Uuid,
    change: impl FnOnce(&mut NewVerification),
) -> Uuid {
    let officer = Some(app.staff(Persona::Officer));
    verification_of(app, &app.acme, customer, |new| {
        (new.started_by_kind, new.started_by_id) = ("staff", officer);
        change(new);
    })
}

/// The same of any tenant, started at the console.
pub fn verification_of(
    app: &TestApp,
    tenant: &Tenant,
    customer: Uuid,
    change: impl FnOnce(&mut NewVerification),
) -> Uuid {
    let mut owner = app.owner_of(tenant);
    let branch = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::branch_id)
        .first(&mut owner)
        .expect("the customer");
    let (id, now) = (app.clock.new_id(), app.clock.now());
    let mut new = NewVerification {
        organisation_id: tenant.id,
        id,
        customer_id: customer,
        branch_id: branch,
        review_id: None,
        verification_type: "document",
        provider: "manual",
        status: "pending",
        reason: None,
        started_by_kind: "console",
        started_by_id: None,
        verified_at: None,
        expires_at: None,
        created_at: now,
        updated_at: now,
    };
    change(&mut new);
    diesel::insert_into(verifications::table)
        .values(&new)
        .execute(&mut owner)
        .expect("a verification");
    id
}

/// A branch of a tenant, with a code of its own.
pub fn branch(app: &TestApp, tenant: &Tenant) -> Uuid {
    let id = app.clock.new_id();
    let code = format!("b{}", &id.simple().to_string()[22..]);
    diesel::insert_into(branches::table)
        .values((
            branches::organisation_id.eq(tenant.id),
            branches::id.eq(id),
            branches::name.eq(code.to_uppercase()),
            branches::code.eq(code),
            branches::created_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner_of(tenant))
        .expect("a branch");
    id
}

/// A member of staff who is nobody's persona: an officer of all branches, without a password.
pub fn staff(app: &TestApp, tenant: &Tenant) -> Uuid {
    let mut owner = app.owner_of(tenant);
    let (id, now) = (app.clock.new_id(), app.clock.now());
    let key = data_key(&mut owner, &app.clock, tenant.id, &tenant.key);
    diesel::insert_into(staff::table)
        .values((
            staff::organisation_id.eq(tenant.id),
            staff::id.eq(id),
            staff::email.eq(format!("{}@staff.example", &id.simple().to_string()[20..])),
            staff::name.eq("New Colleague"),
            staff::role.eq("officer"),
            staff::all_branches.eq(true),
            staff::password_hash.eq("none"),
            staff::demo.eq(true),
            staff::data_key.eq(key),
            staff::created_at.eq(now),
            staff::updated_at.eq(now),
        ))
        .execute(&mut owner)
        .expect("a member");
    id
}

/// A review to be made.
#[derive(Insertable)]
#[diesel(table_name = reviews)]
pub struct NewReview {
    pub organisation_id: Uuid,
    pub id: Uuid,
    pub customer_id: Uuid,
    pub branch_id: Uuid,
    pub round: i32,
    #[diesel(column_name = type_)]
    pub review_type: &'static str,
    pub state: &'static str,
    pub submitted_kind: &'static str,
    pub submitted_id: Option<Uuid>,
    pub submitted_at: DateTime<Utc>,
    pub assignee: Option<Uuid>,
    pub claim_expires_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub paused_at: Option<DateTime<Utc>>,
    pub decision: Option<&'static str>,
    pub decided_kind: Option<&'static str>,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// An open review of a customer (its KYC must be set to pending by the caller) and its own check; both ids.
pub fn open_review(app: &TestApp, customer: Uuid, round: i32) -> (Uuid, Uuid) {
    let officer = app.staff(Persona::Officer);
    review_of(app, &app.acme, customer, |new| {
        new.round = round;
        new.review_type = if round == 1 { "ONBOARDING" } else { "PERIODIC" };
        (new.submitted_kind, new.submitted_id) = ("staff", Some(officer));
    })
}

/// The same of any tenant, submitted at the console and held by nobody.
pub fn review_of(
    app: &TestApp,
    tenant: &Tenant,
    customer: Uuid,
    change: impl FnOnce(&mut NewReview),
) -> (Uuid, Uuid) {
    let mut owner = app.owner_of(tenant);
    let branch: Uuid = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::branch_id)
        .first(&mut owner)
        .expect("the customer");
    let (id, now) = (app.clock.new_id(), app.clock.now());
    let mut new = NewReview {
        organisation_id: tenant.id,
        id,
        customer_id: customer,
        branch_id: branch,
        round: 1,
        review_type: "ONBOARDING",
        state: "open",
        submitted_kind: "console",
        submitted_id: None,
        submitted_at: now,
        assignee: None,
        claim_expires_at: None,
        due_at: Some(now + chrono::TimeDelta::hours(24)),
        paused_at: None,
        decision: None,
        decided_kind: None,
        decided_by: None,
        decided_at: None,
    };
    change(&mut new);
    diesel::insert_into(reviews::table)
        .values(&new)
        .execute(&mut owner)
        .expect("a review");
    let check = verification_of(app, tenant, customer, |new| {
        new.review_id = Some(id);
        new.verification_type = "kyc";
    });
    (id, check)
}

/// A key of Kontorion that nobody knows the secret of.
pub fn key(app: &TestApp, tenant: &Tenant) -> Uuid {
    let (id, now) = (app.clock.new_id(), app.clock.now());
    let mut owner = app.owner_of(tenant);
    diesel::insert_into(credentials::table)
        .values((
            credentials::organisation_id.eq(tenant.id),
            credentials::id.eq(id),
            credentials::face.eq("kontorion"),
            credentials::kind.eq("test"),
            credentials::key_id.eq(format!("kon_{}", id.simple())),
            credentials::permissions.eq(vec!["read"]),
            credentials::secret_hash.eq(id.as_bytes().to_vec()),
            credentials::created_at.eq(now),
        ))
        .execute(&mut owner)
        .expect("a key");
    id
}

/// A view that a member keeps.
pub fn view(app: &TestApp, tenant: &Tenant, staff: Uuid) -> Uuid {
    view_of(app, tenant, staff, "mine", "tab=open&due=overdue")
}

/// The same for whomever, of whatever list.
pub fn view_of(app: &TestApp, tenant: &Tenant, staff: Uuid, scope: &str, query: &str) -> Uuid {
    let id = app.clock.new_id();
    diesel::insert_into(saved_views::table)
        .values((
            saved_views::organisation_id.eq(tenant.id),
            saved_views::id.eq(id),
            saved_views::staff_id.eq(staff),
            saved_views::scope.eq(scope),
            saved_views::name.eq("Late"),
            saved_views::query.eq(query),
            saved_views::created_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner_of(tenant))
        .expect("a view");
    id
}

/// A revocation of a customer that a new colleague proposed.
pub fn proposal(app: &TestApp, tenant: &Tenant, customer: Uuid) -> Uuid {
    let by = staff(app, tenant);
    let mut owner = app.owner_of(tenant);
    let (branch, version): (Uuid, i32) = customers::table
        .filter(customers::id.eq(customer))
        .select((customers::branch_id, customers::version))
        .first(&mut owner)
        .expect("the customer");
    let (id, now) = (app.clock.new_id(), app.clock.now());
    let body = serde_json::json!({
        "decision": "refused", "reasons": ["data_mismatch"], "risk": null, "retry": false,
        "comment": "The register names somebody else.", "message": "",
    });
    diesel::insert_into(proposals::table)
        .values((
            proposals::organisation_id.eq(tenant.id),
            proposals::id.eq(id),
            proposals::customer_id.eq(customer),
            proposals::branch_id.eq(branch),
            proposals::kind.eq("revocation"),
            proposals::body.eq(body),
            proposals::customer_version.eq(version),
            proposals::policy_version.eq(0),
            proposals::proposed_by.eq(by),
            proposals::proposed_at.eq(now),
            proposals::expires_at.eq(now + chrono::TimeDelta::days(14)),
        ))
        .execute(&mut owner)
        .expect("a proposal");
    id
}

/// A suspicion about the customer of a review, raised by a new colleague. Nobody can read its text.
pub fn suspicion(app: &TestApp, tenant: &Tenant, review: Uuid) -> Uuid {
    let by = staff(app, tenant);
    let mut owner = app.owner_of(tenant);
    let (customer, branch): (Uuid, Uuid) = reviews::table
        .filter(reviews::id.eq(review))
        .select((reviews::customer_id, reviews::branch_id))
        .first(&mut owner)
        .expect("the review");
    let id = app.clock.new_id();
    diesel::insert_into(suspicions::table)
        .values((
            suspicions::organisation_id.eq(tenant.id),
            suspicions::id.eq(id),
            suspicions::customer_id.eq(customer),
            suspicions::branch_id.eq(branch),
            suspicions::review_id.eq(review),
            suspicions::sealed.eq("unreadable"),
            suspicions::raised_by.eq(by),
            suspicions::raised_at.eq(app.clock.now()),
        ))
        .execute(&mut owner)
        .expect("a suspicion");
    id
}

/// What the tests' providers sign with.
pub const PROVIDER_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A provider elsewhere, added by a new colleague.
pub fn provider(app: &TestApp, tenant: &Tenant, name: &str, url: &str) -> Uuid {
    let by = staff(app, tenant);
    let id = app.clock.new_id();
    let sealed = tenant
        .key
        .seal_text(&format!("provider-secret {id}"), PROVIDER_SECRET)
        .expect("a sealed secret");
    diesel::insert_into(providers::table)
        .values((
            providers::organisation_id.eq(tenant.id),
            providers::id.eq(id),
            providers::name.eq(name),
            providers::url.eq(url),
            providers::sealed_secret.eq(sealed),
            providers::timeout_seconds.eq(2_i16),
            providers::added_by.eq(by),
            providers::created_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner_of(tenant))
        .expect("a provider");
    id
}

/// A place where a tenant's own systems are told of checks.
pub fn webhook(app: &TestApp, tenant: &Tenant, active: bool) -> Uuid {
    let (id, now) = (app.clock.new_id(), app.clock.now());
    let sealed = tenant
        .key
        .seal_text(&format!("webhook-secret {id}"), PROVIDER_SECRET)
        .expect("a sealed secret");
    let mut owner = app.owner_of(tenant);
    diesel::insert_into(webhook_endpoints::table)
        .values((
            webhook_endpoints::organisation_id.eq(tenant.id),
            webhook_endpoints::id.eq(id),
            webhook_endpoints::face.eq("kontorion"),
            webhook_endpoints::url.eq("https://hooks.example/vouch"),
            webhook_endpoints::events.eq(vec!["verification.created"]),
            webhook_endpoints::sealed_secret.eq(sealed),
            webhook_endpoints::disabled_at.eq((!active).then_some(now)),
            webhook_endpoints::disabled_because.eq((!active).then_some("staff")),
            webhook_endpoints::created_by_kind.eq("console"),
            webhook_endpoints::created_at.eq(now),
            webhook_endpoints::updated_at.eq(now),
        ))
        .execute(&mut owner)
        .expect("a webhook");
    diesel::insert_into(webhook_lanes::table)
        .values((
            webhook_lanes::endpoint_id.eq(id),
            webhook_lanes::organisation_id.eq(tenant.id),
        ))
        .execute(&mut owner)
        .expect("its lane");
    id
}

/// A message that was given up.
pub fn delivery(app: &TestApp, tenant: &Tenant) -> Uuid {
    let endpoint = webhook(app, tenant, true);
    let (id, now) = (app.clock.new_id(), app.clock.now());
    let body = tenant
        .key
        .seal(format!("webhook-body {id}").as_bytes(), b"{\"data\":{}}")
        .expect("a sealed body");
    diesel::insert_into(webhook_deliveries::table)
        .values((
            webhook_deliveries::organisation_id.eq(tenant.id),
            webhook_deliveries::id.eq(id),
            webhook_deliveries::endpoint_id.eq(endpoint),
            webhook_deliveries::event.eq("webhook.test"),
            webhook_deliveries::body.eq(body),
            webhook_deliveries::state.eq("failed"),
            webhook_deliveries::created_at.eq(now),
            webhook_deliveries::ended_at.eq(now),
        ))
        .execute(&mut app.owner_of(tenant))
        .expect("a message");
    id
}

/// An open hit of a customer, found by a check of its own.
pub fn hit(app: &TestApp, tenant: &Tenant, customer: Uuid) -> Uuid {
    let check = verification_of(app, tenant, customer, |new| {
        (new.verification_type, new.provider) = ("sanctions", "manual");
    });
    let id = app.clock.new_id();
    diesel::insert_into(hits::table)
        .values((
            hits::organisation_id.eq(tenant.id),
            hits::id.eq(id),
            hits::customer_id.eq(customer),
            hits::verification_id.eq(check),
            hits::list.eq("un"),
            hits::entry_id.eq("Q1"),
            hits::entry.eq(serde_json::json!({ "name": "Ines Falcao", "schema": "Person" })),
            hits::entry_hash.eq(vec![7_u8; 32]),
            hits::name.eq("Inês Falcão"),
            hits::score.eq(100_i16),
            hits::found_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner_of(tenant))
        .expect("a hit");
    id
}

/// A member of a company.
pub fn relation(app: &TestApp, company: Uuid, member: Uuid, role: &str, percent: Option<i32>) {
    diesel::insert_into(relations::table)
        .values((
            relations::organisation_id.eq(app.acme.id),
            relations::id.eq(app.clock.new_id()),
            relations::parent_id.eq(company),
            relations::child_id.eq(member),
            relations::role.eq(role),
            relations::percent.eq(percent.map(|whole| whole * 100)),
            relations::created_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner())
        .expect("a relation");
}

/// A tax residence.
pub fn tax_residence(app: &TestApp, customer: Uuid, country: &str, number: Option<&str>) {
    tax_residence_of(app, &app.acme, customer, country, number);
}

/// The same of any tenant; its id.
pub fn tax_residence_of(
    app: &TestApp,
    tenant: &Tenant,
    customer: Uuid,
    country: &str,
    number: Option<&str>,
) -> Uuid {
    let id = app.clock.new_id();
    diesel::insert_into(tax_residences::table)
        .values((
            tax_residences::organisation_id.eq(tenant.id),
            tax_residences::id.eq(id),
            tax_residences::customer_id.eq(customer),
            tax_residences::country.eq(country),
            tax_residences::tax_payer_id.eq(number),
            tax_residences::liability_waiver.eq(number.is_none()),
            tax_residences::created_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner_of(tenant))
        .expect("a tax residence");
    id
}

/// A note of the officer's that calls somebody of Acme.
pub fn mention(app: &TestApp, customer: Uuid, staff: Uuid) {
    let note = note(app, customer, "@You: look at the second page.");
    diesel::insert_into(mentions::table)
        .values((
            mentions::organisation_id.eq(app.acme.id),
            mentions::note_id.eq(note),
            mentions::place.eq(0),
            mentions::length.eq(4),
            mentions::customer_id.eq(customer),
            mentions::staff_id.eq(staff),
            mentions::created_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner())
        .expect("a mention");
}

/// A note of the officer's.
pub fn note(app: &TestApp, customer: Uuid, body: &str) -> Uuid {
    let id = app.clock.new_id();
    diesel::insert_into(notes::table)
        .values((
            notes::organisation_id.eq(app.acme.id),
            notes::id.eq(id),
            notes::customer_id.eq(customer),
            notes::body.eq(body),
            notes::written_by.eq(app.staff(Persona::Officer)),
            notes::created_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner())
        .expect("a note");
    id
}

/// Gives a person of Acme everything that the checklist asks of them.
pub fn complete(app: &TestApp, customer: Uuid) {
    let mut owner = app.owner();
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set((
            customers::birth_place.eq("Porto"),
            customers::birth_country.eq("PT"),
            customers::address_line1.eq("Rua Direita 1"),
            customers::city.eq("Porto"),
            customers::postal_code.eq("4000-001"),
        ))
        .execute(&mut owner)
        .expect("the customer");
    for kind in ["IDENTITY_PROOF", "ADDRESS_PROOF"] {
        document(app, customer, kind);
    }
    tax_residence(app, customer, "PT", Some("123456789"));
}

/// A paper that nobody has looked at yet.
pub fn document(app: &TestApp, customer: Uuid, kind: &str) -> Uuid {
    document_of(app, &app.acme, customer, kind, |_| {})
}

/// What a paper may be made with.
pub struct NewDocument {
    pub status: &'static str,
    pub expires_on: Option<NaiveDate>,
}

/// The same of any tenant, changed.
pub fn document_of(
    app: &TestApp,
    tenant: &Tenant,
    customer: Uuid,
    kind: &str,
    change: impl FnOnce(&mut NewDocument),
) -> Uuid {
    let mut new = NewDocument {
        status: "pending",
        expires_on: None,
    };
    change(&mut new);
    let (id, now) = (app.clock.new_id(), app.clock.now());
    diesel::insert_into(documents::table)
        .values((
            documents::organisation_id.eq(tenant.id),
            documents::id.eq(id),
            documents::customer_id.eq(customer),
            documents::type_.eq(kind),
            documents::name.eq("paper.pdf"),
            documents::media_type.eq("application/pdf"),
            documents::size.eq(40_000_i64),
            documents::sha256.eq(vec![7_u8; 32]),
            documents::status.eq(new.status),
            // Whoever refuses one says why.
            documents::reason.eq((new.status == "refused").then_some("document_not_legible")),
            documents::expires_on.eq(new.expires_on),
            documents::uploaded_kind.eq("staff"),
            documents::uploaded_id.eq(app.staff(Persona::Officer)),
            documents::created_at.eq(now),
            documents::updated_at.eq(now),
        ))
        .execute(&mut app.owner_of(tenant))
        .expect("a document");
    id
}

/// Something that was read off a customer's paper.
pub fn extracted(
    app: &TestApp,
    tenant: &Tenant,
    (customer, paper): (Uuid, Uuid),
    source: &str,
    field: &str,
    value: &str,
) {
    diesel::insert_into(extracted_fields::table)
        .values((
            extracted_fields::organisation_id.eq(tenant.id),
            extracted_fields::document_id.eq(paper),
            extracted_fields::field.eq(field),
            extracted_fields::source.eq(source),
            extracted_fields::customer_id.eq(customer),
            extracted_fields::value.eq(value),
            extracted_fields::entered_kind.eq("staff"),
            extracted_fields::entered_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner_of(tenant))
        .expect("a value");
}

/// Hands a paper in, as this persona would; its id.
pub fn paper(
    app: &TestApp,
    by: Persona,
    customer: Uuid,
    kind: &str,
    name: &str,
    file: &[u8],
) -> Uuid {
    let answer = app.sign_in(by).post_file(
        &format!("/customers/{customer}/documents"),
        &[("type", kind)],
        name,
        file,
    );
    assert_eq!(answer.status, 303, "{}", answer.text());
    let tenant = if by == Persona::Other {
        &app.other
    } else {
        &app.acme
    };
    documents::table
        .filter(documents::customer_id.eq(customer))
        .order(documents::number.desc())
        .select(documents::id)
        .first(&mut app.owner_of(tenant))
        .expect("the paper")
}

/// A PDF of so many pages, each with its number in large letters.
pub fn pdf(pages: usize) -> String {
    let contents = (1..=pages).map(|page| {
        let drawn = format!("BT /F1 96 Tf 60 400 Td (Page {page}) Tj ET");
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len())
    });
    pdf_of(contents.collect(), "")
}

/// A PDF whose pages have these contents (dictionary and stream), with more in its trailer.
pub fn pdf_of(contents: Vec<String>, trailer: &str) -> String {
    let kids: Vec<String> = (0..contents.len())
        .map(|at| format!("{} 0 R", 4 + 2 * at))
        .collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Kids [{}] /Count {} >>",
            kids.join(" "),
            kids.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for (at, content) in contents.into_iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            5 + 2 * at
        ));
        objects.push(content);
    }
    let mut file = String::from("%PDF-1.7\n");
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        let _ = write!(file, "{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let start = file.len();
    file + &table
        + &format!(
            "trailer\n<< /Size {} /Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        )
}

/// From here on no answer can be kept for a machine that asks again; or it can be once more.
pub fn forgetful(app: &TestApp, forgetful: bool) {
    let change = if forgetful {
        "ADD CONSTRAINT no_answer CHECK (answer IS NULL) NOT VALID"
    } else {
        "DROP CONSTRAINT no_answer"
    };
    diesel::sql_query(format!("ALTER TABLE idempotency_records {change}"))
        .execute(&mut app.database.owner())
        .expect("a table that takes no answers, or takes them again");
}
