//! A suspicion goes to the managers, and nobody else learns that there is one: not by a page, a file, a count, a
//! version, or a statement of the serving role.

use diesel::prelude::*;
use vouch::schema::{customers, proposals};

use crate::support::{Persona, TestApp, make};

mod everywhere;

const CANARY: &str = "Cash of 9,900 on each of eleven days; canary 7714.";

/// An open review that the officer holds, about which they hand a suspicion over.
fn raised(app: &TestApp) -> (uuid::Uuid, uuid::Uuid) {
    let customer = make::customer(app, |new| new.kyc = "pending");
    make::complete(app, customer);
    let (review, _) = make::review_of(app, &app.acme, customer, |new| {
        new.assignee = Some(app.staff(Persona::Officer));
    });
    let mut officer = app.sign_in(Persona::Officer);
    let form = officer.get(&format!("/reviews/{review}/escalate"));
    assert_eq!(form.status, 200, "{}", form.text());
    let short = officer.post(&format!("/reviews/{review}/escalate"), &[("reason", "odd")]);
    assert_eq!(short.status, 422);
    let done = officer.post(
        &format!("/reviews/{review}/escalate"),
        &[("reason", CANARY)],
    );
    assert_eq!(done.header("location"), Some("/reviews?done=handed"));
    (customer, review)
}

#[test]
fn managers_read_it_and_close_it_with_a_reason() {
    let app = TestApp::start();
    let (customer, _) = raised(&app);
    let mut manager = app.sign_in(Persona::Manager);
    let list = manager.get("/suspicions");
    assert!(list.text().contains(CANARY), "{}", list.text());
    let page = manager.get(&format!("/customers/{customer}"));
    let links = page.attributes(".menu__list a", "href");
    assert!(links.iter().any(|href| href == "/suspicions"), "{links:?}");
    assert!(page.text().contains("Handed a suspicion to the managers"));
    let action = list.attributes("form[action$='/close']", "action")[0].clone();
    for wrong in [
        &[("reason", "The bank explained each payment.")][..],
        &[
            ("outcome", "open"),
            ("reason", "The bank explained each payment."),
        ],
        &[("outcome", "unfounded"), ("reason", "no")],
    ] {
        assert_eq!(manager.post(&action, wrong).status, 422, "{wrong:?}");
    }
    let closing = [
        ("outcome", "unfounded"),
        ("reason", "The bank explained each payment."),
    ];
    assert_eq!(
        manager.post(&action, &closing).header("location"),
        Some("/suspicions?done=closed")
    );
    assert!(
        manager
            .get("/suspicions")
            .text()
            .contains("No suspicion is open")
    );
    assert_eq!(manager.post(&action, &closing).status, 409, "it is closed");
}

#[test]
fn whoever_is_neither_manager_nor_admin_sees_nothing_of_it() {
    let app = TestApp::start();
    let version = |id: uuid::Uuid| -> i32 {
        customers::table
            .filter(customers::id.eq(id))
            .select(customers::version)
            .first(&mut app.owner())
            .expect("the customer")
    };
    let (customer, _) = raised(&app);
    assert_eq!(version(customer), 1, "a version that rises would tell");
    for persona in [Persona::Officer, Persona::Auditor] {
        let mut browser = app.sign_in(persona);
        for path in [
            "/".to_owned(),
            "/audit".to_owned(),
            "/audit.csv".to_owned(),
            format!("/audit?customer={customer}"),
            format!("/customers/{customer}"),
            "/customers".to_owned(),
            "/reviews".to_owned(),
            "/reviews.csv".to_owned(),
            "/verifications".to_owned(),
        ] {
            let answer = browser.get(&path);
            assert_eq!(answer.status, 200, "{path}");
            // All that is sent, not only what is seen.
            assert!(!answer.body.contains("7714"), "{persona:?} {path}");
            // The audit page's filter names all that can happen, and the customer's menu offers to hand one over.
            assert!(
                path.starts_with("/audit")
                    || path.contains("customers/")
                    || !answer.body.contains("suspicion"),
                "{persona:?} {path}"
            );
        }
        let page = browser.get(&format!("/customers/{customer}")).text();
        assert!(!page.contains("Handed a suspicion"), "{persona:?}");
        let log = browser.get(&format!(
            "/audit?action=suspicion.raised&customer={customer}"
        ));
        assert!(
            log.texts("tbody tr").is_empty(),
            "{persona:?}: {}",
            log.text()
        );
        let csv = browser.get("/audit.csv").body;
        assert!(!csv.contains("suspicion.raised"), "{persona:?}");
        assert_eq!(browser.get("/suspicions").status, 403, "{persona:?}");
    }
    // The file is whole all the same: the entry stands in it as a link without content.
    let csv = app.sign_in(Persona::Auditor).get("/audit.csv").body;
    assert!(csv.contains("\nlink,"), "{csv}");
    // The same looks find it where it may be seen, so they would find it elsewhere.
    let mut manager = app.sign_in(Persona::Manager);
    let csv = manager.get("/audit.csv").body;
    assert!(csv.contains("suspicion.raised") && csv.contains("7714"));
    let log = manager.get(&format!(
        "/audit?action=suspicion.raised&customer={customer}"
    ));
    assert_eq!(log.texts("tbody tr").len(), 1, "{}", log.text());
    let page = manager.get(&format!("/customers/{customer}"));
    assert!(page.body.contains("7714"), "the timeline has the reason");
}

#[test]
fn while_one_is_open_no_decision_holds_without_a_second_person() {
    let app = TestApp::start();
    let (customer, review) = raised(&app);
    let done = app.sign_in(Persona::Officer).post(
        &format!("/reviews/{review}/decision"),
        &[
            ("version", "1"),
            ("decision", "validated"),
            ("risk", "low"),
            ("comment", "All in order."),
        ],
    );
    assert!(
        done.header("location")
            .is_some_and(|to| to.ends_with("done=proposed")),
        "{} {:?}",
        done.status,
        done.header("location")
    );
    let waiting: i64 = proposals::table
        .filter(proposals::customer_id.eq(customer))
        .count()
        .get_result(&mut app.owner())
        .expect("proposals");
    assert_eq!(waiting, 1);
}

#[test]
fn it_goes_with_whoever_is_merged() {
    let app = TestApp::start();
    let (suspected, _) = raised(&app);
    let into = make::customer(&app, |new| new.kyc = "pending");
    make::complete(&app, into);
    let (review, _) = make::review_of(&app, &app.acme, into, |new| {
        new.assignee = Some(app.staff(Persona::Officer));
    });
    diesel::update(customers::table.filter(customers::id.eq(suspected)))
        .set(customers::merged_into.eq(into))
        .execute(&mut app.owner())
        .expect("a merge");
    let done = app.sign_in(Persona::Officer).post(
        &format!("/reviews/{review}/decision"),
        &[
            ("version", "1"),
            ("decision", "validated"),
            ("risk", "low"),
            ("comment", "All in order."),
        ],
    );
    let to = done.header("location").unwrap_or_default();
    assert!(to.ends_with("done=proposed"), "{} {to}", done.status);
}
