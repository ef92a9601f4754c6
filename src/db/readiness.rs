//! Whether this database can be served from, asked over the connection that would serve: it answers, its schema is this
//! program's, its roles and walls are right. `/readyz` says it; the answers name no role and no address.

use diesel::{prelude::*, sql_types::Text};

use super::{
    Connection, migrations,
    roles::{self, RolesError},
};
use crate::error::{Error, Result};

/// How a database stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// Why it cannot be served from; nothing where it can.
    pub trouble: Option<&'static str>,
    /// What the server has for `log_parameter_max_length`: anything but 0 lets it write names, addresses and numbers
    /// beside the statements that it logs.
    pub log_parameter_max_length: String,
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

const BEHIND: &str = "the schema is not this version's: run `vouch migrate`";
const TOO_MIGHTY: &str =
    "its role in the database may do too much, or a table has lost its wall: the log says which";

/// Looks. Fails with [`Error::Unavailable`] where the database does not answer.
pub fn look(conn: &mut Connection) -> Result<Readiness> {
    conn.first(|conn| {
        let setting: Setting =
            diesel::sql_query("SELECT current_setting('log_parameter_max_length') AS value")
                .get_result(conn)?;
        let missing = migrations::missing_on(conn).map_err(Error::Internal)?;
        let trouble = if missing.is_empty() {
            match roles::check_serving(conn) {
                Ok(()) => None,
                Err(RolesError::Read { source, .. }) => return Err(source.into()),
                Err(error) => {
                    tracing::error!(%error, "this server is not ready");
                    Some(TOO_MIGHTY)
                }
            }
        } else {
            Some(BEHIND)
        };
        Ok(Readiness {
            trouble,
            log_parameter_max_length: setting.value,
        })
    })
}
