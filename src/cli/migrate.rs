//! `vouch migrate`: applies migrations as the role that owns the schema.

use crate::config::Config;
use crate::db::{migrations, roles};

use super::Database;

/// An external database needs two addresses of two roles. The text is whole: why, and the SQL that makes the roles.
#[derive(Debug, thiserror::Error)]
#[error(
    "{why}\nThe roles are made once, as a superuser, with:\n\n{}",
    roles::roles_sql()
)]
pub struct TwoUrls {
    why: String,
}

pub(super) fn run(mut config: Config) -> anyhow::Result<()> {
    let applied = match (&config.database_url, &config.owner_url) {
        (None, None) => {
            // Reaching our own database migrates it.
            Database::for_a_command(&mut config)?;
            println!("The database is up to date.");
            return Ok(());
        }
        (Some(app_url), Some(owner_url)) => {
            let app_role = match roles::check_two_roles(owner_url, app_url) {
                Err(error @ roles::RolesError::Connect { .. }) => return Err(error.into()),
                Err(error) => {
                    let why = error.to_string();
                    return Err(TwoUrls { why }.into());
                }
                Ok(role) => role,
            };
            migrations::apply(owner_url, &app_role)?
        }
        (Some(_), None) => return Err(one_url("VOUCH_OWNER_URL", "migrates").into()),
        (None, Some(_)) => return Err(one_url("DATABASE_URL", "serves").into()),
    };
    for name in &applied {
        println!("applied {name}");
    }
    println!("The database is up to date.");
    Ok(())
}

fn one_url(missing: &str, does: &str) -> TwoUrls {
    TwoUrls {
        why: format!(
            "{missing} is missing: a database of yours needs two addresses of two roles, and this is the one that {does}"
        ),
    }
}
