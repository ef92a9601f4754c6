//! Which review is the next: the most urgent that may be taken, and what is passed over.

use super::*;

/// What the manager is given, as the short id of its customer.
fn next(app: &TestApp) -> Option<String> {
    let answer = app.sign_in(Persona::Manager).post("/reviews/next", &[]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let to = answer.header("location").expect("a location").to_owned();
    let Some(id) = to
        .strip_prefix("/customers/")
        .and_then(|rest| rest.strip_suffix("?done=taken"))
    else {
        assert_eq!(to, "/reviews?tab=open&done=none");
        return None;
    };
    let id: Uuid = id.parse().expect("an id");
    let short_id: String = customers::table
        .filter(customers::id.eq(id))
        .select(customers::short_id)
        .first(&mut app.owner())
        .expect("the customer");
    Some(short_id.trim_end_matches('x').to_owned())
}

/// An open review that the officer holds until then; without an end, where it was given to them.
fn held(app: &TestApp, short_id: &str, due: i64, ends: Option<TimeDelta>) -> Uuid {
    let officer = app.staff(Persona::Officer);
    let now = app.clock.now();
    review(app, short_id, due, |new, _| {
        new.assignee = Some(officer);
        new.claim_expires_at = ends.map(|ends| now + ends);
    })
}

#[test]
fn next_takes_a_claim_that_has_run_out_and_none_that_runs() {
    let app = TestApp::start();
    let over = held(&app, "OVER", 1, Some(TimeDelta::zero()));
    let running = held(&app, "RUNNING", 0, Some(TimeDelta::seconds(1)));
    assert_eq!(next(&app).as_deref(), Some("OVER"));
    assert_eq!(holder(&app, over), Some(app.staff(Persona::Manager)));
    assert_eq!(next(&app), None);
    assert_eq!(holder(&app, running), Some(app.staff(Persona::Officer)));
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(next(&app).as_deref(), Some("RUNNING"));
}

#[test]
fn next_waits_for_nobody_who_takes_a_review_at_this_moment() {
    let app = TestApp::start();
    let first = open(&app, "FIRST", 1);
    open(&app, "SECOND", 5);
    let mut owner = app.owner();
    owner
        .transaction::<_, diesel::result::Error, _>(|conn| {
            reviews::table
                .filter(reviews::id.eq(first))
                .select(reviews::id)
                .for_update()
                .first::<Uuid>(conn)?;
            assert_eq!(next(&app).as_deref(), Some("SECOND"));
            Ok(())
        })
        .expect("a lock");
    assert_eq!(holder(&app, first), None);
}

#[test]
fn next_passes_over_what_was_given_to_a_colleague() {
    let app = TestApp::start();
    let given = held(&app, "GIVEN", 0, None);
    open(&app, "FREE", 5);
    assert_eq!(next(&app).as_deref(), Some("FREE"));
    // However long ago.
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(next(&app).as_deref(), Some("FREE"), "its claim has run out");
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(next(&app), None);
    assert_eq!(holder(&app, given), Some(app.staff(Persona::Officer)));
}

#[test]
fn next_passes_over_whom_a_second_person_is_asked_about() {
    let app = TestApp::start();
    // About the round, whose proposer's claim was over; and about the customer alone.
    let second = open(&app, "SECOND", 0);
    propose(&app, second, Persona::Officer);
    diesel::update(reviews::table.filter(reviews::id.eq(second)))
        .set((
            reviews::assignee.eq(None::<Uuid>),
            reviews::claim_expires_at.eq(None::<chrono::DateTime<chrono::Utc>>),
        ))
        .execute(&mut app.owner())
        .expect("nobody's");
    let about = open(&app, "ABOUT", 1);
    let proposal = make::proposal(&app, &app.acme, customer_of(&app, about));
    open(&app, "FREE", 5);
    assert_eq!(next(&app).as_deref(), Some("FREE"));
    assert_eq!(next(&app), None);
    // Answered, it is the most urgent.
    let sent_back = app.sign_in(Persona::Admin).post(
        &format!("/approvals/{proposal}/reject"),
        &[("points", "Say which register it was.")],
    );
    assert_eq!(sent_back.status, 303, "{}", sent_back.text());
    assert_eq!(next(&app).as_deref(), Some("ABOUT"));
}
