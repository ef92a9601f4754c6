//! Policies in the database: every version that ever held.

use diesel::prelude::*;

use super::rules::Policy;
use crate::{
    db::{Change, Read},
    error::Result,
    schema::policies,
};

/// A policy with the number of its version. Version 0 is the one that is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
    /// Its number.
    pub version: i32,
    /// What it says.
    pub policy: Policy,
}

/// The policy that holds now.
pub fn current(tx: &mut Read<'_>) -> Result<Versioned> {
    let tenant = tx.scope().organisation();
    let newest: Option<(i32, serde_json::Value)> = policies::table
        .filter(policies::organisation_id.eq(tenant))
        .order(policies::version.desc())
        .select((policies::version, policies::body))
        .first(tx.conn())
        .optional()?;
    let Some((version, body)) = newest else {
        return Ok(Versioned {
            version: 0,
            policy: Policy::default(),
        });
    };
    let policy = serde_json::from_value(body).map_err(anyhow::Error::new)?;
    Ok(Versioned { version, policy })
}

/// Writes the version that follows `before`. Whoever wrote one in between wins: this is then a conflict.
pub fn add(tx: &mut Change<'_>, before: i32, policy: &Policy) -> Result<i32> {
    let (tenant, now, by) = (tx.scope().organisation(), tx.now(), tx.actor().staff());
    let version = before + 1;
    let body = serde_json::to_value(policy).map_err(anyhow::Error::new)?;
    diesel::insert_into(policies::table)
        .values((
            policies::organisation_id.eq(tenant),
            policies::version.eq(version),
            policies::body.eq(body),
            policies::made_by.eq(by),
            policies::made_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(version)
}
