//! Whom a key sees: its own organisation and branches. All others are not there, byte for byte.

use super::*;

#[test]
fn another_organisations_and_another_branchs_are_not_there() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &["london"]);
    let begun = |new: &mut make::NewCustomer| new.kyc = "draft";
    let foreign = make::customer_of(&app, &app.other, begun);
    let paris = make::customer(&app, |new| {
        begun(new);
        new.branch_id = app.acme.branch("paris");
    });
    let merged = make::customer(&app, begun);
    let into = make::customer(&app, |_| {});
    diesel::update(customers::table.filter(customers::id.eq(merged)))
        .set(customers::merged_into.eq(into))
        .execute(&mut app.owner())
        .expect("a merge");
    let papers = [
        make::document_of(&app, &app.other, foreign, "ADDRESS_PROOF", |_| {}),
        make::document(&app, paris, "ADDRESS_PROOF"),
        make::document(&app, merged, "ADDRESS_PROOF"),
    ];
    let body = paper("ADDRESS_PROOF", make::pdf(1).as_bytes());
    let all = |id: Uuid, document: Uuid| {
        vec![
            ours.get(&format!("/2.0/customers/{id}")),
            ours.put(&format!("/2.0/customers/{id}"), &json!({"tag": "x"})),
            ours.put(&format!("/2.0/customers/{id}"), &json!({"tag": 7})),
            ours.verify(id, &person()),
            ours.verify(id, &json!({})),
            ours.get(&format!("/2.0/customers/{id}/verification")),
            ours.verification(id),
            ours.put(&format!("/2.0/verifications/{id}"), &person()),
            ours.request(id),
            ours.get(&format!("/2.0/verifications/{id}/documents")),
            ours.post(&format!("/2.0/verifications/{id}/documents"), &body),
            ours.post(&format!("/2.0/verifications/{id}/documents"), &json!({})),
            ours.get(&format!("/2.0/verifications/{id}/documents/{document}")),
            ours.put(
                &format!("/2.0/verifications/{id}/documents/{document}"),
                &body,
            ),
        ]
    };
    let absent = all(app.clock.new_id(), app.clock.new_id());
    let said = app.actions();
    for (id, document) in [foreign, paris, merged].into_iter().zip(papers) {
        for (place, (there, not)) in all(id, document).iter().zip(&absent).enumerate() {
            assert_eq!(not.refused(), (404, "Not found"), "{place}");
            assert_eq!((there.status, &there.body), (404, &not.body), "{place}");
        }
    }
    assert_eq!(app.actions(), said);
    for list in ["/2.0/customers", "/2.0/verifications"] {
        let page = ours.get(list).ok().to_string();
        for id in [foreign, paris, merged] {
            assert!(!page.contains(&id.to_string()), "{list}");
        }
    }
    let nobody = ours.get("/2.0/verifications").ok();
    assert_eq!((&nobody["total"], &nobody["data"]), (&json!(0), &json!([])));
}
