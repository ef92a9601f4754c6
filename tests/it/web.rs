//! What every answer owes: headers, clear errors, the same-origin rule.

use crate::support::{Persona, TestApp};

#[test]
fn every_answer_carries_the_security_headers() {
    let app = TestApp::start();
    let mut browser = app.sign_in(Persona::Officer);
    for path in [
        "/healthz",
        "/",
        "/customers",
        "/no-such-page",
        "/static/no-such-file",
    ] {
        let answer = browser.get(path);
        for (name, value) in vouch::web::headers::SECURITY {
            assert_eq!(answer.header(name), Some(*value), "{name} on {path}");
        }
    }
}

#[test]
fn an_unknown_address_is_a_404_page() {
    let app = TestApp::start();
    let answer = app.browser().get("/no-such-page");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.texts("h1"), ["Not found"]);
}
