//! A customer as the face answers.

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::customers::store::Customer;

/// A customer as the face answers: whole, every key present.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerAnswer {
    /// Its short id: 12 characters.
    #[schemars(regex(pattern = "^[0-9A-Za-z]{12}$"))]
    id: String,
    /// The tenant that the key belongs to.
    #[schemars(extend("format" = "uuid"))]
    tenant_id: String,
    /// First names.
    first_name: Option<String>,
    /// Last name.
    last_name: Option<String>,
    /// The e-mail address.
    email_address: Option<String>,
    /// The date of birth, `YYYY-MM-DD`.
    #[schemars(extend("format" = "date"))]
    date_of_birth: Option<String>,
    /// Where they live.
    address: AddressAnswer,
    /// The code of their branch, where the caller named one.
    org_id: Option<String>,
    /// When they were added; UTC.
    #[schemars(extend("format" = "date-time"))]
    created: String,
    /// When they changed last; UTC.
    #[schemars(extend("format" = "date-time"))]
    last_updated: String,
}

/// An address as the face answers: whole, every key present.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AddressAnswer {
    /// Street and number.
    address_line1: Option<String>,
    /// What follows it.
    address_line2: Option<String>,
    /// The city.
    city: Option<String>,
    /// The postal code.
    postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: Option<String>,
}

impl CustomerAnswer {
    /// A customer with the code of its branch, where one was named.
    pub fn of(tenant: &str, customer: Customer, org_id: Option<String>) -> Self {
        Self {
            id: customer.short_id,
            tenant_id: tenant.to_owned(),
            first_name: customer.first_name,
            last_name: customer.last_name,
            email_address: customer.email,
            date_of_birth: customer.birth_date.map(|day| day.to_string()),
            address: AddressAnswer {
                address_line1: customer.address_line1,
                address_line2: customer.address_line2,
                city: customer.city,
                postal_code: customer.postal_code,
                country: customer.country,
            },
            org_id,
            created: moment(customer.created_at),
            last_updated: moment(customer.updated_at),
        }
    }
}

/// A moment as the face writes it: UTC with `Z`, to the millisecond.
pub(in crate::faces::trustist) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
