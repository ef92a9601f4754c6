//! What colleagues write among themselves leaves by no answer, whatever it was put on: a note, a paper that was refused, the risk,
//! a suspicion, a decision and an override.

use vouch::schema::proposals;

use super::*;

fn version(app: &TestApp, user: i64) -> String {
    let version: i32 = customers::table
        .filter(customers::number.eq(user))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the user");
    version.to_string()
}

/// A note, a risk with its reason, and a paper that was refused.
pub fn put_on(app: &TestApp, user: i64) {
    let customer = id(app, user);
    let (mut officer, mut manager) = (app.sign_in(Persona::Officer), app.sign_in(Persona::Manager));
    let noted = officer.post(&format!("/customers/{customer}/notes"), &[("body", CANARY)]);
    assert_eq!(noted.status, 303, "{}", noted.text());
    let seen = version(app, user);
    let risk = [
        ("version", seen.as_str()),
        ("risk", "medium"),
        ("reason", CANARY),
    ];
    let rated = manager.post(&format!("/customers/{customer}/risk"), &risk);
    assert_eq!(rated.status, 303, "{}", rated.text());
    let paper = make::document(app, customer, "BANK_VERIFICATION");
    diesel::update(documents::table.filter(documents::id.eq(paper)))
        .set((
            documents::status.eq("refused"),
            documents::reason.eq(CANARY),
        ))
        .execute(&mut app.owner())
        .expect("a refused paper");
}

/// Whoever works on the newest round of a user hands a suspicion over, and a manager refuses, to which an admin agrees.
pub fn suspected_and_refused(app: &TestApp, user: i64) {
    let round: Uuid = reviews::table
        .filter(reviews::customer_id.eq(id(app, user)))
        .order(reviews::round.desc())
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("a round");
    let mut officer = app.sign_in(Persona::Officer);
    let claimed = officer.post(&format!("/reviews/{round}/claim"), &[]);
    assert_eq!(claimed.status, 303, "{}", claimed.text());
    let handed = officer.post(&format!("/reviews/{round}/escalate"), &[("reason", CANARY)]);
    assert_eq!(handed.status, 303, "{}", handed.text());
    let mut manager = app.sign_in(Persona::Manager);
    let taken = manager.post(&format!("/reviews/{round}/claim"), &[("take_over", "1")]);
    assert_eq!(taken.status, 303, "{}", taken.text());
    let seen = version(app, user);
    let mut fields = vec![("version", seen.as_str())];
    fields.extend_from_slice(&REFUSE);
    let refused = manager.post(&format!("/reviews/{round}/decision"), &fields);
    assert_eq!(refused.status, 303, "{}", refused.text());
    let waits: Vec<Uuid> = proposals::table
        .select(proposals::id)
        .load(&mut app.owner())
        .expect("proposals");
    assert_eq!(waits.len(), 1, "a suspicion asks for two");
    let agreed = app
        .sign_in(Persona::Admin)
        .post(&format!("/approvals/{}/approve", waits[0]), &[]);
    assert_eq!(agreed.status, 303, "{}", agreed.text());
}

/// An admin sets the status, for a reason.
pub fn overridden(app: &TestApp, user: i64) {
    let seen = version(app, user);
    let fields = [
        ("version", seen.as_str()),
        ("status", "canceled"),
        ("reason", CANARY),
        ("step", "apply"),
    ];
    let path = format!("/customers/{}/override", id(app, user));
    let done = app.sign_in(Persona::Admin).post(&path, &fields);
    assert_eq!(done.status, 303, "{}", done.text());
}

/// Every answer of the face about a user.
fn nothing_leaves(ours: &Machine<'_>, user: i64, when: &str) {
    let first = |list: &str, name: &str| {
        let all = ours.get(&format!("/v1/{list}?userId={user}")).good();
        let number = &all[list][0][name];
        number.as_i64().map_or_else(
            || number.as_str().expect("a number").to_owned(),
            |number| number.to_string(),
        )
    };
    let (paper, tax) = (
        first("documents", "documentId"),
        first("taxResidences", "id"),
    );
    for path in [
        "/v1/users".to_owned(),
        "/v1/documents".to_owned(),
        "/v1/taxResidences".to_owned(),
        format!("/v1/users/{user}"),
        format!("/v1/users/{user}/kyc"),
        format!("/v1/documents?userId={user}"),
        format!("/v1/documents/{paper}"),
        format!("/v1/taxResidences/{tax}"),
    ] {
        let answer = ours.get(&path);
        let text = format!("{:?} {}", answer.headers, answer.clone().good());
        assert!(!text.contains("canary"), "{when}: {path}: {text}");
    }
    let asked = ours.review(user);
    assert!(!asked.body.to_string().contains("canary"), "{when}");
}

#[test]
fn no_answer_carries_what_colleagues_write() {
    for cycle in [LifeCycle::New, LifeCycle::Legacy] {
        let app = TestApp::start();
        policy(&app, |policy| policy.kyc_life_cycle = cycle);
        let ours = ours(&app);
        let customer = make::customer(&app, |_| {});
        make::complete(&app, customer);
        let user = number(&app, &app.acme, customer);
        ours.review(user).good();
        put_on(&app, user);
        nothing_leaves(&ours, user, "in review");
        suspected_and_refused(&app, user);
        assert_eq!(ours.kyc(user)["kycStatus"], "REFUSED");
        assert_eq!(
            ours.kyc(user)["kycReviewComment"],
            "The photograph shows somebody else."
        );
        nothing_leaves(&ours, user, "refused");
        app.clock.advance(TimeDelta::days(90));
        sweep(&app);
        assert_eq!(ours.kyc(user)["kycStatus"], "CANCELED");
        nothing_leaves(&ours, user, "canceled");
    }
}

#[test]
fn no_answer_carries_why_somebody_overrode_a_status() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.complete(user);
    ours.review(user).good();
    decide(&app, user, &VALIDATE);
    overridden(&app, user);
    assert_eq!(ours.kyc(user)["kycStatus"], "CANCELED");
    nothing_leaves(&ours, user, "overridden");
}
