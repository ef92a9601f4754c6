//! `vouch key`, the program itself.

use std::process::{Command, Output};

use serde_json::Value;

use super::*;
use crate::faults::commit::{DIE, at_each_entry};

fn vouch(app: &TestApp, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vouch"))
        .arg("key")
        .args(arguments)
        .args(["--organisation", &app.acme.id.to_string()])
        .env_clear()
        .env("DATABASE_URL", &app.database.app_url)
        .env("VOUCH_OWNER_URL", &app.database.owner_url)
        .env("VOUCH_SECRET_KEY", app.secret.to_hex())
        .env("VOUCH_DATA_DIR", app.folder.path())
        .output()
        .expect("the program")
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_program_prints_one_object_with_the_secret_and_says_what_is_wrong() {
    let app = TestApp::start();
    let asked = [
        &["add", "--face", "kontorion", "--kind", "live"][..],
        &["--permission", "write", "--permission", "read"],
        &["--branch", "madrid", "--branch", "london"],
        &["--name", "Ledger", "--expires", "2099-12-31"],
    ]
    .concat();
    let done = vouch(&app, &asked);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done.stderr));
    let printed = said(&done.stdout);
    assert_eq!(printed.lines().count(), 1, "{printed}");
    let made: Value = serde_json::from_str(&printed).expect("JSON");
    let members: Vec<&String> = made.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["id", "secret", "face", "kind", "permissions"]);
    assert_eq!(made["face"], "kontorion");
    assert_eq!(made["kind"], "live");
    assert_eq!(made["permissions"], serde_json::json!(["read", "write"]));
    let text = |name: &str| made[name].as_str().expect("a text");

    let key = found(&app, text("secret")).expect("the key");
    assert_eq!(key.key_id, text("id"));
    assert_eq!(key.permissions, ["read", "write"]);
    assert_eq!(key.takes_new.0, app.acme.branch("madrid"));
    let expires: Option<chrono::DateTime<chrono::Utc>> = credentials::table
        .select(credentials::expires_at)
        .first(&mut app.owner())
        .expect("the row");
    let end: chrono::DateTime<chrono::Utc> = "2100-01-01T00:00:00Z".parse().expect("a moment");
    assert_eq!(expires, Some(end), "to the end of its last day");
    assert_eq!(asks(&app, text("secret")), 200);

    let listed = said(&vouch(&app, &["list"]).stdout);
    assert!(listed.starts_with(text("id")) && listed.ends_with("\tLedger\n"));
    assert!(!listed.contains(text("secret")), "{listed}");
    let ended = vouch(&app, &["revoke", text("id")]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended.stderr));
    assert_eq!(asks(&app, text("secret")), 401);

    for (wrong, sentence) in [
        (
            ["--face", "stripe", "--kind", "live"],
            "face: Choose a face",
        ),
        (
            ["--face", "kontorion", "--kind", "oauth"],
            "kind: A key of Kontorion is live, test",
        ),
        (
            ["--face", "trustist", "--kind", "tenant"],
            "permission: Trustist has no permission “read”",
        ),
    ] {
        let asked = [&["add", "--permission", "read"][..], &wrong].concat();
        let refused = vouch(&app, &asked);
        assert_eq!(refused.status.code(), Some(1), "{wrong:?}");
        let why = said(&refused.stderr);
        assert!(why.contains(sentence), "{why}");
        assert_eq!(said(&refused.stdout), "");
    }
    let none: i64 = credentials::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(none, 1, "only the first was made");
}

#[test]
fn the_program_says_that_what_was_lost_in_its_commit_may_have_been_done() {
    let app = TestApp::start();
    at_each_entry(&app, "AFTER", DIE);
    let asked = [
        "add",
        "--face",
        "kontorion",
        "--kind",
        "live",
        "--permission",
        "read",
        "--name",
        "Ledger",
    ];
    let done = vouch(&app, &asked);
    let complaint = said(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{complaint}");
    let last = complaint.lines().last().expect("a line");
    assert!(
        last.starts_with("vouch: it may have been done: look before you repeat it"),
        "{complaint}"
    );
    assert_eq!(said(&done.stdout), "", "no secret of a key that may not be");
}
