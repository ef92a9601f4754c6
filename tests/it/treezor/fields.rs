//! Users as they are sent and answered: every field, its faults, and what a change leaves alone.

use super::*;

#[test]
fn a_user_is_answered_whole() {
    let app = TestApp::start();
    let ours = ours(&app);
    let made = ours.post("/v1/users", &person()).good();
    let client = made["users"][0]["clientId"].clone();
    assert!(client.is_i64());
    let user = &made["users"][0];
    assert_eq!(
        user,
        &json!({
            "userId": user["userId"], "clientId": client, "userTypeId": 1, "parentUserId": null, "parentType": null,
            "controllingPersonType": 0, "employeeType": 0, "effectiveBeneficiary": null, "specifiedUSPerson": 0,
            "title": "MME", "firstname": "Inês", "lastname": "Falcão", "birthday": "1987-03-09", "placeOfBirth": "Porto",
            "birthCountry": "PT", "nationality": "PT", "email": "ines@mail.example", "phone": "+351912345678",
            "address1": "Rua Direita 1", "address2": null, "postcode": "4000-001", "city": "Porto", "country": "PT",
            "legalName": null, "legalRegistrationNumber": null, "legalForm": null, "distributionCountry": "FR",
            "kycLevel": 0, "kycReview": 0, "kycReviewComment": "", "createdDate": "2026-11-16T12:00:00Z",
            "modifiedDate": "2026-11-16T12:00:00Z",
        })
    );
    let page = app.sign_in(Persona::Officer).get(&format!(
        "/customers/{}",
        id(&app, user["userId"].as_i64().expect("a number"))
    ));
    assert!(page.text().contains("Inês Falcão"), "it stands on the desk");
}

#[test]
fn the_type_of_a_user_is_its_kind() {
    let app = TestApp::start();
    let ours = ours(&app);
    let kind = |user: i64| -> (String, Option<i16>) {
        customers::table
            .filter(customers::number.eq(user))
            .select((customers::kind, customers::legal_type))
            .first(&mut app.owner())
            .expect("the user")
    };
    let is = |kind: &str, number| (kind.to_owned(), number);
    assert_eq!(kind(ours.user(&person())), is("natural", None));
    let sole = ours.user(&with(
        person(),
        &[("legalForm", json!(1000)), ("legalName", json!("Falcão"))],
    ));
    assert_eq!(kind(sole), is("sole_trader", None));
    let shown = ours.get(&format!("/v1/users/{sole}")).good();
    assert_eq!(shown["users"][0]["legalForm"], "1000");
    assert_eq!(shown["users"][0]["userTypeId"], 1);
    for number in 2..=4_i16 {
        let body =
            json!({"userTypeId": number.to_string(), "legalName": "Falcão Lda", "legalForm": 5710});
        let company = ours.user(&body);
        assert_eq!(kind(company), is("legal", Some(number)));
        let shown = ours.get(&format!("/v1/users/{company}")).good();
        assert_eq!(shown["users"][0]["userTypeId"], number);
        assert_eq!(shown["users"][0]["legalForm"], "5710");
    }
    let fault = |body: &Value| ours.post("/v1/users", body).faults();
    assert_eq!(
        fault(&with(person(), &[("userTypeId", json!(5))])),
        ["userTypeId"]
    );
    assert_eq!(
        fault(&with(person(), &[("legalForm", json!(5710))])),
        ["legalForm"]
    );
    assert_eq!(fault(&json!({"userTypeId": 2})), ["legalName"]);
}

#[test]
fn what_a_user_is_changes_until_something_is_decided_as_at_the_desk() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let kind = || {
        let found = customers::table.filter(customers::number.eq(user));
        let kind: String = found
            .select(customers::kind)
            .first(&mut app.owner())
            .expect("the user");
        kind
    };
    let change = |body: Value| ours.put(&format!("/v1/users/{user}"), &body);
    for (body, is) in [
        (json!({"legalForm": "1000"}), "sole_trader"),
        (json!({"userTypeId": 1}), "sole_trader"),
        (json!({"legalForm": null}), "natural"),
        (json!({"userTypeId": 2, "legalName": "Falcão Lda"}), "legal"),
        (
            json!({"userTypeId": 1, "legalForm": 1000, "legalName": "Falcão"}),
            "sole_trader",
        ),
    ] {
        change(body.clone()).good();
        assert_eq!(kind(), is, "{body}");
    }
    // A company has a name.
    assert_eq!(
        change(json!({"userTypeId": 3, "legalName": null})).faults(),
        ["legalName"]
    );
    diesel::update(customers::table.filter(customers::number.eq(user)))
        .set(customers::last_review_at.eq(app.clock.now()))
        .execute(&mut app.owner())
        .expect("somebody who was decided about");
    assert_eq!(change(json!({"legalForm": null})).faults(), ["legalForm"]);
    assert_eq!(change(json!({"userTypeId": 2})).faults(), ["userTypeId"]);
    change(json!({"userTypeId": 1, "legalForm": "1000"})).good();
    assert_eq!(kind(), "sole_trader");
}

#[test]
fn nobody_becomes_a_company_under_an_open_review_and_the_check_of_one_that_waits_follows() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let path = format!("/v1/users/{user}");
    let becomes = json!({"userTypeId": 2, "legalName": "Falcão Lda"});
    ours.review(user).good();
    assert_eq!(ours.kyc(user)["kycStatus"], "INCOMPLETE");
    ours.put(&path, &becomes).good();
    let own = || -> String {
        use vouch::schema::verifications;
        verifications::table
            .filter(verifications::customer_id.eq(id(&app, user)))
            .select(verifications::verification_type)
            .first(&mut app.owner())
            .expect("the own check")
    };
    assert_eq!(own(), "kyb");
    // What a company has not is said again.
    ours.put(&path, &person()).good();
    assert_eq!(own(), "kyc");
    ours.complete(user);
    ours.review(user).good();
    assert_eq!(ours.kyc(user)["kycStatus"], "PENDING");
    assert_eq!(ours.put(&path, &becomes).faults(), ["userTypeId"]);
    let sole = json!({"legalForm": "1000"});
    assert_eq!(ours.put(&path, &sole).faults(), ["legalForm"]);
}

#[test]
fn what_a_user_is_to_a_company_is_judged_by_what_they_become() {
    let app = TestApp::start();
    let ours = ours(&app);
    let firm = ours.user(&super::company::company());
    let user = ours.user(&person());
    let path = format!("/v1/users/{user}");
    let owns = json!({"userTypeId": 2, "legalName": "Falcão SGPS", "parentUserId": firm, "parentType": "shareholder"});
    assert_eq!(ours.put(&path, &owns).faults(), ["effectiveBeneficiary"]);
    let share = with(owns, &[("effectiveBeneficiary", json!(30))]);
    let shown = ours.put(&path, &share).good()["users"][0].clone();
    assert_eq!(
        (
            &shown["userTypeId"],
            &shown["parentType"],
            &shown["effectiveBeneficiary"]
        ),
        (&json!(2), &json!("shareholder"), &json!(30))
    );
}

#[test]
fn a_company_becomes_another_type_of_one() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&super::company::company());
    let path = format!("/v1/users/{user}");
    let said = app.actions().len();
    for (sent, shown) in [(json!(3), 3), (json!("4"), 4), (json!(2), 2)] {
        let answer = ours.put(&path, &json!({"userTypeId": sent})).good();
        assert_eq!(answer["users"][0]["userTypeId"], shown);
        assert_eq!(ours.get(&path).good(), answer);
    }
    assert_eq!(app.actions().split_off(said), ["customer.edited"; 3]);
    for wrong in [json!(5), Value::Null] {
        let refused = ours.put(&path, &json!({"userTypeId": wrong}));
        assert_eq!(refused.faults(), ["userTypeId"], "{wrong}");
    }
    // A person has a name, which a company has not said.
    let refused = ours.put(&path, &json!({"userTypeId": 1}));
    assert_eq!(refused.faults(), ["lastname"]);
}

#[test]
fn what_the_document_says_of_a_postcode_and_of_an_error_holds() {
    let app = TestApp::start();
    let ours = ours(&app);
    let document = app.browser().get("/openapi/treezor.json");
    let document: Value = serde_json::from_str(&document.body).expect("JSON");
    let within = document["components"]["schemas"].as_object();
    let within = within.expect("schemas");
    let most = within
        .values()
        .find_map(|one| one["properties"]["postcode"]["maxLength"].as_u64());
    let most = usize::try_from(most.expect("a number")).expect("few");
    let of = |long: usize| {
        let body = with(person(), &[("postcode", json!("1".repeat(long)))]);
        ours.post("/v1/users", &body)
    };
    of(most).good();
    assert_eq!(of(most + 1).faults(), ["postcode"]);
    // An address of this server's, which answers.
    let error = &within["Error"]["properties"]["docUrl"];
    assert_eq!(error["format"], "uri-reference", "{document}");
    let refused = of(most + 1);
    let address = refused.body["errors"][0]["docUrl"].as_str();
    let there = app.browser().get(address.expect("an address"));
    assert_eq!(there.status, 200);
}

#[test]
fn each_fault_is_named_and_nothing_is_made() {
    let app = TestApp::start();
    let ours = ours(&app);
    let wrong = ours.post("/v1/users", &json!({}));
    let (status, errors) = wrong.errors();
    assert_eq!(status, 400);
    assert!(
        errors.iter().any(
            |(code, message)| code == "missing_parameter" && message.starts_with("userTypeId:")
        )
    );
    let wrong = with(
        person(),
        &[
            ("email", json!("nobody")),
            ("birthday", json!("09/03/1987")),
            ("nationality", json!("XX")),
            ("country", json!(7)),
            ("phone", json!("abc")),
            ("lastname", json!("x".repeat(256))),
            ("distributionCountry", json!("GB")),
            ("specifiedUSPerson", json!("maybe")),
        ],
    );
    let mut faults = ours.post("/v1/users", &wrong).faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "birthday",
            "country",
            "distributionCountry",
            "email",
            "lastname",
            "nationality",
            "phone",
            "specifiedUSPerson"
        ]
    );
    for body in [
        "[]",
        "{",
        "\"x\"",
        "{\"userTypeId\": 1, \"lastname\": \"a\\u0000b\"}",
    ] {
        let bearer = format!("Bearer {}", ours.token);
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        let answer = send(&app, "POST", "/v1/users", &headers, Some(body.to_owned()));
        assert_eq!(answer.error(), (400, "invalid_body".to_owned()), "{body}");
        let plain = [
            ("authorization", bearer.as_str()),
            ("content-type", "text/plain"),
        ];
        let answer = send(&app, "POST", "/v1/users", &plain, Some(body.to_owned()));
        assert_eq!(answer.error(), (415, "unsupported_media_type".to_owned()));
    }
    let all = ours.get("/v1/users").good();
    assert_eq!(all["users"], json!([]));
}

#[test]
fn for_six_countries_of_distribution_there_is_a_place() {
    let app = TestApp::start();
    let ours = ours(&app);
    for code in ["BE", "DE", "ES", "FR", "IT", "NL"] {
        let user = ours.user(&with(person(), &[("distributionCountry", json!(code))]));
        assert_eq!(ours.kyc(user)["distributionCountry"], code);
    }
    let user = ours.user(&with(person(), &[("distributionCountry", Value::Null)]));
    assert_eq!(ours.kyc(user)["distributionCountry"], Value::Null);
}

#[test]
fn a_person_of_the_united_states_says_so() {
    let app = TestApp::start();
    let ours = ours(&app);
    for field in ["nationality", "birthCountry", "country"] {
        let body = with(person(), &[(field, json!("US"))]);
        assert_eq!(
            ours.post("/v1/users", &body).faults(),
            ["specifiedUSPerson"],
            "{field}"
        );
        let body = with(body, &[("specifiedUSPerson", json!(true))]);
        let user = ours.user(&body);
        let shown = ours.get(&format!("/v1/users/{user}")).good();
        assert_eq!(shown["users"][0]["specifiedUSPerson"], 1);
        // Without a residence there a review names what is missing.
        ours.complete(user);
        ours.review(user).good();
        let kyc = ours.kyc(user);
        assert_eq!(kyc["kycStatus"], "INCOMPLETE");
        assert_eq!(
            kyc["kycReviewComment"],
            "Missing or to be mended: Tax residence."
        );
        let us = json!({"userId": user, "country": "US", "liabilityWaiver": true});
        assert_eq!(ours.post("/v1/taxResidences", &us).faults(), ["taxPayerId"]);
        let us = json!({"userId": user, "country": "US", "taxPayerId": "123456789", "liabilityWaiver": false});
        ours.post("/v1/taxResidences", &us).good();
        ours.review(user).good();
        assert_eq!(ours.kyc(user)["kycStatus"], "PENDING");
    }
}

#[test]
fn a_change_leaves_alone_what_it_does_not_say_and_null_clears() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let path = format!("/v1/users/{user}");
    let before = ours.get(&path).good()["users"][0].clone();
    app.clock.advance(TimeDelta::hours(1));
    let after = ours
        .put(&path, &json!({"city": "Braga", "title": null}))
        .good();
    let expected = with(
        before,
        &[
            ("city", json!("Braga")),
            ("title", Value::Null),
            ("modifiedDate", json!("2026-11-16T13:00:00Z")),
        ],
    );
    assert_eq!(after["users"][0], expected);
    let said = app.actions();
    assert_eq!(said.last().map(String::as_str), Some("customer.edited"));
    // The same again changes nothing, and nothing is said.
    let again = ours.put(&path, &json!({"city": "Braga"})).good();
    assert_eq!(again["users"][0], expected);
    assert_eq!(app.actions(), said);
    assert_eq!(
        ours.put(&path, &json!({"birthday": "2999-01-01"})).faults(),
        ["birthday"]
    );
}

#[test]
fn a_number_in_the_path_is_whole_and_names_a_user_or_nothing() {
    let app = TestApp::start();
    let ours = ours(&app);
    for id in [
        "x",
        "1.5",
        "+1",
        "1x",
        "00000000-0000-0000-0000-000000000000",
    ] {
        for path in [format!("/v1/users/{id}"), format!("/v1/users/{id}/kyc")] {
            assert_eq!(
                ours.get(&path).error(),
                (400, "invalid_parameter".to_owned()),
                "{path}"
            );
        }
    }
    for id in ["0", "-1", "999999999", "99999999999999999999999"] {
        let answer = ours.get(&format!("/v1/users/{id}"));
        assert_eq!(
            answer.error(),
            (404, "resource_not_found_error".to_owned()),
            "{id}"
        );
    }
    let nowhere = ours.get("/v1/users/1/cards");
    assert_eq!(
        nowhere.error(),
        (404, "resource_not_found_error".to_owned())
    );
    let method = ours.named("DELETE", "/v1/users/1", None, None);
    assert_eq!(method.error(), (405, "method_not_allowed".to_owned()));
}

#[test]
fn the_same_request_under_one_name_makes_one_user() {
    let app = TestApp::start();
    let ours = ours(&app);
    let made = |body: &Value| ours.named("POST", "/v1/users", Some(body), Some("order-1"));
    let first = made(&person()).good();
    let again = made(&person());
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.good(), first);
    let other = made(&with(person(), &[("city", json!("Braga"))]));
    assert_eq!(other.error(), (422, "idempotency_key_reused".to_owned()));
    let all = ours.get("/v1/users").good();
    assert_eq!(all["users"].as_array().map(Vec::len), Some(1));
}
