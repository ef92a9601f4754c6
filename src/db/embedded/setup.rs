//! The roles and the database of a new cluster: done once, step by step, each step only if it is not done yet, so that
//! a start that was killed half-way is finished by the next.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::dir::write_private;
use super::{DATABASE, DataDir, EmbeddedError, Role, SUPERUSER, Urls};
use crate::db::roles;

/// The file that says that nothing is left to do. Its number grows with the steps: an older cluster takes them again.
const MARK: &str = "set-up-2-done";

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

pub(super) fn done(dir: &DataDir) -> bool {
    dir.path().join(MARK).exists()
}

pub(super) fn run(dir: &DataDir, urls: &Urls) -> Result<(), EmbeddedError> {
    if done(dir) {
        return Ok(());
    }
    roles_and_database(urls).map_err(|error| EmbeddedError::SetUp(error.to_string()))?;
    let mark = dir.path().join(MARK);
    write_private(&mark, "").map_err(EmbeddedError::file("written", &mark))
}

fn roles_and_database(urls: &Urls) -> Result<(), Box<dyn std::error::Error>> {
    let mut server = PgConnection::establish(&urls.url(Role::Superuser, SUPERUSER))?;
    if !exists(&mut server, "pg_roles WHERE rolname", roles::DEFINER)? {
        server.batch_execute(roles::MAKE_DEFINER)?;
    }
    for role in [Role::Owner, Role::App] {
        if !exists(&mut server, "pg_roles WHERE rolname", role.name())? {
            server.batch_execute(&format!(
                "CREATE ROLE {} LOGIN PASSWORD '{}'",
                role.name(),
                urls.password(role)
            ))?;
        }
    }
    // Taken back first: a cluster of an earlier version has it with inheritance.
    server.batch_execute("REVOKE vouch_definer FROM vouch_owner")?;
    server.batch_execute(roles::NO_INHERIT)?;
    server.batch_execute(roles::GRANT_DEFINER)?;
    if !exists(&mut server, "pg_database WHERE datname", DATABASE)? {
        server.batch_execute(roles::MAKE_DATABASE)?;
    }
    server.batch_execute(roles::CLOSE_DATABASE)?;
    let mut database = PgConnection::establish(&urls.url(Role::Superuser, DATABASE))?;
    Ok(database.batch_execute(roles::SCHEMA)?)
}

fn exists(connection: &mut PgConnection, among: &str, name: &str) -> QueryResult<bool> {
    diesel::sql_query(format!("SELECT EXISTS (SELECT FROM {among} = $1) AS yes"))
        .bind::<Text, _>(name)
        .get_result::<Answer>(connection)
        .map(|answer| answer.yes)
}
