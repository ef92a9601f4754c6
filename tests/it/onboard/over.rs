//! What a link does not tell: used, expired, cancelled, somebody else's, malformed, it is one answer; and how it is kept
//! from others.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use vouch::{
    db::{Db, PoolOptions},
    onboarding::{expiry, limits::AT_ONCE},
};

use super::*;

/// Equal to the byte, but for the time: status, headers, body. Whether the connection stays open tells only how much of a
/// refused body had come.
fn told(response: &Response) -> (u16, Vec<(String, String)>, String) {
    let mut headers = response.headers.clone();
    headers.retain(|(name, _)| name != "date" && name != "connection");
    headers.sort();
    (response.status, headers, response.body.clone())
}

fn database(app: &TestApp) -> Db {
    let options = PoolOptions {
        url: app.database.app_url.clone(),
        size: 1,
        wait: std::time::Duration::from_secs(5),
        statement_cache: true,
    };
    Db::open(&options, app.clock.clone(), Keys::new(app.secret.clone()))
}

#[test]
fn a_link_that_leads_nowhere_tells_nothing_whatever_it_was() {
    let app = TestApp::start();
    let options = json!({"identity": {"amlMonitoring": true}});
    let mut used = visitor(&app, &options);
    assert_eq!(used.post("details", DATA).status, 303);
    assert_eq!(used.post("send", &[]).status, 200);
    let cancelled = visitor(&app, &options);
    let officer = app.sign_in(Persona::Officer).post(
        &format!("/customers/{}/sessions", cancelled.customer),
        &[
            ("step", "cancel"),
            ("session", &cancelled.session.to_string()),
        ],
    );
    assert_eq!(officer.status, 303, "{}", officer.text());
    let merged = visitor(&app, &options);
    let other = make::customer(&app, |_| {});
    diesel::update(customers::table.filter(customers::id.eq(merged.customer)))
        .set(customers::merged_into.eq(other))
        .execute(&mut app.owner())
        .expect("merged");
    // Of a server with another secret.
    let foreign = link::token(
        &Keys::new(vouch::seal::SecretKey::from_hex(&"77".repeat(32)).expect("a key")),
        OnboardingId(cancelled.session),
        1,
    );
    let unknown = token(&app, app.clock.new_id());
    let expired = visitor(&app, &options);
    app.clock.advance(TimeDelta::hours(72));
    let all = [
        used.path.clone(),
        cancelled.path.clone(),
        merged.path.clone(),
        expired.path.clone(),
        format!("/onboard/{foreign}"),
        format!("/onboard/{unknown}"),
        "/onboard/x".to_owned(),
        format!("/onboard/{}", "é".repeat(22).replace('é', "%C3%A9")),
        format!("/onboard/{}", "A".repeat(5000)),
    ];
    let first = told(&app.browser().get(&all[0]));
    assert_eq!(first.0, 404);
    for path in &all {
        let of = |response: Response| assert_eq!(told(&response), first, "{path}");
        of(app.browser().get(path));
        for step in ["details", "tax", "send"] {
            of(app.browser().post(&format!("{path}/{step}"), DATA));
        }
        let papers = format!("{path}/papers");
        let fields = [("type", "IDENTITY_PROOF")];
        of(app.browser().post_file(&papers, &fields, "a.pdf", b"%PDF-"));
    }
    assert!(!first.2.contains("Acme") && first.2.contains("This link does not work"));
}

#[test]
fn the_clock_ends_what_is_over_and_says_so() {
    let app = TestApp::start();
    let begun = visitor(&app, &everything());
    let mut half = visitor(&app, &everything());
    assert_eq!(half.post("details", DATA).status, 303);
    let db = database(&app);
    app.clock
        .advance(TimeDelta::hours(72) - TimeDelta::seconds(1));
    assert_eq!(expiry::sweep(&db).expect("a sweep"), 0);
    assert_eq!(half.look().status, 200);
    app.clock.advance(TimeDelta::seconds(1));
    let young = visitor(&app, &everything());
    let before = app.actions().len();
    assert_eq!(expiry::sweep(&db).expect("a sweep"), 2);
    assert_eq!(expiry::sweep(&db).expect("a sweep"), 0);
    assert_eq!(
        app.actions()[before..],
        ["onboarding.expired", "onboarding.expired"]
    );
    let states = [&begun, &half, &young].map(|visitor| visitor.state(&app));
    assert_eq!(states, ["expired", "expired", "pending"]);
    let left: i64 = onboard_index::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(left, 1, "what is over is not found by its link");
}

#[test]
fn the_database_holds_the_hash_of_a_token_and_no_token() {
    let app = TestApp::start();
    let visitor = visitor(&app, &everything());
    let token = token(&app, visitor.session);
    let kept: Vec<u8> = onboard_index::table
        .select(onboard_index::token_hash)
        .first(&mut app.owner())
        .expect("a hash");
    assert_eq!(kept, link::kept(&token));
    assert_ne!(kept, token.as_bytes());
}

#[test]
fn nobody_elsewhere_learns_an_address_or_sends_for_the_customer() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let page = visitor.look();
    let gone = app.browser().get("/onboard/x");
    for answer in [&page, &gone] {
        // A page that says otherwise than its header wins, and with "no-referrer" a browser names no origin of its forms.
        assert!(!answer.body.contains("name=\"referrer\""));
        for (name, value) in [
            ("referrer-policy", "same-origin"),
            ("x-robots-tag", "noindex"),
            ("cache-control", "no-store"),
            (
                "content-security-policy",
                vouch::web::headers::CONTENT_SECURITY_POLICY,
            ),
        ] {
            let found: Vec<&str> = answer
                .headers
                .iter()
                .filter(|(known, _)| known == name)
                .map(|(_, value)| value.as_str())
                .collect();
            assert_eq!(found, [value], "{name}");
        }
    }
    // No address of another host, no script but the one file of ours, no style of its own.
    for (selector, attribute) in [("[src]", "src"), ("link", "href"), ("[href]", "href")] {
        for address in page.attributes(selector, attribute) {
            assert!(address.starts_with(['/', '#', '?']), "{address}");
        }
    }
    let scripts = page.attributes("script", "src");
    assert!(
        scripts.len() == 1 && scripts[0].starts_with("/static/once."),
        "{scripts:?}"
    );
    assert_eq!(page.body.matches("<script").count(), 1);
    assert!(page.texts("script")[0].is_empty() && !page.body.contains("style="));
    assert!(!gone.body.contains("<script"));
    // As a page elsewhere would send it, with the link it was told.
    let path = format!("{}/send", visitor.path);
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("origin", "https://evil.example")][..],
        &[][..],
    ] {
        let answer = visitor
            .browser
            .request("POST", &path, headers, Some(String::new()));
        assert_eq!(answer.status, 403);
    }
    assert_eq!(visitor.state(&app), "pending");
}

#[test]
fn an_address_that_asks_too_often_waits() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let mut last = visitor.look();
    for _ in 0..AT_ONCE * 3 {
        if last.status == 429 {
            break;
        }
        assert_eq!(last.status, 200);
        last = visitor.look();
    }
    assert_eq!(last.status, 429);
    let wait: u64 = last
        .header("retry-after")
        .and_then(|text| text.parse().ok())
        .expect("seconds");
    assert!(wait >= 1);
    assert!(last.text().contains("Too many attempts") && !last.body.contains("Acme"));
    // The desk goes on.
    assert_eq!(app.sign_in(Persona::Officer).get("/customers").status, 200);
}

/// A session that the database's owner made unwritable.
#[test]
fn one_session_that_cannot_be_ended_hinders_no_other() {
    for at in [0, 1] {
        let app = TestApp::start();
        let both = [0, 1].map(|_| visitor(&app, &everything()));
        app.owner()
            .batch_execute(&format!(
                "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$;
                 CREATE TRIGGER broken BEFORE UPDATE ON onboard_sessions FOR EACH ROW
                 WHEN (NEW.id = '{}') EXECUTE FUNCTION broken()",
                both[at].session
            ))
            .expect("a row that cannot be written");
        app.clock.advance(TimeDelta::hours(72));
        assert!(expiry::sweep(&database(&app)).is_err(), "it is said");
        let states = both.each_ref().map(|visitor| visitor.state(&app));
        assert_eq!(
            (states[at].as_str(), states[1 - at].as_str()),
            ("pending", "expired")
        );
    }
}
