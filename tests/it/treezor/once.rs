//! Requests under one name: for a day and no longer, for one body, and of two at once one.

use super::*;
use diesel::{pg::PgConnection, sql_types::BigInt};

/// As long as this is held, whoever keeps an answer waits.
struct Stall(PgConnection);

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

const HELD: i64 = 4711;

impl Stall {
    fn new(app: &TestApp) -> Self {
        let mut owner = app.database.owner();
        for statement in [
            format!(
                "CREATE OR REPLACE FUNCTION stalled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock({HELD}); RETURN NEW; END $$"
            ),
            "CREATE OR REPLACE TRIGGER stalled BEFORE INSERT ON idempotency_records FOR EACH ROW EXECUTE FUNCTION stalled()".to_owned(),
            format!("SELECT pg_advisory_lock({HELD})"),
        ] {
            diesel::sql_query(statement)
                .execute(&mut owner)
                .expect("a stall");
        }
        Self(owner)
    }

    /// Until somebody waits.
    fn reached(&mut self) {
        for _ in 0..500 {
            let waiting: Count = diesel::sql_query(
                "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
            )
            .get_result(&mut self.0)
            .expect("the locks");
            if waiting.n > 0 {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("nobody keeps an answer");
    }

    fn end(mut self) {
        diesel::sql_query(format!("SELECT pg_advisory_unlock({HELD})"))
            .execute(&mut self.0)
            .expect("the end");
    }
}

fn second_less_than_a_day() -> TimeDelta {
    TimeDelta::hours(24) - TimeDelta::seconds(1)
}

#[test]
fn a_tag_stands_for_a_day_to_the_second() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.complete(user);
    let path = format!("/v1/users/{user}/Kycreview?accessTag=t1");
    let tagged = |body: Option<&Value>| ours.named("PUT", &path, body, None);
    let first = tagged(None).good();
    decide(&app, user, &VALIDATE);
    let said = app.actions();
    app.clock.advance(second_less_than_a_day());
    // A body is no part of this request.
    for body in [None, Some(json!({"accessTag": "t2"}))] {
        let again = tagged(body.as_ref());
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.good(), first);
    }
    assert_eq!(app.actions(), said);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(tagged(None).error(), (409, "invalid_state".to_owned()));
}

#[test]
fn a_key_stands_for_a_day_to_the_second_and_for_one_body() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let residence = json!({"userId": user, "country": "FR", "liabilityWaiver": true});
    let other = with(residence.clone(), &[("country", json!("PT"))]);
    for (path, body, other) in [
        (
            "/v1/users",
            person(),
            with(person(), &[("city", json!("Braga"))]),
        ),
        ("/v1/taxResidences", residence, other),
        ("/v1/documents", paper(user, 9), paper(user, 12)),
        (
            "/settings/hooks",
            json!({"url": "https://hooks.example/a"}),
            json!({"url": "https://hooks.example/b"}),
        ),
    ] {
        let named = |body: &Value| ours.named("POST", path, Some(body), Some("name-1"));
        // Each address has its own day; the name is one of the whole key's.
        app.clock.advance(TimeDelta::hours(24));
        let first = named(&body).good();
        app.clock.advance(second_less_than_a_day());
        let again = named(&body);
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{path}");
        assert_eq!(again.good(), first, "{path}");
        assert_eq!(
            named(&other).error(),
            (422, "idempotency_key_reused".to_owned()),
            "{path}"
        );
        app.clock.advance(TimeDelta::seconds(1));
        let anew = named(&other);
        assert_eq!(anew.header("idempotent-replayed"), None, "{path}");
        assert_ne!(anew.good(), first, "{path}");
    }
}

#[test]
fn while_the_first_is_at_work_the_second_is_told_so() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.complete(user);
    let review = format!("/v1/users/{user}/Kycreview?accessTag=t1");
    for (method, path, body, name) in [
        ("POST", "/v1/users", Some(person()), Some("name-1")),
        ("PUT", review.as_str(), None, None),
    ] {
        let ask = || ours.named(method, path, body.as_ref(), name);
        let mut stall = Stall::new(&app);
        let first = std::thread::scope(|scope| {
            let first = scope.spawn(ask);
            stall.reached();
            assert_eq!(ask().error(), (409, "invalid_state".to_owned()), "{path}");
            stall.end();
            first.join().expect("the first")
        });
        let first = first.good();
        let again = ask();
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{path}");
        assert_eq!(again.good(), first, "{path}");
    }
    let all = ours.get("/v1/users").good();
    assert_eq!(all["users"].as_array().map(Vec::len), Some(2));
}

/// Of a request that found its review open already, an equal one that comes before its answer is kept does not act.
#[test]
fn a_request_that_changed_nothing_holds_its_name_until_its_answer_is_kept() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.complete(user);
    let open = ours.review(user).good();
    let round: Uuid = reviews::table
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("the round");
    let path = format!("/v1/users/{user}/Kycreview?accessTag=t1");
    let ask = || ours.named("PUT", &path, None, None);
    let mut officer = app.sign_in(Persona::Officer);
    let mut stall = Stall::new(&app);
    let first = std::thread::scope(|scope| {
        let first = scope.spawn(ask);
        stall.reached();
        // It is taken back in between, so that an equal request would open another round.
        let back = officer.post(&format!("/reviews/{round}/withdraw"), &[]);
        assert_eq!(back.status, 303, "{}", back.text());
        assert_eq!(ask().error(), (409, "invalid_state".to_owned()));
        stall.end();
        first.join().expect("the first")
    });
    assert_eq!(first.good(), open);
    let again = ask();
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.good(), open);
    assert_eq!(ours.kyc(user)["kycStatus"], "NONE");
}
