//! What an officer writes when they hand a suspicion over, looked for at every address that anybody reads who is not to
//! know: each page and file of the desk, each answer of each face, the customer's own page, and all that webhooks send.

use serde_json::Value;
use uuid::Uuid;
use vouch::{
    access::keys::rules::{Face, KINDS, Kind},
    audit::event::What,
    schema::{webhook_deliveries, webhook_endpoints},
    webhooks::rules::names,
};

use super::{CANARY, raised};
use crate::{
    calls::{self, Object, Place},
    jobs,
    key_matrix::{self, Known},
    onboard,
    support::{Persona, Response, TestApp, machines, make},
};
use diesel::prelude::*;

/// Somebody about whom there is a suspicion, with something of everything.
struct Suspect {
    known: Known,
    company: Uuid,
    review: Uuid,
}

fn suspect(app: &TestApp) -> Suspect {
    let (customer, review) = raised(app);
    let paper = make::pdf(1);
    let company = make::company(app, "Falcão Lda");
    make::relation(app, company, customer, "director", None);
    make::note(app, customer, "Called about the address.");
    Suspect {
        known: Known {
            customer,
            paper: make::paper(
                app,
                Persona::Admin,
                customer,
                "IDENTITY_PROOF",
                "paper.pdf",
                paper.as_bytes(),
            ),
            check: make::verification(app, customer, |_| {}),
            session: onboard::session(app, &app.acme, customer, &onboard::everything()),
            tax: make::tax_residence_of(app, &app.acme, customer, "FR", Some("0123456789")),
        },
        company,
        review,
    }
}

/// What `{id}` or `{token}` is: of the suspect where it is a customer's, else anything that is there.
fn place(app: &TestApp, call: &calls::Call, by: Persona, of: &Suspect, job: &str) -> String {
    let id = match call.object {
        Object::Customer | Object::NewCustomer => of.known.customer,
        Object::Company => of.company,
        Object::Verification => of.known.check,
        Object::Review | Object::HeldReview => of.review,
        Object::Document => of.known.paper,
        Object::Job | Object::DoneJob => return call.path.replace("{id}", job),
        Object::Onboard | Object::OnboardDone => {
            let token = onboard::token(app, of.known.session);
            return call.path.replace("{token}", &token);
        }
        object => return object.make(app, Place::Own, by).path(call),
    };
    call.path.replace("{id}", &id.to_string())
}

/// Every page and file that this persona may read, as it came.
fn read(app: &TestApp, by: Persona, of: &Suspect) -> Vec<(String, Response)> {
    let job = jobs::ask(app, by, of.known.customer);
    jobs::work(app);
    let job = job.trim_start_matches("/jobs/");
    let mut browser = app.sign_in(by);
    let mut seen = Vec::new();
    for route in calls::routes() {
        if route.method != "GET" || !calls::holds(&route.guard, by) {
            continue;
        }
        let call = calls::call(route.method, route.path);
        let path = place(app, call, by, of, job);
        let answer = browser.get(&path);
        assert!(answer.status < 500, "{by:?} {path}: {}", answer.text());
        seen.push((path, answer));
    }
    for more in ["/audit?customer=", "/verifications?customer="] {
        let path = format!("{more}{}", of.known.customer);
        let answer = browser.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        seen.push((path, answer));
    }
    seen
}

/// Every answer of every face about the suspect, or about all, to a key that may do everything there.
fn answered(app: &TestApp, of: &Suspect) -> Vec<(String, Response)> {
    let mut seen = Vec::new();
    for (face, kind) in KINDS {
        if *kind == Kind::Merchant {
            continue;
        }
        let may: Vec<&str> = face.permissions().collect();
        let key = machines::key(app, &app.acme, (face.as_str(), kind.as_str()), &may, &[]);
        for target in key_matrix::about(app, *face, &of.known) {
            let answer =
                key_matrix::sent(app, *face, Some(&key), "GET", &target, Value::Null, None);
            assert!(answer.status < 300, "{face} {target}: {}", answer.body);
            seen.push((target, answer));
        }
    }
    seen
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|piece| piece == text.as_bytes())
}

/// Whether its words are in an answer: no id and no other text has them, as it may have the number.
fn tells(answer: &Response) -> bool {
    let (_, words) = CANARY.split_once("9,900").expect("its words");
    has(&answer.bytes, words)
}

/// Places that are told of everything they may be told of.
fn told(app: &TestApp) {
    for face in [Face::Kontorion, Face::Treezor, Face::Trustist] {
        let id = make::webhook(app, &app.acme, true);
        let events: Vec<&str> = names(face).collect();
        diesel::update(webhook_endpoints::table.filter(webhook_endpoints::id.eq(id)))
            .set((
                webhook_endpoints::face.eq(face.as_str()),
                webhook_endpoints::events.eq(events),
            ))
            .execute(&mut app.owner())
            .expect("an endpoint");
    }
}

#[test]
fn no_page_file_answer_or_message_has_a_word_of_it_for_whoever_is_not_to_know() {
    let app = jobs::start();
    told(&app);
    let of = suspect(&app);
    for persona in [Persona::Officer, Persona::Auditor] {
        let seen = read(&app, persona, &of);
        let read = seen.iter().filter(|(_, answer)| answer.status == 200);
        assert!(read.count() > 20, "{persona:?}");
        for (path, answer) in seen {
            assert!(!tells(&answer), "{persona:?} {path}");
            // The filter of the audit page names all that can happen, to everybody.
            let named = [
                What::SuspicionRaised.action(),
                What::SuspicionRaised.words(),
            ];
            let filter = path.starts_with("/audit") && !path.starts_with("/audit.csv");
            for name in named {
                assert!(
                    filter || !has(&answer.bytes, name),
                    "{persona:?} {path}: {name}"
                );
            }
        }
    }
    // It is there to be found, by the same looks, by whoever is to know.
    let manager = read(&app, Persona::Manager, &of);
    let found: Vec<&str> = manager
        .iter()
        .filter(|(_, answer)| tells(answer))
        .map(|(path, _)| path.as_str())
        .collect();
    let page = format!("/customers/{}", of.known.customer);
    for path in ["/suspicions", "/audit.csv", page.as_str()] {
        assert!(found.contains(&path), "{path} among {found:?}");
    }
    let file = manager.iter().find(|(path, _)| path.ends_with("/file"));
    let (_, file) = file.expect("the manager's case file");
    assert!(has(&file.bytes, What::SuspicionRaised.action()));

    let seen = answered(&app, &of);
    let faces = vouch::routes::all();
    let reads = faces.routes().iter().filter(|route| {
        let face = matches!(route.sender, vouch::web::router::Sender::Face(_));
        face && route.method == "GET"
    });
    // Kontorion has keys of two kinds.
    assert!(seen.len() >= reads.count(), "{}", seen.len());
    for (target, answer) in seen {
        assert!(!tells(&answer), "{target}");
        let body = answer.body.to_lowercase();
        assert!(!body.contains("suspicion"), "{target}");
    }
    sent(&app, &of);
}

/// What is sent once the suspect is refused, by two as long as the suspicion is open.
fn sent(app: &TestApp, of: &Suspect) {
    use vouch::schema::{customers, proposals};
    let version: i32 = customers::table
        .filter(customers::id.eq(of.known.customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer");
    let version = version.to_string();
    let proposed = app.sign_in(Persona::Officer).post(
        &format!("/reviews/{}/decision", of.review),
        &[
            ("version", version.as_str()),
            ("decision", "refused"),
            ("reason", "data_mismatch"),
            ("comment", "The register names somebody else."),
            ("message", "We could not verify you."),
        ],
    );
    assert_eq!(proposed.status, 303, "{}", proposed.text());
    let proposal: Uuid = proposals::table
        .filter(proposals::customer_id.eq(of.known.customer))
        .select(proposals::id)
        .first(&mut app.owner())
        .expect("a proposal");
    let agreed = app
        .sign_in(Persona::Manager)
        .post(&format!("/approvals/{proposal}/approve"), &[]);
    assert_eq!(
        agreed.header("location"),
        Some("/approvals?done=approved"),
        "{}",
        agreed.text()
    );
    let messages: Vec<(Uuid, String)> = webhook_deliveries::table
        .order(webhook_deliveries::event)
        .select((webhook_deliveries::id, webhook_deliveries::event))
        .load(&mut app.owner())
        .expect("messages");
    let events: Vec<&str> = messages.iter().map(|(_, event)| event.as_str()).collect();
    assert_eq!(events, ["kycreview.result", "verification.failed"]);
    let mut admin = app.sign_in(Persona::Admin);
    for (id, event) in &messages {
        let page = admin.get(&format!("/settings/deliveries/{id}"));
        assert_eq!(page.status, 200, "{}", page.text());
        // The body is on the page: what the customer was told of the refusal is in it.
        assert!(page.body.contains("We could not verify you."), "{event}");
        assert!(!tells(&page), "{event}");
    }
}
