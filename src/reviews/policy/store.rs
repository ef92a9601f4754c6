//! Policies in the database: every version that ever held.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::rules::Policy;
use crate::{
    db::{Change, Read},
    error::{Error, Result},
    organisations::store::unique,
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

/// The policy of one version.
pub fn at(tx: &mut Read<'_>, version: i32) -> Result<Policy> {
    if version == 0 {
        return Ok(Policy::default());
    }
    let tenant = tx.scope().organisation();
    let body: serde_json::Value = policies::table
        .filter(policies::organisation_id.eq(tenant))
        .filter(policies::version.eq(version))
        .select(policies::body)
        .first(tx.conn())?;
    Ok(serde_json::from_value(body).map_err(anyhow::Error::new)?)
}

/// A version that was made, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its number and what it says.
    pub versioned: Versioned,
    /// Who made it; nobody, where no member of staff did.
    pub by: Option<uuid::Uuid>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The newest versions of those before this one, or of all, newest first.
pub fn versions(tx: &mut Read<'_>, before: Option<i32>, limit: usize) -> Result<Vec<Made>> {
    let tenant = tx.scope().organisation();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<(i32, serde_json::Value, Option<uuid::Uuid>, DateTime<Utc>)> = policies::table
        .filter(policies::organisation_id.eq(tenant))
        .filter(policies::version.lt(before.unwrap_or(i32::MAX)))
        .order(policies::version.desc())
        .limit(limit)
        .select((
            policies::version,
            policies::body,
            policies::made_by,
            policies::made_at,
        ))
        .load(tx.conn())?;
    rows.into_iter()
        .map(|(version, body, by, at)| {
            let policy = serde_json::from_value(body).map_err(anyhow::Error::new)?;
            Ok(Made {
                versioned: Versioned { version, policy },
                by,
                at,
            })
        })
        .collect()
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
        .execute(tx.conn())
        .map_err(|error| unique(error, changed))?;
    Ok(version)
}

/// Said to whoever was slower.
pub fn changed() -> Error {
    Error::Conflict("the policy changed since you opened the page".into())
}
