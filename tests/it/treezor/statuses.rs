//! Every status of the KYC object, as the desk and the clock make it; both life cycles; what a request may and may not do.

use super::*;

/// The vendor's table: status, number, sentence, and our two older numbers.
const TABLE: [(&str, &str, &str, i64, i64); 7] = [
    (
        "NONE",
        "110001",
        "No request has been submitted for this user yet.",
        0,
        0,
    ),
    (
        "PENDING",
        "110002",
        "The request for verification has been submitted and is currently awaiting review.",
        0,
        1,
    ),
    (
        "INCOMPLETE",
        "110003",
        "Some documents or information are missing; action is required for this user.",
        0,
        0,
    ),
    (
        "REFUSED",
        "110004",
        "Treezor refused to validate the user identity due to non-compliance, fraud suspicion, or ineligible documentation.",
        4,
        3,
    ),
    (
        "REVIEWNEEDED",
        "110005",
        "The user must be verified again (periodic review or review following an event).",
        2,
        6,
    ),
    (
        "VALIDATED",
        "110006",
        "The user's identity has been successfully verified, and all compliance requirements are met.",
        2,
        2,
    ),
    (
        "CANCELED",
        "110007",
        "The request was canceled after being refused for a certain amount of time.",
        4,
        3,
    ),
];

/// The KYC object of a user, which stands there by the table.
fn stands(ours: &Machine<'_>, user: i64, status: &str) -> Value {
    let kyc = ours.kyc(user);
    let row = TABLE.iter().find(|row| row.0 == status).expect("a status");
    let expected = json!([row.0, row.1, row.2, row.3, row.4]);
    let shown = json!([
        kyc["kycStatus"],
        kyc["codeStatus"],
        kyc["informationStatus"],
        kyc["kycLevel"],
        kyc["kycReview"]
    ]);
    assert_eq!(shown, expected);
    let members: Vec<&String> = kyc.as_object().expect("an object").keys().collect();
    assert_eq!(members.len(), 13, "{members:?}");
    kyc
}

#[test]
fn a_person_goes_through_every_status() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let fresh = stands(&ours, user, "NONE");
    for never in [
        "kycReviewType",
        "lastRequestDatetime",
        "lastReviewDatetime",
        "nextReviewDate",
    ] {
        assert_eq!(fresh[never], Value::Null, "{never}");
    }
    assert_eq!(fresh["kycReviewComment"], "");
    // Always asked for; the automatic review comes after that.
    let asked = ours.review(user).good();
    assert_eq!(
        (&asked["kycStatus"], &asked["kycReviewComment"]),
        (&json!("PENDING"), &json!(""))
    );
    let incomplete = stands(&ours, user, "INCOMPLETE");
    assert_eq!(
        incomplete["kycReviewComment"],
        "Missing or to be mended: Identity document; Proof of address; Tax residence."
    );
    assert_eq!(incomplete["lastRequestDatetime"], "2026-11-16T12:00:00Z");
    ours.complete(user);
    app.clock.advance(TimeDelta::hours(1));
    let path = format!("/v1/users/{user}/Kycreview/");
    let asked = ours.named("PUT", &path, None, None).good();
    assert_eq!(asked["lastRequestDatetime"], "2026-11-16T13:00:00Z");
    let pending = stands(&ours, user, "PENDING");
    assert_eq!(pending, asked);
    assert_eq!(pending["kycReviewType"], "ONBOARDING");
    // A second request changes nothing.
    let said = app.actions();
    assert_eq!(ours.review(user).good(), pending);
    assert_eq!(app.actions(), said);
    decide(&app, user, &VALIDATE);
    let validated = stands(&ours, user, "VALIDATED");
    assert_eq!(validated["lastReviewDatetime"], "2026-11-16T13:00:00Z");
    assert_eq!(validated["nextReviewDate"], "2031-11-16");
    let again = ours.review(user);
    assert_eq!(again.error(), (409, "invalid_state".to_owned()));
    assert_eq!(ours.kyc(user), validated);
    // Three calendar months before the day, and not a day earlier.
    let day = |text: &str| {
        let at = text
            .parse::<chrono::NaiveDate>()
            .expect("a day")
            .and_hms_opt(12, 0, 0);
        at.expect("a time").and_utc() - app.clock.now()
    };
    app.clock.advance(day("2031-08-15"));
    sweep(&app);
    stands(&ours, user, "VALIDATED");
    app.clock.advance(TimeDelta::days(1));
    sweep(&app);
    stands(&ours, user, "REVIEWNEEDED");
    let later = ours.review(user).good();
    assert_eq!(later["kycReviewType"], "PERIODIC");
    assert_eq!(
        (&later["kycLevel"], &later["kycReview"]),
        (&json!(2), &json!(7)),
        "a later round"
    );
    decide(&app, user, &REFUSE);
    let refused = stands(&ours, user, "REFUSED");
    assert_eq!(
        refused["kycReviewComment"],
        "The photograph shows somebody else."
    );
    assert_eq!(ours.review(user).error(), (409, "invalid_state".to_owned()));
    // Ninety days, and not an hour less.
    app.clock.advance(TimeDelta::days(90) - TimeDelta::hours(1));
    sweep(&app);
    stands(&ours, user, "REFUSED");
    app.clock.advance(TimeDelta::hours(1));
    sweep(&app);
    stands(&ours, user, "CANCELED");
    let anew = ours.review(user).good();
    assert_eq!(anew["kycStatus"], "PENDING");
    let rounds: i64 = reviews::table
        .filter(reviews::customer_id.eq(id(&app, user)))
        .count()
        .get_result(&mut app.owner())
        .expect("rounds");
    assert_eq!(rounds, 3, "a new round");
}

#[test]
fn reading_by_put_is_reading() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let said = app.actions();
    let path = format!("/v1/users/{user}/kyc");
    let by_put = ours.named("PUT", &path, None, None).good();
    assert_eq!(by_put, ours.kyc(user));
    assert_eq!(app.actions(), said);
    let reader = machine(&app, &app.acme, &["read_only"], &[]);
    assert_eq!(reader.named("PUT", &path, None, None).status, 200);
    let refused = reader.review(user);
    assert_eq!(refused.error(), (403, "insufficient_scope".to_owned()));
}

#[test]
fn a_light_level_is_kept_and_answered() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.complete(user);
    ours.review(user).good();
    decide(&app, user, &VALIDATE);
    diesel::update(customers::table.filter(customers::number.eq(user)))
        .set(customers::kyc_level.eq(1_i16))
        .execute(&mut app.owner())
        .expect("a level");
    let kyc = ours.kyc(user);
    assert_eq!(
        (&kyc["kycLevel"], &kyc["kycReview"]),
        (&json!(1), &json!(2))
    );
    // In later rounds as the regular level does.
    ours.put(&format!("/v1/users/{user}"), &json!({"lastname": "Reis"}))
        .good();
    let kyc = ours.kyc(user);
    assert_eq!(
        (&kyc["kycLevel"], &kyc["kycReview"]),
        (&json!(1), &json!(6))
    );
    let asked = ours.review(user).good();
    assert_eq!(
        (&asked["kycLevel"], &asked["kycReview"]),
        (&json!(1), &json!(7))
    );
}

#[test]
fn strict_prerequisites_hold_for_persons_too() {
    let app = TestApp::start();
    policy(&app, |policy| {
        policy.kyc_prerequisites = Prerequisites::Strict;
    });
    let ours = ours(&app);
    let user = ours.user(&person());
    let (status, errors) = ours.review(user).errors();
    assert_eq!(status, 400);
    let expected = ["Identity document", "Proof of address", "Tax residence"].map(|what| {
        (
            "missing_prerequisite".to_owned(),
            format!("User {user}: {what}"),
        )
    });
    assert_eq!(errors, expected);
    stands(&ours, user, "NONE");
    ours.complete(user);
    ours.review(user).good();
    stands(&ours, user, "PENDING");
}

/// How many numbers stand in an answer.
fn numbers(value: &Value) -> usize {
    match value {
        Value::Number(_) => 1,
        Value::Array(items) => items.iter().map(numbers).sum(),
        Value::Object(fields) => fields.values().map(numbers).sum(),
        _ => 0,
    }
}

#[test]
fn the_older_life_cycle_answers_users_with_their_numbers_as_texts() {
    let app = TestApp::start();
    policy(&app, |policy| policy.kyc_life_cycle = LifeCycle::Legacy);
    let ours = ours(&app);
    let made = ours.post("/v1/users", &person()).good();
    let text = made["users"][0]["userId"]
        .as_str()
        .expect("a text")
        .to_owned();
    let user: i64 = text.parse().expect("a number");
    ours.complete(user);
    let asked = ours.review(user).good();
    let shown = &asked["users"][0];
    for (name, value) in [
        ("userId", text.as_str()),
        ("userTypeId", "1"),
        ("kycLevel", "0"),
        ("kycReview", "1"),
        ("kycReviewComment", ""),
        ("specifiedUSPerson", "0"),
        ("controllingPersonType", "0"),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    let residences = ours.get("/v1/taxResidences").good();
    let papers = ours.get("/v1/documents").good();
    for answer in [
        &made,
        &asked,
        &residences,
        &papers,
        &ours.get("/v1/users").good(),
    ] {
        assert_eq!(numbers(answer), 0, "{answer}");
    }
    assert_eq!(ours.get(&format!("/v1/users/{user}")).good(), asked);
    decide(&app, user, &VALIDATE);
    let shown = ours.get(&format!("/v1/users/{user}")).good()["users"][0].clone();
    assert_eq!(
        (&shown["kycLevel"], &shown["kycReview"]),
        (&json!("2"), &json!("2"))
    );
    // The KYC object belongs to the newer cycle, and stays as it is.
    assert_eq!(ours.kyc(user)["userId"], user);
}

#[test]
fn what_colleagues_write_leaves_in_no_answer() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.complete(user);
    ours.review(user).good();
    let incomplete = [
        ("decision", "incomplete"),
        ("comment", CANARY),
        ("message", "Send the other side of the card."),
    ];
    decide(&app, user, &incomplete);
    assert_eq!(
        ours.kyc(user)["kycReviewComment"],
        "Send the other side of the card."
    );
    ours.review(user).good();
    decide(&app, user, &REFUSE);
    for path in [
        format!("/v1/users/{user}"),
        format!("/v1/users/{user}/kyc"),
        "/v1/users".to_owned(),
        "/v1/documents".to_owned(),
        "/v1/taxResidences".to_owned(),
    ] {
        let body = ours.get(&path).good().to_string();
        assert!(!body.contains("canary"), "{path}: {body}");
    }
    let refused = ours.review(user);
    assert!(!refused.body.to_string().contains("canary"));
}

#[test]
fn a_tag_makes_a_request_once_for_a_day() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (user, other) = (ours.user(&person()), ours.user(&person()));
    ours.complete(user);
    let tagged = |user: i64, tag: &str| {
        let path = format!("/v1/users/{user}/Kycreview?accessTag={tag}");
        ours.named("PUT", &path, None, None)
    };
    let first = tagged(user, "t1").good();
    decide(&app, user, &VALIDATE);
    let said = app.actions();
    let again = tagged(user, "t1");
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.good(), first, "though it is validated by now");
    assert_eq!(app.actions(), said);
    assert_eq!(
        tagged(other, "t1").error(),
        (422, "idempotency_key_reused".to_owned())
    );
    assert_eq!(
        tagged(user, "t2").error(),
        (409, "invalid_state".to_owned())
    );
    assert_eq!(
        tagged(user, &"x".repeat(251)).error(),
        (400, "invalid_parameter".to_owned())
    );
    // 250 characters, however many bytes they are.
    assert_eq!(tagged(other, &"%C3%A9".repeat(250)).status, 200);
    // Another key's names are its own.
    let second = machine(&app, &app.acme, &ALL, &[]);
    let path = format!("/v1/users/{user}/Kycreview?accessTag=t1");
    assert_eq!(second.named("PUT", &path, None, None).error().0, 409);
    app.clock.advance(TimeDelta::hours(24));
    assert_eq!(
        ours.named("PUT", &path, None, None).error().0,
        409,
        "a day later the tag is free"
    );
}

#[test]
fn a_tag_of_a_request_that_changed_nothing_is_kept_too() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.complete(user);
    ours.review(user).good();
    let path = format!("/v1/users/{user}/Kycreview?accessTag=t1");
    let open = ours.named("PUT", &path, None, None).good();
    decide(&app, user, &VALIDATE);
    let again = ours.named("PUT", &path, None, None);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.good(), open);
}

#[test]
fn what_was_told_of_a_refusal_is_not_told_of_a_new_beginning() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.complete(user);
    ours.review(user).good();
    decide(&app, user, &REFUSE);
    let refused = stands(&ours, user, "REFUSED");
    assert_ne!(refused["kycReviewComment"], "");
    let customer = vouch::value::CustomerId(id(&app, user));
    act(&app, Persona::Officer, |tx| {
        vouch::reviews::submission::submit(tx, customer, None)
    })
    .expect("a new beginning");
    let anew = stands(&ours, user, "NONE");
    assert_eq!(anew["kycReviewComment"], "");
}
