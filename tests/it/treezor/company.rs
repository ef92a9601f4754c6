//! Companies: who stands behind them, and that they are reviewed as a whole or not at all.

use super::*;

pub fn company() -> Value {
    json!({
        "userTypeId": 2, "legalName": "Falcão Lda", "legalForm": "5710", "legalRegistrationNumber": "501442600",
        "address1": "Rua Direita 1", "postcode": "4000-001", "city": "Porto", "country": "PT", "distributionCountry": "FR",
    })
}

/// The members of a company: their numbers, roles and hundredths of a percent.
fn members(app: &TestApp, company: i64) -> Vec<(i64, String, Option<i32>)> {
    let on = customers::organisation_id
        .eq(relations::organisation_id)
        .and(customers::id.eq(relations::child_id));
    relations::table
        .inner_join(customers::table.on(on))
        .filter(relations::parent_id.eq(id(app, company)))
        .order(relations::role)
        .select((customers::number, relations::role, relations::percent))
        .load(&mut app.owner())
        .expect("members")
}

pub fn under(company: i64, more: &[(&str, Value)]) -> Value {
    with(with(person(), &[("parentUserId", json!(company))]), more)
}

#[test]
fn a_user_is_put_behind_a_company_moved_and_taken_out_again() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (first, second) = (ours.user(&company()), ours.user(&company()));
    let leader = [
        ("parentType", json!("leader")),
        ("controllingPersonType", json!(3)),
        ("employeeType", json!(1)),
        ("effectiveBeneficiary", json!(37.5)),
    ];
    let user = ours.user(&under(first, &leader));
    let role = |role: &str, share| (user, role.to_owned(), share);
    assert_eq!(
        members(&app, first),
        [
            role("legal_representative", None),
            role("shareholder", Some(3_750))
        ]
    );
    let path = format!("/v1/users/{user}");
    let shown = ours.get(&path).good()["users"][0].clone();
    for (name, value) in &leader {
        assert_eq!(shown[name], *value, "{name}");
    }
    assert_eq!(shown["parentUserId"], first);
    // Another share, the rest as it stood.
    ours.put(&path, &json!({"effectiveBeneficiary": "40"}))
        .good();
    assert_eq!(
        members(&app, first),
        [
            role("legal_representative", None),
            role("shareholder", Some(4_000))
        ]
    );
    assert_eq!(
        ours.get(&path).good()["users"][0]["effectiveBeneficiary"],
        40
    );
    ours.put(&path, &json!({"parentUserId": second, "parentType": "employee", "controllingPersonType": 0, "employeeType": 2, "effectiveBeneficiary": null})).good();
    assert_eq!(members(&app, first), []);
    assert_eq!(members(&app, second), [role("employee", None)]);
    ours.put(&path, &json!({"parentUserId": null})).good();
    assert_eq!(members(&app, second), []);
    assert_eq!(
        ours.get(&path).good()["users"][0]["parentType"],
        Value::Null
    );
    let said = app.actions();
    for action in ["member.added", "member.changed", "member.removed"] {
        assert!(said.iter().any(|one| one == action), "{action}");
    }
}

/// Four of the five fields: parentType, controllingPersonType, employeeType, effectiveBeneficiary.
type Sent = (&'static str, i64, i64, Option<i64>);
/// Roles in a company, each with hundredths of a percent.
type Roles = &'static [(&'static str, Option<i32>)];

#[test]
fn each_of_the_five_fields_counts_beside_the_others() {
    let app = TestApp::start();
    let ours = ours(&app);
    let firm = ours.user(&company());
    let cases: [(Sent, Roles, Sent); 6] = [
        (
            ("shareholder", 0, 1, Some(60)),
            &[("legal_representative", None), ("shareholder", Some(6_000))],
            ("leader", 3, 1, Some(60)),
        ),
        (
            ("shareholder", 3, 0, Some(30)),
            &[("director", None), ("shareholder", Some(3_000))],
            ("leader", 3, 0, Some(30)),
        ),
        (
            ("shareholder", 1, 2, Some(5)),
            &[("employee", None), ("shareholder", Some(500))],
            ("shareholder", 1, 2, Some(5)),
        ),
        (
            ("leader", 2, 1, None),
            &[("beneficial_owner", None), ("legal_representative", None)],
            ("leader", 3, 1, None),
        ),
        (
            ("employee", 1, 2, None),
            &[("beneficial_owner", None), ("employee", None)],
            ("shareholder", 2, 2, None),
        ),
        (
            ("employee", 0, 2, None),
            &[("employee", None)],
            ("employee", 0, 2, None),
        ),
    ];
    let fields = |(word, controlling, employee, share): Sent| {
        json!({
            "parentType": word, "controllingPersonType": controlling, "employeeType": employee,
            "effectiveBeneficiary": share,
        })
    };
    let whole = |user: i64| {
        let mut members = members(&app, firm);
        members.retain(|(who, ..)| *who == user);
        members
    };
    for (sent, roles, read) in cases {
        let mut body = under(firm, &[]);
        for (name, value) in fields(sent).as_object().expect("fields") {
            body[name] = value.clone();
        }
        let user = ours.user(&body);
        let expected: Vec<_> = roles
            .iter()
            .map(|(role, share)| (user, (*role).to_owned(), *share))
            .collect();
        assert_eq!(whole(user), expected, "{sent:?}");
        let path = format!("/v1/users/{user}");
        let shown = ours.get(&path).good()["users"][0].clone();
        for (name, value) in fields(read).as_object().expect("fields") {
            assert_eq!(shown[name], *value, "{name} of {sent:?}");
        }
        // Sent back as it was read it stays what it is, and what is sent alone changes itself alone.
        ours.put(&path, &shown).good();
        assert_eq!(whole(user), expected, "{sent:?}");
        ours.put(&path, &json!({"parentType": read.0})).good();
        assert_eq!(whole(user), expected, "{sent:?}");
    }
}

#[test]
fn another_word_takes_the_numbers_of_the_one_before_with_it() {
    let app = TestApp::start();
    let ours = ours(&app);
    let firm = ours.user(&company());
    let leader = [
        ("parentType", json!("leader")),
        ("controllingPersonType", json!(3)),
        ("employeeType", json!(1)),
    ];
    let user = ours.user(&under(firm, &leader));
    let put = |body: &Value| {
        ours.put(&format!("/v1/users/{user}"), body).good();
        let roles = members(&app, firm).into_iter();
        roles.map(|(_, role, _)| role).collect::<Vec<_>>()
    };
    assert_eq!(put(&json!({"parentType": "employee"})), ["employee"]);
    assert_eq!(
        put(&json!({"parentType": "shareholder", "effectiveBeneficiary": 30})),
        ["shareholder"]
    );
    let both = json!({"parentType": "shareholder", "employeeType": 1});
    assert_eq!(put(&both), ["legal_representative", "shareholder"]);
    // The whole user as it was read, with another word: the numbers came along.
    let read = ours.get(&format!("/v1/users/{user}")).good()["users"][0].clone();
    assert_eq!(
        (&read["parentType"], &read["employeeType"]),
        (&json!("leader"), &json!(1))
    );
    let whole = with(read, &[("parentType", json!("employee"))]);
    assert_eq!(put(&whole), ["employee", "shareholder"]);
}

/// The roles of somebody in a company after one call, made before it at the desk or by this face.
#[test]
fn what_one_field_says_takes_no_role_away_that_it_does_not_speak_of() {
    let app = TestApp::start();
    let ours = ours(&app);
    let cases: [(Roles, Value, Roles); 7] = [
        (
            &[("employee", None), ("shareholder", Some(500))],
            json!({"effectiveBeneficiary": 6}),
            &[("employee", None), ("shareholder", Some(600))],
        ),
        (
            &[("beneficial_owner", None), ("legal_representative", None)],
            json!({"employeeType": 0}),
            &[("beneficial_owner", None), ("director", None)],
        ),
        (
            &[("beneficial_owner", None), ("legal_representative", None)],
            json!({"effectiveBeneficiary": 30}),
            &[
                ("beneficial_owner", Some(3_000)),
                ("legal_representative", None),
            ],
        ),
        (
            &[
                ("beneficial_owner", Some(3_000)),
                ("legal_representative", None),
            ],
            json!({"effectiveBeneficiary": 35}),
            &[
                ("beneficial_owner", Some(3_500)),
                ("legal_representative", None),
            ],
        ),
        (
            &[("beneficial_owner", None), ("shareholder", Some(500))],
            json!({"effectiveBeneficiary": 6}),
            &[("beneficial_owner", None), ("shareholder", Some(600))],
        ),
        (
            &[("beneficial_owner", Some(3_000))],
            json!({"parentType": "leader"}),
            &[
                ("beneficial_owner", Some(3_000)),
                ("legal_representative", None),
            ],
        ),
        (
            &[("beneficial_owner", Some(3_000))],
            json!({"controllingPersonType": 1}),
            &[("shareholder", Some(3_000))],
        ),
    ];
    let owned = |roles: Roles| -> Vec<(String, Option<i32>)> {
        let roles = roles.iter();
        roles
            .map(|(role, share)| ((*role).to_owned(), *share))
            .collect()
    };
    for (before, body, after) in cases {
        let (firm, user) = (ours.user(&company()), ours.user(&person()));
        for (role, share) in before {
            let (parent, child) = (id(&app, firm), id(&app, user));
            make::relation(
                &app,
                parent,
                child,
                role,
                share.map(|hundredths| hundredths / 100),
            );
        }
        ours.put(&format!("/v1/users/{user}"), &body).good();
        let mut roles: Vec<(String, Option<i32>)> = Vec::new();
        for (_, role, share) in members(&app, firm) {
            roles.push((role, share));
        }
        assert_eq!(roles, owned(after), "{before:?} {body}");
    }
}

#[test]
fn a_share_that_is_sent_is_the_callers_word_and_no_register_s() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (firm, user) = (ours.user(&company()), ours.user(&person()));
    make::relation(
        &app,
        id(&app, firm),
        id(&app, user),
        "shareholder",
        Some(30),
    );
    let source = || -> String {
        relations::table
            .filter(relations::parent_id.eq(id(&app, firm)))
            .select(relations::source)
            .first(&mut app.owner())
            .expect("the relation")
    };
    diesel::update(relations::table.filter(relations::parent_id.eq(id(&app, firm))))
        .set(relations::source.eq("register"))
        .execute(&mut app.owner())
        .expect("the relation");
    let path = format!("/v1/users/{user}");
    ours.put(&path, &json!({"effectiveBeneficiary": 30})).good();
    assert_eq!(source(), "register");
    ours.put(&path, &json!({"effectiveBeneficiary": 60})).good();
    assert_eq!(source(), "declared");
}

#[test]
fn a_user_whose_company_changes_has_changed() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (firm, user) = (ours.user(&company()), ours.user(&person()));
    app.clock.advance(chrono::TimeDelta::hours(1));
    let path = format!("/v1/users/{user}");
    let put = json!({"parentUserId": firm, "parentType": "leader"});
    let shown = ours.put(&path, &put).good()["users"][0].clone();
    assert_eq!(shown["modifiedDate"], "2026-11-16T13:00:00Z");
    let since = ours
        .get("/v1/users?updatedDateFrom=2026-11-16T13:00:00Z&sortBy=userId&sortOrder=ASC")
        .good();
    let found: Vec<&Value> = since["users"]
        .as_array()
        .expect("users")
        .iter()
        .map(|one| &one["userId"])
        .collect();
    assert_eq!(found, [&json!(firm), &json!(user)]);
}

#[test]
fn what_cannot_be_is_said_of_its_field_and_nothing_is_made() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (company_user, person_user) = (ours.user(&company()), ours.user(&person()));
    let before = ours.get("/v1/users").good()["users"].clone();
    let foreign = make::customer_of(&app, &app.other, |new| make::as_company(new, "Other"));
    let foreign = number(&app, &app.other, foreign) + 1_000_000;
    let fault = |more: &[(&str, Value)]| ours.post("/v1/users", &with(person(), more)).faults();
    let parent = |number: i64| ("parentUserId", json!(number));
    let shareholder = ("parentType", json!("shareholder"));
    assert_eq!(
        fault(&[parent(foreign), shareholder.clone()]),
        ["parentUserId"]
    );
    assert_eq!(
        fault(&[parent(person_user), shareholder.clone()]),
        ["parentUserId"]
    );
    assert_eq!(fault(&[parent(company_user)]), ["parentType"]);
    // A company is no member of itself, whatever it would be.
    for word in ["leader", "shareholder"] {
        let itself =
            json!({"parentUserId": company_user, "parentType": word, "effectiveBeneficiary": 10});
        let put = ours.put(&format!("/v1/users/{company_user}"), &itself);
        assert_eq!(put.faults(), ["parentUserId"], "{word}");
    }
    assert_eq!(fault(&[("parentType", json!("leader"))]), ["parentUserId"]);
    let too_much = [
        parent(company_user),
        shareholder,
        ("effectiveBeneficiary", json!(101)),
    ];
    assert_eq!(fault(&too_much), ["effectiveBeneficiary"]);
    let mut of_company = company();
    of_company["parentUserId"] = json!(company_user);
    of_company["parentType"] = json!("employee");
    assert_eq!(ours.post("/v1/users", &of_company).faults(), ["parentType"]);
    assert_eq!(ours.get("/v1/users").good()["users"], before);
}

#[test]
fn there_are_two_levels_below_a_company_and_no_third() {
    let app = TestApp::start();
    let ours = ours(&app);
    let owned = |over: i64| {
        with(
            company(),
            &[
                ("parentUserId", json!(over)),
                ("parentType", json!("shareholder")),
                ("effectiveBeneficiary", json!(60)),
            ],
        )
    };
    let top = ours.user(&company());
    let middle = ours.user(&owned(top));
    let lowest = ours.user(&owned(middle));
    assert_eq!(
        ours.post("/v1/users", &owned(lowest)).faults(),
        ["parentUserId"]
    );
    // Nor from above.
    let over = ours.user(&company());
    let change =
        json!({"parentUserId": over, "parentType": "shareholder", "effectiveBeneficiary": 60});
    assert_eq!(
        ours.put(&format!("/v1/users/{top}"), &change).faults(),
        ["parentUserId"]
    );
}

/// A company with a representative and an owner, of whom nothing was handed in.
fn founded(ours: &Machine<'_>) -> (i64, i64, i64) {
    let firm = ours.user(&company());
    let leader = ours.user(&under(firm, &[("parentType", json!("leader"))]));
    let owner = [
        ("parentType", json!("shareholder")),
        ("effectiveBeneficiary", json!(100)),
    ];
    let owner = ours.user(&under(firm, &owner));
    (firm, leader, owner)
}

#[test]
fn every_missing_item_is_named_and_nobody_moves_until_all_is_there_then_all_move_at_once() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (firm, leader, owner) = founded(&ours);
    let standing = || [firm, leader, owner].map(|user| ours.kyc(user)["kycStatus"].clone());
    let said = app.actions();
    let (status, errors) = ours.review(firm).errors();
    assert_eq!(status, 400);
    assert!(
        errors
            .iter()
            .all(|(code, _)| code == "missing_prerequisite"),
        "{errors:?}"
    );
    let mut messages: Vec<String> = errors.into_iter().map(|(_, message)| message).collect();
    messages.sort();
    let mut expected = vec![
        format!("User {firm}: Articles of association"),
        format!("User {firm}: Registration proof"),
        format!("User {firm}: Shareholder declaration"),
        // A legal representative needs no tax residence.
        format!("User {leader}: Identity document"),
        format!("User {leader}: Proof of address"),
        format!("User {owner}: Identity document"),
        format!("User {owner}: Proof of address"),
        format!("User {owner}: Tax residence"),
    ];
    expected.sort();
    assert_eq!(messages, expected);
    assert_eq!(standing(), ["NONE", "NONE", "NONE"]);
    assert_eq!(app.actions(), said);
    for kind in [4, 23] {
        ours.paper(firm, kind);
    }
    // The vendor has no number for it: it comes to the desk.
    make::document(&app, id(&app, firm), "SHAREHOLDER_DECLARATION");
    for kind in [9, 12] {
        ours.paper(leader, kind);
    }
    ours.complete(owner);
    let asked = ours.review(firm).good();
    assert_eq!(
        (&asked["userId"], &asked["kycStatus"]),
        (&json!(firm), &json!("PENDING"))
    );
    assert_eq!(standing(), ["PENDING", "PENDING", "PENDING"]);
    let moments: Vec<chrono::DateTime<chrono::Utc>> = reviews::table
        .select(reviews::submitted_at)
        .load(&mut app.owner())
        .expect("rounds");
    assert_eq!(moments, [app.clock.now(); 3]);
    // One decision of the desk's is one of them all.
    decide(&app, firm, &VALIDATE);
    assert_eq!(standing(), ["VALIDATED", "VALIDATED", "VALIDATED"]);
}

#[test]
fn a_member_outside_of_the_key_s_branches_is_not_named() {
    let app = TestApp::start();
    let london = machine(&app, &app.acme, &ALL, &["london"]);
    let firm = london.user(&company());
    let hidden = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    make::relation(&app, id(&app, firm), hidden, "director", None);
    let (status, errors) = london.review(firm).errors();
    assert_eq!(status, 400);
    let elsewhere = "A member outside of this key's branches: Every member complete";
    assert!(
        errors.iter().any(|(_, message)| message == elsewhere),
        "{errors:?}"
    );
    let number = number(&app, &app.acme, hidden);
    assert!(
        errors
            .iter()
            .all(|(_, message)| !message.contains(&format!("User {number}:")))
    );
}
