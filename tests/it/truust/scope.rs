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

/// All that another branch's customer is, and what the log says of them.
fn all_of(app: &TestApp, customer: Uuid) -> (Value, usize) {
    use vouch::schema::audit_entries;
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Jsonb)]
        row: Value,
    }
    let row = diesel::sql_query("SELECT to_jsonb(c) AS row FROM customers c WHERE id = $1")
        .bind::<diesel::sql_types::Uuid, _>(customer)
        .get_result::<Row>(&mut app.owner())
        .expect("the customer")
        .row;
    let said: Vec<Uuid> = audit_entries::table
        .filter(audit_entries::customer_id.eq(customer))
        .select(audit_entries::id)
        .load(&mut app.owner())
        .expect("the log");
    (row, said.len())
}

/// An address or a number that is somebody's in a branch which the key does not see finds nobody, tells nothing of them and
/// changes nothing: the answer is the one of somebody new, who stands in the key's own branch.
#[test]
fn an_upsert_that_matches_in_another_branch_neither_shows_nor_changes_it() {
    let app = TestApp::start();
    let everywhere = machine(&app, &app.acme, &ALL, &[]);
    let hidden = everywhere
        .post(
            "/2.0/customers",
            &json!({
                "email": "hidden@mail.example", "prefix": "+34", "phone": "600100200", "first_name": "Secreta",
                "last_name": "Oculta", "tag": "vip", "metadata": {"salary": 7}, "vat_id": "HIDDEN1",
            }),
        )
        .ok();
    let hidden: Uuid = text(&hidden["uuid"]).parse().expect("an id");
    let before = all_of(&app, hidden);
    let paris = machine(&app, &app.acme, &ALL, &["paris"]);
    let by_email = json!({"email": "HIDDEN@mail.example", "first_name": "Nova", "tag": null});
    let by_phone = json!({"prefix": "34", "phone": "600100200", "metadata": {"mine": 1}});
    for (body, unmatched) in [
        (
            &by_email,
            json!({"email": "nobody@mail.example", "first_name": "Nova", "tag": null}),
        ),
        (
            &by_phone,
            json!({"prefix": "34", "phone": "600999999", "metadata": {"mine": 1}}),
        ),
    ] {
        let made = paris.post("/2.0/customers", body).ok();
        assert_ne!(made["uuid"], hidden.to_string());
        for word in ["Secreta", "Oculta", "vip", "salary", "HIDDEN1", "+34"] {
            assert!(!made.to_string().contains(word), "{word}: {made}");
        }
        // Whoever matches nobody is answered alike, but for what is of one customer alone.
        let new = paris.post("/2.0/customers", &unmatched).ok();
        let plain = |answer: &Value| {
            let own = ["id", "uuid", "email", "phone", "name", "connections"];
            own.iter()
                .fold(answer.clone(), |body, name| without(&body, name))
        };
        assert_eq!(plain(&made), plain(&new));
        let branch: Uuid = customers::table
            .filter(customers::id.eq(text(&made["uuid"]).parse::<Uuid>().expect("an id")))
            .select(customers::branch_id)
            .first(&mut app.owner())
            .expect("the customer");
        assert_eq!(branch, app.acme.branch("paris"));
        // Sent again it finds the one of its own branch.
        let again = paris.post("/2.0/customers", body).ok();
        assert_eq!(again["uuid"], made["uuid"]);
        assert_eq!(all_of(&app, hidden), before);
    }
    // Nor by giving somebody of one's own that address.
    let own = paris
        .post("/2.0/customers", &json!({"email": "own@mail.example"}))
        .ok();
    let at = format!("/2.0/customers/{}", text(&own["uuid"]));
    paris
        .put(&at, &json!({"email": "hidden@mail.example"}))
        .ok();
    assert_eq!(all_of(&app, hidden), before);
    for list in [
        "/2.0/customers?search=email&query=hidden%40mail",
        "/2.0/customers?query=Oculta",
    ] {
        let page = paris.get(list).ok().to_string();
        assert!(!page.contains(&hidden.to_string()), "{list}");
    }
}
