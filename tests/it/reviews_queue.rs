//! The queue: what it shows to whom and in which order, and taking, giving back and handing on what stands in it.

use std::collections::HashSet;

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::{customers, proposals, reviews, saved_views, verifications};

use crate::support::{Browser, Persona, Response, TestApp, make};

mod bulk;
mod next;
mod second;

/// A review of a new customer whose short id says which; due in so many hours.
fn review(
    app: &TestApp,
    short_id: &str,
    due: i64,
    change: impl FnOnce(&mut make::NewReview, &mut make::NewCustomer),
) -> Uuid {
    let mut new = None;
    let mut change = Some(change);
    // The customer is made first, so what is changed of it is asked for before the review is made.
    let customer = make::customer(app, |customer| {
        customer.short_id = format!("{short_id:x<12}");
        customer.kyc = "pending";
        let mut review = blank(app);
        if let Some(change) = change.take() {
            change(&mut review, customer);
        }
        new = Some(review);
    });
    let new = new.expect("a review");
    make::review_of(app, &app.acme, customer, |review| {
        let (id, customer, branch) = (review.id, review.customer_id, review.branch_id);
        *review = new;
        (review.id, review.customer_id, review.branch_id) = (id, customer, branch);
        review.due_at = Some(app.clock.now() + TimeDelta::hours(due));
    })
    .0
}

fn blank(app: &TestApp) -> make::NewReview {
    let now = app.clock.now();
    make::NewReview {
        organisation_id: app.acme.id,
        id: Uuid::nil(),
        customer_id: Uuid::nil(),
        branch_id: Uuid::nil(),
        round: 1,
        review_type: "ONBOARDING",
        state: "open",
        submitted_kind: "console",
        submitted_id: None,
        submitted_at: now,
        assignee: None,
        claim_expires_at: None,
        due_at: None,
        paused_at: None,
        decision: None,
        decided_kind: None,
        decided_by: None,
        decided_at: None,
    }
}

fn open(app: &TestApp, short_id: &str, due: i64) -> Uuid {
    review(app, short_id, due, |_, _| {})
}

fn ids(browser: &mut Browser, address: &str) -> Vec<String> {
    let page = browser.get(address);
    assert_eq!(page.status, 200, "{address}: {}", page.text());
    short_ids(&page)
}

/// The short ids of a page's rows, as the tests name them.
fn short_ids(page: &Response) -> Vec<String> {
    let ids = page.texts("tr[data-row] td.id");
    ids.iter()
        .map(|id| id.trim_end_matches('x').to_owned())
        .collect()
}

fn holder(app: &TestApp, id: Uuid) -> Option<Uuid> {
    reviews::table
        .filter(reviews::id.eq(id))
        .select(reviews::assignee)
        .first(&mut app.owner())
        .expect("the review")
}

fn customer_of(app: &TestApp, id: Uuid) -> Uuid {
    reviews::table
        .filter(reviews::id.eq(id))
        .select(reviews::customer_id)
        .first(&mut app.owner())
        .expect("the review")
}

fn claim(browser: &mut Browser, id: Uuid) -> Response {
    browser.post(&format!("/reviews/{id}/claim"), &[])
}

fn propose(app: &TestApp, id: Uuid, by: Persona) {
    let now = app.clock.now();
    let customer = customer_of(app, id);
    diesel::insert_into(proposals::table)
        .values((
            proposals::organisation_id.eq(app.acme.id),
            proposals::id.eq(app.clock.new_id()),
            proposals::customer_id.eq(customer),
            proposals::branch_id.eq(app.acme.branch("london")),
            proposals::review_id.eq(id),
            proposals::kind.eq("decision"),
            proposals::body.eq(serde_json::json!({})),
            proposals::customer_version.eq(1),
            proposals::policy_version.eq(0),
            proposals::proposed_by.eq(app.staff(by)),
            proposals::proposed_at.eq(now),
            proposals::expires_at.eq(now + TimeDelta::days(3)),
        ))
        .execute(&mut app.owner())
        .expect("a proposal");
    diesel::update(reviews::table.filter(reviews::id.eq(id)))
        .set((
            reviews::assignee.eq(app.staff(by)),
            reviews::claim_expires_at.eq(now + TimeDelta::days(3)),
        ))
        .execute(&mut app.owner())
        .expect("a proposer");
}

#[test]
fn the_most_urgent_stands_first_and_says_how_urgent_it_is() {
    let app = TestApp::start();
    open(&app, "LATER", 40);
    open(&app, "OVERDUE", -3);
    open(&app, "SOON", 5);
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(
        ids(&mut officer, "/reviews?tab=open"),
        ["OVERDUE", "SOON", "LATER"]
    );
    let page = officer.get("/reviews?tab=open");
    let said = page.text();
    for words in [
        "Overdue by 3 h",
        "Due in 5 h",
        "Due in 40 h",
        "16 Nov, 17:00",
        "3 reviews",
        "Onboarding",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    assert!(!page.attributes("[data-key=n]", "type").is_empty());
    // An auditor reads and takes nothing.
    let page = app.sign_in(Persona::Auditor).get("/reviews");
    assert_eq!(page.texts("tr[data-row]").len(), 3);
    assert!(page.attributes("[data-key]", "data-key").is_empty());
}

#[test]
fn time_counts_in_the_organisation_s_working_hours() {
    let app = TestApp::start();
    // Friday, 15:00 in London; due on Monday at 10:00, and the weekend does not count.
    app.clock.advance(TimeDelta::days(4) + TimeDelta::hours(3));
    open(&app, "MONDAY", 67);
    let page = app.sign_in(Persona::Officer).get("/reviews?tab=open");
    assert!(page.text().contains("Due in 19 h"), "{}", page.text());
}

#[test]
fn each_tab_has_its_rows_and_its_order() {
    let app = TestApp::start();
    let now = app.clock.now();
    let officer_id = app.staff(Persona::Officer);
    let hours = |n: i64| Some(now - TimeDelta::hours(n));
    open(&app, "FREE", 5);
    review(&app, "MINE", 9, |review, _| {
        review.assignee = Some(officer_id);
        review.claim_expires_at = Some(now + TimeDelta::minutes(9));
    });
    review(&app, "MINEONCE", 1, |review, _| {
        review.assignee = Some(officer_id);
        review.claim_expires_at = hours(1);
    });
    for (short_id, ago) in [("WAITS1", 1), ("WAITS9", 9)] {
        review(&app, short_id, 5, |review, customer| {
            (review.state, review.paused_at) = ("waiting", hours(ago));
            customer.kyc = "incomplete";
        });
    }
    for (short_id, ago) in [("DONE2", 2), ("DONE7", 7)] {
        review(&app, short_id, 5, |review, customer| {
            (review.state, review.decision) = ("decided", Some("validated"));
            (review.decided_kind, review.decided_by) = ("staff".into(), Some(officer_id));
            review.decided_at = hours(ago);
            customer.kyc = "validated";
        });
    }
    let second = open(&app, "SECOND", 3);
    propose(&app, second, Persona::Manager);
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(
        ids(&mut officer, "/reviews?tab=open"),
        ["MINEONCE", "SECOND", "FREE", "MINE"]
    );
    assert_eq!(ids(&mut officer, "/reviews?tab=mine"), ["MINE"]);
    // Who works on something sees that first; who does not, what is open.
    assert_eq!(ids(&mut officer, "/reviews"), ["MINE"]);
    assert_eq!(ids(&mut app.sign_in(Persona::Admin), "/reviews").len(), 4);
    assert_eq!(
        ids(&mut officer, "/reviews?tab=waiting"),
        ["WAITS9", "WAITS1"]
    );
    assert_eq!(
        ids(&mut officer, "/reviews?tab=decided"),
        ["DONE2", "DONE7"]
    );
    assert_eq!(ids(&mut officer, "/reviews?tab=second"), ["SECOND"]);
    assert!(
        officer
            .get("/reviews?tab=waiting")
            .text()
            .contains("Clock stopped")
    );
    assert!(
        officer
            .get("/reviews?tab=decided")
            .text()
            .contains("Validated")
    );
    let page = officer.get("/reviews?tab=second").text();
    assert!(page.contains("by Manager Person"), "{page}");
    // The proposal's round can be taken by nobody until it is answered.
    let answer = officer.post(&format!("/reviews/{second}/claim"), &[("take_over", "1")]);
    assert_eq!(answer.status, 409);
    assert_eq!(holder(&app, second), Some(app.staff(Persona::Manager)));
}

#[test]
fn every_filter_narrows_and_can_be_taken_away() {
    let app = TestApp::start();
    let (officer_id, now) = (app.staff(Persona::Officer), app.clock.now());
    open(&app, "PLAIN", 30);
    review(&app, "MADRID", 30, |_, customer| {
        customer.branch_id = app.acme.branch("madrid");
    });
    review(&app, "PERIODIC", 30, |review, _| {
        (review.review_type, review.round) = ("PERIODIC", 2);
    });
    review(&app, "TRADER", 30, |_, customer| {
        customer.kind = "sole_trader";
    });
    review(&app, "HIGH", 30, |_, customer| customer.risk = Some("high"));
    review(&app, "HELD", 30, |review, _| {
        review.assignee = Some(officer_id);
        review.claim_expires_at = Some(now + TimeDelta::minutes(5));
    });
    open(&app, "LATE", -2);
    open(&app, "TODAY", 2);
    let mut admin = app.sign_in(Persona::Admin);
    let mut shows = |query: &str, expected: &[&str]| {
        let mut ids = ids(&mut admin, &format!("/reviews?tab=open&{query}"));
        ids.sort_unstable();
        let mut expected: Vec<&str> = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(ids, expected, "{query}");
    };
    shows("branch=madrid", &["MADRID"]);
    shows("branch=nowhere", &[]);
    shows("type=PERIODIC", &["PERIODIC"]);
    shows("kind=sole_trader", &["TRADER"]);
    shows("risk=high", &["HIGH"]);
    shows(
        "risk=high&risk=none&kind=natural&branch=madrid",
        &["MADRID"],
    );
    shows(&format!("assignee={officer_id}"), &["HELD"]);
    shows("assignee=mine", &[]);
    shows(
        "assignee=nobody",
        &[
            "PLAIN", "MADRID", "PERIODIC", "TRADER", "HIGH", "LATE", "TODAY",
        ],
    );
    shows("due=overdue", &["LATE"]);
    shows("due=today", &["TODAY"]);
    let page = admin.get("/reviews?tab=open&due=overdue&kind=natural");
    assert_eq!(
        page.attributes(".chips a.chip", "href"),
        [
            "/reviews?tab=open&kind=natural",
            "/reviews?tab=open&due=overdue"
        ]
    );
    let empty = admin.get("/reviews?tab=open&kind=legal");
    assert!(empty.text().contains("No review matches"));
    for wrong in [
        "tab=all",
        "type=YEARLY",
        "assignee=x",
        "due=soon",
        "after=x",
        "risk=9",
    ] {
        assert_eq!(
            admin.get(&format!("/reviews?{wrong}")).status,
            400,
            "{wrong}"
        );
    }
}

#[test]
fn every_row_stands_on_exactly_one_page() {
    let app = TestApp::start();
    for at in 0..112_i64 {
        review(&app, &format!("R{at:03}"), at / 5, |_, customer| {
            customer.branch_id = app.acme.branches[usize::try_from(at % 3).expect("small")].1;
        });
    }
    for (persona, expected) in [(Persona::Admin, 112), (Persona::Officer, 75)] {
        let mut browser = app.sign_in(persona);
        let (mut address, mut seen) = ("/reviews?tab=open".to_owned(), Vec::new());
        loop {
            let page = browser.get(&address);
            seen.extend(short_ids(&page));
            match page.attributes("a[rel=next]", "href").pop() {
                Some(next) => address = next,
                None => break,
            }
        }
        let once: HashSet<&String> = seen.iter().collect();
        assert_eq!(
            (once.len(), seen.len()),
            (expected, expected),
            "{persona:?}"
        );
        // By the hour they are due.
        let hours: Vec<i64> = seen
            .iter()
            .map(|id| id[1..].parse::<i64>().expect("a number") / 5)
            .collect();
        assert!(hours.is_sorted(), "{hours:?}");
        let counted = browser
            .get("/reviews?tab=open")
            .texts("[data-count]")
            .join("");
        assert_eq!(counted, format!("{expected} reviews"));
    }
    let fragment = app
        .sign_in(Persona::Admin)
        .fragment("/reviews?tab=open", "list");
    assert!(!fragment.body.contains("<html") && fragment.body.contains("R000"));
}

#[test]
fn what_is_not_in_one_s_branches_is_not_there() {
    let app = TestApp::start();
    let hidden = review(&app, "HIDDEN", -9, |_, customer| {
        customer.branch_id = app.acme.branch("paris");
    });
    let mut manager = app.sign_in(Persona::Manager);
    assert!(ids(&mut manager, "/reviews?tab=open").is_empty());
    assert!(ids(&mut manager, "/reviews?tab=open&branch=paris").is_empty());
    let to = app.staff(Persona::SecondAdmin).to_string();
    for (verb, fields) in [
        ("claim", vec![]),
        ("release", vec![]),
        ("withdraw", vec![]),
        ("assign", vec![("staff", to.as_str())]),
    ] {
        let answer = manager.post(&format!("/reviews/{hidden}/{verb}"), &fields);
        assert_eq!(answer.status, 404, "{verb}");
    }
    let bulk = [("review", hidden.to_string()), ("staff", to.clone())];
    let bulk: Vec<(&str, &str)> = bulk
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(manager.post("/reviews/assign", &bulk).status, 404);
    let answer = manager.post("/reviews/next", &[]);
    assert_eq!(
        answer.header("location"),
        Some("/reviews?tab=open&done=none")
    );
    assert!(
        manager
            .follow(&answer)
            .text()
            .contains("No open review of your branches is free")
    );
    assert_eq!(holder(&app, hidden), None);
}

#[test]
fn of_two_who_claim_at_once_one_wins_and_the_other_may_take_over() {
    let app = TestApp::start();
    let id = open(&app, "ONE", 3);
    let customer = customer_of(&app, id);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = [Persona::Officer, Persona::Manager]
            .map(|persona| {
                let mut browser = app.sign_in(persona);
                scope.spawn(move || claim(&mut browser, id).status)
            })
            .into_iter()
            .collect();
        asked
            .into_iter()
            .map(|one| one.join().expect("an answer"))
            .collect()
    });
    assert!(
        statuses.contains(&303) && statuses.contains(&409),
        "{statuses:?}"
    );
    let officer_won = holder(&app, id) == Some(app.staff(Persona::Officer));
    let loser = if officer_won {
        Persona::Manager
    } else {
        Persona::Officer
    };
    let mut browser = app.sign_in(loser);
    let page = claim(&mut browser, id);
    assert_eq!(page.status, 409);
    assert!(
        page.text().contains("works on this review"),
        "{}",
        page.text()
    );
    let path = format!("/reviews/{id}/claim");
    assert_eq!(page.form(&path), [("take_over".to_owned(), "1".to_owned())]);
    // Whoever does not hold it cannot give it back.
    assert_eq!(
        browser.post(&format!("/reviews/{id}/release"), &[]).status,
        409
    );
    let taken = browser.post(&path, &[("take_over", "1")]);
    let there = format!("/customers/{customer}?done=taken");
    assert_eq!(taken.header("location"), Some(there.as_str()));
    assert_eq!(holder(&app, id), Some(app.staff(loser)));
    assert!(
        browser
            .follow(&taken)
            .text()
            .contains("The review is yours.")
    );
    assert_eq!(
        app.actions()
            .iter()
            .filter(|action| *action == "review.claimed")
            .count(),
        2
    );
}

#[test]
fn a_claim_ends_by_itself_and_what_was_given_stays() {
    let app = TestApp::start();
    let (claimed, given) = (open(&app, "CLAIMED", 3), open(&app, "GIVEN", 4));
    assert_eq!(
        claim(&mut app.sign_in(Persona::Manager), claimed).status,
        303
    );
    let to = app.staff(Persona::Officer).to_string();
    let answer = app
        .sign_in(Persona::Manager)
        .post(&format!("/reviews/{given}/assign"), &[("staff", &to)]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let mut officer = app.sign_in(Persona::Officer);
    assert!(ids(&mut officer, "/reviews?tab=open&assignee=nobody").is_empty());
    app.clock.advance(TimeDelta::minutes(31));
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(
        ids(&mut officer, "/reviews?tab=open&assignee=nobody"),
        ["CLAIMED"]
    );
    assert_eq!(ids(&mut officer, "/reviews?tab=mine"), ["GIVEN"]);
    assert_eq!(
        claim(&mut officer, claimed).status,
        303,
        "an expired claim is free"
    );
    // Given back, it is anybody's.
    let back = officer.post_with(
        &format!("/reviews/{claimed}/release"),
        &[],
        &[(
            "referer",
            &format!("http://{}/reviews?tab=mine&kind=natural", app.address),
        )],
    );
    assert_eq!(
        back.header("location"),
        Some("/reviews?tab=mine&kind=natural&done=released")
    );
    assert_eq!(holder(&app, claimed), None);
    let away = app
        .sign_in(Persona::Manager)
        .post(&format!("/reviews/{given}/assign"), &[("staff", "nobody")]);
    assert_eq!(away.status, 303);
    assert_eq!(holder(&app, given), None);
}

#[test]
fn a_review_is_given_only_to_who_may_decide_it() {
    let app = TestApp::start();
    let officer = app.staff(Persona::Officer);
    let id = review(&app, "SUBMITTED", 3, |review, customer| {
        (review.submitted_kind, review.submitted_id) = ("staff", Some(officer));
        customer.branch_id = app.acme.branch("madrid");
    });
    let path = format!("/reviews/{id}/assign");
    let mut admin = app.sign_in(Persona::Admin);
    for (persona, status) in [
        // Submitted it; works elsewhere; decides nothing; may.
        (Persona::Officer, 422),
        (Persona::Manager, 422),
        (Persona::Auditor, 422),
        (Persona::SecondAdmin, 303),
    ] {
        let to = app.staff(persona).to_string();
        assert_eq!(
            admin.post(&path, &[("staff", &to)]).status,
            status,
            "{persona:?}"
        );
    }
    assert_eq!(admin.post(&path, &[("staff", "")]).status, 422);
    let stranger = app.staff(Persona::Other).to_string();
    assert_eq!(admin.post(&path, &[("staff", &stranger)]).status, 404);
    assert_eq!(holder(&app, id), Some(app.staff(Persona::SecondAdmin)));
    let to = app.staff(Persona::SecondAdmin).to_string();
    for persona in [Persona::Officer, Persona::Auditor] {
        assert_eq!(
            app.sign_in(persona).post(&path, &[("staff", &to)]).status,
            403
        );
    }
}

#[test]
fn several_are_given_at_once_or_none() {
    let app = TestApp::start();
    let (one, two) = (open(&app, "ONE", 1), open(&app, "TWO", 2));
    let other = review(&app, "THREE", 3, |_, customer| {
        customer.branch_id = app.acme.branch("madrid");
    });
    let manager = app.staff(Persona::Manager).to_string();
    let mut admin = app.sign_in(Persona::Admin);
    let mut give = |ids: &[Uuid]| {
        let mut fields: Vec<(&str, String)> =
            ids.iter().map(|id| ("review", id.to_string())).collect();
        fields.push(("staff", manager.clone()));
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        admin.post("/reviews/assign", &fields)
    };
    assert_eq!(give(&[]).status, 422);
    // The manager does not work in madrid.
    assert_eq!(give(&[one, two, other]).status, 422);
    assert_eq!(holder(&app, one), None);
    let given = give(&[one, two, one]);
    assert_eq!(
        given.header("location"),
        Some("/reviews?tab=open&done=assigned")
    );
    for id in [one, two] {
        assert_eq!(holder(&app, id), Some(app.staff(Persona::Manager)));
    }
    assert_eq!(
        app.actions()
            .iter()
            .filter(|action| *action == "review.assigned")
            .count(),
        2
    );
    assert_eq!(
        ids(&mut app.sign_in(Persona::Manager), "/reviews"),
        ["ONE", "TWO"]
    );
}

#[test]
fn eight_who_ask_for_the_next_at_once_get_eight() {
    let app = TestApp::start();
    for at in 0..10_i64 {
        open(&app, &format!("R{at}"), at);
    }
    let officers: Vec<Uuid> = (0..8).map(|_| make::staff(&app, &app.acme)).collect();
    std::thread::scope(|scope| {
        for officer in &officers {
            let mut browser = app.sign_in_as(&app.acme, *officer);
            scope.spawn(move || {
                let answer = browser.post("/reviews/next", &[]);
                assert_eq!(answer.status, 303, "{}", answer.text());
                let to = answer.header("location").expect("a location");
                assert!(to.starts_with("/customers/"), "{to}");
            });
        }
    });
    let held: Vec<(Option<Uuid>, i32)> = reviews::table
        .filter(reviews::assignee.is_not_null())
        .select((reviews::assignee, reviews::round))
        .load(&mut app.owner())
        .expect("reviews");
    let holders: HashSet<Option<Uuid>> = held.iter().map(|(holder, _)| *holder).collect();
    assert_eq!((held.len(), holders.len()), (8, 8));
    // The two that are left are the least urgent.
    assert_eq!(
        ids(
            &mut app.sign_in(Persona::Admin),
            "/reviews?tab=open&assignee=nobody"
        ),
        ["R8", "R9"]
    );
}

#[test]
fn next_passes_over_what_one_submitted() {
    let app = TestApp::start();
    let officer_id = app.staff(Persona::Officer);
    let own = review(&app, "OWN", -5, |review, _| {
        (review.submitted_kind, review.submitted_id) = ("staff", Some(officer_id));
    });
    let other = open(&app, "OTHER", 5);
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get("/reviews?tab=open");
    assert!(page.text().contains("You submitted it"));
    let answer = officer.post("/reviews/next", &[]);
    let there = format!("/customers/{}?done=taken", customer_of(&app, other));
    assert_eq!(answer.header("location"), Some(there.as_str()));
    let answer = officer.post("/reviews/next", &[]);
    assert_eq!(
        answer.header("location"),
        Some("/reviews?tab=open&done=none")
    );
    assert_eq!(holder(&app, own), None);
}

#[test]
fn a_review_is_taken_back_before_anybody_works_on_it() {
    let app = TestApp::start();
    let id = open(&app, "ONE", 3);
    let customer = customer_of(&app, id);
    let path = format!("/reviews/{id}/withdraw");
    assert_eq!(app.sign_in(Persona::Auditor).post(&path, &[]).status, 403);
    claim(&mut app.sign_in(Persona::Manager), id);
    let mut officer = app.sign_in(Persona::Officer);
    let refused = officer.post(&path, &[]);
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("Somebody works on this review"));
    app.clock.advance(TimeDelta::minutes(31));
    let mut officer = app.sign_in(Persona::Officer);
    let done = officer.post(&path, &[]);
    let there = format!("/customers/{customer}?done=withdrawn");
    assert_eq!(done.header("location"), Some(there.as_str()));
    let (state, kyc): (String, String) = reviews::table
        .inner_join(customers::table.on(customers::id.eq(reviews::customer_id)))
        .filter(reviews::id.eq(id))
        .select((reviews::state, customers::kyc))
        .first(&mut app.owner())
        .expect("the review");
    assert_eq!((state.as_str(), kyc.as_str()), ("withdrawn", "draft"));
    let (status, reason): (String, Option<String>) = verifications::table
        .filter(verifications::review_id.eq(id))
        .select((verifications::status, verifications::reason))
        .first(&mut app.owner())
        .expect("its check");
    assert_eq!(
        (status.as_str(), reason.as_deref()),
        ("expired", Some("withdrawn"))
    );
    assert_eq!(officer.post(&path, &[]).status, 409, "once");
    assert!(ids(&mut officer, "/reviews?tab=open").is_empty());
}

#[test]
fn a_company_takes_back_the_rounds_of_its_members_with_its_own() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    diesel::update(customers::table.filter(customers::id.eq(company)))
        .set(customers::kyc.eq("pending"))
        .execute(&mut app.owner())
        .expect("pending");
    let member = make::customer(&app, |new| new.kyc = "pending");
    let earlier = make::customer(&app, |new| new.kyc = "pending");
    for one in [member, earlier] {
        make::relation(&app, company, one, "director", None);
    }
    let (of_company, _) = make::review_of(&app, &app.acme, company, |_| {});
    let (of_member, _) = make::review_of(&app, &app.acme, member, |_| {});
    let (before, _) = make::review_of(&app, &app.acme, earlier, |new| {
        new.submitted_at -= TimeDelta::days(1);
    });
    let path = format!("/reviews/{of_company}/withdraw");
    assert_eq!(app.sign_in(Persona::Officer).post(&path, &[]).status, 303);
    let state = |id: Uuid| -> String {
        reviews::table
            .filter(reviews::id.eq(id))
            .select(reviews::state)
            .first(&mut app.owner())
            .expect("the review")
    };
    let states = [of_company, of_member, before].map(state);
    assert_eq!(states, ["withdrawn", "withdrawn", "open"]);
}

#[test]
fn a_company_is_not_taken_back_around_a_proposal_about_a_member() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    diesel::update(customers::table.filter(customers::id.eq(company)))
        .set(customers::kyc.eq("pending"))
        .execute(&mut app.owner())
        .expect("pending");
    let member = make::customer(&app, |new| {
        (new.kyc, new.risk) = ("pending", Some("high"));
        new.last_name = Some("Sequeira".to_owned());
    });
    make::relation(&app, company, member, "director", None);
    let (of_company, _) = make::review_of(&app, &app.acme, company, |_| {});
    let (of_member, check) = make::review_of(&app, &app.acme, member, |_| {});
    // An admin sets the check of the member by hand, which two must agree to; the round itself is free.
    let asked = app.sign_in(Persona::Admin).post(
        &format!("/verifications/{check}/override"),
        &[
            ("status", "failed"),
            ("reason", "Seen the original at the counter."),
            ("version", "1"),
            ("step", "apply"),
        ],
    );
    assert_eq!(asked.header("location"), Some("/approvals?done=asked"));
    let mut officer = app.sign_in(Persona::Officer);
    for (round, words) in [
        (of_member, "A second person is asked about this customer"),
        (of_company, "A second person is asked about"),
    ] {
        let refused = officer.post(&format!("/reviews/{round}/withdraw"), &[]);
        assert_eq!(refused.status, 409, "{}", refused.text());
        assert!(refused.text().contains(words), "{}", refused.text());
    }
    let states: Vec<String> = reviews::table
        .select(reviews::state)
        .load(&mut app.owner())
        .expect("the rounds");
    assert_eq!(states, ["open", "open"]);
}

#[test]
fn a_view_is_kept_shown_and_removed_by_its_owner() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    let fields = |name: &'static str, scope: &'static str| {
        [
            ("name", name),
            ("query", "tab=open&due=overdue&after=1.x&done=none"),
            ("scope", scope),
        ]
    };
    let saved = officer.post("/views", &fields("  Late   ones ", "mine"));
    assert_eq!(
        saved.header("location"),
        Some("/reviews?tab=open&due=overdue&done=saved")
    );
    let page = officer.follow(&saved);
    assert!(page.text().contains("The view is saved."));
    assert_eq!(page.texts("nav[aria-label='Saved views'] a"), ["Late ones"]);
    assert_eq!(
        page.attributes("nav[aria-label='Saved views'] a", "aria-current"),
        ["true"]
    );
    officer.post("/views", &fields("For us all", "team"));
    let mut manager = app.sign_in(Persona::Manager);
    let links = |browser: &mut Browser| {
        browser
            .get("/reviews")
            .texts("nav[aria-label='Saved views'] a")
    };
    assert_eq!(links(&mut manager), ["For us all"]);
    assert!(links(&mut app.sign_in(Persona::Other)).is_empty());
    let all: Vec<Uuid> = saved_views::table
        .order(saved_views::name)
        .select(saved_views::id)
        .load(&mut app.owner())
        .expect("views");
    for id in &all {
        let path = format!("/views/{id}/delete");
        assert_eq!(manager.post(&path, &[]).status, 404, "another's");
        assert_eq!(officer.post(&path, &[]).status, 303);
    }
    assert!(links(&mut officer).is_empty());
    for (name, query, scope) in [
        ("", "tab=open", "mine"),
        ("x", "tab=nowhere", "mine"),
        ("x", "tab=open", "world"),
    ] {
        let answer = officer.post(
            "/views",
            &[("name", name), ("query", query), ("scope", scope)],
        );
        assert_eq!(answer.status, 422, "{name} {query} {scope}");
    }
    for _ in 0..50 {
        assert_eq!(officer.post("/views", &fields("Many", "mine")).status, 303);
    }
    assert_eq!(
        officer.post("/views", &fields("One more", "mine")).status,
        409
    );
}

#[test]
fn what_the_team_keeps_hides_nobodys_own_view_and_is_no_more_than_a_hundred() {
    let app = TestApp::start();
    let colleague = app.staff(Persona::Manager);
    for _ in 0..100 {
        make::view_of(&app, &app.acme, colleague, "team", "tab=open");
    }
    let mut officer = app.sign_in(Persona::Officer);
    let mut save = |scope: &str| {
        let named = [("name", "Zurich"), ("query", "tab=open"), ("scope", scope)];
        officer.post("/views", &named).status
    };
    // One more would be seen by nobody who has a hundred before their eyes.
    assert_eq!(save("team"), 409);
    assert_eq!(save("mine"), 303);
    let page = officer.get("/reviews?tab=open");
    let links = page.texts("nav[aria-label='Saved views'] a");
    assert_eq!(links.len(), 101);
    assert_eq!(links.last().map(String::as_str), Some("Zurich"));
}

fn prefer(by: &mut Browser, role: &str, view: &str) -> Response {
    by.post("/views/default", &[("role", role), ("view", view)])
}

#[test]
fn an_admin_says_what_a_role_sees_first_and_the_address_says_it_too() {
    let app = TestApp::start();
    open(&app, "FREE", 5);
    let officer_id = app.staff(Persona::Officer);
    let view = |scope: &str, query: &str| {
        make::view_of(&app, &app.acme, officer_id, scope, query).to_string()
    };
    let team = view("team", "tab=waiting&kind=natural");
    let mut admin = app.sign_in(Persona::Admin);
    let mut officer = app.sign_in(Persona::Officer);
    let done = prefer(&mut admin, "officer", &team);
    assert_eq!(
        done.header("location"),
        Some("/reviews?tab=open&done=preferred")
    );
    assert_eq!(
        app.actions().last().map(String::as_str),
        Some("view.preferred")
    );
    let led = officer.get("/reviews");
    assert_eq!(
        (led.status, led.header("location")),
        (303, Some("/reviews?tab=waiting&kind=natural"))
    );
    let page = officer.follow(&led);
    assert_eq!(
        page.attributes("nav[aria-label='Saved views'] a[aria-current]", "href"),
        ["/reviews?tab=waiting&kind=natural"]
    );
    // Whoever says what they want gets that; so do the other roles, and another organisation.
    for path in [
        "/reviews?tab=open",
        "/reviews?branch=london",
        "/reviews?done=released",
    ] {
        assert_eq!(officer.get(path).status, 200, "{path}");
    }
    for other in [
        Persona::Auditor,
        Persona::Manager,
        Persona::Admin,
        Persona::Other,
    ] {
        assert_eq!(app.sign_in(other).get("/reviews").status, 200, "{other:?}");
    }
    // It is shown as chosen to those who choose, and to nobody else.
    let page = admin.get("/reviews?tab=open");
    assert_eq!(
        page.attributes("#first-officer option[selected]", "value"),
        [team.as_str()]
    );
    assert!(
        officer
            .get("/reviews?tab=open")
            .texts("#first-seen")
            .is_empty()
    );
    // Another takes its place, and what is built in takes that one's.
    let second = view("team", "tab=decided");
    assert_eq!(prefer(&mut admin, "officer", &second).status, 303);
    assert_eq!(
        officer.get("/reviews").header("location"),
        Some("/reviews?tab=decided")
    );
    assert_eq!(prefer(&mut admin, "officer", &second).status, 409);
    assert_eq!(prefer(&mut admin, "officer", "").status, 303);
    assert_eq!(ids(&mut officer, "/reviews"), ["FREE"]);
    // Whoever keeps the view may remove it; then what is built in is seen again.
    assert_eq!(prefer(&mut admin, "officer", &team).status, 303);
    let removed = officer.post(&format!("/views/{team}/delete"), &[]);
    assert_eq!(removed.status, 303);
    assert_eq!(ids(&mut officer, "/reviews"), ["FREE"]);
}

#[test]
fn only_a_view_of_the_team_is_seen_first_and_only_an_admin_says_so() {
    let app = TestApp::start();
    let admin_id = app.staff(Persona::Admin);
    let team = make::view_of(&app, &app.acme, admin_id, "team", "tab=waiting").to_string();
    let own = make::view_of(&app, &app.acme, admin_id, "mine", "tab=waiting").to_string();
    let stranger = app.staff(Persona::Other);
    let foreign = make::view_of(&app, &app.other, stranger, "team", "tab=waiting").to_string();
    for other in [Persona::Auditor, Persona::Officer, Persona::Manager] {
        let mut browser = app.sign_in(other);
        assert_eq!(prefer(&mut browser, "officer", &team).status, 403);
    }
    let mut admin = app.sign_in(Persona::Admin);
    for (role, view) in [
        ("officer", own.as_str()),
        ("officer", foreign.as_str()),
        ("officer", "x"),
        ("owner", team.as_str()),
    ] {
        assert_eq!(prefer(&mut admin, role, view).status, 422, "{role} {view}");
    }
    // Taking away what is not there changes nothing.
    assert_eq!(prefer(&mut admin, "officer", "").status, 409);
    assert_eq!(app.sign_in(Persona::Officer).get("/reviews").status, 200);
    // A list that says nothing would lead to itself for ever.
    let bare = make::view_of(&app, &app.acme, admin_id, "team", "").to_string();
    assert_eq!(prefer(&mut admin, "admin", &bare).status, 303);
    assert_eq!(admin.get("/reviews").status, 200);
}

#[test]
fn a_manager_sees_first_what_waits_for_a_second_person_other_than_them() {
    let app = TestApp::start();
    let second = open(&app, "SECOND", 5);
    let own = open(&app, "OWN", 5);
    let mut manager = app.sign_in(Persona::Manager);
    propose(&app, own, Persona::Manager);
    diesel::update(reviews::table.filter(reviews::id.eq(own)))
        .set((
            reviews::assignee.eq(None::<Uuid>),
            reviews::claim_expires_at.eq(None::<chrono::DateTime<chrono::Utc>>),
        ))
        .execute(&mut app.owner())
        .expect("the review");
    assert_eq!(
        manager.get("/reviews").status,
        200,
        "their own waits on others"
    );
    propose(&app, second, Persona::Officer);
    let led = manager.get("/reviews");
    assert_eq!(
        (led.status, led.header("location")),
        (303, Some("/reviews?tab=second"))
    );
    // In another branch it waits for others.
    diesel::update(proposals::table.filter(proposals::proposed_by.eq(app.staff(Persona::Officer))))
        .set(proposals::branch_id.eq(app.acme.branch("paris")))
        .execute(&mut app.owner())
        .expect("the proposal");
    assert_eq!(manager.get("/reviews").status, 200);
    assert_eq!(app.sign_in(Persona::Officer).get("/reviews").status, 200);
}

#[test]
fn the_file_has_the_same_rows_in_the_same_order() {
    let app = TestApp::start();
    let officer_id = app.staff(Persona::Officer);
    open(&app, "FREE", 5);
    review(&app, "LATE", -3, |review, customer| {
        review.assignee = Some(officer_id);
        customer.risk = Some("high");
        customer.last_name = Some("=Formula".to_owned());
        customer.first_name = None;
    });
    review(&app, "HIDDEN", -9, |_, customer| {
        customer.branch_id = app.acme.branch("paris");
    });
    let mut officer = app.sign_in(Persona::Officer);
    let file = officer.get("/reviews.csv?tab=open&kind=natural");
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let mut reader = csv::Reader::from_reader(file.body.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let cell = |row: usize, name: &str| {
        let at = head.iter().position(|head| head == name).expect("a column");
        rows[row][at].trim_end_matches('x').to_owned()
    };
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (cell(0, "short_id"), cell(1, "short_id")),
        ("LATE".into(), "FREE".into())
    );
    assert_eq!(cell(0, "customer"), "'=Formula");
    assert_eq!(cell(0, "held_by"), "Officer Person");
    assert_eq!(cell(0, "state"), "In review");
    assert_eq!(cell(0, "due"), "Overdue by 3 h");
    assert_eq!(cell(0, "risk"), "High");
    assert_eq!(cell(1, "due_at"), "2026-11-16T17:00:00Z");
    assert_eq!(
        app.actions().last().map(String::as_str),
        Some("reviews.exported")
    );
    for tab in ["mine", "waiting", "second", "decided"] {
        let file = officer.get(&format!("/reviews.csv?tab={tab}"));
        let expected = if tab == "mine" { 2 } else { 1 };
        assert_eq!(file.body.lines().count(), expected, "{tab}");
    }
}

#[test]
fn what_is_open_in_whole_branches_is_known_and_what_is_narrower_counted_as_far_as_people_plan() {
    let app = TestApp::start();
    make::customer(&app, |_| {});
    make::many(&app, 2_104);
    make::many_reviews(&app);
    review(&app, "ELSEWHERE", 3, |_, customer| {
        customer.branch_id = app.acme.branches[2].1;
    });
    let said = |persona: Persona, query: &str| {
        let page = app
            .sign_in(persona)
            .get(&format!("/reviews?tab=open{query}"));
        page.texts("[data-count]").concat().trim().to_owned()
    };
    assert_eq!(said(Persona::Officer, ""), "2,105 reviews");
    assert_eq!(said(Persona::Admin, ""), "2,106 reviews");
    let elsewhere = app.acme.branches[2].0;
    assert_eq!(
        said(Persona::Admin, &format!("&branch={elsewhere}")),
        "1 review"
    );
}

#[test]
fn work_beyond_two_thousand_is_counted_once_its_rows_are_shown() {
    let app = TestApp::start();
    make::customer(&app, |_| {});
    make::many(&app, 2_001);
    make::many_reviews(&app);
    let mut officer = app.sign_in(Persona::Officer);
    let shown = |page: &Response| (page.texts("[data-count]"), page.texts("tr[data-row]").len());
    let page = officer.get("/reviews?tab=open&kind=natural");
    assert_eq!(shown(&page), (vec!["2,000+ reviews".to_owned()], 50));
    let later = page.attributes("[data-count]", "hx-get")[0].clone();
    let counted = officer.fragment(&later, "count");
    assert_eq!(shown(&counted), (vec!["2,002 reviews".to_owned()], 0));
    assert!(
        counted.attributes("[data-count]", "hx-get").is_empty(),
        "once"
    );
    // On a later page the same are counted; the filters are the list's own.
    let next = officer.get(&page.attributes("a[rel=next]", "href")[0]);
    assert_eq!(next.attributes("[data-count]", "hx-get"), [later]);
    let none = officer.fragment("/reviews?tab=open&kind=natural&branch=madrid", "count");
    assert_eq!(none.texts("[data-count]"), ["0 reviews"]);
    // Where all are counted before, nothing more is asked.
    diesel::sql_query(
        "DELETE FROM reviews WHERE number IN (SELECT number FROM reviews ORDER BY number LIMIT 2)",
    )
    .execute(&mut app.owner())
    .expect("two fewer");
    let page = officer.get("/reviews?tab=open&kind=natural");
    assert_eq!(shown(&page), (vec!["2,000 reviews".to_owned()], 50));
    assert!(page.attributes("[data-count]", "hx-get").is_empty());
}
