//! Every change by a machine says what happened: each route that changes something, called well, adds exactly the entries it
//! is listed with, by its key and under one request; what is refused adds none.

use super::*;
use crate::audit_coverage::{miscounted, versions};

/// Methods of a change that change nothing, and why. This list may only shrink.
const SILENT: &[(&str, &str, &str)] = &[
    (
        "POST",
        "/oauth/token",
        "exchanges a key for a token; that the key was used is kept with the key",
    ),
    (
        "PUT",
        "/v1/users/{id}/kyc",
        "the vendor's second way of reading",
    ),
];

/// Every route of a face that changes something, with how it is called well.
fn changes() -> Vec<(Route, Face, &'static Call)> {
    let routes = vouch::routes::all();
    let mut all = Vec::new();
    for route in routes.routes() {
        let (Sender::Face(face), true) = (route.sender, !matches!(route.method, "GET" | "HEAD"))
        else {
            continue;
        };
        let call = CALLS
            .iter()
            .find(|call| call.method == route.method && call.path == route.path)
            .expect("a call of CALLS for each route of a face");
        all.push((route.clone(), face, call));
    }
    let faces: BTreeSet<&str> = all.iter().map(|(_, face, _)| face.as_str()).collect();
    assert_eq!(faces.len(), 4, "each face changes something");
    all
}

fn key(app: &TestApp, face: Face, may: &[&str]) -> Made {
    let kind = face.kinds().next().expect("a kind of key");
    machines::key(app, &app.acme, (face.as_str(), kind.as_str()), may, &[])
}

#[test]
fn every_change_of_a_face_adds_exactly_its_entries() {
    let mut wrong = Vec::new();
    for (route, face, call) in changes() {
        let app = TestApp::start();
        let line = format!("{} {}", call.method, call.path);
        let silent = SILENT
            .iter()
            .any(|(method, path, _)| *method == call.method && *path == call.path);
        if call.says.is_empty() != silent {
            wrong.push(format!(
                "{line} must say something, or stand in SILENT with a reason"
            ));
        }
        let may: Vec<&str> = face.permissions().collect();
        let made = key(&app, face, &may);
        let (target, body) = (target(&app, call, Place::Own), (call.body)(&app));
        let (before, versions) = (app.actions().len(), versions(&app));
        let answer = sent(&app, face, Some(&made), route.method, &target, body, None);
        if !(200..300).contains(&answer.status) {
            wrong.push(format!("{line}: {} {}", answer.status, answer.body));
        }
        let said = app.said_after(before);
        let actions: Vec<&str> = said.iter().map(|one| one.action.as_str()).collect();
        if actions != call.says {
            wrong.push(format!(
                "{line} said {actions:?}, listed is {:?}",
                call.says
            ));
        }
        let by: BTreeSet<_> = said
            .iter()
            .map(|one| (one.request_id, one.actor_kind.as_str(), one.actor_id))
            .collect();
        let ours = by
            .iter()
            .all(|(_, kind, id)| (*kind, *id) == ("key", Some(made.actor)));
        if by.len() > 1 || !ours {
            wrong.push(format!("{line}: not one request of its key: {said:?}"));
        }
        let counted = miscounted(&app, &versions, before).into_iter();
        wrong.extend(counted.map(|why| format!("{line}: {why}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_is_refused_by_a_face_says_nothing() {
    let app = TestApp::start();
    let mut refused = [0; 3];
    for (route, face, call) in changes() {
        let needed = asked_by(&route, face);
        let all: Vec<&str> = face.permissions().collect();
        let mut rest = all.clone();
        rest.retain(|one| !needed.iter().any(|known| known == one));
        let able = key(&app, face, &all);
        let unable = (!rest.is_empty()).then(|| key(&app, face, &rest));
        let (own, body) = (target(&app, call, Place::Own), (call.body)(&app));
        let elsewhere =
            (call.object != Object::None).then(|| target(&app, call, Place::OtherOrganisation));
        let before = app.actions().len();
        let ask = |key: Option<&Made>, target: &str| {
            sent(&app, face, key, route.method, target, body.clone(), None).status
        };
        let asked = [
            Some((ask(None, &own), 401)),
            unable.map(|unable| (ask(Some(&unable), &own), 403)),
            elsewhere.map(|elsewhere| (ask(Some(&able), &elsewhere), 404)),
        ];
        for (asked, refused) in asked.into_iter().zip(&mut refused) {
            let Some((status, expected)) = asked else {
                continue;
            };
            assert_eq!(status, expected, "{} {}", call.method, call.path);
            *refused += 1;
        }
        assert_eq!(app.actions().len(), before, "{} {}", call.method, call.path);
    }
    assert!(refused.into_iter().all(|many| many > 8), "{refused:?}");
}
