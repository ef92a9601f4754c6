//! A paper, and where it stands in the archive.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    documents::store::Document,
    reviews::kyc_file::shown::{self, Names},
};

/// A paper.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the paper")]
pub struct DocumentFact {
    pub id: Uuid,
    pub r#type: &'static str,
    /// What its owner called it.
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
    pub status: &'static str,
    pub reason: Option<String>,
    pub expires_on: Option<NaiveDate>,
    pub handed_in_by: String,
    pub handed_in_at: DateTime<Utc>,
    /// Where it stands in this archive.
    pub file: Option<String>,
    /// Why it does not.
    pub missing: Option<&'static str>,
    #[serde(skip)]
    pub words: (&'static str, &'static str),
}

impl DocumentFact {
    /// A paper, and where it stands in the archive or why it does not.
    pub fn of(document: &Document, file: Result<String, &'static str>, names: &Names) -> Self {
        let (file, missing) = match file {
            Ok(file) => (Some(file), None),
            Err(why) => (None, Some(why)),
        };
        Self {
            id: document.id.0,
            r#type: document.document_type.as_str(),
            name: document.name.clone(),
            media_type: document.media_type.clone(),
            size: document.size,
            sha256: hex::encode(&document.sha256),
            status: document.status.as_str(),
            reason: document.reason.clone(),
            expires_on: document.expires_on,
            handed_in_by: shown::actor(&document.uploaded_kind, document.uploaded_id, names),
            handed_in_at: document.created_at,
            file,
            missing,
            words: (document.document_type.words(), document.status.words()),
        }
    }
}
