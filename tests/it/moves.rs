//! Every pair of statuses and moves of both machines, against the tables of the model, copied here by hand: what the
//! code lists and what people agreed on are two sources.

use vouch::{
    customers::rules::{self as kyc, Kyc, Move},
    documents::rules::{self as papers, DocumentStatus},
    verifications::rules::{self as checks, Status},
};

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

type Table = [(
    &'static str,
    &'static [(&'static str, &'static [&'static str])],
)];

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
