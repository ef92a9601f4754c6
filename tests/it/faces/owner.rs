//! The second owner's own way in: a link that Trustist's caller asks for, and what the owner does with it.

use serde_json::{Value, json};
use vouch::access::keys::rules::Face;

use super::Systems;
use crate::support::{Browser, Response, make};

/// The session that Trustist's caller opens for the owner, as it is answered.
pub fn invited(systems: &Systems<'_>, short: &str) -> Value {
    let asked = json!({
        "customerId": short, "options": {"identity": {"documentCheck": true, "proofOfAddress": true}},
        "returnUrl": "https://shop.example/back",
    });
    let session = systems.ask(Face::Trustist, "POST", "/v1/onboard/sessions", asked);
    assert_eq!(
        (&session["status"], &session["customerId"]),
        (&json!("pending"), &json!(short))
    );
    session
}

/// The owner opens the link, mends the city, hands in the papers and sends all of it off.
pub fn completes(systems: &Systems<'_>, session: &Value) {
    let own = format!("http://{}", systems.app.address);
    let link = session["onboardUrl"].as_str().expect("a link");
    let path = link.strip_prefix(&own).expect("an address of ours");
    let mut browser = systems.app.browser();
    let page = browser.get(path);
    assert_eq!(page.status, 200, "{}", page.text());
    // What the two callers said of the owner stands there already.
    for said in ["Bento", "Reis Falcão", "Rua Direita 1"] {
        assert!(page.body.contains(said), "{said}: {}", page.text());
    }
    let details = [
        ("first_name", "Bento"),
        ("last_name", "Reis Falcão"),
        ("birth_date", "1987-03-09"),
        ("birth_place", "Porto"),
        ("birth_country", "PT"),
        ("nationality", "PT"),
        ("address_line1", "Rua Direita 1"),
        ("postal_code", "4400-001"),
        ("city", "Vila Nova de Gaia"),
        ("country", "PT"),
        ("email", "bento@mail.example"),
    ];
    saved(&browser.post(&format!("{path}/details"), &details));
    let tax = [("country", "PT"), ("number", "123456789")];
    saved(&browser.post(&format!("{path}/tax"), &tax));
    hands_in(&mut browser, path, "IDENTITY_PROOF", 1);
    hands_in(&mut browser, path, "ADDRESS_PROOF", 2);
    let sent = browser.post(&format!("{path}/send"), &[]);
    assert_eq!(sent.status, 200, "{}", sent.text());
    assert!(sent.text().contains("You are done"), "{}", sent.text());
    let shown = now(systems, session);
    assert_eq!(
        (&shown["status"], &shown["onboardUrl"]),
        (&json!("completed"), &Value::Null)
    );
}

/// The session as the face answers about it now.
pub fn now(systems: &Systems<'_>, session: &Value) -> Value {
    let id = session["id"].as_str().expect("an id");
    systems.get(Face::Trustist, &format!("/v1/onboard/sessions/{id}"))
}

fn hands_in(browser: &mut Browser, path: &str, kind: &str, pages: usize) {
    let file = make::pdf(pages);
    let papers = format!("{path}/papers");
    saved(&browser.post_file(&papers, &[("type", kind)], "scan.pdf", file.as_bytes()));
}

#[track_caller]
fn saved(answer: &Response) {
    assert_eq!(answer.status, 303, "{}", answer.text());
}
