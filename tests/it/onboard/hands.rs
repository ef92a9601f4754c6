//! Whose hand a link is, and that what was checked is what stands there.

use vouch::schema::reviews;

use super::*;

#[test]
fn whoever_made_the_link_does_not_decide_what_comes_of_it() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let made = officer.post(
        &format!("/customers/{customer}/sessions"),
        &[("step", "open"), ("option", "identity_check")],
    );
    let link = made.texts(".secret code").pop().expect("a link");
    let own = format!("http://{}", app.address);
    let mut visitor = Visitor {
        browser: app.browser(),
        customer,
        session: Uuid::nil(),
        path: link
            .strip_prefix(&own)
            .expect("an address of ours")
            .to_owned(),
    };
    visitor.fill_in();
    let sent = visitor.post("send", &[]);
    assert_eq!(sent.status, 200, "{}", sent.text());
    let (round, kind, maker): (Uuid, String, Option<Uuid>) = reviews::table
        .filter(reviews::customer_id.eq(customer))
        .select((
            reviews::id,
            reviews::submitted_kind,
            reviews::submitted_maker,
        ))
        .first(&mut app.owner())
        .expect("a round");
    assert_eq!(
        (kind.as_str(), maker),
        ("customer", Some(app.staff(Persona::Officer)))
    );
    officer.post(&format!("/reviews/{round}/claim"), &[]);
    let version: i32 = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer");
    let version = version.to_string();
    let fields = [
        ("version", version.as_str()),
        ("decision", "validated"),
        ("risk", "low"),
    ];
    let decided = officer.post(&format!("/reviews/{round}/decision"), &fields);
    assert!(
        (400..500).contains(&decided.status),
        "{} {}",
        decided.status,
        decided.text()
    );
    assert_eq!(visitor.kyc(&app), "pending");
}

#[test]
fn a_name_that_changes_while_it_is_checked_is_checked_again() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    visitor.fill_in();
    let mut owner = app.owner();
    let (customer, before) = (visitor.customer, visitor.checks(&app).len());
    let status = std::thread::scope(|scope| {
        owner
            .transaction(|conn| {
                customers::table
                    .filter(customers::id.eq(customer))
                    .select(customers::id)
                    .for_update()
                    .first::<Uuid>(conn)?;
                // Its checks are answered without the row, and recorded with it.
                let sending = scope.spawn(|| visitor.post("send", &[]).status);
                std::thread::sleep(std::time::Duration::from_millis(700));
                diesel::update(customers::table.filter(customers::id.eq(customer)))
                    .set((
                        customers::last_name.eq("Somebody Else"),
                        customers::version.eq(customers::version + 1),
                    ))
                    .execute(conn)?;
                diesel::QueryResult::Ok(sending)
            })
            .expect("another name")
            .join()
            .expect("an answer")
    });
    assert_eq!(status, 409);
    assert_eq!(visitor.checks(&app).len(), before, "nothing is recorded");
    assert_eq!(visitor.state(&app), "in_progress");
    // Their name is theirs to confirm first.
    assert_eq!(visitor.post("send", &[]).status, 422);
    assert_eq!(visitor.post("details", &[]).status, 303);
    assert_eq!(visitor.post("send", &[]).status, 200);
}
