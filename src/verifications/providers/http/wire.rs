//! What is said to a provider and read from it.

use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike as _, SecondsFormat, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::store::Configured;
use crate::{
    error::{Error, Result},
    outgoing::{
        self, Client, Failure,
        signature::{HEADERS, Secret},
    },
    value::VerificationId,
    verifications::{
        providers::{Answer, Question},
        rules::Status,
        store::Verification,
    },
};

/// Pauses before the second and the third attempt.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(700)];

fn body(kind: &str, now: DateTime<Utc>, data: &Value) -> Result<Vec<u8>> {
    let at = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    let message = json!({ "type": kind, "timestamp": at, "data": data });
    Ok(serde_json::to_vec(&message).map_err(anyhow::Error::new)?)
}

/// The question about a new check, with what the customer declared.
pub fn start(question: &Question<'_>, callback: &str, now: DateTime<Utc>) -> Result<Vec<u8>> {
    let (asked, facts) = (question.asked, question.facts);
    let customer = &facts.customer;
    let residences: Vec<Value> = facts
        .residences
        .iter()
        .map(|one| json!({ "country": one.country, "tax_payer_id": one.tax_payer_id }))
        .collect();
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let data = json!({
        "verification_id": question.check,
        "verification_type": asked.verification_type,
        "check_type": some(&asked.check_type),
        "number": some(&asked.number),
        "callback_url": callback,
        "customer": {
            "id": customer.id,
            "kind": customer.kind,
            "first_name": customer.first_name,
            "last_name": customer.last_name,
            "legal_name": customer.legal_name,
            "legal_form": customer.legal_form,
            "registration_number": customer.registration_number,
            "email": customer.email,
            "birth_date": customer.birth_date,
            "birth_place": customer.birth_place,
            "birth_country": customer.birth_country,
            "nationality": customer.nationality,
            "address": {
                "line1": customer.address_line1,
                "line2": customer.address_line2,
                "city": customer.city,
                "postal_code": customer.postal_code,
                "state": customer.state,
                "country": customer.country,
            },
            "tax_id": customer.tax_id,
            "tax_residences": residences,
        },
    });
    body("verification.start", now, &data)
}

/// The question after a check that is pending.
pub fn poll(check: &Verification, callback: &str, now: DateTime<Utc>) -> Result<Vec<u8>> {
    let data = json!({
        "verification_id": check.id,
        "verification_type": check.verification_type,
        "check_type": check.check_type,
        "reference": check.provider_reference,
        "callback_url": callback,
    });
    body("verification.poll", now, &data)
}

/// Asks, and again where nobody answered or the answer was that it cannot be done now; all within the provider's time.
pub fn ask(
    client: &Client,
    configured: &Configured,
    secret: &Secret,
    check: VerificationId,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<Answer> {
    let patience = Duration::from_secs(u64::from(configured.timeout_seconds.unsigned_abs()));
    let begun = Instant::now();
    let (id, timestamp) = (check.to_string(), now.timestamp());
    let (at, signature) = (timestamp.to_string(), secret.sign(&id, timestamp, body));
    let headers = [
        ("content-type", "application/json"),
        (HEADERS[0], id.as_str()),
        (HEADERS[1], at.as_str()),
        (HEADERS[2], signature.as_str()),
    ];
    let mut pauses = PAUSES.into_iter();
    loop {
        let left = patience.saturating_sub(begun.elapsed());
        let said = client.post(&configured.url, &headers, body, left);
        let away = match said {
            Ok(outgoing::Answer {
                body: Err(failure), ..
            }) => failure.to_string(),
            Ok(answer) => match understood(check, &answer) {
                Ok(answer) => return Ok(answer),
                Err(Trouble::Passing(why)) => why,
                Err(Trouble::Lasting(why)) => return Err(Error::Unavailable(why)),
                Err(Trouble::Declined(status)) => return Err(declined(status)),
            },
            Err(Failure::Refused(why)) => {
                return Err(Error::Unavailable(format!("provider: {why}")));
            }
            Err(failure) => failure.to_string(),
        };
        let pause = pauses.next();
        let left = patience.saturating_sub(begun.elapsed());
        match pause {
            Some(pause) if pause < left => std::thread::sleep(pause),
            _ => return Err(Error::Unavailable(format!("provider: {away}"))),
        }
    }
}

/// The provider's own words stay out of it: they may say anything about the customer.
fn declined(status: u16) -> Error {
    let said = format!(
        "The provider refused the question (it answered {status}). Nothing was stored, and the same question will be refused again."
    );
    Error::Declined(said.into())
}

enum Trouble {
    /// Not now.
    Passing(String),
    /// It does not do what a provider does.
    Lasting(String),
    /// It is there, and takes no such question, or none of ours.
    Declined(u16),
}

fn understood(check: VerificationId, answer: &outgoing::Answer) -> Result<Answer, Trouble> {
    match answer.status {
        202 | 204 => Ok(Answer::pending()),
        200 | 201 => match answer.body.as_deref().map(read) {
            Ok(Ok((about, answer))) if about.is_none_or(|about| about == check) => Ok(answer),
            _ => Err(Trouble::Lasting(
                "the provider's answer was not understood".to_owned(),
            )),
        },
        status @ (408 | 425 | 429 | 500..=599) => {
            Err(Trouble::Passing(format!("answered {status}")))
        }
        status @ 400..=499 => Err(Trouble::Declined(status)),
        status => Err(Trouble::Lasting(format!("the provider answered {status}"))),
    }
}

#[derive(Deserialize)]
struct Said {
    verification_id: Option<VerificationId>,
    status: Status,
    reference: Option<String>,
    reason: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    result: Option<Map<String, Value>>,
}

/// What a provider says: about which check, where it says so, and how it stands.
pub fn read(body: &[u8]) -> Result<(Option<VerificationId>, Answer)> {
    if body.windows(6).any(|piece| piece == b"\\u0000") {
        return Err(Error::BadRequest("a NUL character is not text".into()));
    }
    let said: Said = serde_json::from_slice(body)
        .map_err(|_| Error::BadRequest("this is no answer about a verification".into()))?;
    if said.status == Status::Expired {
        return Err(Error::field(
            "status",
            "one of pending, verified and failed",
        ));
    }
    let years = 1..=9999;
    if said
        .expires_at
        .is_some_and(|at| !years.contains(&at.year()))
    {
        return Err(Error::field(
            "expires_at",
            "a moment of a year from 1 to 9999",
        ));
    }
    let cut = |text: String, most: usize| text.chars().take(most).collect::<String>();
    let answer = Answer {
        status: said.status,
        reference: said.reference.map(|text| cut(text, 255)),
        reason: said.reason.map(|text| cut(text, 1_000)),
        payload: said.result,
        expires_at: said.expires_at,
        ..Answer::pending()
    };
    Ok((said.verification_id, answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_and_what_is_none_is_refused() {
        let id = "0199b0a2-7d5e-7000-8000-000000000001";
        let text = format!(
            r#"{{"verification_id":"{id}","status":"failed","reason":"No such person","result":{{"score":3}},"more":1}}"#
        );
        let (about, answer) = read(text.as_bytes()).expect("an answer");
        assert_eq!(about.map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!(answer.status, Status::Failed);
        assert_eq!(answer.payload.expect("a payload")["score"], 3);
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"status":"expired"}"#,
            r#"{"status":"no"}"#,
            r#"{"status":"failed","result":[]}"#,
            r#"{"status":"failed","reason":"\u0000"}"#,
            // No moment that a database keeps.
            r#"{"status":"verified","expires_at":"-9999-01-01T00:00:00Z"}"#,
            r#"{"status":"verified","expires_at":"+12345-01-01T00:00:00Z"}"#,
        ] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
