//! What changes something comes from a page of ours, or is refused before anything is looked up.

use vouch::web::router::Sender;

use crate::{
    calls::{self, Place},
    support::{Persona, TestApp},
};

#[test]
fn every_change_from_elsewhere_is_refused() {
    let app = TestApp::start();
    let ours = format!("http://{}", app.address);
    // What other machines send has no page of ours, and no cookie that could be borrowed: it is signed.
    let routes = calls::routes();
    let ours_alone = |sender: Sender| matches!(sender, Sender::Page | Sender::Guest);
    let pages = routes
        .iter()
        .filter(|route| route.method != "GET" && ours_alone(route.sender));
    for route in pages {
        let call = calls::call(route.method, route.path);
        let case = call.object.make(&app, Place::Own, call.by);
        let path = case.path(call);
        let body = serde_html_form::to_string((call.fields)(&case)).expect("a form");
        let before = app.actions();
        for headers in [
            &[][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "cross-site"), ("origin", ours.as_str())],
            &[("origin", "null")],
            &[("origin", "https://evil.example")],
            &[("origin", "http://127.0.0.1.evil.example")],
            &[("referer", ours.as_str())],
        ] {
            let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
            all.extend_from_slice(headers);
            let answer = app
                .sign_in(call.by)
                .request(call.method, &path, &all, Some(body.clone()));
            assert_eq!(
                answer.status, 403,
                "{} {path} with {headers:?}",
                call.method
            );
        }
        assert_eq!(app.actions(), before, "{path} did nothing");
    }
}

#[test]
fn a_browser_too_old_to_say_it_itself_says_it_by_origin() {
    let app = TestApp::start();
    let ours = format!("http://{}", app.address);
    let headers = [("origin", ours.as_str())];
    let answer = app
        .sign_in(Persona::Officer)
        .request("POST", "/logout", &headers, None);
    assert_eq!(answer.status, 303);
}
