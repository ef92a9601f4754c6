//! What a session may ask for: the options that the vendor names.

use serde::{Deserialize, Serialize};

/// What a session asks for, whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Options {
    /// Who the customer is.
    pub identity: Identity,
    /// What stands on their bank accounts.
    pub ais: Ais,
}

/// Checks of who the customer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option that the vendor names"
)]
pub struct Identity {
    /// That they are who they say.
    pub identity_check: bool,
    /// Their name against lists.
    pub aml_extensive_screening: bool,
    /// That their document is a true one.
    pub document_check: bool,
    /// Where they live.
    pub proof_of_address: bool,
    /// Their name against lists, again and again.
    pub aml_monitoring: bool,
}

impl Identity {
    /// Whether anything of it is asked for.
    pub const fn any(self) -> bool {
        self.identity_check
            || self.aml_extensive_screening
            || self.document_check
            || self.proof_of_address
            || self.aml_monitoring
    }
}

/// Account information: a bank's, so the session only records that it was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Ais {
    /// Which accounts there are.
    pub accounts: bool,
    /// What is on them.
    pub balances: bool,
    /// What was paid.
    pub transactions: bool,
    /// At most so many accounts.
    pub account_limit: Option<u16>,
}

impl Ais {
    /// Whether anything of it is asked for.
    pub const fn any(self) -> bool {
        self.accounts || self.balances || self.transactions
    }
}
