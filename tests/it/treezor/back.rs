//! What is read and sent back as it was changes nothing, and nothing is said: the face has fewer words than the desk.

use super::{company::company, *};

/// Sends back what is read of a user, in both life cycles; everything stays as it is.
fn sent_back(app: &TestApp, ours: &Machine<'_>, user: i64) {
    let path = format!("/v1/users/{user}");
    let whole = |app: &TestApp| -> (Vec<Relation>, Row) {
        let ties = relations::table
            .filter(
                relations::child_id
                    .eq(id(app, user))
                    .or(relations::parent_id.eq(id(app, user))),
            )
            .order(relations::id)
            .select((
                relations::id,
                relations::role,
                relations::percent,
                relations::band,
                relations::source,
            ))
            .load(&mut app.owner())
            .expect("relations");
        let row = customers::table
            .filter(customers::number.eq(user))
            .select((
                customers::version,
                customers::phone_prefix,
                customers::phone,
                customers::distribution_country,
                customers::legal_type,
                customers::legal_form,
            ))
            .first(&mut app.owner())
            .expect("the user");
        (ties, row)
    };
    let (before, said) = (whole(app), app.actions());
    let read = ours.get(&path).good();
    let answer = ours.put(&path, &read["users"][0]).good();
    assert_eq!(answer, read);
    assert_eq!(whole(app), before, "{read}");
    assert_eq!(app.actions(), said, "{read}");
}

/// A relation: its id, role, percent, band and source.
type Relation = (Uuid, String, Option<i32>, Option<String>, String);
/// A user: version, prefix, phone, country of distribution, type and form of a company.
type Row = (
    i32,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i16>,
    Option<String>,
);

/// One of each kind, and with whatever another face or the desk has let stand.
fn each(app: &TestApp, ours: &Machine<'_>) -> Vec<i64> {
    let sole = [("legalForm", json!(1000)), ("legalName", json!("Falcão"))];
    let mut users = vec![ours.user(&person()), ours.user(&with(person(), &sole))];
    users.extend((2..=4).map(|of| ours.user(&with(company(), &[("userTypeId", json!(of))]))));
    // A phone with its prefix apart, a country of distribution that the face does not take, and nothing stated about the
    // United States.
    let desk = ours.user(&person());
    diesel::update(customers::table.filter(customers::number.eq(desk)))
        .set((
            customers::phone_prefix.eq("+351"),
            customers::phone.eq("912 345 678"),
            customers::distribution_country.eq("PT"),
            customers::birth_country.eq("US"),
        ))
        .execute(&mut app.owner())
        .expect("the user");
    // A prefix without a number.
    let prefix = ours.user(&with(person(), &[("phone", Value::Null)]));
    diesel::update(customers::table.filter(customers::number.eq(prefix)))
        .set(customers::phone_prefix.eq("+351"))
        .execute(&mut app.owner())
        .expect("the user");
    users.extend([desk, prefix]);
    users
}

/// People who are to a company more than the vendor's five fields can say.
fn behind(app: &TestApp, ours: &Machine<'_>) -> Vec<i64> {
    let roles: [&[(&str, Option<i32>)]; 7] = [
        &[("legal_representative", None), ("director", None)],
        &[
            ("legal_representative", None),
            ("beneficial_owner", Some(30)),
        ],
        &[("director", None), ("shareholder", Some(10))],
        &[("shareholder", Some(5)), ("beneficial_owner", None)],
        &[("beneficial_owner", Some(0))],
        &[("employee", None)],
        &[("shareholder", None)],
    ];
    let of = |roles: &[(&str, Option<i32>)]| {
        let (firm, user) = (ours.user(&company()), ours.user(&person()));
        for (role, percent) in roles {
            make::relation(app, id(app, firm), id(app, user), role, *percent);
        }
        user
    };
    let users: Vec<i64> = roles.into_iter().map(of).collect();
    // The last of them holds a band.
    let last = users.last().copied().expect("somebody");
    diesel::update(relations::table.filter(relations::child_id.eq(id(app, last))))
        .set((
            relations::band.eq(Some("25-50")),
            relations::source.eq("register"),
        ))
        .execute(&mut app.owner())
        .expect("a band");
    users
}

#[test]
fn a_user_that_is_sent_back_as_it_was_read_stays_as_it_is() {
    let app = TestApp::start();
    let ours = ours(&app);
    let mut users = each(&app, &ours);
    users.extend(behind(&app, &ours));
    for user in &users {
        sent_back(&app, &ours, *user);
    }
    policy(&app, |policy| policy.kyc_life_cycle = LifeCycle::Legacy);
    for user in &users {
        sent_back(&app, &ours, *user);
    }
}

#[test]
fn what_differs_is_changed_and_the_rest_stays_as_it_was_read() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (firm, user) = (ours.user(&company()), ours.user(&person()));
    for role in ["legal_representative", "director"] {
        make::relation(&app, id(&app, firm), id(&app, user), role, None);
    }
    diesel::update(customers::table.filter(customers::number.eq(user)))
        .set((
            customers::phone_prefix.eq("+351"),
            customers::phone.eq("912345678"),
        ))
        .execute(&mut app.owner())
        .expect("the user");
    let path = format!("/v1/users/{user}");
    let read = ours.get(&path).good()["users"][0].clone();
    assert_eq!(read["phone"], "+351912345678");
    ours.put(&path, &with(read, &[("city", json!("Braga"))]))
        .good();
    let roles: i64 = relations::table
        .filter(relations::child_id.eq(id(&app, user)))
        .count()
        .get_result(&mut app.owner())
        .expect("relations");
    assert_eq!(roles, 2);
    let kept: (Option<String>, Option<String>) = customers::table
        .filter(customers::number.eq(user))
        .select((customers::phone_prefix, customers::city))
        .first(&mut app.owner())
        .expect("the user");
    assert_eq!(kept, (Some("+351".to_owned()), Some("Braga".to_owned())));
    // Another number is a number whole.
    ours.put(&path, &json!({"phone": "+351911111111"})).good();
    let kept: (Option<String>, Option<String>) = customers::table
        .filter(customers::number.eq(user))
        .select((customers::phone_prefix, customers::phone))
        .first(&mut app.owner())
        .expect("the user");
    assert_eq!(kept, (None, Some("+351911111111".to_owned())));
}

#[test]
fn a_tax_residence_that_is_sent_back_as_it_was_read_stays_as_it_is() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    for (country, number) in [("PT", json!("123456789")), ("FR", Value::Null)] {
        let waived = number.is_null();
        let body = json!({"userId": user, "country": country, "taxPayerId": number, "liabilityWaiver": waived});
        let made = ours.post("/v1/taxResidences", &body).good();
        let read = made["taxResidences"][0].clone();
        let said = app.actions();
        let path = format!("/v1/taxResidences/{}", read["id"]);
        assert_eq!(ours.put(&path, &read).good(), made);
        assert_eq!(app.actions(), said);
    }
}
