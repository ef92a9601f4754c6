//! Hits of customers who were merged: the checks of both wait until an officer has looked at what was found of either.

use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::{hits, verifications};

use super::{FALCAO, file, load, merge};
use crate::support::{Persona, TestApp, make};

/// How the newest check of a customer against the lists stands.
fn status(app: &TestApp, customer: Uuid) -> String {
    verifications::table
        .filter(verifications::customer_id.eq(customer))
        .filter(verifications::provider.eq("watchlist"))
        .order(verifications::number.desc())
        .select(verifications::status)
        .first(&mut app.owner())
        .expect("a check")
}

fn check(app: &TestApp, customer: Uuid) -> String {
    let done = app.sign_in(Persona::Admin).post(
        &format!("/customers/{customer}/verifications"),
        &[
            ("verification_type", "sanctions"),
            ("provider", "watchlist"),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    status(app, customer)
}

/// Somebody with an open hit, for which a check waits.
fn alike(app: &TestApp, branch: &str) -> Uuid {
    let customer = make::customer(app, |new| new.branch_id = app.acme.branch(branch));
    assert_eq!(check(app, customer), "pending");
    customer
}

/// Settles the one hit of a customer that is open.
fn settle(app: &TestApp, by: Persona, customer: Uuid, outcome: &str) {
    let hit: Uuid = hits::table
        .filter(hits::customer_id.eq(customer))
        .filter(hits::state.eq("open"))
        .select(hits::id)
        .first(&mut app.owner())
        .expect("an open hit");
    let said = [("outcome", outcome), ("reason", "The photograph differs.")];
    let done = app.sign_in(by).post(&format!("/hits/{hit}"), &said);
    assert_eq!(done.status, 303, "{}", done.text());
}

/// Undoes a merge.
fn part(app: &TestApp, survivor: Uuid, merged: Uuid) {
    let apart = app.sign_in(Persona::Admin).post(
        &format!("/customers/{survivor}/duplicates"),
        &[
            ("other", merged.to_string().as_str()),
            ("answer", "unmerge"),
            ("reason", "They are two brothers."),
        ],
    );
    assert_eq!(apart.status, 303, "{}", apart.text());
}

#[test]
fn the_check_of_the_one_who_stays_is_answered_with_the_last_hit_of_whoever_was_merged() {
    let app = TestApp::start();
    load(&app, &file(&[FALCAO])).expect("a list");
    // Paris is no branch of the officer's: what they say is true there as well.
    for branch in ["london", "paris"] {
        let (merged, survivor) = (alike(&app, "london"), alike(&app, branch));
        assert_eq!(
            merge(&mut app.sign_in(Persona::Admin), survivor, merged),
            303
        );
        settle(&app, Persona::Admin, survivor, "cleared");
        assert_eq!(status(&app, survivor), "pending", "another hit is open");
        assert_eq!(status(&app, merged), "pending");
        let answered = || {
            let said = app.actions();
            said.iter()
                .filter(|one| *one == "verification.answered")
                .count()
        };
        let before = answered();
        settle(&app, Persona::Officer, merged, "cleared");
        assert_eq!(status(&app, merged), "verified", "{branch}");
        assert_eq!(status(&app, survivor), "verified", "{branch}");
        assert_eq!(answered(), before + 2, "each is said");
    }
}

#[test]
fn nobody_is_verified_into_whom_somebody_was_merged_who_is_on_a_list() {
    let app = TestApp::start();
    load(&app, &file(&[FALCAO])).expect("a list");
    let (merged, survivor) = (alike(&app, "london"), alike(&app, "london"));
    assert_eq!(
        merge(&mut app.sign_in(Persona::Admin), survivor, merged),
        303
    );
    settle(&app, Persona::Officer, merged, "confirmed");
    assert_eq!(
        status(&app, merged),
        "failed",
        "it waits for no hit but its own"
    );
    assert_eq!(status(&app, survivor), "pending");
    settle(&app, Persona::Officer, survivor, "cleared");
    assert_eq!(status(&app, survivor), "failed");
    assert_eq!(check(&app, survivor), "failed", "nor by a new check");
    // Of the two as two again, each is what was said of them.
    part(&app, survivor, merged);
    assert_eq!(check(&app, survivor), "verified");
    assert_eq!(check(&app, merged), "failed");
}

#[test]
fn a_hit_answers_the_checks_of_everybody_into_whom_its_customer_was_merged() {
    let app = TestApp::start();
    load(&app, &file(&[FALCAO])).expect("a list");
    let all = [(); 3].map(|()| alike(&app, "london"));
    let [first, second, third] = all;
    let mut admin = app.sign_in(Persona::Admin);
    assert_eq!(merge(&mut admin, second, first), 303);
    assert_eq!(merge(&mut admin, third, second), 303);
    settle(&app, Persona::Officer, third, "cleared");
    settle(&app, Persona::Officer, second, "cleared");
    assert_eq!(all.map(|one| status(&app, one)), ["pending"; 3]);
    settle(&app, Persona::Officer, first, "cleared");
    assert_eq!(all.map(|one| status(&app, one)), ["verified"; 3]);
}

#[test]
fn who_was_parted_waits_for_no_hit_of_the_other() {
    let app = TestApp::start();
    load(&app, &file(&[FALCAO])).expect("a list");
    let (merged, survivor) = (alike(&app, "london"), alike(&app, "paris"));
    assert_eq!(
        merge(&mut app.sign_in(Persona::Admin), survivor, merged),
        303
    );
    settle(&app, Persona::Admin, survivor, "cleared");
    assert_eq!(status(&app, survivor), "pending", "the other hit is open");
    let before = app.actions().len();
    part(&app, survivor, merged);
    assert_eq!(status(&app, survivor), "verified");
    assert_eq!(
        status(&app, merged),
        "pending",
        "nobody looked at its own hit"
    );
    assert_eq!(
        app.actions()[before..],
        [
            "customer.unmerged",
            "customer.unmerged",
            "verification.answered"
        ]
    );
    settle(&app, Persona::Officer, merged, "confirmed");
    assert_eq!(status(&app, merged), "failed");
    assert_eq!(status(&app, survivor), "verified");
}

#[test]
fn everybody_above_whoever_was_parted_waits_no_longer_either() {
    let app = TestApp::start();
    load(&app, &file(&[FALCAO])).expect("a list");
    let all = [(); 3].map(|()| alike(&app, "london"));
    let [first, second, third] = all;
    let mut admin = app.sign_in(Persona::Admin);
    assert_eq!(merge(&mut admin, second, first), 303);
    assert_eq!(merge(&mut admin, third, second), 303);
    for one in [third, second] {
        settle(&app, Persona::Officer, one, "cleared");
    }
    assert_eq!(all.map(|one| status(&app, one)), ["pending"; 3]);
    part(&app, second, first);
    assert_eq!(
        all.map(|one| status(&app, one)),
        ["pending", "verified", "verified"]
    );
}

/// Whoever was merged into somebody is that somebody, under one more name.
#[test]
fn the_names_of_whoever_was_merged_are_looked_for_too() {
    let app = TestApp::start();
    load(&app, &file(&[FALCAO])).expect("a list");
    for branch in ["london", "paris"] {
        let survivor = make::customer(&app, |new| {
            (new.first_name, new.last_name) = (Some("Ana".to_owned()), Some("Silva".to_owned()));
            new.birth_date = "1961-02-01".parse().ok();
        });
        let (merged, first) = (
            make::customer(&app, |new| new.branch_id = app.acme.branch(branch)),
            make::customer(&app, |new| new.last_name = Some("Sousa".to_owned())),
        );
        assert_eq!(check(&app, survivor), "verified");
        let mut admin = app.sign_in(Persona::Admin);
        // By way of somebody else.
        assert_eq!(merge(&mut admin, first, merged), 303);
        assert_eq!(merge(&mut admin, survivor, first), 303);
        assert_eq!(check(&app, survivor), "pending", "{branch}");
        let found: Vec<(String, String)> = hits::table
            .filter(hits::customer_id.eq(survivor))
            .select((hits::entry_id, hits::name))
            .load(&mut app.owner())
            .expect("hits");
        // What somebody elsewhere is called is shown to nobody here.
        let name = match branch {
            "london" => "Inês Falcão",
            _ => "A name of somebody merged into them, of another branch",
        };
        assert_eq!(found, [("Q1".to_owned(), name.to_owned())]);
        settle(&app, Persona::Officer, survivor, "cleared");
        assert_eq!(status(&app, survivor), "verified");
    }
}
