//! What the customer reads of what happens next: that somebody looks at it only where somebody is asked to, and nothing
//! from which they could read what a list said of them.

use super::*;
use crate::{
    reviews::{complete_company, owner_of},
    watchlist,
};

/// In each language: somebody looks at it, and what is said where nobody is asked to.
const SAID: [(&str, &str, &str); 3] = [
    (
        "en",
        "A person at Acme looks at what you sent",
        "If Acme needs anything more from you, Acme tells you.",
    ),
    (
        "fr",
        "Chez Acme, une personne examine",
        "S’il faut autre chose de votre part, Acme vous le dira.",
    ),
    (
        "es",
        "Una persona de Acme revisa",
        "Si Acme necesita algo más de usted, se lo dirá.",
    ),
];

/// A screening against the lists, and nothing else.
fn screened() -> Value {
    json!({"identity": {"amlExtensiveScreening": true}})
}

/// Confirms and sends off in each language with a link of its own: no page promises that anybody looks at it.
fn promises_nobody(app: &TestApp, customer: Uuid, options: &Value) {
    for (lang, somebody, kept) in SAID {
        let mut visitor = visitor_of(app, customer, options);
        let saved = visitor.post("details", &[]);
        assert_eq!(saved.status, 303, "{}", saved.text());
        let path = format!("{}?lang={lang}", visitor.path);
        let before = visitor.browser.get(&path);
        let sent = visitor.post(&format!("send?lang={lang}"), &[]);
        assert_eq!(sent.status, 200, "{}", sent.text());
        for page in [before, sent] {
            let text = page.text();
            assert!(text.contains(kept), "{lang}: {text}");
            assert!(!text.contains(somebody), "{lang}: {text}");
        }
    }
}

/// How many rounds there are of a customer.
fn rounds(app: &TestApp, customer: Uuid) -> i64 {
    use vouch::schema::reviews;
    reviews::table
        .filter(reviews::customer_id.eq(customer))
        .count()
        .get_result(&mut app.owner())
        .expect("a count")
}

#[test]
fn a_session_about_no_identity_promises_no_review() {
    let app = TestApp::start();
    for options in [json!({}), json!({"ais": {"balances": true}})] {
        let customer = make::customer(&app, |new| new.kyc = "draft");
        make::complete(&app, customer);
        promises_nobody(&app, customer, &options);
        assert_eq!(rounds(&app, customer), 0);
    }
}

#[test]
fn a_company_that_owes_nothing_is_promised_no_review() {
    let app = TestApp::start();
    let company = complete_company(&app, "Falcão SGPS");
    owner_of(&app, company, "Falcão");
    promises_nobody(&app, company, &screened());
    assert_eq!(rounds(&app, company), 0);
    let mut visitor = visitor_of(&app, company, &screened());
    assert_eq!(visitor.post("details", &[]).status, 303);
    let sent = visitor.post("send", &[]);
    assert_eq!(sent.texts("h1"), ["You are done"]);
}

#[test]
fn whoever_was_refused_and_may_not_try_again_is_promised_no_review() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| {
        new.kyc = "refused";
        new.refused_at = Some(app.clock.now());
    });
    make::complete(&app, customer);
    promises_nobody(&app, customer, &screened());
    assert_eq!(rounds(&app, customer), 0);
}

#[test]
fn whoever_is_validated_reads_the_same_before_and_afterwards() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    make::complete(&app, customer);
    promises_nobody(&app, customer, &screened());
    assert_eq!(rounds(&app, customer), 0);
}

/// Whatever makes a new look at them necessary, their page before they send does not tell.
#[test]
fn whoever_must_be_looked_at_again_reads_before_sending_what_a_validated_one_reads() {
    let app = TestApp::start();
    let (_, somebody, kept) = SAID[0];
    for kyc in ["validated", "review_needed"] {
        let customer = make::customer(&app, |new| new.kyc = kyc);
        make::complete(&app, customer);
        let mut visitor = visitor_of(&app, customer, &screened());
        let open = visitor.look().text();
        assert_eq!(visitor.post("details", &[]).status, 303);
        for text in [open, visitor.look().text()] {
            assert!(text.contains(kept), "{kyc}: {text}");
            assert!(!text.contains(somebody), "{kyc}: {text}");
        }
    }
}

/// They would read from their page that a list has their name.
#[test]
fn a_name_on_a_list_changes_nothing_of_what_a_validated_customer_reads() {
    let app = TestApp::start();
    let sent = |complete: bool| -> (Vec<String>, Vec<String>) {
        let each = SAID.map(|(lang, ..)| {
            let customer = make::customer(&app, |new| new.kyc = "validated");
            if complete {
                make::complete(&app, customer);
            }
            let mut visitor = visitor_of(&app, customer, &screened());
            assert_eq!(visitor.post("details", &[]).status, 303);
            let closed = visitor.post(&format!("send?lang={lang}"), &[]);
            assert_eq!(closed.status, 200, "{}", closed.text());
            (closed.body.clone(), visitor.kyc(&app))
        });
        each.into_iter().unzip()
    };
    let unlisted = [true, false].map(&sent);
    let entry = "Q1,Person,Ines FALCAO,,1987-03-09,pt,,,,,,,un,2020-01-01,2026-11-01,2026-01-01";
    watchlist::load(&app, &format!("{}\n{entry}\n", watchlist::HEAD)).expect("a list");
    let listed = [true, false].map(&sent);
    for ((before, stayed), (now, moved)) in unlisted.iter().zip(&listed) {
        assert_eq!(now, before);
        assert!(stayed.iter().all(|kyc| kyc == "validated"), "{stayed:?}");
        assert!(moved.iter().all(|kyc| kyc != "validated"), "{moved:?}");
    }
}

/// Before it is sent the page says the same as afterwards: nobody looks before the rest is there.
#[test]
fn what_is_still_missing_comes_first() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &screened());
    assert!(visitor.look().text().contains(SAID[0].1));
    assert_eq!(visitor.post("details", DATA).status, 303);
    let text = visitor.look().text();
    assert!(text.contains("When Acme has that too"), "{text}");
    assert!(!text.contains(SAID[0].1), "{text}");
}
