//! Every pair of statuses and moves of each machine, against the tables of the model, copied here by hand: what the
//! code lists and what people agreed on are two sources.

use std::collections::BTreeSet;

use diesel::prelude::*;
use vouch::{
    customers::rules::{self as kyc, Kyc, Move},
    documents::rules::{self as papers, DocumentStatus},
    jobs::rules as jobs,
    onboarding::rules as onboarding,
    reviews::{
        rules as rounds,
        store::{proposals, suspicions},
    },
    schema::{customers, lawful_moves},
    verifications::{
        hits::store as hits,
        rules::{self as checks, Status},
    },
};

use crate::support::{Persona, TestApp, make};

mod desk;
mod machines;

/// The KYC, as the model says: from, the moves that may be made, each with where it leads.
const KYC: &Table = &[
    ("none", &[("submit", &["draft"]), ("request", &["pending"])]),
    ("draft", &[("request", &["pending"])]),
    (
        "pending",
        &[
            ("ask_for_more", &["incomplete"]),
            ("validate", &["validated"]),
            ("refuse", &["refused"]),
            ("withdraw", &["draft"]),
        ],
    ),
    ("incomplete", &[("request", &["pending"])]),
    (
        "validated",
        &[
            ("fall_due", &["review_needed"]),
            ("raise_event", &["review_needed"]),
            ("revoke", &["refused"]),
            ("override", &["review_needed", "refused", "canceled"]),
        ],
    ),
    (
        "review_needed",
        &[
            ("request", &["pending"]),
            ("revoke", &["refused"]),
            ("override", &["validated", "refused", "canceled"]),
        ],
    ),
    (
        "refused",
        &[
            ("request", &["pending"]),
            ("close", &["canceled"]),
            ("resubmit", &["draft"]),
            ("override", &["validated", "review_needed", "canceled"]),
        ],
    ),
    (
        "canceled",
        &[
            ("request", &["pending"]),
            ("resubmit", &["draft"]),
            ("override", &["validated", "review_needed", "refused"]),
        ],
    ),
];

/// A check, as the model says.
const CHECK: &Table = &[
    (
        "pending",
        &[
            ("answer", &["verified", "failed", "expired"]),
            ("override", &["verified", "failed", "expired"]),
        ],
    ),
    (
        "verified",
        &[
            ("run_out", &["expired"]),
            ("override", &["failed", "expired"]),
        ],
    ),
    ("failed", &[]),
    ("expired", &[]),
];

/// A paper, as the model says.
const PAPER: &Table = &[
    (
        "pending",
        &[
            ("accept", &["validated"]),
            ("refuse", &["refused"]),
            ("cancel", &["canceled"]),
        ],
    ),
    ("validated", &[]),
    ("refused", &[]),
    ("canceled", &[]),
];

/// From, and each move that may be made with where it may lead.
type Table = [(&'static str, Moves)];
type Moves = &'static [(&'static str, &'static [&'static str])];

fn said(table: &Table, from: &str, by: &str, to: &str) -> bool {
    let (_, moves) = table
        .iter()
        .find(|(known, _)| *known == from)
        .unwrap_or_else(|| panic!("the model knows no status {from}"));
    moves
        .iter()
        .any(|(known, targets)| *known == by && targets.contains(&to))
}

#[test]
fn the_kyc_moves_as_the_model_says_and_no_other_way() {
    assert_eq!(Kyc::ALL.len(), KYC.len());
    for from in Kyc::ALL {
        for by in Move::ALL {
            for to in Kyc::ALL {
                assert_eq!(
                    kyc::lawful(*from, *by, *to),
                    said(KYC, from.as_str(), by.as_str(), to.as_str()),
                    "{from} by {by} to {to}"
                );
            }
        }
    }
}

#[test]
fn a_check_moves_as_the_model_says_and_no_other_way() {
    assert_eq!(Status::ALL.len(), CHECK.len());
    for from in Status::ALL {
        for by in checks::Move::ALL {
            for to in Status::ALL {
                assert_eq!(
                    checks::lawful(*from, *by, *to),
                    said(CHECK, from.as_str(), by.as_str(), to.as_str()),
                    "{from} by {by} to {to}"
                );
            }
        }
    }
}

#[test]
fn a_paper_moves_as_the_model_says_and_no_other_way() {
    assert_eq!(DocumentStatus::ALL.len(), PAPER.len());
    for from in DocumentStatus::ALL {
        for by in papers::Move::ALL {
            for to in DocumentStatus::ALL {
                assert_eq!(
                    papers::lawful(*from, *by, *to),
                    said(PAPER, from.as_str(), by.as_str(), to.as_str()),
                    "{from} by {by} to {to}"
                );
            }
        }
    }
}

/// Every machine's lawful moves as the program lists them: which, from, to.
fn listed() -> BTreeSet<(String, String, String)> {
    fn pairs<'a, S: Copy + PartialEq + ToString + 'a>(
        machine: &'static str,
        moves: impl Iterator<Item = (S, S)> + 'a,
    ) -> impl Iterator<Item = (String, String, String)> + 'a {
        moves
            .filter(|(from, to)| from != to)
            .map(move |(from, to)| (machine.to_owned(), from.to_string(), to.to_string()))
    }
    pairs("kyc", kyc::MOVES.iter().map(|(from, _, to)| (*from, *to)))
        .chain(pairs(
            "verification",
            checks::MOVES.iter().map(|(from, _, to)| (*from, *to)),
        ))
        .chain(pairs(
            "document",
            papers::MOVES.iter().map(|(from, _, to)| (*from, *to)),
        ))
        .chain(pairs(
            "job",
            jobs::MOVES.iter().map(|(from, _, to)| (*from, *to)),
        ))
        .chain(pairs("review", rounds::ROUNDS.iter().copied()))
        .chain(pairs("proposal", proposals::MOVES.iter().copied()))
        .chain(pairs("hit", hits::MOVES.iter().copied()))
        .chain(pairs("suspicion", suspicions::MOVES.iter().copied()))
        .chain(pairs("onboarding", onboarding::MOVES.iter().copied()))
        .collect()
}

#[test]
fn the_database_knows_the_same_moves() {
    let app = TestApp::start();
    let known: BTreeSet<(String, String, String)> = lawful_moves::table
        .select((
            lawful_moves::machine,
            lawful_moves::from_state,
            lawful_moves::to_state,
        ))
        .load(&mut app.owner())
        .expect("the moves")
        .into_iter()
        .collect();
    assert_eq!(known, listed());
}

/// Each status and each thing that people ask of it: done where the table lists it, refused where it does not.
#[test]
fn the_desk_does_what_the_table_lists_and_nothing_else() {
    let app = TestApp::start();
    for from in Kyc::ALL {
        for (path, by, to, fields) in [
            (
                "reviews",
                &[Move::Request][..],
                Kyc::Pending,
                &[("reason", "A new owner stands in the register.")][..],
            ),
            (
                "draft",
                &[Move::Submit, Move::Resubmit][..],
                Kyc::Draft,
                &[][..],
            ),
            (
                "revoke",
                &[Move::Revoke][..],
                Kyc::Refused,
                &[
                    ("reason", "data_mismatch"),
                    ("comment", "The register names somebody else."),
                    ("message", "We cannot go on."),
                    ("version", "1"),
                ][..],
            ),
        ] {
            let customer = make::customer(&app, |new| new.kyc = from.as_str());
            make::complete(&app, customer);
            let answer = app
                .sign_in(Persona::Manager)
                .post(&format!("/customers/{customer}/{path}"), fields);
            // A validated customer is first said to need a review, for the reason that is given.
            let raised = *from == Kyc::Validated && path == "reviews";
            let lawful = raised || by.iter().any(|by| kyc::lawful(*from, *by, to));
            let expected = if lawful { 303 } else { 409 };
            assert_eq!(answer.status, expected, "{from} {path}: {}", answer.text());
            let now: String = customers::table
                .filter(customers::id.eq(customer))
                .select(customers::kyc)
                .first(&mut app.owner())
                .expect("the customer");
            let expected = if lawful { to } else { *from };
            assert_eq!(now, expected.as_str(), "{from} {path}");
        }
    }
}
