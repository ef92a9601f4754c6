//! A session as it is answered.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    faces::trustist::wire::moment,
    onboarding::{
        rules::{Options, State},
        store::Session,
    },
};

/// A session as the face answers: whole, every key present.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionAnswer {
    /// Its id.
    #[schemars(extend("format" = "uuid"))]
    id: String,
    /// The customer's id.
    #[schemars(regex(pattern = "^[0-9A-Za-z]{12}$"))]
    customer_id: String,
    /// The tenant that the key belongs to.
    #[schemars(extend("format" = "uuid"))]
    tenant_id: String,
    /// The code that opening it named, or else the customer's.
    org_id: Option<String>,
    /// Where it stands.
    status: State,
    /// What it asks for, whole.
    options: OptionsAnswer,
    /// The customer's own page; null once the session is over, since the link leads nowhere then, and for a key that may not
    /// open sessions.
    #[schemars(extend("format" = "uri"))]
    onboard_url: Option<String>,
    /// Where the customer goes afterwards.
    #[schemars(extend("format" = "uri"))]
    return_url: Option<String>,
    /// Until when the link works; UTC.
    #[schemars(extend("format" = "date-time"))]
    expires_at: String,
    /// When it was opened; UTC.
    #[schemars(extend("format" = "date-time"))]
    created: String,
    /// When it changed last; UTC.
    #[schemars(extend("format" = "date-time"))]
    last_updated: String,
}

/// What is asked for, whole.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OptionsAnswer {
    /// Checks of who they are.
    identity: IdentityAnswer,
    /// Information about their bank accounts.
    ais: AisAnswer,
}

/// Checks of who a customer is, whole.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option that the vendor names"
)]
struct IdentityAnswer {
    /// That they are who they say.
    identity_check: bool,
    /// Their name against lists.
    aml_extensive_screening: bool,
    /// That their document is a true one.
    document_check: bool,
    /// Where they live.
    proof_of_address: bool,
    /// Their name against lists, again and again.
    aml_monitoring: bool,
}

/// Information about bank accounts, whole.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AisAnswer {
    /// Which accounts there are.
    accounts: bool,
    /// What is on them.
    balances: bool,
    /// What was paid.
    transactions: bool,
    /// At most so many accounts.
    account_limit: Option<u16>,
}

impl SessionAnswer {
    /// A session of the customer with this short id, with its link where that works.
    pub fn of(
        tenant: &str,
        session: &Session,
        customer: String,
        state: State,
        link: Option<String>,
    ) -> Self {
        let Options { identity, ais } = session.options();
        Self {
            id: session.id.to_string(),
            customer_id: customer,
            tenant_id: tenant.to_owned(),
            org_id: session.org_id.clone(),
            status: state,
            options: OptionsAnswer {
                identity: IdentityAnswer {
                    identity_check: identity.identity_check,
                    aml_extensive_screening: identity.aml_extensive_screening,
                    document_check: identity.document_check,
                    proof_of_address: identity.proof_of_address,
                    aml_monitoring: identity.aml_monitoring,
                },
                ais: AisAnswer {
                    accounts: ais.accounts,
                    balances: ais.balances,
                    transactions: ais.transactions,
                    account_limit: ais.account_limit,
                },
            },
            onboard_url: link,
            return_url: session.return_url.clone(),
            expires_at: moment(session.expires_at),
            created: moment(session.created_at),
            last_updated: moment(session.updated_at),
        }
    }
}
