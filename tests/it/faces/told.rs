//! What the company's systems are told of the walk: real messages to real receivers, each in its face's words and with its
//! face's signature.

use serde_json::{Value, json};
use uuid::Uuid;
use vouch::{access::keys::rules::Face, webhooks::rules as catalogue};

use super::Systems;
use crate::{
    support::{Persona, TestApp},
    webhooks::{self, Got, Receiver},
};

/// Somebody who listens, with the secret that was shown once.
struct Ear {
    receiver: Receiver,
    secret: String,
}

/// Who listens for the company, in each language that tells of anything.
pub struct Ears {
    kontorion: Ear,
    treezor: Ear,
    trustist: Ear,
}

/// The company's systems ask to be told, each in its own way. Truust's language tells of nothing.
pub fn listen(systems: &Systems<'_>) -> Ears {
    let app = systems.app;
    let by_face = |face: Face, target: &str| {
        let receiver = Receiver::ok();
        let made = systems.ask(face, "POST", target, json!({ "url": receiver.url() }));
        let secret = made["secret"].as_str().expect("a secret").to_owned();
        Ear { receiver, secret }
    };
    let treezor = by_face(Face::Treezor, "/settings/hooks");
    let trustist = by_face(Face::Trustist, "/v1/onboard/webhooks");
    let mut admin = app.sign_in(Persona::Admin);
    let receiver = Receiver::ok();
    let events: Vec<&str> = catalogue::names(Face::Kontorion).collect();
    let (_, secret) = webhooks::endpoint_of(&mut admin, &receiver.url(), &events);
    assert_eq!(catalogue::names(Face::Truust).next(), None);
    let url = receiver.url();
    let none = admin.post(
        "/settings/webhooks",
        &[
            ("face", "truust"),
            ("url", &url),
            ("event", "verification.verified"),
        ],
    );
    assert!((400..500).contains(&none.status), "{}", none.text());
    Ears {
        kontorion: Ear { receiver, secret },
        treezor,
        trustist,
    }
}

/// A check of which Kontorion's listener hears: whose, of which type, and whether it ended well.
pub type Heard = (Uuid, &'static str, bool);

impl Ears {
    /// Sends all that waits, and looks at each message: whoever stands in `users` was asked for and decided about.
    pub fn all(&self, systems: &Systems<'_>, checks: &[Heard], users: [i64; 3], session: &Value) {
        let ended = checks.iter().filter(|(.., ended)| *ended).count();
        let many = checks.len() + ended + 2 * users.len() + 1;
        assert_eq!(webhooks::deliver(systems.app), many);
        assert_eq!(webhooks::deliver(systems.app), 0, "once");
        self.kontorions(systems, checks);
        self.treezors(systems, users);
        self.trustists(session);
    }

    fn kontorions(&self, systems: &Systems<'_>, checks: &[Heard]) {
        let mut expected: Vec<(String, String, String)> = Vec::new();
        for (whose, kind, ended) in checks {
            let events = ["verification.created", "verification.verified"];
            for event in &events[..=usize::from(*ended)] {
                expected.push(((*event).to_owned(), whose.to_string(), (*kind).to_owned()));
            }
        }
        expected.sort();
        let got = self.kontorion.receiver.got();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let mut heard: Vec<(String, String, String)> = got
            .iter()
            .map(Got::json)
            .map(|one| {
                let check = &one["data"];
                let of = |name: &str| text(&check[name]);
                (
                    text(&one["type"]),
                    of("customer_id"),
                    of("verification_type"),
                )
            })
            .collect();
        heard.sort();
        assert_eq!(heard, expected);
        for one in &got {
            assert!(webhooks::accepted(one, &self.kontorion.secret), "{one:?}");
            assert_eq!(
                one.header("x-webhook-signature"),
                one.header("webhook-signature")
            );
            let body = one.json();
            if body["type"] == "verification.verified" {
                let id = text(&body["data"]["id"]);
                let shown = systems.get(Face::Kontorion, &format!("/v1/verifications/{id}"));
                assert_eq!(body["data"], shown["data"]);
            }
        }
        assert!(!webhooks::accepted(&got[0], &self.trustist.secret));
    }

    fn treezors(&self, systems: &Systems<'_>, users: [i64; 3]) {
        let got = self.treezor.receiver.got();
        assert_eq!(got.len(), 2 * users.len());
        for one in &got {
            let signature = one.json()["object_payload_signature"].clone();
            assert_eq!(signature, webhooks::reckoned(one, &self.treezor.secret));
            assert_ne!(signature, webhooks::reckoned(one, &self.trustist.secret));
            // Its signature is within, and it has no other.
            assert_eq!(one.header("webhook-signature"), "");
        }
        for user in users {
            let id = user.to_string();
            let about = |event: &str| {
                let mut found = got
                    .iter()
                    .map(Got::json)
                    .filter(|one| one["webhook"] == event && one["object_id"] == *id);
                let one = found.next().unwrap_or_else(|| panic!("{event} of {user}"));
                assert!(found.next().is_none(), "{event} of {user}, twice");
                one["object_payload"]["kycs"][0].clone()
            };
            assert_eq!(about("kycreview.request")["codeStatus"], "110002");
            let shown = systems.get(Face::Treezor, &format!("/v1/users/{user}/kyc"));
            assert_eq!(about("kycreview.result"), shown);
        }
    }

    fn trustists(&self, session: &Value) {
        let got = self.trustist.receiver.got();
        assert_eq!(got.len(), 1, "{got:?}");
        let message = got[0].json();
        assert_eq!(message["type"], "onboard.session.completed");
        assert_eq!(&message["data"], session);
        assert!(webhooks::accepted(&got[0], &self.trustist.secret));
        assert!(!webhooks::accepted(&got[0], &self.kontorion.secret));
        assert_eq!(got[0].header("x-webhook-signature"), "");
    }
}

/// Who did anything, by the one chain of the organisation.
pub fn hands(app: &TestApp) -> Vec<(String, Uuid)> {
    use diesel::prelude::*;
    use vouch::schema::audit_entries;
    audit_entries::table
        .filter(audit_entries::actor_id.is_not_null())
        .select((
            audit_entries::actor_kind,
            audit_entries::actor_id.assume_not_null(),
        ))
        .distinct()
        .load(&mut app.owner())
        .expect("the chain")
}
