//! Why the page asks again: what an officer wrote for the customer, and why a paper did not serve; nothing of what is for
//! colleagues.

use vouch::schema::documents;

use super::*;

/// In what the officer writes for colleagues.
const INTERNAL: &str = "Kanarienvogel";

/// Somebody whose review an officer answers by asking for more.
fn asked_for_more(app: &TestApp, said: &[(&str, &str)]) -> Uuid {
    let customer = make::customer(app, |new| new.kyc = "pending");
    make::complete(app, customer);
    let round = make::open_review(app, customer, 1).0;
    let mut manager = app.sign_in(Persona::Manager);
    let claimed = manager.post(&format!("/reviews/{round}/claim"), &[]);
    assert_eq!(claimed.status, 303, "{}", claimed.text());
    let version: i32 = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer");
    let version = version.to_string();
    let mut fields = vec![
        ("version", version.as_str()),
        ("decision", "incomplete"),
        ("comment", INTERNAL),
    ];
    fields.extend_from_slice(said);
    let decided = manager.post(&format!("/reviews/{round}/decision"), &fields);
    assert_eq!(decided.status, 303, "{}", decided.text());
    customer
}

/// The page in a language: its notice of what an officer asked for, and the language of each line there.
fn notice(visitor: &mut Visitor, lang: &str) -> (Vec<String>, Vec<String>) {
    let page = visitor
        .browser
        .get(&format!("{}?lang={lang}", visitor.path));
    assert_eq!(page.status, 200);
    for word in [INTERNAL, "suspicion", "Suspicion", "information_missing"] {
        assert!(!page.body.contains(word), "{lang}: {word}");
    }
    (page.texts("#asked"), page.attributes("#asked p", "lang"))
}

#[test]
fn what_the_reasons_say_is_said_in_each_language_and_a_suspicion_in_none() {
    let app = TestApp::start();
    let reasons = [("reason", "information_missing"), ("reason", "suspicion")];
    let customer = asked_for_more(&app, &reasons);
    let mut visitor = visitor_of(&app, customer, &everything());
    for (lang, title, text) in [
        (
            "en",
            "Acme asks you for this",
            "We need more information from you.",
        ),
        (
            "fr",
            "Acme vous demande ceci",
            "Nous avons besoin d’informations complémentaires.",
        ),
        ("es", "Acme le pide esto", "Necesitamos más información."),
    ] {
        let (said, written) = notice(&mut visitor, lang);
        assert!(
            said.len() == 1 && said[0].contains(title) && said[0].contains(text),
            "{lang}: {said:?}"
        );
        assert_eq!(written, [lang]);
    }
    // Once it is sent again, another look at it is nobody's request any more.
    assert_eq!(visitor.post("details", DATA).status, 303);
    assert_eq!(visitor.post("send", &[]).status, 200);
    let mut again = visitor_of(&app, customer, &everything());
    assert_eq!(again.kyc(&app), "pending");
    assert!(notice(&mut again, "en").0.is_empty());
}

/// An officer's own words stand as they are written, in whatever language the page is.
#[test]
fn what_an_officer_wrote_is_shown_as_it_was_written() {
    let app = TestApp::start();
    let own = [
        ("reason", "information_missing"),
        ("message", "Envíe también <el reverso> del documento."),
        ("language", "es"),
    ];
    let customer = asked_for_more(&app, &own);
    let mut visitor = visitor_of(&app, customer, &everything());
    for lang in ["en", "fr", "es"] {
        let (said, written) = notice(&mut visitor, lang);
        assert!(
            said.len() == 1 && said[0].contains("Envíe también <el reverso> del documento."),
            "{lang}: {said:?}"
        );
        assert!(!said[0].contains("Necesitamos"), "{said:?}");
        assert_eq!(written, ["es"]);
    }
    // A session about something else asks for nothing of it.
    let mut bank = visitor_of(&app, customer, &json!({"ais": {"accounts": true}}));
    assert!(notice(&mut bank, "en").0.is_empty());
}

#[test]
fn why_a_paper_did_not_serve_stands_at_its_form_until_another_is_there() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let paper = make::document_of(&app, &app.acme, visitor.customer, "IDENTITY_PROOF", |new| {
        new.status = "refused";
    });
    for (lang, first, why) in [
        (
            "en",
            "The last one could not be used",
            "We could not read this document.",
        ),
        (
            "fr",
            "n’a pas pu être utilisé",
            "Nous n’avons pas pu lire ce document.",
        ),
        (
            "es",
            "no ha servido",
            "No hemos podido leer este documento.",
        ),
    ] {
        let page = visitor
            .browser
            .get(&format!("{}?lang={lang}", visitor.path));
        let said = page.texts("#paper-IDENTITY_PROOF .notice");
        assert!(
            said.len() == 1 && said[0].contains(first) && said[0].contains(why),
            "{lang}: {said:?}"
        );
        assert!(page.texts("#paper-ADDRESS_PROOF .notice").is_empty());
        assert!(!page.body.contains("document_not_legible"));
        assert!(!page.body.contains("The document cannot be read"));
    }
    // A reason that stays among colleagues says nothing.
    let because = |code: &str| {
        diesel::update(documents::table.filter(documents::id.eq(paper)))
            .set(documents::reason.eq(code))
            .execute(&mut app.owner())
            .expect("another reason");
    };
    because("suspicion");
    let page = visitor.look();
    assert!(page.texts("#paper-IDENTITY_PROOF .notice").is_empty());
    assert!(!page.body.to_lowercase().contains("suspicion"));
    because("document_expired");
    let page = visitor.look();
    assert!(page.text().contains("This document is out of date."));
    let another = visitor.hand_in("IDENTITY_PROOF", make::pdf(1).as_bytes());
    assert_eq!(another.status, 303);
    assert!(
        !visitor
            .look()
            .text()
            .contains("This document is out of date.")
    );
}
