//! The page of a company, of a sole trader, and of somebody who was refused; and where it leads at the end.

use super::*;

#[test]
fn a_company_confirms_its_data_and_hands_in_its_papers() {
    let app = TestApp::start();
    let company = make::customer(&app, |new| {
        make::as_company(new, "Obras Lda");
        (new.kyc, new.email) = ("draft", None);
    });
    let options = json!({"identity": {"proofOfAddress": true, "amlExtensiveScreening": true}});
    let mut visitor = visitor_of(&app, company, &options);
    let page = visitor.look();
    assert_eq!(page.attributes("#legal_name", "value"), ["Obras Lda"]);
    assert!(page.attributes("#first_name", "name").is_empty());
    for paper in [
        "ADDRESS_PROOF",
        "ARTICLES_OF_ASSOCIATION",
        "SHAREHOLDER_DECLARATION",
    ] {
        assert_eq!(
            page.attributes(&format!("#paper-{paper}"), "id").len(),
            1,
            "{paper}"
        );
    }
    // A company has no first name: what is needed of it is what the page asks for.
    let lacks = visitor.post("details", &[("city", "Porto")]);
    assert_eq!(lacks.status, 422);
    assert_eq!(
        lacks.texts(".error-summary li").len(),
        1,
        "{}",
        lacks.text()
    );
    assert_eq!(lacks.texts("#email-error").len(), 1);
    let data = [
        ("legal_form", "Lda"),
        ("registration_number", "501 234 567"),
        ("address_line1", "Rua da Alegria 214"),
        ("postal_code", "4000-034"),
        ("city", "Porto"),
        ("country", "PT"),
        ("email", "geral@obras.example"),
    ];
    let saved = visitor.post("details", &data);
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(
        visitor
            .hand_in("ADDRESS_PROOF", make::pdf(1).as_bytes())
            .status,
        303
    );
    let extract = visitor.hand_in("ARTICLES_OF_ASSOCIATION", make::pdf(2).as_bytes());
    assert_eq!(extract.status, 303);
    let sent = visitor.post("send", &[]);
    assert_eq!(sent.status, 200, "{}", sent.text());
    assert_eq!(visitor.state(&app), "completed");
    let providers: Vec<String> = visitor.checks(&app).into_iter().map(|one| one.0).collect();
    assert_eq!(providers, ["manual", "watchlist"]);
    // All members are asked for at once, which is for the desk to do.
    assert_eq!(visitor.kyc(&app), "draft");
}

#[test]
fn a_sole_trader_is_asked_as_a_person_and_as_a_business() {
    let app = TestApp::start();
    let trader = make::customer(&app, |new| (new.kyc, new.kind) = ("draft", "sole_trader"));
    let mut visitor = visitor_of(&app, trader, &everything());
    let page = visitor.look();
    for field in [
        "first_name",
        "birth_date",
        "legal_name",
        "registration_number",
    ] {
        assert_eq!(page.attributes(&format!("#{field}"), "name"), [field]);
    }
    assert_eq!(page.attributes("#paper-REGISTRATION_PROOF", "id").len(), 1);
    visitor.fill_in();
    let more = visitor.hand_in("REGISTRATION_PROOF", make::pdf(3).as_bytes());
    assert_eq!(more.status, 303);
    let sent = visitor.post("send", &[]);
    assert_eq!(sent.status, 200, "{}", sent.text());
    assert_eq!(visitor.kyc(&app), "pending");
}

/// Each option by itself: the papers that the page insists on, and the check that is started once they are sent.
#[test]
fn an_option_asks_for_its_own_paper_and_starts_its_own_check() {
    let app = TestApp::start();
    for (option, papers, check) in [
        (
            "identityCheck",
            &["IDENTITY_PROOF"][..],
            ("manual", "identity", None),
        ),
        (
            "documentCheck",
            &["IDENTITY_PROOF"],
            ("manual", "document", None),
        ),
        (
            "proofOfAddress",
            &["ADDRESS_PROOF"],
            ("manual", "address", None),
        ),
        (
            "amlExtensiveScreening",
            &[],
            ("watchlist", "aml", Some("screening")),
        ),
        (
            "amlMonitoring",
            &[],
            ("watchlist", "aml", Some("monitoring")),
        ),
    ] {
        let mut visitor = visitor(&app, &json!({"identity": {(option): true}}));
        assert_eq!(visitor.post("details", DATA).status, 303);
        let first = visitor.look().attributes("#send a", "href");
        let expected: Vec<String> = papers.iter().map(|one| format!("#paper-{one}")).collect();
        assert_eq!(first, expected, "{option}");
        for paper in papers {
            let answer = visitor.hand_in(paper, make::pdf(1).as_bytes());
            assert_eq!(answer.status, 303, "{option}");
        }
        assert_eq!(visitor.post("send", &[]).status, 200);
        let (provider, kind, how) = check;
        let mut started = visitor.checks(&app);
        // The review's own.
        started.retain(|(_, kind, ..)| kind != "kyc");
        assert_eq!(
            started,
            [(
                provider.to_owned(),
                kind.to_owned(),
                how.map(str::to_owned),
                "pending".to_owned()
            )],
            "{option}"
        );
    }
}

#[test]
fn bank_information_is_said_to_be_handled_elsewhere_and_asks_for_no_review() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &json!({"ais": {"balances": true}}));
    let page = visitor.look();
    for (lang, said) in [
        ("en", "does not happen on"),
        ("fr", "ne se fait pas sur"),
        ("es", "no se hace en"),
    ] {
        let address = format!("{}?lang={lang}", visitor.path);
        assert!(visitor.browser.get(&address).text().contains(said));
    }
    assert!(page.attributes("input[type=file]", "name").is_empty());
    assert_eq!(visitor.post("details", DATA).status, 303);
    assert_eq!(visitor.post("send", &[]).status, 200);
    assert_eq!(visitor.state(&app), "completed");
    assert!(visitor.checks(&app).is_empty());
    assert_eq!(visitor.kyc(&app), "draft");
}

#[test]
fn the_closing_page_leads_back_and_tells_the_address_nothing() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &json!({}));
    assert_eq!(visitor.post("details", DATA).status, 303);
    let closed = visitor.post("send", &[]);
    assert_eq!(closed.status, 200);
    let links = closed.attributes("a.btn", "href");
    // To its end as it was given: nothing of the session, the customer or the link is added.
    assert_eq!(links, ["https://shop.example/back?order=7"]);
    assert_eq!(closed.attributes("a.btn", "rel"), ["noreferrer"]);
    assert_eq!(closed.header("referrer-policy"), Some("same-origin"));
    assert_eq!(closed.header("cache-control"), Some("no-store"));
    let secret = token(&app, visitor.session);
    assert!(!closed.body.contains(&secret) && !closed.body.contains(&visitor.session.to_string()));
    assert!(!closed.body.contains(&visitor.customer.to_string()));
    // A plain link, and nothing that leads there by itself.
    assert!(closed.header("location").is_none() && closed.header("refresh").is_none());
    assert!(!closed.body.contains("http-equiv") && !closed.body.contains("<script"));
    assert_eq!(visitor.look().status, 404, "the link is used");
}

/// What its own page does not ask for is not taken from a company, whoever writes the form by hand.
#[test]
fn a_companys_page_takes_a_companys_fields_and_no_others() {
    let app = TestApp::start();
    let company = make::customer(&app, |new| {
        make::as_company(new, "Obras Lda");
        new.kyc = "draft";
        new.first_name = Some("Juana".to_owned());
        new.last_name = Some("Obrera".to_owned());
    });
    let mut visitor = visitor_of(&app, company, &json!({"ais": {"accounts": true}}));
    let sent = [
        ("first_name", "Somebody"),
        ("last_name", "Else"),
        ("birth_date", "1987-03-09"),
        ("nationality", "PT"),
        ("legal_form", "Lda"),
    ];
    let saved = visitor.post("details", &sent);
    assert_eq!(saved.status, 303, "{}", saved.text());
    let kept: (Option<String>, Option<String>, Option<String>) = customers::table
        .filter(customers::id.eq(company))
        .select((
            customers::first_name,
            customers::last_name,
            customers::legal_form,
        ))
        .first(&mut app.owner())
        .expect("the company");
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(kept, (some("Juana"), some("Obrera"), some("Lda")));
    // Nor where it pays tax: its page has no such step.
    let before = visitor.untouched(&app);
    let tax = visitor.post("tax", &[("country", "PT"), ("number", "123456789")]);
    assert_eq!(tax.status, 404);
    assert_eq!(visitor.untouched(&app), before);
}
