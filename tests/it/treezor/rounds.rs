//! The two older numbers and the last review, over rounds of each type.

use super::*;

/// kycStatus, kycReviewType, kycLevel, kycReview.
fn figures(kyc: &Value) -> Value {
    json!([
        kyc["kycStatus"],
        kyc["kycReviewType"],
        kyc["kycLevel"],
        kyc["kycReview"]
    ])
}

/// An accepted user.
fn validated(ours: &Machine<'_>) -> i64 {
    let user = ours.user(&person());
    ours.complete(user);
    ours.review(user).good();
    decide(ours.app, user, &VALIDATE);
    user
}

#[test]
fn a_round_after_an_event_is_a_later_one() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.complete(user);
    let asked = ours.review(user).good();
    assert_eq!(figures(&asked), json!(["PENDING", "ONBOARDING", 0, 1]));
    decide(&app, user, &VALIDATE);
    assert_eq!(
        figures(&ours.kyc(user)),
        json!(["VALIDATED", "ONBOARDING", 2, 2])
    );
    ours.put(&format!("/v1/users/{user}"), &json!({"lastname": "Reis"}))
        .good();
    assert_eq!(
        figures(&ours.kyc(user)),
        json!(["REVIEWNEEDED", "EVENT", 2, 6])
    );
    app.clock.advance(TimeDelta::hours(1));
    let asked = ours.review(user).good();
    assert_eq!(figures(&asked), json!(["PENDING", "EVENT", 2, 7]));
    assert_eq!(ours.kyc(user), asked);
    decide(&app, user, &VALIDATE);
    assert_eq!(
        figures(&ours.kyc(user)),
        json!(["VALIDATED", "EVENT", 2, 2])
    );
}

#[test]
fn an_event_that_an_officer_names_is_one_too() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = validated(&ours);
    let path = format!("/customers/{}/reviews", id(&app, user));
    let fields = [("reason", "The press writes of him.")];
    let asked = app.sign_in(Persona::Officer).post(&path, &fields);
    assert_eq!(asked.status, 303, "{}", asked.text());
    let kyc = ours.kyc(user);
    assert_eq!(figures(&kyc), json!(["PENDING", "EVENT", 2, 7]));
    assert_eq!(kyc["kycReviewComment"], "");
}

#[test]
fn a_periodic_round_is_a_later_one() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = validated(&ours);
    app.clock.advance(TimeDelta::days(365 * 5));
    sweep(&app);
    assert_eq!(
        figures(&ours.kyc(user)),
        json!(["REVIEWNEEDED", "PERIODIC", 2, 6])
    );
    ours.review(user).good();
    assert_eq!(
        figures(&ours.kyc(user)),
        json!(["PENDING", "PERIODIC", 2, 7])
    );
}

#[test]
fn the_next_review_is_as_far_away_as_the_risk_is_small_and_the_list_names_whom_it_is_near() {
    let app = TestApp::start();
    let ours = ours(&app);
    let low = validated(&ours);
    let medium = ours.user(&person());
    ours.complete(medium);
    ours.review(medium).good();
    let fields = [("decision", "validated"), ("risk", "medium")];
    decide(&app, medium, &fields);
    let next = |user: i64| ours.kyc(user)["nextReviewDate"].clone();
    assert_eq!([low, medium].map(next), ["2031-11-16", "2029-11-16"]);
    app.clock.advance(TimeDelta::days(365 * 3));
    sweep(&app);
    for word in ["REVIEWNEEDED", "REVIEW_NEEDED"] {
        let list = ours.get(&format!("/v1/users?kycStatus={word}")).good();
        let users = list["users"].as_array().expect("users");
        assert_eq!(users.len(), 1, "{list}");
        assert_eq!(users[0]["userId"], medium);
    }
    assert_eq!(ours.kyc(medium)["kycStatus"], "REVIEWNEEDED");
    assert_eq!(ours.kyc(low)["kycStatus"], "VALIDATED");
}

#[test]
fn a_request_after_a_canceled_one_opens_a_round_as_the_first_was() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.complete(user);
    ours.review(user).good();
    decide(&app, user, &REFUSE);
    assert_eq!(
        figures(&ours.kyc(user)),
        json!(["REFUSED", "ONBOARDING", 4, 3])
    );
    app.clock.advance(TimeDelta::days(90));
    sweep(&app);
    assert_eq!(
        figures(&ours.kyc(user)),
        json!(["CANCELED", "ONBOARDING", 4, 3])
    );
    let anew = ours.review(user).good();
    assert_eq!(figures(&anew), json!(["PENDING", "ONBOARDING", 0, 1]));
    assert_eq!(anew["kycReviewComment"], "", "what was told then is over");
    let rounds: i64 = reviews::table
        .filter(reviews::customer_id.eq(id(&app, user)))
        .count()
        .get_result(&mut app.owner())
        .expect("rounds");
    assert_eq!(rounds, 2);
    decide(&app, user, &VALIDATE);
    assert_eq!(
        figures(&ours.kyc(user)),
        json!(["VALIDATED", "ONBOARDING", 2, 2])
    );
}

#[test]
fn the_automatic_review_is_a_review() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let last = || ours.kyc(user)["lastReviewDatetime"].clone();
    assert_eq!(last(), Value::Null);
    let asked = ours.review(user).good();
    assert_eq!(
        asked["lastReviewDatetime"],
        Value::Null,
        "as it stood when it was asked for"
    );
    assert_eq!(last(), "2026-11-16T12:00:00Z");
    // It found something again, and then nothing any more: the last that was said is the last review.
    app.clock.advance(TimeDelta::hours(1));
    let asked = ours.review(user).good();
    assert_eq!(asked["lastReviewDatetime"], "2026-11-16T12:00:00Z");
    assert_eq!(last(), "2026-11-16T13:00:00Z");
    ours.complete(user);
    app.clock.advance(TimeDelta::hours(1));
    let asked = ours.review(user).good();
    assert_eq!(asked["lastReviewDatetime"], "2026-11-16T13:00:00Z");
    assert_eq!(ours.kyc(user), asked);
    // An officer's question is one, and so is a decision.
    app.clock.advance(TimeDelta::hours(1));
    let incomplete = [
        ("decision", "incomplete"),
        ("comment", CANARY),
        ("message", "Send the other side of the card."),
    ];
    decide(&app, user, &incomplete);
    assert_eq!(last(), "2026-11-16T15:00:00Z");
    ours.review(user).good();
    app.clock.advance(TimeDelta::hours(1));
    decide(&app, user, &VALIDATE);
    assert_eq!(last(), "2026-11-16T16:00:00Z");
}

/// What asks for two since the last decision is not forgotten because a machine found a paper missing.
#[test]
fn the_automatic_review_is_no_decision() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let customer = id(&app, user);
    let mut manager = app.sign_in(Persona::Manager);
    for risk in ["high", "low"] {
        let version: i32 = customers::table
            .filter(customers::id.eq(customer))
            .select(customers::version)
            .first(&mut app.owner())
            .expect("the customer");
        let version = version.to_string();
        let fields = [
            ("version", version.as_str()),
            ("risk", risk),
            ("reason", "As the press writes of him."),
        ];
        let rated = manager.post(&format!("/customers/{customer}/risk"), &fields);
        assert_eq!(rated.status, 303, "{}", rated.text());
    }
    app.clock.advance(TimeDelta::hours(1));
    ours.review(user).good();
    assert_eq!(ours.kyc(user)["kycStatus"], "INCOMPLETE");
    ours.complete(user);
    ours.review(user).good();
    app.clock.advance(TimeDelta::hours(1));
    decide(&app, user, &VALIDATE);
    assert_eq!(ours.kyc(user)["kycStatus"], "PENDING");
    let waiting: i64 = vouch::schema::proposals::table
        .count()
        .get_result(&mut app.owner())
        .expect("proposals");
    assert_eq!(waiting, 1, "a second person is asked");
}
