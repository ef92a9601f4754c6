//! `Idempotency-Key` on every POST of every face.

use chrono::TimeDelta;

use super::*;

#[test]
fn every_post_of_a_face_is_done_once_under_one_name() {
    let app = TestApp::start();
    let mut seen = 0;
    for route in vouch::routes::all().routes() {
        let (Sender::Face(face), "POST") = (route.sender, route.method) else {
            continue;
        };
        // Nothing is done by it, and a token of an hour is worth nothing a day later.
        if route.path == TOKEN {
            continue;
        }
        let call = CALLS
            .iter()
            .find(|call| call.method == route.method && call.path == route.path)
            .expect("a call of CALLS for each route of a face");
        let kind = face.kinds().next().expect("a kind of key");
        let of = (face.as_str(), kind.as_str());
        let may: Vec<&str> = face.permissions().collect();
        let key = machines::key(&app, &app.acme, of, &may, &[]);
        let target = target(&app, call, Place::Own);
        let body = (call.body)(&app);
        // Where the face signs, each with a nonce of its own.
        let ask = || {
            let body = body.clone();
            sent(
                &app,
                face,
                Some(&key),
                "POST",
                &target,
                body,
                Some("order-1"),
            )
        };
        let first = ask();
        let line = format!("POST {target}: {}", first.body);
        assert!((200..300).contains(&first.status), "{line}");
        assert_eq!(first.header("idempotent-replayed"), None, "{line}");
        let said = app.actions();
        app.clock.advance(TimeDelta::hours(1));
        let again = ask();
        assert_eq!(again.status, first.status, "{line}");
        assert_eq!(again.body, first.body, "{line}");
        for header in ["content-type", "location"] {
            assert_eq!(again.header(header), first.header(header), "{line}");
        }
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{line}");
        assert_eq!(app.actions(), said, "its effect is there once: {line}");
        seen += 1;
    }
    assert_eq!(
        seen,
        CALLS
            .iter()
            .filter(|call| call.method == "POST" && call.path != TOKEN)
            .count()
    );
}
