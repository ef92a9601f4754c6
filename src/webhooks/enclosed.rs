//! Treezor's message: plain text that holds the signature of its own payload. The payload is signed alone, as compact JSON in
//! which `/` is `\/` and what is not ASCII is `\uXXXX` in lower case; all of the message is written so, and whoever cuts the payload
//! out finds what was signed.

use std::io::{self, Write};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde_json::{
    Value, json,
    ser::{CompactFormatter, Formatter, Serializer},
};
use sha2::Sha256;

use crate::{error::Result, value::DeliveryId};

/// How it travels.
pub const MEDIA: &str = "text/plain";
/// What is signed.
const PAYLOAD: &str = "object_payload";
/// Where the signature stands.
pub const SIGNATURE: &str = "object_payload_signature";

/// A message, not signed yet: the secret is that of the day on which it is sent. `data`: `{"users": […]}` or `{"kycs": […]}`.
pub fn message(id: DeliveryId, name: &str, at: DateTime<Utc>, data: &Value) -> Result<Vec<u8>> {
    let first = data
        .as_object()
        .and_then(|lists| lists.iter().next())
        .and_then(|(list, items)| Some((list.trim_end_matches('s'), items.get(0)?)));
    let user = first.and_then(|(_, item)| item.get("userId"));
    let user = match user {
        Some(Value::String(text)) => text.clone(),
        Some(number) => number.to_string(),
        None => String::new(),
    };
    let message = json!({
        "webhook": name,
        "webhook_id": id.to_string(),
        // In ten-thousandths of a second.
        "webhook_created_at": at.timestamp_micros() / 100,
        "object": first.map_or("", |(object, _)| object),
        "object_id": user,
        (PAYLOAD): data,
    });
    Ok(compact(&message)?.into_bytes())
}

/// The message with its signature under this secret.
pub fn signed(body: &[u8], secret: &str) -> Result<Vec<u8>> {
    let mut message: Value = serde_json::from_slice(body).map_err(anyhow::Error::new)?;
    let payload = compact(&message[PAYLOAD])?;
    if let Value::Object(fields) = &mut message {
        let signature = signature(secret.as_bytes(), &payload);
        fields.insert(SIGNATURE.to_owned(), signature.into());
    }
    Ok(compact(&message)?.into_bytes())
}

/// Base64 of the HMAC-SHA256 of a payload as it is written here.
fn signature(secret: &[u8], payload: &str) -> String {
    // HMAC takes a key of any length.
    let mac = Hmac::<Sha256>::new_from_slice(secret);
    mac.map_or_else(
        |_| String::new(),
        |mac| STANDARD.encode(mac.chain_update(payload.as_bytes()).finalize().into_bytes()),
    )
}

fn compact(value: &Value) -> Result<String> {
    let mut text = Vec::new();
    value
        .serialize(&mut Serializer::with_formatter(
            &mut text,
            Plain(CompactFormatter),
        ))
        .map_err(anyhow::Error::new)?;
    Ok(String::from_utf8(text).map_err(anyhow::Error::new)?)
}

/// In ASCII alone.
struct Plain(CompactFormatter);

impl Formatter for Plain {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for character in fragment.chars() {
            match character {
                '/' => writer.write_all(b"\\/")?,
                plain if plain.is_ascii() => writer.write_all(&[plain as u8])?,
                other => {
                    for unit in other.encode_utf16(&mut [0; 2]) {
                        write!(writer, "\\u{unit:04x}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsecret";
    const SIGNED: &str = r#"{"users":[{"userId":"1611975","lastname":"Am\u00e9li\/e","kycLevel":"0","kycReview":"1"}]}"#;

    fn payload() -> Value {
        json!({"users": [{"userId": "1611975", "lastname": "Améli/e", "kycLevel": "0", "kycReview": "1"}]})
    }

    #[test]
    fn the_vector_holds() {
        let written = compact(&payload()).expect("JSON");
        assert_eq!(written, SIGNED);
        assert_eq!(
            signature(SECRET.as_bytes(), &written),
            "439KMNajrgquF//gytVDMRD7EWE9touYv1ELZVUpCQY="
        );
    }

    #[test]
    fn what_lies_beyond_the_first_plane_is_two_units_and_control_characters_stay_as_json_has_them()
    {
        let written = compact(&json!({"é": "😀\u{1}\"\\\n"})).expect("JSON");
        assert_eq!(written, r#"{"\u00e9":"\ud83d\ude00\u0001\"\\\n"}"#);
    }

    #[test]
    fn a_message_names_what_it_is_about_and_encloses_its_signature() {
        let at = DateTime::from_timestamp_micros(1_767_225_600_123_456).expect("a time");
        let id = DeliveryId(uuid::Uuid::nil());
        let body = message(id, "user.kycrequest", at, &payload()).expect("a message");
        let whole = String::from_utf8(signed(&body, SECRET).expect("signed")).expect("text");
        assert_eq!(
            whole,
            format!(
                r#"{{"webhook":"user.kycrequest","webhook_id":"{id}","webhook_created_at":17672256001234,"object":"user","object_id":"1611975","object_payload":{SIGNED},"object_payload_signature":"439KMNajrgquF\/\/gytVDMRD7EWE9touYv1ELZVUpCQY="}}"#
            )
        );
        let nothing = message(id, "webhook.test", at, &json!({})).expect("a message");
        let nothing: Value = serde_json::from_slice(&nothing).expect("JSON");
        assert_eq!(
            (&nothing["object"], &nothing["object_id"]),
            (&json!(""), &json!(""))
        );
    }
}
