//! Names that decide, in an organisation that tries things out and nowhere else.

use vouch::schema::audit_entries;

use super::*;

fn sandbox(app: &TestApp) {
    diesel::update(organisations::table.find(app.acme.id))
        .set(organisations::mode.eq("sandbox"))
        .execute(&mut app.owner())
        .expect("a sandbox");
}

fn named(name: &str) -> Value {
    with(person(), &[("lastname", json!(name))])
}

#[test]
fn a_name_decides_shortly_after_the_request_by_the_clock() {
    let app = TestApp::start();
    sandbox(&app);
    let ours = ours(&app);
    let (good, bad, other) = (
        ours.user(&named("Falcão.validated")),
        ours.user(&named("Falcão.refused")),
        ours.user(&named("validated")),
    );
    for user in [good, bad, other] {
        ours.review(user).good();
    }
    let status = |user: i64| ours.kyc(user)["kycStatus"].clone();
    // Whoever has no such name is asked for papers.
    assert_eq!(
        [good, bad, other].map(status),
        ["PENDING", "PENDING", "INCOMPLETE"]
    );
    app.clock.advance(TimeDelta::minutes(1));
    sweep(&app);
    assert_eq!(
        [good, bad, other].map(status),
        ["VALIDATED", "REFUSED", "INCOMPLETE"]
    );
    let decided: Vec<(String, Option<Uuid>)> = reviews::table
        .filter(reviews::decided_at.is_not_null())
        .select((reviews::decided_kind.assume_not_null(), reviews::decided_by))
        .load(&mut app.owner())
        .expect("rounds");
    assert_eq!(decided, vec![("clock".to_owned(), None); 2]);
    let by: Vec<String> = audit_entries::table
        .filter(audit_entries::action.eq("review.decided"))
        .select(audit_entries::actor_kind)
        .load(&mut app.owner())
        .expect("entries");
    assert_eq!(by, ["clock", "clock"]);
    let said = app.actions();
    sweep(&app);
    assert_eq!(app.actions(), said, "once");
}

#[test]
fn whom_an_officer_works_on_the_clock_leaves_alone() {
    let app = TestApp::start();
    sandbox(&app);
    let ours = ours(&app);
    let user = ours.user(&named("Falcão.validated"));
    ours.review(user).good();
    let round: Uuid = reviews::table
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("a round");
    let claimed = app
        .sign_in(Persona::Officer)
        .post(&format!("/reviews/{round}/claim"), &[]);
    assert_eq!(claimed.status, 303);
    sweep(&app);
    assert_eq!(ours.kyc(user)["kycStatus"], "PENDING");
    app.clock.advance(TimeDelta::minutes(31));
    sweep(&app);
    assert_eq!(ours.kyc(user)["kycStatus"], "VALIDATED");
}

#[test]
fn where_customers_are_real_a_name_decides_nothing() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&named("Falcão.validated"));
    ours.review(user).good();
    sweep(&app);
    assert_eq!(ours.kyc(user)["kycStatus"], "INCOMPLETE");
    ours.complete(user);
    ours.review(user).good();
    sweep(&app);
    assert_eq!(ours.kyc(user)["kycStatus"], "PENDING");
}

#[test]
fn many_who_are_hindered_do_not_starve_those_behind_them() {
    let app = TestApp::start();
    sandbox(&app);
    let ours = ours(&app);
    // More than one look of the clock's takes, and before all others: of none of them is a round open.
    for _ in 0..101 {
        make::customer(&app, |new| {
            new.last_name = Some("Falcão.validated".to_owned());
            new.kyc = "pending";
        });
    }
    app.clock.advance(TimeDelta::minutes(1));
    let user = ours.user(&named("Falcão.validated"));
    ours.review(user).good();
    let hindered = customers::table
        .filter(customers::id.lt(id(&app, user)))
        .count()
        .get_result::<i64>(&mut app.owner())
        .expect("a count");
    assert!(hindered > 100, "{hindered}");
    sweep(&app);
    assert_eq!(ours.kyc(user)["kycStatus"], "VALIDATED");
}

#[test]
fn a_name_decides_also_where_all_is_asked_for_before_a_review() {
    let app = TestApp::start();
    sandbox(&app);
    policy(&app, |policy| {
        policy.kyc_prerequisites = Prerequisites::Strict;
    });
    let ours = ours(&app);
    let users =
        ["Falcão.validated", "Falcão.refused", "Falcão"].map(|name| ours.user(&named(name)));
    let asked = users.map(|user| ours.review(user));
    assert_eq!(asked.each_ref().map(|one| one.status), [200, 200, 400]);
    app.clock.advance(TimeDelta::minutes(1));
    sweep(&app);
    assert_eq!(
        users.map(|user| ours.kyc(user)["kycStatus"].clone()),
        ["VALIDATED", "REFUSED", "NONE"]
    );
}
