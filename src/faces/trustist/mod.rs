//! Trustist's face: customers, and webhooks, by HMAC- or Hawk-signed requests. Fields are in camel case; what a customer lacks is null.

use crate::{
    access::keys::{guard::grants, rules::Face},
    web::router::Router,
};

mod customers;
pub mod errors;
mod webhooks;
mod wire;

grants! { Trustist:
    /// Make customers.
    CreateCustomer "create_customer";
    /// Read one customer.
    ReadCustomer "read_customers" "read_customer";
    /// Read many.
    ReadCustomers "read_customers";
    /// Change customers.
    UpdateCustomer "update_customer";
    /// Say where they are told of what happens.
    ManageWebhooks "manage_webhooks";
}

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .face(Face::Trustist, "POST", "/v1/customers", customers::create)
        .face(Face::Trustist, "GET", "/v1/customers", customers::list)
        .face(Face::Trustist, "GET", "/v1/customers/{id}", customers::read)
        .face(
            Face::Trustist,
            "PUT",
            "/v1/customers/{id}",
            customers::update,
        )
        .face(
            Face::Trustist,
            "POST",
            "/v1/onboard/webhooks",
            webhooks::create,
        )
}
