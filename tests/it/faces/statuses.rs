//! One person through every status of a KYC, and what each face shows at every stop, against one table.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use vouch::{access::keys::rules::Face, reviews::deadlines, schema::reviews};

use super::{Systems, is_review, user};
use crate::{
    approvals, key_matrix, races,
    support::{Persona, TestApp},
    treezor,
};

/// How a status reads.
struct Row {
    /// The status as it is stored; after a comma, what else has happened.
    stop: &'static str,
    /// Truust's word; nothing where it has no verification yet.
    truust: Option<&'static str>,
    /// Treezor's word and number, its kycLevel and kycReview.
    treezor: (&'static str, &'static str, i64, i64),
    /// Where the newest review's own check stands for Kontorion; nothing where there is none.
    kontorion: Option<&'static str>,
    /// What the customer is told, on Truust and on Treezor.
    told: &'static str,
}

const fn row(
    stop: &'static str,
    truust: Option<&'static str>,
    treezor: (&'static str, &'static str, i64, i64),
    kontorion: Option<&'static str>,
    told: &'static str,
) -> Row {
    Row {
        stop,
        truust,
        treezor,
        kontorion,
        told,
    }
}

/// Asked for by the desk.
const MORE: &str = "Send the other side of the card.";
/// Said of the refusal.
const NO: &str = "The photograph shows somebody else.";

const NONE: (&str, &str, i64, i64) = ("NONE", "110001", 0, 0);
const NEEDED: (&str, &str, i64, i64) = ("REVIEWNEEDED", "110005", 2, 6);

/// "How each face sees it". Trustist has no word for any of it.
const TABLE: [Row; 13] = [
    row("none", None, NONE, None, ""),
    row("draft", Some("CREATED"), NONE, None, ""),
    row(
        "pending",
        Some("PENDING"),
        ("PENDING", "110002", 0, 1),
        Some("pending"),
        "",
    ),
    row(
        "incomplete",
        Some("CREATED"),
        ("INCOMPLETE", "110003", 0, 0),
        Some("pending"),
        MORE,
    ),
    row(
        "validated",
        Some("VALIDATED"),
        ("VALIDATED", "110006", 2, 2),
        Some("verified"),
        "",
    ),
    row(
        "review_needed",
        Some("VALIDATED"),
        NEEDED,
        Some("verified"),
        "",
    ),
    row(
        "review_needed, past its day",
        Some("VALIDATED"),
        NEEDED,
        Some("expired"),
        "",
    ),
    row(
        "pending, once accepted",
        Some("PENDING"),
        ("PENDING", "110002", 2, 7),
        Some("pending"),
        "",
    ),
    row(
        "refused",
        Some("REFUSED"),
        ("REFUSED", "110004", 4, 3),
        Some("failed"),
        NO,
    ),
    row(
        "canceled",
        Some("REFUSED"),
        ("CANCELED", "110007", 4, 3),
        Some("failed"),
        NO,
    ),
    // An override has no words for the customer.
    row(
        "refused, by an override",
        Some("REFUSED"),
        ("REFUSED", "110004", 4, 3),
        Some("failed"),
        "",
    ),
    // Where a round ended before, its check is the last one that was closed.
    row(
        "draft, taken back",
        Some("CREATED"),
        NONE,
        Some("expired"),
        "",
    ),
    row(
        "draft, begun anew",
        Some("CREATED"),
        NONE,
        Some("failed"),
        "",
    ),
];

/// A person whom Treezor's caller made.
struct Person<'a> {
    systems: &'a Systems<'a>,
    user: i64,
    id: Uuid,
    /// As Trustist's caller read them first.
    seen: Value,
}

/// A customer as Trustist shows them, but for the moment of the last change, which any move is.
fn seen(systems: &Systems<'_>, id: Uuid) -> Value {
    let mut seen = systems.get(Face::Trustist, &format!("/v1/customers/{id}"));
    assert_eq!(seen["lastName"], "Falcão");
    seen["lastUpdated"] = Value::Null;
    seen
}

impl<'a> Person<'a> {
    fn of(systems: &'a Systems<'a>) -> Self {
        let user = user(systems, treezor::person());
        let id = treezor::id(systems.app, user);
        let seen = seen(systems, id);
        Self {
            systems,
            user,
            id,
            seen,
        }
    }

    /// What every face shows is the table's row.
    #[track_caller]
    fn stands(&self, stop: &str) {
        let (systems, id) = (self.systems, self.id);
        let found = TABLE.iter().find(|row| row.stop == stop);
        let row = found.expect("a row");
        let stored = races::kyc(systems.app, id).0;
        assert_eq!(stop.split(',').next(), Some(stored.as_str()));
        let own = self.own(row.truust.is_some());
        let (status, told) = (own["status"].as_str(), own["refused_reason"].as_str());
        assert_eq!(
            (status, told.unwrap_or_default()),
            (row.truust, row.told),
            "{stop}"
        );
        let kyc = systems.get(Face::Treezor, &format!("/v1/users/{}/kyc", self.user));
        let shown = json!([
            kyc["kycStatus"],
            kyc["codeStatus"],
            kyc["kycLevel"],
            kyc["kycReview"],
            kyc["kycReviewComment"]
        ]);
        let (word, code, level, review) = row.treezor;
        assert_eq!(
            shown,
            json!([word, code, level, review, row.told]),
            "{stop}"
        );
        let target = format!("/v1/verifications?customer_id={id}");
        let checks = systems.get(Face::Kontorion, &target);
        let checks = checks["data"].as_array().expect("checks");
        let newest = checks.iter().find(|check| is_review(check));
        let status = newest.and_then(|check| check["status"].as_str());
        assert_eq!(status, row.kontorion, "{stop}");
        assert_eq!(checks.is_empty(), row.kontorion.is_none(), "{stop}");
        assert_eq!(seen(systems, id), self.seen, "{stop}");
    }

    /// Their verification at Truust, where there is one; else that it is not found.
    #[track_caller]
    fn own(&self, there: bool) -> Value {
        let systems = self.systems;
        let mut keys = systems.keys.iter();
        let key = keys.find(|(face, _)| *face == Face::Truust);
        let key = key.map(|(_, key)| key);
        let target = format!("/2.0/customers/{}/verification", self.id);
        let answer = key_matrix::sent(
            systems.app,
            Face::Truust,
            key,
            "GET",
            &target,
            Value::Null,
            None,
        );
        let expected = if there { 200 } else { 404 };
        assert_eq!(answer.status, expected, "{}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }

    /// Truust's caller says of them what is known already.
    fn declared(&self) {
        let body = json!({
            "type": "NATURAL", "first_name": "Inês", "last_name": "Falcão", "vat_id": "123456789",
            "legal_address": "Rua Direita 1", "legal_city": "Porto", "legal_zip": "4000-001", "legal_state": "Porto",
            "legal_country": "PT",
        });
        let target = format!("/2.0/customers/{}/verify", self.id);
        self.systems.ask(Face::Truust, "POST", &target, body);
    }

    /// Treezor's caller hands in all that they owe.
    fn complete(&self) {
        for kind in [17, 12] {
            let paper = treezor::paper(self.user, kind);
            self.systems
                .ask(Face::Treezor, "POST", "/v1/documents", paper);
        }
        let tax = json!({"userId": self.user, "country": "PT", "taxPayerId": "123456789", "liabilityWaiver": false});
        self.systems
            .ask(Face::Treezor, "POST", "/v1/taxResidences", tax);
    }

    fn asked_by_truust(&self) {
        let target = format!("/2.0/verifications/{}/request", self.id);
        self.systems.ask(Face::Truust, "POST", &target, Value::Null);
    }

    fn asked_by_treezor(&self) {
        let target = format!("/v1/users/{}/Kycreview", self.user);
        self.systems.ask(Face::Treezor, "PUT", &target, Value::Null);
    }

    fn asked_by_kontorion(&self) {
        let body =
            json!({"customer_id": self.id, "provider": "manual", "verification_type": "kyc"});
        self.systems
            .ask(Face::Kontorion, "POST", "/v1/verifications", body);
    }

    /// Kontorion's caller sets the status of the newest review's own check.
    fn overridden(&self, status: &str) {
        let systems = self.systems;
        let target = format!("/v1/verifications?customer_id={}", self.id);
        let checks = systems.get(Face::Kontorion, &target);
        let checks = checks["data"].as_array().expect("checks");
        let newest = checks.iter().find(|check| is_review(check));
        let check = newest.and_then(|check| check["id"].as_str());
        let target = format!("/v1/verifications/{}/status", check.expect("a check"));
        let body = json!({"status": status});
        let set = systems.ask(Face::Kontorion, "PATCH", &target, body);
        assert_eq!(set["data"]["status"], status);
    }

    fn taken_back(&self) {
        let app = self.systems.app;
        let round: Uuid = reviews::table
            .filter(reviews::customer_id.eq(self.id))
            .select(reviews::id)
            .first(&mut app.owner())
            .expect("the round");
        let back = app
            .sign_in(Persona::Officer)
            .post(&format!("/reviews/{round}/withdraw"), &[]);
        assert_eq!(back.status, 303, "{}", back.text());
    }
}

fn sweep(app: &TestApp) {
    deadlines::sweep(&approvals::database(app)).expect("swept");
}

/// It is noon of a day, and what is due by then is done.
fn noon(app: &TestApp, day: &str) {
    let day: NaiveDate = day.parse().expect("a day");
    let noon = day.and_hms_opt(12, 0, 0).expect("a time").and_utc();
    app.clock.advance(noon - app.clock.now());
    sweep(app);
}

#[test]
fn a_person_who_is_accepted_reads_at_each_stop_as_the_table_says() {
    let app = TestApp::start();
    let systems = Systems::of(&app);
    let person = Person::of(&systems);
    person.stands("none");
    person.declared();
    person.stands("draft");
    person.complete();
    person.asked_by_truust();
    person.stands("pending");
    let more = [("decision", "incomplete"), ("message", MORE)];
    treezor::decide(&app, person.user, &more);
    person.stands("incomplete");
    person.asked_by_treezor();
    person.stands("pending");
    treezor::decide(&app, person.user, &treezor::VALIDATE);
    person.stands("validated");
    // Three months before the next review, and then its own day.
    noon(&app, "2031-08-15");
    person.stands("validated");
    noon(&app, "2031-08-16");
    person.stands("review_needed");
    noon(&app, "2031-11-15");
    person.stands("review_needed");
    noon(&app, "2031-11-16");
    person.stands("review_needed, past its day");
    person.asked_by_kontorion();
    person.stands("pending, once accepted");
}

#[test]
fn a_person_who_is_refused_reads_at_each_stop_as_the_table_says() {
    let app = TestApp::start();
    let systems = Systems::of(&app);
    let person = Person::of(&systems);
    person.complete();
    person.stands("none");
    person.asked_by_treezor();
    person.stands("pending");
    person.taken_back();
    person.stands("draft, taken back");
    // Checks are listed by their moment.
    app.clock.advance(TimeDelta::hours(1));
    person.asked_by_kontorion();
    person.stands("pending");
    let refused = [
        ("decision", "refused"),
        ("reason", "identity_not_proved"),
        ("comment", "A colleague knows him from another case."),
        ("message", NO),
    ];
    treezor::decide(&app, person.user, &refused);
    person.stands("refused");
    app.clock.advance(TimeDelta::days(90) - TimeDelta::hours(1));
    sweep(&app);
    person.stands("refused");
    app.clock.advance(TimeDelta::hours(1));
    sweep(&app);
    person.stands("canceled");
    person.declared();
    person.stands("draft, begun anew");
}

/// Each lawful override of the own check of the current review: where the customer stands, the check's new status, and where
/// they stand then.
const OVERRIDES: [(&str, &str, &str); 5] = [
    ("pending", "verified", "validated"),
    ("pending", "failed", "refused, by an override"),
    ("pending", "expired", "draft, taken back"),
    ("validated", "expired", "review_needed, past its day"),
    ("validated", "failed", "refused, by an override"),
];

#[test]
fn an_override_by_kontorion_s_caller_reads_on_the_others_as_the_table_says() {
    let app = TestApp::start();
    let systems = Systems::of(&app);
    for (from, status, to) in OVERRIDES {
        let person = Person::of(&systems);
        person.complete();
        person.asked_by_treezor();
        if from == "validated" {
            treezor::decide(&app, person.user, &treezor::VALIDATE);
        }
        person.stands(from);
        person.overridden(status);
        person.stands(to);
    }
}
