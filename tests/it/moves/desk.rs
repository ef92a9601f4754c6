//! What people do with a round, asked of a round in each of its states: done with an open one, refused with any other.

use chrono::TimeDelta;
use uuid::Uuid;
use vouch::schema::reviews;

use super::*;
use crate::races;

/// What is asked: its name, the last word of its address, what the form says, and whether whoever asks must hold it.
type Act = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    bool,
);

const ACTS: &[Act] = &[
    (
        "validate",
        "decision",
        &[("decision", "validated"), ("risk", "low")],
        true,
    ),
    (
        "refuse",
        "decision",
        &[
            ("decision", "refused"),
            ("reason", "data_mismatch"),
            ("comment", "The register names somebody else."),
        ],
        true,
    ),
    (
        "ask for more",
        "decision",
        &[
            ("decision", "incomplete"),
            ("reason", "address_too_old"),
            ("message", "Send a newer bill."),
        ],
        true,
    ),
    ("withdraw", "withdraw", &[], false),
    ("claim", "claim", &[], false),
    ("release", "release", &[], true),
    ("assign", "assign", &[], false),
];

/// A round in a state, of a customer of whom nothing is missing and whose KYC stands here.
fn round(app: &TestApp, state: rounds::State, kyc: &'static str, held: bool) -> (Uuid, Uuid) {
    let customer = races::ready(app, |new| new.kyc = kyc);
    let now = app.clock.now();
    let (manager, admin) = (app.staff(Persona::Manager), app.staff(Persona::Admin));
    let (id, _) = make::review_of(app, &app.acme, customer, |new| {
        new.state = state.as_str();
        if held {
            new.assignee = Some(manager);
            new.claim_expires_at = Some(now + TimeDelta::minutes(30));
        }
        match state {
            rounds::State::Waiting => new.paused_at = Some(now),
            rounds::State::Decided => {
                new.decision = Some("validated");
                (new.decided_kind, new.decided_by) = (Some("staff"), Some(admin));
                new.decided_at = Some(now);
            }
            _ => {}
        }
    });
    (customer, id)
}

/// State, holder and decision of a round, and the customer's KYC and version.
type Stands = ((String, Option<Uuid>, Option<String>), (String, i32));

fn stands(app: &TestApp, customer: Uuid, id: Uuid) -> Stands {
    let of_round = reviews::table
        .filter(reviews::id.eq(id))
        .select((reviews::state, reviews::assignee, reviews::decision))
        .first(&mut app.owner())
        .expect("the round");
    (of_round, races::kyc(app, customer))
}

#[test]
fn nothing_is_done_with_a_round_that_is_not_open() {
    use rounds::State::{Decided, Draft, Open, Waiting, Withdrawn};
    let app = TestApp::start();
    let mut manager = app.sign_in(Persona::Manager);
    let to = app.staff(Persona::Admin).to_string();
    for (state, kyc) in [
        (Open, "pending"),
        (Draft, "draft"),
        (Waiting, "incomplete"),
        (Decided, "validated"),
        (Withdrawn, "draft"),
        // Nothing but the round itself says no.
        (Draft, "pending"),
        (Waiting, "pending"),
        (Decided, "pending"),
        (Withdrawn, "pending"),
    ] {
        for (act, path, said, held) in ACTS {
            let (customer, id) = round(&app, state, kyc, *held);
            let before = stands(&app, customer, id);
            let version = before.1.1.to_string();
            let mut fields = said.to_vec();
            match *path {
                "decision" => fields.push(("version", version.as_str())),
                "assign" => fields.push(("staff", to.as_str())),
                _ => {}
            }
            let answer = manager.post(&format!("/reviews/{id}/{path}"), &fields);
            let what = format!("{act} with {state} ({kyc}): {}", answer.text());
            let after = stands(&app, customer, id);
            if state == Open {
                assert_eq!(answer.status, 303, "{what}");
                assert_ne!(after, before, "{what}");
            } else {
                assert_eq!(answer.status, 409, "{what}");
                assert_eq!(after, before, "{what}");
            }
        }
    }
}
