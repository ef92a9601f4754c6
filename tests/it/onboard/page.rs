//! The way through the page, in each language, with what is wrong said in it.

use super::*;

#[test]
fn a_customer_confirms_hands_in_and_sends_off() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let before = app.actions().len();
    let page = visitor.look();
    assert_eq!(page.status, 200);
    let text = page.text();
    for said in [
        "Acme needs a few things from you",
        "until 19 November 2026, 12:00 (Europe/London time)",
        "Steps done: 0 of 4",
        "Identity document",
        "Proof of address",
        "Where you pay tax",
        "What happens next",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // What was declared stands in the form already.
    assert!(page.body.contains("value=\"Falcão\""));
    // Looking begins nothing, and nothing can be sent yet.
    assert_eq!(visitor.state(&app), "pending");
    assert_eq!(app.actions().len(), before);
    let early = visitor.post("send", &[]);
    assert_eq!(early.status, 422);
    assert_eq!(visitor.state(&app), "pending");

    let saved = visitor.post("details", DATA);
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(
        saved.header("location"),
        Some(format!("{}?saved=1", visitor.path).as_str())
    );
    let page = visitor.browser.follow(&saved);
    assert!(page.text().contains("Saved.") && page.text().contains("Steps done: 1 of 4"));
    assert_eq!(page.attributes("input[capture]", "type"), ["file"; 2]);
    assert_eq!(visitor.state(&app), "in_progress");
    assert_eq!(
        app.actions()[before..],
        [
            "onboarding.begun",
            "customer.edited",
            "onboarding.confirmed"
        ]
    );
    // A lost answer: the same is sent again, and nothing is said or written.
    let untouched = visitor.untouched(&app);
    assert_eq!(visitor.post("details", DATA).status, 303);
    assert_eq!(visitor.untouched(&app), untouched);

    visitor.fill_in();
    // A reload, or another day: where they are is read from what is there.
    visitor.browser = app.browser();
    let page = visitor.look();
    assert!(
        page.text().contains("Steps done: 4 of 4"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("We have it: scan.pdf"));
    assert!(page.text().contains("Send everything"));

    let before = app.actions().len();
    let done = visitor.post("send", &[]);
    assert_eq!(done.status, 200, "{}", done.text());
    let text = done.text();
    assert!(text.contains("You are done") && text.contains("Go back to shop.example"));
    assert!(!text.contains("still ask you"), "{text}");
    assert_eq!(
        done.attributes("a.btn", "href"),
        ["https://shop.example/back?order=7"]
    );
    assert_eq!(visitor.state(&app), "completed");
    // The checks of the options, and a review with its own.
    let of = |provider: &str, what: &str, how: Option<&str>| {
        (
            provider.to_owned(),
            what.to_owned(),
            how.map(str::to_owned),
            "pending".to_owned(),
        )
    };
    assert_eq!(
        visitor.checks(&app),
        [
            of("manual", "identity", None),
            of("manual", "document", None),
            of("manual", "address", None),
            of("watchlist", "aml", Some("screening")),
            of("watchlist", "aml", Some("monitoring")),
            of("manual", "kyc", None),
        ]
    );
    assert_eq!(visitor.kyc(&app), "pending");
    let said = &app.actions()[before..];
    assert_eq!(
        said.last().map(String::as_str),
        Some("onboarding.completed")
    );
    assert!(said.iter().any(|action| action == "review.requested"));
    all_theirs(&app, &visitor);
}

/// All of it was the customer's own doing.
fn all_theirs(app: &TestApp, visitor: &Visitor) {
    assert_eq!(
        visitor.papers(app),
        [
            ("IDENTITY_PROOF".to_owned(), "customer".to_owned()),
            ("ADDRESS_PROOF".to_owned(), "customer".to_owned()),
        ]
    );
    assert_eq!(
        actors(app, "onboarding.completed"),
        [("customer".to_owned(), Some(visitor.customer))]
    );
    assert_eq!(
        actors(app, "review.requested"),
        [("customer".to_owned(), Some(visitor.customer))]
    );
}

fn actors(app: &TestApp, action: &str) -> Vec<(String, Option<Uuid>)> {
    use vouch::schema::audit_entries;
    audit_entries::table
        .filter(audit_entries::action.eq(action))
        .select((audit_entries::actor_kind, audit_entries::actor_id))
        .load(&mut app.owner())
        .expect("the log")
}

#[test]
fn what_the_review_misses_is_named_and_does_not_hold_the_customer_up() {
    let app = TestApp::start();
    let options = json!({"identity": {"identityCheck": true}});
    let mut visitor = visitor(&app, &options);
    let saved = visitor.post("details", &[("city", "Porto")]);
    assert_eq!(saved.status, 303);
    assert_eq!(
        visitor
            .hand_in("IDENTITY_PROOF", make::pdf(1).as_bytes())
            .status,
        303
    );
    // The proof of address is no option of this session, but the review will miss it: it may be given now.
    let page = visitor.look();
    assert!(
        page.text().contains("If you have it at hand"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("Acme will also need this"));
    let done = visitor.post("send", &[]);
    assert_eq!(done.status, 200);
    for missing in [
        "A proof of address",
        "Where you pay tax",
        "Your whole address",
    ] {
        assert!(done.text().contains(missing), "{missing}: {}", done.text());
    }
    assert_eq!(visitor.state(&app), "completed");
    assert_eq!(visitor.kyc(&app), "incomplete");
}

#[test]
fn somebody_validated_stays_so_unless_what_they_confirm_differs() {
    let app = TestApp::start();
    for (data, kyc) in [(&[][..], "validated"), (DATA, "pending")] {
        let customer = make::customer(&app, |new| new.kyc = "validated");
        let mut visitor = visitor_of(
            &app,
            customer,
            &json!({"identity": {"amlMonitoring": true}}),
        );
        assert_eq!(visitor.post("details", data).status, 303);
        make::complete(&app, customer);
        // What another hand filled in is theirs to confirm.
        assert_eq!(visitor.post("details", &[]).status, 303);
        assert_eq!(visitor.post("send", &[]).status, 200);
        assert_eq!(visitor.kyc(&app), kyc);
    }
}

/// By the browser's language, or by the one that they choose, which stays theirs.
#[test]
fn the_page_speaks_the_customers_language() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let path = visitor.path.clone();
    let mut asked = |path: &str, accepted: &str| {
        let headers = [("accept-language", accepted)];
        visitor.browser.request("GET", path, &headers, None)
    };
    for (accepted, lang, said) in [
        (
            "fr-FR,fr;q=0.9,en;q=0.8",
            "fr",
            "Acme a besoin de quelques éléments",
        ),
        ("es", "es", "Acme necesita algunos datos suyos"),
        ("de,en;q=0.5", "en", "Acme needs a few things from you"),
        ("", "en", "Acme needs a few things from you"),
    ] {
        let page = asked(&path, accepted);
        assert_eq!(page.attributes("html", "lang"), [lang], "{accepted}");
        assert!(page.text().contains(said), "{accepted}: {}", page.text());
    }
    let spanish = asked(&format!("{path}?lang=es"), "fr");
    assert_eq!(spanish.attributes("html", "lang"), ["es"]);
    assert!(spanish.text().contains("Alemania"));
    let actions = spanish.attributes("form", "action");
    assert!(
        actions.iter().all(|action| action.contains("?lang=es")),
        "{actions:?}"
    );
    let saved = visitor.post("details?lang=es", DATA);
    assert_eq!(
        saved.header("location"),
        Some(format!("{path}?saved=1&lang=es").as_str())
    );
    assert_eq!(visitor.post("details?lang=xx", DATA).status, 303);
}

#[test]
fn what_is_wrong_is_said_in_it_at_its_field_and_nothing_is_saved() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| (new.kyc, new.email) = ("draft", None));
    let mut visitor = visitor_of(&app, customer, &everything());
    let wrong = [
        ("first_name", ""),
        ("email", "ines@"),
        ("birth_date", "1985-3-15"),
        ("country", "XX"),
        ("city", "Braga"),
    ];
    for (lang, title, said) in [
        (
            "en",
            "Error: ",
            [
                "This is needed",
                "Enter an e-mail address like",
                "Enter the date as",
                "Choose a country",
            ],
        ),
        (
            "fr",
            "Erreur : ",
            [
                "Cette information est nécessaire",
                "Indiquez une adresse e-mail",
                "Indiquez la date",
                "Choisissez un pays",
            ],
        ),
        (
            "es",
            "Error: ",
            [
                "Este dato es necesario",
                "Escriba un correo como",
                "Escriba la fecha",
                "Elija un país",
            ],
        ),
    ] {
        let answer = visitor.post(&format!("details?lang={lang}"), &wrong);
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(&format!("<title>{title}")), "{lang}");
        for (field, sentence) in ["first_name", "email", "birth_date", "country"]
            .iter()
            .zip(said)
        {
            let at = answer.texts(&format!("#{field}-error"));
            assert!(
                at.len() == 1 && at[0].contains(sentence),
                "{lang} {field}: {at:?}"
            );
        }
        assert_eq!(
            answer.attributes("#city", "value"),
            ["Braga"],
            "what was typed is kept"
        );
        assert_eq!(answer.attributes("[aria-invalid=true]", "id").len(), 4);
    }
    assert_eq!(visitor.state(&app), "pending");
    let tax = visitor.post("tax?lang=fr", &[("country", "PT"), ("number", "1")]);
    assert_eq!(tax.status, 422);
    assert_eq!(tax.texts("#tax_number-error").len(), 1);
    assert_eq!(visitor.state(&app), "pending");
    // Some countries ask for the number whatever is said of it.
    for (lang, sentence) in [
        ("en", "Enter the number: it is needed here"),
        ("fr", "Indiquez le numéro"),
        ("es", "Escriba el número: aquí"),
    ] {
        let tax = [("country", "US"), ("reason", "not_required")];
        let tax = visitor.post(&format!("tax?lang={lang}"), &tax);
        assert_eq!(tax.status, 422);
        let at = tax.texts("#tax_number-error");
        assert!(at.len() == 1 && at[0].contains(sentence), "{at:?}");
    }
    // A number, or why there is none; and the same sent again is taken once.
    for _ in 0..2 {
        let none = visitor.post("tax", &[("country", "AE"), ("reason", "not_issued")]);
        assert_eq!(none.status, 303, "{}", none.text());
    }
    let said = app.actions();
    assert_eq!(
        said.iter()
            .filter(|one| *one == "tax_residence.added")
            .count(),
        1
    );
}

/// Fields that the page does not ask for are not taken from it.
#[test]
fn a_customer_changes_what_the_page_asks_for_and_nothing_else() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let paris = app.acme.branch("paris").to_string();
    let sent = [
        ("city", "Porto"),
        ("branch", paris.as_str()),
        ("tag", "vip"),
        ("us_person", "on"),
        ("income_range", "7"),
    ];
    assert_eq!(visitor.post("details", &sent).status, 303);
    let (branch, tag, us, income, city): (Uuid, Option<String>, bool, Option<i64>, Option<String>) =
        customers::table
            .filter(customers::id.eq(visitor.customer))
            .select((
                customers::branch_id,
                customers::tag,
                customers::us_person,
                customers::income_range,
                customers::city,
            ))
            .first(&mut app.owner())
            .expect("the customer");
    assert_eq!(branch, app.acme.branch("london"));
    assert_eq!(
        (tag, us, income, city.as_deref()),
        (None, false, None, Some("Porto"))
    );
}

/// Whose names a company has is for whoever declared it: its own page does not ask for them, and does not clear them.
#[test]
fn a_company_is_not_asked_who_acts_for_it_and_keeps_what_was_said() {
    let app = TestApp::start();
    let company = make::customer(&app, |new| {
        make::as_company(new, "Obras SL");
        new.first_name = Some("Juana".to_owned());
        new.last_name = Some("Obrera".to_owned());
    });
    let mut visitor = visitor_of(&app, company, &json!({"ais": {"accounts": true}}));
    let page = visitor.look();
    assert_eq!(
        page.attributes("input[name=legal_name]", "value"),
        ["Obras SL"]
    );
    for name in ["first_name", "last_name"] {
        let asked = page.attributes(&format!("input[name={name}]"), "name");
        assert!(asked.is_empty(), "{name}");
    }
    let saved = visitor.post("details", &[("city", "Toledo")]);
    assert_eq!(saved.status, 303, "{}", saved.text());
    let kept: (Option<String>, Option<String>, Option<String>) = customers::table
        .filter(customers::id.eq(company))
        .select((customers::first_name, customers::last_name, customers::city))
        .first(&mut app.owner())
        .expect("the company");
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(kept, (some("Juana"), some("Obrera"), some("Toledo")));
}
