//! Two rows of one company, each with the same director: once the companies are one, the directors can be made one too.

use vouch::schema::relations;

use super::*;

/// The members of a company.
fn members(app: &TestApp, company: Uuid) -> Vec<Uuid> {
    relations::table
        .filter(relations::parent_id.eq(company))
        .select(relations::child_id)
        .load(&mut app.owner())
        .expect("members")
}

#[test]
fn a_member_is_taken_from_a_company_that_was_merged_away() {
    let app = TestApp::start();
    let [kept, gone] = ["Falcão Lda", "Falcao Lda"].map(|name| make::company(&app, name));
    let (director, twin) = twins(&app);
    make::relation(&app, kept, director, "director", None);
    make::relation(&app, gone, twin, "director", None);
    let mut manager = app.sign_in(Persona::Manager);
    let done = say(&mut manager, kept, gone, "merge", REASON);
    assert_eq!(done.status, 303, "{}", done.text());
    // The director of the one that is gone is a member of it still, so they are not merged away.
    assert_eq!(
        say(&mut manager, director, twin, "merge", REASON).status,
        409
    );
    let relation: Uuid = relations::table
        .filter(relations::parent_id.eq(gone))
        .select(relations::id)
        .first(&mut app.owner())
        .expect("the relation");
    let taken = manager.post(
        &format!("/customers/{gone}/relations"),
        &[
            ("step", "remove"),
            ("relation", &relation.to_string()),
            ("version", &version(&app, gone).to_string()),
        ],
    );
    assert_eq!(taken.status, 303, "{}", taken.text());
    assert!(members(&app, gone).is_empty());
    let done = say(&mut manager, director, twin, "merge", REASON);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(members(&app, kept), [director]);
}

/// A system of the organisation is told of the company that is there.
#[test]
fn a_machine_moves_a_member_of_a_company_that_was_merged_away() {
    let app = TestApp::start();
    let [kept, gone] = ["Falcão Lda", "Falcao Lda"].map(|name| make::company(&app, name));
    let (director, _) = twins(&app);
    make::relation(&app, gone, director, "director", None);
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(say(&mut manager, kept, gone, "merge", REASON).status, 303);
    let number = |customer| crate::treezor::number(&app, &app.acme, customer);
    let ours = crate::treezor::ours(&app);
    let path = format!("/v1/users/{}", number(director));
    let parent = || ours.get(&path).good()["users"][0]["parentUserId"].clone();
    assert_eq!(parent(), serde_json::Value::Null);
    let put = serde_json::json!({"parentUserId": number(kept), "parentType": "leader"});
    ours.put(&path, &put).good();
    assert_eq!(parent(), number(kept));
    assert_eq!(members(&app, kept), [director]);
}
