//! Four languages over one model: a company with two owners goes through all faces and the desk, each sees what the others
//! did, and it is one chain.

use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use vouch::{
    access::keys::rules::Face,
    cli::audit::VerifyArgs,
    schema::{webhook_deliveries as deliveries, webhook_endpoints as endpoints},
};

use crate::{
    audit_export, key_matrix,
    support::{
        Persona, TestApp,
        machines::{self, Made},
        make,
    },
    treezor, truust,
};

/// A company's own systems, one for each language.
struct Systems<'a> {
    app: &'a TestApp,
    keys: Vec<(Face, Made)>,
}

impl<'a> Systems<'a> {
    fn of(app: &'a TestApp) -> Self {
        let key = |face: &Face| {
            let kind = face.kinds().next().expect("a kind");
            let may: Vec<&str> = face.permissions().collect();
            let of = (face.as_str(), kind.as_str());
            (*face, machines::key(app, &app.acme, of, &may, &[]))
        };
        Self {
            app,
            keys: Face::ALL.iter().map(key).collect(),
        }
    }

    /// What a face answers well.
    #[track_caller]
    fn ask(&self, face: Face, method: &str, target: &str, body: Value) -> Value {
        let found = self.keys.iter().find(|(known, _)| *known == face);
        let key = found.map(|(_, key)| key);
        let answer = key_matrix::sent(self.app, face, key, method, target, body, None);
        assert_eq!(answer.status, 200, "{method} {target}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }

    fn get(&self, face: Face, target: &str) -> Value {
        self.ask(face, "GET", target, Value::Null)
    }

    /// How a customer's KYC reads in the three languages that have a word for it.
    fn kyc(&self, user: i64) -> [Value; 4] {
        let id = treezor::id(self.app, user);
        let checks = self.get(
            Face::Kontorion,
            &format!("/v1/verifications?customer_id={id}"),
        );
        let kyc = self.get(Face::Treezor, &format!("/v1/users/{user}/kyc"));
        let own = self.get(Face::Truust, &format!("/2.0/customers/{id}/verification"));
        [
            own["status"].clone(),
            kyc["kycStatus"].clone(),
            kyc["codeStatus"].clone(),
            checks["data"][0]["status"].clone(),
        ]
    }
}

/// Where the company's systems are told, each in its own language.
fn listen(app: &TestApp, systems: &Systems<'_>) {
    let hook = json!({"url": "https://hooks.example/treezor"});
    systems.ask(Face::Treezor, "POST", "/settings/hooks", hook);
    let hook = json!({"url": "https://hooks.example/trustist"});
    systems.ask(Face::Trustist, "POST", "/v1/onboard/webhooks", hook);
    let asked = app.sign_in(Persona::Admin).post(
        "/settings/webhooks",
        &[
            ("face", "kontorion"),
            ("url", "https://hooks.example/kontorion"),
            ("event", "verification.created"),
            ("event", "verification.verified"),
        ],
    );
    assert_eq!(asked.status, 200, "{}", asked.text());
}

/// What each of them is to be told: face, event, how often.
fn told(app: &TestApp) -> Vec<(String, String, usize)> {
    let on = endpoints::organisation_id
        .eq(deliveries::organisation_id)
        .and(endpoints::id.eq(deliveries::endpoint_id));
    let mut rows: Vec<(String, String)> = deliveries::table
        .inner_join(endpoints::table.on(on))
        .select((endpoints::face, deliveries::event))
        .load(&mut app.owner())
        .expect("messages");
    rows.sort();
    let mut told: Vec<(String, String, usize)> = Vec::new();
    for (face, event) in rows {
        match told.last_mut() {
            Some((known, same, n)) if *known == face && *same == event => *n += 1,
            _ => told.push((face, event, 1)),
        }
    }
    told
}

/// Hands in everything that the three of them owe, in the language that has a word for it.
fn complete(systems: &Systems<'_>, firm: i64, owners: [i64; 2]) {
    for person in owners {
        for kind in [17, 12] {
            let paper = treezor::paper(person, kind);
            systems.ask(Face::Treezor, "POST", "/v1/documents", paper);
        }
        let tax = json!({"userId": person, "country": "PT", "taxPayerId": "123456789", "liabilityWaiver": false});
        systems.ask(Face::Treezor, "POST", "/v1/taxResidences", tax);
    }
    for kind in [4, 23] {
        let paper = treezor::paper(firm, kind);
        systems.ask(Face::Treezor, "POST", "/v1/documents", paper);
    }
    // Who holds the shares is a paper that only Truust's language has.
    let id = treezor::id(systems.app, firm);
    let declared = json!({
        "type": "LEGAL", "first_name": "Inês", "last_name": "Falcão", "vat_id": "501442600", "legal_name": "Falcão Lda",
        "legal_address": "Rua Direita 1", "legal_city": "Porto", "legal_zip": "4000-001", "legal_state": "Porto",
        "legal_country": "PT", "representative_name": "Inês Falcão", "representative_email": "ines@mail.example",
        "representative_phone": "+351912345678",
    });
    let verify = format!("/2.0/customers/{id}/verify");
    let begun = systems.ask(Face::Truust, "POST", &verify, declared);
    assert_eq!(
        (&begun["status"], &begun["type"]),
        (&json!("CREATED"), &json!("LEGAL"))
    );
    let papers = format!("/2.0/verifications/{id}/documents");
    let paper = truust::paper("SHAREHOLDER_DECLARATION", make::pdf(1).as_bytes());
    systems.ask(Face::Truust, "POST", &papers, paper);
}

#[test]
fn a_company_with_two_owners_goes_through_all_four_faces_and_the_desk() {
    let app = TestApp::start();
    // The chain is linked by the database's own clock, which ours must agree with.
    app.clock
        .advance(vouch::clock::Clock::system().now() - app.clock.now());
    let systems = Systems::of(&app);
    listen(&app, &systems);
    let user = |body: Value| {
        let made = systems.ask(Face::Treezor, "POST", "/v1/users", body);
        made["users"][0]["userId"].as_i64().expect("a number")
    };
    // Treezor's caller makes the company and its first owner, who may sign for it.
    let firm = user(json!({
        "userTypeId": 2, "legalName": "Falcão Lda", "legalForm": "5710", "legalRegistrationNumber": "501442600",
        "address1": "Rua Direita 1", "postcode": "4000-001", "city": "Porto", "country": "PT", "distributionCountry": "FR",
    }));
    let owner = |percent: i64| {
        [
            ("parentUserId", json!(firm)),
            ("parentType", json!("shareholder")),
            ("effectiveBeneficiary", json!(percent)),
        ]
    };
    let signing = [("parentType", json!("leader"))];
    let first = user(treezor::with(
        treezor::with(treezor::person(), &owner(60)),
        &signing,
    ));
    // The second one signs up with Trustist's; Treezor's caller finds them by their number, and says the rest.
    let body =
        json!({"firstName": "Bento", "lastName": "Reis", "emailAddress": "bento@mail.example"});
    let signed_up = systems.ask(Face::Trustist, "POST", "/v1/customers", body);
    let short = signed_up["id"].as_str().expect("an id").to_owned();
    let second = treezor::number(&app, &app.acme, whose(&app, &short));
    let said = treezor::with(treezor::person(), &owner(40));
    let said = treezor::with(
        said,
        &[
            ("firstname", json!("Bento")),
            ("lastname", json!("Reis Falcão")),
            ("email", json!("bento@mail.example")),
        ],
    );
    systems.ask(Face::Treezor, "PUT", &format!("/v1/users/{second}"), said);
    let seen = systems.get(Face::Trustist, &format!("/v1/customers/{short}"));
    assert_eq!(seen["lastName"], "Reis Falcão");
    assert_eq!(seen["address"]["city"], "Porto");
    complete(&systems, firm, [first, second]);

    // One request, and all three wait for the desk, on every face.
    let review = format!("/v1/users/{firm}/Kycreview");
    systems.ask(Face::Treezor, "PUT", &review, Value::Null);
    let all = [firm, first, second];
    for user in all {
        assert_eq!(
            systems.kyc(user),
            ["PENDING", "PENDING", "110002", "pending"]
        );
    }
    // One decision of the desk, and all three are accepted, on every face.
    treezor::decide(&app, firm, &treezor::VALIDATE);
    for user in all {
        assert_eq!(
            systems.kyc(user),
            ["VALIDATED", "VALIDATED", "110006", "verified"]
        );
    }
    // Trustist's language has no word for it, on the customer or by webhook.
    let seen = systems.get(Face::Trustist, &format!("/v1/customers/{short}"));
    let members: Vec<&String> = seen.as_object().expect("an object").keys().collect();
    assert!(
        !members
            .iter()
            .any(|name| name.contains("kyc") || name.contains("status"))
    );
    let each = |face: &str, event: &str| (face.to_owned(), event.to_owned(), 3);
    assert_eq!(
        told(&app),
        [
            each("kontorion", "verification.created"),
            each("kontorion", "verification.verified"),
            each("treezor", "kycreview.request"),
            each("treezor", "kycreview.result"),
        ]
    );
    // What three languages and the desk did is one chain.
    let (status, said) = audit_export::run(&VerifyArgs::default(), Some(&app.database), None);
    assert_eq!(status, 0, "{said}");
    let actions = app.actions();
    for action in [
        "customer.added",
        "document.added",
        "customer.moved",
        "review.requested",
        "review.decided",
    ] {
        assert!(
            actions.iter().any(|one| one == action),
            "{action}: {actions:?}"
        );
    }
}

fn whose(app: &TestApp, short: &str) -> Uuid {
    use vouch::schema::customers;
    customers::table
        .filter(customers::short_id.eq(short))
        .select(customers::id)
        .first(&mut app.owner())
        .expect("the customer")
}
