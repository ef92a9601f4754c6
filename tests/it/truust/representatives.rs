//! Who acts for a company is three fields to its own system: no customer that an upsert finds.

use super::{
    company::{added, representative},
    *,
};

#[test]
fn an_upsert_never_finds_who_was_only_named_as_acting_for_a_company() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let company_id = added(&ours);
    ours.verify(company_id, &company()).ok();
    let before = representative(&app, company_id);
    let stood = row(&app, before.0);
    for body in [
        json!({"email": "John@obras.example", "name": "Doe Dos SL"}),
        json!({"prefix": "+34", "phone": "600 000 000", "name": "Doe Tres SL"}),
    ] {
        let made = ours.post("/2.0/customers", &body).ok();
        assert_ne!(made["uuid"], before.0.to_string(), "{body}");
        assert_ne!(made["uuid"], company_id.to_string(), "{body}");
        assert_eq!(made["name"], body["name"]);
        // Whoever was added so is found again.
        let again = ours.post("/2.0/customers", &body).ok();
        assert_eq!(again["uuid"], made["uuid"], "{body}");
    }
    assert_eq!(representative(&app, company_id), before);
    assert_eq!(row(&app, before.0), stood);
}
