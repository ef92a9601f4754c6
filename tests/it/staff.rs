//! Staff and branches, as an admin keeps them.

use crate::support::{PASSWORD, Persona, Response, TestApp};

mod freed;

fn link(page: &Response) -> String {
    assert_eq!(page.status, 200, "{}", page.text());
    // Whoever gets it in a message finds the desk by it.
    let link = page.texts(".secret code").remove(0);
    let at = link.find("/welcome/").expect("a link");
    assert!(link.starts_with("http://127.0.0.1:"), "{link}");
    link[at..].to_owned()
}

#[test]
fn a_new_member_sets_their_own_password_by_a_link_that_works_once() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let london = app.acme.branch("london").to_string();
    let fields = [
        ("email", "nina@acme.example"),
        ("name", "Nina New"),
        ("role", "officer"),
        ("branch", london.as_str()),
    ];
    let link = link(&admin.post("/settings/staff", &fields));
    let mut nina = app.browser();
    let early = nina.post(
        "/login",
        &[("email", "nina@acme.example"), ("password", "link:")],
    );
    assert_eq!(early.status, 422);
    app.clock.advance(chrono::TimeDelta::seconds(1));
    assert_eq!(nina.get(&link).status, 200);
    let password = "quite a long sentence";
    assert_eq!(nina.post(&link, &[("password", "short")]).status, 422);
    assert_eq!(nina.post(&link, &[("password", password)]).status, 303);
    assert_eq!(nina.get(&link).status, 404);
    assert_eq!(
        nina.post(&link, &[("password", "a stranger's words")])
            .status,
        404
    );
    let answer = nina.post(
        "/login",
        &[("email", "nina@acme.example"), ("password", password)],
    );
    assert_eq!(answer.status, 303);
    assert!(nina.get("/account").text().contains("LONDON"));
    assert!(app.actions().contains(&"staff.added".to_owned()));
}

#[test]
fn a_link_ends_after_three_days_and_with_a_newer_one() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let reset = format!("/settings/staff/{}/reset", app.staff(Persona::Officer));
    let first = link(&admin.post(&reset, &[]));
    let second = link(&admin.post(&reset, &[]));
    assert_eq!(app.browser().get(&first).status, 404);
    assert_eq!(app.browser().get(&second).status, 200);
    app.clock.advance(chrono::TimeDelta::days(3));
    assert_eq!(app.browser().get(&second).status, 404);
    let mut altered = second;
    altered.replace_range(20..21, if &altered[20..21] == "A" { "B" } else { "A" });
    assert_eq!(app.browser().get(&altered).status, 404);
}

#[test]
fn a_reset_ends_sessions_and_the_old_password() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let mut officer = app.sign_in(Persona::Officer);
    let reset = format!("/settings/staff/{}/reset", app.staff(Persona::Officer));
    link(&admin.post(&reset, &[]));
    assert_eq!(officer.get("/account").status, 303);
    let fields = [("email", Persona::Officer.email()), ("password", PASSWORD)];
    assert_eq!(app.browser().post("/login", &fields).status, 422);
}

#[test]
fn a_disabled_member_is_out_at_their_next_request() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(officer.get("/account").status, 200);
    let disable = format!("/settings/staff/{}/disable", app.staff(Persona::Officer));
    assert_eq!(admin.post(&disable, &[]).status, 303);
    assert_eq!(
        officer.get("/account").header("location"),
        Some("/login?next=%2Faccount")
    );
    assert_eq!(admin.post(&disable, &[]).status, 409);
    let own = format!("/settings/staff/{}/disable", app.staff(Persona::Admin));
    assert_eq!(
        admin.post(&own, &[]).status,
        409,
        "nobody disables themselves"
    );
}

#[test]
fn a_changed_role_is_written_down_and_signs_the_member_out() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let mut officer = app.sign_in(Persona::Officer);
    let path = format!("/settings/staff/{}", app.staff(Persona::Officer));
    let fields = [
        ("name", "Olga"),
        ("role", "auditor"),
        ("branch", "all"),
        ("version", "1"),
    ];
    assert_eq!(admin.post(&path, &fields).status, 303);
    assert_eq!(officer.get("/account").status, 303);
    assert_eq!(app.actions(), ["staff.changed"]);
    assert_eq!(
        admin.post(&path, &fields).status,
        409,
        "that version is gone"
    );
    let own = format!("/settings/staff/{}", app.staff(Persona::Admin));
    assert_eq!(
        admin.post(&own, &fields).status,
        409,
        "nor takes their own role away"
    );
}

#[test]
fn what_is_wrong_with_a_new_member_stands_beside_the_fields() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let wrong = admin.post(
        "/settings/staff",
        &[("email", "x"), ("name", ""), ("role", "king")],
    );
    assert_eq!(wrong.status, 422);
    let targets = wrong.attributes(".error-summary a", "href");
    assert_eq!(targets, ["#email", "#name", "#role", "#branch"]);
    // Of another organisation, too: an e-mail signs in once in the installation.
    let taken = [
        ("email", "ADMIN@other.example"),
        ("name", "A"),
        ("role", "admin"),
    ];
    let taken = admin.post("/settings/staff", &taken);
    assert_eq!(
        (taken.status, taken.attributes(".error-summary a", "href")),
        (422, vec!["#email".to_owned()])
    );
    let foreign = app.other.branch("main").to_string();
    let foreign = [
        ("email", "b@acme.example"),
        ("name", "B"),
        ("role", "officer"),
        ("branch", foreign.as_str()),
    ];
    assert_eq!(admin.post("/settings/staff", &foreign).status, 422);
    assert!(app.actions().is_empty());
}

#[test]
fn another_organisations_staff_and_branches_do_not_exist() {
    let app = TestApp::start();
    let mut other = app.sign_in(Persona::Other);
    let officer = app.staff(Persona::Officer);
    let branch = app.acme.branch("london");
    for path in [
        format!("/settings/staff/{officer}"),
        format!("/settings/branches/{branch}"),
    ] {
        assert_eq!(other.get(&path).status, 404, "{path}");
    }
    assert_eq!(
        other
            .post(&format!("/settings/staff/{officer}/disable"), &[])
            .status,
        404
    );
    assert_eq!(
        other
            .post(&format!("/settings/staff/{officer}/reset"), &[])
            .status,
        404
    );
    assert_eq!(
        other
            .post(&format!("/settings/branches/{branch}"), &[("name", "Mine")])
            .status,
        404
    );
    assert!(!other.get("/settings/staff").text().contains("acme.example"));
}

#[test]
fn branches_are_added_and_renamed_and_keep_their_code() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let fields = [("code", "porto"), ("name", "Porto")];
    assert_eq!(admin.post("/settings/branches", &fields).status, 303);
    assert_eq!(admin.post("/settings/branches", &fields).status, 422);
    let london = format!("/settings/branches/{}", app.acme.branch("london"));
    assert_eq!(
        admin
            .post(&london, &[("name", "The City"), ("code", "city")])
            .status,
        303
    );
    let page = admin.get("/settings/branches");
    assert!(page.text().contains("The City london") && page.text().contains("Porto porto"));
    assert_eq!(app.actions(), ["branch.added", "branch.renamed"]);
}

#[test]
fn settings_are_for_admins() {
    let app = TestApp::start();
    for persona in [Persona::Auditor, Persona::Officer, Persona::Manager] {
        let mut browser = app.sign_in(persona);
        for path in [
            "/settings/staff",
            "/settings/staff/new",
            "/settings/branches",
        ] {
            assert_eq!(browser.get(path).status, 403, "{persona:?} {path}");
        }
    }
}
