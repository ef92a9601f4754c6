//! What colleagues write for one another stands in no answer of the face, whatever is asked and however it fails.

use vouch::schema::{hits, reviews};

use super::{life::pending, *};

/// Looked for in every answer.
const CANARY: &str = "Kanarienvogel 4471: the cousin of a minister";

fn version(app: &TestApp, customer: Uuid) -> String {
    row(app, customer).0.to_string()
}

/// What is written about a person who waits for a decision: a note, a risk, a paper that is not accepted, a hit of a list,
/// and at last a refusal.
fn refused(app: &TestApp, ours: &Machine<'_>) -> Uuid {
    let customer = pending(app, ours);
    make::note(app, customer, CANARY);
    let mut manager = app.sign_in(Persona::Manager);
    let rated = manager.post(
        &format!("/customers/{customer}/risk"),
        &[
            ("risk", "medium"),
            ("reason", CANARY),
            ("version", &version(app, customer)),
        ],
    );
    assert_eq!(rated.status, 303, "{}", rated.text());
    let hit = make::hit(app, &app.acme, customer);
    diesel::update(hits::table.filter(hits::id.eq(hit)))
        .set(hits::entry.eq(json!({"name": CANARY, "schema": "Person"})))
        .execute(&mut app.owner())
        .expect("a hit");
    let cleared = manager.post(
        &format!("/hits/{hit}"),
        &[("outcome", "cleared"), ("reason", CANARY)],
    );
    assert_eq!(cleared.status, 303, "{}", cleared.text());
    super::life::decided(
        app,
        customer,
        &[
            ("decision", "refused"),
            ("reason", "identity_not_proved"),
            ("comment", CANARY),
            ("message", "We could not match the photograph."),
        ],
    );
    customer
}

/// A person about whom the officer hands a suspicion to the managers.
fn suspected(app: &TestApp, ours: &Machine<'_>) -> Uuid {
    let customer = pending(app, ours);
    let round: Uuid = reviews::table
        .filter(reviews::customer_id.eq(customer))
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("a round");
    let mut officer = app.sign_in(Persona::Officer);
    let claimed = officer.post(&format!("/reviews/{round}/claim"), &[]);
    assert_eq!(claimed.status, 303, "{}", claimed.text());
    let handed = officer.post(&format!("/reviews/{round}/escalate"), &[("reason", CANARY)]);
    assert_eq!(handed.header("location"), Some("/reviews?done=handed"));
    customer
}

/// Somebody whom an admin overrode, with a reason for colleagues.
fn overridden(app: &TestApp) -> Uuid {
    let customer = make::customer(app, |new| {
        (new.kyc, new.risk) = ("validated", Some("low"));
    });
    let done = app.sign_in(Persona::Admin).post(
        &format!("/customers/{customer}/override"),
        &[
            ("status", "refused"),
            ("reason", CANARY),
            ("version", "1"),
            ("step", "apply"),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    customer
}

#[test]
fn nothing_that_is_confided_is_in_any_answer_of_the_face() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let three = [
        refused(&app, &ours),
        suspected(&app, &ours),
        overridden(&app),
    ];
    // It is there to be found: by whoever may read it.
    let mut manager = app.sign_in(Persona::Manager);
    let pages = ["/suspicions".to_owned(), format!("/customers/{}", three[0])];
    for page in pages {
        assert!(
            manager.get(&page).text().contains("Kanarienvogel"),
            "{page}"
        );
    }
    let mut seen = vec![
        ours.get("/2.0/customers"),
        ours.get("/2.0/verifications"),
        ours.get("/2.0/verifications?order=updated_at&sort=asc"),
    ];
    for customer in three {
        let document = make::document_of(&app, &app.acme, customer, "BANK_VERIFICATION", |new| {
            new.status = "refused";
        });
        let of = format!("/2.0/customers/{customer}");
        let its = format!("/2.0/verifications/{customer}");
        let papers = format!("{its}/documents");
        let sent = paper("ADDRESS_PROOF", make::pdf(3).as_bytes());
        let email = ours.get(&of).ok()["email"].clone();
        seen.extend([
            ours.get(&of),
            ours.get(&format!("{of}/verification")),
            ours.get(&its),
            ours.get(&papers),
            ours.get(&format!("{papers}/{document}")),
            ours.put(&format!("{papers}/{document}"), &sent),
            ours.post(&papers, &sent),
            ours.post("/2.0/customers", &json!({"email": email, "tag": "again"})),
            ours.put(&of, &json!({"tag": null})),
            ours.request(customer),
            ours.verify(customer, &person()),
            ours.verify(customer, &json!({})),
            ours.put(&its, &person()),
            ours.request(customer),
            ours.get(&its),
        ]);
    }
    assert_eq!(seen.len(), 3 + 3 * 15);
    for answer in seen {
        let said = answer.body.to_string();
        assert!(answer.status < 500, "{said}");
        for word in ["Kanarienvogel", "4471", "minister", "suspici", "confided"] {
            assert!(!said.contains(word), "{word}: {said}");
        }
    }
    // Nor can it be looked for.
    for list in ["/2.0/customers", "/2.0/verifications"] {
        let page = ours.get(&format!("{list}?query=Kanarienvogel")).ok();
        assert_eq!(page["total"], 0);
    }
}

/// Whoever is suspected reads as anybody else who waits.
#[test]
fn a_suspicion_changes_nothing_that_the_face_says() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let (plain, suspected) = (pending(&app, &ours), suspected(&app, &ours));
    let shown = |customer: Uuid| {
        let answer = ours.verification(customer).ok();
        without(&without(&answer, "id"), "connections")
    };
    let (one, other) = (shown(plain), shown(suspected));
    for name in ["type", "status", "refused_reason"] {
        assert_eq!(one[name], other[name], "{name}");
    }
    assert_eq!(other["status"], "PENDING");
}
