//! Truust's document: a paper as it is sent, in a data URL, and as it is answered.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Faults, moment};
use crate::{
    documents::{
        media::Media,
        rules::{DocumentStatus, DocumentType, MOST_BYTES},
        store::Document,
    },
    error::{Error, FieldError, Result},
    faces::json::Given,
    reviews::policy::rules::{Language, Policy},
    web::input::Desk,
};

/// What a paper may be here. The vendor's page names none; our ruling: what the desk takes, without TIFF.
const TAKEN: [Media; 3] = [Media::Jpeg, Media::Png, Media::Pdf];

/// A paper as a caller sends it. Unknown fields are ignored.
// What is missing and what is null are one fault, said of each field by its name: so reading requires none.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["type", "content"]))]
pub(in crate::faces::truust) struct DocumentBody {
    /// What it is to prove.
    #[schemars(with = "DocumentType")]
    r#type: Given<String>,
    /// A JPG, PNG or PDF of at most 10 MB, as a data URL in base64. What it is, its first bytes say, whatever the URL does.
    #[schemars(with = "String", regex(pattern = "^data:[^,]*;base64,"))]
    content: Given<String>,
}

impl DocumentBody {
    /// What it proves, and its bytes; `wrong`: what could not be read.
    pub fn read(&self, wrong: Vec<FieldError>) -> Result<(DocumentType, Vec<u8>)> {
        let mut faults = Faults::of(wrong);
        let of = match &self.r#type {
            Given::Value(name) => name.parse::<DocumentType>().ok(),
            Given::Absent | Given::Null => None,
        };
        if of.is_none() {
            faults.say("type", "Send one of the types of documents");
        }
        let bytes = match &self.content {
            Given::Value(url) => decoded(url),
            Given::Absent | Given::Null => None,
        };
        match &bytes {
            None => faults.say("content", "Send a file as a data URL in base64"),
            Some(bytes) if bytes.len() > MOST_BYTES => return Err(Error::TooLarge),
            Some(bytes) if !Media::of(bytes).is_some_and(|media| TAKEN.contains(&media)) => {
                faults.say(
                    "content",
                    "Only JPG, PNG and PDF files are taken, whatever they are called",
                );
            }
            Some(_) => {}
        }
        faults.none()?;
        of.zip(bytes).ok_or(Error::NotFound)
    }
}

/// What a data URL holds; nothing where it is none, or not in base64.
fn decoded(url: &str) -> Option<Vec<u8>> {
    let (head, data) = url.strip_prefix("data:")?.split_once(',')?;
    let base64 = head.rsplit(';').next()?;
    if !base64.eq_ignore_ascii_case("base64") || !head.contains(';') {
        return None;
    }
    STANDARD.decode(data).ok()
}

/// Where a paper stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schemars(rename = "DocumentStatus")]
enum Status {
    /// Nobody has looked at it yet.
    Created,
    /// Accepted.
    Validated,
    /// Not accepted, or taken back.
    Refused,
}

/// A paper as the face answers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Document")]
pub(in crate::faces::truust) struct DocumentAnswer {
    /// Its number.
    id: i64,
    /// Its uuid.
    #[schemars(extend("format" = "uuid"))]
    uuid: String,
    /// What it is to prove.
    r#type: DocumentType,
    /// Where it stands.
    status: Status,
    /// What the customer may be told, where it was refused.
    refused_reason: Option<String>,
    /// Its page at the desk, for whoever may see it there. The file itself is never given out.
    url: String,
    /// When it was handed in; UTC.
    #[schemars(extend("format" = "date-time"))]
    created_at: String,
}

/// Papers, newest first, without pages.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::faces::truust) struct Documents {
    /// They.
    pub data: Vec<DocumentAnswer>,
}

impl DocumentAnswer {
    /// A paper. A canceled one shows as refused; the reason is the customer's words for its code, in English, and null where
    /// that reason stays among colleagues.
    pub fn of(document: Document, policy: &Policy, desk: &Desk) -> Self {
        let reason = document
            .reason
            .as_deref()
            .and_then(|code| policy.reason(code));
        let told = reason.map(|reason| reason.customer.of(Language::En));
        Self {
            id: document.number,
            uuid: document.id.to_string(),
            r#type: document.document_type,
            status: match document.status {
                DocumentStatus::Pending => Status::Created,
                DocumentStatus::Validated => Status::Validated,
                DocumentStatus::Refused | DocumentStatus::Canceled => Status::Refused,
            },
            refused_reason: told.filter(|told| !told.is_empty()).map(str::to_owned),
            url: desk.address(&format!("/documents/{}", document.id)),
            created_at: moment(document.created_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_url_is_read_by_its_form() {
        for (url, holds) in [
            ("data:image/png;base64,aGk=", Some(&b"hi"[..])),
            ("data:;base64,aGk=", Some(b"hi")),
            ("data:text/plain;charset=utf-8;BASE64,aGk=", Some(b"hi")),
            ("data:image/png;base64,", Some(b"")),
            ("data:image/png,aGk=", None),
            ("data:base64,aGk=", None),
            ("data:image/png;base64,aGk", None),
            ("data:image/png;base64,a Gk=", None),
            ("aGk=", None),
            ("", None),
        ] {
            assert_eq!(decoded(url).as_deref(), holds, "{url}");
        }
    }
}
