//! What waits for a second person, where it is about no review: an override or a revocation.

use super::*;

#[test]
fn a_manager_is_led_to_no_empty_tab_and_the_tab_says_what_waits_elsewhere() {
    let app = TestApp::start();
    let revoked = |branch: &str| {
        let customer = make::customer(&app, |new| {
            new.kyc = "validated";
            new.branch_id = app.acme.branch(branch);
        });
        make::proposal(&app, &app.acme, customer);
    };
    let said = |by: Persona| {
        let page = app.sign_in(by).get("/reviews?tab=second");
        assert_eq!(page.status, 200, "{}", page.text());
        let text = page.text();
        let links = page.attributes("#list a[href='/approvals']", "href").len();
        (
            text.contains("1 override or revocation waits for a second person too"),
            text.contains("2 overrides and revocations wait for a second person too"),
            links,
        )
    };
    assert_eq!(said(Persona::Manager), (false, false, 0));
    revoked("london");
    revoked("paris");
    assert_eq!(
        app.sign_in(Persona::Manager).get("/reviews").status,
        200,
        "no review waits for them"
    );
    assert_eq!(said(Persona::Manager), (true, false, 1));
    assert_eq!(said(Persona::Admin), (false, true, 1));
    assert_eq!(
        said(Persona::Officer),
        (false, false, 0),
        "they answer none"
    );
    // A review that waits is what they are led to; it is none of the others.
    let second = open(&app, "SECOND", 5);
    propose(&app, second, Persona::Officer);
    assert_eq!(
        app.sign_in(Persona::Manager)
            .get("/reviews")
            .header("location"),
        Some("/reviews?tab=second")
    );
    assert_eq!(said(Persona::Manager), (true, false, 1));
    let open = app.sign_in(Persona::Manager).get("/reviews?tab=open");
    assert!(!open.text().contains("for a second person too"));
}
