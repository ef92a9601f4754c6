//! A tax residence as it is sent and as it is answered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    add, fault,
    kyc::moment,
    numbers::{Flag, Whole},
};
use crate::{
    customers::tax_residences::{
        by_number::Numbered,
        rules::{self, WaiverReason},
        store::Wanted,
        typed::Typed,
    },
    error::{Error, FieldError},
    faces::{json::Given, treezor::errors::REQUIRED},
};

/// A tax residence as a caller sends one. Unknown fields are ignored.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct TaxResidenceBody {
    /// Whose. Needed where one is added; fixed then.
    pub user_id: Given<Whole>,
    /// ISO 3166-1 alpha-2. Needed where one is added.
    country: Given<String>,
    /// The number there. Needed of the United States, and of whoever is served in Italy.
    #[schemars(length(max = 64))]
    tax_payer_id: Given<String>,
    /// Whether there is no number: true exactly where taxPayerId is empty. Needed where one is added.
    liability_waiver: Given<Flag>,
}

/// What is kept where a caller says that there is no number, and not why: our ruling.
const NO_REASON: WaiverReason = WaiverReason::NotRequired;

impl TaxResidenceBody {
    /// Whose, where one is added.
    pub fn user(&self) -> Result<i64, FieldError> {
        match self.user_id {
            Given::Value(Whole(number)) => Ok(number),
            Given::Absent | Given::Null => Err(fault("userId", REQUIRED)),
        }
    }

    /// What is to be written over what stands there, or what must be mended.
    pub fn wanted(
        self,
        before: Option<&Numbered>,
        mut faults: Vec<FieldError>,
    ) -> Result<Wanted, Error> {
        let mut typed = Typed {
            country: before.map_or_else(String::new, |one| one.country.clone()),
            tax_payer_id: before
                .and_then(|one| one.tax_payer_id.clone())
                .unwrap_or_default(),
            ..Typed::default()
        };
        let mut waived = before.map(|one| one.liability_waiver);
        self.country.put(&mut typed.country);
        self.tax_payer_id.put(&mut typed.tax_payer_id);
        match self.liability_waiver {
            Given::Absent => {}
            Given::Value(Flag(said)) => waived = Some(said),
            Given::Null => waived = None,
        }
        // Whoever sends nothing at all is told that it is needed, not what may stand in it.
        let empty = [
            ("country", typed.country.is_empty()),
            ("liabilityWaiver", waived.is_none()),
        ];
        match typed.waived(waived, NO_REASON) {
            Ok(wanted) if faults.is_empty() => return Ok(wanted),
            Ok(_) => {}
            Err(found) => {
                for one in found.into_iter().map(named) {
                    let missing = empty.iter().any(|(name, is)| *is && *name == one.field);
                    let message = if missing {
                        REQUIRED.into()
                    } else {
                        one.message
                    };
                    add(&mut faults, FieldError { message, ..one });
                }
            }
        }
        Err(Error::Invalid(faults))
    }
}

/// What must be mended, in the face's names. A number is said to be missing as any other field is.
pub fn named(one: FieldError) -> FieldError {
    let field = match one.field.as_ref() {
        "tax_payer_id" => "taxPayerId",
        "country" => "country",
        _ => "liabilityWaiver",
    };
    let message = if one.message == rules::NUMBER_NEEDED {
        REQUIRED.into()
    } else {
        one.message
    };
    FieldError {
        field: field.into(),
        message,
    }
}

/// Tax residences.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaxResidences {
    /// Of one that was asked for alone, one.
    pub tax_residences: Vec<TaxResidence>,
}

/// A tax residence as the face answers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct TaxResidence {
    /// Its number.
    id: i64,
    /// Whose.
    user_id: i64,
    /// ISO 3166-1 alpha-2.
    country: String,
    /// The number there.
    tax_payer_id: Option<String>,
    /// Whether there is none.
    liability_waiver: bool,
    /// When it was added; UTC.
    #[schemars(extend("format" = "date-time"))]
    created_date: String,
    /// When it was changed last; UTC.
    #[schemars(extend("format" = "date-time"))]
    modified_date: String,
    /// Whether it was taken away by this very request.
    is_deleted: bool,
}

impl TaxResidence {
    /// One of a user; `gone`: it was just taken away.
    pub fn of(user: i64, one: Numbered, gone: bool) -> Self {
        Self {
            id: one.number,
            user_id: user,
            country: one.country,
            tax_payer_id: one.tax_payer_id,
            liability_waiver: one.liability_waiver,
            created_date: moment(one.created_at),
            modified_date: moment(one.updated_at),
            is_deleted: gone,
        }
    }
}
