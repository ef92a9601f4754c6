//! Somebody who is merged into another has no way in of their own any more, and nobody hands one out.

use super::{stale::asked, *};

/// A session as Trustist's face answers about it, to whoever may make a link.
fn read(app: &TestApp, session: Uuid) -> Value {
    let may = ["create_onboard_session", "read_onboard_sessions"];
    let target = format!("/v1/onboard/sessions/{session}");
    let answer = asked(app, &may, "GET", &target, String::new());
    serde_json::from_str(&answer.body).expect("JSON")
}

#[test]
fn the_sessions_of_whoever_is_merged_away_are_taken_back() {
    let app = TestApp::start();
    let mut begun = visitor(&app, &everything());
    assert_eq!(begun.post("details", DATA).status, 303);
    let mut opened = visitor_of(&app, begun.customer, &everything());
    let mut survivor = visitor(&app, &everything());
    for one in [&begun, &opened, &survivor] {
        assert!(read(&app, one.session)["onboardUrl"].is_string());
    }
    let merged = app.sign_in(Persona::Admin).post(
        &format!("/customers/{}/duplicates", survivor.customer),
        &[
            ("other", &begun.customer.to_string()),
            ("answer", "merge"),
            ("reason", "The passport is the same."),
        ],
    );
    assert_eq!(merged.status, 303, "{}", merged.text());
    for one in [&mut begun, &mut opened] {
        assert_eq!(one.state(&app), "cancelled");
        assert_eq!(one.look().status, 404);
        let told = read(&app, one.session);
        assert_eq!(
            (&told["status"], &told["onboardUrl"]),
            (&json!("cancelled"), &Value::Null)
        );
    }
    assert_eq!(survivor.state(&app), "pending");
    assert_eq!(survivor.look().status, 200);
    assert!(read(&app, survivor.session)["onboardUrl"].is_string());
    let said = app.actions();
    let cancelled = said.iter().filter(|one| *one == "onboarding.cancelled");
    assert_eq!(cancelled.count(), 2);
}
