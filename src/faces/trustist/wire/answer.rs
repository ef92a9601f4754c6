//! A customer as the face answers.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::customers::store::Customer;

/// A customer as the face answers: whole, every key present.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerAnswer {
    id: String,
    tenant_id: String,
    first_name: Option<String>,
    last_name: Option<String>,
    email_address: Option<String>,
    date_of_birth: Option<String>,
    address: AddressAnswer,
    org_id: Option<String>,
    created: String,
    last_updated: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AddressAnswer {
    address_line1: Option<String>,
    address_line2: Option<String>,
    city: Option<String>,
    postal_code: Option<String>,
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
