//! Four languages over one model: a company with two owners goes through all faces and the desk, each sees what the others
//! did, and it is one chain.

use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use vouch::{access::keys::rules::Face, cli::audit::VerifyArgs};

use crate::{
    audit_export, key_matrix,
    support::{
        Persona, TestApp,
        machines::{self, Made},
        make,
    },
    treezor, truust,
};

mod owner;
mod papers;
mod statuses;
mod told;

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
        assert!(
            (200..300).contains(&answer.status),
            "{method} {target}: {}",
            answer.body
        );
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
            checks["data"]
                .as_array()
                .expect("checks")
                .iter()
                .find(|check| check["provider"] == "manual" && is_review(check))
                .map_or(Value::Null, |check| check["status"].clone()),
        ]
    }

    /// The word for their KYC that stands at the head of a customer's page on the desk.
    fn on_the_desk(&self, user: i64) -> Vec<String> {
        let page = format!("/customers/{}", treezor::id(self.app, user));
        let mut officer = self.app.sign_in(Persona::Officer);
        officer.get(&page).texts(".banner .badge")
    }

    /// A customer is the same on every face and on the desk: found by its own id of each, under this name, whoever made it.
    fn knows(&self, user: i64, name: &str) {
        let id = treezor::id(self.app, user);
        let own = self.get(Face::Truust, &format!("/2.0/customers/{id}"));
        assert_eq!((&own["id"], &own["name"]), (&json!(user), &json!(name)));
        let known = &self.get(Face::Treezor, &format!("/v1/users/{user}"))["users"][0];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let whole = |first: &Value, last: &Value| format!("{} {}", text(first), text(last));
        let shown = self.get(Face::Trustist, &format!("/v1/customers/{id}"));
        if known["legalName"].is_null() {
            assert_eq!(whole(&known["firstname"], &known["lastname"]), name);
            assert_eq!(whole(&shown["firstName"], &shown["lastName"]), name);
        } else {
            assert_eq!(known["legalName"], name);
        }
        // By Trustist's own id it is the same one.
        let short = text(&shown["id"]);
        let again = self.get(Face::Trustist, &format!("/v1/customers/{short}"));
        assert_eq!(again, shown);
        self.get(
            Face::Kontorion,
            &format!("/v1/verifications?customer_id={id}"),
        );
        let mut officer = self.app.sign_in(Persona::Officer);
        let page = officer.get(&format!("/customers/{id}"));
        assert_eq!(page.status, 200);
        assert!(page.text().contains(name), "{}", page.text());
    }
}

/// Whether a check stands for a review.
fn is_review(check: &Value) -> bool {
    check["verification_type"] == "kyc" || check["verification_type"] == "kyb"
}

/// Hands in everything that the company and its first owner owe, in the language that has a word for it.
fn complete(systems: &Systems<'_>, firm: i64, owner: i64) {
    for kind in [17, 12] {
        let paper = treezor::paper(owner, kind);
        systems.ask(Face::Treezor, "POST", "/v1/documents", paper);
    }
    let tax = json!({"userId": owner, "country": "PT", "taxPayerId": "123456789", "liabilityWaiver": false});
    systems.ask(Face::Treezor, "POST", "/v1/taxResidences", tax);
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

/// The company and its first owner, who may sign for it, made by Treezor's caller: their numbers.
fn made(systems: &Systems<'_>) -> (i64, i64) {
    let firm = user(
        systems,
        json!({
            "userTypeId": 2, "legalName": "Falcão Lda", "legalForm": "5710", "legalRegistrationNumber": "501442600",
            "address1": "Rua Direita 1", "postcode": "4000-001", "city": "Porto", "country": "PT", "distributionCountry": "FR",
        }),
    );
    systems.knows(firm, "Falcão Lda");
    let signing = [("parentType", json!("leader"))];
    let owner = treezor::with(owner_of(firm, 60), &signing);
    let first = user(systems, owner);
    systems.knows(first, "Inês Falcão");
    (firm, first)
}

fn user(systems: &Systems<'_>, body: Value) -> i64 {
    let made = systems.ask(Face::Treezor, "POST", "/v1/users", body);
    made["users"][0]["userId"].as_i64().expect("a number")
}

/// A person who holds so much of a company.
fn owner_of(firm: i64, percent: i64) -> Value {
    treezor::with(
        treezor::person(),
        &[
            ("parentUserId", json!(firm)),
            ("parentType", json!("shareholder")),
            ("effectiveBeneficiary", json!(percent)),
        ],
    )
}

/// The second owner signs up with Trustist's caller; Truust's finds them by their address, and Treezor's by their number,
/// who says the rest. Their id of Trustist's, and their number.
fn signed_up(systems: &Systems<'_>, firm: i64) -> (String, i64) {
    let body =
        json!({"firstName": "Bento", "lastName": "Reis", "emailAddress": "bento@mail.example"});
    let made = systems.ask(Face::Trustist, "POST", "/v1/customers", body);
    let short = made["id"].as_str().expect("an id").to_owned();
    let id = whose(systems.app, &short);
    let second = treezor::number(systems.app, &systems.app.acme, id);
    systems.knows(second, "Bento Reis");
    let body = json!({"email": "Bento@mail.example", "tag": "second owner"});
    let found = systems.ask(Face::Truust, "POST", "/2.0/customers", body);
    assert_eq!(
        (&found["uuid"], &found["email"]),
        (&json!(id), &json!("bento@mail.example"))
    );
    let said = treezor::with(
        owner_of(firm, 40),
        &[
            ("firstname", json!("Bento")),
            ("lastname", json!("Reis Falcão")),
            ("email", json!("bento@mail.example")),
        ],
    );
    systems.ask(Face::Treezor, "PUT", &format!("/v1/users/{second}"), said);
    systems.knows(second, "Bento Reis Falcão");
    let seen = systems.get(Face::Trustist, &format!("/v1/customers/{short}"));
    assert_eq!(seen["address"]["city"], "Porto");
    (short, second)
}

#[test]
fn a_company_with_two_owners_goes_through_all_four_faces_and_the_desk() {
    let app = TestApp::start();
    // The chain is linked by the database's own clock, which ours must agree with.
    app.clock
        .advance(vouch::clock::Clock::system().now() - app.clock.now());
    let systems = Systems::of(&app);
    let ears = told::listen(&systems);
    let (firm, first) = made(&systems);
    let (short, second) = signed_up(&systems, firm);

    // The second owner goes their own way, by a link; what they mend there, the others see.
    let session = owner::invited(&systems, &short);
    owner::completes(&systems, &session);
    let shown = systems.get(Face::Treezor, &format!("/v1/users/{second}"));
    assert_eq!(shown["users"][0]["city"], "Vila Nova de Gaia");
    assert_eq!(systems.kyc(second), PENDING);
    complete(&systems, firm, first);
    // Kontorion's caller has the first owner's age looked at.
    let asked = json!({
        "customer_id": treezor::id(&app, first), "provider": "vouch_checks", "verification_type": "age",
    });
    let aged = systems.ask(Face::Kontorion, "POST", "/v1/verifications", asked);
    assert_eq!(aged["data"]["status"], "verified");

    // One request, and all three wait for the desk, on every face.
    let review = format!("/v1/users/{firm}/Kycreview");
    systems.ask(Face::Treezor, "PUT", &review, Value::Null);
    let all = [firm, first, second];
    for user in all {
        assert_eq!(systems.kyc(user), PENDING);
        assert_eq!(systems.on_the_desk(user), ["In review"]);
    }
    // One decision of the desk, and all three are accepted, on every face.
    treezor::decide(&app, firm, &treezor::VALIDATE);
    for user in all {
        assert_eq!(systems.kyc(user), VALIDATED);
        assert_eq!(systems.on_the_desk(user), ["Validated"]);
    }
    // Trustist's language has no word for it on the customer.
    let seen = systems.get(Face::Trustist, &format!("/v1/customers/{short}"));
    let members: Vec<&String> = seen.as_object().expect("an object").keys().collect();
    assert!(
        !members
            .iter()
            .any(|name| name.contains("kyc") || name.contains("status"))
    );
    let [of_firm, of_first, of_second] = all.map(|user| treezor::id(&app, user));
    let checks = [
        (of_firm, "kyb", true),
        (of_first, "kyc", true),
        (of_first, "age", true),
        (of_second, "kyc", true),
        // What the owner's link asked for waits for an officer.
        (of_second, "document", false),
        (of_second, "address", false),
    ];
    ears.all(&systems, &checks, all, &owner::now(&systems, &session));
    one_chain(&systems, of_second);
}

/// How a KYC that waits for the desk reads on Truust, on Treezor twice, and on Kontorion.
const PENDING: [&str; 4] = ["PENDING", "PENDING", "110002", "pending"];
/// The same of one that the desk accepted.
const VALIDATED: [&str; 4] = ["VALIDATED", "VALIDATED", "110006", "verified"];

/// What four languages, an owner by their link and the desk did is one chain, and it is whole.
fn one_chain(systems: &Systems<'_>, owner: Uuid) {
    let app = systems.app;
    let (status, said) = audit_export::run(&VerifyArgs::default(), Some(&app.database), None);
    assert_eq!(status, 0, "{said}");
    let hands = told::hands(app);
    let did = |kind: &str, id: Uuid| hands.contains(&(kind.to_owned(), id));
    for (face, key) in &systems.keys {
        assert!(did("key", key.actor), "{face}: {hands:?}");
    }
    assert!(did("customer", owner), "{hands:?}");
    assert!(did("staff", app.staff(Persona::Manager)), "{hands:?}");
    let actions = app.actions();
    for action in [
        "customer.added",
        "document.added",
        "customer.moved",
        "onboarding.completed",
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
