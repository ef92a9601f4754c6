//! Overrides: what is offered, confirmed, done and refused, and what is said when somebody was faster.

use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::{customers, reviews, verifications};

use crate::support::{Persona, Response, TestApp, make};

const REASON: &str = "Seen the original at the counter.";

struct Facts {
    kyc: String,
    version: i32,
    next: Option<chrono::NaiveDate>,
    refused: bool,
}

fn facts(app: &TestApp, customer: Uuid) -> Facts {
    let (kyc, version, next, refused): (
        String,
        i32,
        Option<chrono::NaiveDate>,
        Option<chrono::DateTime<chrono::Utc>>,
    ) = customers::table
        .filter(customers::id.eq(customer))
        .select((
            customers::kyc,
            customers::version,
            customers::next_review_on,
            customers::refused_at,
        ))
        .first(&mut app.owner())
        .expect("the customer");
    Facts {
        kyc,
        version,
        next,
        refused: refused.is_some(),
    }
}

fn status(app: &TestApp, check: Uuid) -> String {
    verifications::table
        .filter(verifications::id.eq(check))
        .select(verifications::status)
        .first(&mut app.owner())
        .expect("the check")
}

/// Goes all the way, as a person without JavaScript does: form, confirmation, result.
fn walk(app: &TestApp, path: &str, status: &str) -> Response {
    let mut admin = app.sign_in(Persona::Admin);
    let form = admin.get(path);
    assert_eq!(form.status, 200, "{}", form.text());
    let mut fields = form.form(path);
    fields.retain(|(name, _)| name != "status" && name != "reason");
    fields.push(("status".to_owned(), status.to_owned()));
    fields.push(("reason".to_owned(), REASON.to_owned()));
    let confirm = send(&mut admin, path, &fields);
    if confirm.status != 200 {
        return confirm;
    }
    assert!(confirm.body.contains(REASON) && confirm.body.contains("Nothing has changed yet"));
    let mut fields = confirm.form(path);
    fields.push(("step".to_owned(), "apply".to_owned()));
    send(&mut admin, path, &fields)
}

fn send(
    browser: &mut crate::support::Browser,
    path: &str,
    fields: &[(String, String)],
) -> Response {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(path, &fields)
}

fn apply(app: &TestApp, path: &str, status: &str, version: i32) -> Response {
    app.sign_in(Persona::Admin).post(
        path,
        &[
            ("status", status),
            ("reason", REASON),
            ("version", &version.to_string()),
            ("step", "apply"),
        ],
    )
}

#[test]
fn the_current_reviews_check_decides_the_review() {
    for (to, kyc, refused) in [
        ("verified", "validated", false),
        ("failed", "refused", true),
        ("expired", "draft", false),
    ] {
        let app = TestApp::start();
        let customer = make::customer(&app, |new| {
            new.kyc = "pending";
            new.risk = Some("low");
        });
        let (review, check) = make::open_review(&app, customer, 1);
        let done = walk(&app, &format!("/verifications/{check}/override"), to);
        assert_eq!(done.status, 303, "{to}: {}", done.text());
        let after = facts(&app, customer);
        assert_eq!(
            (status(&app, check).as_str(), after.kyc.as_str()),
            (to, kyc)
        );
        assert_eq!((after.version, after.refused), (2, refused));
        let day = (kyc == "validated").then(|| "2031-11-16".parse().expect("a day"));
        assert_eq!(after.next, day);
        let (state, decision): (String, Option<String>) = reviews::table
            .filter(reviews::id.eq(review))
            .select((reviews::state, reviews::decision))
            .first(&mut app.owner())
            .expect("the review");
        assert_eq!(
            (state.as_str(), decision.as_deref()),
            ("decided", Some(kyc))
        );
        assert_eq!(
            app.actions()
                .iter()
                .filter(|action| *action == "verification.overridden" || *action == "customer.moved")
                .count(),
            2
        );
    }
}

/// What was decided stays as it was decided: the override stands beside it.
#[test]
fn the_check_of_a_decided_round_moves_the_customer_and_not_the_decision() {
    for (to, kyc, refused) in [
        ("expired", "review_needed", false),
        ("failed", "refused", true),
    ] {
        let app = TestApp::start();
        let customer = make::customer(&app, |new| {
            new.kyc = "pending";
            new.risk = Some("low");
        });
        let (review, check) = make::open_review(&app, customer, 1);
        let path = format!("/verifications/{check}/override");
        assert_eq!(walk(&app, &path, "verified").status, 303);
        let decision = || -> (String, Option<String>, Option<Uuid>, Option<chrono::DateTime<chrono::Utc>>) {
            reviews::table
                .filter(reviews::id.eq(review))
                .select((reviews::state, reviews::decision, reviews::decided_by, reviews::decided_at))
                .first(&mut app.owner())
                .expect("the review")
        };
        let before = decision();
        app.clock.advance(chrono::TimeDelta::hours(1));
        let done = walk(&app, &path, to);
        assert_eq!(done.status, 303, "{to}: {}", done.text());
        let after = facts(&app, customer);
        assert_eq!(
            (status(&app, check).as_str(), after.kyc.as_str()),
            (to, kyc)
        );
        assert_eq!(after.refused, refused);
        assert_eq!(decision(), before);
        // A refusal is a decision, and stands on a round of its own with its check; the other is none.
        let rounds: Vec<(i32, Option<String>, Option<String>)> = reviews::table
            .filter(reviews::customer_id.eq(customer))
            .filter(reviews::id.ne(review))
            .select((reviews::round, reviews::decision, reviews::comment))
            .load(&mut app.owner())
            .expect("rounds");
        let own = (2, Some("refused".to_owned()), Some(REASON.to_owned()));
        assert_eq!(rounds, if refused { vec![own] } else { vec![] });
        let page = app
            .sign_in(Persona::Officer)
            .get(&format!("/customers/{customer}"));
        assert_eq!(page.status, 200);
    }
}

#[test]
fn a_check_of_no_round_or_an_earlier_one_moves_alone() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "pending");
    let (_, earlier) = make::open_review(&app, customer, 1);
    make::open_review(&app, customer, 2);
    let loose = make::verification(&app, customer, |_| {});
    for check in [earlier, loose] {
        let done = walk(&app, &format!("/verifications/{check}/override"), "failed");
        assert_eq!(done.status, 303, "{}", done.text());
        assert_eq!(status(&app, check), "failed");
    }
    assert_eq!(facts(&app, customer).kyc, "pending");
    assert!(!app.actions().contains(&"customer.moved".to_owned()));
}

#[test]
fn a_customer_override_closes_a_round_of_its_own_with_its_own_check() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let done = walk(&app, &format!("/customers/{customer}/override"), "refused");
    assert_eq!(done.status, 303, "{}", done.text());
    let after = facts(&app, customer);
    assert!(after.kyc == "refused" && after.refused && after.next.is_none());
    let (round, kind, state): (i32, String, String) = reviews::table
        .filter(reviews::customer_id.eq(customer))
        .select((reviews::round, reviews::type_, reviews::state))
        .first(&mut app.owner())
        .expect("a review");
    assert_eq!(
        (round, kind.as_str(), state.as_str()),
        (1, "EVENT", "decided")
    );
    let (of, provider, status): (String, String, String) = verifications::table
        .filter(verifications::customer_id.eq(customer))
        .select((
            verifications::verification_type,
            verifications::provider,
            verifications::status,
        ))
        .first(&mut app.owner())
        .expect("a check");
    assert_eq!(
        (of.as_str(), provider.as_str(), status.as_str()),
        ("kyc", "manual", "failed")
    );
}

#[test]
fn what_is_not_lawful_is_neither_offered_nor_done() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "draft");
    let check = make::verification(&app, customer, |new| new.status = "failed");
    let paths = [
        (format!("/customers/{customer}/override"), "validated"),
        (format!("/verifications/{check}/override"), "verified"),
    ];
    for (path, to) in &paths {
        let form = app.sign_in(Persona::Admin).get(path);
        assert!(form.attributes("input[name=status]", "value").is_empty());
        assert!(form.body.contains("Nothing to choose"));
        let done = apply(&app, path, to, 1);
        assert_eq!(done.status, 409, "{}", done.text());
    }
    assert_eq!(facts(&app, customer).kyc, "draft");
    assert_eq!(status(&app, check), "failed");
}

#[test]
fn out_of_a_refusal_and_for_high_risk_a_second_person_is_asked() {
    let app = TestApp::start();
    let refused = make::customer(&app, |new| new.kyc = "refused");
    let high = make::customer(&app, |new| {
        new.kyc = "validated";
        new.risk = Some("high");
    });
    for (customer, kyc, to) in [
        (refused, "refused", "validated"),
        (high, "validated", "refused"),
    ] {
        let path = format!("/customers/{customer}/override");
        let done = walk(&app, &path, to);
        assert_eq!(done.header("location"), Some("/approvals?done=asked"));
        let page = app.sign_in(Persona::Admin).follow(&done);
        assert!(page.text().contains("it waits for a second person"));
        // Nothing moved but the version: something hangs on the customer now.
        let after = facts(&app, customer);
        assert_eq!((after.kyc.as_str(), after.version), (kyc, 2));
        let again = apply(&app, &path, to, 2);
        assert_eq!(again.status, 409);
        assert!(
            again.text().contains("A second person is asked"),
            "{}",
            again.text()
        );
    }
    assert_eq!(app.actions(), ["approval.asked", "approval.asked"]);
}

#[test]
fn a_short_reason_and_no_status_are_said_beside_their_fields() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let path = format!("/customers/{customer}/override");
    let back = app.sign_in(Persona::Admin).post(
        &path,
        &[
            ("reason", "   ünlüüüü   "),
            ("version", "1"),
            ("step", "apply"),
        ],
    );
    assert_eq!(back.status, 422);
    assert!(back.text().contains("Choose the new status"));
    assert!(
        back.text().contains("Say in at least 10 characters why"),
        "{}",
        back.text()
    );
    assert!(back.body.contains("ünlüüüü"));
}

#[test]
fn a_stale_version_is_told_what_changed_and_keeps_the_reason() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let path = format!("/customers/{customer}/override");
    assert_eq!(apply(&app, &path, "review_needed", 1).status, 303);
    let late = apply(&app, &path, "refused", 1);
    assert_eq!(late.status, 409);
    for there in [
        "something changed",
        "Admin Person",
        "Overrode the KYC status",
        REASON,
    ] {
        assert!(late.text().contains(there), "{there}: {}", late.text());
    }
    assert_eq!(late.attributes("input[name=version]", "value"), ["2"]);
    assert_eq!(facts(&app, customer).kyc, "review_needed");
}

#[test]
fn of_two_admins_at_once_one_wins_and_one_is_told() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let path = format!("/customers/{customer}/override");
    let mut browsers = [
        app.sign_in(Persona::Admin),
        app.sign_in(Persona::SecondAdmin),
    ];
    let start = std::sync::Barrier::new(2);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let racers: Vec<_> = browsers
            .iter_mut()
            .zip(["refused", "canceled"])
            .map(|(browser, to)| {
                let (start, path) = (&start, &path);
                scope.spawn(move || {
                    start.wait();
                    let fields = [
                        ("status", to),
                        ("reason", REASON),
                        ("version", "1"),
                        ("step", "apply"),
                    ];
                    browser.post(path, &fields).status
                })
            })
            .collect();
        racers
            .into_iter()
            .map(|racer| racer.join().expect("a racer"))
            .collect()
    });
    let mut sorted = statuses.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [303, 409]);
    assert_eq!(facts(&app, customer).version, 2);
    assert_eq!(
        app.actions()
            .iter()
            .filter(|action| *action == "customer.overridden")
            .count(),
        1
    );
}

#[test]
fn nobody_decides_what_they_submitted_but_may_send_it_back() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "pending");
    let (review, check) = make::open_review(&app, customer, 1);
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set(reviews::submitted_id.eq(app.staff(Persona::Admin)))
        .execute(&mut app.owner())
        .expect("a submitter");
    let path = format!("/verifications/{check}/override");
    assert_eq!(apply(&app, &path, "verified", 1).status, 409);
    assert_eq!(apply(&app, &path, "expired", 1).status, 303);
    assert_eq!(facts(&app, customer).kyc, "draft");
}

#[test]
fn a_company_is_not_validated_before_its_members() {
    let app = TestApp::start();
    let company = make::company(&app, "Figueiredo & Filhos");
    let owner = make::customer(&app, |new| new.kyc = "draft");
    make::relation(&app, company, owner, "beneficial_owner", Some(60));
    diesel::update(customers::table.filter(customers::id.eq(company)))
        .set(customers::kyc.eq("review_needed"))
        .execute(&mut app.owner())
        .expect("a status");
    let path = format!("/customers/{company}/override");
    let version = facts(&app, company).version;
    let done = apply(&app, &path, "validated", version);
    assert_eq!(done.status, 409);
    assert!(done.text().contains("required member"));
}

#[test]
fn only_admins_and_only_their_own_organisation() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let path = format!("/customers/{customer}/override");
    for role in [Persona::Auditor, Persona::Officer, Persona::Manager] {
        assert_eq!(app.sign_in(role).get(&path).status, 403);
    }
    assert_eq!(app.sign_in(Persona::Other).get(&path).status, 404);
}

#[test]
fn as_a_dialog_the_steps_stay_in_it_and_the_end_is_a_redirect() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let path = format!("/customers/{customer}/override");
    let mut admin = app.sign_in(Persona::Admin);
    let form = admin.fragment(&path, "dialog");
    assert!(form.body.contains("<dialog") && !form.body.contains("<html"));
    let htmx = [("hx-request", "true"), ("hx-target", "dialog")];
    let wrong = admin.post_with(&path, &[("version", "1")], &htmx);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("<dialog") && !wrong.body.contains("<html"));
    let fields = [
        ("status", "refused"),
        ("reason", REASON),
        ("version", "1"),
        ("step", "apply"),
    ];
    let done = admin.post_with(&path, &fields, &htmx);
    assert_eq!(done.status, 204);
    assert_eq!(
        done.header("hx-redirect"),
        Some(format!("/customers/{customer}?done=overridden").as_str())
    );
}

#[test]
fn the_check_of_an_overridden_kyc_tells_who_made_it_and_why() {
    use vouch::schema::audit_entries;
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let path = format!("/customers/{customer}/override");
    assert_eq!(apply(&app, &path, "refused", 1).status, 303);
    let check: Uuid = verifications::table
        .filter(verifications::customer_id.eq(customer))
        .select(verifications::id)
        .first(&mut app.owner())
        .expect("its own check");
    let entries: Vec<(Uuid, Option<Uuid>, String)> = audit_entries::table
        .filter(audit_entries::action.eq_any(["customer.overridden", "verification.created"]))
        .order(audit_entries::action)
        .select((
            audit_entries::request_id,
            audit_entries::subject_id,
            audit_entries::action,
        ))
        .load(&mut app.owner())
        .expect("the entries");
    let [kyc, own] = entries.as_slice() else {
        panic!("one entry for each subject: {entries:?}");
    };
    assert_eq!(kyc.0, own.0, "in one request");
    assert_eq!((kyc.1, own.1), (Some(customer), Some(check)));
    let page = app
        .sign_in(Persona::Auditor)
        .get(&format!("/verifications/{check}"));
    let moves = page.texts("#moves").concat();
    assert!(moves.contains(REASON) && moves.contains("Admin Person"));
    assert!(moves.contains("to Failed"), "{moves}");
}
