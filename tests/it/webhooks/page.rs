//! The pages of webhooks.

use super::*;

#[test]
fn an_admin_adds_tests_disables_and_removes_one() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    let mut admin = app.sign_in(Persona::Admin);
    let empty = admin.get("/settings/webhooks");
    assert!(empty.text().contains("There is no webhook yet"));
    assert_eq!(
        empty.attributes("a.btn[href*=face]", "href"),
        [
            "/settings/webhooks/new?face=trustist",
            "/settings/webhooks/new?face=treezor",
            "/settings/webhooks/new?face=kontorion"
        ]
    );
    let new = admin.get("/settings/webhooks/new?face=kontorion");
    assert_eq!(new.attributes("input[name=event][checked]", "value"), ALL);
    let (id, secret) = endpoint_of(&mut admin, &receiver.url(), &ALL[..2]);
    let bytes = secret.strip_prefix("whsec_").expect("its form");
    assert_eq!(bytes.len(), 44);
    let here = format!("/settings/webhooks/{id}");
    for page in ["/settings/webhooks", &here] {
        let page = admin.get(page);
        assert!(page.text().contains("Ledger") && !page.body.contains(bytes));
    }
    let sealed: Vec<String> = endpoints::table
        .select(endpoints::sealed_secret)
        .load(&mut app.owner())
        .expect("the endpoint");
    assert!(!sealed[0].contains(bytes));

    let tested = admin.post(&format!("{here}/test"), &[]);
    let page = admin.follow(&tested);
    assert!(page.text().contains("A test is on its way"));
    assert!(page.text().contains("Waiting"));
    assert_eq!(deliver(&app), 1);
    let got = receiver.got().remove(0);
    assert_eq!(got.json()["type"], "webhook.test");
    assert_eq!(got.json()["data"], json!({}));
    assert!(got.verified_by(&secret, app.clock.now()));

    admin.post(&format!("{here}/test"), &[]);
    assert_eq!(admin.post(&format!("{here}/disable"), &[]).status, 303);
    assert_eq!(deliver(&app), 0);
    let mut states: Vec<String> = log(&app)
        .into_iter()
        .map(|(_, _, state, _)| state)
        .collect();
    states.sort_unstable();
    assert_eq!(states, ["delivered", "dropped"]);
    for refused in ["disable", "test"] {
        let answer = admin.post(&format!("{here}/{refused}"), &[]);
        assert_eq!(answer.status, 409, "{refused}");
    }
    assert_eq!(admin.post(&format!("{here}/enable"), &[]).status, 303);
    assert_eq!(admin.post(&format!("{here}/enable"), &[]).status, 409);
    let gone = admin.post(&format!("{here}/remove"), &[]);
    assert!(
        admin
            .follow(&gone)
            .text()
            .contains("The webhook is removed")
    );
    assert_eq!(admin.get(&here).status, 404);
    assert!(log(&app).is_empty());
    assert_eq!(
        app.actions(),
        [
            "webhook.added",
            "webhook.tested",
            "webhook.tested",
            "webhook.disabled",
            "webhook.enabled",
            "webhook.removed"
        ]
    );
}

#[test]
fn the_log_shows_what_was_sent_what_came_back_and_what_comes_next() {
    let app = TestApp::start();
    let receiver = Receiver::new(vec![
        Reply::Status(500, "<b>no</b>"),
        Reply::Status(200, "thanks"),
    ]);
    let (id, secret) = endpoint(&app, &receiver.url());
    let check = start(&app);
    deliver(&app);
    let mut admin = app.sign_in(Persona::Admin);
    let here = format!("/settings/webhooks/{id}");
    let page = admin.get(&here);
    assert!(
        page.text().contains("16 Nov 2026, 12:00"),
        "{}",
        page.text()
    );
    let message = page.attributes("#log tbody a", "href").remove(0);
    let shown = admin.get(&message);
    assert_eq!(shown.status, 200, "{}", shown.text());
    for word in [
        &check.to_string(),
        "500",
        "<b>no</b>",
        "\"status\": \"pending\"",
        "webhook-id",
    ] {
        assert!(shown.text().contains(word), "{word}: {}", shown.text());
    }
    let signature = receiver.got()[0].header("webhook-signature").to_owned();
    assert!(!shown.body.contains(&signature) && !shown.body.contains(&secret[6..]));
    // Reading it is written down, once a visit.
    admin.get(&message);
    let viewed = |app: &TestApp| {
        let said = app.actions();
        said.iter().filter(|one| *one == "webhook.viewed").count()
    };
    assert_eq!(viewed(&app), 1);

    let again = admin.post(&format!("{message}/again"), &[]);
    assert!(
        admin
            .follow(&again)
            .text()
            .contains("The message is sent again")
    );
    assert_eq!(deliver(&app), 1);
    let got = receiver.got();
    assert_eq!(got[0].header("webhook-id"), got[1].header("webhook-id"));
    let shown = admin.get(&message);
    assert!(shown.text().contains("thanks") && shown.text().contains("Delivered"));
    // What arrived can be sent again too.
    admin.post(&format!("{message}/again"), &[]);
    assert_eq!((deliver(&app), receiver.got().len()), (1, 3));
    for (filter, rows) in [("delivered", 1), ("failed", 0), ("", 1)] {
        let page = admin.get(&format!("{here}?state={filter}"));
        assert_eq!(page.texts("#log tbody tr").len(), rows, "{filter}");
    }
    assert_eq!(admin.get(&format!("{here}?state=lost")).status, 400);
    assert_eq!(admin.get(&format!("{here}?after=1")).status, 400);
}

#[test]
fn the_log_is_walked_page_by_page() {
    let app = TestApp::start();
    let (id, _) = endpoint(&app, "https://hooks.example/");
    let check = start(&app);
    super::faults::pour(&app, id, check, 119);
    let mut admin = app.sign_in(Persona::Admin);
    let mut seen = std::collections::BTreeSet::new();
    let mut at = format!("/settings/webhooks/{id}?state=pending");
    for rows in [50, 50, 20] {
        let page = admin.get(&at);
        let links = page.attributes("#log tbody a", "href");
        assert_eq!(links.len(), rows);
        seen.extend(links);
        at = page
            .attributes("a[rel=next]", "href")
            .pop()
            .unwrap_or_default();
    }
    assert_eq!((seen.len(), at.as_str()), (120, ""));
}

#[test]
fn another_tenant_s_webhook_is_not_there_and_only_admins_see_their_own() {
    let app = TestApp::start();
    let (id, _) = endpoint(&app, "https://hooks.example/");
    start(&app);
    let (message, ..) = log(&app).remove(0);
    let mut other = app.sign_in(Persona::Other);
    assert!(!other.get("/settings/webhooks").text().contains("Ledger"));
    let pages = [
        format!("/settings/webhooks/{id}"),
        format!("/settings/deliveries/{message}"),
    ];
    for page in &pages {
        assert_eq!(other.get(page).status, 404, "{page}");
        for persona in [Persona::Manager, Persona::Officer, Persona::Auditor] {
            assert_eq!(app.sign_in(persona).get(page).status, 403, "{page}");
        }
    }
    for act in ["disable", "enable", "rotate", "test", "remove"] {
        let answer = other.post(&format!("/settings/webhooks/{id}/{act}"), &[]);
        assert_eq!(answer.status, 404, "{act}");
    }
    let again = other.post(&format!("/settings/deliveries/{message}/again"), &[]);
    assert_eq!(again.status, 404);
    assert_eq!(log(&app)[0].2, "pending");
}

#[test]
fn a_form_says_what_is_wrong_with_each_field() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let long = "x".repeat(101);
    let fields = [
        ("face", "kontorion"),
        ("url", "http://x"),
        ("name", long.as_str()),
    ];
    let answer = admin.post("/settings/webhooks", &fields);
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.attributes(".error-summary a", "href"),
        ["#url", "#name", "#events"]
    );
    let face = [
        ("face", "treezor"),
        ("url", "https://hooks.example/"),
        ("event", ALL[0]),
    ];
    assert_eq!(admin.post("/settings/webhooks", &face).status, 422);
    let event = [
        ("face", "kontorion"),
        ("url", "https://hooks.example/"),
        ("event", "onboard.session.completed"),
    ];
    assert_eq!(admin.post("/settings/webhooks", &event).status, 422);
    for _ in 0..50 {
        endpoint_of(&mut admin, "https://hooks.example/", &ALL[..1]);
    }
    let full = [
        ("face", "kontorion"),
        ("url", "https://hooks.example/"),
        ("event", ALL[0]),
    ];
    assert_eq!(admin.post("/settings/webhooks", &full).status, 409);
}

#[test]
fn a_message_that_waits_says_when_it_is_tried_next() {
    let app = TestApp::start();
    let mut replies = vec![Reply::Status(500, ""); 2];
    replies.push(Reply::Status(200, ""));
    let receiver = Receiver::new(replies);
    let (id, _) = endpoint(&app, &receiver.url());
    start(&app);
    let mut admin = app.sign_in(Persona::Admin);
    let here = format!("/settings/webhooks/{id}");
    let message = admin
        .get(&here)
        .attributes("#log tbody a", "href")
        .remove(0);
    for (pause, next) in [
        (0, &["2026-11-16T12:00:05Z"][..]),
        (5, &["2026-11-16T12:05:05Z"]),
        (300, &[]),
    ] {
        app.clock.advance(TimeDelta::seconds(pause));
        assert_eq!(deliver(&app), 1);
        let page = admin.get(&here);
        let cell = "td[data-label='next attempt'] time";
        assert_eq!(page.attributes(cell, "datetime"), next, "{pause}");
        let pushed = "2026-11-16T12:00:00Z";
        let shown = admin.get(&message);
        assert_eq!(
            shown.attributes("dl.facts time", "datetime"),
            [&[pushed][..], next].concat()
        );
        if pause == 5 {
            let words = "16 Nov 2026, 12:05";
            assert_eq!(page.texts("td[data-label='next attempt']"), [words]);
            assert_eq!(shown.texts("dl.facts time")[1], words);
        }
    }
}
