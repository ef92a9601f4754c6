//! What comes after somebody was accepted: a revocation and what is asked for then, and next reviews at the ends of months.

use super::*;

/// Status, kycLevel, kycReview and the kind of review.
fn numbers(ours: &Machine<'_>, user: i64) -> Value {
    let kyc = ours.kyc(user);
    json!([
        kyc["kycStatus"],
        kyc["kycLevel"],
        kyc["kycReview"],
        kyc["kycReviewType"]
    ])
}

/// The manager takes back that a user was accepted.
fn revoke(app: &TestApp, user: i64) {
    let version: i32 = customers::table
        .filter(customers::number.eq(user))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the user");
    let version = version.to_string();
    let mut fields = vec![("version", version.as_str())];
    // All of a refusal but what is decided: a revocation is nothing else.
    fields.extend_from_slice(&REFUSE[1..]);
    let path = format!("/customers/{}/revoke", id(app, user));
    let done = app.sign_in(Persona::Manager).post(&path, &fields);
    assert_eq!(done.status, 303, "{}", done.text());
}

#[test]
fn whoever_was_accepted_refused_and_closed_begins_at_the_first_level_again() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.complete(user);
    ours.review(user).good();
    decide(&app, user, &VALIDATE);
    let stands = |expected: Value| assert_eq!(numbers(&ours, user), expected);
    stands(json!(["VALIDATED", 2, 2, "ONBOARDING"]));
    revoke(&app, user);
    stands(json!(["REFUSED", 4, 3, "EVENT"]));
    assert_eq!(ours.kyc(user)["nextReviewDate"], Value::Null);
    assert_eq!(ours.review(user).error().0, 409);
    app.clock.advance(TimeDelta::days(90));
    sweep(&app);
    stands(json!(["CANCELED", 4, 3, "EVENT"]));
    // They are accepted no longer, so it is no later round.
    ours.review(user).good();
    stands(json!(["PENDING", 0, 1, "ONBOARDING"]));
    decide(&app, user, &VALIDATE);
    stands(json!(["VALIDATED", 2, 2, "ONBOARDING"]));
}

/// It is noon of a day, and what is due by then is done.
fn noon(app: &TestApp, day: &str) {
    let day: chrono::NaiveDate = day.parse().expect("a day");
    let noon = day.and_hms_opt(12, 0, 0).expect("a time").and_utc();
    app.clock.advance(noon - app.clock.now());
    sweep(app);
}

#[test]
fn three_months_before_the_last_of_may_is_the_last_of_february() {
    let app = TestApp::start();
    let ours = ours(&app);
    // Accepted on a day, for five years.
    let accepted = |day: &str, next: &str| {
        noon(&app, day);
        let user = ours.user(&person());
        ours.complete(user);
        ours.review(user).good();
        decide(&app, user, &VALIDATE);
        assert_eq!(ours.kyc(user)["nextReviewDate"], next);
        user
    };
    let leap = accepted("2027-05-31", "2032-05-31");
    let common = accepted("2028-05-31", "2033-05-31");
    for (day, leaps, commons) in [
        ("2032-02-28", "VALIDATED", "VALIDATED"),
        ("2032-02-29", "REVIEWNEEDED", "VALIDATED"),
        ("2033-02-27", "REVIEWNEEDED", "VALIDATED"),
        ("2033-02-28", "REVIEWNEEDED", "REVIEWNEEDED"),
    ] {
        noon(&app, day);
        let standing = [leap, common].map(|user| ours.kyc(user)["kycStatus"].clone());
        assert_eq!(standing, [leaps, commons], "{day}");
    }
}
