//! `vouch key`: the keys of a company's own systems. A secret is printed once, when its key is made.

use anyhow::{Context as _, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::access::keys::{actions, rules::Asked, store};
use crate::access::scope::Scope;
use crate::config::Config;
use crate::db::Connection;
use crate::value::OrganisationId;

use super::people::{console, organisation, plainly, reach};

/// What `vouch key` can do.
#[derive(Debug, clap::Subcommand)]
pub enum KeyCommand {
    /// Make a key; prints one JSON object with its id and its secret, which is never shown again
    Add(Add),
    /// List the keys of an organisation
    List(Of),
    /// End a key at once
    Revoke(One),
}

/// A new key.
#[derive(Clone, Debug, clap::Args)]
pub struct Add {
    /// The organisation, by name or id
    #[arg(long)]
    pub organisation: Option<String>,
    /// truust, trustist, treezor or kontorion
    #[arg(long)]
    pub face: String,
    /// tenant or merchant (trustist), oauth (treezor), live or test (kontorion), live (truust)
    #[arg(long)]
    pub kind: String,
    /// What it may do; may repeat
    #[arg(long)]
    pub permission: Vec<String>,
    /// A branch's code; may repeat, the first takes new customers; without one, all branches
    #[arg(long)]
    pub branch: Vec<String>,
    /// What people call it
    #[arg(long, default_value = "")]
    pub name: String,
    /// The last day on which it opens anything (YYYY-MM-DD, UTC)
    #[arg(long)]
    pub expires: Option<NaiveDate>,
}

/// An organisation.
#[derive(Clone, Debug, clap::Args)]
pub struct Of {
    /// The organisation, by name or id
    #[arg(long)]
    pub organisation: Option<String>,
}

/// One key.
#[derive(Clone, Debug, clap::Args)]
pub struct One {
    /// The key's id, as `key add` and `key list` print it
    pub id: String,
    /// The organisation, by name or id
    #[arg(long)]
    pub organisation: Option<String>,
}

pub(super) fn run(config: Config, command: KeyCommand) -> anyhow::Result<()> {
    let mut reached = reach(config)?;
    match command {
        KeyCommand::Add(new) => {
            let organisation = organisation(&mut reached, new.organisation.as_deref())?;
            println!("{}", add(&mut reached.conn, organisation, &new)?);
        }
        KeyCommand::List(of) => {
            let organisation = organisation(&mut reached, of.organisation.as_deref())?;
            for line in list(&mut reached.conn, organisation)? {
                println!("{line}");
            }
        }
        KeyCommand::Revoke(one) => {
            let organisation = organisation(&mut reached, one.organisation.as_deref())?;
            revoke(&mut reached.conn, organisation, &one.id)?;
        }
    }
    Ok(())
}

/// The moment at which a key whose last day this is opens nothing any more.
pub fn end_of(day: NaiveDate) -> Option<DateTime<Utc>> {
    Some(day.succ_opt()?.and_time(NaiveTime::MIN).and_utc())
}

/// Makes a key: the JSON object that is printed.
pub fn add(
    conn: &mut Connection,
    organisation: OrganisationId,
    new: &Add,
) -> anyhow::Result<serde_json::Value> {
    let asked = Asked {
        face: new.face.clone(),
        kind: new.kind.clone(),
        name: new.name.clone(),
        permissions: new.permission.clone(),
    };
    let expires_at = new
        .expires
        .map(|day| end_of(day).context("expires: this day is outside of the calendar"))
        .transpose()?;
    let actor = console(conn, organisation);
    let made = conn
        .change(&actor, |tx| {
            actions::add(tx, &asked, &new.branch, expires_at)
        })
        .map_err(plainly)?;
    Ok(serde_json::json!({
        "id": made.fresh.key_id,
        "secret": made.fresh.secret,
        "face": made.valid.face,
        "kind": made.valid.kind,
        "permissions": made.valid.permissions,
    }))
}

/// A line for each key.
pub fn list(conn: &mut Connection, organisation: OrganisationId) -> anyhow::Result<Vec<String>> {
    let now = conn.now();
    let (keys, codes) = conn.read(&Scope::system(organisation), |tx| {
        Ok((store::all(tx)?, store::branch_codes(tx)?))
    })?;
    let line = |key: store::Key| {
        let standing = match (key.revoked_at, key.stands(now)) {
            (Some(_), _) => "revoked",
            (None, false) => "run out",
            (None, true) => "stands",
        };
        let held: Vec<&str> = codes
            .iter()
            .filter(|(of, _)| *of == key.id)
            .map(|(_, code)| code.as_str())
            .collect();
        let branches = if held.is_empty() {
            "all branches".to_owned()
        } else {
            held.join(",")
        };
        let ends = key.expires_at.map_or_else(
            || "never ends".to_owned(),
            |at| format!("ends {}", at.to_rfc3339()),
        );
        let used = key.last_used_at.map(|at| at.to_rfc3339());
        format!(
            "{}\t{}\t{}\t{}\t{branches}\t{ends}\t{standing}\tlast used {}\t{}",
            key.key_id,
            key.face,
            key.kind,
            key.permissions.join(","),
            used.as_deref().unwrap_or("never"),
            key.name
        )
    };
    Ok(keys.into_iter().map(line).collect())
}

/// Ends a key.
pub fn revoke(
    conn: &mut Connection,
    organisation: OrganisationId,
    key_id: &str,
) -> anyhow::Result<()> {
    let key = conn.read(&Scope::system(organisation), |tx| {
        store::by_key_id(tx, key_id)
    })?;
    let Some(key) = key else {
        bail!("the organisation has no key {key_id} (see `vouch key list`)");
    };
    let actor = console(conn, organisation);
    conn.change(&actor, |tx| actions::revoke(tx, key.id))
        .map_err(plainly)
}
