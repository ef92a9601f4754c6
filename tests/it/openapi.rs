//! The documents of the faces: each is OpenAPI 3.1 by an independent judge, each operation answers what its document says,
//! and what is made up from a document finds no fault of ours and no answer that it does not name.

use std::{
    collections::BTreeSet,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use vouch::{access::keys::rules::Face, web::router::Sender};

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

#[test]
fn every_operation_answers_as_its_document_says() {
    let app = TestApp::start();
    for (face, kind) in FACES {
        let document = served(&app, face);
        let all: Vec<&str> = face.permissions().collect();
        let able = machines::key(&app, &app.acme, (face.as_str(), kind), &all, &[]);
        let none = machines::key(&app, &app.acme, (face.as_str(), kind), &all[..1], &[]);
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
                &key_matrix::called(&app, face, Some(&able), call, true),
            );
            keep(false, &key_matrix::called(&app, face, None, call, true));
            if route.path.contains('{') {
                keep(
                    false,
                    &key_matrix::called(&app, face, Some(&able), call, false),
                );
            }
            let asked = key_matrix::asked_by(route, face);
            if !asked.iter().any(|one| one == all[0]) {
                keep(
                    false,
                    &key_matrix::called(&app, face, Some(&none), call, true),
                );
            }
        }
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
