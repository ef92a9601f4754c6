//! Signing in and out, one's own account, and what a session is worth.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::support::{Browser, PASSWORD, Persona, Response, TestApp};

fn login(browser: &mut Browser, email: &str, password: &str) -> Response {
    browser.post("/login", &[("email", email), ("password", password)])
}

fn signed_in(app: &TestApp, persona: Persona) -> Browser {
    let mut browser = app.browser();
    let answer = login(&mut browser, persona.email(), PASSWORD);
    assert_eq!(answer.status, 303, "{}", answer.text());
    browser
}

/// The code an authenticator app shows at the app's present, some steps later.
pub fn code(secret: &str, app: &TestApp, later: u64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.replace('-', "")).expect("base32");
    let totp = totp_rs::Builder::new()
        .with_secret(secret)
        .build()
        .expect("a secret");
    let now = u64::try_from(app.clock.now().timestamp()).expect("after 1970");
    totp.generate(now + later * 30).to_string()
}

/// The secret that the page offers: as text, and sealed as its form sends it back.
pub fn offered(browser: &mut Browser) -> (String, String) {
    let page = browser.get("/account/code");
    (
        page.texts(".secret code").remove(0),
        page.attributes("input[name=secret]", "value").remove(0),
    )
}

/// Sets up the second factor; the secret as text and the recovery codes.
pub fn set_up_code(app: &TestApp, browser: &mut Browser) -> (String, Vec<String>) {
    let (secret, sealed) = offered(browser);
    let code = code(&secret, app, 0);
    let fields = [
        ("secret", sealed.as_str()),
        ("password", PASSWORD),
        ("code", &code),
    ];
    let done = browser.post("/account/code", &fields);
    assert_eq!(done.status, 200, "{}", done.text());
    (secret, done.texts("li code"))
}

/// Makes the admin one of a real organisation, who needs a second factor.
fn outside_the_demo(app: &TestApp, persona: Persona) {
    use vouch::schema::staff;
    diesel::update(staff::table.find((app.acme.id, app.staff(persona))))
        .set(staff::demo.eq(false))
        .execute(&mut app.owner())
        .expect("a change");
}

#[test]
fn signing_in_begins_a_session_with_a_new_token_and_is_written_down() {
    let app = TestApp::start();
    let mut browser = app.browser();
    let answer = login(&mut browser, " OFFICER@acme.example ", PASSWORD);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    let first = browser.cookie("vouch").expect("a cookie").to_owned();
    assert_eq!(browser.get("/account").status, 200);
    assert_eq!(app.actions(), ["session.started"]);
    // A browser of its own: windows share what the agent keeps of cookies.
    let mut old = app.browser();
    old.set_cookie("vouch", &first);
    login(&mut browser, Persona::Officer.email(), PASSWORD);
    assert_ne!(browser.cookie("vouch"), Some(first.as_str()));
    assert_eq!(
        old.get("/account").status,
        303,
        "the replaced session ended"
    );
}

#[test]
fn after_signing_in_one_goes_to_a_page_of_ours_alone() {
    let app = TestApp::start();
    for (next, place) in [("/account", "/account"), ("//evil.example", "/")] {
        let fields = [
            ("email", Persona::Officer.email()),
            ("password", PASSWORD),
            ("next", next),
        ];
        let answer = app.browser().post("/login", &fields);
        assert_eq!(answer.header("location"), Some(place));
    }
}

#[test]
fn an_unknown_address_a_wrong_password_and_a_disabled_account_sound_alike() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let auditor = app.staff(Persona::Auditor);
    assert_eq!(
        admin
            .post(&format!("/settings/staff/{auditor}/disable"), &[])
            .status,
        303
    );
    let tries = [
        ("nobody@acme.example", PASSWORD),
        (Persona::Officer.email(), "wrong"),
        (Persona::Auditor.email(), PASSWORD),
    ];
    let pages: Vec<_> = tries
        .map(|(email, password)| {
            let answer = login(&mut app.browser(), email, password);
            assert_eq!(answer.status, 422);
            answer.body.replace(email, "")
        })
        .into();
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
    // Each is written down, in the organisation's log or, for the unknown one, in the installation's.
    let refused = |tenant: uuid::Uuid| -> i64 {
        use vouch::schema::audit_entries;
        let mut owner = app.database.owner();
        crate::support::app::enter(&mut owner, tenant);
        audit_entries::table
            .filter(audit_entries::action.eq("session.refused"))
            .count()
            .get_result(&mut owner)
            .expect("a count")
    };
    assert_eq!((refused(app.acme.id), refused(uuid::Uuid::nil())), (2, 1));
}

#[test]
fn failures_delay_the_next_attempt_and_success_forgets_them() {
    let app = TestApp::start();
    let mut browser = app.browser();
    let officer = Persona::Officer.email();
    assert_eq!(login(&mut browser, officer, "wrong").status, 422);
    let delayed = login(&mut browser, officer, PASSWORD);
    assert_eq!(
        (delayed.status, delayed.header("retry-after")),
        (429, Some("1"))
    );
    assert!(delayed.text().contains("Wait 1 second,"));
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(login(&mut browser, officer, "wrong").status, 422);
    let delayed = login(&mut browser, officer, PASSWORD);
    assert_eq!(
        (delayed.status, delayed.header("retry-after")),
        (429, Some("3"))
    );
    app.clock.advance(TimeDelta::seconds(3));
    assert_eq!(login(&mut browser, officer, PASSWORD).status, 303);
    assert_eq!(login(&mut browser, officer, "wrong").status, 422);
    let delayed = login(&mut browser, officer, PASSWORD);
    assert_eq!(
        delayed.header("retry-after"),
        Some("1"),
        "counted from the start again"
    );
    assert!(app.actions().contains(&"session.delayed".to_owned()));
}

#[test]
fn an_address_that_fails_for_many_waits_too() {
    let app = TestApp::start();
    for n in 0..6 {
        let email = format!("nobody{n}@acme.example");
        assert_eq!(login(&mut app.browser(), &email, "wrong").status, 422);
    }
    let officer = Persona::Officer.email();
    assert_eq!(login(&mut app.browser(), officer, PASSWORD).status, 429);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(login(&mut app.browser(), officer, PASSWORD).status, 303);
}

#[test]
fn a_password_hashed_with_yesterdays_parameters_is_hashed_again() {
    use argon2::password_hash::PasswordHasher as _;
    use vouch::schema::staff;
    let app = TestApp::start();
    let cheap = argon2::Params::new(8 * 1024, 1, 1, None).expect("parameters");
    let old = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, cheap)
        .hash_password(PASSWORD.as_bytes())
        .expect("a hash")
        .to_string();
    let officer = staff::table.find((app.acme.id, app.staff(Persona::Officer)));
    diesel::update(officer)
        .set(staff::password_hash.eq(old))
        .execute(&mut app.owner())
        .expect("a change");
    signed_in(&app, Persona::Officer);
    let now: Option<String> = officer
        .select(staff::password_hash)
        .first(&mut app.owner())
        .expect("the officer");
    assert!(now.is_some_and(|hash| hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")));
    signed_in(&app, Persona::Officer);
}

#[test]
fn logging_out_ends_the_session_on_the_server() {
    let app = TestApp::start();
    let mut browser = signed_in(&app, Persona::Officer);
    let mut copy = browser.window();
    let answer = browser.post("/logout", &[]);
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/login"))
    );
    assert_eq!(
        answer.header("clear-site-data"),
        Some("\"cache\", \"storage\"")
    );
    assert_eq!(browser.cookie("vouch"), None);
    assert_eq!(
        copy.get("/account").header("location"),
        Some("/login?next=%2Faccount")
    );
    assert_eq!(app.actions(), ["session.started", "session.ended"]);
}

#[test]
fn a_request_that_races_a_logout_does_not_bring_the_session_back() {
    let app = TestApp::start();
    let browser = signed_in(&app, Persona::Officer);
    // Old enough that each request wants to write the time of the last one.
    app.clock.advance(TimeDelta::minutes(2));
    std::thread::scope(|scope| {
        for _ in 0..6 {
            let mut window = browser.window();
            scope.spawn(move || {
                for _ in 0..10 {
                    window.get("/account");
                }
            });
        }
        let mut window = browser.window();
        scope.spawn(move || assert_eq!(window.post("/logout", &[]).status, 303));
    });
    assert_eq!(browser.window().get("/account").status, 303);
    let left: i64 = vouch::schema::sessions::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(left, 0);
}

#[test]
fn a_session_ends_when_idle_and_after_half_a_day() {
    let app = TestApp::start();
    let mut browser = signed_in(&app, Persona::Officer);
    app.clock.advance(TimeDelta::minutes(30));
    assert_eq!(browser.get("/account").status, 303);
    let mut browser = signed_in(&app, Persona::Officer);
    for _ in 0..35 {
        app.clock.advance(TimeDelta::minutes(20));
        assert_eq!(browser.get("/account").status, 200);
    }
    app.clock.advance(TimeDelta::minutes(20));
    assert_eq!(browser.get("/account").status, 303, "twelve hours are over");
}

#[test]
fn each_code_opens_the_second_step_once() {
    let app = TestApp::start();
    let mut browser = signed_in(&app, Persona::Officer);
    let (secret, recovery) = set_up_code(&app, &mut browser);
    assert_eq!(recovery.len(), 10);
    let mut second = app.browser();
    let answer = login(&mut second, Persona::Officer.email(), PASSWORD);
    assert_eq!(answer.header("location"), Some("/login/code"));
    let half = second.cookie("vouch").expect("a cookie").to_owned();
    assert_eq!(
        second.get("/account").header("location"),
        Some("/login/code?next=%2Faccount")
    );
    // The one that confirmed the set-up is used up; the next step's is not.
    let used = code(&secret, &app, 0);
    assert_eq!(second.post("/login/code", &[("code", &used)]).status, 422);
    let next = code(&secret, &app, 1);
    assert_eq!(second.post("/login/code", &[("code", &next)]).status, 429);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(second.post("/login/code", &[("code", &next)]).status, 303);
    assert_ne!(second.cookie("vouch"), Some(half.as_str()));
    assert_eq!(second.get("/account").status, 200);

    let mut third = app.browser();
    login(&mut third, Persona::Officer.email(), PASSWORD);
    assert_eq!(third.post("/login/code", &[("code", &next)]).status, 422);
    app.clock.advance(TimeDelta::seconds(10));
    let typed = recovery[3].to_lowercase();
    assert_eq!(third.post("/login/code", &[("code", &typed)]).status, 303);
    let mut fourth = app.browser();
    login(&mut fourth, Persona::Officer.email(), PASSWORD);
    assert_eq!(fourth.post("/login/code", &[("code", &typed)]).status, 422);
    assert!(app.actions().contains(&"code.recovery_used".to_owned()));
}

#[test]
fn a_second_factor_is_added_by_who_knows_the_password_alone() {
    let app = TestApp::start();
    let mut officer = signed_in(&app, Persona::Officer);
    let (secret, sealed) = offered(&mut officer);
    let code = code(&secret, &app, 0);
    let mut send = |password: &str| {
        let fields = [
            ("secret", &*sealed),
            ("password", password),
            ("code", &*code),
        ];
        officer.post("/account/code", &fields)
    };
    let refused = send("wrong");
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("This is not your password."));
    assert_eq!(
        refused.attributes("input[name=password]", "value"),
        Vec::<String>::new()
    );
    assert_eq!(send(PASSWORD).status, 429, "whoever guesses waits");
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(send(PASSWORD).status, 200);
    assert!(app.actions().contains(&"session.refused".to_owned()));
}

#[test]
fn the_cookie_is_for_this_host_this_server_and_no_script() {
    let set_cookie = |url: Option<&str>| {
        let settings: Vec<_> = url
            .map(|url| ("VOUCH_PUBLIC_URL", url))
            .into_iter()
            .collect();
        let app = TestApp::start_with(crate::support::cluster::database(), &settings);
        let answer = login(&mut app.browser(), Persona::Officer.email(), PASSWORD);
        assert_eq!(answer.status, 303);
        let set = answer.header("set-cookie").expect("a cookie").to_owned();
        let mut parts = set.split("; ").map(str::to_owned);
        let name = parts.next().expect("a name");
        let name = name.split_once('=').expect("a value").0.to_owned();
        let mut attributes: Vec<String> = parts.collect();
        attributes.sort();
        (name, attributes)
    };
    let plain = ["HttpOnly", "Path=/", "SameSite=Lax"].map(str::to_owned);
    assert_eq!(set_cookie(None), ("vouch".to_owned(), plain.to_vec()));
    let mut secure = plain.to_vec();
    secure.push("Secure".to_owned());
    assert_eq!(
        set_cookie(Some("https://desk.example")),
        ("__Host-vouch".to_owned(), secure)
    );
}

#[test]
fn what_a_role_may_not_do_is_a_warning_with_ids_alone() {
    let lines = crate::support::log::lines();
    let app = TestApp::start();
    let mut auditor = app.sign_in(Persona::Auditor);
    assert_eq!(auditor.get("/customers/new?name=Falc%C3%A3o").status, 403);
    let staff = app.staff(Persona::Auditor).to_string();
    let said: Vec<String> = lines
        .all()
        .into_iter()
        .filter(|line| line.contains(&staff))
        .collect();
    assert_eq!(said.len(), 1, "{said:?}");
    let line = &said[0];
    assert!(
        line.contains("WARN") && line.contains("not permitted"),
        "{line}"
    );
    assert!(
        line.contains("path=\"/customers/new\"") && line.contains("request="),
        "{line}"
    );
    for told in ["Falc", "auditor@", "Person"] {
        assert!(!line.contains(told), "{line}");
    }
    // What another site sends is a warning too.
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let answer = auditor.request("POST", "/logout", &elsewhere, None);
    assert_eq!(answer.status, 403);
    assert!(
        lines
            .all()
            .iter()
            .any(|line| line.contains("sent by another site"))
    );
}

#[test]
fn an_admin_outside_the_demo_sets_up_a_second_factor_first_and_keeps_it() {
    let app = TestApp::start();
    outside_the_demo(&app, Persona::Admin);
    let mut admin = signed_in(&app, Persona::Admin);
    for path in ["/settings/staff", "/settings/branches"] {
        assert_eq!(
            admin.get(path).header("location"),
            Some("/account/code"),
            "{path}"
        );
    }
    set_up_code(&app, &mut admin);
    assert_eq!(admin.get("/settings/staff").status, 200);
    let refused = admin.post("/account/code/remove", &[("password", PASSWORD)]);
    assert_eq!(refused.status, 409);
}

#[test]
fn others_may_remove_their_second_factor_with_their_password() {
    let app = TestApp::start();
    let mut officer = signed_in(&app, Persona::Officer);
    set_up_code(&app, &mut officer);
    assert_eq!(
        officer
            .post("/account/code/remove", &[("password", "wrong")])
            .status,
        422
    );
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(
        officer
            .post("/account/code/remove", &[("password", PASSWORD)])
            .status,
        303
    );
    let answer = login(&mut app.browser(), Persona::Officer.email(), PASSWORD);
    assert_eq!(answer.header("location"), Some("/"));
}

#[test]
fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    let app = TestApp::start();
    let mut browser = signed_in(&app, Persona::Officer);
    let mut elsewhere = signed_in(&app, Persona::Officer);
    let new = "another horse entirely";
    let form = |current, password| [("current", current), ("password", password)];
    let path = "/account/password";
    assert_eq!(browser.post(path, &form(PASSWORD, "short")).status, 422);
    assert_eq!(browser.post(path, &form("wrong", new)).status, 422);
    assert_eq!(browser.post(path, &form(PASSWORD, new)).status, 429);
    app.clock.advance(TimeDelta::seconds(1));
    let before = browser.cookie("vouch").expect("a cookie").to_owned();
    assert_eq!(browser.post(path, &form(PASSWORD, new)).status, 303);
    assert_ne!(browser.cookie("vouch"), Some(before.as_str()));
    assert_eq!(browser.get("/account").status, 200);
    assert_eq!(elsewhere.get("/account").status, 303);
    assert_eq!(
        login(&mut app.browser(), Persona::Officer.email(), PASSWORD).status,
        422
    );
}

#[test]
fn sessions_are_listed_and_ended_by_their_owner_alone() {
    let app = TestApp::start();
    let mut mine = signed_in(&app, Persona::Officer);
    let mut other = signed_in(&app, Persona::Officer);
    let mut manager = signed_in(&app, Persona::Manager);
    let ids = mine
        .get("/account/sessions")
        .attributes("td.act button", "value");
    assert_eq!(ids.len(), 2);
    for id in &ids {
        assert_eq!(
            manager.post("/account/sessions", &[("session", id)]).status,
            404
        );
    }
    assert_eq!(
        mine.post("/account/sessions", &[("session", "others")])
            .status,
        303
    );
    assert_eq!(other.get("/account").status, 303);
    let left = mine
        .get("/account/sessions")
        .attributes("td.act button", "value");
    assert_eq!(left.len(), 1);
    let own = mine.post("/account/sessions", &[("session", &left[0])]);
    assert_eq!(own.header("location"), Some("/login"));
    assert_eq!(manager.get("/account").status, 200);
}

#[test]
fn preferences_are_kept_and_lead_back() {
    let app = TestApp::start();
    let mut browser = app.sign_in(Persona::Auditor);
    let from = format!("http://{}/account/sessions", app.address);
    let fields = [("theme", "dark"), ("density", "comfortable")];
    let host = app.address.to_string();
    let headers = [("referer", from.as_str()), ("host", host.as_str())];
    let answer = browser.post_with("/account/preferences", &fields, &headers);
    assert_eq!(answer.header("location"), Some("/account/sessions"));
    let page = browser.get("/account");
    assert_eq!(page.attributes("html", "data-theme"), ["dark"]);
    assert_eq!(page.attributes("html", "data-density"), ["comfortable"]);
    assert_eq!(page.attributes("html", "data-keys"), ["off"]);
}

/// Where each kind of asking leads whoever is not signed in.
#[test]
fn an_ended_session_leads_back_to_where_it_was() {
    let app = TestApp::start();
    let mut browser = signed_in(&app, Persona::Officer);
    app.clock.advance(vouch::access::session::IDLE);
    let asked = "/customers?kyc=pending&sort=name";
    let sent = browser.get(asked);
    let login = "/login?next=%2Fcustomers%3Fkyc%3Dpending%26sort%3Dname";
    assert_eq!((sent.status, sent.header("location")), (303, Some(login)));
    let page = browser.get(login);
    assert_eq!(page.attributes("[name=next]", "value"), [asked]);
    let fields = [
        ("email", Persona::Officer.email()),
        ("password", PASSWORD),
        ("next", asked),
    ];
    let answer = browser.post("/login", &fields);
    assert_eq!(answer.header("location"), Some(asked));
}

#[test]
fn what_is_no_page_leads_back_to_the_page_it_was_asked_from() {
    let app = TestApp::start();
    let mut nobody = app.browser();
    let host = app.address.to_string();
    let from = format!("http://{host}/customers?kyc=draft");
    let headers = [("referer", from.as_str()), ("host", host.as_str())];
    let login = Some("/login?next=%2Fcustomers%3Fkyc%3Ddraft");
    let file = nobody.request("GET", "/customers.csv", &headers, None);
    assert_eq!(file.header("location"), login);
    let change = nobody.post_with("/customers/new", &[], &headers);
    assert_eq!(change.header("location"), login);
    let piece = [headers.as_slice(), &[("hx-request", "true")]].concat();
    let piece = nobody.request("GET", "/customers?sort=name", &piece, None);
    assert_eq!((piece.status, piece.header("hx-redirect")), (401, login));
    // Without a page of ours behind it, signing in leads to the overview.
    let elsewhere = [("referer", "http://evil.example/customers")];
    let change = nobody.post_with("/customers/new", &[], &elsewhere);
    assert_eq!(change.header("location"), Some("/login"));
}

#[test]
fn signing_in_leads_nowhere_else() {
    let app = TestApp::start();
    for evil in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
    ] {
        let fields = [
            ("email", Persona::Officer.email()),
            ("password", PASSWORD),
            ("next", evil),
        ];
        let answer = app.browser().post("/login", &fields);
        assert_eq!(answer.header("location"), Some("/"), "{evil}");
        let query = serde_html_form::to_string([("next", evil)]).expect("a query");
        let page = app.browser().get(&format!("/login?{query}"));
        assert!(page.attributes("[name=next]", "value").is_empty(), "{evil}");
    }
}
