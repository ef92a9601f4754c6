//! What the document says of a body is what the face takes.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use super::*;

const VERIFY: &str = "/2.0/customers/{uuid}/verify";

/// Which of these bodies an independent judge finds sound by the document's schema of what is sent to verify.
fn sound(app: &TestApp, bodies: &[Value]) -> Vec<bool> {
    let served = app.browser().get("/openapi/truust.json");
    assert_eq!(served.status, 200);
    let mut document: Value = serde_json::from_str(&served.body).expect("JSON");
    let post = &mut document["paths"][VERIFY]["post"];
    let taken = post["requestBody"]["content"].clone();
    assert!(taken["application/json"]["schema"].is_object(), "{post}");
    // The judge judges answers: each body stands for one, with a status of its own.
    let mut answers = Vec::new();
    for (n, body) in bodies.iter().enumerate() {
        let status = 200 + n;
        post["responses"][status.to_string()] = json!({"description": "A body.", "content": taken});
        answers.push(json!({
            "of": [VERIFY, "POST"], "status": status, "media": "application/json", "headers": [], "body": body,
        }));
    }
    let moto = std::env::var("VOUCH_MOTO").expect("VOUCH_MOTO, which bin/test sets");
    let judge = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi/judge.py");
    let mut child = Command::new(Path::new(&moto).with_file_name("python"))
        .arg(judge)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the judge, which bin/test installs");
    let asked = json!({"document": document, "answers": answers});
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin
        .write_all(asked.to_string().as_bytes())
        .expect("to ask");
    drop(stdin);
    let output = child.wait_with_output().expect("a judgement");
    assert!(output.status.success(), "the judge broke off");
    let found = String::from_utf8(output.stdout).expect("text");
    assert!(!found.contains("the document"), "{found}");
    let fault = |n: usize| format!("POST {VERIFY} {}: ", 200 + n);
    (0..bodies.len())
        .map(|n| !found.lines().any(|line| line.starts_with(&fault(n))))
        .collect()
}

#[test]
fn the_document_and_the_face_take_the_same_companies() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let trader = with(&person(), json!({"type": "SOLETRADER"}));
    let mut bodies = vec![(person(), true), (trader, true), (company(), true)];
    for field in [
        "legal_name",
        "representative_name",
        "representative_email",
        "representative_phone",
    ] {
        bodies.push((without(&company(), field), false));
        for nothing in [Value::Null, json!(""), json!(" ")] {
            bodies.push((with(&company(), json!({ (field): nothing })), false));
        }
        // Of nobody else it is asked.
        bodies.push((with(&person(), json!({ (field): null })), true));
    }
    for (phone, good) in [
        ("600", true),
        (" (0034) 600-100.200/1 ", true),
        ("+34600100200", true),
        ("60", false),
        ("6001002003004005", false),
        ("600 100 200 x5", false),
        ("call me", false),
    ] {
        let body = with(&company(), json!({ "representative_phone": phone }));
        bodies.push((body, good));
    }
    let sent: Vec<Value> = bodies.iter().map(|(body, _)| body.clone()).collect();
    for ((body, good), sound) in bodies.iter().zip(sound(&app, &sent)) {
        assert_eq!(sound, *good, "the document: {body}");
        let customer = make::customer(&app, |_| {});
        let status = ours.verify(customer, body).status;
        assert_eq!(status, if *good { 200 } else { 422 }, "the face: {body}");
    }
}
