//! Nobody does by another hand what they may not do alone: not by a key that they made, not by merging and parting, not by
//! closing a suspicion first.

use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;
use vouch::schema::{customers, reviews, verifications};

use crate::{
    four_eyes::{WHY, held, merge, proposed, second_approval_in, validate, version},
    support::{Browser, Persona, Response, TestApp, machines, make},
};

/// A key of Kontorion's face that somebody made for themselves on the desk.
fn own_key(by: &mut Browser) -> String {
    let made = by.post(
        "/settings/keys",
        &[
            ("face", "kontorion"),
            ("kind", "live"),
            ("permission", "read"),
            ("permission", "write"),
            ("permission", "admin"),
        ],
    );
    assert_eq!(made.status, 200, "{}", made.text());
    made.texts("#secret").remove(0)
}

/// What the key is answered, and the body.
fn by_key(
    app: &TestApp,
    key: &str,
    method: &str,
    target: &str,
    body: &serde_json::Value,
) -> (u16, String) {
    let bearer = format!("Bearer {key}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    let answer = app
        .browser()
        .request(method, target, &headers, Some(body.to_string()));
    (answer.status, answer.body)
}

fn verify(app: &TestApp, key: &str, check: Uuid) -> (u16, String) {
    by_key(
        app,
        key,
        "PATCH",
        &format!("/v1/verifications/{check}/status"),
        &json!({ "status": "verified" }),
    )
}

/// The latest round of a customer, and its own check.
fn round(app: &TestApp, customer: Uuid) -> (Uuid, Uuid) {
    let review: Uuid = reviews::table
        .filter(reviews::customer_id.eq(customer))
        .order(reviews::round.desc())
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("a round");
    let check = verifications::table
        .filter(verifications::review_id.eq(review))
        .select(verifications::id)
        .first(&mut app.owner())
        .expect("its check");
    (review, check)
}

fn kyc(app: &TestApp, customer: Uuid) -> String {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::kyc)
        .first(&mut app.owner())
        .expect("the customer")
}

fn request(app: &TestApp, by: &mut Browser, customer: Uuid) {
    let asked = by.post(
        &format!("/customers/{customer}/reviews"),
        &[("version", &version(app, customer))],
    );
    assert_eq!(asked.status, 303, "{}", asked.text());
}

fn override_check(app: &TestApp, by: &mut Browser, customer: Uuid, to: &str) -> Response {
    let check = round(app, customer).1;
    by.post(
        &format!("/verifications/{check}/override"),
        &[
            ("status", to),
            ("reason", WHY),
            ("version", &version(app, customer)),
            ("step", "apply"),
        ],
    )
}

fn refused(app: &TestApp) -> Uuid {
    let customer = make::customer(app, |new| new.kyc = "pending");
    make::complete(app, customer);
    make::review_of(app, &app.acme, customer, |new| {
        new.assignee = Some(app.staff(Persona::Manager));
    });
    let mut manager = app.sign_in(Persona::Manager);
    let done = manager.post(
        &format!("/reviews/{}/decision", round(app, customer).0),
        &[
            ("decision", "refused"),
            ("reason", "identity_not_proved"),
            ("comment", WHY),
            ("version", &version(app, customer)),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    customer
}

#[test]
fn whoever_submits_does_not_decide_by_a_key_of_their_own_nor_the_other_way_round() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let key = own_key(&mut admin);
    let customer = make::customer(&app, |_| {});
    make::complete(&app, customer);
    request(&app, &mut admin, customer);
    let check = round(&app, customer).1;
    let (status, body) = verify(&app, &key, check);
    assert_eq!(status, 409, "{body}");
    assert_eq!(kyc(&app, customer), "pending");
    // A key that was made at the console is nobody's hand.
    let console = machines::key(&app, &app.acme, ("kontorion", "live"), &["admin"], &[]);
    let (status, body) = verify(&app, &console.secret, check);
    assert_eq!(status, 200, "{body}");

    // What the key submits, its maker does not decide: not by an override, not by taking the review.
    let other = make::customer(&app, |_| {});
    make::complete(&app, other);
    let asked = json!({ "customer_id": other, "provider": "manual", "verification_type": "kyc" });
    let (status, body) = by_key(&app, &key, "POST", "/v1/verifications", &asked);
    assert_eq!(status, 201, "{body}");
    let refused = override_check(&app, &mut admin, other, "verified");
    assert_eq!(refused.status, 409, "{}", refused.text());
    let review = round(&app, other).0;
    let claimed = admin.post(&format!("/reviews/{review}/claim"), &[]);
    assert_eq!(claimed.status, 409, "{}", claimed.text());
    let next = admin.post("/reviews/next", &[]);
    assert_ne!(
        next.header("location"),
        Some(format!("/customers/{other}").as_str())
    );
    let colleague = app
        .sign_in(Persona::Manager)
        .post(&format!("/reviews/{review}/claim"), &[]);
    assert_eq!(colleague.status, 303, "{}", colleague.text());
}

#[test]
fn nobody_agrees_to_what_a_key_of_their_own_proposed() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let key = own_key(&mut admin);
    let customer = make::customer(&app, |new| {
        (new.kyc, new.risk) = ("pending", Some("high"));
    });
    make::complete(&app, customer);
    make::review_of(&app, &app.acme, customer, |_| {});
    let (status, body) = verify(&app, &key, round(&app, customer).1);
    assert!(
        status == 409 && body.contains("awaiting second approval"),
        "{status} {body}"
    );
    let page = admin.get("/approvals");
    let approve = page.attributes("form[action$='/approve']", "action");
    assert!(
        approve.is_empty(),
        "nothing to press for whoever made the key"
    );
    let proposal: Uuid = vouch::schema::proposals::table
        .select(vouch::schema::proposals::id)
        .first(&mut app.owner())
        .expect("a proposal");
    let own = admin.post(&format!("/approvals/{proposal}/approve"), &[]);
    assert_eq!(own.status, 409, "{}", own.text());
    assert_eq!(kyc(&app, customer), "pending");
    // The database holds it, whatever the program thinks.
    let forged = diesel::sql_query("UPDATE proposals SET state = 'approved', approved_by = proposed_maker, settled_by = proposed_maker, settled_at = now()")
        .execute(&mut app.owner());
    assert!(forged.is_err_and(|error| error.to_string().contains("proposals_other_hand")));
    let other = app
        .sign_in(Persona::Manager)
        .post(&format!("/approvals/{proposal}/approve"), &[]);
    assert_eq!(other.status, 303, "{}", other.text());
    assert_eq!(kyc(&app, customer), "validated");
}

#[test]
fn an_override_that_undoes_a_refusal_asks_for_two_in_the_next_round_too() {
    let app = TestApp::start();
    let customer = refused(&app);
    request(&app, &mut app.sign_in(Persona::Officer), customer);
    let mut admin = app.sign_in(Persona::Admin);
    let done = override_check(&app, &mut admin, customer, "verified");
    assert_eq!(done.header("location"), Some("/approvals?done=asked"), "{}", done.text());
    assert_eq!(kyc(&app, customer), "pending");
}

#[test]
fn whoever_was_merged_here_and_parted_since_still_counts() {
    let app = TestApp::start();
    let (customer, review) = held(&app);
    let risky = make::customer(&app, |new| (new.kyc, new.risk) = ("none", Some("high")));
    merge(&app, customer, risky);
    let mut admin = app.sign_in(Persona::Admin);
    let parted = admin.post(
        &format!("/customers/{customer}/duplicates"),
        &[
            ("other", &risky.to_string()),
            ("answer", "unmerge"),
            ("reason", WHY),
        ],
    );
    assert_eq!(parted.status, 303, "{}", parted.text());
    let done = validate(&app, &mut app.sign_in(Persona::Manager), customer, review);
    assert!(proposed(&done), "{} {}", done.status, done.text());
}

#[test]
fn a_merge_into_somebody_accepted_is_looked_at_where_something_hangs_on_the_other() {
    for heavy in ["high", "refused", "confirmed", "nothing"] {
        let app = TestApp::start();
        let accepted = make::customer(&app, |new| new.kyc = "validated");
        let other = make::customer(&app, |new| {
            new.kyc = if heavy == "refused" {
                "refused"
            } else {
                "draft"
            };
            new.risk = (heavy == "high").then_some("high");
        });
        if heavy == "confirmed" {
            let hit = make::hit(&app, &app.acme, other);
            diesel::sql_query("UPDATE hits SET state = 'confirmed', settled_kind = 'clock', settled_at = now(), sealed_reason = 'x' WHERE id = $1")
                .bind::<diesel::sql_types::Uuid, _>(hit)
                .execute(&mut app.owner())
                .expect("a confirmed hit");
        }
        merge(&app, accepted, other);
        let stands = if heavy == "nothing" {
            "validated"
        } else {
            "review_needed"
        };
        assert_eq!(kyc(&app, accepted), stands, "{heavy}");
    }
}

#[test]
fn nobody_is_merged_away_from_under_a_company() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão Lda");
    let (member, twin) = (make::customer(&app, |_| {}), make::customer(&app, |_| {}));
    make::relation(&app, company, member, "legal_representative", None);
    let done = app.sign_in(Persona::Admin).post(
        &format!("/customers/{twin}/duplicates"),
        &[
            ("other", &member.to_string()),
            ("answer", "merge"),
            ("reason", WHY),
        ],
    );
    assert_eq!(done.status, 409, "{}", done.text());
    assert!(
        done.text().contains("is a member of a company"),
        "{}",
        done.text()
    );
    merge(&app, member, twin);
}

#[test]
fn a_suspicion_that_was_closed_asks_for_two_until_the_customer_is_decided() {
    let app = TestApp::start();
    let (customer, review) = held(&app);
    let suspicion = make::suspicion(&app, &app.acme, review);
    diesel::sql_query("UPDATE suspicions SET state = 'unfounded', closed_at = $1, closed_by = raised_by WHERE id = $2")
        .bind::<diesel::sql_types::Timestamptz, _>(app.clock.now())
        .bind::<diesel::sql_types::Uuid, _>(suspicion)
        .execute(&mut app.owner())
        .expect("a closed suspicion");
    let done = validate(&app, &mut app.sign_in(Persona::Manager), customer, review);
    assert!(proposed(&done), "{} {}", done.status, done.text());
}

#[test]
fn the_branch_of_whoever_is_merged_here_asks_too() {
    let app = TestApp::start();
    second_approval_in(&app, "paris");
    let (customer, review) = held(&app);
    let other = make::customer(&app, |new| {
        (new.branch_id, new.kyc) = (app.acme.branch("paris"), "none");
    });
    merge(&app, customer, other);
    let done = validate(&app, &mut app.sign_in(Persona::Manager), customer, review);
    assert!(proposed(&done), "{} {}", done.status, done.text());
}

#[test]
fn a_key_does_not_get_around_a_refusal_by_a_merge() {
    let app = TestApp::start();
    let key = machines::key(
        &app,
        &app.acme,
        ("kontorion", "live"),
        &["read", "write"],
        &[],
    );
    let customer = make::customer(&app, |_| {});
    make::complete(&app, customer);
    merge(&app, customer, refused(&app));
    let asked =
        json!({ "customer_id": customer, "provider": "manual", "verification_type": "kyc" });
    let (status, body) = by_key(&app, &key.secret, "POST", "/v1/verifications", &asked);
    assert_eq!(status, 409, "{body}");
    assert_eq!(kyc(&app, customer), "none");
}

#[test]
fn what_hangs_on_somebody_merged_away_is_seen_and_settled() {
    let app = TestApp::start();
    let (customer, review) = held(&app);
    let other = make::customer(&app, |new| new.kyc = "none");
    let hit = make::hit(&app, &app.acme, other);
    merge(&app, customer, other);
    let mut manager = app.sign_in(Persona::Manager);
    let blocked = validate(&app, &mut manager, customer, review);
    assert_eq!(blocked.status, 409, "{}", blocked.text());
    let seen = manager.get(&format!("/hits?customer={customer}"));
    assert!(seen.body.contains(&hit.to_string()), "{}", seen.text());
    let settled = manager.post(
        &format!("/hits/{hit}"),
        &[
            ("outcome", "cleared"),
            ("reason", "Another person: born in 1950."),
        ],
    );
    assert_eq!(settled.status, 303, "{}", settled.text());
    let done = validate(&app, &mut manager, customer, review);
    assert_eq!(done.status, 303, "{}", done.text());
}
