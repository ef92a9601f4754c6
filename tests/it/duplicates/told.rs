//! That somebody may be the same is told unasked, on the page of a customer and on the page of a decision.

use super::*;

/// The line as the page loads it once it stands.
fn line(by: &mut Browser, customer: Uuid) -> String {
    let line = by.fragment(&address(customer), "alike");
    assert_eq!(line.status, 200, "{}", line.text());
    assert!(!line.body.contains("<html"), "a piece of a page");
    assert_eq!(line.attributes("#alike a", "href"), [address(customer)]);
    line.text()
}

#[test]
fn the_page_of_a_customer_tells_how_many_may_be_the_same() {
    let app = TestApp::start();
    let (one, _) = with_passport(&app, "Falcão", "CA 123456-7");
    let mut auditor = app.sign_in(Persona::Auditor);
    assert_eq!(line(&mut auditor, one), "No possible duplicates");
    // One shares the number of a paper, one a tax ID, and one of elsewhere both.
    let (other, _) = with_passport(&app, "Pereira", "ca1234567");
    let tax = Some("PT123456789".to_owned());
    for (branch, name) in [("london", "Reis"), ("paris", "Hidden")] {
        make::customer(&app, |new| {
            new.last_name = Some(name.to_owned());
            new.tax_id.clone_from(&tax);
            new.branch_id = app.acme.branch(branch);
        });
    }
    diesel::update(customers::table.filter(customers::id.eq(one)))
        .set(customers::tax_id.eq(&tax))
        .execute(&mut app.owner())
        .expect("a tax ID");
    let mut officer = app.sign_in(Persona::Officer);
    for by in [&mut officer, &mut app.sign_in(Persona::Manager)] {
        let page = by.get(&format!("/customers/{one}"));
        // Without JavaScript the line leads there all the same.
        assert_eq!(page.attributes("#alike a", "href"), [address(one)]);
        assert_eq!(page.attributes("#alike", "hx-get"), [address(one)]);
    }
    assert_eq!(line(&mut officer, one), "2 possible duplicates");
    assert_eq!(line(&mut auditor, one), "3 possible duplicates");
    // Of whom somebody says that they are two, nothing is told any more.
    assert_eq!(say(&mut officer, one, other, "not_same", "").status, 303);
    let before = app.actions().len();
    assert_eq!(line(&mut officer, one), "1 possible duplicate");
    assert_eq!(app.actions().len(), before, "nobody was opened");
    // Of somebody of elsewhere nothing is told.
    let paris = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    assert_eq!(officer.fragment(&address(paris), "alike").status, 404);
}

#[test]
fn more_than_are_shown_are_not_counted_and_whoever_was_merged_has_none() {
    let app = TestApp::start();
    let of = |new: &mut make::NewCustomer| new.tax_id = Some("PT123456789".to_owned());
    let one = make::customer(&app, of);
    for _ in 0..11 {
        make::customer(&app, of);
    }
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(line(&mut officer, one), "More than 10 possible duplicates");
    let survivor = make::customer(&app, |_| {});
    diesel::update(customers::table.filter(customers::id.eq(one)))
        .set(customers::merged_into.eq(survivor))
        .execute(&mut app.owner())
        .expect("a merge");
    let page = officer.get(&format!("/customers/{one}"));
    assert!(page.texts("#alike").is_empty(), "{}", page.text());
    assert_eq!(line(&mut officer, one), "No possible duplicates");
}

#[test]
fn whoever_decides_is_told_that_somebody_may_be_the_same() {
    let app = TestApp::start();
    let (one, _) = with_passport(&app, "Falcão", "CA 123456-7");
    let (review, _) = make::open_review(&app, one, 1);
    let decision = format!("/reviews/{review}/decision");
    let mut manager = app.sign_in(Persona::Manager);
    let page = manager.get(&decision);
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.texts("#alike").is_empty(), "{}", page.text());
    with_passport(&app, "Pereira", "ca1234567");
    let page = manager.get(&decision);
    let told = page.texts("#alike");
    assert_eq!(told.len(), 1, "{}", page.text());
    assert!(told[0].contains("1 possible duplicate"), "{told:?}");
    assert_eq!(page.attributes("#alike a", "href"), [address(one)]);
}
