//! `vouch organisation`: tenants.

use anyhow::bail;
use chrono_tz::Tz;

use crate::access::actor::Who;
use crate::config::Config;
use crate::db::Connection;
use crate::organisations::{
    actions::{self, NewOrganisation},
    rules, store,
};
use crate::value::OrganisationId;

use super::people::{plainly, reach};

/// What `vouch organisation` can do.
#[derive(Debug, clap::Subcommand)]
pub enum OrganisationCommand {
    /// Add an organisation, with its first branch
    Add(Add),
    /// List the organisations
    List,
}

/// A new organisation.
#[derive(Clone, Debug, clap::Args)]
pub struct Add {
    /// Its name
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Its time zone, in which days begin and dates are shown
    #[arg(long, default_value = "Europe/London")]
    pub time_zone: Tz,
    /// The code of its first branch, which takes customers for whom none was named
    #[arg(long, default_value = rules::DEFAULT_BRANCH)]
    pub branch: String,
    /// The name of its first branch
    #[arg(long, default_value = "Main")]
    pub branch_name: String,
}

pub(super) fn run(config: Config, command: OrganisationCommand) -> anyhow::Result<()> {
    let mut reached = reach(config)?;
    if !reached.owner {
        bail!(
            "VOUCH_OWNER_URL is missing: only the role that owns the schema adds and lists organisations"
        );
    }
    match command {
        OrganisationCommand::Add(new) => {
            let id = organisation_add(&mut reached.conn, &new)?;
            println!("{id}");
        }
        OrganisationCommand::List => {
            for line in organisation_list(&mut reached.conn)? {
                println!("{line}");
            }
        }
    }
    Ok(())
}

/// Adds an organisation over the owner's connection.
pub fn organisation_add(conn: &mut Connection, new: &Add) -> anyhow::Result<OrganisationId> {
    let invalid = |error| plainly(crate::error::Error::Invalid(vec![error]));
    let name = rules::organisation_name(&new.name).map_err(plainly)?;
    let code = rules::branch_code(&new.branch).map_err(invalid)?;
    let branch = rules::branch_name(&new.branch_name).map_err(invalid)?;
    let organisation = NewOrganisation {
        name: &name,
        time_zone: new.time_zone,
        demo: false,
        branch: (&code, &branch),
    };
    let (id, _) = actions::add(conn, Who::Console, &organisation).map_err(plainly)?;
    Ok(id)
}

/// One line for each organisation: id, name, mode, time zone; over the owner's connection.
pub fn organisation_list(conn: &mut Connection) -> anyhow::Result<Vec<String>> {
    let all = store::all(conn)?;
    Ok(all
        .into_iter()
        .map(|one| {
            let demo = if one.demo { "\tdemo" } else { "" };
            format!(
                "{}\t{}\t{}\t{}{demo}",
                one.id, one.name, one.mode, one.time_zone
            )
        })
        .collect())
}
