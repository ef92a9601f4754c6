//! What was stated instead of a number or an owner: by whom, when, and in which words.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::{
    casefile::store::Said,
    customers::{
        ownership::store::NoOwner,
        tax_residences::{TaxResidence, rules::WaiverReason},
    },
    reviews::kyc_file::shown::{self, Names},
};

/// A country in which the customer pays tax.
#[derive(Clone, Debug, Serialize)]
pub struct TaxFact {
    /// ISO 3166-1, two letters.
    pub country: String,
    /// The number there.
    pub tax_payer_id: Option<String>,
    /// Stated instead of a number: there is none.
    pub liability_waiver: bool,
    /// Why there is none: `not_issued`, `not_required`, `not_obtained`.
    pub waiver_reason: Option<&'static str>,
    /// The same in the customer's words.
    pub waiver_note: Option<String>,
    /// For people: why there is none.
    #[serde(skip)]
    pub words: Option<&'static str>,
}

impl From<TaxResidence> for TaxFact {
    fn from(one: TaxResidence) -> Self {
        Self {
            country: one.country,
            tax_payer_id: one.tax_payer_id,
            liability_waiver: one.liability_waiver,
            waiver_reason: one.waiver_reason.map(WaiverReason::as_str),
            waiver_note: one.waiver_note,
            words: one.waiver_reason.map(WaiverReason::words),
        }
    }
}

/// The statement that nobody owns a quarter or more of a company.
#[derive(Clone, Debug, Serialize)]
pub struct NoOwnerFact {
    /// Who of the company stated it; null where nobody noted that.
    pub stated_by: Option<String>,
    /// On which day.
    pub stated_on: Option<NaiveDate>,
    /// Who noted it; null where the log does not say.
    pub noted_by: Option<String>,
    /// When.
    pub noted_at: Option<DateTime<Utc>>,
}

impl NoOwnerFact {
    /// The statement, and the entry of the log that noted it.
    pub fn of(stated: NoOwner, noted: Option<&Said>, names: &Names) -> Self {
        Self {
            stated_by: stated.by,
            stated_on: stated.on,
            noted_by: noted.map(|said| shown::actor(&said.kind, said.by, names)),
            noted_at: noted.map(|said| said.at),
        }
    }
}
