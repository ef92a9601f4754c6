//! `vouch staff`: people who work on the desk. Passwords come from the terminal or standard input.

use anyhow::{Context as _, bail};

use crate::access::permissions::Role;
use crate::access::scope::{Branches, Scope};
use crate::access::store::credentials;
use crate::config::Config;
use crate::db::{Connection, Read};
use crate::organisations::store as organisations;
use crate::staff::{
    actions::{self, NewMember},
    rules, store,
};
use crate::value::{OrganisationId, StaffId};

use super::people::{console, organisation, plainly, reach};
use super::read_password;

/// What `vouch staff` can do.
#[derive(Debug, clap::Subcommand)]
pub enum StaffCommand {
    /// Add a member of staff; the password is read from the terminal or standard input
    Add(Add),
    /// List the staff of an organisation
    List(Of),
    /// End somebody's work: they are signed out at once
    Disable(One),
    /// Take somebody's password and second factor away; prints a link that sets a new password, once
    Reset(One),
}

/// A new member of staff.
#[derive(Clone, Debug, clap::Args)]
pub struct Add {
    /// The organisation, by name or id
    #[arg(long)]
    pub organisation: Option<String>,
    /// E-mail address
    #[arg(long)]
    pub email: String,
    /// Full name
    #[arg(long)]
    pub name: String,
    /// auditor, officer, manager or admin
    #[arg(long)]
    pub role: Role,
    /// A branch's code; may repeat; without one, all branches
    #[arg(long)]
    pub branch: Vec<String>,
}

/// An organisation.
#[derive(Clone, Debug, clap::Args)]
pub struct Of {
    /// The organisation, by name or id
    #[arg(long)]
    pub organisation: Option<String>,
}

/// One member of staff.
#[derive(Clone, Debug, clap::Args)]
pub struct One {
    /// E-mail address
    #[arg(long)]
    pub email: String,
}

pub(super) fn run(config: Config, command: StaffCommand) -> anyhow::Result<()> {
    let public_url = config.public_url.clone();
    let mut reached = reach(config)?;
    match command {
        StaffCommand::Add(new) => {
            let organisation = organisation(&mut reached, new.organisation.as_deref())?;
            let password = read_password("Password")?;
            let id = staff_add(&mut reached.conn, organisation, &new, &password)?;
            println!("{id}");
        }
        StaffCommand::List(of) => {
            let organisation = organisation(&mut reached, of.organisation.as_deref())?;
            for line in staff_list(&mut reached.conn, organisation)? {
                println!("{line}");
            }
        }
        StaffCommand::Disable(one) => staff_disable(&mut reached.conn, &one.email)?,
        StaffCommand::Reset(one) => {
            let link = staff_reset(&mut reached.conn, &one.email)?;
            println!("{}{link}", public_url.trim_end_matches('/'));
        }
    }
    Ok(())
}

/// Adds a member.
pub fn staff_add(
    conn: &mut Connection,
    organisation: OrganisationId,
    new: &Add,
    password: &str,
) -> anyhow::Result<StaffId> {
    let invalid = |error| plainly(crate::error::Error::Invalid(vec![error]));
    let email = rules::email(&new.email).map_err(invalid)?;
    let name = rules::name(&new.name).map_err(invalid)?;
    let branches = conn.read(&Scope::system(organisation), |tx| {
        Ok(by_codes(tx, &new.branch))
    })?;
    let branches = branches?;
    let branches = if new.role == Role::Admin {
        Branches::All
    } else {
        branches
    };
    let password_hash = Some(actions::new_password(password, &email).map_err(plainly)?);
    let member = NewMember {
        email: &email,
        name: &name,
        role: new.role,
        branches,
        password_hash,
        demo: false,
    };
    let actor = console(conn, organisation);
    conn.change(&actor, |tx| actions::add(tx, &member))
        .map_err(plainly)
}

fn by_codes(tx: &mut Read<'_>, codes: &[String]) -> anyhow::Result<Branches> {
    if codes.is_empty() {
        return Ok(Branches::All);
    }
    let mut ids = Vec::with_capacity(codes.len());
    for code in codes {
        match organisations::branch_by_code(tx, code)? {
            Some(branch) => ids.push(branch.id),
            None => bail!("no branch has the code {code}"),
        }
    }
    ids.sort();
    ids.dedup();
    Ok(Branches::Only(ids))
}

/// One line for each member: id, e-mail, name, role, and whether they may sign in.
pub fn staff_list(
    conn: &mut Connection,
    organisation: OrganisationId,
) -> anyhow::Result<Vec<String>> {
    let all = conn.read(&Scope::system(organisation), store::all)?;
    Ok(all
        .into_iter()
        .map(|one| {
            let state = if one.disabled_at.is_some() {
                "disabled"
            } else if one.invited == Some(true) {
                "invited"
            } else if one.has_code {
                "second factor"
            } else {
                "password only"
            };
            format!(
                "{}\t{}\t{}\t{}\t{state}",
                one.id, one.email, one.name, one.role
            )
        })
        .collect())
}

/// Ends a member's work and their sessions.
pub fn staff_disable(conn: &mut Connection, email: &str) -> anyhow::Result<()> {
    let (organisation, id) = member(conn, email)?;
    let actor = console(conn, organisation);
    conn.change(&actor, |tx| actions::disable(tx, id))
        .map_err(plainly)
}

/// Takes a member's password and second factor away and ends their sessions. Returns the path of a link that sets a new
/// password: it works once and for three days.
pub fn staff_reset(conn: &mut Connection, email: &str) -> anyhow::Result<String> {
    let (organisation, id) = member(conn, email)?;
    let actor = console(conn, organisation);
    conn.change(&actor, |tx| actions::reset(tx, id))
        .map_err(plainly)
}

fn member(conn: &mut Connection, email: &str) -> anyhow::Result<(OrganisationId, StaffId)> {
    credentials::by_email(conn, email)?.with_context(|| format!("nobody signs in as {email}"))
}
