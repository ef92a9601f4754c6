//! A member's round taken up while their company, or their name, decides about them.

use std::{thread, time::Duration};

use diesel::connection::SimpleConnection as _;
use vouch::schema::organisations;

use super::{
    ordered::{Move, Subject, in_order, prepared, row_of, send},
    *,
};
use crate::reviews::{complete_company, owner_of};

const VALIDATE: [(&str, &str); 2] = [("decision", "validated"), ("risk", "low")];

/// Takes a round in a change that is not over yet, as a colleague does who is a little faster.
fn take(app: &TestApp, review: Uuid) -> PgConnection {
    let mut conn = app.owner();
    diesel::sql_query("BEGIN")
        .execute(&mut conn)
        .expect("begin");
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set((
            reviews::assignee.eq(app.staff(Persona::Admin)),
            reviews::claim_expires_at.eq(app.clock.now() + TimeDelta::minutes(30)),
        ))
        .execute(&mut conn)
        .expect("the round");
    conn
}

/// A company whose round the manager holds: it, its member, and the round of each.
fn held(app: &TestApp, officer: &mut Browser, manager: &mut Browser) -> ([Uuid; 2], [Uuid; 2]) {
    let company = complete_company(app, "Falcão Lda");
    let member = owner_of(app, company, "Sequeira");
    let round = request(app, officer, company);
    assert_eq!(claim(manager, round), 303);
    let own = reviews::table
        .filter(reviews::customer_id.eq(member))
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("the member's round");
    ([company, member], [round, own])
}

#[test]
fn a_member_whom_a_colleague_takes_meanwhile_is_not_decided_around_them() {
    let app = TestApp::start();
    let (mut officer, mut manager) = (app.sign_in(Persona::Officer), app.sign_in(Persona::Manager));
    let ([company, member], [round, own]) = held(&app, &mut officer, &mut manager);
    let version = kyc(&app, company).1;
    let status = thread::scope(|scope| {
        let mut taking = take(&app, own);
        let decided = scope.spawn(|| decide(&mut manager, round, version, &VALIDATE));
        thread::sleep(Duration::from_millis(400));
        diesel::sql_query("COMMIT")
            .execute(&mut taking)
            .expect("it is taken");
        decided.join().expect("an answer")
    });
    assert_eq!(status, 409);
    for one in [company, member] {
        assert_eq!(kyc(&app, one).0, "pending");
    }
}

#[test]
fn a_member_is_taken_up_or_decided_with_the_company_and_never_both() {
    let app = TestApp::start();
    let (mut officer, mut manager) = (app.sign_in(Persona::Officer), app.sign_in(Persona::Manager));
    let mut admin = app.sign_in(Persona::Admin);
    let holder = Some(app.staff(Persona::Admin));
    for _ in 0..TIMES {
        let ([company, _], [round, own]) = held(&app, &mut officer, &mut manager);
        let version = kyc(&app, company).1;
        let statuses = race(
            || claim(&mut admin, own),
            || decide(&mut manager, round, version, &VALIDATE),
        );
        let expected = match statuses {
            (303, 409) => lawful("open", None, holder, ["pending", "pending"]),
            (409, 303) => lawful(
                "decided",
                Some("validated"),
                None,
                ["validated", "verified"],
            ),
            both => panic!("{both:?}"),
        };
        assert_eq!(left(&app, own), expected, "{statuses:?}");
    }
}

#[test]
fn whom_an_officer_takes_meanwhile_is_not_decided_by_their_name() {
    let app = TestApp::start();
    diesel::update(organisations::table.find(app.acme.id))
        .set(organisations::mode.eq("sandbox"))
        .execute(&mut app.owner())
        .expect("a sandbox");
    let customer = ready(&app, |new| {
        new.last_name = Some("Falcão.validated".to_owned());
    });
    let round = request(&app, &mut app.sign_in(Persona::Officer), customer);
    let db = database(&app);
    let swept = thread::scope(|scope| {
        let mut taking = take(&app, round);
        let swept = scope.spawn(|| deadlines::sweep(&db).expect("a sweep"));
        thread::sleep(Duration::from_millis(400));
        diesel::sql_query("COMMIT")
            .execute(&mut taking)
            .expect("it is taken");
        swept.join().expect("an answer")
    });
    assert_eq!(swept.by_name, 0);
    assert_eq!(kyc(&app, customer).0, "pending");
}

/// A change of somebody whose round is open, ready to be sent.
fn edit_of(
    app: &TestApp,
    by: &mut Browser,
    member: Uuid,
    round: Uuid,
) -> (String, Vec<[String; 2]>) {
    let subject = Subject {
        customer: member,
        review: round,
        paper: Uuid::nil(),
        version: kyc(app, member).1,
    };
    prepared(app, by, Move::Edit, &subject)
}

#[test]
fn a_member_who_is_edited_meanwhile_is_not_decided_on_unseen() {
    let app = TestApp::start();
    let (mut officer, mut manager) = (app.sign_in(Persona::Officer), app.sign_in(Persona::Manager));
    for turned in [false, true] {
        let ([company, member], [round, own]) = held(&app, &mut officer, &mut manager);
        let (path, fields) = edit_of(&app, &mut officer, member, own);
        let version = kyc(&app, company).1.to_string();
        let decision = format!("/reviews/{round}/decision");
        let page = manager.get(&decision);
        let mark = page.attributes("input[name=members]", "value").remove(0);
        let validate = [
            VALIDATE[0],
            VALIDATE[1],
            ("version", &version),
            ("members", &mark),
        ];
        let (edited, decided) = in_order(
            &app,
            member,
            turned,
            || send(&mut officer, &path, &fields).status,
            || manager.post(&decision, &validate),
        );
        let statuses = (edited, decided.status);
        let after = [company, member].map(|one| kyc(&app, one).0);
        if turned {
            assert_eq!(statuses, (409, 303));
            assert_eq!(after, ["validated", "validated"]);
        } else {
            assert_eq!(statuses, (303, 409), "{}", decided.text());
            assert_eq!(after, ["pending", "pending"]);
            let said = decided.texts(".error-summary").join(" ");
            assert!(said.contains("something changed"), "{said}");
        }
    }
}

#[test]
fn a_proposal_goes_back_where_a_member_is_edited_while_a_second_person_agrees() {
    let app = TestApp::start();
    let (mut officer, mut manager) = (app.sign_in(Persona::Officer), app.sign_in(Persona::Manager));
    let mut admin = app.sign_in(Persona::Admin);
    for turned in [false, true] {
        let ([company, member], [round, own]) = held(&app, &mut officer, &mut manager);
        let version = kyc(&app, company).1;
        let high = [("decision", "validated"), ("risk", "high")];
        assert_eq!(decide(&mut manager, round, version, &high), 303);
        let of_round = proposals::table.filter(proposals::review_id.eq(round));
        let proposal: Uuid = of_round
            .select(proposals::id)
            .first(&mut app.owner())
            .expect("a proposal");
        let (path, fields) = edit_of(&app, &mut officer, member, own);
        let (edited, approved) = in_order(
            &app,
            member,
            turned,
            || send(&mut officer, &path, &fields).status,
            || admin.post(&format!("/approvals/{proposal}/approve"), &[]),
        );
        let after = [company, member].map(|one| kyc(&app, one).0);
        let (status, answer, expected) = if turned {
            (409, "approved", "validated")
        } else {
            (303, "returned", "pending")
        };
        let there = format!("/approvals?done={answer}");
        assert_eq!(
            (edited, approved.header("location")),
            (status, Some(there.as_str())),
            "{}",
            approved.text()
        );
        assert_eq!(after, [expected, expected]);
    }
}

#[test]
fn whoever_is_decided_by_their_name_waits_for_no_company_of_somebody_else() {
    let app = TestApp::start();
    diesel::update(organisations::table.find(app.acme.id))
        .set(organisations::mode.eq("sandbox"))
        .execute(&mut app.owner())
        .expect("a sandbox");
    let named = [(); 3].map(|()| {
        ready(&app, |new| {
            new.last_name = Some("Falcão.refused".to_owned());
        })
    });
    for one in named {
        request(&app, &mut app.sign_in(Persona::Officer), one);
    }
    let company = make::customer(&app, |new| {
        make::as_company(new, "Falcão Lda");
        new.kyc = "validated";
    });
    make::relation(&app, company, named[1], "legal_representative", None);
    let db = database(&app);
    let mut colleague = app.owner();
    colleague
        .batch_execute(&format!("BEGIN; {}", row_of(company)))
        .expect("the company's row");
    let swept = deadlines::sweep(&db).expect("a sweep");
    assert_eq!((swept.by_name, swept.failed), (2, 0));
    let after = named.map(|one| kyc(&app, one).0);
    assert_eq!(after, ["refused", "pending", "refused"]);
    colleague.batch_execute("ROLLBACK").expect("its end");
    let swept = deadlines::sweep(&db).expect("a sweep");
    assert_eq!((swept.by_name, swept.failed), (1, 0));
    let after = [named[1], company].map(|one| kyc(&app, one).0);
    assert_eq!(after, ["refused", "review_needed"]);
}
