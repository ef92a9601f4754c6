//! Every route of every face that answers, asked with a key of every face and kind and with each set of permissions, for
//! what is theirs and what is not. The table of statuses is one reviewed snapshot, so that a forgotten guard shows; and
//! what is somebody else's answers as if it were not there.

use std::{collections::BTreeSet, fmt::Write as _};

use serde_json::Value;
use vouch::{
    access::keys::rules::{Face, KINDS, Kind},
    faces::treezor::TOKEN,
    web::router::{Route, Sender},
};

use crate::{
    support::{
        Response, TestApp,
        machines::{self, Made},
    },
    treezor, trustist,
};

mod calls;
mod cookies;
mod desk;
mod ended;
mod named;
mod objects;
mod says;

use calls::Object;
pub use calls::{CALLS, Call};
use objects::target;
pub use objects::{Known, about};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Own,
    OtherBranch,
    OtherOrganisation,
    Absent,
}

const PLACES: [Place; 4] = [
    Place::Own,
    Place::OtherBranch,
    Place::OtherOrganisation,
    Place::Absent,
];

/// Somebody with a key, or nobody.
struct Caller {
    words: String,
    /// Whether their key opens nothing any more.
    ended: bool,
    /// Whether it is held to one branch.
    held: bool,
    key: Option<(Face, Kind, BTreeSet<&'static str>, Made)>,
}

/// Each permission alone and all at once; of a face with few, every set.
fn sets(face: Face) -> Vec<Vec<&'static str>> {
    let all: Vec<&'static str> = face.permissions().collect();
    if all.len() > 3 {
        let alone = all.iter().map(|one| vec![*one]);
        return alone.chain([all.clone()]).collect();
    }
    (1..1_usize << all.len())
        .map(|bits| {
            let chosen = all.iter().enumerate();
            let chosen = chosen.filter(|(place, _)| bits >> place & 1 == 1);
            chosen.map(|(_, one)| *one).collect()
        })
        .collect()
}

/// All of them, held to one branch; and of each face and kind one that may do everything in all branches.
fn callers(app: &TestApp) -> Vec<Caller> {
    let ended = ended::callers(app);
    let mut all = vec![Caller {
        words: "nobody".to_owned(),
        ended: false,
        held: false,
        key: None,
    }];
    for (face, kind) in KINDS {
        for set in sets(*face) {
            let made = machines::key(
                app,
                &app.acme,
                (face.as_str(), kind.as_str()),
                &set,
                &["london"],
            );
            let named = if set.len() > 3 {
                "all".to_owned()
            } else {
                set.join("+")
            };
            all.push(Caller {
                words: format!("{face} {kind} {named}"),
                ended: false,
                held: true,
                key: Some((*face, *kind, set.into_iter().collect(), made)),
            });
        }
        let may: Vec<&'static str> = face.permissions().collect();
        let of = (face.as_str(), kind.as_str());
        let made = machines::key(app, &app.acme, of, &may, &[]);
        all.push(Caller {
            words: format!("{face} {kind} all branches"),
            ended: false,
            held: false,
            key: Some((*face, *kind, may.into_iter().collect(), made)),
        });
    }
    all.extend(ended);
    all
}

/// What a guard asks for: "Key<kontorion: read>".
pub fn asked_by(route: &Route, face: Face) -> Vec<String> {
    let inside = route
        .guard
        .strip_prefix(&format!("Key<{face}: "))
        .and_then(|rest| rest.strip_suffix('>'));
    let inside = inside.unwrap_or_else(|| {
        panic!(
            "{} {} is guarded by {}, and no key of its face",
            route.method, route.path, route.guard
        )
    });
    inside.split(" or ").map(str::to_owned).collect()
}

/// Proves to hold the key in the way of the route's face, whatever face the key is of.
fn ask(app: &TestApp, face: Face, caller: &Caller, call: &Call, place: Place) -> Response {
    let target = target(app, call, place);
    let body = (call.body)(app);
    let key = caller.key.as_ref().map(|(_, _, _, made)| made);
    sent(app, face, key, call.method, &target, body, None)
}

/// How a call is made well: where it goes of something of their own that was made for it, where of what is not there, and
/// what it sends.
pub fn well(app: &TestApp, call: &Call) -> (String, String, Value) {
    let there = target(app, call, Place::Own);
    let absent = target(app, call, Place::Absent);
    (there, absent, (call.body)(app))
}

/// A call as it is made well, by a key or by nobody, of something of their own or of what is not there.
pub fn called(app: &TestApp, face: Face, key: Option<&Made>, call: &Call, there: bool) -> Response {
    let place = if there { Place::Own } else { Place::Absent };
    let target = target(app, call, place);
    let body = (call.body)(app);
    sent(app, face, key, call.method, &target, body, None)
}

/// `name`: what the request is called by its sender, where it has a name.
pub fn sent(
    app: &TestApp,
    face: Face,
    key: Option<&Made>,
    method: &str,
    target: &str,
    body: Value,
    name: Option<&str>,
) -> Response {
    let mut body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let mut media = "application/json";
    if target == TOKEN {
        (body, media) = (credentials(key), "application/x-www-form-urlencoded");
    }
    let mut headers = vec![("content-type", media.to_owned())];
    headers.extend(name.map(|name| ("idempotency-key", name.to_owned())));
    if let Some(made) = key {
        if face == Face::Trustist {
            let signer = trustist::Machine {
                app,
                actor: made.actor,
                id: made.id.clone(),
                secret: made.secret.clone(),
            };
            let nonce = app.clock.new_id().to_string();
            headers.extend(signer.signed(method, target, &body, Some(&nonce)));
        } else if face == Face::Treezor {
            let token = treezor::exchange(app, made).unwrap_or_else(|| "none".to_owned());
            headers.push(("authorization", format!("Bearer {token}")));
        } else {
            headers.push(("authorization", format!("Bearer {}", made.secret)));
        }
    }
    let sent: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    app.browser().request(method, target, &sent, Some(body))
}

/// The form by which a key is exchanged.
fn credentials(key: Option<&Made>) -> String {
    let mut pairs = vec![("grant_type", "client_credentials")];
    if let Some(key) = key {
        pairs.extend([
            ("client_id", key.id.as_str()),
            ("client_secret", key.secret.as_str()),
        ]);
    }
    serde_html_form::to_string(pairs).expect("a form")
}

/// A refusal without what is of one request alone.
fn masked(response: &Response) -> Value {
    if response.body.is_empty() {
        // Of HEAD.
        return Value::Null;
    }
    let mut body: Value =
        serde_json::from_str(&response.body).unwrap_or_else(|_| panic!("JSON: {}", response.body));
    if let Some(errors) = body.get_mut("errors").and_then(Value::as_array_mut) {
        for one in errors {
            one["requestId"] = Value::Null;
        }
    }
    for own in ["request_id", "instance"] {
        if let Some(value) = body.get_mut(own) {
            *value = Value::Null;
        }
    }
    body
}

/// A line for each caller; one for all keys of a face and kind that stand, are held to a branch and are answered alike.
fn write_down(table: &mut String, answers: &[(&Caller, String)]) {
    let kind = |caller: &Caller| {
        let key = caller.key.as_ref().filter(|_| caller.held);
        key.map(|(face, kind, _, _)| (*face, *kind))
    };
    for alike in answers.chunk_by(|a, b| kind(a.0) == kind(b.0)) {
        let (first, statuses) = &alike[0];
        let same = alike.iter().all(|(_, other)| other == statuses);
        match (kind(first), same) {
            (Some((face, kind)), true) => {
                let words = format!("{face} {kind}, each of {} sets", alike.len());
                writeln!(table, "  {words:<44}{statuses}").expect("text");
            }
            _ => {
                for (caller, statuses) in alike {
                    writeln!(table, "  {:<44}{statuses}", caller.words).expect("text");
                }
            }
        }
    }
}

#[test]
fn every_route_of_a_face_answers_each_key_as_reviewed() {
    let app = TestApp::start();
    let callers = callers(&app);
    let mut table = String::from(
        "A route of a face and its guard; then who asks, and the statuses for what is their own, another branch's, another organisation's, and absent.\n",
    );
    let mut wrong = Vec::new();
    for route in vouch::routes::all().routes() {
        let Sender::Face(face) = route.sender else {
            continue;
        };
        let call = CALLS
            .iter()
            .find(|call| call.method == route.method && call.path == route.path)
            .unwrap_or_else(|| {
                panic!(
                    "{} {} is a new route of a face: add how it is called well to CALLS in {}, then look at the new \
                     lines of the snapshot (INSTA_UPDATE=always cargo test --test it key_matrix)",
                    route.method,
                    route.path,
                    file!()
                )
            });
        let needed = asked_by(route, face);
        writeln!(
            table,
            "\n{} {}  ({})",
            route.method, route.path, route.guard
        )
        .expect("text");
        let mut answers = Vec::new();
        for caller in &callers {
            let mut statuses = Vec::new();
            for place in PLACES {
                if call.object == Object::None && place != Place::Own {
                    continue;
                }
                let response = ask(&app, face, caller, call, place);
                let status = response.status;
                statuses.push(status.to_string());
                let expected = match &caller.key {
                    Some((of, kind, may, _))
                        if *of == face && *kind != Kind::Merchant && !caller.ended =>
                    {
                        if !needed.iter().any(|one| may.contains(one.as_str())) {
                            403..=403
                        } else if place == Place::Own
                            || (place == Place::OtherBranch && !caller.held)
                        {
                            200..=299
                        } else {
                            404..=404
                        }
                    }
                    _ => 401..=401,
                };
                let line = format!(
                    "{} {} as {}, {place:?}",
                    route.method, route.path, caller.words
                );
                if !expected.contains(&status) {
                    wrong.push(format!("{line}: {status} {}", response.body));
                }
                if status == 404 && place != Place::Absent {
                    let absent = ask(&app, face, caller, call, Place::Absent);
                    if masked(&absent) != masked(&response) {
                        wrong.push(format!("{line} can be told from absent"));
                    }
                }
            }
            answers.push((caller, statuses.join(" ")));
        }
        write_down(&mut table, &answers);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    insta::assert_snapshot!(table);
}
