//! Each version of the policy is read by whoever reads a decision that was made under it.

use super::*;

/// So many versions, each with a deadline of its own: the first an hour more than is delivered.
fn versions(app: &TestApp, n: u32) {
    for version in 1..=n {
        let policy = Policy {
            due_hours: Policy::default().due_hours + version,
            ..Policy::default()
        };
        diesel::insert_into(policies::table)
            .values((
                policies::organisation_id.eq(app.acme.id),
                policies::version.eq(i32::try_from(version).expect("a number")),
                policies::body.eq(serde_json::to_value(policy).expect("a policy")),
                policies::made_at.eq(app.clock.now()),
            ))
            .execute(&mut app.owner())
            .expect("a version");
    }
}

#[test]
fn every_role_reads_a_version_with_what_it_changed_and_what_holds_in_it() {
    let app = TestApp::start();
    save(&app, &[("due_hours", "48"), ("reason_text", "Blurred")]);
    for role in Persona::ROLES {
        let mut by = app.sign_in(role);
        let page = by.get("/policy?version=1");
        assert_eq!(page.status, 200, "{role:?}: {}", page.text());
        let changed = page.texts("#changed").concat();
        for words in ["Review due", "24 working hours", "48 working hours"] {
            assert!(changed.contains(words), "{role:?}: {changed}");
        }
        let first = &Policy::default().reasons[0];
        for words in [first.code.as_str(), first.text.as_str(), "Blurred"] {
            assert!(changed.contains(words), "{role:?}: {changed}");
        }
        // What it did not change stands there too.
        let all = page.texts("#settings").concat();
        assert!(
            all.contains("48 working hours") && all.contains("Claim lasts"),
            "{role:?}: {all}"
        );
        assert!(page.text().contains("It holds now"), "{}", page.text());
        let delivered = by.get("/policy?version=0");
        assert!(
            delivered.text().contains("As delivered"),
            "{}",
            delivered.text()
        );
        assert!(
            delivered
                .texts("#settings")
                .concat()
                .contains("24 working hours")
        );
        assert!(delivered.texts("#changed").is_empty());
        // Without a number it is the one that holds.
        assert!(by.get("/policy").texts("h1")[0].contains("version 1"));
        for absent in ["2", "-1", "2147483647"] {
            let address = format!("/policy?version={absent}");
            assert_eq!(by.get(&address).status, 404, "{address}");
        }
        // Only who keeps the policy is led to where it is changed.
        let leads = page.attributes("main a[href='/settings/policy']", "href");
        assert_eq!(leads.is_empty(), role != Persona::Admin, "{role:?}");
    }
    // Another organisation has none of these.
    let mut other = app.sign_in(Persona::Other);
    assert_eq!(other.get("/policy?version=1").status, 404);
}

#[test]
fn what_a_reason_is_said_of_is_told_with_its_version() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let mut fields = form(&mut admin);
    fields.push((
        "reason_field".to_owned(),
        "0:registration_number".to_owned(),
    ));
    assert_eq!(send(&mut admin, &fields).status, 303);
    let page = app.sign_in(Persona::Auditor).get("/policy?version=1");
    for place in ["#changed", "#reasons"] {
        let told = page.texts(place).concat();
        assert!(told.contains("Registration number"), "{place}: {told}");
    }
}

#[test]
fn a_decision_leads_to_the_version_that_it_was_made_under() {
    let app = TestApp::start();
    versions(&app, 1);
    let customer = crate::races::ready(&app, |_| {});
    let review = crate::races::request(&app, &mut app.sign_in(Persona::Officer), customer);
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(crate::races::claim(&mut manager, review), 303);
    let to = ["/policy?version=1".to_owned()];
    let deciding = manager.get(&format!("/reviews/{review}/decision"));
    assert_eq!(deciding.attributes("aside a[href^='/policy']", "href"), to);
    let (_, version) = crate::races::kyc(&app, customer);
    let fields = [
        ("decision", "validated"),
        ("risk", "low"),
        ("comment", "Seen."),
    ];
    assert_eq!(
        crate::races::decide(&mut manager, review, version, &fields),
        303
    );
    // A newer one does not take its place.
    save(&app, &[("due_hours", "72")]);
    let mut auditor = app.sign_in(Persona::Auditor);
    let file = auditor.get(&format!("/customers/{customer}"));
    assert_eq!(
        file.attributes("#timeline a[href^='/policy']", "href"),
        to,
        "{}",
        file.text()
    );
    let page = auditor.get(&to[0]);
    assert!(
        page.texts("#settings")
            .concat()
            .contains("25 working hours"),
        "{}",
        page.text()
    );
    assert_eq!(
        page.attributes("a[rel=next]", "href"),
        ["/policy?version=2"]
    );
}

#[test]
fn a_proposal_leads_to_the_version_that_it_was_made_under() {
    let app = TestApp::start();
    versions(&app, 1);
    let waits = make::customer(&app, |new| new.kyc = "validated");
    make::proposal(&app, &app.acme, waits);
    let page = app.sign_in(Persona::Manager).get("/approvals");
    assert_eq!(
        page.attributes(".proposal a[href^='/policy?version=']", "href")
            .len(),
        1,
        "{}",
        page.text()
    );
}

#[test]
fn the_list_goes_on_beyond_fifty_and_each_stands_beside_the_one_before_it() {
    let app = TestApp::start();
    versions(&app, 55);
    let mut admin = app.sign_in(Persona::Admin);
    let rows = |page: &Response| page.attributes("td.num a", "href");
    let page = admin.get(PATH);
    let listed = rows(&page);
    assert_eq!(listed.len(), 50, "{listed:?}");
    assert_eq!(
        (listed[0].as_str(), listed[49].as_str()),
        ("/policy?version=55", "/policy?version=6")
    );
    assert!(!page.text().contains("As delivered"));
    // The last of them, too, says what it changed in the one that stands on the next page.
    let last = &page.texts("tbody tr")[49];
    for words in ["Review due", "29 working hours", "30 working hours"] {
        assert!(last.contains(words), "{last}");
    }
    let next = page.attributes("a[rel=next]", "href");
    assert_eq!(next, ["/settings/policy?before=6#versions"]);
    let page = admin.get("/settings/policy?before=6");
    let listed = rows(&page);
    assert_eq!(
        listed,
        [5, 4, 3, 2, 1, 0].map(|version| format!("/policy?version={version}"))
    );
    assert!(page.attributes("a[rel=next]", "href").is_empty());
    assert_eq!(
        page.attributes("a[rel=first]", "href"),
        ["/settings/policy#versions"]
    );
    // What is typed there is the newest all the same.
    assert_eq!(page.attributes("#due_hours", "value"), ["79"]);
}
