//! An entry of a watchlist whose name is like the customer's, and what an officer said of it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    reviews::kyc_file::shown::{self, Names},
    verifications::hits::store::{Hit, State},
};

/// A hit.
#[derive(Clone, Debug, Serialize)]
pub struct HitFact {
    /// Its id.
    pub id: Uuid,
    /// The check that found it first.
    pub check: Uuid,
    /// The list.
    pub list: String,
    /// The entry's id there.
    pub entry_id: String,
    /// The entry as it read then: name, dates of birth, countries, whatever else the list says.
    pub entry: Value,
    /// Which of the customer's names it was held against.
    pub compared_name: String,
    /// How alike they are, of 100.
    pub score: i16,
    /// Where it stands now: open, cleared or confirmed.
    pub state: &'static str,
    /// When it was found.
    pub found_at: DateTime<Utc>,
    /// Who said whether it is the customer; null while nobody did.
    pub answered_by: Option<String>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
    /// How they knew, in their words.
    pub reason: Option<String>,
    /// For people: where it stands.
    #[serde(skip)]
    pub words: &'static str,
    /// For people, of the entry: the name, and what else it says, each under its heading.
    #[serde(skip)]
    pub listed: (String, Vec<(&'static str, String)>),
}

impl HitFact {
    /// A hit and why it was settled.
    pub fn of(hit: Hit, reason: Option<String>, names: &Names) -> Self {
        let more = [
            ("Kind", "schema"),
            ("Born", "birth_date"),
            ("Countries", "countries"),
            ("Also called", "aliases"),
        ];
        let more = more
            .into_iter()
            .map(|(words, field)| (words, hit.says(field)))
            .filter(|(_, said)| !said.is_empty())
            .collect();
        let by = hit.settled_kind.as_deref();
        Self {
            id: hit.id.0,
            check: hit.verification_id.0,
            compared_name: hit.name.clone(),
            score: hit.score,
            state: hit.state.as_str(),
            found_at: hit.found_at,
            answered_by: by.map(|kind| shown::actor(kind, hit.settled_by, names)),
            answered_at: hit.settled_at,
            reason,
            words: match hit.state {
                State::Open => "Open: nobody has said yet",
                State::Cleared => "Cleared: it is somebody else",
                State::Confirmed => "Confirmed: it is the customer",
            },
            listed: (hit.says("name"), more),
            list: hit.list,
            entry_id: hit.entry_id,
            entry: hit.entry,
        }
    }
}
