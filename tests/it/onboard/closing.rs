//! What the closing page says follows what happened; and what an officer does meanwhile is seen on no page.

use vouch::{
    reviews::policy::{
        changes,
        rules::{Policy, Prerequisites},
    },
    schema::documents,
};

use super::*;
use crate::approvals;

const LANGUAGES: [&str; 3] = ["en", "fr", "es"];

/// Sends off in a language: the title and all of the closing page.
fn closed(visitor: &mut Visitor, lang: &str) -> (String, String) {
    let sent = visitor.post(&format!("send?lang={lang}"), &[]);
    assert_eq!(sent.status, 200, "{}", sent.text());
    (sent.texts("h1").remove(0), sent.text())
}

#[test]
fn where_all_is_there_somebody_looks_at_it() {
    let app = TestApp::start();
    for (lang, title, next) in [
        (
            "en",
            "You are done",
            "A person at Acme looks at what you sent",
        ),
        ("fr", "C’est terminé", "Chez Acme, une personne examine"),
        ("es", "Ya ha terminado", "Una persona de Acme revisa"),
    ] {
        let mut visitor = visitor(&app, &everything());
        visitor.fill_in();
        let (said, page) = closed(&mut visitor, lang);
        assert_eq!(said, title);
        assert!(page.contains(next), "{page}");
        assert_eq!(visitor.kyc(&app), "pending");
    }
}

/// Nobody looks before the rest is there, and the page does not say so.
#[test]
fn where_something_is_missing_it_says_so_and_what() {
    let app = TestApp::start();
    for strict in [false, true] {
        if strict {
            approvals::act(&app, Persona::Admin, |tx| {
                let policy = Policy {
                    kyc_prerequisites: Prerequisites::Strict,
                    ..Policy::default()
                };
                changes::change(tx, 0, &policy)
            })
            .expect("a policy");
        }
        for (lang, title, missing, next, wrong) in [
            (
                "en",
                "Sent, and something is still missing",
                "A proof of address",
                "When Acme has that too",
                "looks at what you sent",
            ),
            (
                "fr",
                "Envoyé, mais il manque encore quelque chose",
                "Un justificatif de domicile",
                "Quand Acme aura aussi reçu cela",
                "examine ce que vous avez envoyé",
            ),
            (
                "es",
                "Enviado, pero todavía falta algo",
                "Un justificante de domicilio",
                "Cuando Acme tenga también eso",
                "revisa lo que ha enviado",
            ),
        ] {
            let mut visitor = visitor(&app, &json!({"identity": {"amlMonitoring": true}}));
            assert_eq!(visitor.post("details", DATA).status, 303);
            let (said, page) = closed(&mut visitor, lang);
            assert_eq!(said, title);
            for word in [missing, next] {
                assert!(page.contains(word), "{strict} {word}: {page}");
            }
            assert!(!page.contains(wrong), "{page}");
            let kyc = if strict { "draft" } else { "incomplete" };
            assert_eq!(visitor.kyc(&app), kyc);
        }
    }
}

/// Of a company nobody is asked for by a session, and what it owes is said all the same.
#[test]
fn a_company_reads_what_it_owes() {
    let app = TestApp::start();
    let company = make::customer(&app, |new| {
        make::as_company(new, "Obras Lda");
        new.kyc = "draft";
    });
    let options = json!({"identity": {"amlExtensiveScreening": true}});
    let mut visitor = visitor_of(&app, company, &options);
    assert_eq!(visitor.post("details", &[("city", "Porto")]).status, 303);
    let (title, page) = closed(&mut visitor, "en");
    assert_eq!(title, "Sent, and something is still missing");
    assert!(page.contains("The articles of association"), "{page}");
    assert_eq!(visitor.kyc(&app), "draft");
}

/// Where nobody said where to go afterwards, the page that closes everything leads nowhere.
#[test]
fn without_an_address_to_come_back_to_there_is_no_link() {
    let app = TestApp::start();
    for (lang, back) in [
        ("en", "Go back to shop.example"),
        ("fr", "Retourner sur shop.example"),
        ("es", "Volver a shop.example"),
    ] {
        for there in [true, false] {
            let mut visitor = visitor(&app, &json!({}));
            if !there {
                let own = onboard_sessions::table.filter(onboard_sessions::id.eq(visitor.session));
                diesel::update(own)
                    .set(onboard_sessions::return_url.eq(None::<String>))
                    .execute(&mut app.owner())
                    .expect("no address");
            }
            assert_eq!(visitor.post("details", DATA).status, 303);
            let sent = visitor.post(&format!("send?lang={lang}"), &[]);
            assert_eq!(sent.status, 200, "{}", sent.text());
            let links = sent.texts("main a");
            if there {
                assert_eq!(links, [back]);
            } else {
                assert!(links.is_empty(), "{links:?}");
            }
        }
    }
}

/// A link whose data was confirmed before the review began.
fn confirmed(app: &TestApp, customer: Uuid) -> Visitor {
    let visitor = visitor_of(app, customer, &everything());
    diesel::update(onboard_sessions::table.filter(onboard_sessions::id.eq(visitor.session)))
        .set((
            onboard_sessions::state.eq("in_progress"),
            onboard_sessions::confirmed_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner())
        .expect("confirmed");
    visitor
}

/// Whoever read their page as a list of what officers do would be warned by it.
#[test]
fn what_an_officer_does_meanwhile_is_seen_on_no_page() {
    let app = TestApp::start();
    let customer = |kyc: &'static str| {
        let customer = make::customer(&app, |new| new.kyc = kyc);
        make::complete(&app, customer);
        customer
    };
    let untouched = customer("pending");
    make::open_review(&app, untouched, 1);
    let proposed = customer("pending");
    make::open_review(&app, proposed, 1);
    make::proposal(&app, &app.acme, proposed);
    let revoked = customer("validated");
    make::proposal(&app, &app.acme, revoked);
    let refused = customer("pending");
    make::open_review(&app, refused, 1);
    let identity = documents::table
        .filter(documents::customer_id.eq(refused))
        .filter(documents::type_.eq("IDENTITY_PROOF"));
    diesel::update(identity)
        .set((
            documents::status.eq("refused"),
            documents::reason.eq("document_not_legible"),
        ))
        .execute(&mut app.owner())
        .expect("a paper that does not serve");
    let mut first = confirmed(&app, untouched);
    let seen = |visitor: &mut Visitor| -> Vec<String> {
        let path = visitor.path.clone();
        let pages = LANGUAGES.map(|lang| visitor.browser.get(&format!("{path}?lang={lang}")));
        let sent = visitor.post("send", &[]);
        assert_eq!(sent.status, 200, "{}", sent.text());
        let all = pages.into_iter().chain([sent]);
        all.map(|page| page.body.replace(&path, "/onboard/one"))
            .collect()
    };
    let expected = seen(&mut first);
    assert!(expected[0].contains("What you sent is being looked at"));
    assert!(expected[3].contains("A person at Acme looks at what you sent"));
    for (what, customer) in [
        ("a decision that waits for a second person", proposed),
        ("a revocation that does", revoked),
        ("a paper that was refused", refused),
    ] {
        let mut visitor = confirmed(&app, customer);
        assert_eq!(seen(&mut visitor), expected, "{what}");
    }
}
