//! Four eyes: what waits for a second person, who may answer, and what comes of it.

use chrono::TimeDelta;
use diesel::{connection::SimpleConnection as _, prelude::*};
use uuid::Uuid;
use vouch::{
    access::{
        actor::{Actor, Who},
        scope::Scope,
    },
    customers::rules::{Kyc, Risk},
    db::{Change, Db, PoolOptions},
    error::{Error, Result},
    keys::Keys,
    reviews::{
        claims, deadlines,
        decision::{self, Decision, Outcome},
        policy::{
            changes,
            rules::{Language, Policy},
        },
    },
    schema::{customers, proposals, reviews, verifications},
    value::{OrganisationId, RequestId, ReviewId, StaffId},
};

use crate::support::{Persona, Response, TestApp, make};

mod around;
mod gone;

const WHY: &str = "The register names somebody else.";

pub fn database(app: &TestApp) -> Db {
    let options = PoolOptions {
        url: app.database.app_url.clone(),
        size: 2,
        wait: std::time::Duration::from_secs(5),
        statement_cache: true,
    };
    Db::open(&options, app.clock.clone(), Keys::new(app.secret.clone()))
}

/// Does something in a persona's name, where no page does it yet.
pub fn act<T>(
    app: &TestApp,
    by: Persona,
    work: impl FnOnce(&mut Change<'_>) -> Result<T>,
) -> Result<T> {
    let scope = Scope::system(OrganisationId(app.acme.id));
    let who = Who::Staff(StaffId(app.staff(by)));
    let actor = Actor::system(who, scope, RequestId(app.clock.new_id()));
    database(app)
        .connection()
        .expect("a connection")
        .change(&actor, work)
}

/// What a customer's row says.
fn row(app: &TestApp, customer: Uuid) -> (String, i32) {
    customers::table
        .filter(customers::id.eq(customer))
        .select((customers::kyc, customers::version))
        .first(&mut app.owner())
        .expect("the customer")
}

fn proposal(app: &TestApp) -> (Uuid, String) {
    proposals::table
        .order(proposals::proposed_at.desc())
        .select((proposals::id, proposals::state))
        .first(&mut app.owner())
        .expect("a proposal")
}

fn refusal(risk: Option<Risk>) -> Decision {
    Decision {
        decision: Kyc::Refused,
        reasons: vec!["data_mismatch".to_owned()],
        risk,
        retry: false,
        comment: WHY.to_owned(),
        message: String::new(),
        language: Language::En,
        members: String::new(),
    }
}

/// A customer in review, claimed by the manager.
fn claimed(app: &TestApp, risk: Option<&'static str>) -> (Uuid, ReviewId) {
    let customer = make::customer(app, |new| {
        new.kyc = "pending";
        new.risk = risk;
    });
    let (review, _) = make::open_review(app, customer, 1);
    let review = ReviewId(review);
    act(app, Persona::Manager, |tx| claims::claim(tx, review, false)).expect("a claim");
    (customer, review)
}

/// The manager refuses; a second person is asked, and the proposal's id is answered.
fn proposed(app: &TestApp) -> (Uuid, ReviewId, Uuid) {
    let (customer, review) = claimed(app, Some("high"));
    let version = row(app, customer).1;
    let outcome = act(app, Persona::Manager, |tx| {
        decision::decide(tx, review, version, refusal(None))
    });
    assert_eq!(outcome.expect("a decision"), Outcome::Proposed);
    (customer, review, proposal(app).0)
}

fn approve(app: &TestApp, by: Persona, id: Uuid) -> Response {
    app.sign_in(by)
        .post(&format!("/approvals/{id}/approve"), &[])
}

fn send_back(app: &TestApp, by: Persona, id: Uuid, points: &str) -> Response {
    app.sign_in(by)
        .post(&format!("/approvals/{id}/reject"), &[("points", points)])
}

#[test]
fn high_risk_and_branches_of_the_policy_ask_for_a_second_person_and_nothing_else_does() {
    let app = TestApp::start();
    let decide = |customer: Uuid, review, risk| {
        let version = row(&app, customer).1;
        act(&app, Persona::Manager, |tx| {
            decision::decide(tx, review, version, refusal(risk))
        })
        .expect("a decision")
    };
    let (low, review) = claimed(&app, Some("low"));
    assert_eq!(decide(low, review, None), Outcome::Decided);
    // A refusal rates nobody; that a validation which does is proposed is asked where four eyes are.
    let (rated, review) = claimed(&app, Some("low"));
    assert_eq!(decide(rated, review, Some(Risk::High)), Outcome::Decided);
    let risk: Option<String> = customers::table
        .filter(customers::id.eq(rated))
        .select(customers::risk)
        .first(&mut app.owner())
        .expect("the customer");
    assert_eq!(risk.as_deref(), Some("low"));
    let (high, review) = claimed(&app, Some("high"));
    assert_eq!(decide(high, review, None), Outcome::Proposed);
    assert_eq!(row(&app, high).0, "pending", "nothing has moved yet");
    let policy = Policy {
        second_approval_branches: vec!["london".to_owned()],
        ..Policy::default()
    };
    act(&app, Persona::Admin, |tx| changes::change(tx, 0, &policy)).expect("a policy");
    let (branch, review) = claimed(&app, Some("low"));
    assert_eq!(decide(branch, review, None), Outcome::Proposed);
}

#[test]
fn a_second_person_agrees_and_both_names_stand_on_the_round() {
    let app = TestApp::start();
    let (customer, review, id) = proposed(&app);
    let page = app.sign_in(Persona::Admin).get("/approvals");
    let text = page.texts("article").concat();
    for said in [
        "Refuse",
        "Inês Falcão",
        "Manager",
        "What was declared differs",
        WHY,
        "High",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let done = approve(&app, Persona::Admin, id);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(done.header("location"), Some("/approvals?done=approved"));
    assert_eq!(row(&app, customer).0, "refused");
    let (decision, by, second, version): (Option<String>, Option<Uuid>, Option<Uuid>, Option<i32>) =
        reviews::table
            .filter(reviews::id.eq(review.0))
            .select((
                reviews::decision,
                reviews::decided_by,
                reviews::countersigned_by,
                reviews::policy_version,
            ))
            .first(&mut app.owner())
            .expect("the round");
    assert_eq!(decision.as_deref(), Some("refused"));
    assert_eq!(by, Some(app.staff(Persona::Manager)));
    assert_eq!(second, Some(app.staff(Persona::Admin)));
    assert_eq!(version, Some(0));
    let check: String = verifications::table
        .filter(verifications::review_id.eq(review.0))
        .select(verifications::status)
        .first(&mut app.owner())
        .expect("its check");
    assert_eq!(check, "failed");
    let after = app.sign_in(Persona::Admin).get("/approvals?done=approved");
    assert!(after.text().contains("Nothing waits for a second person"));
    assert_eq!(approve(&app, Persona::SecondAdmin, id).status, 409, "once");
}

#[test]
fn nobody_agrees_to_their_own_proposal_admins_included() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| {
        new.kyc = "validated";
        new.risk = Some("high");
    });
    let asked = override_of(&app, customer, "refused", 1);
    assert_eq!(asked.header("location"), Some("/approvals?done=asked"));
    let id = proposal(&app).0;
    let own = app.sign_in(Persona::Admin).get("/approvals?done=asked");
    assert!(own.text().contains("Waiting: you proposed this"));
    assert!(own.attributes("article form", "action").is_empty());
    for answer in [
        approve(&app, Persona::Admin, id),
        send_back(&app, Persona::Admin, id, "I have thought about it again."),
    ] {
        assert_eq!(answer.status, 409);
        assert!(
            answer.text().contains("You proposed this"),
            "{}",
            answer.text()
        );
    }
    assert_eq!(row(&app, customer).0, "validated");
    // The database holds it too, whoever writes.
    let by_sql = app.owner().batch_execute(&format!(
        "UPDATE proposals SET state = 'approved', approved_by = proposed_by, settled_by = proposed_by, settled_at = now() WHERE id = '{id}'"
    ));
    let refused = by_sql.expect_err("a CHECK").to_string();
    assert!(refused.contains("violates check constraint"), "{refused}");
    assert_eq!(approve(&app, Persona::Manager, id).status, 303);
    assert_eq!(row(&app, customer).0, "refused");
}

#[test]
fn an_officer_agrees_to_nothing_and_other_branches_are_not_there() {
    let app = TestApp::start();
    let paris = app.acme.branch("paris");
    let customer = make::customer(&app, |new| {
        new.kyc = "refused";
        new.branch_id = paris;
    });
    assert_eq!(override_of(&app, customer, "validated", 1).status, 303);
    let id = proposal(&app).0;
    assert_eq!(app.sign_in(Persona::Officer).get("/approvals").status, 403);
    assert_eq!(approve(&app, Persona::Officer, id).status, 403);
    let list = app.sign_in(Persona::Manager).get("/approvals");
    assert!(list.texts("article").is_empty());
    assert_eq!(approve(&app, Persona::Manager, id).status, 404);
    assert_eq!(approve(&app, Persona::Other, id).status, 404);
    assert_eq!(approve(&app, Persona::SecondAdmin, id).status, 303);
    assert_eq!(row(&app, customer).0, "validated");
}

fn override_of(app: &TestApp, customer: Uuid, to: &str, version: i32) -> Response {
    app.sign_in(Persona::Admin).post(
        &format!("/customers/{customer}/override"),
        &[
            ("status", to),
            ("reason", WHY),
            ("version", &version.to_string()),
            ("step", "apply"),
        ],
    )
}

#[test]
fn it_is_sent_back_with_points_and_the_round_is_the_proposers_again() {
    let app = TestApp::start();
    let (customer, review, id) = proposed(&app);
    let short = send_back(&app, Persona::Admin, id, "  too few ");
    assert_eq!(short.status, 422);
    assert!(short.body.contains("too few"), "what was typed comes back");
    let named = format!("#{id}-points");
    assert!(
        short
            .attributes(".error-summary a", "href")
            .contains(&named)
    );
    let points = "Name the document that shows it.";
    let done = send_back(&app, Persona::Admin, id, points);
    assert_eq!(done.header("location"), Some("/approvals?done=sent-back"));
    let (state, said, approved): (String, Option<String>, Option<Uuid>) = proposals::table
        .select((proposals::state, proposals::points, proposals::approved_by))
        .first(&mut app.owner())
        .expect("the proposal");
    assert_eq!(
        (state.as_str(), said.as_deref(), approved),
        ("sent_back", Some(points), None)
    );
    let holder: Option<Uuid> = reviews::table
        .filter(reviews::id.eq(review.0))
        .select(reviews::assignee)
        .first(&mut app.owner())
        .expect("the round");
    assert_eq!(holder, Some(app.staff(Persona::Manager)));
    let form = app
        .sign_in(Persona::Manager)
        .get(&format!("/reviews/{}/decision", review.0));
    assert_eq!(
        form.texts(".notice.tone-two h2"),
        ["Sent back by the second person"]
    );
    assert_eq!(form.texts(".notice.tone-two p"), [points]);
    for (state, heading) in [
        ("returned", "Something changed before anybody agreed"),
        ("lapsed", "Nobody agreed in time"),
    ] {
        diesel::update(proposals::table)
            .set((
                proposals::state.eq(state),
                proposals::points.eq(None::<String>),
            ))
            .execute(&mut app.owner())
            .expect("another end");
        let form = app
            .sign_in(Persona::Manager)
            .get(&format!("/reviews/{}/decision", review.0));
        assert_eq!(form.texts(".notice.tone-two h2"), [heading]);
    }
    let (kyc, version) = row(&app, customer);
    assert_eq!(kyc, "pending");
    let again = act(&app, Persona::Manager, |tx| {
        decision::decide(tx, review, version, refusal(None))
    });
    assert_eq!(again.expect("a decision"), Outcome::Proposed);
    assert_eq!(
        approve(&app, Persona::Admin, id).status,
        409,
        "the old one is over"
    );
}

#[test]
fn nobody_is_asked_twice_about_one_customer() {
    let app = TestApp::start();
    let (customer, review, _) = proposed(&app);
    let version = row(&app, customer).1;
    let again = act(&app, Persona::Manager, |tx| {
        decision::decide(tx, review, version, refusal(None))
    });
    assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
}

#[test]
fn while_a_second_person_is_asked_nobody_decides_around_them() {
    let app = TestApp::start();
    let (customer, review, _) = proposed(&app);
    let version = || row(&app, customer).1;
    for decided in [Kyc::Refused, Kyc::Incomplete] {
        let again = act(&app, Persona::Manager, |tx| {
            let mut anew = refusal(Some(Risk::Low));
            anew.decision = decided;
            anew.message = "Please write to us.".to_owned();
            decision::decide(tx, review, version(), anew)
        });
        assert!(matches!(again, Err(Error::Refused(_))), "{decided}");
    }
    let check: Uuid = verifications::table
        .filter(verifications::review_id.eq(review.0))
        .select(verifications::id)
        .first(&mut app.owner())
        .expect("its check");
    let around = app.sign_in(Persona::Admin).post(
        &format!("/verifications/{check}/override"),
        &[
            ("status", "failed"),
            ("reason", WHY),
            ("version", &version().to_string()),
            ("step", "apply"),
        ],
    );
    assert_eq!(around.status, 409, "an admin's override neither");
    assert_eq!(row(&app, customer).0, "pending");
    assert_eq!(proposal(&app).1, "open");

    // A revocation that waits is not got around by lowering the risk first.
    let high = make::customer(&app, |new| {
        new.kyc = "validated";
        new.risk = Some("high");
    });
    let mut manager = app.sign_in(Persona::Manager);
    let mut revoke = |version: &str| {
        let fields = [
            ("reason", "data_mismatch"),
            ("comment", WHY),
            ("version", version),
        ];
        manager.post(&format!("/customers/{high}/revoke"), &fields)
    };
    assert_eq!(
        revoke("1").header("location"),
        Some("/approvals?done=asked")
    );
    assert_eq!(revoke("2").status, 409);
    let lower = app.sign_in(Persona::Manager).post(
        &format!("/customers/{high}/risk"),
        &[("risk", "low"), ("reason", WHY), ("version", "2")],
    );
    assert_eq!(lower.status, 409);
    assert_eq!(row(&app, high), ("validated".to_owned(), 2));
}

#[test]
fn what_nobody_answers_lapses_once_with_two_servers() {
    let app = TestApp::start();
    let (customer, _, id) = proposed(&app);
    app.clock
        .advance(TimeDelta::days(14) - TimeDelta::seconds(1));
    assert_eq!(
        deadlines::sweep(&database(&app)).expect("a sweep").lapsed,
        0
    );
    app.clock.advance(TimeDelta::seconds(1));
    let late = approve(&app, Persona::Admin, id);
    assert_eq!(late.status, 409);
    assert!(late.text().contains("lapsed"));
    let before = app.actions().len();
    let lapsed: usize = std::thread::scope(|scope| {
        let sweeps: Vec<_> = (0..2)
            .map(|_| {
                let db = database(&app);
                scope.spawn(move || deadlines::sweep(&db).expect("a sweep").lapsed)
            })
            .collect();
        sweeps
            .into_iter()
            .map(|sweep| sweep.join().expect("a sweep"))
            .sum()
    });
    assert_eq!(lapsed, 1);
    assert_eq!(proposal(&app).1, "lapsed");
    assert_eq!(app.actions().split_off(before), ["approval.returned"]);
    assert_eq!(row(&app, customer).0, "pending");
}

#[test]
fn data_that_changed_meanwhile_returns_it() {
    let app = TestApp::start();
    let (customer, _, id) = proposed(&app);
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set(customers::version.eq(customers::version + 1))
        .execute(&mut app.owner())
        .expect("a change");
    let list = app.sign_in(Persona::Admin).get("/approvals");
    assert!(list.text().contains("The data changed since"));
    let done = approve(&app, Persona::Admin, id);
    assert_eq!(done.header("location"), Some("/approvals?done=returned"));
    let said = app.sign_in(Persona::Admin).get("/approvals?done=returned");
    assert!(said.text().contains("Not approved"));
    assert_eq!(proposal(&app).1, "returned");
    assert_eq!(row(&app, customer).0, "pending");
}

#[test]
fn of_two_who_agree_at_once_one_wins() {
    let app = TestApp::start();
    let (_, _, id) = proposed(&app);
    let start = std::sync::Barrier::new(2);
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let racers: Vec<_> = [Persona::Admin, Persona::SecondAdmin]
            .into_iter()
            .map(|by| {
                let (mut browser, start) = (app.sign_in(by), &start);
                scope.spawn(move || {
                    start.wait();
                    browser
                        .post(&format!("/approvals/{id}/approve"), &[])
                        .status
                })
            })
            .collect();
        racers
            .into_iter()
            .map(|racer| racer.join().expect("a racer"))
            .collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let decided = app.actions();
    assert_eq!(
        decided
            .iter()
            .filter(|one| *one == "review.decided")
            .count(),
        1
    );
}

#[test]
fn whoever_submitted_the_round_is_no_second_person_for_it() {
    let app = TestApp::start();
    let (_, review, id) = proposed(&app);
    diesel::update(reviews::table.filter(reviews::id.eq(review.0)))
        .set(reviews::submitted_id.eq(app.staff(Persona::Admin)))
        .execute(&mut app.owner())
        .expect("a submitter");
    let own = approve(&app, Persona::Admin, id);
    assert_eq!(own.status, 409);
    assert!(
        own.text().contains("You requested this review"),
        "{}",
        own.text()
    );
    assert_eq!(approve(&app, Persona::SecondAdmin, id).status, 303);
}

#[test]
fn the_override_of_a_check_waits_too_and_decides_its_round() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| {
        new.kyc = "pending";
        new.risk = Some("high");
    });
    let (review, check) = make::open_review(&app, customer, 1);
    let path = format!("/verifications/{check}/override");
    let fields = [("status", "failed"), ("reason", WHY), ("version", "1")];
    let confirm = app.sign_in(Persona::Admin).post(&path, &fields);
    assert!(
        confirm.text().contains("A second person must agree"),
        "{}",
        confirm.text()
    );
    let fields = [&fields[..], &[("step", "apply")]].concat();
    assert_eq!(app.sign_in(Persona::Admin).post(&path, &fields).status, 303);
    assert_eq!(
        approve(&app, Persona::Manager, proposal(&app).0).status,
        303
    );
    assert_eq!(row(&app, customer).0, "refused");
    let (by, second): (Option<Uuid>, Option<Uuid>) = reviews::table
        .filter(reviews::id.eq(review))
        .select((reviews::decided_by, reviews::countersigned_by))
        .first(&mut app.owner())
        .expect("the round");
    assert_eq!(by, Some(app.staff(Persona::Admin)));
    assert_eq!(second, Some(app.staff(Persona::Manager)));
}

#[test]
fn a_manager_revokes_with_reasons_and_high_risk_asks_another() {
    let app = TestApp::start();
    let revoke = |by, customer: Uuid, fields: &[(&str, &str)]| {
        let path = format!("/customers/{customer}/revoke");
        app.sign_in(by).post(&path, fields)
    };
    let good = [
        ("reason", "data_mismatch"),
        ("reason", "suspicion"),
        ("comment", WHY),
        ("message", "We cannot go on."),
        ("version", "1"),
    ];
    let low = make::customer(&app, |new| {
        new.kyc = "review_needed";
        new.next_review_on = Some("2027-01-01".parse().expect("a day"));
    });
    let wrong = revoke(
        Persona::Manager,
        low,
        &[("comment", "short"), ("version", "1")],
    );
    assert_eq!(wrong.status, 422);
    let named = wrong.attributes(".error-summary a", "href");
    assert_eq!(named, ["#reason-document_expired", "#comment"]);
    let stale: Vec<_> = good
        .iter()
        .map(|(name, value)| (*name, if *name == "version" { "7" } else { *value }))
        .collect();
    assert_eq!(revoke(Persona::Manager, low, &stale).status, 409);
    let done = revoke(Persona::Manager, low, &good);
    assert_eq!(
        done.header("location"),
        Some(format!("/customers/{low}?done=revoked").as_str())
    );
    assert_eq!(row(&app, low), ("refused".to_owned(), 2));
    let (round_type, codes, comment): (String, Vec<Option<String>>, Option<String>) =
        reviews::table
            .filter(reviews::customer_id.eq(low))
            .select((
                reviews::type_,
                diesel::dsl::sql::<
                    diesel::sql_types::Array<diesel::sql_types::Nullable<diesel::sql_types::Text>>,
                >("reason_codes"),
                reviews::comment,
            ))
            .first(&mut app.owner())
            .expect("a round");
    assert_eq!(
        (round_type.as_str(), codes.len(), comment.as_deref()),
        ("EVENT", 2, Some(WHY))
    );
    assert_eq!(
        revoke(
            Persona::Manager,
            low,
            &[&good[..4], &[("version", "2")]].concat()
        )
        .status,
        409
    );
    assert_eq!(revoke(Persona::Officer, low, &good).status, 403);

    let high = make::customer(&app, |new| {
        new.kyc = "validated";
        new.risk = Some("high");
    });
    let asked = revoke(Persona::Manager, high, &good);
    assert_eq!(asked.header("location"), Some("/approvals?done=asked"));
    assert_eq!(row(&app, high).0, "validated");
    assert_eq!(approve(&app, Persona::Admin, proposal(&app).0).status, 303);
    assert_eq!(row(&app, high).0, "refused");
}

#[test]
fn a_manager_sets_the_risk_with_a_reason() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let path = format!("/customers/{customer}/risk");
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(manager.get(&path).status, 200);
    let wrong = manager.post(
        &path,
        &[("risk", "huge"), ("reason", "why"), ("version", "1")],
    );
    assert_eq!(wrong.status, 422);
    assert_eq!(
        wrong.attributes(".error-summary a", "href"),
        ["#risk-low", "#reason"]
    );
    let unseen = "\u{200B}".repeat(20);
    let blank = [("risk", "high"), ("reason", &unseen), ("version", "1")];
    assert_eq!(manager.post(&path, &blank).status, 422);
    let good = [("risk", "high"), ("reason", WHY), ("version", "1")];
    assert_eq!(manager.post(&path, &good).status, 303);
    assert_eq!(row(&app, customer).1, 2);
    assert_eq!(manager.post(&path, &good).status, 409, "stale");
    let risk: (Option<String>, Option<String>) = customers::table
        .filter(customers::id.eq(customer))
        .select((customers::risk, customers::risk_reason))
        .first(&mut app.owner())
        .expect("the customer");
    assert_eq!(risk, (Some("high".to_owned()), Some(WHY.to_owned())));
    assert_eq!(app.actions(), ["customer.rated"]);
}

#[test]
fn the_list_is_read_page_by_page_oldest_first() {
    let app = TestApp::start();
    let mut made = Vec::new();
    for _ in 0..27 {
        let customer = make::customer(&app, |new| new.kyc = "validated");
        made.push(make::proposal(&app, &app.acme, customer).to_string());
        app.clock.advance(TimeDelta::seconds(1));
    }
    let mut manager = app.sign_in(Persona::Manager);
    let first = manager.get("/approvals");
    assert!(first.text().contains("27 waiting"));
    let next = first.attributes("a[rel=next]", "href");
    let second = manager.get(&next[0]);
    assert!(second.attributes("a[rel=next]", "href").is_empty());
    assert_eq!(second.attributes("a[rel=first]", "href"), ["/approvals"]);
    let mut seen = first.attributes("article", "id");
    seen.extend(second.attributes("article", "id"));
    assert_eq!(seen, made);
    assert_eq!(manager.get("/approvals?after=here").status, 400);
}
