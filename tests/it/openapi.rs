//! The documents of the faces: each is OpenAPI 3.1 by an independent judge, each operation answers what its document says,
//! and what is made up from a document finds no fault of ours and no answer that it does not name.

use std::{
    collections::BTreeSet,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use vouch::{access::keys::rules::Face, reviews::policy::rules::LifeCycle, web::router::Sender};

use crate::{
    key_matrix::{self, CALLS},
    support::{TestApp, machines, make},
    treezor,
};

mod made_up;

/// The faces that answer, with a kind of key that opens all of each.
const FACES: [(Face, &str); 4] = [
    (Face::Truust, "live"),
    (Face::Trustist, "tenant"),
    (Face::Treezor, "oauth"),
    (Face::Kontorion, "live"),
];

/// A program that `bin/test` installs beside the S3-compatible server.
fn installed(name: &str) -> PathBuf {
    let moto = std::env::var("VOUCH_MOTO").expect("VOUCH_MOTO, which bin/test sets");
    Path::new(&moto).with_file_name(name)
}

fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/openapi")
        .join(name)
}

fn served(app: &TestApp, face: Face) -> Value {
    let response = app.browser().get(&format!("/openapi/{face}.json"));
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some("application/json"));
    serde_json::from_str(&response.body).expect("JSON")
}

/// What the judge finds wrong with a document and with what was answered.
fn judged(document: &Value, answers: &[Value]) -> Vec<String> {
    let mut child = Command::new(installed("python"))
        .arg(beside("judge.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the judge, which bin/test installs");
    let asked = json!({ "document": document, "answers": answers });
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin
        .write_all(asked.to_string().as_bytes())
        .expect("to ask");
    drop(stdin);
    let output = child.wait_with_output().expect("a judgement");
    assert!(output.status.success(), "the judge broke off");
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn the_judge_sees_what_is_wrong() {
    let app = TestApp::start();
    let mut document = served(&app, Face::Kontorion);
    assert_eq!(judged(&document, &[]), Vec::<String>::new());
    let of = json!(["/v1/verifications/{id}", "GET"]);
    let answer = |status: u16, media: &str, body: &Value| json!({"of": of, "status": status, "media": media, "headers": [], "body": body});
    let found = judged(
        &document,
        &[
            answer(200, "application/json", &json!({"data": {"id": "7"}})),
            answer(418, "application/json", &json!({})),
            answer(404, "application/json", &json!({})),
            answer(
                404,
                "application/problem+json",
                &json!({"type": "about:blank"}),
            ),
        ],
    );
    let of_kind = |words: &str| found.iter().filter(|line| line.contains(words)).count();
    assert!(
        of_kind("GET /v1/verifications/{id} 200: data") >= 1,
        "{found:?}"
    );
    assert_eq!(of_kind("418: the document has no such status"), 1);
    assert_eq!(of_kind("404: the document has no application/json"), 1);
    assert!(of_kind("404: : ") >= 1, "{found:?}");
    document.as_object_mut().expect("a document").remove("info");
    assert_ne!(judged(&document, &[]), Vec::<String>::new());
}

/// The names of an answer's headers.
fn names(response: &crate::support::Response) -> Vec<&str> {
    let headers = response.headers.iter();
    headers.map(|(name, _)| name.as_str()).collect()
}

#[test]
fn where_the_next_page_is_stands_in_the_document() {
    let app = TestApp::start();
    let face = Face::Trustist;
    let able = machines::key(
        &app,
        &app.acme,
        ("trustist", "tenant"),
        &["read_customers"],
        &[],
    );
    for _ in 0..2 {
        make::customer(&app, |_| {});
    }
    let first = key_matrix::sent(
        &app,
        face,
        Some(&able),
        "GET",
        "/v1/customers?limit=1",
        Value::Null,
        None,
    );
    assert!(first.header("link").is_some(), "there is a next page");
    let answers = [json!({
        "of": ["/v1/customers", "GET"],
        "status": first.status,
        "media": first.header("content-type"),
        "headers": names(&first),
        "body": serde_json::from_str::<Value>(&first.body).expect("JSON"),
    })];
    let mut document = served(&app, face);
    assert_eq!(judged(&document, &answers), Vec::<String>::new());
    let said = &mut document["paths"]["/v1/customers"]["get"]["responses"]["200"];
    said.as_object_mut().expect("an answer").remove("headers");
    assert_eq!(
        judged(&document, &answers),
        ["GET /v1/customers 200: the document does not describe the header link"]
    );
}

/// What each operation of a face answers where it is asked well, by nobody, for what is absent, and by who may not.
fn answered(app: &TestApp, (face, kind): (Face, &str)) -> Vec<Value> {
    let all: Vec<&str> = face.permissions().collect();
    let able = machines::key(app, &app.acme, (face.as_str(), kind), &all, &[]);
    let none = machines::key(app, &app.acme, (face.as_str(), kind), &all[..1], &[]);
    let mut answers = Vec::new();
    for route in vouch::routes::all().routes() {
        // An address that is also taken with a slash behind it is written once.
        let written = route.method != "HEAD" && !route.path.ends_with('/');
        if route.sender != Sender::Face(face) || !written {
            continue;
        }
        let call = CALLS
            .iter()
            .find(|call| call.method == route.method && call.path == route.path)
            .expect("the key matrix has each route");
        let mut keep = |well: bool, response: &crate::support::Response| {
            assert_eq!(
                well,
                (200..300).contains(&response.status),
                "{}",
                response.body
            );
            answers.push(json!({
                "of": [route.path, route.method],
                "status": response.status,
                "media": response.header("content-type"),
                "headers": names(response),
                "body": serde_json::from_str::<Value>(&response.body).expect("JSON"),
            }));
        };
        keep(
            true,
            &key_matrix::called(app, face, Some(&able), call, true),
        );
        keep(false, &key_matrix::called(app, face, None, call, true));
        if route.path.contains('{') {
            keep(
                false,
                &key_matrix::called(app, face, Some(&able), call, false),
            );
        }
        let asked = key_matrix::asked_by(route, face);
        if !asked.iter().any(|one| one == all[0]) {
            keep(
                false,
                &key_matrix::called(app, face, Some(&none), call, true),
            );
        }
    }
    answers
}

/// Whether it is the older form of an answer of Treezor's.
fn is_older(form: &Value) -> bool {
    let name = form["$ref"].as_str();
    name.is_some_and(|name| name.starts_with("#/components/schemas/Legacy"))
}

/// Leaves the form of this life cycle where an answer has two: either would do, and one of them is wrong. How many had two.
fn narrow(document: &mut Value, cycle: LifeCycle) -> usize {
    let mut narrowed = 0;
    let paths = document["paths"].as_object_mut().expect("paths");
    for path in paths.values_mut() {
        let operations = path.as_object_mut().expect("operations");
        for operation in operations.values_mut() {
            let forms = operation
                .pointer_mut("/responses/200/content/application~1json/schema/anyOf")
                .and_then(Value::as_array_mut);
            if let Some(forms) = forms.filter(|forms| forms.iter().any(is_older)) {
                forms.retain(|form| is_older(form) == (cycle == LifeCycle::Legacy));
                assert_eq!(forms.len(), 1, "one form a life cycle: {forms:?}");
                narrowed += 1;
            }
        }
    }
    narrowed
}

#[test]
fn every_operation_answers_as_its_document_says() {
    let app = TestApp::start();
    for (face, kind) in FACES {
        let mut document = served(&app, face);
        let narrowed = narrow(&mut document, LifeCycle::New);
        assert_eq!(narrowed > 0, face == Face::Treezor, "{face}: {narrowed}");
        let answers = answered(&app, (face, kind));
        let called: BTreeSet<String> = answers
            .iter()
            .map(|answer| answer["of"].to_string())
            .collect();
        let paths = document["paths"].as_object().expect("paths");
        let operations = paths
            .values()
            .map(|path| path.as_object().expect("operations").len());
        assert_eq!(
            called.len(),
            operations.sum::<usize>(),
            "{face}: each was called"
        );
        assert_eq!(judged(&document, &answers), Vec::<String>::new(), "{face}");
    }
}

#[test]
fn the_older_life_cycle_answers_as_its_half_of_the_document_says() {
    let app = TestApp::start();
    treezor::policy(&app, |policy| policy.kyc_life_cycle = LifeCycle::Legacy);
    let answers = answered(&app, (Face::Treezor, "oauth"));
    let judged_by = |cycle| {
        let mut document = served(&app, Face::Treezor);
        let narrowed = narrow(&mut document, cycle);
        (narrowed, judged(&document, &answers))
    };
    let (narrowed, found) = judged_by(LifeCycle::Legacy);
    assert_eq!(found, Vec::<String>::new());
    // The other half would not do for any of them, so that it was this one that did.
    let (_, found) = judged_by(LifeCycle::New);
    let wrong: BTreeSet<&str> = found
        .iter()
        .filter_map(|line| line.split(" 200: ").next())
        .collect();
    assert_eq!(wrong.len(), narrowed, "{found:?}");
}

#[test]
fn the_printed_document_is_the_served_one() {
    let app = TestApp::start();
    for (face, _) in FACES {
        // Whoever writes against a face has no installation.
        let printed = Command::new(env!("CARGO_BIN_EXE_vouch"))
            .args(["openapi", face.as_str()])
            .env_clear()
            .output()
            .expect("vouch");
        assert!(printed.status.success());
        let served = app.browser().get(&format!("/openapi/{face}.json"));
        assert_eq!(String::from_utf8_lossy(&printed.stdout), served.body);
    }
}
