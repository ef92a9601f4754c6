//! What is behind a sign-in stays shut for every key, however it is shown.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use vouch::web::router::Route;

use super::*;
use crate::calls;

/// A key, and the token that it is exchanged for where it is of a face that has tokens.
struct Held {
    words: String,
    key: Made,
    token: Option<String>,
}

/// Of every face and kind two keys that may do everything: one held to a branch, one free of them.
fn keys(app: &TestApp) -> Vec<Held> {
    let mut all = Vec::new();
    for (face, kind) in KINDS {
        for branches in [&["london"][..], &[]] {
            let may: Vec<&str> = face.permissions().collect();
            let of = (face.as_str(), kind.as_str());
            let key = machines::key(app, &app.acme, of, &may, branches);
            let token = treezor::exchange(app, &key);
            assert_eq!(token.is_some(), *face == Face::Treezor);
            all.push(Held {
                words: format!("{face} {kind} {branches:?}"),
                key,
                token,
            });
        }
    }
    all
}

/// A key shown in each way that some face takes.
fn proofs(
    app: &TestApp,
    Held { key, token, .. }: &Held,
    method: &str,
    target: &str,
) -> Vec<Vec<(&'static str, String)>> {
    let signer = trustist::Machine {
        app,
        actor: key.actor,
        id: key.id.clone(),
        secret: key.secret.clone(),
    };
    let nonce = app.clock.new_id().to_string();
    let mut all = vec![
        vec![("authorization", format!("Bearer {}", key.secret))],
        signer.signed(method, target, "", Some(&nonce)),
    ];
    if let Some(token) = token {
        let pair = STANDARD.encode(format!("{}:{}", key.id, key.secret));
        all.push(vec![("authorization", format!("Bearer {token}"))]);
        all.push(vec![("authorization", format!("Basic {pair}"))]);
    }
    all
}

/// As a page of ours would ask, with these headers besides.
fn asked(
    app: &TestApp,
    route: &Route,
    target: &str,
    headers: &[(&'static str, String)],
) -> Response {
    let form = [
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let form = form.iter().filter(|_| route.method != "GET").copied();
    let more = headers.iter().map(|(name, value)| (*name, value.as_str()));
    let sent: Vec<(&str, &str)> = form.chain(more).collect();
    app.browser().request(route.method, target, &sent, None)
}

/// All of an answer but its moment.
fn told(answer: &Response) -> (u16, Vec<(String, String)>, &str) {
    let mut headers = answer.headers.clone();
    headers.retain(|(name, _)| name != "date");
    headers.sort();
    (answer.status, headers, &answer.body)
}

#[test]
fn no_route_of_the_desk_opens_for_a_key() {
    let app = TestApp::start();
    let keys = keys(&app);
    assert_eq!(keys.len(), 2 * KINDS.len());
    let said = app.actions();
    let (mut routes, mut wrong) = (0, Vec::new());
    for route in calls::routes() {
        if route.guard == "Anyone" {
            continue;
        }
        routes += 1;
        let target = route
            .path
            .replace("{id}", &app.clock.new_id().to_string())
            .replace("{uuid}", &app.clock.new_id().to_string())
            .replace("{token}", &"0".repeat(160));
        let nobody = asked(&app, &route, &target, &[]);
        let sign_in = nobody
            .header("location")
            .is_some_and(|to| to.starts_with("/login"));
        assert!(nobody.status == 303 && sign_in, "{target}: {}", nobody.body);
        for key in &keys {
            for proof in proofs(&app, key, route.method, &target) {
                let answer = asked(&app, &route, &target, &proof);
                if told(&answer) != told(&nobody) {
                    wrong.push(format!(
                        "{} {target} with a key {} ({}): {}",
                        route.method,
                        key.words,
                        proof[0].1.split(' ').next().unwrap_or_default(),
                        answer.status
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(routes > 60, "{routes} routes");
    assert_eq!(app.actions(), said, "nothing happened");
}
