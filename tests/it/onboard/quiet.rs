//! A link hinders nobody who decides: nothing is saved while they look, so often and no more otherwise, and nothing where
//! nothing changed.

use vouch::onboarding::rules::MOST_SAVES;

use super::*;

/// Everything that could be saved by a link; each is refused, and writes nothing.
fn refused(app: &TestApp, visitor: &mut Visitor) {
    let before = visitor.untouched(app);
    let said = [
        ("en", "What you sent is being looked at", "Acme is looking"),
        ("fr", "en cours d’examen", "Acme examine"),
        ("es", "Se está revisando", "Acme está revisando"),
    ];
    for (lang, title, text) in said {
        let page = visitor
            .browser
            .get(&format!("{}?lang={lang}", visitor.path));
        assert_eq!(page.status, 200);
        let notice = page.texts("#looked-at");
        assert!(
            notice.len() == 1 && notice[0].contains(title) && notice[0].contains(text),
            "{notice:?}"
        );
        // What stands there may be said to be right; nothing is asked that would change it.
        let asked = page.attributes("form [name]:not([type=hidden])", "name");
        assert!(asked.is_empty(), "{asked:?}");
        let forms = page.attributes("form", "action");
        let right = |action: &String| action.contains("/details") || action.contains("/send");
        assert!(forms.iter().all(right), "{forms:?}");
    }
    for answer in [
        visitor.post("details", &[("city", "Braga")]),
        visitor.post("tax", &[("country", "FR"), ("number", "1234567890123")]),
        visitor.hand_in("ADDRESS_PROOF", make::pdf(3).as_bytes()),
    ] {
        assert_eq!(answer.status, 409, "{}", answer.text());
        let errors = answer.attributes(".error-summary a", "href");
        assert_eq!(errors, ["#looked-at"]);
    }
    assert_eq!(visitor.untouched(app), before);
}

#[test]
fn nothing_is_saved_while_a_review_waits_for_an_officer() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "pending");
    make::complete(&app, customer);
    let round = make::open_review(&app, customer, 1).0;
    let mut visitor = visitor_of(&app, customer, &everything());
    refused(&app, &mut visitor);
    // So whoever decides is not told that the customer changed.
    let version = visitor.untouched(&app).0;
    let mut manager = app.sign_in(Persona::Manager);
    manager.post(&format!("/reviews/{round}/claim"), &[]);
    assert_eq!(visitor.post("details", &[("city", "Faro")]).status, 409);
    let version = version.to_string();
    let fields = [
        ("version", version.as_str()),
        ("decision", "validated"),
        ("risk", "low"),
    ];
    let decided = manager.post(&format!("/reviews/{round}/decision"), &fields);
    assert_eq!(decided.status, 303, "{}", decided.text());
    // It is over: what changes from now on is for another review.
    assert_eq!(visitor.post("details", &[("city", "Faro")]).status, 303);
}

#[test]
fn nothing_is_saved_while_a_second_person_is_asked() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    make::proposal(&app, &app.acme, customer);
    let mut visitor = visitor_of(&app, customer, &everything());
    refused(&app, &mut visitor);
}

#[test]
fn a_link_takes_so_many_changes_and_no_more() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    diesel::update(onboard_sessions::table.filter(onboard_sessions::id.eq(visitor.session)))
        .set(onboard_sessions::saves.eq(MOST_SAVES - 2))
        .execute(&mut app.owner())
        .expect("nearly all");
    assert_eq!(visitor.post("details", &[("city", "Braga")]).status, 303);
    let tax = [("country", "PT"), ("number", "123456789")];
    assert_eq!(visitor.post("tax", &tax).status, 303);
    let before = visitor.untouched(&app);
    for (lang, said) in [
        ("en", "This link takes no more changes"),
        ("fr", "Ce lien n’accepte plus de modifications"),
        ("es", "Este enlace no admite más cambios"),
    ] {
        let answer = visitor.post(&format!("details?lang={lang}"), &[("city", "Faro")]);
        assert_eq!(answer.status, 422);
        assert!(answer.texts(".error-summary li")[0].contains(said));
        assert_eq!(
            answer.attributes("#city", "value"),
            ["Faro"],
            "what was typed is kept"
        );
    }
    let tax = [("country", "ES"), ("number", "12345678Z")];
    let answer = visitor.post("tax", &tax);
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("This link takes no more changes"));
    assert_eq!(visitor.untouched(&app), before);
    // What changes nothing is still right.
    assert_eq!(visitor.post("details", &[("city", "Braga")]).status, 303);
    assert_eq!(visitor.untouched(&app), before);
}
