//! What can be done to organisations and branches.

use chrono_tz::Tz;

use crate::{
    access::{
        actor::{Actor, Who},
        scope::{Branches, Scope},
    },
    audit::event::{Change as Field, Event, Subject, What},
    db::{Change, Connection},
    error::{Error, Result},
    organisations::store,
    value::{BranchId, OrganisationId, RequestId},
};

/// A new tenant.
#[derive(Clone, Debug)]
pub struct NewOrganisation<'a> {
    /// Its name, as `rules::organisation_name` gives it.
    pub name: &'a str,
    /// Its time zone, in which days begin and dates are shown.
    pub time_zone: Tz,
    /// Filled with demonstration data.
    pub demo: bool,
    /// Code and name of its first branch, which takes customers for whom none was named.
    pub branch: (&'a str, &'a str),
}

/// Adds an organisation with its key and its first branch, and says so in its own chain and in the installation's.
/// The connection is the owner's: the application may not add organisations. Returns its id and its branch's.
pub fn add(
    conn: &mut Connection,
    who: Who,
    new: &NewOrganisation<'_>,
) -> Result<(OrganisationId, BranchId)> {
    let (id, branch) = (OrganisationId(conn.new_id()), BranchId(conn.new_id()));
    let request = RequestId(conn.new_id());
    let (_, wrapped_key) = conn.keys().new_organisation(id)?;
    let added = || {
        Event::new(What::OrganisationAdded, Subject::Organisation).changing(vec![
            Field::plain("id", serde_json::Value::Null, id.to_string()),
            Field::plain("name", serde_json::Value::Null, new.name),
        ])
    };
    conn.change(&Actor::system(who, Scope::system(id), request), |tx| {
        let row = store::Row {
            name: new.name,
            time_zone: new.time_zone,
            demo: new.demo,
            default_branch: branch,
            wrapped_key,
        };
        store::add(tx, row)?;
        tx.say(added());
        insert_branch(tx, branch, new.branch.0, new.branch.1)
    })?;
    // A chain of its own, so a transaction of its own. Were this one lost, the organisation's chain still tells.
    let installation = Scope::system(OrganisationId::INSTALLATION);
    conn.change(&Actor::system(who, installation, request), |tx| {
        tx.say(added());
        Ok(())
    })?;
    Ok((id, branch))
}

/// The branch with this code, byte for byte, for whoever acts; a code that nobody knows is a new branch, which the audit log
/// says. Whoever is held to some branches makes none.
pub fn branch_named(tx: &mut Change<'_>, code: &str) -> Result<BranchId> {
    if let Some(branch) = store::branch_by_code(tx, code)? {
        return within(tx, &branch);
    }
    if tx.scope().branches() != &Branches::All {
        return Err(Error::Forbidden);
    }
    // Of those who name a new one at once, the first makes it and the others find it.
    store::hold_codes(tx)?;
    match store::branch_by_code(tx, code)? {
        Some(branch) => within(tx, &branch),
        None => add_branch(tx, code, code),
    }
}

fn within(tx: &Change<'_>, branch: &store::Branch) -> Result<BranchId> {
    if tx.scope().covers(branch.id) {
        Ok(branch.id)
    } else {
        Err(Error::Forbidden)
    }
}

/// Adds a branch; code and name as the rules give them.
pub fn add_branch(tx: &mut Change<'_>, code: &str, name: &str) -> Result<BranchId> {
    let id = BranchId(tx.new_id());
    insert_branch(tx, id, code, name)?;
    Ok(id)
}

fn insert_branch(tx: &mut Change<'_>, id: BranchId, code: &str, name: &str) -> Result<()> {
    store::add_branch(tx, id, code, name)?;
    tx.say(
        Event::new(What::BranchAdded, Subject::Branch(id)).changing(vec![
            Field::plain("code", serde_json::Value::Null, code),
            Field::plain("name", serde_json::Value::Null, name),
        ]),
    );
    Ok(())
}

/// Renames a branch. Its code stays: other systems know the branch by it.
pub fn rename_branch(tx: &mut Change<'_>, id: BranchId, name: &str) -> Result<()> {
    let before = store::branch(tx, id)?;
    store::rename_branch(tx, id, name)?;
    tx.say(
        Event::new(What::BranchRenamed, Subject::Branch(id)).changing(vec![Field::plain(
            "name",
            before.name,
            name,
        )]),
    );
    Ok(())
}
