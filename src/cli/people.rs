//! What `vouch organisation` and `vouch staff` share: a connection, and finding things by the names people type.

use anyhow::{Context as _, bail};

use crate::access::actor::{Actor, Who};
use crate::access::scope::Scope;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Connection, Db, PoolOptions};
use crate::keys::Keys;
use crate::organisations::store::{self, Organisation};
use crate::value::{OrganisationId, RequestId};

use super::Database;

/// A database with one connection, as the owner where its address is known: it may list and add organisations.
pub struct Reached {
    /// The connection.
    pub conn: Connection,
    /// Whether it is the owner's.
    pub owner: bool,
    // Last, so that our own PostgreSQL stops after the connection closed.
    _database: Database,
}

/// Reaches the database of the settings.
pub fn reach(mut config: Config) -> anyhow::Result<Reached> {
    let database = Database::for_a_command(&mut config)?;
    let key = config.secret_key.context("VOUCH_SECRET_KEY is missing")?;
    let keys = Keys::new(key);
    let options = PoolOptions {
        url: database
            .owner_url
            .clone()
            .unwrap_or_else(|| database.app_url.clone()),
        size: 1,
        wait: std::time::Duration::from_secs(5),
        statement_cache: config.statement_cache,
    };
    Ok(Reached {
        conn: Db::open(&options, Clock::system(), keys).connection()?,
        owner: database.owner_url.is_some(),
        _database: database,
    })
}

/// The organisation with this id or name; the only one where none is asked for.
pub fn organisation(reached: &mut Reached, asked: Option<&str>) -> anyhow::Result<OrganisationId> {
    if let Some(Ok(id)) = asked.map(str::parse) {
        return Ok(id);
    }
    if !reached.owner {
        bail!("VOUCH_OWNER_URL is missing: without it an organisation is found by its id alone");
    }
    let all = store::all(&mut reached.conn)?;
    pick(all, asked)
}

fn pick(all: Vec<Organisation>, asked: Option<&str>) -> anyhow::Result<OrganisationId> {
    let mut found = all
        .into_iter()
        .filter(|one| asked.is_none_or(|name| one.name == name));
    match (found.next(), found.next(), asked) {
        (Some(one), None, _) => Ok(one.id),
        (Some(_), Some(_), Some(name)) => {
            bail!("several organisations are called {name}: give its id")
        }
        (Some(_), Some(_), None) => {
            bail!("there are several organisations: say which with --organisation")
        }
        (None, _, Some(name)) => {
            bail!("no organisation is called {name} (see `vouch organisation list`)")
        }
        (None, _, None) => {
            bail!("there is no organisation yet: add one with `vouch organisation add`")
        }
    }
}

/// Somebody at the command line, at work for an organisation.
pub fn console(conn: &Connection, organisation: OrganisationId) -> Actor {
    let request = RequestId(conn.new_id());
    Actor::system(Who::Console, Scope::system(organisation), request)
}

/// What a refused field says, without the form around it.
pub fn plainly(error: crate::error::Error) -> anyhow::Error {
    match error {
        crate::error::Error::Invalid(fields) => {
            let said: Vec<_> = fields
                .iter()
                .map(|field| format!("{}: {}", field.field, field.message))
                .collect();
            anyhow::anyhow!(said.join(" "))
        }
        crate::error::Error::Refused(why) | crate::error::Error::Conflict(why) => {
            anyhow::anyhow!(why)
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(name: &str, id: u128) -> Organisation {
        Organisation {
            id: OrganisationId(uuid::Uuid::from_u128(id)),
            name: name.to_owned(),
            mode: "live".to_owned(),
            time_zone: "UTC".to_owned(),
            demo: false,
            created_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn an_organisation_is_found_when_there_is_no_doubt() {
        let two = || vec![called("Demo", 1), called("Acme", 2)];
        let id = |n| OrganisationId(uuid::Uuid::from_u128(n));
        assert_eq!(pick(two(), Some("Acme")).ok(), Some(id(2)));
        assert_eq!(pick(vec![called("Demo", 1)], None).ok(), Some(id(1)));
        assert!(pick(two(), None).is_err() && pick(two(), Some("acme")).is_err());
        assert!(pick(vec![called("A", 1), called("A", 2)], Some("A")).is_err());
        assert!(pick(vec![], None).is_err());
    }
}
