//! Whoever is signed in at the desk is nobody to a face; and where a machine's request comes from is nothing to it.

use super::*;
use crate::support::{Browser, Persona};

#[test]
fn no_route_of_a_face_opens_for_a_cookie_and_none_asks_which_page_a_request_is_from() {
    let app = TestApp::start();
    let mut served = 0;
    for route in vouch::routes::all().routes() {
        let Sender::Face(face) = route.sender else {
            continue;
        };
        // It takes a form, and is shut to whoever names no key in it.
        if route.path == TOKEN {
            continue;
        }
        let call = CALLS
            .iter()
            .find(|call| call.method == route.method && call.path == route.path)
            .expect("a call of CALLS for each route of a face");
        let target = target(&app, call, Place::Own);
        let body = match (call.body)(&app) {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let said = app.actions();
        let ours = [
            ("content-type", "application/json"),
            ("sec-fetch-site", "same-origin"),
        ];
        let asked = |browser: &mut Browser, headers: &[(&str, &str)]| {
            browser.request(route.method, &target, headers, Some(body.clone()))
        };
        let nobody = asked(&mut app.browser(), &ours);
        let admin = asked(&mut app.sign_in(Persona::Admin), &ours);
        let line = format!("{} {target}: {}", route.method, admin.body);
        assert_eq!((nobody.status, admin.status), (401, 401), "{line}");
        assert_eq!(masked(&admin), masked(&nobody), "{line}");
        assert_eq!(app.actions(), said, "{line}");
        // These show their key itself, so any page could send it that had it.
        if !matches!(face, Face::Kontorion | Face::Truust) {
            continue;
        }
        let kind = face.kinds().next().expect("a kind of key");
        let may: Vec<&str> = face.permissions().collect();
        let key = machines::key(&app, &app.acme, (face.as_str(), kind.as_str()), &may, &[]);
        let bearer = format!("Bearer {}", key.secret);
        let elsewhere = [
            ("content-type", "application/json"),
            ("authorization", bearer.as_str()),
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://elsewhere.example"),
        ];
        let answer = asked(&mut app.sign_in(Persona::Admin), &elsewhere);
        let line = format!("{} {target}: {}", route.method, answer.body);
        assert!((200..300).contains(&answer.status), "{line}");
        served += 1;
    }
    assert!(served > 10, "{served} calls");
}
