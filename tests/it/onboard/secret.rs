//! What is for colleagues stands on no page below `/onboard`, whatever became of the customer.

use vouch::schema::{documents, reviews};

use super::*;

/// In every text that colleagues write.
const CANARY: &str = "Kanarienvogel";

/// Puts the canary wherever colleagues write about a customer, and asks a manager to refuse them with it.
fn planted(app: &TestApp, customer: Uuid, round: Uuid, decision: &[(&str, &str)]) {
    make::note(app, customer, CANARY);
    let paper = make::document(app, customer, "BANK_VERIFICATION");
    diesel::update(documents::table.filter(documents::id.eq(paper)))
        .set(documents::name.eq(format!("{CANARY}.pdf")))
        .execute(&mut app.owner())
        .expect("a name");
    let mut manager = app.sign_in(Persona::Manager);
    let claimed = manager.post(&format!("/reviews/{round}/claim"), &[]);
    assert_eq!(claimed.status, 303, "{}", claimed.text());
    let version: i32 = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer");
    let version = version.to_string();
    let mut fields = vec![("version", version.as_str()), ("comment", CANARY)];
    fields.extend_from_slice(decision);
    let decided = manager.post(&format!("/reviews/{round}/decision"), &fields);
    assert_eq!(decided.status, 303, "{}", decided.text());
    make::suspicion(app, &app.acme, round);
}

/// Every page of a link in every language, and what its forms answer: none says what is for colleagues.
fn tells_nothing(visitor: &mut Visitor, what: &str) {
    let mut seen = Vec::new();
    for lang in ["en", "fr", "es"] {
        seen.push(
            visitor
                .browser
                .get(&format!("{}?lang={lang}", visitor.path)),
        );
        for (step, fields) in [
            ("details", &[("first_name", "")][..]),
            ("details", &[("email", "another@mail.example")]),
            ("tax", &[("country", "")]),
            ("send", &[]),
        ] {
            seen.push(visitor.post(&format!("{step}?lang={lang}"), fields));
        }
        let path = format!("{}/papers?lang={lang}", visitor.path);
        let fields = [("type", "IDENTITY_PROOF")];
        seen.push(
            visitor
                .browser
                .post_file(&path, &fields, "a.gif", b"GIF89a"),
        );
    }
    for answer in seen {
        assert!(answer.status < 429, "{what}: {}", answer.text());
        let body = answer.body.to_lowercase();
        for word in [
            &CANARY.to_lowercase(),
            "suspicion",
            "identity_not_proved",
            "information_missing",
            "data_mismatch",
            "register names somebody else",
            "refused",
            "risk",
        ] {
            assert!(!body.contains(word), "{what}: {word}: {}", answer.text());
        }
    }
}

#[test]
fn what_colleagues_write_stands_on_no_page_of_a_customer() {
    let refusal = [("decision", "refused"), ("reason", "identity_not_proved")];
    let incomplete = [
        ("decision", "incomplete"),
        ("reason", "information_missing"),
    ];
    let accepted = [("decision", "validated"), ("risk", "low")];
    for (what, decision) in [
        ("refused", &refusal),
        ("incomplete", &incomplete),
        ("validated", &accepted),
    ] {
        // A server each: one address asks for so many pages and no more.
        let app = TestApp::start();
        let customer = make::customer(&app, |new| new.kyc = "pending");
        make::complete(&app, customer);
        let round = make::open_review(&app, customer, 1).0;
        let mut visitor = visitor_of(&app, customer, &everything());
        // While it is looked at, and afterwards.
        tells_nothing(&mut visitor, "pending");
        planted(&app, customer, round, decision);
        assert_eq!(visitor.kyc(&app), what);
        tells_nothing(&mut visitor, what);
    }
    // A second person is asked.
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    make::proposal(&app, &app.acme, customer);
    make::note(&app, customer, CANARY);
    tells_nothing(&mut visitor_of(&app, customer, &everything()), "proposed");
}

/// The page of somebody who was refused and may come again: none of the old words, and all that they need to go on.
#[test]
fn a_refused_customer_begins_anew_and_reads_nothing_of_what_was() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "pending");
    make::complete(&app, customer);
    let round = make::open_review(&app, customer, 1).0;
    let refusal = [
        ("decision", "refused"),
        ("reason", "identity_not_proved"),
        ("message", "We could not match the photograph."),
        ("retry", "1"),
    ];
    planted(&app, customer, round, &refusal);
    let message: Option<String> = reviews::table
        .filter(reviews::id.eq(round))
        .select(reviews::message)
        .first(&mut app.owner())
        .expect("the round");
    assert_eq!(
        message.as_deref(),
        Some("We could not match the photograph.")
    );
    let mut visitor = visitor_of(&app, customer, &everything());
    let page = visitor.look();
    assert_eq!(page.status, 200);
    assert!(
        !page.body.contains("match the photograph"),
        "{}",
        page.text()
    );
    tells_nothing(&mut visitor, "refused");
    visitor.fill_in();
    let sent = visitor.post("send", &[]);
    assert_eq!(sent.status, 200, "{}", sent.text());
    assert!(!sent.body.contains("match the photograph"));
    assert_eq!(visitor.state(&app), "completed");
}

/// An officer names a file for colleagues: the page says what it is.
#[test]
fn the_name_of_an_officers_file_is_not_shown() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let paper = make::document(&app, visitor.customer, "IDENTITY_PROOF");
    diesel::update(documents::table.filter(documents::id.eq(paper)))
        .set(documents::name.eq(format!("{CANARY}.pdf")))
        .execute(&mut app.owner())
        .expect("a name");
    for (lang, said) in [
        ("en", "We have it: Identity document"),
        ("fr", "Pièce d’identité"),
        ("es", "Documento de identidad"),
    ] {
        let page = visitor
            .browser
            .get(&format!("{}?lang={lang}", visitor.path));
        let there = page.texts("#paper-IDENTITY_PROOF small");
        assert!(there.len() == 1 && there[0].contains(said), "{there:?}");
        assert!(!page.body.contains(CANARY));
    }
    // What a company's system or the customer called it is theirs to read.
    for kind in ["key", "customer"] {
        diesel::update(documents::table.filter(documents::id.eq(paper)))
            .set(documents::uploaded_kind.eq(kind))
            .execute(&mut app.owner())
            .expect("another hand");
        assert!(visitor.look().text().contains(CANARY), "{kind}");
    }
}
