//! A session as it is sent and as it is answered.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::{
    error::FieldError,
    faces::{
        json::{Given, Object},
        trustist::wire::{fault, moment},
    },
    onboarding::{
        rules::{Ais, Identity, MOST_ACCOUNTS, Options, State},
        store::Session,
    },
};

/// A session as a caller asks for it. Unknown fields are ignored.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(extend("required" = ["customerId"]))]
pub struct SessionBody {
    /// The customer: the id that making them answered.
    #[schemars(with = "String", length(min = 1))]
    pub customer_id: Given<String>,
    /// What is asked of them; nothing is left out or false.
    pub options: OptionsBody,
    /// The caller's own code of a branch. It is echoed and moves nothing.
    #[schemars(length(max = 100))]
    pub org_id: Given<String>,
    /// Where the customer goes afterwards: an absolute https address without a user, shown as a link.
    #[schemars(schema_with = "address")]
    pub return_url: Given<String>,
}

fn address(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [
        {"type": "string", "format": "uri", "pattern": "^https://", "maxLength": 2000},
        {"type": "string", "maxLength": 0},
        {"type": "null"},
    ]})
}

/// What is asked of a customer.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct OptionsBody(Given<Object<OptionsFields>>);

/// What is asked of a customer.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(rename = "SessionOptions")]
struct OptionsFields {
    /// Checks of who they are.
    identity: Given<Object<IdentityFields>>,
    /// Information about their bank accounts: recorded here, handled elsewhere.
    ais: Given<Object<AisFields>>,
}

/// Checks of who a customer is.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(rename = "IdentityOptions")]
struct IdentityFields {
    /// That they are who they say.
    identity_check: Given<bool>,
    /// Their name against lists.
    aml_extensive_screening: Given<bool>,
    /// That their document is a true one.
    document_check: Given<bool>,
    /// Where they live.
    proof_of_address: Given<bool>,
    /// Their name against lists, again and again.
    aml_monitoring: Given<bool>,
}

/// Information about bank accounts.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(rename = "AisOptions")]
struct AisFields {
    /// Which accounts there are.
    accounts: Given<bool>,
    /// What is on them.
    balances: Given<bool>,
    /// What was paid.
    transactions: Given<bool>,
    /// At most so many accounts.
    #[schemars(range(min = 1, max = 100))]
    account_limit: Given<u16>,
}

fn on(given: &Given<bool>) -> bool {
    *given == Given::Value(true)
}

impl OptionsBody {
    /// What it asks for, whole.
    pub fn into_options(self) -> Options {
        let Given::Value(Object(fields)) = self.0 else {
            return Options::default();
        };
        let identity = match fields.identity {
            Given::Value(Object(asked)) => Identity {
                identity_check: on(&asked.identity_check),
                aml_extensive_screening: on(&asked.aml_extensive_screening),
                document_check: on(&asked.document_check),
                proof_of_address: on(&asked.proof_of_address),
                aml_monitoring: on(&asked.aml_monitoring),
            },
            Given::Absent | Given::Null => Identity::default(),
        };
        let ais = match fields.ais {
            Given::Value(Object(asked)) => Ais {
                accounts: on(&asked.accounts),
                balances: on(&asked.balances),
                transactions: on(&asked.transactions),
                account_limit: match asked.account_limit {
                    Given::Value(limit) => Some(limit),
                    Given::Absent | Given::Null => None,
                },
            },
            Given::Absent | Given::Null => Ais::default(),
        };
        Options { identity, ais }
    }

    /// What is wrong with what is asked for.
    pub fn fault(options: &Options) -> Option<FieldError> {
        let limit = options.ais.account_limit?;
        let fits = (1..=MOST_ACCOUNTS).contains(&limit);
        (!fits).then(|| fault("options.ais.accountLimit", "a whole number from 1 to 100"))
    }
}

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
    /// The customer's own page; null once the session is over, since the link leads nowhere then.
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
