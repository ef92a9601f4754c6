//! Webhooks over real HTTP: pushed with their change or not at all, signed so that others can check it, tried again under
//! the same id as the clock moves, and nobody waits for a receiver that hangs.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use vouch::{
    clock::Clock,
    db::{Db, PoolOptions},
    gauges::Gauges,
    keys::Keys,
    outgoing::{Client, signature::Secret},
    schema::{
        webhook_attempts as attempts, webhook_deliveries as deliveries,
        webhook_endpoints as endpoints, webhook_queue as queue,
    },
    webhooks::worker::Worker,
};

use crate::support::{Browser, Persona, Response, Tenant, TestApp, machines, make};

mod branches;
mod faults;
mod log_page;
mod onboarding;
mod page;
mod told;
mod treezor;
mod trustist;

pub use treezor::reckoned;

/// A request as the receiver got it.
#[derive(Clone, Debug)]
pub struct Got {
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    fn verified_by(&self, secret: &str, at: chrono::DateTime<chrono::Utc>) -> bool {
        let [id, time, signature] =
            vouch::outgoing::signature::HEADERS.map(|name| self.header(name));
        let secret = Secret::read(secret).expect("a secret");
        secret.verifies(id, time, signature, self.body.as_bytes(), at)
    }
}

/// What a receiver does with a request.
#[derive(Clone, Debug)]
enum Reply {
    /// Answers with a status and a body.
    Status(u16, &'static str),
    /// Leads elsewhere.
    Elsewhere(String),
    /// Takes it, and answers nothing for so long.
    Hang(Duration),
}

/// A receiver on this machine: the n-th request gets the n-th reply, and all after the last the last.
pub struct Receiver {
    address: SocketAddr,
    got: Arc<Mutex<Vec<(Instant, Got)>>>,
}

impl Receiver {
    fn new(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let got = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&got);
        let count = AtomicUsize::new(0);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let n = count.fetch_add(1, Ordering::SeqCst).min(replies.len() - 1);
                let (reply, seen) = (replies[n].clone(), Arc::clone(&seen));
                std::thread::spawn(move || serve(stream, &reply, &seen));
            }
        });
        Self { address, got }
    }

    pub fn ok() -> Self {
        Self::new(vec![Reply::Status(200, "thanks")])
    }

    pub fn url(&self) -> String {
        format!("http://{}/hooks?token=abc", self.address)
    }

    pub fn got(&self) -> Vec<Got> {
        let got = self.got.lock().expect("what was got");
        got.iter().map(|(_, got)| got.clone()).collect()
    }

    /// Waits until so many requests have come.
    fn wait(&self, many: usize, most: Duration) -> Vec<Got> {
        let begun = Instant::now();
        while self.got().len() < many {
            assert!(begun.elapsed() < most, "{} of {many}", self.got().len());
            std::thread::sleep(Duration::from_millis(10));
        }
        self.got()
    }
}

fn serve(stream: TcpStream, reply: &Reply, seen: &Mutex<Vec<(Instant, Got)>>) {
    let mut reader = BufReader::new(stream);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ") {
            headers.insert(name.to_lowercase(), value.to_owned());
        }
    }
    let length = headers.get("content-length");
    let length = length.and_then(|value| value.parse().ok()).unwrap_or(0);
    let mut bytes = vec![0; length];
    if reader.read_exact(&mut bytes).is_err() {
        return;
    }
    let body = String::from_utf8(bytes).expect("text");
    let got = Got { headers, body };
    seen.lock()
        .expect("what was got")
        .push((Instant::now(), got));
    let (status, more, said) = match reply {
        Reply::Status(status, said) => (*status, String::new(), *said),
        Reply::Elsewhere(url) => (307, format!("Location: {url}\r\n"), ""),
        Reply::Hang(long) => {
            std::thread::sleep(*long);
            (200, String::new(), "late")
        }
    };
    let answer = format!(
        "HTTP/1.1 {status} X\r\n{more}Content-Length: {}\r\nConnection: close\r\n\r\n{said}",
        said.len()
    );
    let _ = reader.get_mut().write_all(answer.as_bytes());
}

/// What delivers, as each server has one; `loopback` as the setting says.
fn worker_with(app: &TestApp, clock: Clock, loopback: bool) -> Worker {
    let options = PoolOptions {
        url: app.database.app_url.clone(),
        size: 4,
        wait: Duration::from_secs(5),
        statement_cache: true,
    };
    Worker {
        db: Db::open(&options, clock, Keys::new(app.secret.clone())),
        client: Client::new(loopback),
        gauges: Arc::new(Gauges::default()),
    }
}

fn worker(app: &TestApp) -> Worker {
    worker_with(app, app.clock.clone(), true)
}

/// Sends all that is due; how many attempts.
pub fn deliver(app: &TestApp) -> usize {
    worker(app).step().expect("attempts")
}

/// An endpoint made on the page: its id and its secret.
pub fn endpoint_of(browser: &mut Browser, url: &str, events: &[&str]) -> (Uuid, String) {
    let mut fields = vec![("face", "kontorion"), ("url", url), ("name", "Ledger")];
    fields.extend(events.iter().map(|event| ("event", *event)));
    let made = browser.post("/settings/webhooks", &fields);
    assert_eq!(made.status, 200, "{}", made.text());
    let secret = made.texts("#secret").remove(0);
    let link = made.attributes(".actions a", "href").remove(0);
    let id = link.rsplit('/').next().expect("an id");
    (id.parse().expect("an id"), secret)
}

const ALL: [&str; 4] = [
    "verification.created",
    "verification.verified",
    "verification.failed",
    "verification.expired",
];

fn endpoint(app: &TestApp, url: &str) -> (Uuid, String) {
    endpoint_of(&mut app.sign_in(Persona::Admin), url, &ALL)
}

fn override_check(app: &TestApp, check: Uuid, status: &str) -> Response {
    let mut admin = app.sign_in(Persona::Admin);
    let form = admin.get(&format!("/verifications/{check}/override"));
    let version = form.attributes("input[name=version]", "value").remove(0);
    admin.post(
        &format!("/verifications/{check}/override"),
        &[
            ("status", status),
            ("reason", "The passport was seen in the branch."),
            ("version", &version),
            ("step", "apply"),
        ],
    )
}

/// Starts a check that a person answers.
fn start(app: &TestApp) -> Uuid {
    let customer = make::customer(app, |_| {});
    start_of(app, customer)
}

fn start_of(app: &TestApp, customer: Uuid) -> Uuid {
    let done = app.sign_in(Persona::Officer).post(
        &format!("/customers/{customer}/verifications"),
        &[("verification_type", "identity"), ("provider", "acme")],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    crate::providers::newest(app).expect("a check").0
}

/// Where each message of a tenant is, oldest first: id, event, state, attempts.
fn log_of(app: &TestApp, tenant: &Tenant) -> Vec<(Uuid, String, String, i32)> {
    deliveries::table
        .order((deliveries::created_at, deliveries::id))
        .select((
            deliveries::id,
            deliveries::event,
            deliveries::state,
            deliveries::attempts,
        ))
        .load(&mut app.owner_of(tenant))
        .expect("the messages")
}

fn log(app: &TestApp) -> Vec<(Uuid, String, String, i32)> {
    log_of(app, &app.acme)
}

/// Whether the independent implementation (`standardwebhooks`) accepts a message.
pub fn accepted(got: &Got, secret: &str) -> bool {
    const PROGRAM: &str = "
import json, sys
from standardwebhooks import Webhook, WebhookVerificationError
asked = json.load(sys.stdin)
try:
    Webhook(asked['secret']).verify(asked['body'], asked['headers'])
    print('accepted')
except WebhookVerificationError as error:
    print(error)
";
    let moto = std::env::var("VOUCH_MOTO").expect("VOUCH_MOTO, which bin/test sets");
    let python = std::path::Path::new(&moto).with_file_name("python");
    let mut child = Command::new(&python)
        .args(["-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}; bin/test installs it", python.display()));
    let asked = json!({ "secret": secret, "body": got.body, "headers": got.headers });
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin
        .write_all(asked.to_string().as_bytes())
        .expect("to ask");
    drop(stdin);
    let output = child.wait_with_output().expect("an answer");
    assert!(output.status.success(), "{}", python.display());
    String::from_utf8_lossy(&output.stdout).trim() == "accepted"
}

#[test]
fn what_the_desk_decides_arrives_signed_and_as_the_face_shows_it() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    let (_, secret) = endpoint(&app, &receiver.url());
    let check = start(&app);
    assert_eq!(override_check(&app, check, "verified").status, 303);
    // The time of the sending is the machine's own, as others judge by theirs.
    let sent = worker_with(&app, Clock::system(), true).step();
    assert_eq!(sent.expect("attempts"), 2);
    let mut got = receiver.got();
    got.sort_by_key(|got| got.json()["type"].to_string());
    let types: Vec<Value> = got.iter().map(|got| got.json()["type"].clone()).collect();
    assert_eq!(types, ["verification.created", "verification.verified"]);
    for one in &got {
        assert!(accepted(one, &secret), "{one:?}");
        let another = Secret::random().expect("randomness").text();
        assert!(!accepted(one, &another));
        let mut altered = one.clone();
        altered.body = altered.body.replace("identity", "identitx");
        assert!(!accepted(&altered, &secret));
        assert_eq!(one.header("content-type"), "application/json");
        assert_eq!(
            one.header("x-webhook-signature"),
            one.header("webhook-signature")
        );
        assert_eq!(one.json()["timestamp"], "2026-11-16T12:00:00.000000Z");
    }
    assert_ne!(got[0].header("webhook-id"), got[1].header("webhook-id"));
    // What was sent last is what the face answers.
    let key = machines::key(&app, &app.acme, ("kontorion", "live"), &["read"], &[]);
    let shown = app.browser().request(
        "GET",
        &format!("/v1/verifications/{check}"),
        &[("authorization", &format!("Bearer {}", key.secret))],
        None,
    );
    let shown: Value = serde_json::from_str(&shown.body).expect("JSON");
    assert_eq!(got[1].json()["data"], shown["data"]);
    assert_eq!(got[0].json()["data"]["status"], "pending");
    let log = log(&app);
    assert_eq!(log.len(), 2);
    assert!(
        log.iter()
            .all(|(.., state, n)| state == "delivered" && *n == 1)
    );
    assert_eq!(deliver(&app), 0, "once");
}

#[test]
fn a_change_that_fails_pushes_nothing_and_reading_pushes_nothing() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    endpoint(&app, &receiver.url());
    let check = start(&app);
    assert_eq!(log(&app).len(), 1);
    // The second override is no lawful move.
    assert_eq!(override_check(&app, check, "failed").status, 303);
    assert_eq!(log(&app).len(), 2);
    let mut admin = app.sign_in(Persona::Admin);
    let refused = admin.post(
        &format!("/verifications/{check}/override"),
        &[
            ("status", "verified"),
            ("reason", "The passport was seen in the branch."),
            ("version", "99"),
            ("step", "apply"),
        ],
    );
    assert_eq!(refused.status, 409, "{}", refused.text());
    admin.get(&format!("/verifications/{check}"));
    assert_eq!(log(&app).len(), 2);
    // Where the message cannot be written, nothing has happened.
    let customer = make::customer(&app, |_| {});
    let before = (app.actions().len(), crate::providers::newest(&app));
    let mut owner = app.database.owner();
    diesel::sql_query(
        "ALTER TABLE webhook_queue ADD CONSTRAINT nothing_more CHECK (false) NOT VALID",
    )
    .execute(&mut owner)
    .expect("a full table");
    let failed = app.sign_in(Persona::Officer).post(
        &format!("/customers/{customer}/verifications"),
        &[("verification_type", "identity"), ("provider", "acme")],
    );
    assert_eq!(failed.status, 500);
    assert_eq!(
        (app.actions().len(), crate::providers::newest(&app)),
        before
    );
    assert_eq!(log(&app).len(), 2);
}

#[test]
fn after_a_rotation_two_secrets_sign_for_a_day() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    let (id, old) = endpoint(&app, &receiver.url());
    let rotated = app
        .sign_in(Persona::Admin)
        .post(&format!("/settings/webhooks/{id}/rotate"), &[]);
    assert_eq!(rotated.status, 200, "{}", rotated.text());
    let new = rotated.texts("#secret").remove(0);
    assert_ne!(new, old);
    start(&app);
    assert_eq!(
        worker_with(&app, app.clock.clone(), true)
            .step()
            .expect("attempts"),
        1
    );
    let both = receiver.got().remove(0);
    assert_eq!(both.header("webhook-signature").split(' ').count(), 2);
    let now = app.clock.now();
    assert!(both.verified_by(&new, now) && both.verified_by(&old, now));
    app.clock.advance(TimeDelta::hours(23));
    start(&app);
    deliver(&app);
    assert!(receiver.got()[1].verified_by(&old, app.clock.now()));
    app.clock.advance(TimeDelta::hours(1));
    start(&app);
    deliver(&app);
    let alone = receiver.got().remove(2);
    assert_eq!(alone.header("webhook-signature").split(' ').count(), 1);
    assert!(alone.verified_by(&new, app.clock.now()) && !alone.verified_by(&old, app.clock.now()));
}

#[test]
fn both_signatures_of_a_rotation_stand_before_another_implementation() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    let (id, old) = endpoint(&app, &receiver.url());
    // The page's clock and the sender's must agree on the day: the old secret is the test's day's.
    let ahead = Clock::system().now() - app.clock.now();
    app.clock.advance(ahead);
    let rotated = app
        .sign_in(Persona::Admin)
        .post(&format!("/settings/webhooks/{id}/rotate"), &[]);
    let new = rotated.texts("#secret").remove(0);
    start(&app);
    assert_eq!(deliver(&app), 1);
    let got = receiver.got().remove(0);
    assert!(accepted(&got, &new) && accepted(&got, &old), "{got:?}");
}

#[test]
fn the_clock_s_work_is_told_too() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    endpoint(&app, &receiver.url());
    let customer = make::customer(&app, |_| {});
    let until = app.clock.now() + TimeDelta::days(1);
    make::verification(&app, customer, |new| {
        (new.status, new.expires_at) = ("verified", Some(until));
    });
    app.clock.advance(TimeDelta::days(2));
    vouch::reviews::deadlines::sweep(&worker(&app).db).expect("a sweep");
    assert_eq!(deliver(&app), 1);
    let got = receiver.got().remove(0).json();
    assert_eq!(got["type"], "verification.expired");
    assert_eq!(got["data"]["status"], "expired");
    assert_eq!(got["data"]["actor_id"], Value::Null);
}

#[test]
fn what_colleagues_write_for_one_another_never_leaves() {
    const CANARY: &str = "Kanarienvogel 4471";
    let app = TestApp::start();
    let receiver = Receiver::ok();
    endpoint(&app, &receiver.url());
    let customer = make::customer(&app, |_| {});
    make::complete(&app, customer);
    make::note(&app, customer, CANARY);
    let mut officer = app.sign_in(Persona::Officer);
    let asked = officer.post(&format!("/customers/{customer}/reviews"), &[]);
    assert_eq!(asked.status, 303, "{}", asked.text());
    let mut manager = app.sign_in(Persona::Manager);
    let taken = manager.post("/reviews/next", &[]);
    let review = manager.follow(&taken);
    assert_eq!(review.status, 200);
    let (review, version) = held(&app, customer);
    let decided = manager.post(
        &format!("/reviews/{review}/decision"),
        &[
            ("version", &version),
            ("decision", "refused"),
            ("reason", "identity_not_proved"),
            ("comment", CANARY),
            ("message", "We could not verify you."),
        ],
    );
    assert_eq!(decided.status, 303, "{}", decided.text());
    // An entry of a list, and an override with a reason for colleagues.
    let listed = make::verification(&app, customer, |new| {
        (new.provider, new.reason) = ("watchlist", Some(CANARY));
    });
    let mut admin = app.sign_in(Persona::Admin);
    let form = admin.get(&format!("/verifications/{listed}/override"));
    let version = form.attributes("input[name=version]", "value").remove(0);
    let overridden = admin.post(
        &format!("/verifications/{listed}/override"),
        &[
            ("status", "failed"),
            ("reason", CANARY),
            ("version", &version),
            ("step", "apply"),
        ],
    );
    assert_eq!(overridden.status, 303, "{}", overridden.text());
    // Somebody about whom there is a suspicion.
    let suspected = make::customer(&app, |_| {});
    make::complete(&app, suspected);
    officer.post(&format!("/customers/{suspected}/reviews"), &[]);
    let (review, _) = held(&app, suspected);
    let escalated = officer.post(
        &format!("/reviews/{review}/escalate"),
        &[("reason", CANARY)],
    );
    assert_eq!(escalated.status, 303, "{}", escalated.text());
    let taken = manager.post("/reviews/next", &[]);
    assert_eq!(manager.follow(&taken).status, 200);
    start_of(&app, suspected);
    deliver(&app);
    let got = receiver.got();
    assert_eq!(got.len(), 5);
    for one in &got {
        assert!(!one.body.contains("Kanarienvogel"), "{}", one.body);
    }
    let reasons: Vec<Value> = got
        .iter()
        .map(|got| got.json()["data"]["reason"].clone())
        .collect();
    assert!(
        reasons.contains(&json!("We could not verify you.")),
        "{reasons:?}"
    );
}

/// A customer's open review and their version.
fn held(app: &TestApp, customer: Uuid) -> (Uuid, String) {
    use vouch::schema::{customers, reviews};
    let review = reviews::table
        .filter(reviews::customer_id.eq(customer))
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("the review");
    let version: i32 = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer");
    (review, version.to_string())
}

#[test]
fn nobody_is_told_what_they_did_not_ask_for_or_may_not_see() {
    let app = TestApp::start();
    let (ours, failures, theirs) = (Receiver::ok(), Receiver::ok(), Receiver::ok());
    endpoint(&app, &ours.url());
    let mut admin = app.sign_in(Persona::Admin);
    endpoint_of(&mut admin, &failures.url(), &["verification.failed"]);
    endpoint_of(&mut app.sign_in(Persona::Other), &theirs.url(), &ALL);
    let (madrid, _) = endpoint(&app, &format!("{}&only=madrid", ours.url()));
    diesel::update(endpoints::table.filter(endpoints::id.eq(madrid)))
        .set(endpoints::branches.eq(vec![app.acme.branch("madrid")]))
        .execute(&mut app.owner())
        .expect("an endpoint of one branch");
    let check = start(&app);
    let elsewhere = make::customer(&app, |new| new.branch_id = app.acme.branch("madrid"));
    start_of(&app, elsewhere);
    override_check(&app, check, "failed");
    deliver(&app);
    assert_eq!(ours.got().len(), 4, "three of all branches, one of madrid");
    assert_eq!(failures.got().len(), 1);
    assert!(theirs.got().is_empty());
    let of_madrid: i64 = deliveries::table
        .filter(deliveries::endpoint_id.eq(madrid))
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(of_madrid, 1);
    assert!(log_of(&app, &app.other).is_empty());
}
