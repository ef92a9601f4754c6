//! What schemathesis makes up from a document. Each operation has an example of how it is called well, about something that
//! is there and about something that is not: from these the requests begin, so that what is behind a lookup is reached too.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead as _, BufReader},
};

use serde::Deserialize;
use vouch::faces::treezor::TOKEN;

use super::*;
use crate::support::cluster;

/// The document as it is served, with how each operation is called well: of something that was made for it, and of nothing.
fn with_examples(app: &TestApp, face: Face, key: &machines::Made) -> Value {
    let mut document = served(app, face);
    let paths = document["paths"].as_object_mut().expect("paths");
    for (path, operations) in paths {
        for (method, operation) in operations.as_object_mut().expect("operations") {
            let call = CALLS
                .iter()
                .find(|call| call.path == path && call.method.eq_ignore_ascii_case(method))
                .expect("the key matrix has each operation");
            let (there, absent, mut body) = key_matrix::well(app, call);
            if call.path == TOKEN {
                body = json!({
                    "grant_type": "client_credentials", "client_id": key.id, "client_secret": key.secret,
                });
            }
            let parameters = operation.get_mut("parameters");
            for parameter in parameters
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                let name = parameter["name"].as_str().expect("a name");
                let hole = format!("{{{name}}}");
                let Some(place) = path.split('/').position(|piece| piece == hole) else {
                    continue;
                };
                let example = |target: &str| {
                    let id = target.split('/').nth(place).expect("an id");
                    let number = id.parse::<i64>();
                    json!({"value": number.map_or_else(|_| json!(id), |number| json!(number))})
                };
                parameter["examples"] =
                    json!({"there": example(&there), "absent": example(&absent)});
            }
            let content = operation.pointer_mut("/requestBody/content");
            if let Some(content) = content.and_then(Value::as_object_mut) {
                for media in content.values_mut() {
                    media["example"] = body.clone();
                }
            }
        }
    }
    document
}

/// A line of what schemathesis writes down of its run. The rest of it is not read: what was made up need not be JSON that
/// others take.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "ScenarioFinished")]
    scenario: Option<Scenario>,
}

#[derive(Deserialize)]
struct Scenario {
    recorder: Recorder,
}

/// What was asked and what was answered, under the same names.
#[derive(Deserialize)]
struct Recorder {
    #[serde(default)]
    cases: BTreeMap<String, Case>,
    #[serde(default)]
    interactions: BTreeMap<String, Interaction>,
}

#[derive(Deserialize)]
struct Case {
    value: Operation,
}

#[derive(Deserialize)]
struct Operation {
    method: String,
    /// As the document writes it.
    path: String,
}

#[derive(Deserialize)]
struct Interaction {
    response: Option<Answer>,
}

#[derive(Deserialize)]
struct Answer {
    status_code: u16,
}

/// The statuses with which each operation was answered, by its method and path.
fn statuses(report: &Path) -> BTreeMap<String, BTreeSet<u16>> {
    let mut all: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    let report = BufReader::new(File::open(report).expect("a report"));
    for line in report.lines() {
        let line: Line = serde_json::from_str(&line.expect("a line")).expect("an event");
        let Some(Scenario { recorder }) = line.scenario else {
            continue;
        };
        for (name, interaction) in recorder.interactions {
            let Operation { method, path } = &recorder.cases[&name].value;
            let seen = all.entry(format!("{method} {path}")).or_default();
            seen.extend(interaction.response.map(|answer| answer.status_code));
        }
    }
    all
}

/// The operations that were never done, and those of one thing that never missed it.
fn unreached(document: &Value, statuses: &BTreeMap<String, BTreeSet<u16>>) -> Vec<String> {
    let mut unreached = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("operations").keys() {
            let name = format!("{} {path}", method.to_uppercase());
            let seen = statuses.get(&name).cloned().unwrap_or_default();
            if seen.range(200..300).next().is_none() {
                unreached.push(format!("{name} was never done: {seen:?}"));
            }
            if path.contains('{') && !seen.contains(&404) {
                unreached.push(format!("{name} was never of what is absent: {seen:?}"));
            }
        }
    }
    unreached
}

/// Two things depend on nobody: the seed and how many examples stand in the settings beside this.
#[test]
fn what_schemathesis_makes_up_finds_no_fault_and_nothing_undocumented() {
    for (face, kind) in FACES {
        let app = TestApp::start_with(cluster::database(), &[("VOUCH_KEY_RATE", "0")]);
        let all: Vec<&str> = face.permissions().collect();
        let made = machines::key(&app, &app.acme, (face.as_str(), kind), &all, &[]);
        let folder = tempfile::tempdir().expect("a folder");
        let (shown, report) = (
            folder.path().join("openapi.json"),
            folder.path().join("report.ndjson"),
        );
        let document = with_examples(&app, face, &made);
        std::fs::write(&shown, document.to_string()).expect("the document");
        let mut command = Command::new(installed("schemathesis"));
        command
            .current_dir(folder.path())
            .arg("--config-file")
            .arg(beside("schemathesis.toml"))
            .args(["run", "--no-color", "--report", "ndjson"])
            .arg("--report-ndjson-path")
            .arg(&report)
            .arg("--url")
            .arg(format!("http://{}", app.address))
            .arg(&shown);
        match face {
            Face::Trustist => {
                let date = app
                    .clock
                    .now()
                    .format("%a, %d %b %Y %H:%M:%S GMT")
                    .to_string();
                command
                    .env("SCHEMATHESIS_HOOKS", "signing")
                    .env("PYTHONPATH", beside(""))
                    .env("PYTHONDONTWRITEBYTECODE", "1")
                    .env("VOUCH_TEST_KEY", &made.id)
                    .env("VOUCH_TEST_SECRET", &made.secret)
                    .env("VOUCH_TEST_DATE", date);
            }
            Face::Treezor => {
                let token = treezor::exchange(&app, &made).expect("a token");
                command.args(["-H", &format!("Authorization: Bearer {token}")]);
            }
            _ => {
                command.args(["-H", &format!("Authorization: Bearer {}", made.secret)]);
            }
        }
        let output = command
            .output()
            .expect("schemathesis, which bin/test installs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{face}:\n{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        // A refusal is in the document as well: who is always refused, or finds nothing, would find no fault either.
        let unreached = unreached(&document, &statuses(&report));
        assert!(unreached.is_empty(), "{face}: {unreached:#?}\n{said}");
        println!("{face}:\n{said}");
    }
}
