//! An admin-scoped key sets a status: the same table of moves, the same entry in the log, the same four eyes as at the desk.

use vouch::{
    schema::proposals,
    verifications::rules::{MOVES, Move, Status},
};

use super::*;

/// Where a round stands, who decided it, and who agreed.
type Decided = (String, Option<String>, Option<Uuid>, Option<Uuid>);

const WHY: &str = "Seen the original at the counter.";

/// The entries about checks that were overridden: actor, subject's kind and id, customer, branch, changes.
type Entry = (
    String,
    Option<Uuid>,
    String,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    Value,
);

fn overrides(app: &TestApp) -> Vec<Entry> {
    audit_entries::table
        .filter(audit_entries::action.eq("verification.overridden"))
        .select((
            audit_entries::actor_kind,
            audit_entries::actor_id,
            audit_entries::subject_kind,
            audit_entries::subject_id,
            audit_entries::customer_id,
            audit_entries::branch_id,
            audit_entries::changes,
        ))
        .load(&mut app.owner())
        .expect("the log")
}

#[test]
fn every_pair_of_the_table_is_lawful_and_every_other_is_409() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    for from in Status::ALL {
        for to in Status::ALL {
            let check = make::verification(&app, customer, |new| new.status = from.as_str());
            let answer = ours.set(check, &json!({"status": to}));
            if MOVES.contains(&(*from, Move::Override, *to)) {
                assert_eq!(answer.status, 200, "{from} to {to}: {}", answer.body);
                assert_eq!(answer.data()["status"], to.as_str());
                assert_eq!(answer.data()["actor_id"], ours.key.actor.to_string());
                assert_eq!(answer.body, ours.one(check).body);
            } else {
                assert_eq!(
                    answer.problem(),
                    (409, "INVALID_STATE_TRANSITION"),
                    "{from} to {to}"
                );
                assert_eq!(ours.one(check).data()["status"], from.as_str());
            }
        }
    }
}

#[test]
fn what_is_sent_is_read_strictly_and_put_is_the_same_as_patch() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let check = make::verification(&app, make::customer(&app, |_| {}), |_| {});
    let fault = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    for (body, faults) in [
        (json!({}), vec![fault("status", "required")]),
        (json!({"status": null}), vec![fault("status", "required")]),
        (
            json!({"status": "approved"}),
            vec![fault("status", "invalid")],
        ),
        (
            json!({"status": "Verified"}),
            vec![fault("status", "invalid")],
        ),
        (json!({"status": 7}), vec![fault("status", "invalid")]),
        (
            json!({"status": "lost", "reason": "é".repeat(1_001)}),
            vec![fault("status", "invalid"), fault("reason", "too_long")],
        ),
        (
            json!({"status": "failed", "reason": ["x"]}),
            vec![fault("reason", "invalid")],
        ),
    ] {
        assert_eq!(ours.set(check, &body).faults(), faults, "{body}");
    }
    assert_eq!(ours.one(check).data()["status"], "pending");
    let target = format!("/v1/verifications/{check}/status");
    let body = json!({"status": "verified", "reason": "é".repeat(1_000), "more": 1});
    let put = ours.sent("PUT", &target, "application/json", Some(body.to_string()));
    assert_eq!(put.status, 200, "{}", put.body);
    assert_eq!(put.data()["verified_at"], "2026-11-16T12:00:00.000000Z");
}

#[test]
fn the_entry_is_the_desk_s_with_the_key_as_its_actor() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let (by_desk, by_key, silent) = (
        make::verification(&app, customer, |_| {}),
        make::verification(&app, customer, |_| {}),
        make::verification(&app, customer, |_| {}),
    );
    let mut admin = app.sign_in(Persona::Admin);
    let done = admin.post(
        &format!("/verifications/{by_desk}/override"),
        &[
            ("status", "failed"),
            ("reason", WHY),
            ("version", "1"),
            ("step", "apply"),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let body = json!({"status": "failed", "reason": format!("  {WHY} ")});
    assert_eq!(ours.set(by_key, &body).status, 200);
    for (check, reason) in [(by_desk, WHY), (by_key, WHY)] {
        let page = admin.get(&format!("/verifications/{check}"));
        assert!(page.text().contains(reason), "{}", page.text());
    }
    assert_eq!(
        ours.set(silent, &json!({"status": "failed", "reason": " \u{200B}"}))
            .status,
        200
    );
    let page = admin.get(&format!("/verifications/{silent}"));
    assert!(page.text().contains("no reason given"), "{}", page.text());
    let entries = overrides(&app);
    assert_eq!(entries.len(), 3);
    let about = |check| {
        let found = entries.iter().find(|one| one.3 == Some(check));
        found.expect("its entry")
    };
    let (desk, key) = (about(by_desk), about(by_key));
    assert_eq!(
        (desk.0.as_str(), desk.1),
        ("staff", Some(app.staff(Persona::Admin)))
    );
    assert_eq!((key.0.as_str(), key.1), ("key", Some(ours.key.actor)));
    let same = |one: &Entry| (one.2.clone(), one.4, one.5, one.6.clone());
    assert_eq!(same(desk), same(key));
    assert_eq!(
        key.6,
        json!({"status": {"before": "pending", "after": "failed"}})
    );
}

#[test]
fn on_a_review_s_own_check_it_decides_the_review() {
    for (to, kyc_after) in [
        ("verified", "validated"),
        ("failed", "refused"),
        ("expired", "draft"),
    ] {
        let app = TestApp::start();
        let ours = machine(&app, &app.acme, &ALL, &[]);
        let customer = make::customer(&app, |new| {
            new.kyc = "pending";
            new.risk = Some("low");
        });
        let (round, check) = make::open_review(&app, customer, 1);
        let answer = ours.set(check, &json!({"status": to}));
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(kyc(&app, customer), kyc_after);
        let decided: (Option<String>, Option<Uuid>) = reviews::table
            .filter(reviews::id.eq(round))
            .select((reviews::decided_kind, reviews::decided_by))
            .first(&mut app.owner())
            .expect("the review");
        assert_eq!(decided, (Some("key".to_owned()), Some(ours.key.actor)));
        assert_eq!(answer.data()["reason"], Value::Null);
        if to == "verified" {
            assert_eq!(answer.data()["expires_at"], "2031-11-16T00:00:00.000000Z");
        }
        let page = app
            .sign_in(Persona::Officer)
            .get(&format!("/customers/{customer}"));
        assert_eq!(page.status, 200, "the desk shows it");
    }
}

#[test]
fn a_key_does_not_decide_what_it_submitted_and_another_may() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let second = machine(&app, &app.acme, &["admin"], &[]);
    let customer = make::customer(&app, |_| {});
    make::complete(&app, customer);
    let check = text(&ours.made(&review(customer, "kyc"))["id"]);
    for to in ["verified", "failed"] {
        let own = ours.set(&check, &json!({"status": to}));
        assert_eq!(own.problem(), (409, "INVALID_STATE_TRANSITION"));
    }
    assert_eq!(kyc(&app, customer), "pending");
    assert_eq!(
        second.set(&check, &json!({"status": "verified"})).status,
        200
    );
    assert_eq!(kyc(&app, customer), "validated");

    // The database holds it too.
    let other = make::customer(&app, |new| new.kyc = "pending");
    let (round, _) = make::open_review(&app, other, 1);
    let own = diesel::update(reviews::table.filter(reviews::id.eq(round)))
        .set((
            reviews::submitted_kind.eq("key"),
            reviews::submitted_id.eq(ours.key.actor),
            reviews::state.eq("decided"),
            reviews::decision.eq("validated"),
            reviews::decided_kind.eq("key"),
            reviews::decided_by.eq(ours.key.actor),
            reviews::decided_at.eq(app.clock.now() + TimeDelta::seconds(1)),
        ))
        .execute(&mut app.owner());
    let refused = own.expect_err("nobody decides what they submitted");
    assert!(
        refused.to_string().contains("reviews_other_eyes"),
        "{refused}"
    );

    // Sending a round back decides nothing.
    let third = make::customer(&app, |_| {});
    make::complete(&app, third);
    let check = text(&ours.made(&review(third, "kyc"))["id"]);
    assert_eq!(ours.set(&check, &json!({"status": "expired"})).status, 200);
    assert_eq!(kyc(&app, third), "draft");
}

#[test]
fn of_somebody_who_was_merged_no_name_is_told() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let gone = make::customer(&app, |new| {
        new.last_name = Some("Kanarienvogel".to_owned());
    });
    let check = make::verification(&app, gone, |_| {});
    let stays = make::customer(&app, |_| {});
    diesel::update(customers::table.filter(customers::id.eq(gone)))
        .set(customers::merged_into.eq(stays))
        .execute(&mut app.owner())
        .expect("a merge");
    let answer = ours.set(check, &json!({"status": "failed"}));
    assert_eq!(answer.problem(), (409, "INVALID_STATE_TRANSITION"));
    assert_eq!(
        answer.body["detail"],
        "This customer was merged into another."
    );
    assert!(!answer.body.to_string().contains("Kanarienvogel"));
}

#[test]
fn of_two_overrides_at_once_one_wins() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    for _ in 0..5 {
        let check = make::verification(&app, customer, |_| {});
        let mut statuses = both(|| ours.set(check, &json!({"status": "failed"})).status);
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
    assert_eq!(overrides(&app).len(), 5);
}

#[test]
fn where_a_second_person_is_needed_it_waits_for_one_who_agrees_on_the_desk() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |new| {
        new.kyc = "pending";
        new.risk = Some("high");
    });
    let (round, check) = make::open_review(&app, customer, 1);
    let body = json!({"status": "verified", "reason": WHY});
    let waits = ours.set(check, &body);
    assert_eq!(waits.problem(), (409, "INVALID_STATE_TRANSITION"));
    assert_eq!(waits.body["detail"], "awaiting second approval");
    assert_eq!(ours.one(check).data()["status"], "pending");
    assert_eq!(kyc(&app, customer), "pending");
    let again = ours.set(check, &body);
    assert_eq!(again.problem(), (409, "INVALID_STATE_TRANSITION"));
    let (id, kind, by): (Uuid, String, Uuid) = proposals::table
        .select((
            proposals::id,
            proposals::proposed_kind,
            proposals::proposed_by,
        ))
        .get_result(&mut app.owner())
        .expect("one proposal");
    assert_eq!((kind.as_str(), by), ("key", ours.key.actor));

    let mut manager = app.sign_in(Persona::Manager);
    let page = manager.get("/approvals");
    assert!(page.text().contains("An API key"), "{}", page.text());
    assert!(page.text().contains(WHY));
    let done = manager.post(&format!("/approvals/{id}/approve"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    let after = ours.one(check);
    assert_eq!(after.data()["status"], "verified");
    assert_eq!(
        after.data()["actor_id"],
        app.staff(Persona::Manager).to_string()
    );
    let decided: Decided = reviews::table
        .filter(reviews::id.eq(round))
        .select((
            reviews::state,
            reviews::decided_kind,
            reviews::decided_by,
            reviews::countersigned_by,
        ))
        .first(&mut app.owner())
        .expect("the review");
    let manager_id = Some(app.staff(Persona::Manager));
    assert_eq!(
        decided,
        (
            "decided".to_owned(),
            Some("key".to_owned()),
            Some(ours.key.actor),
            manager_id
        )
    );
    let case = manager.get(&format!("/customers/{customer}"));
    assert_eq!(case.status, 200, "{}", case.text());
}

#[test]
fn a_proposal_of_a_key_may_be_sent_back_or_lapse() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |new| new.risk = Some("high"));
    let check = make::verification(&app, customer, |_| {});
    let body = json!({"status": "failed"});
    assert_eq!(ours.set(check, &body).status, 409);
    let id: Uuid = proposals::table
        .select(proposals::id)
        .first(&mut app.owner())
        .expect("a proposal");
    let back = app.sign_in(Persona::Manager).post(
        &format!("/approvals/{id}/reject"),
        &[("points", "Say which paper was seen.")],
    );
    assert_eq!(back.status, 303, "{}", back.text());
    assert_eq!(
        ours.set(check, &body).body["detail"],
        "awaiting second approval"
    );
    app.clock.advance(TimeDelta::days(15));
    sweep(&app);
    let mut states: Vec<String> = proposals::table
        .select(proposals::state)
        .load(&mut app.owner())
        .expect("the proposals");
    states.sort_unstable();
    assert_eq!(states, ["lapsed", "sent_back"]);
    assert_eq!(ours.one(check).data()["status"], "pending");
}

#[test]
fn an_open_hit_keeps_a_key_from_validating_and_is_not_told() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |new| {
        new.kyc = "pending";
        new.risk = Some("low");
    });
    let (_, check) = make::open_review(&app, customer, 1);
    make::hit(&app, &app.acme, customer);
    let answer = ours.set(check, &json!({"status": "verified"}));
    assert_eq!(answer.problem(), (409, "INVALID_STATE_TRANSITION"));
    let said = text(&answer.body["detail"]).to_lowercase();
    assert!(
        !said.contains("watchlist") && !said.contains("hit"),
        "{said}"
    );
    assert_eq!(kyc(&app, customer), "pending");
}

#[test]
fn what_a_key_overrode_is_in_the_reports_row_of_machines_with_exactly_its_rows() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let [by_key, by_desk] = [(); 2].map(|()| {
        let customer = make::customer(&app, |new| new.kyc = "pending");
        make::open_review(&app, customer, 1).1
    });
    let failed = json!({"status": "failed", "reason": WHY});
    assert_eq!(ours.set(by_key, &failed).status, 200);
    let mut admin = app.sign_in(Persona::Admin);
    let fields = [
        ("status", "failed"),
        ("reason", WHY),
        ("version", "1"),
        ("step", "apply"),
    ];
    let done = admin.post(&format!("/verifications/{by_desk}/override"), &fields);
    assert_eq!(done.status, 303, "{}", done.text());
    let page = admin.get("/reports?by=officer");
    let mut rows = page.texts("tbody tr");
    rows.sort_unstable();
    assert_eq!(
        rows,
        [
            "Admin Person 1 0 1 1 – – 0 0",
            "The clock and machines 1 0 1 1 – – 0 0"
        ]
    );
    let mut links = 0;
    for row in 1..=2 {
        let cells = format!("tbody tr:nth-child({row}) td.num a");
        let numbers = page.texts(&cells);
        for (href, number) in page.attributes(&cells, "href").iter().zip(numbers) {
            let there = admin.get(href);
            let found = there.texts("table tbody tr").len();
            assert_eq!(found.to_string(), number, "{href}");
            if href.contains("by=nobody") {
                let chips = there.text();
                assert!(chips.contains("Decided by: The clock and machines"));
            }
            links += 1;
        }
    }
    assert_eq!(links, 2 * 6);
}
