//! What one rule found, and what all of them come to.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::digits::{Fault, Verdict};
use crate::verifications::{providers::Answer, rules::Status};

/// How a rule ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// In order.
    Passed,
    /// Not in order.
    Failed,
    /// There is nothing to judge.
    Missing,
    /// There is something, and no rule here for it.
    NotChecked,
}

/// What one rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule: `tax_id`, `iban`, `age`, …
    pub rule: &'static str,
    /// What it looked at: the field's name.
    pub of: &'static str,
    /// The country whose rule it was, where it is a country's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// What is wrong, in a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
    /// What else there is to say; never the number itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Finding {
    /// One that says only how the rule ended.
    pub const fn new(rule: &'static str, of: &'static str, outcome: Outcome) -> Self {
        Self {
            rule,
            of,
            country: None,
            outcome,
            fault: None,
            note: None,
        }
    }

    /// One that failed, and by what.
    pub fn failed(rule: &'static str, of: &'static str, fault: &'static str) -> Self {
        Self {
            fault: Some(fault),
            ..Self::new(rule, of, Outcome::Failed)
        }
    }

    /// What a number's rule says.
    pub fn number(rule: &'static str, of: &'static str, verdict: Verdict) -> Self {
        match verdict {
            Ok(()) => Self::new(rule, of, Outcome::Passed),
            Err(Fault::Form) => Self::failed(rule, of, "form"),
            Err(Fault::CheckDigit) => Self::failed(rule, of, "check_digit"),
        }
    }

    /// The same, with the country whose rule it was.
    #[must_use]
    pub fn in_country(self, country: &str) -> Self {
        Self {
            country: Some(country.to_owned()),
            ..self
        }
    }

    /// The same, with something else to say.
    #[must_use]
    pub fn noting(self, note: impl Into<String>) -> Self {
        Self {
            note: Some(note.into()),
            ..self
        }
    }
}

/// What all findings come to. Something failed: failed. Else something passed: verified. There was nothing to judge:
/// failed, since whoever asked expected something. There is no rule for what there was: a person must look.
pub fn answer(findings: &[Finding], asked_for_all: bool) -> Answer {
    let any = |outcome| findings.iter().any(|one| one.outcome == outcome);
    let status = if any(Outcome::Failed) || (any(Outcome::Missing) && !asked_for_all) {
        Status::Failed
    } else if any(Outcome::Passed) {
        Status::Verified
    } else if any(Outcome::NotChecked) {
        Status::Pending
    } else {
        Status::Failed
    };
    let wrong: Vec<String> = findings
        .iter()
        .filter_map(|one| match (one.outcome, one.fault) {
            (Outcome::Failed, Some(fault)) => Some(format!("{}: {fault}", one.rule)),
            (Outcome::Missing, _) if !asked_for_all => Some(format!("{}: missing", one.rule)),
            _ => None,
        })
        .collect();
    let reason = match status {
        Status::Failed if wrong.is_empty() => Some("There is nothing to check.".to_owned()),
        Status::Failed => Some(format!("Failed: {}.", wrong.join(", ").replace('_', " "))),
        Status::Pending => Some("No rule here knows this country; a person must look.".to_owned()),
        _ => None,
    };
    let mut payload = Map::new();
    payload.insert("failed".to_owned(), wrong.into());
    payload.insert("findings".to_owned(), json!(findings));
    payload.insert("rules".to_owned(), Value::from(super::VERSION));
    Answer {
        status,
        reason: reason.map(|text| text.chars().take(1_000).collect()),
        payload: Some(payload),
        ..Answer::pending()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(outcomes: &[Outcome], of_all: bool) -> Status {
        let findings: Vec<Finding> = outcomes
            .iter()
            .map(|outcome| match outcome {
                Outcome::Failed => Finding::failed("iban", "iban", "form"),
                other => Finding::new("iban", "iban", *other),
            })
            .collect();
        answer(&findings, of_all).status
    }

    #[test]
    fn one_failure_fails_and_what_is_missing_only_where_it_was_asked_for() {
        use Outcome::{Failed, Missing, NotChecked, Passed};
        assert_eq!(all(&[Passed, Failed], true), Status::Failed);
        assert_eq!(all(&[Passed, Missing], true), Status::Verified);
        assert_eq!(all(&[Passed, Missing], false), Status::Failed);
        assert_eq!(all(&[Passed, NotChecked], false), Status::Verified);
        assert_eq!(all(&[NotChecked], false), Status::Pending);
        assert_eq!(all(&[], true), Status::Failed);
        assert_eq!(all(&[Missing], true), Status::Failed);
    }

    #[test]
    fn the_answer_says_which_rule_failed() {
        let said = answer(&[Finding::failed("tax_id", "tax_id", "check_digit")], false);
        assert_eq!(said.reason.as_deref(), Some("Failed: tax id: check digit."));
        let payload = said.payload.expect("a payload");
        assert_eq!(payload["failed"], json!(["tax_id: check_digit"]));
        assert_eq!(
            payload["findings"],
            json!([{"rule": "tax_id", "of": "tax_id", "outcome": "failed", "fault": "check_digit"}])
        );
    }
}
