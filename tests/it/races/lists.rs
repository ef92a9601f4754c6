//! Lists, and what is said of hits, while a check looks: a check that waits has something open that it waits for.

use diesel::connection::SimpleConnection as _;
use vouch::schema::hits;

use super::{
    ordered::{in_order, until_wait},
    *,
};
use crate::watchlist::{FALCAO, HEAD, load};

fn start(by: &mut Browser, customer: Uuid) -> u16 {
    let fields = [
        ("verification_type", "sanctions"),
        ("provider", "watchlist"),
    ];
    let path = format!("/customers/{customer}/verifications");
    by.post(&path, &fields).status
}

/// How a customer's checks against the lists stand, oldest first.
fn checks(app: &TestApp, customer: Uuid) -> Vec<String> {
    verifications::table
        .filter(verifications::customer_id.eq(customer))
        .filter(verifications::provider.eq("watchlist"))
        .order(verifications::number)
        .select(verifications::status)
        .load(&mut app.owner())
        .expect("checks")
}

/// Hits of a customer that nobody has looked at: entry and id.
fn open(app: &TestApp, customer: Uuid) -> Vec<(String, Uuid)> {
    hits::table
        .filter(hits::customer_id.eq(customer))
        .filter(hits::state.eq("open"))
        .select((hits::entry_id, hits::id))
        .load(&mut app.owner())
        .expect("hits")
}

fn settle(by: &mut Browser, hit: Uuid, outcome: &str) -> u16 {
    let said = [("outcome", outcome), ("reason", "The photograph differs.")];
    by.post(&format!("/hits/{hit}"), &said).status
}

/// Each as one after the other would leave it: the check that began while the hit was open knows what was said of it.
#[test]
fn a_check_that_began_before_its_hit_was_settled_does_not_wait_for_it_afterwards() {
    let app = TestApp::start();
    load(&app, &format!("{HEAD}\n{FALCAO}\n")).expect("a list");
    for (outcome, status, turned) in [
        ("cleared", "verified", false),
        ("confirmed", "failed", false),
        ("cleared", "verified", true),
        ("confirmed", "failed", true),
    ] {
        let customer = make::customer(&app, |_| {});
        let mut officer = app.sign_in(Persona::Officer);
        let mut manager = app.sign_in(Persona::Manager);
        assert_eq!(start(&mut officer, customer), 303);
        let found = open(&app, customer);
        assert_eq!(checks(&app, customer), ["pending"]);
        let statuses = in_order(
            &app,
            customer,
            turned,
            || settle(&mut officer, found[0].1, outcome),
            || start(&mut manager, customer),
        );
        assert_eq!(statuses, (303, 303), "{outcome}");
        assert_eq!(open(&app, customer), []);
        assert_eq!(
            checks(&app, customer),
            [status, status],
            "{outcome}, turned: {turned}"
        );
    }
}

#[test]
fn a_list_that_is_loaded_anew_meanwhile_neither_breaks_the_search_nor_loses_anybody() {
    let app = TestApp::start();
    load(&app, &format!("{HEAD}\n{FALCAO}\n")).expect("a list");
    for (change, status, found) in [
        (
            "UPDATE watchlist_entries SET id = 'Q9'; UPDATE watchlist_names SET entry_id = 'Q9'",
            "pending",
            Some("Q9"),
        ),
        (
            "DELETE FROM watchlist_entries; DELETE FROM watchlist_names",
            "verified",
            None,
        ),
    ] {
        let customer = make::customer(&app, |_| {});
        let mut officer = app.sign_in(Persona::Officer);
        let mut loading = app.database.owner();
        // The names are read; the entries must wait.
        loading
            .batch_execute("BEGIN; LOCK TABLE watchlist_entries IN ACCESS EXCLUSIVE MODE")
            .expect("the entries");
        let started = std::thread::scope(|scope| {
            let started = scope.spawn(|| start(&mut officer, customer));
            until_wait(&app, 1);
            loading.batch_execute(change).expect("another list");
            loading.batch_execute("COMMIT").expect("its end");
            started.join().expect("the check")
        });
        assert_eq!(started, 303, "{change}");
        assert_eq!(checks(&app, customer), [status], "{change}");
        let entries: Vec<String> = open(&app, customer).into_iter().map(|one| one.0).collect();
        assert_eq!(entries, Vec::from_iter(found), "{change}");
    }
}

/// Of two who settle the last two hits of one who was merged at the same time, either both are done or one is told to look
/// again; and once both hits are settled no check waits.
#[test]
fn two_who_settle_the_hits_of_merged_customers_at_once_leave_no_check_that_waits() {
    let app = TestApp::start();
    load(&app, &format!("{HEAD}\n{FALCAO}\n")).expect("a list");
    let mut admin = app.sign_in(Persona::Admin);
    let mut officer = app.sign_in(Persona::Officer);
    let mut manager = app.sign_in(Persona::Manager);
    for _ in 0..TIMES {
        let (merged, survivor) = (make::customer(&app, |_| {}), make::customer(&app, |_| {}));
        for one in [merged, survivor] {
            assert_eq!(start(&mut officer, one), 303);
        }
        assert_eq!(crate::watchlist::merge(&mut admin, survivor, merged), 303);
        let (one, other) = (open(&app, merged)[0].1, open(&app, survivor)[0].1);
        let (first, second) = race(
            || settle(&mut officer, one, "cleared"),
            || settle(&mut manager, other, "cleared"),
        );
        assert_eq!(second, 303, "it waits for nobody else's row");
        if first == 409 {
            assert_eq!(settle(&mut officer, one, "cleared"), 303);
        } else {
            assert_eq!(first, 303);
        }
        for one in [merged, survivor] {
            assert_eq!(checks(&app, one), ["verified"]);
        }
    }
}
