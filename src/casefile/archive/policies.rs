//! The versions of the policy that the decisions name.

use std::io::Write;

use crate::{
    casefile::{
        facts::{PolicyFact, WholePolicy},
        store, zip,
    },
    db::Read,
    error::Result,
    jobs::results::unwritten,
    reviews::kyc_file::shown::Names,
    value::CustomerId,
};

/// Each version that a decision about one of these customers names, whole and in a file of its own: years later the policy
/// that holds is another.
pub(super) fn write<W: Write>(
    tx: &mut Read<'_>,
    customers: &[CustomerId],
    names: &Names,
    archive: &mut zip::Writer<W>,
) -> Result<Vec<PolicyFact>> {
    let mut facts = Vec::new();
    for made in store::policies(tx, customers)? {
        let fact = PolicyFact::of(&made, names);
        let whole = WholePolicy {
            version: made.version,
            made_by: fact.made_by.as_deref(),
            made_at: made.at,
            policy: &made.policy,
        };
        let bytes = serde_json::to_vec_pretty(&whole).map_err(anyhow::Error::new)?;
        archive.file(&fact.file, &bytes).map_err(unwritten)?;
        facts.push(fact);
    }
    Ok(facts)
}
