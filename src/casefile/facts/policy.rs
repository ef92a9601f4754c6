//! A version of the policy that a round was decided under: what it said stands in a file of its own.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    casefile::{rules::POLICIES, store::Made},
    reviews::{
        kyc_file::shown::{self, Names},
        policy::rules::Policy,
    },
};

/// A version of the policy.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyFact {
    /// Its number; 0 is what is delivered.
    pub version: i32,
    /// Who made it; null where it is what is delivered, or where no member of staff did.
    pub made_by: Option<String>,
    /// When; null where it is what is delivered.
    pub made_at: Option<DateTime<Utc>>,
    /// The file that holds all of it.
    pub file: String,
    /// For people: what it says of how reviews go, each under its heading.
    #[serde(skip)]
    pub words: Vec<(&'static str, String)>,
}

/// Where a version stands in the archive.
pub fn file_of(version: i32) -> String {
    format!("{POLICIES}{version}.json")
}

/// A version as its file holds it.
#[derive(Serialize)]
pub struct Whole<'a> {
    /// Its number.
    pub version: i32,
    /// Who made it.
    pub made_by: Option<&'a str>,
    /// When.
    pub made_at: Option<DateTime<Utc>>,
    /// What it says.
    pub policy: &'a Policy,
}

impl PolicyFact {
    /// A version.
    pub fn of(made: &Made, names: &Names) -> Self {
        Self {
            version: made.version,
            made_by: made
                .by
                .map(|staff| shown::actor("staff", Some(staff), names)),
            made_at: made.at,
            file: file_of(made.version),
            words: words(&made.policy),
        }
    }
}

fn words(policy: &Policy) -> Vec<(&'static str, String)> {
    let next = policy.next_review;
    let second = if policy.second_approval_branches.is_empty() {
        "of high risk, and for an override of a refusal".to_owned()
    } else {
        let branches = policy.second_approval_branches.join(", ");
        format!("of high risk, for an override of a refusal, and in the branches {branches}")
    };
    let reasons: Vec<&str> = policy
        .reasons
        .iter()
        .map(|reason| reason.code.as_str())
        .collect();
    vec![
        ("Review due", format!("{} working hours", policy.due_hours)),
        (
            "Next review",
            format!(
                "after {} years at low risk, {} at medium, {} at high",
                next.low, next.medium, next.high
            ),
        ),
        ("Second person", second),
        (
            "A proposal lapses",
            format!("after {} days", policy.proposal_days),
        ),
        (
            "A refusal is closed",
            format!("after {} days", policy.closed_after_days),
        ),
        (
            "Something is missing",
            format!("{} prerequisites", policy.kyc_prerequisites),
        ),
        (
            "Records are kept",
            format!("{} years after the end", policy.retention_years),
        ),
        ("Reasons that it knows", reasons.join(", ")),
    ]
}
