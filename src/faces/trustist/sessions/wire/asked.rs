//! A session as it is sent.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::{
    error::FieldError,
    faces::{
        json::{Given, Object},
        trustist::wire::fault,
    },
    onboarding::rules::{Ais, Identity, MOST_ACCOUNTS, Options},
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

    /// What this interface calls an option of who the customer is: in camel case.
    pub fn named(option: &str) -> String {
        let mut words = option.split('_');
        let mut name = words.next().unwrap_or_default().to_owned();
        for word in words {
            let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
            name.push_str(&first.to_ascii_uppercase());
            name.push_str(rest);
        }
        name
    }

    /// What is wrong with what is asked for.
    pub fn fault(options: &Options) -> Option<FieldError> {
        let limit = options.ais.account_limit?;
        let fits = (1..=MOST_ACCOUNTS).contains(&limit);
        (!fits).then(|| fault("options.ais.accountLimit", "a whole number from 1 to 100"))
    }
}
