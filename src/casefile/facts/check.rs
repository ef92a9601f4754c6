//! A check by a provider, and what it answered.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    reviews::kyc_file::shown::{self, Names, field_words},
    verifications::store::Verification,
};

/// A check by a provider.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the check")]
pub struct CheckFact {
    pub id: Uuid,
    pub r#type: String,
    pub check_type: Option<String>,
    pub provider: String,
    pub provider_reference: Option<String>,
    pub status: &'static str,
    pub reason: Option<String>,
    /// What the provider answered.
    pub result: Option<Value>,
    pub started_by: String,
    pub created_at: DateTime<Utc>,
    pub verified_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub review: Option<Uuid>,
}

impl CheckFact {
    /// A check.
    pub fn of(check: Verification, names: &Names) -> Self {
        Self {
            id: check.id.0,
            status: check.status.as_str(),
            started_by: shown::actor(&check.started_by_kind, check.started_by_id, names),
            r#type: check.verification_type,
            check_type: check.check_type,
            provider: check.provider,
            provider_reference: check.provider_reference,
            reason: check.reason,
            result: check.result_payload,
            created_at: check.created_at,
            verified_at: check.verified_at,
            expires_at: check.expires_at,
            review: check.review_id.map(|review| review.0),
        }
    }

    /// What the provider answered, for people: each value under the names that lead to it.
    pub fn answered(&self) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        if let Some(result) = &self.result {
            under("", result, &mut lines);
        }
        lines
    }
}

/// The values under a name, each with the way to it: "Entries 1, score".
fn under(name: &str, value: &Value, lines: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(parts) => {
            for (part, value) in parts {
                let way = if name.is_empty() {
                    field_words(part)
                } else {
                    format!("{name}, {}", part.replace('_', " "))
                };
                under(&way, value, lines);
            }
        }
        // What has no parts is said in one line.
        Value::Array(all) if all.iter().all(|one| !one.is_object() && !one.is_array()) => {
            let each: Vec<String> = all.iter().map(text).collect();
            if !each.is_empty() {
                lines.push((name.to_owned(), each.join(", ")));
            }
        }
        Value::Array(all) => {
            for (at, one) in all.iter().enumerate() {
                under(&format!("{name} {}", at + 1), one, lines);
            }
        }
        leaf => lines.push((name.to_owned(), text(leaf))),
    }
}

fn text(leaf: &Value) -> String {
    match leaf {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_read_value_by_value() {
        let mut lines = Vec::new();
        let answer = json!({
            "lists": [{ "list": "un", "entries": 3 }], "open": 0, "birth_dates": ["1987-03-09", "1988"], "sure": true,
            "nothing": null,
        });
        under("", &answer, &mut lines);
        let expected = [
            ("Lists 1, list", "un"),
            ("Lists 1, entries", "3"),
            ("Open", "0"),
            ("Birth dates", "1987-03-09, 1988"),
            ("Sure", "yes"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(lines, expected);
    }
}
