//! What a case file holds, by which names, and what of it which reader gets to see.

use crate::{access::permissions::Role, audit::event::What};

/// What this version writes and reads.
pub const FORMAT: &str = "vouch case file 1";

/// For people: begin here.
pub const INDEX: &str = "index.html";
/// How it looks, on screens and on paper.
pub const STYLE: &str = "style.css";
/// The same facts for machines.
pub const FACTS: &str = "casefile.json";
/// What each file is, and how to check it all.
pub const README: &str = "README.txt";
/// The papers, as they were handed in.
pub const DOCUMENTS: &str = "documents/";
/// Their hashes, as `sha256sum --check` reads them.
pub const SUMS: &str = "documents/SHA256SUMS";
/// Each version of the policy that a decision names, a file each.
pub const POLICIES: &str = "policies/";
/// The customer's entries of the audit log, a line of JSON each.
pub const ENTRIES: &str = "audit/entries.jsonl";
/// The hashes of the chain, from the customer's first entry to the checkpoint.
pub const CHAIN: &str = "audit/chain.bin";
/// The signed statement of the chain's length and hash.
pub const CHECKPOINT: &str = "audit/checkpoint.json";
/// Name, size and SHA-256 of every file above.
pub const MANIFEST: &str = "manifest.json";
/// The manifest's signature.
pub const SIGNATURE: &str = "manifest.sig.json";

/// What of a customer's log is kept from whoever is neither manager nor admin: a suspicion that was handed up.
const INTERNAL: &[What] = &[What::SuspicionRaised, What::SuspicionClosed];

/// Whoever a case file is made for: the one place that decides what they get to see of what they may see at all.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// As what they asked for it.
    pub role: Role,
}

impl Reader {
    const fn knows_internal_matters(self) -> bool {
        matches!(self.role, Role::Manager | Role::Admin)
    }

    /// Whether an entry of the log is shown, by its action. The link of one that is not stands in the chain all the same.
    pub fn sees(self, action: &str) -> bool {
        let internal = What::by_action(action).is_some_and(|what| INTERNAL.contains(&what));
        !internal || self.knows_internal_matters()
    }

    /// What colleagues said to each other about a decision.
    pub fn comment(self, comment: Option<&str>) -> Option<&str> {
        comment
    }
}
