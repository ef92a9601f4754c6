//! Truust's customer, as it is answered.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{customer::joined, moment};
use crate::{
    customers::{rules::Kind, store::Customer},
    faces::truust::PREFIX,
};

/// A customer as the face answers: whole, every key present.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Customer")]
pub(in crate::faces::truust) struct CustomerAnswer {
    /// Their number.
    id: i64,
    /// Their uuid.
    #[schemars(extend("format" = "uuid"))]
    uuid: String,
    /// The whole name: first and last, or the legal one.
    name: Option<String>,
    /// First names; of a company, of whoever acts for it.
    first_name: Option<String>,
    /// Last name; of a company, of whoever acts for it.
    last_name: Option<String>,
    /// The e-mail address.
    email: Option<String>,
    /// The country prefix of the phone number.
    prefix: Option<String>,
    /// The phone number.
    phone: Option<String>,
    /// The caller's own label.
    tag: Option<String>,
    /// What the caller keeps beside the customer.
    #[schemars(with = "Option<Map<String, Value>>")]
    metadata: Option<Value>,
    /// The tax number.
    vat_id: Option<String>,
    /// When they were added; UTC.
    #[schemars(extend("format" = "date-time"))]
    created_at: String,
    /// When they changed last; UTC.
    #[schemars(extend("format" = "date-time"))]
    updated_at: String,
    /// What belongs to them.
    connections: Connections,
}

/// Links from a customer; our ruling, as the vendor's page shows an empty object.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "CustomerConnections")]
struct Connections {
    /// Their verification, where there is one.
    verification: String,
    /// Where their KYC is created.
    verify: String,
}

impl CustomerAnswer {
    /// A customer with what the caller keeps beside them.
    pub fn of(customer: Customer, metadata: Option<Value>) -> Self {
        let at = format!("{PREFIX}/customers/{}", customer.id);
        let part = |name: &Option<String>| name.clone().unwrap_or_default();
        let name = match customer.kind {
            Kind::Legal => part(&customer.legal_name),
            Kind::Natural | Kind::SoleTrader => {
                joined(&part(&customer.first_name), &part(&customer.last_name))
            }
        };
        Self {
            id: customer.number,
            uuid: customer.id.to_string(),
            name: Some(name).filter(|name| !name.is_empty()),
            first_name: customer.first_name,
            last_name: customer.last_name,
            email: customer.email,
            prefix: customer.phone_prefix,
            phone: customer.phone,
            tag: customer.tag,
            metadata,
            vat_id: customer.tax_id,
            created_at: moment(customer.created_at),
            updated_at: moment(customer.updated_at),
            connections: Connections {
                verification: format!("{at}/verification"),
                verify: format!("{at}/verify"),
            },
        }
    }
}
